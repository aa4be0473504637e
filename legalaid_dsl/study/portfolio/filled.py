"""What is decided of the rows of a workbook, beside each: results, the clauses that decided them, and why.

A result of a case (or of a person) stands on the first of its rows, so that a column adds up to what is paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.citation import Citation
from ...basics.quantity import grouped
from ...basics.tabular import Place
from ...rulebook.model import ROOT, Rulebook, Term
from ..sheets.body import Body
from ..sheets.marked import Beside, write_marked
from ..sheets.reading import CASES, Understanding
from ..sheets.refused import Refused
from ..sheets.understood import say
from ..sheets.words import ID
from .deciding import Decider
from .opened import SourceError
from .pieces import Part, pieces_of
from .run import Study

ASKED: Final = 3  # questions and messages of one case that are written
LONGEST: Final = 900  # letters of a cell of reasons


@attrs.define(slots=True, eq=False)
class Filling:
    """What came of it: how many cases of each status, and the cells that were refused."""

    statuses: dict[str, int] = attrs.Factory(dict)
    refused: list[Refused] = attrs.Factory(list)


def fill(study: Study, path: Path, out: Path, lang: str) -> Filling:
    """Write the workbook (or text file) ``path`` with what is decided beside its rows. Raises SourceError, and OSError where
    ``out`` cannot be written."""
    decider = study.decider()
    how = decider.understanding()
    if path.is_dir() or path.suffix.lower() in (".parquet", ".jsonl", ".ndjson"):
        raise SourceError.of("not-a-table", Place(file=path.name))
    work = _Fill(study, decider, how, lang)
    for piece in pieces_of(path, decider.things, study.chunk, how):
        part = decider.part(piece)
        work.take(part)
    found = Filling(work.statuses, how.refusals.take())
    beside = {s.grid.name: work.beside(s.body, found.refused) for s in how.sheets if s.body is not None}
    write_marked(path, how.sheets, found.refused, beside, out, lang)
    return found


@attrs.define(slots=True, eq=False)
class _Fill:
    study: Study
    decider: Decider
    how: Understanding
    lang: str
    statuses: dict[str, int] = attrs.Factory(dict)
    rows: dict[str, dict[tuple[str, str], dict[str, Any]]] = attrs.Factory(dict)  # by table, of each item its results
    took: dict[tuple[str, str, str], list[str]] = attrs.Factory(dict)
    asks: dict[str, str] = attrs.Factory(dict)

    @property
    def book(self) -> Rulebook:
        return self.study.rules.rulebook

    def take(self, part: Part) -> None:
        """Keep what is decided of a piece."""
        tables = self.decider.tables(part)
        places = {case: i for i, case in enumerate(part.ids().to_pylist())}
        for row in tables[CASES].to_pylist():
            self.rows.setdefault(CASES, {})[row["id"], ""] = row
            self.statuses[row["status"]] = self.statuses.get(row["status"], 0) + 1
            if row["status"] != "determined":
                self.asks[row["id"]] = self._lacks(part.facts(places[row["id"]]))
        for thing in self.decider.result_things:
            for row in tables[thing].to_pylist():
                self.rows.setdefault(thing, {})[row["case"], row["id"] or ""] = row
        for row in tables["ceilings"].to_pylist() if "ceilings" in tables else ():
            key = "filled.took" if row["kind"] == "at_most" else "filled.gave"
            amount = grouped(Fraction(row["took"]), self.lang)
            text = say(key, self.lang, took=f"{amount} {self._unit(row['term'])}".strip(), clause=self._clause(row["clause"]))
            self.took.setdefault((row["thing"], row["case"], row["id"] or ""), []).append(text)

    def _lacks(self, facts: Any) -> str:
        """What is asked of a case, or said against it."""
        found = self.study.rules.evaluate(facts, figures=self.study.figures, readings=self.study.readings, trace=False, bounds=False).to_dict()
        said = [f["message"][self.lang] for f in found.get("findings", ()) if found["status"] == "refused" and isinstance(f.get("message"), Mapping)]
        asked = [n["question"][self.lang] for n in found.get("needs", ()) if isinstance(n.get("question"), Mapping)]
        opened = [o["message"][self.lang] for o in found.get("openings", ()) if isinstance(o.get("message"), Mapping)]
        lines = said[:ASKED] or [say("filled.asks", self.lang, what=q) for q in dict.fromkeys(asked)][:ASKED] or opened[:ASKED]
        return "\n".join(lines)

    def _unit(self, term: str) -> str:
        powers = next(b.terms[term] for b in reversed(self.decider.books) if term in b.terms).type.unit.powers
        one = self.book.units.get(powers[0][0]) if len(powers) == 1 else None
        return one[1][self.lang] if one else ""

    def _clause(self, path: str) -> str:
        citation = Citation.from_path(path)
        other = self.book.instruments.get(citation.instrument) if citation.instrument != self.book.id else None
        return ", ".join(x for x in (self.book.cite(citation, self.lang), other.short[self.lang] if other else "") if x)

    # -------------------------------------------------------------- beside the rows

    def beside(self, body: Body, refused: Sequence[Refused]) -> Beside:
        """The columns of one sheet."""
        layout = body.layout
        things = [t for t in dict.fromkeys((layout.thing, *layout.things)) if t == ROOT or t in self.rows]
        shown = [(t, term) for t in things for term in self._shown(t)]
        headers = [self._header(t, term, layout.thing) for t, term in shown]
        headers += [say("filled.status", self.lang)] if ROOT in layout.things else []
        headers.append(say("filled.reasons", self.lang))
        wrong = self._wrong(refused)
        rows, seen = dict[int, list[Any]](), set[tuple[str, str, str]]()
        for number, row in body.rows():
            case = _case(body, number, row)
            found, reasons, status = list[Any](), list[str](), None
            for thing in things:
                key = self._item(body, thing, number, row, case)
                first = key is not None and (thing, *key) not in seen
                result = self.rows.get(CASES if thing == ROOT else thing, {}).get(key) if first and key is not None else None
                if first and key is not None:
                    seen.add((thing, *key))
                found += [None if result is None else self._value(result, term) for term in self._shown(thing)]
                if thing == ROOT and result is not None:
                    status = say(f"status.{result['status']}", self.lang)
                    reasons += wrong.get(case, []) or ([self.asks[case]] if self.asks.get(case) else [])
                if result is not None:
                    reasons += self._reasons(thing, result, key)
            found += [status] if ROOT in layout.things else []
            rows[number] = [*found, "\n".join(dict.fromkeys(r for r in reasons if r))[:LONGEST] or None]
        kept = [i for i in range(len(headers)) if i >= len(shown) or any(row[i] is not None for row in rows.values())]
        return Beside([headers[i] for i in kept], {n: [row[i] for i in kept] for n, row in rows.items()})

    def _shown(self, thing: str) -> list[Term]:
        keys = {s.key for s in self.decider.results.compiled.lowered.shown if s.thing == thing}
        return [t for t in self.book.terms_of(thing) if t.result is not None and t.result.key in keys and t.type.kind in ("number", "yes_or_no", "date", "choice")]

    def _header(self, thing: str, term: Term, own: str) -> str:
        name = term.names[self.lang]
        return say("filled.of-case", self.lang, name=name) if thing == ROOT and own != ROOT else name

    def _value(self, row: Mapping[str, Any], term: Term) -> Any:
        assert term.result is not None
        exact, value = row.get(f"{term.result.key}_exact"), row.get(term.result.key)
        if exact:
            return exact  # a fraction that no decimal ends
        if isinstance(value, bool):
            return say("filled.yes" if value else "filled.no", self.lang)
        if isinstance(value, str) and term.type.key in self.book.vocabularies:
            choice = self.book.vocabularies[term.type.key].choices.get(value)
            return choice.names[self.lang] if choice else value
        if isinstance(value, Decimal):
            return int(value) if value == int(value) else value.normalize()
        return value

    def _reasons(self, thing: str, row: Mapping[str, Any], key: tuple[str, str] | None) -> list[str]:
        """The clauses that decided what is shown, with what they say; and what ceilings took."""
        lines = []
        for term in self._shown(thing):
            clause = row.get("by_" + term.key.partition(".")[2])
            assert term.result is not None
            if clause is None or row.get(term.result.key) is None:
                continue
            provision = self.book.provisions.get(Citation.from_path(clause))
            note = provision.headnote[self.lang] if provision is not None and provision.headnote is not None else ""
            value = self._value(row, term)
            shown = grouped(Fraction(value), self.lang) if isinstance(value, int | Decimal) and not isinstance(value, bool) else str(value)
            lines.append(f"{term.names[self.lang]}: {shown} [{self._clause(clause)}]" + (f" {note}" if note and thing != ROOT and term.type.kind == "yes_or_no" else ""))
        case, item = key or ("", "")
        return lines + self.took.get((thing, case, "" if thing == ROOT else item), [])

    def _wrong(self, refused: Sequence[Refused]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in refused:
            found.setdefault(one.case, []).append(f"{one.place.sheet} {one.cell}: {one.reason[self.lang]}; {one.right[self.lang]}".strip())
        return found

    def _item(self, body: Body, thing: str, number: int, row: Sequence[Any], case: str) -> tuple[str, str] | None:
        """What a row is of a thing, as its table of results names it."""
        if thing == ROOT:
            return case, ""
        layout = body.layout
        shape = self.how.words.shapes[thing]
        if not shape.identified:
            return None
        columns = layout.of(thing)
        own = next((c for c in columns if c.meaning is not None and c.meaning.column == ID), None)
        to = next((c for c in layout.of(layout.thing) if thing != layout.thing and c.fact is not None and c.fact.kind == "reference" and c.fact.target == thing), None)
        column = to or own
        if column is not None:
            return None if row[column.index] is None else (case, body.cell(number, column, row[column.index], case) or "")
        if thing == layout.thing:
            return case, str(number)
        return case, "1"


def _case(body: Body, number: int, row: Sequence[Any]) -> str:
    key = body.layout.key
    return "" if key is None or row[key.index] is None else body.cell(number, key, row[key.index], "") or ""
