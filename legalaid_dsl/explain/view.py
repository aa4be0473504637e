"""The records that a template prints, made from a result and its trace alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..basics.citation import Citation, order_key
from ..rulebook.model import ROOT, Rulebook, Term
from .account import Account
from .failures import facts_read, why_not
from .numbers import day, number
from .otherwise import WhatIf
from .phrases import Phrases
from .records import (
    Cut,
    Figure,
    Finding,
    Limit,
    Line,
    Provision,
    Question,
    Reading,
    Refused,
    Row,
    Slice,
    Step,
    Table,
    View,
)
from .sums import Arithmetic, Trace, beside, written
from .words import Words

CONFLICT: Final = "conflict"  # the code of an opening where rules decide one thing at once
_STATUS = {"official": "official", "secondary": "secondary", "supplied": "by_user", "illustrative": "made_up"}


def make_view(
    rulebook: Rulebook, result: Mapping[str, Any], lang: str, texts: Mapping[Citation, str] | None = None,
    words: Words | None = None, who: Iterable[str] = (), what_if: Iterable[Mapping[str, Any]] | None = None,
    link: Callable[[str], str] | None = None,
) -> View:  # fmt: skip
    """``texts``: the official text of provisions, where it is attached. ``words``: the instrument's own. ``who``: the ids
    of those whose statements are wanted; of all where none is given. ``what_if``: what else could have come out, where asked.
    ``link``: what leads to a provision, by its path."""
    about = facts_read(result["trace"])
    maker = _Maker(rulebook, lang, result, texts or {}, about=about, words=words or Words(), who=tuple(who), link=link)
    return maker.view(tuple(what_if) if what_if is not None else None)


@attrs.define(slots=True)
class _Maker(Phrases):
    result: Mapping[str, Any]
    texts: Mapping[Citation, str]
    who: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    told: Trace = attrs.field(init=False)
    sums: Arithmetic = attrs.field(init=False)
    else_: WhatIf = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.told = Trace(list(self.result["trace"]))
        tables = [t.key for t in self.rulebook.things.values() if t.in_order_of]
        figures = {f["key"]: self._figure(f) for f in self.result["figures"]}
        self.sums = Arithmetic(self, self.told, frozenset(tables), {k: f.name for k, f in figures.items()})

    def view(self, what_if: tuple[Mapping[str, Any], ...] | None) -> View:
        trace: list[Mapping[str, Any]] = list(self.result["trace"])
        account = Account(self, self.result, self.told, self.sums)
        self.else_ = WhatIf(self, what_if or (), account.last(), self._item_at)
        tables = tuple(self._tables(trace))
        steps = tuple(self._step(e) for e in trace if self._tells(e))
        refused = tuple(self._refused(trace))
        cuts = tuple(c for e in self._summed(trace) for c in self._cuts(e))
        openings = self._findings(self.result.get("openings", ()))
        findings = self._findings(self.result["findings"])
        readings = tuple(self._reading(r) for r in self.result["readings"])
        law_at = self.result["law_at"]
        results = tuple(self._results())
        lines = account.case_lines()
        return View(
            lang=self.lang, case_id=self.result["case_id"] or "",
            ruleset=self.rulebook.instruments[self.rulebook.id].names[self.lang],
            status=self.result["status"], reliability=self.result["reliability"],
            law_at=day(law_at, self.lang) if law_at else "",
            lacks=tuple(self._lacks()), results=results, tables=tables, steps=steps, refused=refused, cuts=cuts,
            questions=tuple(self._question(n) for n in self.result["needs"]),
            openings=openings, findings=findings, readings=readings,
            figures=tuple(self._figure(f) for f in self.result["figures"]),
            provisions=tuple(self._provisions()),
            drafts=tuple(d[self.lang] for d in self.rulebook.drafts), digest=self.result["ruleset"]["digest"],
            masked=tuple(self.result.get("masked", ())), money=account.money(results),
            groups=tuple(account.groups(lines)), reasons=tuple(account.reasons(bool(lines))), people=tuple(account.people(self.who, tables)),
            work=account.work(tables),
            words=self.words.words, base=self.lang, what_if=what_if is not None, only=self._only(),
        )  # fmt: skip

    def _only(self) -> str:
        only = self.rulebook.instruments[self.rulebook.id].only
        return f"only_{only}" if only not in ("", self.lang) else ""

    def _findings(self, found: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
        """What is found, each message once for all the items that it is about."""
        told: dict[tuple[str, str], list[str]] = {}
        for f in found:
            told.setdefault((f["message"][self.lang], self.cites(f["cites"])), []).append(f.get("path", ""))
        return tuple(Finding(message, self._places(paths), cites) for (message, cites), paths in told.items())

    def _places(self, paths: list[str]) -> str:
        names = list(dict.fromkeys(filter(None, map(self._place, paths))))
        first = names[0].rpartition(" ")[0] if len(names) > 1 else ""
        if first and all(n.rpartition(" ")[0] == first for n in names):
            return f"{first} {', '.join(n.rpartition(' ')[2] for n in names)}"
        return "; ".join(names)

    def _summed(self, trace: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """The decisions whose numbers go into a result."""
        results = {t.key for t in self.rulebook.terms.values() if t.result is not None}
        reached = self.sums.summed((e["term"], e["subject"]["path"]) for e in trace if e["term"] in results)
        return (e for e in trace if (e["term"], e["subject"]["path"]) in reached)

    def _place(self, path: str) -> str:
        """Where a finding is; in quotes where somebody made the key up, as it stands at the beginning of a line."""
        made_up = not re.fullmatch(r"[a-z0-9_.\[\]]*", path)
        return f"“{path}”" if made_up else self._subject_of(path)

    def _lacks(self) -> Iterable[str]:
        """Why there is no answer: what the case lacks, what the tables lack, what the law lacks, where it disagrees."""
        if self.result["status"] == "undetermined":
            wanted = {need["what"] for need in self.result["needs"]}
            yield from (f"no_{what}" for what in ("fact", "figure") if what in wanted)
            codes = [opening["code"] for opening in self.result.get("openings", ())]
            if CONFLICT in codes:
                yield "conflict"
            if any(code != CONFLICT for code in codes) or not (wanted or codes):
                yield "left_open"

    def _subject_of(self, path: str) -> str:
        """A finding's place: the item's id where it has one."""
        head = path.partition(".")[0]
        for thing in self.rulebook.things.values():
            for i, item in enumerate(self.result.get(thing.key) or ()):
                if head == f"{thing.key}[{i}]" and isinstance(item, Mapping):
                    return f"{self.title(thing.names)} {item['id']}"
        for term in self.rulebook.terms.values():
            if term.fact and term.thing == ROOT and path == ".".join(term.path):
                return self.title(term.names)
        return self._place_of_none(path)

    def _place_of_none(self, path: str) -> str:
        """A place in facts that could not be read: by its number in the list, and the name of the fact."""
        found = re.fullmatch(r"(\w+)\[(\d+)\](?:\.([\w.]+))?", path)
        if found is None or found[1] not in self.rulebook.things:
            return path
        item = f"{self.rulebook.things[found[1]].names[self.lang]} {int(found[2]) + 1}"
        term = next((t for t in self.rulebook.terms_of(found[1]) if t.fact and ".".join(t.path) == found[3]), None)
        if term is None:
            return path if found[3] else f"{item[:1].upper()}{item[1:]}"
        return f"{self.title(term.names)} ({item})"

    def _item_at(self, path: str) -> str:
        """What an item is called inside a sentence."""
        thing, _, place = path.rstrip("]").partition("[")
        return self.subject({"thing": thing, "id": self.result[thing][int(place)]["id"], "path": path})

    # -------------------------------------------------------------- results

    def _results(self) -> Iterable[Line]:
        for term in self.rulebook.terms_of(ROOT):
            if term.result is not None and term.result.key in self.result and self.result["status"] != "refused":
                bounds = self.result.get("bounds", {}).get(term.result.key)
                between = (self.value(term, bounds[0]), self.value(term, bounds[1])) if bounds else None
                yield Line(self.called(term), self.value(term, self.result[term.result.key]), between)

    def _tables(self, trace: list[Mapping[str, Any]]) -> Iterable[Table]:
        about = self.about
        for thing in self.rulebook.things.values():
            items = self.result.get(thing.key)
            if thing.key == ROOT or not isinstance(items, list) or not items:
                continue
            terms = [
                t for t in self.rulebook.terms_of(thing.key)
                if t.result is not None and any(t.result.key in item for item in items)
            ]  # fmt: skip
            rows = []
            for i, item in enumerate(items):
                given = {t.key: t.result.key for t in terms if t.result is not None and t.result.key in item}
                path = f"{thing.key}[{i}]"
                lines = [Line(self.called(t, path), self.value(t, item[given[t.key]])) for t in terms if t.key in given]
                cells = [self.value(t, item[given[t.key]]) if t.key in given else "–" for t in terms]
                known = about.get(f"{thing.key}[{i}]", {})
                shown = [self.value(t, known[t.key]) for t in self._telling(thing.key) if known.get(t.key) is not None]
                rows.append(self._row_reasons(path, terms, Row(item["id"], "; ".join(shown), tuple(lines), tuple(cells), self.cites(item["cites"]))))
            yield Table(self.title(thing.plurals), tuple(self.called(t) for t in terms), tuple(rows))

    def _row_reasons(self, path: str, terms: list[Term], row: Row) -> Row:
        """How the numbers of a line came about, why it is not counted, and what cut it."""
        lines = self.sums.lines((t.key, path) for t in terms)
        summed = [line for line in lines if line.formula and not line.sign]
        sums, because = tuple(written(line, not i) for i, line in enumerate(summed)), dict.fromkeys(x.because for x in summed if x.because)
        entries = [e for e in (self.told.by_slot.get((t.key, path)) for t in terms) if e is not None and e["value"] is False]
        failed = tuple(f for e in entries for f in why_not(self, self.told, e))
        cut = tuple(line for line in lines if line.sign)
        return attrs.evolve(row, sums=sums, why_not=failed, cut=cut, because=tuple(because))

    def _telling(self, thing: str) -> list[Term]:
        """The facts that tell a reader which item it is."""
        kinds = ("choice", "date", "number")
        return [t for t in self.rulebook.terms_of(thing) if t.fact and t.result is None and t.type.kind in kinds]

    # -------------------------------------------------------------- why

    def _tells(self, entry: Mapping[str, Any]) -> bool:
        """Steps of the case and its providers that decide something; lines of work have their table."""
        thing = entry["subject"]["thing"]
        items = self.result.get(thing)
        detailed = isinstance(items, list) and self.rulebook.things[thing].in_order_of
        term = self.term(entry["term"])
        shown = thing == ROOT or (items is not None and not detailed) or thing not in self.result
        told = not term.in_passing and term.type.kind != "reference"
        return bool(shown and told and entry["cites"] and entry["value"] not in (None, False))

    def _step(self, entry: Mapping[str, Any]) -> Step:
        term = self.term(entry["term"])
        limits = tuple(
            Limit(self.value(term, x["limit"]), x["kind"] == "at_least", self.cites(x["cites"]))
            for x in entry.get("limits", ()) if x.get("took", x.get("gave")) != "0"
        )  # fmt: skip
        return Step(
            self.called(term, entry["subject"]["path"]), self.subject(entry["subject"]), self.value(term, entry["value"]),
            self.cites(entry["cites"]), limits, tuple(map(self._slice, entry.get("slices", ()))),
        )  # fmt: skip

    def _slice(self, one: Mapping[str, Any]) -> Slice:
        term = self.term(one["term"])
        return Slice(self.amount(term, one["part"]), f"{self.decimal(one['factor'], 100)}%", self.amount(term, one["value"]))

    def _refused(self, trace: list[Mapping[str, Any]]) -> Iterable[Refused]:
        shown = {t.key for t in self.rulebook.terms.values() if t.result is not None}
        decided = {(e["term"], e["subject"]["path"]): e for e in trace}
        for entry in trace:
            if entry["value"] is not False or entry["term"] not in shown:
                continue
            missed = [x for x in entry.get("not_applied", ()) if x["kind"] == "requirement"]
            unless = [self._condition(entry, x) for x in missed]
            if not missed:
                missed = [{"cites": self._item_cites(entry)}]
            lists = [decided.get((r["term"], r["path"])) for r in entry["reads"] if isinstance(r["value"], list)]
            cites = [p for x in [*missed, *(e for e in lists if e is not None)] for p in x["cites"]]
            changed = self.else_.of_line(entry["subject"]["path"])
            yield Refused(self.title_of(entry["subject"]), self.cites(cites), tuple(unless), why_not(self, self.told, entry), changed)

    def _item_cites(self, entry: Mapping[str, Any]) -> list[str]:
        subject = entry["subject"]
        for item in self.result.get(subject["thing"], ()):
            if item["id"] == subject["id"]:
                cites: list[str] = item["cites"]
                return cites
        return []

    def _condition(self, entry: Mapping[str, Any], missed: Mapping[str, Any]) -> str:
        """What was not met, with the decided lists in place of their names."""
        words: str = missed["condition"][self.lang]
        for read in entry["reads"]:
            term = self.term(read["term"])
            if not term.fact and isinstance(read["value"], list):
                words = words.replace(f"({term.names[self.lang]})", f"({self.value(term, read['value'])})")
        return words

    def _cuts(self, entry: Mapping[str, Any]) -> Iterable[Cut]:
        term = self.term(entry["term"])
        seen: dict[tuple[str, ...], list[str]] = {}
        for limit in entry.get("limits", ()):
            amount = limit.get("took", limit.get("gave"))
            if amount != "0":
                key = (limit["kind"], limit["limit"], amount, limit["before"], beside(limit))
                seen.setdefault(key, []).extend(limit["cites"])
        for i, ((kind, bound, amount, was, before), cites) in enumerate(seen.items()):
            value = entry["value"]
            changed = self.else_.of_line(entry["subject"]["path"]) if not i else ()
            yield Cut(
                self.subject(entry["subject"]), self.called(term, entry["subject"]["path"]), self.value(term, bound), self.value(term, amount),
                self.value(term, value) if value is not None else "", self.cites(cites), kind == "at_least",
                self.value(term, was), self.value(term, before) if before != "0" else "", changed,
            )  # fmt: skip

    # -------------------------------------------------------------- what it rests on

    def _question(self, need: Mapping[str, Any]) -> Question:
        subject = self._subject_of(need["path"])
        known = subject != need["path"] and "[" in need["path"]  # a fact of the case is named by its question
        return Question(
            need["question"][self.lang],
            subject if known else "",
            need["path"],
            self.cites(need["cites"]),
        )

    def _reading(self, reading: Mapping[str, Any]) -> Reading:
        found = self.rulebook.readings[reading["id"]]
        return Reading(
            reading["id"], found.question[self.lang], found.choices[reading["chosen"]].text[self.lang],
            tuple(found.choices[o].text[self.lang] for o in reading["others"]), self.cites(reading["cites"]),
            self.else_.of_reading(reading["id"]),
        )  # fmt: skip

    def _figure(self, figure: Mapping[str, Any]) -> Figure:
        key, _, cell = figure["key"].partition("[")
        table = self.rulebook.tables.get(key)
        if table is None:
            term = self.term(key)
            name = self.called(term)
            brackets = term.type.kind in ("scale", "ranges")
            return Figure(
                name, self.brackets(term, figure["value"]) if brackets else self.value(term, figure["value"]), _STATUS[figure["status"]], figure["source_text"][self.lang]
            )
        columns = dict(table.by)
        parts = []
        for pair in cell.rstrip("]").split(","):
            column, _, chosen = pair.partition("=")
            choices = self.rulebook.vocabularies[columns[column]].choices
            parts.append(", ".join(choices[c].names[self.lang] for c in chosen.split("+")))
        unit = self.rulebook.units[table.value_column][figure["value"] != "1"][self.lang]
        name = f"{table.names[self.lang]} ({'; '.join(parts)})"
        value = f"{number(figure['value'], self.lang)} {unit}"
        return Figure(name, value, _STATUS[figure["status"]], figure["source_text"][self.lang])

    def _joined(self, *parts: str) -> str:
        return (", " if self.lang == "en" else " ").join(parts)

    def _provisions(self) -> Iterable[Provision]:
        for citation in sorted((Citation.from_path(p) for p in self.cited), key=order_key):
            provision = self.rulebook.provisions.get(citation)
            if provision is not None and provision.headnote is not None:
                instrument = self.rulebook.instruments[citation.instrument]
                quote = tuple(self.texts.get(citation, "").split("\n")) if citation in self.texts else ()
                name, headnote = self.rulebook.cite(citation, self.lang), provision.headnote[self.lang]
                amended = tuple(
                    (self._joined(a.citation.name(self.lang), a.act[self.lang]), day(a.from_date.isoformat(), self.lang))
                    for a in self.rulebook.amendments_of(citation)
                )
                yield Provision(name, headnote, instrument.short[self.lang], quote, amended)
