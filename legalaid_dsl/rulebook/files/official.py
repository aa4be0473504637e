"""The official text kept beside a ruleset (``official_text/en.json``, ``vi.json``), when there is one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.citation import Citation
from ...basics.problem import RulesetError, problem
from ...basics.source import Source
from ...basics.source_text import not_utf_8, real
from ...basics.system import reason

FOLDER: Final = "official_text"
MOST_ATTACHED: Final = 20_000_000  # bytes; the longest code has two million


@attrs.frozen(slots=True)
class Provision:
    """One provision's own words as attached, and the SHA-256 of them."""

    citation: Citation
    heading: str
    text: str
    digest: str

    @property
    def words(self) -> str:
        return "\n".join(part for part in (self.heading, self.text) if part)


def path_of(folder: Path, lang: str) -> Path:
    return folder / FOLDER / f"{lang}.json"


def texts_of(folder: Path, instruments: Iterable[str], lang: str) -> dict[Citation, str]:
    """The words of every provision attached to a ruleset or to the instruments beside it that it uses."""
    folders = {folder, *(real(folder).parent / key for key in instruments)}
    return {c: p.words for place in folders for c, p in attached(place, lang).items()}


def attached(folder: Path, lang: str) -> dict[Citation, Provision]:
    """The provisions attached in a language, in the order of the text; none when nothing is.

    Raises RulesetError for a file that is not as ``law attach`` writes it.
    """
    path = path_of(folder, lang)
    if not path.is_file():
        return {}
    try:
        kept: dict[str, Any] = json.loads(plain_text(path))
        found = [_provision(kept["instrument"], **entry) for entry in kept["provisions"]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # no JSON, or of another shape
        raise damaged(path) from None
    return {provision.citation: provision for provision in found}


def _provision(instrument: str, address: str, heading: str, text: str, sha256: str, line: int) -> Provision:
    return Provision(Citation.from_path(f"{instrument}/{address}"), "" + heading, "" + text, "" + sha256)


def damaged(path: Path) -> RulesetError:
    """A file beside the rules that only commands write, and that is not as they write it."""
    return RulesetError([problem("file-unreadable", Source(str(path), "").span(0, 0), why=path.name, hint_from="attached-damaged")])


def plain_text(path: Path) -> str:
    """A text of any length that people attach; of no language of ours. Raises RulesetError when it is no plain text."""
    nowhere = Source(str(path), "").span(0, 0)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_ATTACHED + 1)
    except OSError as error:
        raise RulesetError([problem("file-unreadable", nowhere, why=reason(error))]) from None
    if len(data) > MOST_ATTACHED:
        raise RulesetError([problem("file-too-large", nowhere, limit=MOST_ATTACHED)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesetError([not_utf_8(data, error.start, str(path))]) from None
    if "\0" in text:
        at = text.index("\0")
        raise RulesetError([problem("hidden-character", Source(str(path), text).span(at, at + 1), code_point="U+0000")])
    return text
