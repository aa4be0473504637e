"""Who may ask, and how much at once."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from ..basics.bilingual import BilingualError
from ..basics.worded import beside
from .config import LOOPBACK, Config
from .problems import Problem

_SAY: Final = beside(__file__)
SCOPES: Final = ("read", "decide", "admin")
TOKEN: Final = "LEGALAID_TOKEN"  # one token with every scope
_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class WrongTokens(BilingualError):
    """A file of tokens that cannot be read."""


@attrs.frozen(slots=True)
class Caller:
    """``name``: of the token, never the token."""

    name: str
    scopes: tuple[str, ...]


def read_tokens(config: Config, environment: Mapping[str, str] = os.environ) -> dict[str, Caller]:
    """Callers by the SHA-256 of their tokens: of the file (a line ``NAME SCOPE,SCOPE TOKEN`` each) and of the environment.

    Raises WrongTokens, OSError."""
    found = {}
    lines = Path(config.token_file).read_text("utf-8").splitlines() if config.token_file else []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = line.split()
        scopes = tuple(parts[1].split(",")) if len(parts) == 3 else ()
        if not scopes or not set(scopes) <= set(SCOPES) or len(parts[2]) < 16:
            raise WrongTokens.of(_SAY("token_line", number=number, scopes=", ".join(SCOPES)))
        found[_digest(parts[2])] = Caller(parts[0], scopes)
    if environment.get(TOKEN):
        found[_digest(environment[TOKEN])] = Caller("environment", SCOPES)
    return found


def caller(headers: Mapping[str, str], tokens: Mapping[str, Caller], scope: str) -> Caller:
    """Who asks. Without tokens everybody on this machine may, and nobody else. Raises Problem."""
    if not tokens:
        # a page in a browser may be led here by another name, or send what it cannot read the answer of
        origin = headers.get("origin", "").lower().partition("://")[2]
        if not _here(headers.get("host", "")) or (headers.get("origin") and not _here(origin)):
            raise Problem("no-host")
        return Caller("local", SCOPES)
    kind, _, token = headers.get("authorization", "").partition(" ")
    digest = _digest(token.strip()) if kind.lower() == "bearer" else ""
    found = next((c for known, c in tokens.items() if hmac.compare_digest(known, digest)), None)
    if found is None:
        raise Problem("no-token", headers={"WWW-Authenticate": 'Bearer realm="legalaid"'})
    if scope not in found.scopes:
        raise Problem("no-scope", scope=scope)
    return found


def _here(host: str) -> bool:
    host = host.lower()
    return (host[1 : host.find("]")] if host.startswith("[") else host.partition(":")[0]) in LOOPBACK


def name_in(headers: Mapping[str, str], header: str) -> str:
    """A name that a caller gave, "" where none; one that is there and empty is wrong. Raises Problem."""
    found = headers.get(header)
    if found is not None and not _NAME.fullmatch(found):
        raise Problem("bad-header", name=header)
    return found or ""


@attrs.define(slots=True)
class Gate:
    """Requests that were let in and have not come out: all, and of each caller. Used on the event loop only."""

    at_once: int
    each: int
    inside: int = 0
    by: dict[str, int] = attrs.Factory(dict)

    def enter(self, who: str) -> None:
        """Raises Problem."""
        if self.by.get(who, 0) >= self.each:
            raise Problem("too-often", most=self.each, headers={"Retry-After": "1"})
        if self.inside >= self.at_once:
            raise Problem("busy", headers={"Retry-After": "1"})
        self.inside += 1
        self.by[who] = self.by.get(who, 0) + 1

    def leave(self, who: str) -> None:
        self.inside -= 1
        self.by[who] -= 1
        if not self.by[who]:
            del self.by[who]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
