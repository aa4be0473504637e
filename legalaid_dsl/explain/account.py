"""What an answer says in order: the money, the sums that lead to it by provision, and a statement for each person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ..basics.citation import Citation
from ..rulebook.model import ROOT, Term
from .phrases import Phrases
from .records import Group, Line, Person, Row, Step, SumLine, Table
from .sums import Arithmetic, Trace


@attrs.frozen(slots=True)
class Account:
    """Reads one result for its reader."""

    phrases: Phrases
    result: Mapping[str, Any]
    told: Trace
    sums: Arithmetic

    def money(self, results: tuple[Line, ...]) -> tuple[Line, ...]:
        """The results of the case from the one that all lead to; what is nothing by nature is left out beside what is not."""
        terms = [t for t in self.phrases.rulebook.terms_of(ROOT) if t.result is not None and t.result.key in self.result]
        values = [self.result[t.result.key] for t in terms if t.result is not None]
        some = any(value not in ("0", False) for value in values)
        found = [line for line, value in zip(results, values, strict=False) if not (some and value == "0")]
        return tuple(reversed(found))

    def case_lines(self) -> list[SumLine]:
        """Every line of arithmetic of the answer once, from the result that all lead to downwards."""
        places = [(thing, f"{thing}[{i}]") for thing in self._payees() for i in reversed(range(len(self.result.get(thing) or ())))]
        slots = [(t.key, path) for thing, path in [*places, (ROOT, "")] for t in self._shown(thing) if not self._is_last(t)]
        slots += [(t.key, path) for thing, path in [*places, (ROOT, "")] for t in self._shown(thing) if self._is_last(t)]
        found: dict[tuple[str, str, str], SumLine] = {}
        only = self._only_payee() if len(places) == 1 else ""
        for line in reversed(self.sums.lines(slots)):
            if line.subject == only:
                line = attrs.evolve(line, subject="")
            found.setdefault((line.name, line.formula or line.subject, line.value), line)
        return list(found.values())

    def _only_payee(self) -> str:
        """What the only one is called, whom no line needs to name."""
        thing = next(t for t in self._payees() if self.result.get(t))
        return self.phrases.subject({"thing": thing, "id": self.result[thing][0]["id"], "path": f"{thing}[0]"})

    def _is_last(self, term: Term) -> bool:
        return term.result is not None and term.result.key == self.last()

    def groups(self, lines: Iterable[SumLine]) -> Iterator[Group]:
        """The lines by the article that they come from, in their order."""
        articles: dict[str, list[SumLine]] = {}
        for line in lines:
            articles.setdefault(line.provision.partition("/cl_")[0], []).append(line)
        for path, found in articles.items():
            citation = Citation.from_path(path) if path else None
            provision = self.phrases.rulebook.provisions.get(citation) if citation is not None else None
            headnote = provision.headnote[self.phrases.lang] if provision is not None and provision.headnote is not None else ""
            name = self.phrases.cites([path]) if path else ""
            lines = (attrs.evolve(line, cites="") if line.cites == name else line for line in found)  # said above them
            yield Group(name[:1].upper() + name[1:], headnote, tuple(lines))

    def reasons(self, summed: bool) -> Iterator[Step]:
        """What the sums went by: what was found to hold, the choices that were made, and the results that a rule states outright."""
        found: dict[tuple[str, str, str], Step] = {}
        for entry in self.told.entries:
            term = self.phrases.term(entry["term"])
            nothing = entry["value"] in ("0", False) and (summed or self.result.get(self.last() or "") is None)
            stated = term.result is not None and "sum" not in entry and not nothing
            telling = entry["value"] is True or term.type.kind == "choice" or stated
            thing = entry["subject"]["thing"]
            if telling and entry["value"] is not None and entry["cites"] and not term.in_passing and not self._in_table(thing):
                subject = self.phrases.subject(entry["subject"])
                value = self.phrases.value(term, entry["value"])
                step = Step(self.phrases.called(term, entry["subject"]["path"]), subject, value, self.phrases.cites(entry["cites"]), ())
                same = term.type.key if term.type.kind == "choice" else term.key  # one choice passed on is said once
                found.setdefault((same, entry["subject"]["path"], value), step)
        yield from found.values()

    def people(self, who: tuple[str, ...], tables: tuple[Table, ...]) -> Iterator[Person]:
        """A statement for each whom the money goes to, with the lines of work that are his."""
        for thing in self._payees():
            for i, item in enumerate(self.result.get(thing) or ()):
                if not who or item["id"] in who:
                    yield self._person(thing, i, item, tables)

    def _person(self, thing: str, place: int, item: Mapping[str, Any], tables: tuple[Table, ...]) -> Person:
        path = f"{thing}[{place}]"
        shown = [(t, t.result.key) for t in self._shown(thing) if t.result is not None and t.result.key in item]
        terms = [t for t, key in shown if key == self.last()]
        lines = [
            Line(self.phrases.called(t, path), self.phrases.value(t, item[key]))
            for t, key in shown if t not in terms and t.type.kind == "number"
        ]  # fmt: skip
        money = [Line(self.phrases.called(t, path), self.phrases.value(t, item[key])) for t, key in shown if t in terms]
        facts = self.phrases.about.get(path, {})
        choices = [t for t in self.phrases.rulebook.terms_of(thing) if t.fact and t.type.kind == "choice" and facts.get(t.key) is not None]
        about = "; ".join(self.phrases.value(t, facts[t.key]) for t in choices)
        summed = terms if all(item[key] is not None for t, key in shown if t in terms) else [t for t, _ in shown]  # else what is known
        return Person(
            item["id"], about, money[0], tuple(lines), tuple(self.sums.lines(((t.key, path) for t in summed), path)),
            tuple(self._work(thing, item["id"], tables)), self.phrases.cites(item["cites"]),
        )  # fmt: skip

    def work(self, tables: tuple[Table, ...]) -> tuple[Table, ...]:
        """The tables of what nobody is paid for by itself: lines of work, without a column that is nothing by nature."""
        payees = self._payees()
        return tuple(self._without_nothing(self._whose(key, table)) for (key, _), table in zip(self._tables(), tables, strict=False) if key not in payees)

    def _whose(self, thing: str, table: Table) -> Table:
        """Lines with the one whose they are, where there are several."""
        term = next((t for p in self._payees() if len(self.result.get(p) or ()) > 1 and (t := self._reference(thing, p)) is not None), None)
        if term is None:
            return table
        rows = (attrs.evolve(r, of=self.phrases.about.get(f"{thing}[{i}]", {}).get(term.key) or "") for i, r in enumerate(table.rows))
        return attrs.evolve(table, rows=tuple(rows))

    @staticmethod
    def _without_nothing(table: Table) -> Table:
        """A number that is nothing in every line, also in one that is neither refused nor cut, says nothing."""
        if all(row.why_not or row.cut for row in table.rows):
            return table
        table = attrs.evolve(table, rows=tuple(map(_without_nothing, table.rows)))
        kept = [i for i, _ in enumerate(table.columns) if not all(row.cells[i][:2] in ("0 ", "–") for row in table.rows)]
        if len(kept) < 2:
            return table
        dropped = {name for i, name in enumerate(table.columns) if i not in kept}
        rows = [
            attrs.evolve(r, cells=tuple(r.cells[i] for i in kept), lines=tuple(x for x in r.lines if x.name not in dropped))
            for r in table.rows
        ]  # fmt: skip
        return Table(table.title, tuple(table.columns[i] for i in kept), tuple(rows))

    def _work(self, thing: str, who: str, tables: tuple[Table, ...]) -> Iterator[Table]:
        """The tables of what refers to a person, with the lines that do."""
        for (other, key), table in zip(self._tables(), tables, strict=False):
            term = self._reference(other, thing)
            if term is not None and key and other != thing:
                rows: tuple[Row, ...] = tuple(
                    row for i, row in enumerate(table.rows) if self.phrases.about.get(f"{other}[{i}]", {}).get(term.key) == who
                )
                if rows:
                    yield self._without_nothing(Table(table.title, table.columns, rows))

    # -------------------------------------------------------------- which things are which

    def _reference(self, thing: str, to: str) -> Term | None:
        """The fact of a thing that names an item of another."""
        terms = self.phrases.rulebook.terms_of(thing)
        return next((t for t in terms if t.fact and t.type.kind == "reference" and t.type.key == to), None)

    def _tables(self) -> list[tuple[str, bool]]:
        """The things that have a table, in the order of the tables."""
        found = []
        for thing in self.phrases.rulebook.things.values():
            items = self.result.get(thing.key)
            if thing.key != ROOT and isinstance(items, list) and items:
                found.append((thing.key, bool(thing.in_order_of)))
        return found

    def _in_table(self, thing: str) -> bool:
        return bool(self.phrases.rulebook.things[thing].in_order_of)

    def last(self) -> str | None:
        """The key of the result of the case that all lead to."""
        return next((t.result.key for t in reversed(self._shown(ROOT)) if t.result is not None), None)

    def _payees(self) -> list[str]:
        """The things that have a result of that key."""
        return [
            t.key for t in self.phrases.rulebook.things.values()
            if t.key != ROOT and any(x.result is not None and x.result.key == self.last() for x in self._shown(t.key))
        ]  # fmt: skip

    def _shown(self, thing: str) -> list[Term]:
        return [t for t in self.phrases.rulebook.terms_of(thing) if t.result is not None]


def _without_nothing(row: Row) -> Row:
    """A line whose numbers are some and nothing, with no reason for it, without what is nothing by nature."""
    nothing = {line.name for line in row.lines if line.value[:2] == "0 "}
    numbers = [line.value for line in row.lines if line.value[:1].isdigit()]
    if row.why_not or row.cut or not nothing or len(nothing) == len(numbers):
        return row
    cells = tuple("–" if cell[:2] == "0 " else cell for cell in row.cells)
    return attrs.evolve(row, cells=cells, lines=tuple(line for line in row.lines if line.name not in nothing))
