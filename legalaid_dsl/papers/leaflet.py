"""Leaflets: what the rules mean for those whom they concern, from headnotes, figures in force and worked examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from ..api import Rules
from ..basics.bilingual import BilingualError
from ..basics.citation import Citation
from ..basics.neutral import visible
from ..basics.problem import not_there
from ..cases.case_file import WorkedCase, read_cases
from ..explain import render
from ..explain.numbers import day
from ..explain.phrases import Phrases
from ..rulebook.model import DatedValue, Rulebook
from ..workbench.examples.runner import case_files, run_case
from .appendices import first_up
from .record import TEMPLATES, CasePapers, Json
from .said import both, of_ruleset, words


class NoLeaflet(BilingualError):
    """A leaflet that the ruleset does not describe, or that speaks of something that is not in it."""


def leaflets(book: Rulebook) -> list[str]:
    """The keys of the leaflets that a ruleset describes."""
    return list(of_ruleset(book).leaflets)


def leaflet(rules: Rules, key: str, lang: str, on: date | None = None) -> Json:
    """What one leaflet says. ``on``: the day whose figures it tells; without it the last known. Raises NoLeaflet."""
    known = of_ruleset(rules.rulebook).leaflets
    if key not in known:
        raise NoLeaflet.of(not_there(both("unknown", "leaflet"), key, known))
    return _Maker(rules, lang, on).of(known[key])


@attrs.define
class _Maker:
    rules: Rules
    lang: str
    on: date | None

    @property
    def book(self) -> Rulebook:
        return self.rules.rulebook

    def of(self, told: Mapping[str, Any]) -> Json:
        sections = [
            {
                "title": s["title"][self.lang], "lines": [self._provision(p) for p in s["provisions"]],
                "figures": [self._figure(f) for f in s["figures"]], "examples": list(self._worked(s["examples"])),
            }
            for s in told["sections"]
        ]  # fmt: skip
        act = self.book.instruments[self.book.id]
        return {
            "lang": self.lang, "t": words("leaflet", self.lang), "title": told["title"][self.lang],
            "for": told["for"][self.lang], "act": act.names[self.lang], "digest": self.book.digest,
            "drafts": [visible(d[self.lang]) for d in self.book.drafts], "sections": sections,
        }  # fmt: skip

    def _provision(self, path: str) -> Json:
        """The headnote of a provision, as the rules have it today."""
        citation = Citation.from_path(path)
        found = self.book.provisions.get(citation)
        if found is None or found.headnote is None:
            raise NoLeaflet.of(both("unknown", "headnote", path=path))
        return {"text": found.headnote[self.lang], "cites": Phrases(self.book, self.lang).cites([path])}

    def _figure(self, key: str) -> Json:
        """A figure with the day from which it holds, its source and how sure it is."""
        values = self.book.figures.get(key, ())
        before = [v for v in values if self.on is None or v.from_date <= self.on]
        if not before:
            raise NoLeaflet.of(both("unknown", "figure", key=key))
        value = max(before, key=lambda v: v.from_date)
        return {"text": self._value(key, value), "cites": self._source(value)}

    def _value(self, key: str, value: DatedValue) -> str:
        term = next((t for t in self.book.terms.values() if t.path[-1] == key or t.key == key), None)
        phrases = Phrases(self.book, self.lang)
        name = first_up(term.names[self.lang]) if term is not None else key
        shown = phrases.value(term, str(value.number)) if term is not None else str(value.number)
        return words("leaflet", self.lang)["since"].format(name=name, value=shown, day=day(value.from_date.isoformat(), self.lang))

    def _source(self, value: DatedValue) -> str:
        return f"{value.source[self.lang]}, {words('leaflet', self.lang)[value.status]}"

    def _worked(self, keys: Iterable[str]) -> Iterator[Json]:
        """Examples that still come out as they say, with their sums."""
        for key in keys:
            case = _examples(self.rules).get(key)
            if case is None:
                raise NoLeaflet.of(both("unknown", "example", key=key))
            done = run_case(self.rules, case)
            if done.failures:
                continue
            paper = CasePapers(done.result, case.facts, self.lang)
            title, example = case.node.text[self.lang] if case.node.text is not None else key, words("leaflet", self.lang)["example"]
            yield {
                "title": title if title.startswith(example) else f"{example}: {title}", "sums": [s for p in paper.view.people[:1] for s in paper.statement(p)["sums"]],
                "money": [{"name": x.name, "value": x.value} for x in paper.view.money[:1]],
                "rows": [f"{r['about']}: {r['sums']}" for p in paper.view.people[:1] for t in paper.statement(p)["work"] for r in t["rows"] if r["sums"]][:2],
            }  # fmt: skip


@lru_cache(maxsize=1)
def _examples(rules: Rules) -> dict[str, WorkedCase]:
    """The worked examples of a ruleset by their keys."""
    return {case.key: case for case in read_cases(rules.rulebook, case_files(Path(rules.rulebook.folder)))}


def page(data: Json, folder: Path | None = None) -> str:
    """A leaflet as a page of HTML, by the layout of an office or ours. Raises jinja2.TemplateError."""
    folders = tuple(p for p in (folder, TEMPLATES, render.TEMPLATES) if p is not None)
    return render.fill(folders, "leaflet", "html", v=data)
