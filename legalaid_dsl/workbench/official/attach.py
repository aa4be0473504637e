"""The official text attached: cut, kept beside the ruleset, and compared with what the rules were read against.

``official_text/{lang}.json`` holds the words (no part of the project's history); ``read_against.csv``
holds a short hash per provision and language: the text that the rules were last compared with.
"""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import attrs

from ...basics.bilingual import LANGUAGES
from ...basics.citation import Citation, order_key
from ...basics.output import write_whole
from ...basics.problem import RulesetError
from ...rulebook.files.official import Provision, attached, damaged, path_of, plain_text
from .cutting import Cut, cut, normal

READ_AGAINST: Final = "read_against.csv"
SHORT: Final = 16
Read = dict[Citation, dict[str, str]]  # provision → language → the short hash it was read against


@attrs.frozen(slots=True)
class Attachment:
    """What ``attach`` did."""

    path: Path
    cut: Cut
    changed: tuple[Citation, ...]  # differ from what was attached before
    first: bool  # nothing was noted for this language before: this text is what the rules are read against
    only_here: tuple[Citation, ...]  # not in the text of the other language
    only_there: tuple[Citation, ...]


class NothingFound(ValueError):
    """A text in which no article was found."""


def attach(folder: Path, text: str, lang: str, instrument: str, name: str) -> Attachment:
    """Cut a text and keep it beside the rules."""
    pieces = cut(text, lang, instrument)
    if not pieces.passages:
        raise NothingFound(name)
    before: dict[Citation, Provision] = {}
    with suppress(RulesetError):  # what is damaged is attached again
        before = attached(folder, lang)
    path = path_of(folder, lang)
    write_whole(path, json.dumps(_to_keep(pieces, text, lang, instrument, name), ensure_ascii=False, indent=1) + "\n")
    now = attached(folder, lang)
    read = read_against(folder, instrument)
    first = not any(lang in hashes for hashes in read.values())
    if first:
        confirm(folder, instrument, now, (lang,))
    other = attached(folder, next(other for other in LANGUAGES if other != lang))
    return Attachment(
        path, pieces,
        changed=tuple(c for c, p in now.items() if c in before and before[c].digest != p.digest),
        first=first,
        only_here=tuple(c for c in now if other and c not in other),
        only_there=tuple(c for c in other if c not in now),
    )  # fmt: skip


def _to_keep(pieces: Cut, text: str, lang: str, instrument: str, name: str) -> dict[str, object]:
    provisions = [
        {
            "address": p.citation.path.partition("/")[2], "heading": p.heading, "text": p.text,
            "sha256": p.digest, "line": p.line,
        }
        for p in pieces.passages
    ]  # fmt: skip
    return {
        "instrument": instrument, "lang": lang, "file": name,
        "sha256": sha256(normal(text).encode()).hexdigest(),
        "preamble": pieces.preamble, "parts": list(pieces.parts), "ending": pieces.ending,
        "provisions": provisions,
    }  # fmt: skip


# ------------------------------------------------------------------ what the rules were read against


def read_against(folder: Path, instrument: str) -> Read:
    """Provision → language → short hash, as last confirmed. Raises RulesetError for a file that is no such list."""
    path = folder / READ_AGAINST
    if not path.is_file():
        return {}
    found: Read = {}
    try:
        for row in csv.DictReader(io.StringIO(plain_text(path))):
            citation = Citation.from_path(f"{instrument}/{row['address']}")
            found[citation] = {lang: row[lang] for lang in LANGUAGES if row.get(lang)}
    except (ValueError, LookupError, csv.Error):
        raise damaged(path) from None
    return found


def confirm(folder: Path, instrument: str, wanted: object, langs: tuple[str, ...] = LANGUAGES) -> None:
    """Note that the rules were compared with the attached text of these provisions (a container)."""
    read = read_against(folder, instrument)
    for lang in langs:
        now = attached(folder, lang)
        for citation, provision in now.items():
            if citation in wanted:  # type: ignore[operator]
                read.setdefault(citation, {})[lang] = provision.digest[:SHORT]
        if now:  # a provision that the text no longer has
            for citation in [c for c in read if c not in now and c in wanted]:  # type: ignore[operator]
                read[citation].pop(lang, None)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["address", *LANGUAGES])
    for citation in sorted((c for c in read if read[c]), key=order_key):
        writer.writerow([citation.path.partition("/")[2], *(read[citation].get(lang, "") for lang in LANGUAGES)])
    write_whole(folder / READ_AGAINST, out.getvalue())


def stale(folder: Path, instrument: str) -> dict[Citation, tuple[str, ...]]:
    """Provisions whose attached text is not the one that the rules were read against, with the languages."""
    read = read_against(folder, instrument)
    found: dict[Citation, tuple[str, ...]] = {}
    for lang in LANGUAGES:
        now = attached(folder, lang)
        if not now:
            continue
        for citation in [*now, *(c for c in read if c not in now and lang in read[c])]:
            text = now[citation].digest[:SHORT] if citation in now else ""
            if read.get(citation, {}).get(lang, "") != text:
                found[citation] = (*found.get(citation, ()), lang)
    return found


