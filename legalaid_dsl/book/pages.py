"""All pages of a book in one language: path → text. Every page stands by itself; only the search has a script."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import attrs
from markupsafe import Markup

from ..basics.bilingual import LANGUAGES
from ..basics.citation import Citation, level_name, order_key, printed_label
from ..cases.case_file import WorkedCase
from ..explain.numbers import day, number
from ..explain.phrases import Phrases
from ..explain.render import TEMPLATES as EXPLAINING
from ..explain.render import fill
from ..language.grammar import language_of
from ..papers.appendices import first_up
from ..papers.cells import asked_tables
from ..rulebook.model import Reading
from ..workbench.coverage.survey import STATES, Covered
from ..workbench.examples.runner import Outcome
from . import address, figures, trying
from .choices import Told, effects, outcome_text, title_of
from .gather import Law
from .search import script_of
from .text import Printed, named
from .ties import listed, of_provision, picture, ties

TEMPLATES: Final = Path(__file__).parent / "templates"
PARTS: Final = ("index", "readings", "figures", "terms", "examples", "history", "graph", "try", "search")
SHOWN: Final = 5  # examples beside a provision; the others are named under them
MOST_WORDS: Final = 400  # of an official text in the index of the search


def pages(law: Law, lang: str, country: str, both: bool = True) -> dict[str, str]:
    """Path from the folder of the language → page. ``both``: the book has the other language too."""
    return dict(_Maker(law, lang, country, both).pages())


@cache
def words(lang: str) -> Mapping[str, Any]:
    """All that pages say by themselves."""
    found: dict[str, Mapping[str, Any]] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
    return found[lang]


@attrs.frozen(slots=False, eq=False)
class _Maker:
    law: Law
    lang: str
    country: str
    both: bool

    # -------------------------------------------------------------- what pages share

    @cached_property
    def trying(self) -> str:
        """The script that decides cases in a page; empty where the rules have none."""
        return trying.script_of(self.law, self.lang, dict(words(self.lang)["try"]))

    @cached_property
    def phrases(self) -> Phrases:
        return Phrases(self.law.rulebook, self.lang)

    @cached_property
    def printed(self) -> Printed:
        return Printed(self.law.rulebook, self.lang)

    @cached_property
    def ties(self) -> list[Any]:
        return ties(self.law.rulebook)

    @cached_property
    def places(self) -> list[Citation]:
        """Every provision and whatever else has sentences, in the order of the law, the ruleset's own instrument first."""
        book = self.law.rulebook
        every = {*book.provisions, *(c for c in self.law.lines if c.article), *(Citation(i) for i in book.instruments)}
        return sorted(every, key=lambda c: (c.instrument != book.id, order_key(c)))

    @cached_property
    def _known(self) -> frozenset[Citation]:
        return frozenset(self.places)

    @cached_property
    def covered(self) -> Mapping[Citation, Covered]:
        return {c.provision.citation: c for c in self.law.coverage.provisions}

    @cached_property
    def rows(self) -> Mapping[Citation, list[dict[str, Any]]]:
        """The sentences of every provision in both tongues; without examples nothing is said of what they show."""
        return {c: self.printed.rows(lines, self.covered.get(c) if self.law.outcomes else None) for c, lines in self.law.lines.items()}

    @cached_property
    def links(self) -> Mapping[str, str]:
        """Example → where it stands."""
        return {o.case.key: f"{page}#{o.case.key}" for page, found in self.files.items() for o in found}

    @cached_property
    def files(self) -> Mapping[str, list[Outcome]]:
        """Page → the examples of a file."""
        found: dict[str, list[Outcome]] = {}
        for outcome in self.law.outcomes:
            found.setdefault(address.examples_page(_stem(outcome.case)), []).append(outcome)
        return found

    @cached_property
    def told(self) -> Told:
        return Told(self.law, self.phrases, words(self.lang)["status"], effects(self.law), self.links)

    @cached_property
    def _readings(self) -> list[Reading]:
        book = self.law.rulebook
        return sorted(book.readings.values(), key=lambda r: (r.citation.instrument != book.id, order_key(r.citation)))

    @cached_property
    def figures(self) -> list[dict[str, Any]]:
        return figures.figures(self.phrases)

    @cached_property
    def tables(self) -> list[dict[str, Any]]:
        return figures.tables(self.phrases, {a.table.key: len(a.cells) for a in asked_tables(self.law.rules)})

    @cached_property
    def changes(self) -> list[dict[str, Any]]:
        """Every change of the text, in time, with its redline."""
        return [
            {"acts": [a[self.lang] for a in s.acts], "draft": s.draft, "day": day(s.from_date.isoformat(), self.lang), "n": i,
             "places": [{"name": named(self.law.rulebook, c.citation, self.lang), "pieces": c.pieces, "citation": c.citation} for c in s.changes(self.lang)]}
            for i, s in enumerate(self.law.steps, 1)
        ]  # fmt: skip

    def _fill(self, name: str, path: str, title: str, script: str = "", **more: Any) -> tuple[str, str]:
        book = self.law.rulebook
        shell = {
            "lang": self.lang, "other": "en" if self.lang == "vi" else "vi", "both": self.both, "up": "../" * path.count("/"),
            "path": path, "here": path.removesuffix(".html"), "title": title, "script": Markup(script), "parts": tuple(p for p in PARTS if p != "try" or self.trying),
            "hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() if script else "",
            "book": book.instruments[book.id].short[self.lang], "digest": book.digest, "drafts": [d[self.lang] for d in book.drafts],
        }  # fmt: skip
        return path, fill((TEMPLATES, EXPLAINING), name, "html", page=shell, t=words(self.lang), **more)

    def _link(self, citation: Citation) -> str:
        return address.link_to(citation)

    # -------------------------------------------------------------- pages

    def pages(self) -> Iterator[tuple[str, str]]:
        t = words(self.lang)
        yield self._fill("index", address.FRONT, self._title(), law=self._front())
        pages: dict[str, list[Citation]] = {}
        for place in self.places:
            pages.setdefault(address.page_of(place), []).append(place)
        order = list(pages)
        for i, (path, places) in enumerate(pages.items()):
            beside = [self._beside(pages[order[j]][0]) if 0 <= j < len(order) else None for j in (i - 1, i + 1)]
            yield self._fill("article", path, self._heading(places[0]), a=self._article(places), beside=beside)
        yield self._fill("readings", address.READINGS, t["parts"]["readings"], readings=[self._linked(r) for r in map(self.told.reading, self._readings)])
        yield self._fill("figures", address.FIGURES, t["parts"]["figures"], figures=self._all_linked(self.figures, "values"), tables=self._all_linked(self.tables, "totals"))
        yield self._fill("terms", address.TERMS, t["parts"]["terms"], things=self._terms())
        yield self._fill("examples", address.EXAMPLES, t["parts"]["examples"], files=self._files(), total=number(str(len(self.law.outcomes)), self.lang))
        for path, found in self.files.items():
            yield self._fill("cases", path, self._file_title(found), cases=[self._case(o) for o in found], file=_file(found[0].case))
        yield self._fill("history", address.HISTORY, t["parts"]["history"], steps=[{**s, "places": [self._linked(p) for p in s["places"]]} for s in self.changes], since=self._since())
        yield self._fill("graph", address.GRAPH, t["parts"]["graph"], drawn=picture(self.law.rulebook, self.ties, self.lang), exceptions=self._exceptions())
        if self.trying:
            yield self._fill("try", address.TRY, t["parts"]["try"], script=self.trying)
        yield self._fill("search", address.SEARCH, t["parts"]["search"], script=script_of(self._index()))

    def _title(self) -> str:
        return self.law.rulebook.instruments[self.law.rulebook.id].names[self.lang]

    def _since(self) -> str:
        start = self.law.rulebook.instruments[self.law.rulebook.id].in_force_from
        return day(start.isoformat(), self.lang) if start is not None else ""

    def _front(self) -> dict[str, Any]:
        found = self.law.coverage

        def count(n: int) -> str:
            return number(str(n), self.lang)

        instruments: dict[str, list[dict[str, Any]]] = {}
        for place in self.places:
            articles = instruments.setdefault(place.instrument, [])
            if place == Citation(place.instrument, place.article) and place.article:
                articles.append(self._beside(place) | {"label": first_up(place.name(self.lang)), "marks": []})
            covered = self.covered.get(place)
            if covered is not None and covered.binding and articles:
                state = covered.state if self.law.outcomes else "untried"
                articles[-1]["marks"].append({"href": self._link(place), "state": state, "name": named(self.law.rulebook, place, self.lang)})
        return {
            "number": self.law.rulebook.instruments[self.law.rulebook.id].number, "since": self._since(),
            "numbers": [(count(n), key) for n, key in ((len(found.binding), "provisions"), (len(self.law.rulebook.readings), "readings"),
                        (len(self.law.outcomes), "examples"), (sum(len(v) for v in self.law.rulebook.figures.values()), "figures"))],
            "states": [(s, count(found.count(s))) for s in STATES] if self.law.outcomes else [],
            "instruments": [{"key": k, "name": self.law.rulebook.instruments[k].names[self.lang], "articles": a} for k, a in instruments.items()],
            "sample": self._sample(),
        }  # fmt: skip

    def _sample(self) -> dict[str, str]:
        """An address as an example of how things are cited: the deepest of the first that there are."""
        place = max(self.places[:40], key=lambda c: len(c.path.split("/")))
        return {"path": place.path, "href": self._link(place), "name": named(self.law.rulebook, place, self.lang)}

    def _beside(self, place: Citation) -> dict[str, Any]:
        there = self.law.rulebook.provisions.get(place)
        note = there.headnote[self.lang] if there is not None and there.headnote is not None else ""
        label = named(self.law.rulebook, place, self.lang) if place.article else self.law.rulebook.instruments[place.instrument].short[self.lang]
        return {"label": label, "headnote": note, "href": self._link(place)}

    def _heading(self, place: Citation) -> str:
        found = self._beside(place)
        return f"{found['label']}. {found['headnote']}" if found["headnote"] else str(found["label"])

    def _article(self, places: list[Citation]) -> dict[str, Any]:
        first = places[0]
        instrument = self.law.rulebook.instruments[first.instrument]
        rows = [self._row(place) for place in places]
        inside = [self._beside(p) for p in self.places if p.instrument == first.instrument and p.article and p == Citation(p.instrument, p.article)]
        return {**self._beside(first), "instrument": instrument.names[self.lang], "number": instrument.number, "whole": not first.article,
                "rows": rows, "articles": inside if not first.article else []}  # fmt: skip

    def _row(self, place: Citation) -> dict[str, Any]:
        covered, book = self.covered.get(place), self.law.rulebook
        there = book.provisions.get(place)
        notes = [(lang, there.headnote[lang]) for lang in self.printed.langs if getattr(there.headnote, lang)] if there is not None and there.headnote is not None else []
        level = next((x for x in ("example", "sub", "point", "clause") if getattr(place, x)), "article")
        tied = of_provision(self.ties, place)
        return {
            "anchor": address.anchor_of(place), "level": level, "full": named(book, place, self.lang), "path": place.path,
            "label": f"{level_name(level)[self.lang]} {printed_label(getattr(place, level), self.lang)}" if level != "article" else "",
            "eli": address.eli(place, self.country), "notes": notes[level == "article" :],
            "official": [(lang, self.law.official[lang][place].words) for lang in self.printed.langs if place in self.law.official[lang]],
            "lines": self.rows.get(place, []),
            "choices": [self._linked(r) for r in self.told.of(place)],
            "heading": [self.printed.boundary(b) for b in covered.heading if not b.tested] if covered is not None and self.law.outcomes else [],
            "figures": figures.standing_at(self.figures, place), "tables": figures.standing_at(self.tables, place),
            "state": covered.state if covered is not None and covered.binding and self.law.outcomes else "",
            "cases": self._shown(covered) if covered is not None else None,
            "ties": [(k, [self._place(c) for c in found]) for k, found in listed(tied, ("exception", "exception_of", "reference", "reference_of", "use", "use_of"))],
            "changes": [s for s in self.changes if any(p["citation"] == place for p in s["places"])],
            "amended": [{"act": a.act[self.lang], "day": day(a.from_date.isoformat(), self.lang)} for a in book.amended_by.get(place, ())],
        }  # fmt: skip

    def _place(self, citation: Citation) -> dict[str, str]:
        return {"href": self._link(citation), "name": named(self.law.rulebook, citation, self.lang)}

    def _linked(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """A record with the link to the provision that it names, or to the nearest around it: a draft may add what is not there."""
        there = next((c for c in record["citation"].chain() if c in self._known), None)
        return {**record, "href": self._link(there) if there is not None else address.FRONT}

    def _all_linked(self, found: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
        return [{**one, name: [self._linked(v) for v in one[name]]} for one in found]

    # -------------------------------------------------------------- examples

    @cached_property
    def _outcomes(self) -> Mapping[int, Outcome]:
        return {id(o.case): o for o in self.law.outcomes}

    def _shown(self, covered: Covered) -> dict[str, Any] | None:
        """The examples that decide a provision: first those that name it as their reason."""
        if not covered.decided_by:
            return None
        at = covered.provision.citation
        naming = [c for c in covered.decided_by if any(w == at and not negated for w, negated, _ in c.because)]
        order = list({id(c): c for c in (*naming, *covered.decided_by)}.values())
        return {
            "total": number(str(len(order)), self.lang), "named": [self._brief(c) for c in order[:SHOWN]],
            "others": [{"href": self.links[c.key], "key": c.key} for c in order[SHOWN:]],
        }  # fmt: skip

    def _brief(self, case: WorkedCase) -> dict[str, str]:
        outcome = self._outcomes[id(case)]
        return {"title": title_of(outcome, self.lang), "href": self.links[case.key], "key": case.key,
                "result": outcome_text(outcome.result, self.phrases, words(self.lang)["status"])}  # fmt: skip

    def _case(self, outcome: Outcome) -> dict[str, Any]:
        case, book = outcome.case, self.law.rulebook
        span = case.node.span
        cited = sorted((c for c in outcome.cited if c in book.provisions), key=lambda c: (c.instrument != book.id, order_key(c)))
        return {
            **self._brief(case), "lines": self.printed.example(case.node, language_of(span.source.text) if span is not None else "en"),
            "failed": [f.message[self.lang] for f in outcome.failures], "cites": [self._place(c) for c in cited],
            "readings": [{"href": f"{address.READINGS}#{k}", "name": f"{k} = {c}"} for k, c in case.readings.items()],
        }  # fmt: skip

    def _files(self) -> list[dict[str, Any]]:
        return [{"name": _file(found[0].case), "title": self._file_title(found), "href": path, "count": number(str(len(found)), self.lang),
                 "cases": [self._brief(o.case) for o in found]} for path, found in self.files.items()]  # fmt: skip

    def _file_title(self, found: list[Outcome]) -> str:
        """The article whose examples they are, by the name of the file; else the name."""
        name = _stem(found[0].case)
        for place in self.law.rulebook.provisions:
            span = self.law.rulebook.provisions[place].span
            if span is not None and Path(span.source.name).stem == name and place.instrument == self.law.rulebook.id:
                return f"{words(self.lang)['parts']['examples']}: {named(self.law.rulebook, Citation(place.instrument, place.article), self.lang)}"
        return f"{words(self.lang)['parts']['examples']}: {name}"

    # -------------------------------------------------------------- lists

    def _terms(self) -> list[dict[str, Any]]:
        book, other = self.law.rulebook, self.printed.langs[1]
        return [
            {"name": thing.names[self.lang], "key": thing.key, "terms": [
                {"key": t.key.replace(".", "-"), "name": t.names[self.lang], "other": t.names[other], "fact": t.fact, "path": ".".join(t.path),
                 "asked": t.asked[self.lang] if t.asked is not None else "", "choices": self._choices(t.type.key) if t.type.kind in ("choice", "choices") else "",
                 "at": [self._place(c) for c in dict.fromkeys(r.citation for r in book.rules.get(t.key, ()))][:6]}
                for t in book.terms_of(thing.key)]}
            for thing in book.things.values()
        ]  # fmt: skip

    def _choices(self, vocabulary: str) -> str:
        return ", ".join(c.names[self.lang] for c in self.law.rulebook.vocabularies[vocabulary].choices.values())

    def _exceptions(self) -> list[dict[str, Any]]:
        found: dict[Citation, list[Citation]] = {}
        for tie in self.ties:
            if tie.kind == "exception":
                found.setdefault(tie.source, []).append(tie.target)
        return [{**self._place(c), "to": [self._place(x) for x in targets]} for c, targets in found.items()]

    def _index(self) -> list[tuple[str, str, str, str]]:
        """(kind, title, link, what is searched) of everything that can be found."""
        t, book, found = words(self.lang)["kinds"], self.law.rulebook, list[tuple[str, str, str, str]]()
        for place in self.places:
            there = book.provisions.get(place)
            note = there.headnote if there is not None else None
            texts = [note[lang] for lang in LANGUAGES] if note is not None else []
            texts += [part for line in self.rows.get(place, []) for _, part in line["texts"][0][1]]
            texts += [" ".join(texts_of[place].words.split()[:MOST_WORDS]) for texts_of in self.law.official.values() if place in texts_of]
            title = named(book, place, self.lang) + (f". {note[self.lang]}" if note is not None else "")
            found.append((t["provision"], title, self._link(place), " ".join(texts)))
        for reading in book.readings.values():
            choices = [c.text[self.lang] for c in reading.choices.values()]
            found.append((t["reading"], reading.question[self.lang], f"{address.READINGS}#{reading.id}", " ".join([reading.id, *choices])))
        for one in (*self.figures, *self.tables):
            found.append((t["figure"], one["name"], f"{address.FIGURES}#{one['key']}", " ".join(v["source"] for v in one.get("values", one.get("totals", [])))))
        for term in book.terms.values():
            names = [term.names[lang] for lang in LANGUAGES]
            found.append((t["term"], names[self.lang == "vi"], f"{address.TERMS}#{term.key.replace('.', '-')}", " ".join([*names, term.key])))
        found += [(t["example"], title_of(o, self.lang), self.links[o.case.key], o.case.key) for o in self.law.outcomes]
        return found


def _stem(case: WorkedCase) -> str:
    return Path(_file(case)).stem


def _file(case: WorkedCase) -> str:
    span = case.node.span
    return Path(span.source.name).name if span is not None else ""
