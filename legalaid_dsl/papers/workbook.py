"""A workbook as we write it: every text is a text, no cell is a formula, lists to choose from stand on a hidden sheet."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

import attrs
import xlsxwriter

from ..basics.neutral import visible
from ..basics.quantity import decimal_text, is_decimal

MARK: Final = "legalaid"  # the hidden sheet that says what a workbook is
LISTS: Final = "lists"
DAYS: Final = "dd/mm/yyyy"
_MADE: Final = datetime(2000, 1, 1)  # the same workbook is the same bytes
_LONGEST: Final = 32_767  # characters that a cell may hold
_TITLE: Final = 28  # letters of the name of a sheet, with room for a number after them
_DIGITS: Final = 15  # that a number in a cell keeps
_EARLIEST: Final = date(1901, 1, 1)  # before it spreadsheets count days differently from one another
_SHEET: Final = 190  # the width of columns that a printed sheet can still show
_LINE: Final = 16.5  # points of a line
_FONT: Final = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "plain": {"text_wrap": True},
    "title": {"bold": True, "font_size": 15, "valign": "vcenter"},
    "head": {"bold": True, "text_wrap": True, "bg_color": "#EFE9DC", "border": 1, "border_color": "#8A8478", "valign": "vcenter"},
    "demanded": {"bold": True, "text_wrap": True, "bg_color": "#F3DFC1", "border": 1, "border_color": "#8A8478", "valign": "vcenter"},
    "note": {"text_wrap": True, "italic": True, "font_color": "#5A554C"},
    "cell": {"text_wrap": True, "border": 1, "border_color": "#C9C3B5"},
    "number": {"border": 1, "border_color": "#C9C3B5", "num_format": "#,##0.######"},
    "whole": {"border": 1, "border_color": "#C9C3B5", "num_format": "#,##0"},
    "sum": {"bold": True, "border": 1, "border_color": "#8A8478", "num_format": "#,##0"},
    "sum text": {"bold": True, "border": 1, "border_color": "#8A8478", "text_wrap": True},
    "fill text": {"border": 1, "border_color": "#8A8478", "bg_color": "#FFFDF3", "locked": False, "num_format": "@", "text_wrap": True},
    "fill number": {"border": 1, "border_color": "#8A8478", "bg_color": "#FFFDF3", "locked": False, "num_format": "0.######"},
    "fill date": {"border": 1, "border_color": "#8A8478", "bg_color": "#FFFDF3", "locked": False, "num_format": DAYS},
    "office": {"text_wrap": True, "italic": True},
}  # fmt: skip


@attrs.define
class _Lines:
    """What a sheet needs to know to give its rows their heights: widths of columns, texts by row with the columns they span."""

    widths: list[float] = attrs.field(factory=list)
    texts: dict[int, list[tuple[int, int, str, bool]]] = attrs.field(factory=dict)
    heights: dict[int, float] = attrs.field(factory=dict)
    hidden: tuple[int, ...] = ()

    def of(self, row: int) -> float:
        """Points that the texts of a row need; programs do not measure them before somebody edits the row."""
        lines = 1
        for first, last, text, large in self.texts[row]:
            if first in self.hidden:
                continue
            room = sum(self.widths[first : last + 1]) * (0.8 if large else 1.05)
            lines = max(lines, len(textwrap.wrap(text, max(4, int(room)))))
        return lines * _LINE


class Workbook:
    """Sheets in the order in which they are asked for; ``bytes()`` ends it."""

    def __init__(self, form: str, ruleset: str, lang: str, **more: str) -> None:
        self._out = io.BytesIO()
        plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self._out, plain)
        self.book.set_properties({"created": _MADE, "title": form})
        self.looks = {name: self.book.add_format({**_FONT, **look}) for name, look in _LOOKS.items()}
        self._said = {"form": form, "ruleset": ruleset, "lang": lang, **more}
        self._lists: dict[tuple[str, ...], str] = {}
        self._lines: list[tuple[Any, _Lines]] = []

    def sheet(self, name: str, *, landscape: bool = False) -> Sheet:
        """A sheet; of its name only what sheets may be called, and no longer than they may."""
        kept = "".join(" " if c in "[]:*?/\\'" else c for c in name).strip()
        kept = kept if len(kept) <= _TITLE else kept[: _TITLE + 1].rpartition(" ")[0] or kept[:_TITLE]  # no word is cut
        page = self.book.add_worksheet(kept if kept and self.book.get_worksheet_by_name(kept) is None else f"{kept[:24]} {len(self._lines) + 1}")
        page.set_paper(9)
        page.set_margins(0.5, 0.5, 0.6, 0.6)
        if landscape:
            page.set_landscape()
        self._lines.append((page, _Lines()))
        return Sheet(self, page, self._lines[-1][1])

    def list_of(self, choices: Sequence[str]) -> str:
        """Where a list to choose from stands."""
        key = tuple(choices)
        if key not in self._lists:
            column = xlsxwriter.utility.xl_col_to_name(len(self._lists))
            self._lists[key] = f"={LISTS}!${column}$1:${column}${len(choices)}"
        return self._lists[key]

    def bytes(self) -> bytes:
        for page, told in self._lines:
            for row in told.texts:
                if row not in told.heights and (height := told.of(row)) > _LINE:
                    page.set_row(row, height)
        lists = self.book.add_worksheet(LISTS)
        for column, choices in enumerate(self._lists):
            for row, choice in enumerate(choices):
                lists.write_string(row, column, choice)
        mark = self.book.add_worksheet(MARK)
        for row, (key, value) in enumerate(self._said.items()):
            mark.write_string(row, 0, key)
            mark.write_string(row, 1, value)
        lists.hide()
        mark.hide()
        self.book.close()
        return self._out.getvalue()


@attrs.frozen
class Sheet:
    of: Workbook
    page: Any
    lines: _Lines

    def text(self, row: int, column: int, text: str, look: str = "plain", last: int | None = None) -> None:
        """A text, which no program takes for a formula: Excel and LibreOffice ask the kind of the cell. ``last``: of merged columns."""
        self.lines.texts.setdefault(row, []).append((column, column if last is None else last, text, look == "title"))
        self.page.write_string(row, column, visible(text)[:_LONGEST] if text else "", self.of.looks[look])

    def number(self, row: int, column: int, value: Fraction | int, look: str = "number") -> None:
        """A number; one that a spreadsheet cannot hold exactly stands there as text."""
        text = decimal_text(Fraction(value))
        digits = len(text.replace(".", "").lstrip("-0"))
        if digits <= _DIGITS and is_decimal(Fraction(value)):
            self.page.write_number(row, column, int(text) if "." not in text else float(text), self.of.looks[look])
        else:
            self.page.write_string(row, column, text, self.of.looks[look])

    def day(self, row: int, column: int, value: date, look: str = "fill date") -> None:
        if value < _EARLIEST:
            self.page.write_string(row, column, value.isoformat(), self.of.looks[look])
        else:
            self.page.write_datetime(row, column, datetime(value.year, value.month, value.day), self.of.looks[look])

    def blank(self, row: int, column: int, look: str) -> None:
        self.page.write_blank(row, column, None, self.of.looks[look])

    def merged(self, row: int, first: int, last: int, text: str, look: str, height: float | None = None) -> None:
        """A text over several columns."""
        if last > first:
            self.page.merge_range(row, first, row, last, "", self.of.looks[look])
        self.text(row, first, text, look, last)
        if height is not None:
            self.page.set_row(row, height)
            self.lines.heights[row] = height

    def choose(self, first: int, last: int, column: int, choices: Sequence[str], title: str, about: str) -> None:
        """A list to choose from; what is not in it is not taken."""
        self._valid(first, last, column, {"validate": "list", "source": self.of.list_of(choices)}, title, about)

    def number_wanted(self, first: int, last: int, column: int, title: str, about: str) -> None:
        self._valid(first, last, column, {"validate": "decimal", "criteria": ">=", "value": 0}, title, about)

    def day_wanted(self, first: int, last: int, column: int, title: str, about: str) -> None:
        between = {"criteria": "between", "minimum": date(1901, 1, 1), "maximum": date(2200, 12, 31)}
        self._valid(first, last, column, {"validate": "date", **between}, title, about)

    def told(self, first: int, last: int, column: int, title: str, about: str) -> None:
        """Only a note beside the cell."""
        self._valid(first, last, column, {"validate": "any"}, title, about)

    def _valid(self, first: int, last: int, column: int, rule: dict[str, Any], title: str, about: str) -> None:
        note = {"input_title": title[:32], "input_message": about[:255]} if about else {}
        self.page.data_validation(first, column, last, column, {**rule, "ignore_blank": True, **note})

    def widths(self, widths: Iterable[float], *, hidden: Sequence[int] = ()) -> None:
        self.lines.widths[:] = widths
        self.lines.hidden = tuple(hidden)
        self.page.fit_to_pages(max(1, round(sum(self.lines.widths) / _SHEET)), 0)
        for column, width in enumerate(self.lines.widths):
            self.page.set_column(column, column, width, None, {"hidden": column in hidden})
