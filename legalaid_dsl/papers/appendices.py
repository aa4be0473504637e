"""A workbook for figures that the law refers to and that are not supplied: every cell that the rules can ask for, empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..api import Rules
from ..basics.quantity import grouped
from ..rulebook.model import KnownTotal, Rulebook
from .cells import Asked, asked_tables
from .said import say
from .workbook import Sheet, Workbook

FORM: Final = "appendices"
BETWEEN: Final = "|"  # in the key of a row
ALL_SOURCE: Final = "*source"
ALL_DATE: Final = "*date"  # rows for what holds of every figure of a sheet
KEY: Final = 0  # the hidden column


def appendices(rules: Rules, lang: str) -> bytes:
    """The workbook. Column A, hidden, says which cell of which table a row is."""
    book = rules.rulebook
    made = Workbook(FORM, book.id, lang)
    for asked in asked_tables(rules):
        _sheet(made, book, asked, lang)
    return made.bytes()


def figure_columns(asked: Asked) -> tuple[int, int, int]:
    """The columns of the figure, its source and its date."""
    first = len(asked.table.by) + 1
    return first, first + 1, first + 2


def _sheet(made: Workbook, book: Rulebook, asked: Asked, lang: str) -> None:
    table, (figure, source, day) = asked.table, figure_columns(asked)
    sheet = made.sheet(table.names[lang])
    sheet.text(0, KEY, table.key)
    sheet.merged(0, 1, day, say("appendices", "title", lang, table=table.names[lang], act=book.instruments[book.id].short[lang]), "title")
    sheet.merged(1, 1, day, say("appendices", "how", lang), "note")
    row = 2
    for total in (t for t in book.totals if t.table == table.key):
        sheet.merged(row, 1, day, _known(book, asked, total, lang), "note")
        row += 1
    for key, label, look in ((ALL_SOURCE, "all_source", "fill text"), (ALL_DATE, "all_date", "fill date")):
        sheet.text(row, KEY, key)
        sheet.merged(row, 1, figure - 1, say("appendices", label, lang), "head")
        sheet.page.merge_range(row, figure, row, day, "", made.looks[look])
        row += 1
    heads = [*(_column(book, vocabulary, name, lang) for name, vocabulary in table.by), *_heads(book, asked, lang)]
    for place, head in enumerate(heads, 1):
        sheet.text(row, place, head, "head")
    first = row + 1
    for place, cell in enumerate(asked.cells):
        _row(sheet, book, asked, first + place, cell, lang)
    last = first + len(asked.cells) - 1
    sheet.number_wanted(first, last, figure, heads[figure - 1], say("appendices", "figure_note", lang))
    kinds = [say("appendices", k, lang) for k in ("official", "copy", "other")]
    sheet.told(first, last, source, heads[source - 1], say("appendices", "source_note", lang, kinds="; ".join(kinds)))
    sheet.day_wanted(first, last, day, heads[day - 1], say("appendices", "day_note", lang))
    sheet.day_wanted(first - 2, first - 2, figure, heads[day - 1], say("appendices", "day_note", lang))
    sheet.widths([4, *(30 if n == len(table.by) - 1 else 18 for n in range(len(table.by))), 12, 34, 14], hidden=[KEY])
    sheet.page.freeze_panes(first, 0)
    sheet.page.repeat_rows(first - 1)
    sheet.page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})


def _row(sheet: Sheet, book: Rulebook, asked: Asked, row: int, cell: Sequence[str], lang: str) -> None:
    sheet.text(row, KEY, BETWEEN.join(cell))
    for place, ((_, vocabulary), choice) in enumerate(zip(asked.table.by, cell, strict=True), 1):
        sheet.text(row, place, first_up(book.vocabularies[vocabulary].choices[choice].names[lang]), "cell")
    for column, look in zip(figure_columns(asked), ("fill number", "fill text", "fill date"), strict=True):
        sheet.blank(row, column, look)


def _heads(book: Rulebook, asked: Asked, lang: str) -> list[str]:
    unit = book.units[asked.table.value_column][1][lang]
    return [first_up(unit), say("appendices", "source", lang), say("appendices", "date", lang)]


def _column(book: Rulebook, vocabulary: str, name: str, lang: str) -> str:
    """What a column is called: as a fact or a term of that vocabulary is."""
    same = [t for t in book.terms.values() if t.type.kind in ("choice", "choices") and t.type.key == vocabulary]
    named = next((t for t in same if t.path[-1] == name), same[0] if same else None)
    return first_up(named.names[lang] if named is not None else name)


def _known(book: Rulebook, asked: Asked, total: KnownTotal, lang: str) -> str:
    """A total that the law itself states, which the cells must come to."""
    unit = book.units[asked.table.value_column][total.value != 1][lang]
    return say(
        "appendices", "known", lang, cells=selected(book, asked, total, lang), value=f"{grouped(total.value, lang)} {unit}",
        where=total.source[lang],
    )  # fmt: skip


def selected(book: Rulebook, asked: Asked, total: KnownTotal, lang: str) -> str:
    """The cells of a known total in words: “very serious; investigation, prosecution”."""
    parts = []
    for (_, vocabulary), chosen in zip(asked.table.by, total.selection, strict=True):
        if chosen is not None:
            known = book.vocabularies[vocabulary]
            parts.append(", ".join(known.choices[c].names[lang] for c in known.in_order(chosen)))
    return "; ".join(parts)


def named(book: Rulebook, asked: Asked, cell: Sequence[str], lang: str, columns: Sequence[str] = ()) -> str:
    """A cell, or the part of it under some columns, in words."""
    wanted = columns or [name for name, _ in asked.table.by]
    kinds = [vocabulary for name, vocabulary in asked.table.by if name in wanted]
    return "; ".join(book.vocabularies[v].choices[c].names[lang] for v, c in zip(kinds, cell, strict=True))


def first_up(text: str) -> str:
    return text[:1].upper() + text[1:]

