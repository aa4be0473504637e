"""The words of ``written.toml``: yes and no, totals, hours and minutes, as people write them in tables."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import attrs

from ...basics.spelling import folded, tone_key

LONGEST: Final = 200  # letters of a cell that says “total”
SPACES: Final = re.compile(r"[\s_\-–—]+")


@lru_cache(maxsize=8_192)
def key_of(text: str) -> str:
    """A name however it is written: case, spaces, hyphens, composed or not, tone here or there make no difference."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text))
    return tone_key(SPACES.sub(" ", plain).strip(" :*.").lower())


def bare(text: str) -> str:
    """The same without diacritics."""
    return folded(key_of(text))


@attrs.frozen(slots=True)
class Written:
    """``labels``: by how a header is written, the key of the label."""

    yes: frozenset[str]
    no: frozenset[str]
    none: frozenset[str]
    joined: tuple[str, ...]
    totals: tuple[str, ...]
    no_totals: tuple[str, ...]  # that begin alike
    passed: frozenset[str]
    labels: dict[str, str]
    of_line: frozenset[str]  # labels that each row may have of its own
    case: frozenset[str]
    remarks: frozenset[str]
    clock: str
    hour: tuple[str, ...]
    minute: tuple[str, ...]
    before: tuple[str, ...]
    month: tuple[str, ...]
    year: tuple[str, ...]

    def is_total(self, text: str) -> bool:
        """Whether a row that begins so adds up others."""
        if len(text) > LONGEST:
            return False
        plain = key_of(text)
        if plain.startswith(self.no_totals):
            return False
        return plain.startswith(self.totals) and any(plain == t or (plain.startswith(t) and not plain[len(t)].isalpha()) for t in self.totals)


@cache
def written() -> Written:
    with (Path(__file__).parent / "written.toml").open("rb") as file:
        found = tomllib.load(file)

    def words(group: str, name: str) -> frozenset[str]:
        return frozenset(map(key_of, found[group][name]))

    def either(group: str, name: str) -> tuple[str, ...]:
        return tuple(sorted(found[group][name], key=len, reverse=True))

    labels = {key_of(w): key for key, names in found["label"].items() for w in names}
    return Written(
        words("truth", "yes"), words("truth", "no"), words("none", "words"), either("and", "words"),
        tuple(sorted(words("total", "starts"), key=len, reverse=True)), tuple(words("total", "but")), words("passed", "headers"), labels, words("of_line", "labels"), words("key", "case"),
        words("remark", "words"), found["clock"]["unit"], either("clock", "hour"), either("clock", "minute"),
        either("day", "before"), either("day", "month"), either("day", "year"),
    )  # fmt: skip
