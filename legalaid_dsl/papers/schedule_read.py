"""The workbook of ``schedule_form.py`` read back: the facts of a case, each by the key that its column carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ..basics.bilingual import LANGUAGES, Bilingual
from ..basics.problem import listed
from ..basics.quantity import decimal_text, is_decimal
from ..basics.tabular import Place
from ..rulebook.model import ROOT, Rulebook
from ..study.portfolio.opened import letters
from .columns import LABELS, Column, Page, pages
from .read_back import FormError, Problems, Read, Unfit, at, day_in, number_in, text_in
from .said import OfRuleset, of_ruleset, say
from .schedule_form import FIRST, FORM, KEYS, TOP, names_of

Facts = dict[str, Any]


@attrs.frozen
class CaseRead:
    """The facts, and every cell that could not be read. Where there is one, the facts are not whole."""

    facts: Facts
    problems: tuple[Bilingual, ...]


def read_schedule(book: Rulebook, read: Read) -> CaseRead:
    """Raises FormError for a workbook of another form or ruleset."""
    place = Place(file=read.name)
    if read.said.get("form") != FORM:
        raise FormError.of("form-another", place, form=read.said.get("form", ""))
    if read.said.get("ruleset") != book.id:
        raise FormError.of("form-ruleset", place, ruleset=read.said.get("ruleset", ""), wanted=book.id)
    problems = Problems(read.name)
    return CaseRead(_Case(book, read, problems, of_ruleset(book)).facts(), tuple(problems.found))


@attrs.define
class _Case:
    book: Rulebook
    read: Read
    problems: Problems
    own: OfRuleset
    rows: dict[str, dict[str, Facts]] = attrs.field(factory=dict)  # page → number or id → the item

    def facts(self) -> Facts:
        found: Facts = {}
        for page in pages(self.book, self.own):
            of = [n for n, rows in self.read.sheets.items() if _is_of(rows, page)]
            if not of:
                self.problems.add("form-sheet", names=page.name)
            elif len(of) > 1:  # which of them counts, or whether both do, only their writer knows
                self.problems.add("form-sheet-twice", of[1], other=of[0])
            else:
                self._merged(of[0], TOP if page.thing == ROOT else FIRST)
                (self._case if page.thing == ROOT else self._list)(page, of[0], found)
        return found

    def _merged(self, sheet: str, first: int) -> None:
        """Of cells that are merged all but the first are blank, which would say something of their own. ``first``: the row, from 0."""
        for top, left, bottom, right in self.read.merged.get(sheet, ()):
            if bottom > first:
                self.problems.add("form-merged", sheet, top - 1, left, cells=f"{letters(left)}{top}:{letters(right)}{bottom}")

    def _case(self, page: Page, sheet: str, found: Facts) -> None:
        rows = self.read.sheets[sheet]
        cells = {str(at(row, KEYS)): (place, 2, at(row, 2)) for place, row in enumerate(rows) if at(row, KEYS) != ""}
        self._item(self._with_labels(page, list(cells)), sheet, cells, found)

    def _list(self, page: Page, sheet: str, found: Facts) -> None:
        rows = self.read.sheets[sheet]
        keys = [str(key) for key in rows[KEYS]]
        columns = self._with_labels(page, keys)
        for column in columns:
            if column.key not in keys:
                self.problems.add("form-column-gone", sheet, name=column.name if column.term is not None else column.key)
        for place, row in enumerate(rows[FIRST:], FIRST):
            cells = {key: (place, i, at(row, i)) for i, key in enumerate(keys) if key and key != page.key}
            if any(value != "" for _, _, value in cells.values()):
                item: Facts = {}
                self._item(columns, sheet, cells, item)
                self._stand(page, sheet, cells, item, found)

    def _stand(self, page: Page, sheet: str, cells: Mapping[str, tuple[int, int, Any]], item: Facts, found: Facts) -> None:
        """Put an item where it belongs, and remember it by its number."""
        own = "id" if self.book.things[page.thing].identified else "no"
        place, column, number = cells.get(own, (0, 0, ""))
        if number != "":
            there = self.rows.setdefault(page.key, {})
            if text_in(number) in there and own == "no":
                self.problems.add("form-number-twice", sheet, place, column, value=number)
            there[text_in(number)] = item
        owner = found
        if len(page.inside) > 1:
            place, column, number = cells.get("of", (0, 0, ""))
            known = self.rows.get(page.owner, {})
            if number == "" or text_in(number) not in known:
                self.problems.add("form-owner", sheet, place, column, value=number, names=self._owner(page))
                return
            owner = known[text_in(number)]
        if owner.get(page.thing) == []:
            self.problems.add("form-none-and", sheet, place, column)
        owner.setdefault(page.thing, []).append(item)

    def _owner(self, page: Page) -> Bilingual:
        return self.book.things[page.inside[-2]].plurals

    def _with_labels(self, page: Page, keys: list[str]) -> list[Column]:
        """The columns of a page, with labels and further columns of a fact that the workbook has beside them."""
        known = {c.key for c in page.columns}
        first = {c.key.partition("#")[0]: c for c in page.columns if c.place == 1}
        found = [*page.columns]
        for key in (k for k in keys if k not in known):
            fact, _, place = key.partition("#")
            if key.startswith(f"{LABELS}."):
                found.append(Column(key, Bilingual(key, key), "label", (LABELS, key.partition(".")[2])))
            elif fact in first and place.isdecimal():
                found.append(attrs.evolve(first[fact], key=key, place=int(place)))
        return found

    def _item(self, columns: list[Column], sheet: str, cells: Mapping[str, tuple[int, int, Any]], found: Facts) -> None:
        """What the cells of one item say."""
        for column in columns:
            row, place, value = cells.get(column.key, (0, 0, ""))
            if value == "" or column.kind in ("no", "of"):
                continue
            try:
                self._take(column, value, found)
            except Unfit as error:
                self.problems.add(error.code, sheet, row, place, **error.values)

    def _take(self, column: Column, value: Any, found: Facts) -> None:
        if column.kind == "list":
            if self._is_none(value):
                found[column.path[0]] = []
            else:
                raise Unfit("form-choice", value=value, there=_both("none"))
        elif column.kind == "choices":
            inside, key = _inner(found, column.path), column.path[-1]
            if inside.get(key) == []:
                raise Unfit("form-none-and")
            held = inside.setdefault(key, [])
            if column.place == 1 and self._is_none(value):
                return
            held.append(self._choice(column, value))
        else:
            _inner(found, column.path or (column.key,))[(column.path or (column.key,))[-1]] = self._value(column, value)

    def _value(self, column: Column, value: Any) -> Any:
        match column.kind:
            case "number":
                number = number_in(value)
                if not is_decimal(number):
                    raise Unfit("form-number", value=value)
                return decimal_text(number)
            case "date":
                return day_in(value).isoformat()
            case "yes_or_no":
                if isinstance(value, bool):
                    return value
                return self._named({"yes": _both("yes"), "no": _both("no")}, value) == "yes"
            case "choice":
                return self._choice(column, value)
        return text_in(value)

    def _choice(self, column: Column, value: Any) -> str:
        names = [names_of(self.book, column.vocabulary, lang) for lang in LANGUAGES]
        return self._named({key: Bilingual(*(n[key] for n in names)) for key in names[0]}, value)

    def _named(self, names: Mapping[str, Bilingual], value: Any) -> str:
        """The key of a choice by its name in either language, or by itself."""
        asked = str(value).casefold()
        found = {k for k, both in names.items() if asked in (k.casefold(), *(both[lang].casefold() for lang in LANGUAGES))}
        if len(found) != 1:
            there = Bilingual(*(listed([both[lang] for both in names.values()]) for lang in LANGUAGES))
            raise Unfit("form-choice", value=value, there=there)
        return found.pop()

    def _is_none(self, value: Any) -> bool:
        return str(value).casefold() in {say("schedule", "none", lang).casefold() for lang in LANGUAGES}


def _is_of(rows: list[list[Any]], page: Page) -> bool:
    """Whether a sheet carries the key of a page: in its first cell, or after its columns."""
    return bool(rows) and (at(rows[0], 0) if page.thing == ROOT else next((c for c in reversed(rows[0]) if c != ""), "")) == page.key


def _inner(found: Facts, path: tuple[str, ...]) -> Facts:
    """Where the last key of a path belongs."""
    for key in path[:-1]:
        found = found.setdefault(key, {})
    return found


def _both(word: str) -> Bilingual:
    return Bilingual(*(say("schedule", word, lang) for lang in LANGUAGES))
