"""Writes a book into a folder: a folder for each language, a front page that leads there, and a list of all addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ..basics.neutral import json_text
from ..explain.render import TEMPLATES as EXPLAINING
from ..explain.render import fill
from .address import ADDRESSES, FRONT, eid, eli, link_to
from .gather import Law
from .pages import TEMPLATES, pages, words

COUNTRY: Final = "vn"  # of identifiers, where nothing else is said


def book(law: Law, langs: Iterable[str], country: str = COUNTRY) -> Iterator[tuple[str, str]]:
    """Path from the folder of the book → text, for every file of it."""
    chosen = tuple(langs)
    for lang in chosen:
        for path, text in pages(law, lang, country, len(chosen) > 1).items():
            yield f"{lang}/{path}", text
    own = law.rulebook.instruments[law.rulebook.id]
    yield FRONT, fill((TEMPLATES, EXPLAINING), "front", "html", title={x: own.names[x] for x in chosen}, t={x: words(x) for x in chosen}, langs=chosen)
    yield ADDRESSES, addresses(law, country)


def addresses(law: Law, country: str = COUNTRY) -> str:
    """Every provision with its place in the book and its identifiers, for programs that link to it."""
    found = {
        c.path: {"page": link_to(c), "eli": eli(c, country), "akn": eid(c)}
        for c in law.rulebook.provisions
    }  # fmt: skip
    return json_text({"book": law.rulebook.id, "digest": law.rulebook.digest, "provisions": found}, 1) + "\n"


def folder_of(out: Path, path: str) -> Path:
    """Where a file of the book goes; paths have plain names only."""
    return out.joinpath(*path.split("/"))
