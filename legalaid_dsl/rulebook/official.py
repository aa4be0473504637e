"""The official text kept beside a ruleset (``official_text/en.json``, ``vi.json``), when there is one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import attrs

from ..basics.citation import Citation

FOLDER: Final = "official_text"


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
    folders = {folder, *(folder.resolve().parent / key for key in instruments)}
    return {c: p.words for place in folders for c, p in attached(place, lang).items()}


def attached(folder: Path, lang: str) -> dict[Citation, Provision]:
    """The provisions attached in a language, in the order of the text; none when nothing is."""
    path = path_of(folder, lang)
    if not path.is_file():
        return {}
    kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
    found = {}
    for entry in kept["provisions"]:
        citation = Citation.from_path(f"{kept['instrument']}/{entry['address']}")
        found[citation] = Provision(citation, entry["heading"], entry["text"], entry["sha256"])
    return found
