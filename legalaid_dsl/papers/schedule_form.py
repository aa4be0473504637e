"""A workbook in which a case is written down: sheets, lists to choose from, formats and notes, from the glossary of a ruleset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import attrs

from ..basics.bilingual import BilingualError
from ..basics.citation import Citation
from ..basics.problem import not_there
from ..basics.quantity import parse_decimal
from ..rulebook.model import ROOT, Rulebook
from .appendices import first_up
from .columns import Column, Page, items_of, pages, value_at
from .said import Form, both, of_ruleset, say
from .workbook import Sheet, Workbook

FORM: Final = "schedule"
KEYS: Final = 0  # the hidden row (of the case: column) of keys
SPARE: Final = {True: 60, False: 12}  # empty rows: of things in order of a date, of others
FIRST: Final = 5  # the first row of items
TOP: Final = 3  # … and of the facts of the case
_WIDE: Final = {"choice": 26, "choices": 26, "text": 24, "label": 24, "date": 14, "number": 10, "yes_or_no": 12, "no": 6, "id": 10}


class UnknownForm(BilingualError):
    """A schedule that the ruleset does not name."""


def schedule(book: Rulebook, lang: str, facts: Mapping[str, Any] | None = None, form: str = "") -> bytes:
    """The workbook, empty or with the facts of a case filled in. ``form``: one that the ruleset names; without it the
    first. Raises UnknownForm."""
    own = of_ruleset(book)
    if form and form not in own.forms:
        raise UnknownForm.of(not_there(both("unknown", "schedule"), form, own.forms))
    chosen = own.forms.get(form) or next(iter(own.forms.values()), None)
    made = Workbook(FORM, book.id, lang, schedule=chosen.key if chosen is not None else "")
    for page in pages(book, own, facts):
        _Filled(made, book, page, chosen, lang, facts or {}).write(preset=facts is None)
    return made.bytes()


@attrs.frozen
class _Filled:
    made: Workbook
    book: Rulebook
    page: Page
    form: Form | None
    lang: str
    facts: Mapping[str, Any]

    def write(self, preset: bool) -> None:
        if self.page.thing == ROOT:
            self._case()
        else:
            self._list(preset)

    def _case(self) -> None:
        """The case: a row a fact, its key in column A."""
        sheet = self.made.sheet(first_up(self.page.name[self.lang]))
        sheet.text(0, KEYS, self.page.key)
        title = self.form.title[self.lang] if self.form is not None else first_up(self.page.name[self.lang])
        sheet.merged(0, 1, 3, title, "title")
        sheet.merged(1, 1, 3, self._about(), "note")
        for place, name in enumerate(("what", "value", "note"), 1):
            sheet.text(2, place, say("schedule", name, self.lang), "head")
        for row, column in enumerate(self.page.columns, TOP):
            sheet.text(row, KEYS, column.key)
            sheet.text(row, 1, self._name(column), "cell")
            self._put(sheet, row, 2, column, self.facts)
            self._wanted(sheet, row, row, 2, column)
            sheet.text(row, 3, self._note(column), "note")
        sheet.widths([4, 44, 34, 62], hidden=[KEYS])
        sheet.page.freeze_panes(3, 0)

    def _about(self) -> str:
        """What the form is, by which clause, and what is not known of it."""
        if self.form is None:
            return say("schedule", "how", self.lang)
        cites = "; ".join(self.book.cite(Citation.from_path(p), self.lang) for p in self.form.cites)
        return f"{self.form.about[self.lang]} ({cites}) {say('schedule', 'layout', self.lang)} {say('schedule', 'how', self.lang)}"

    def _list(self, preset: bool) -> None:
        """A list: a column a fact, its key in the hidden first row."""
        thing = self.book.things[self.page.thing]
        sheet = self.made.sheet(first_up(self.page.name[self.lang]), landscape=True)
        items = items_of(self.facts, self.page.inside)
        numbers = {id(item): n for n, (item, _) in enumerate(items_of(self.facts, self.page.inside[:-1]), 1)}
        last = FIRST + max(SPARE[bool(thing.in_order_of)], len(items) + 5) - 1
        width = len(self.page.columns) - 1
        sheet.text(KEYS, len(self.page.columns), self.page.key)
        sheet.merged(1, 0, min(width, 7), first_up(self.page.name[self.lang]), "title")
        sheet.merged(2, 0, min(width, 7), say("schedule", "how", self.lang), "note")
        for place, column in enumerate(self.page.columns):
            sheet.text(KEYS, place, column.key)
            sheet.text(FIRST - 1, place, self._name(column), "demanded" if self._demanded(column) else "head")
            self._wanted(sheet, FIRST, last, place, column)
            for row in range(FIRST, last + 1):
                sheet.blank(row, place, _look(column))
        for row, (item, owner) in enumerate(items, FIRST):
            number = {"no": row - FIRST + 1, "of": owner.get("id", numbers.get(id(owner), ""))}
            for place, column in enumerate(self.page.columns):
                self._put(sheet, row, place, column, item, number.get(column.kind))
        if preset and self.form is not None:
            self._preset(sheet)
        sheet.widths([self._width(c) for c in self.page.columns])
        sheet.page.set_row(KEYS, None, None, {"hidden": True})
        sheet.lines.heights[KEYS] = 0
        sheet.page.freeze_panes(FIRST, 1)
        sheet.page.repeat_rows(FIRST - 1)

    def _preset(self, sheet: Sheet) -> None:
        """What the form is for is said in its first row, to be seen and changed."""
        for key, choice in (self.form.preset if self.form is not None else {}).items():
            for place, column in enumerate(self.page.columns):
                if column.term is not None and column.term.key == key:
                    sheet.text(FIRST, place, self._choice(column.vocabulary, choice), _look(column))

    def _name(self, column: Column) -> str:
        said = {"id": "id", "no": "number", "list": "list", "of": "of"}.get(column.kind)
        name = say("schedule", said, self.lang, name=column.name[self.lang]) if said else column.name[self.lang]
        unit = column.term.type.unit if column.term is not None else None
        units = [self.book.units[k][1][self.lang] for k, n in unit.powers if n > 0] if unit is not None else []
        mark = " *" if self._demanded(column) else ""
        return first_up(name) + (f" ({units[0]})" if units and units[0] not in name else "") + mark

    def _demanded(self, column: Column) -> bool:
        return self.form is not None and column.term is not None and column.term.key in self.form.demanded

    def _note(self, column: Column) -> str:
        """The question of the glossary, what blank means, and whose words it is for."""
        if column.kind == "label":
            return say("schedule", "label", self.lang)
        if column.place > 1:
            return ""
        if column.term is None:
            return say("schedule", "list_note", self.lang) if column.kind == "list" else ""
        asked = column.term.asked[self.lang] if column.term.asked is not None else ""
        blank = "no" if column.term.no_unless_stated else "none" if column.term.none_unless_stated else "unknown"
        return f"{asked} {say('schedule', f'blank_{blank}', self.lang)}".strip()

    def _choice(self, vocabulary: str, key: str) -> str:
        return names_of(self.book, vocabulary, self.lang)[key]

    def _wanted(self, sheet: Sheet, first: int, last: int, place: int, column: Column) -> None:
        title, note = self._name(column), self._note(column)
        match column.kind:
            case "choice" | "choices":
                choices = list(names_of(self.book, column.vocabulary, self.lang).values())
                none = [say("schedule", "none", self.lang)] if column.place == 1 else []
                sheet.choose(first, last, place, [*choices, *none], title, note)
            case "list":
                sheet.choose(first, last, place, [say("schedule", "none", self.lang)], title, note)
            case "yes_or_no":
                sheet.choose(first, last, place, [say("schedule", w, self.lang) for w in ("yes", "no")], title, note)
            case "number":
                sheet.number_wanted(first, last, place, title, note)
            case "date":
                sheet.day_wanted(first, last, place, title, note)
            case _ if note:
                sheet.told(first, last, place, title, note)

    def _put(self, sheet: Sheet, row: int, place: int, column: Column, item: Mapping[str, Any], number: Any = None) -> None:
        """The value of a fact in its cell; an empty cell where it is not known."""
        value = number if number is not None else value_at(item, column.path or (column.key,))
        none = say("schedule", "none", self.lang)
        if column.kind == "list":
            value = none if value == [] or value == () else None
        elif column.kind == "choices" and value is not None:
            value = none if not value and column.place == 1 else value[column.place - 1] if column.place <= len(value) else None
        elif column.kind == "choices":
            value = None
        look = _look(column)
        if value is None or value == "":
            sheet.blank(row, place, look)
        elif column.kind in ("choice", "choices"):
            sheet.text(row, place, none if value == none else self._choice(column.vocabulary, value), look)
        elif column.kind == "yes_or_no":
            sheet.text(row, place, say("schedule", "yes" if value else "no", self.lang), look)
        elif column.kind in ("number", "no") or column.kind == "of" and isinstance(value, int):
            sheet.number(row, place, value if isinstance(value, int) else parse_decimal(str(value)), look)
        elif column.kind == "date":
            sheet.day(row, place, date.fromisoformat(str(value)), look)
        else:
            sheet.text(row, place, str(value), look)

    def _width(self, column: Column) -> float:
        return _WIDE.get(column.kind, 14)


def names_of(book: Rulebook, vocabulary: str, lang: str) -> dict[str, str]:
    """What the choices of a vocabulary are called; where two are called alike, each with its key."""
    names = {key: choice.names[lang] for key, choice in book.vocabularies[vocabulary].choices.items()}
    twice = {n for n in names.values() if list(names.values()).count(n) > 1}
    return {key: f"{name} ({key})" if name in twice else name for key, name in names.items()}


def _look(column: Column) -> str:
    return {"number": "fill number", "no": "fill number", "of": "fill text", "date": "fill date"}.get(column.kind, "fill text")

