"""What is wrong with a request, as RFC 9457 says it, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from starlette.responses import JSONResponse

from ..basics.bilingual import LANGUAGES, Bilingual
from ..basics.worded import beside, in_each

MEDIA = "application/problem+json"
_SAY: Final = beside(__file__)


class Problem(Exception):
    """A request that is not answered as it wishes. ``code``: of ``problems.toml``; ``more``: members of the body."""

    def __init__(self, code: str, *, headers: Mapping[str, str] | None = None, more: Mapping[str, Any] | None = None, **values: Any) -> None:
        super().__init__(code)
        said = _said()[code]
        self.code, self.status = code, int(said["status"])
        self.title = Bilingual(*(said["title"][lang] for lang in LANGUAGES))
        self.detail = Bilingual(*(said["detail"][lang].format(**in_each(values, lang)) for lang in LANGUAGES))
        self.headers, self.more = dict(headers or {}), dict(more or {})

    def response(self, lang: str, request_id: str) -> JSONResponse:
        """The body: ``title`` and ``detail`` in the language that was asked for, ``messages`` in both."""
        body = {
            "type": f"urn:legalaid:problem:{self.code}", "title": self.title[lang], "status": self.status,
            "detail": self.detail[lang], "messages": {"title": self.title.to_dict(), "detail": self.detail.to_dict()},
            "request_id": request_id, **self.more,
        }  # fmt: skip
        return JSONResponse(body, self.status, {**self.headers, "Content-Language": lang}, MEDIA)


def wrong(message: Bilingual) -> Problem:
    """A part of the request that the rules do not have, in their own words."""
    return Problem("not-usable", en=message.en, vi=message.vi)


def wrong_member(name: str, *wanted: str, **values: Any) -> Problem:
    """A member that is not what it should be. ``wanted``: the entry of ``words.toml`` that says what."""
    return Problem("wrong-member", name=name, wanted=_SAY("wanted", *wanted, **values))


@cache
def _said() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "problems.toml").read_text("utf-8"))


def codes() -> Mapping[str, Any]:
    """Every problem of the service, for the OpenAPI document."""
    return {code: said for code, said in _said().items() if not said.get("studio")}
