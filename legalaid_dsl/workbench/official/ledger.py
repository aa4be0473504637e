"""The ledger: every provision of an instrument, and what became of it in the rules.

Beside the rules stands ``ledger.csv`` (address, sentence, status, reason_en, reason_vi) for what the rules cannot
show by themselves. A line holds for its provision and, where nothing nearer is said, for its parts; one with
the number of a sentence holds for that sentence of a provision that has several.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.citation import Citation, order_key
from ...basics.worded import said
from ...rulebook.files.official import attached, plain_text
from ...rulebook.model import Rule, Rulebook
from .attach import stale

FILE: Final = "ledger.csv"
WORDS: Final = Path(__file__).with_name("words.toml")
STATUSES: Final = ("encoded", "partly", "stated by a person", "left open", "outside")
UNACCOUNTED: Final = "unaccounted"


class LedgerError(ValueError):
    """A line of ledger.csv that cannot be used."""

    def __init__(self, line: int, code: str, **values: str) -> None:
        self.message = said(WORDS, "line", file=FILE, line=line, why=said(WORDS, code, **values))
        super().__init__(self.message.en)


@attrs.frozen(slots=True)
class Note:
    """What ledger.csv says of a provision, and of its sentences where it has several."""

    status: str
    reason: Bilingual
    sentences: Mapping[int, Note] = attrs.Factory(dict)


@attrs.frozen(slots=True)
class Entry:
    """One provision: its status, why, the rules that stand at it, and whether its text has changed."""

    citation: Citation
    status: str
    reason: Bilingual
    rules: tuple[Rule, ...]
    stale: tuple[str, ...]  # languages
    in_text: bool
    sentences: Mapping[int, Note] = attrs.Factory(dict)


def make_ledger(rulebook: Rulebook, folder: Path) -> list[Entry]:
    """Every provision of the ruleset's own instrument, in the order of the law."""
    notes = read_notes(folder, rulebook.id)
    texts = {c for lang in ("en", "vi") for c in attached(folder, lang)}
    own = {c for c in rulebook.provisions if c.instrument == rulebook.id and c.article and not c.defines}
    rules = rules_at(rulebook)
    other = _other_work(rulebook)
    changed = stale(folder, rulebook.id)
    every = sorted(texts | own | set(notes) | set(changed), key=order_key)
    found: dict[Citation, Note] = {}
    for citation in sorted(every, key=lambda c: -len(c.chain())):  # the parts before the whole
        found[citation] = _note(citation, notes, bool(rules.get(citation)) or citation in other, found)
    return [
        Entry(
            c, found[c].status, found[c].reason, _touched(c, rules) if c in changed else tuple(rules.get(c, ())),
            changed.get(c, ()), c in texts, notes[c].sentences if c in notes else {},
        )
        for c in every
    ]  # fmt: skip


def read_notes(folder: Path, instrument: str) -> dict[Citation, Note]:
    """The lines of ledger.csv. Raises LedgerError for one that cannot be used, RulesetError for a file that cannot be read."""
    path = folder / FILE
    if not path.is_file():
        return {}
    found: dict[Citation, Note] = {}
    sentences: dict[Citation, dict[int, Note]] = {}
    try:
        rows = [(reader.line_num, row) for reader in [csv.DictReader(io.StringIO(plain_text(path)))] for row in reader]
    except csv.Error as error:
        raise LedgerError(1, "csv", error=str(error)) from None
    for line, row in rows:
        citation, note = _read(line, row, instrument)
        sentence = (row.get("sentence") or "").strip()
        if sentence and not (sentence.isascii() and sentence.isdecimal() and int(sentence)):
            raise LedgerError(line, "sentence", sentence=sentence)
        if (int(sentence) in sentences.get(citation, ())) if sentence else (citation in found):
            raise LedgerError(line, "twice", what=f"{citation.path.partition('/')[2]} {sentence}".strip())
        if sentence:
            sentences.setdefault(citation, {})[int(sentence)] = note
        else:
            found[citation] = note
    for citation, each in sentences.items():
        whole = found.get(citation) or Note(_together({n.status for n in each.values()}), Bilingual())
        found[citation] = attrs.evolve(whole, sentences=dict(sorted(each.items())))
    return found


def _read(line: int, row: Mapping[str, str | None], instrument: str) -> tuple[Citation, Note]:
    """What one line says, and of which provision."""
    address, status = (row.get("address") or "").strip(), (row.get("status") or "").strip()
    try:
        citation = Citation.from_path(f"{instrument}/{address}")
    except ValueError:
        raise LedgerError(line, "address", address=address) from None
    if status not in STATUSES:
        raise LedgerError(line, "status", status=status, known=", ".join(STATUSES))
    reason = Bilingual((row.get("reason_en") or "").strip(), (row.get("reason_vi") or "").strip())
    if not reason.en or not reason.vi:
        raise LedgerError(line, "reason")
    return citation, Note(status, reason)


def rules_at(rulebook: Rulebook) -> dict[Citation, tuple[Rule, ...]]:
    """Provision → rules, refusals and findings that stand at it, or that it conditions."""
    found: dict[Citation, dict[int, Rule]] = {}
    every = [r for rules in rulebook.rules.values() for r in rules]
    for rule in [*every, *rulebook.refusals, *rulebook.findings]:
        for citation in (rule.citation, *(c for c, _ in rule.applies)):
            found.setdefault(citation, {})[id(rule)] = rule
    return {citation: tuple(rules.values()) for citation, rules in found.items()}


def _other_work(rulebook: Rulebook) -> set[Citation]:
    """Where figures, known totals and readings stand."""
    figures = [f.citation for values in rulebook.figures.values() for f in values]
    return {*figures, *(t.citation for t in rulebook.totals), *(r.citation for r in rulebook.readings.values())}


def _note(citation: Citation, notes: Mapping[Citation, Note], ruled: bool, parts: Mapping[Citation, Note]) -> Note:
    """Its own line; its rules; what its parts come to; the line of what it stands in."""
    if citation in notes:
        return notes[citation]
    inside = [note for c, note in parts.items() if c != citation and c.chain()[1] == citation]
    statuses = {note.status for note in inside}
    if ruled:
        return Note("encoded" if statuses <= {"encoded"} else "partly", Bilingual())
    above = next((notes[c] for c in citation.chain()[1:] if c in notes), None)
    if above is not None:
        return above
    if statuses:
        return Note(_together(statuses), inside[0].reason if len({n.reason for n in inside}) == 1 else Bilingual())
    return Note(UNACCOUNTED, Bilingual())


def _together(statuses: set[str]) -> str:
    if len(statuses) == 1:
        return next(iter(statuses))
    return "partly" if UNACCOUNTED not in statuses or statuses & {"encoded", "partly"} else UNACCOUNTED


def _touched(citation: Citation, rules: Mapping[Citation, Iterable[Rule]]) -> tuple[Rule, ...]:
    """The rules of a changed provision: those at it, or else those of the nearest one it stands in."""
    return next((tuple(rules[c]) for c in citation.chain() if rules.get(c)), ())
