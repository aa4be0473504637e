"""What the papers of one case say, as plain texts: made from the facts and the trace alone, the same for every layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs
from babel.dates import format_date

from ..api import Result
from ..basics.neutral import visible
from ..explain import render
from ..explain.failures import facts_read
from ..explain.phrases import Phrases
from ..explain.records import Person, Row, SumLine, Table, View
from ..explain.view import make_view
from ..explain.words import FOLDER, words_for
from ..rulebook.model import ROOT, Term
from ..study.portfolio.opened import letters
from .appendices import first_up
from .columns import labels_of, listed, value_at
from .said import OfRuleset, of_ruleset, words

NAME: Final = "name"  # the label that says what somebody is called
OFFICE: Final = ("head", "under", "motto", "place", "prepared", "approved", "received", "remark")  # words that layouts print
TEMPLATES: Final = Path(__file__).parent / "templates"
Json = dict[str, Any]


def short_day(text: str, lang: str) -> str:
    """A day for a narrow column: 02/09/2026; 2 Sep 2026."""
    found = date.fromisoformat(text)
    return format(found, "%d/%m/%Y") if lang == "vi" else format_date(found, "d MMM y", locale="en_GB")


def office_lines(office: Mapping[str, str]) -> dict[str, list[str]]:
    """The office's own words, line by line; those that it does not have are no lines."""
    return {key: [visible(line) for line in office.get(key, "").split("\n") if line] for key in dict.fromkeys((*OFFICE, *office))}


@attrs.define
class CasePapers:
    """One decided case for its papers. Everything printed is one line with every character visible."""

    result: Result
    facts: Mapping[str, Any]
    lang: str
    office: Mapping[str, str] = attrs.field(factory=dict)
    folders: tuple[Path, ...] = ()
    view: View = attrs.field(init=False)
    phrases: Phrases = attrs.field(init=False)
    own: OfRuleset = attrs.field(init=False)
    _say: Any = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        book, found = self.result._rules.rulebook, self.result.to_dict()
        there = (*self.folders, *([Path(book.folder) / FOLDER] if book.folder else []))
        said = words_for(tuple(p for p in there if p.is_dir()), self.lang)
        self.view = make_view(book, found, self.lang, words=said)
        self.phrases = Phrases(book, self.lang, words=said, about=facts_read(found["trace"]))
        self.own = of_ruleset(book)
        shipped = render.environment((TEMPLATES, render.TEMPLATES), "text")
        self._say = shipped.get_template("sentences.txt.j2").make_module({"v": self.view})

    # ------------------------------------------------------------ the papers

    def statement(self, person: Person) -> Json:
        """What one person is paid, and how it came about: the numbers of the statement in text."""
        notes: dict[tuple[str, str], str] = {}  # each reason once, by a letter: a page has room for many lines
        work = [self._table(table, notes) for table in person.work]
        return {
            **self._common(), "person": self._person(person),
            "money": {"name": visible(person.money.name), "value": visible(person.money.value)},
            "sums": [self._sum(line) for line in person.sums], "work": work,
            "notes": [{"mark": mark, "text": text, "cites": cites} for (text, cites), mark in notes.items()],
        }  # fmt: skip

    def notice(self, person: Person) -> Json:
        """What of a person's work was not accepted, by which clause. ``lines`` and ``findings`` may be empty."""
        lines = [
            {"about": visible(row.about), "id": visible(row.id), "reasons": self._reasons(row)}
            for table in person.work for row in table.rows if row.why_not or row.cut
        ]  # fmt: skip
        return {
            **self._common(), "person": self._person(person), "lines": lines,
            "money": {"name": visible(person.money.name), "value": visible(person.money.value)},
        }  # fmt: skip

    def schedule(self) -> Json:
        """Every line as it was declared, with what was counted and payable, and why."""
        return {**self._common(), "people": [self._person(p) for p in self.view.people], "tables": list(self._lines())}

    # ------------------------------------------------------------ their parts

    def _common(self) -> Json:
        v = self.view
        warning = {"illustrative": "illustrative", "supplied": "supplied"}.get(v.reliability or "", "")
        phrases = self._say.t
        return {
            "lang": self.lang, "t": {**words("papers", self.lang), **{k: phrases[k] for k in ("statement", "sum", "case", "item", "notice", "received", "prepared")}},
            "office": office_lines(self.office), "case_id": visible(v.case_id), "about": self.labels(ROOT, self.facts),
            "ruleset": visible(v.ruleset), "law_at": v.law_at, "status": v.status,
            "warning": phrases[warning] if warning else "",
            "state": self.state,
            "drafts": [visible(d) for d in v.drafts],
            "findings": _once([(visible(f.message), visible(f.subject), f.cites) for f in (*v.openings, *v.findings)]),
            "questions": [{"text": visible(q.text), "subject": visible(q.subject), "cites": q.cites} for q in v.questions],
            "figures": [str(self._say.figure(f)) for f in v.figures], "digest": v.digest,
        }  # fmt: skip

    @property
    def state(self) -> str:
        """Why there is no number, in a sentence; "" where there is."""
        if self.view.status == "undetermined":
            return str(self._say.lacking(self.view.lacks))
        return str(self._say.t["refused_case"]) if self.view.status == "refused" else ""

    def labels(self, thing: str, item: Mapping[str, Any]) -> list[Json]:
        """What an item is labelled with, under the names that the ruleset has for labels."""
        named = self.own.labels.get(thing, {})
        given = labels_of(item)
        order = [*(k for k in named if k in given), *(k for k in given if k not in named)]
        return [{"key": k, "name": visible(first_up(named[k][self.lang]) if k in named else k), "value": visible(str(given[k]))} for k in order if given[k]]

    def name_of(self, identifier: str) -> str:
        """What somebody is called: by the label, else by the id in the file."""
        _, item = self.payee(identifier)
        return visible(str(labels_of(item).get(NAME) or identifier))

    def _person(self, person: Person) -> Json:
        labels = self.labels(*self.payee(person.id))
        return {
            "id": visible(person.id), "name": self.name_of(person.id), "about": visible(person.about),
            "labels": [x for x in labels if x["key"] != NAME],
        }  # fmt: skip

    def payee(self, identifier: str) -> tuple[str, Mapping[str, Any]]:
        """The list and the item of somebody whom the money goes to."""
        for thing in (t for t in self.phrases.rulebook.things if t != ROOT):
            for item in listed(self.facts, thing):
                if item.get("id") == identifier:
                    return thing, item
        return ROOT, {}

    def _sum(self, line: SumLine) -> Json:
        return {"text": str(self._say.arith(line)).strip(), "cites": line.cites}

    def _reasons(self, row: Row) -> list[Json]:
        failed = [{"text": str(self._say.failed(f)), "cites": f.cites} for f in row.why_not]
        return [*failed, *(self._sum(line) for line in row.cut)]

    def _table(self, table: Table, notes: dict[tuple[str, str], str]) -> Json:
        rows = []
        for row in table.rows:
            marks = [notes.setdefault((r["text"], r["cites"]), letters(len(notes)).lower()) for r in self._reasons(row)]
            cells = [visible(c) for c in row.cells]
            sums = "; ".join(text.rpartition(": ")[2] for text in row.sums)  # without names: a page has room for many lines
            rows.append({"about": visible(row.about), "cells": cells, "sums": visible(sums), "marks": ", ".join(marks)})
        return {"title": visible(table.title), "columns": [visible(c) for c in table.columns], "rows": rows}

    def _lines(self) -> Iterator[Json]:
        """The lists in order of a date, with a column for every fact that some line states."""
        book = self.phrases.rulebook
        tables = {t.title: t for t in self.view.tables}
        for thing in book.things.values():
            table = tables.get(self.phrases.title(thing.plurals))
            items = self.facts.get(thing.key)
            if thing.key == ROOT or not thing.in_order_of or table is None or not isinstance(items, list):
                continue
            facts = [t for t in book.terms_of(thing.key) if t.fact and not t.inverse_of and any(value_at(i, t.path) is not None for i in items)]
            columns = [self.phrases.called(t) for t in facts]
            rows = []
            for item, row in zip(items, table.rows, strict=True):
                cells = [self._fact(t, value_at(item, t.path)) for t in facts]
                labels = self.labels(thing.key, item)
                rows.append({
                    "id": visible(row.id), "cells": cells, "results": [visible(c) for c in row.cells], "reasons": self._reasons(row),
                    "labels": labels, "declared": [*_named(columns, cells), *labels], "decided": _named(table.columns, row.cells),
                })  # fmt: skip
            yield {"title": visible(table.title), "columns": [visible(c) for c in columns], "results": [visible(c) for c in table.columns], "rows": rows}

    def _fact(self, term: Term, value: Any) -> str:
        if value is None:
            return "–"
        if term.type.kind == "number":
            value = str(value)
        if term.type.kind == "date":
            return short_day(value, self.lang)
        if term.type.kind == "reference":
            return self.name_of(str(value))
        return visible(self.phrases.value(term, value))


def _once(told: Sequence[tuple[str, str, str]]) -> list[Json]:
    """Findings that say the same of several subjects, each once."""
    found: dict[tuple[str, str], list[str]] = {}
    for text, subject, cites in told:
        found.setdefault((text, cites), []).append(subject)
    return [{"text": t, "subject": ", ".join(filter(None, who)), "cites": c} for (t, c), who in found.items()]


def _named(names: Sequence[str], values: Sequence[str]) -> list[Json]:
    """Cells with the names of their columns, for layouts that have no room for columns."""
    return [{"name": visible(n), "value": visible(v)} for n, v in zip(names, values, strict=True) if v != "–"]
