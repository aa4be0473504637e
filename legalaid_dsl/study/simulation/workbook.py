"""The tables of a report as one workbook, for those who work on in a spreadsheet. Nothing in it is a formula or a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ...basics.neutral import visible
from ...basics.output import whole

FILE: Final = "report.xlsx"
DIGITS: Final = 15  # that a spreadsheet keeps; a longer number is text
WIDEST: Final = 48
MADE: Final = datetime(2020, 1, 1)  # the same tables, the same bytes


def write_workbook(path: Path, tables: Mapping[str, tuple[Sequence[str], Iterable[Mapping[str, Any]]]]) -> None:
    """A sheet a table: its columns and rows. Raises ImportError where XlsxWriter is not there, OSError."""
    import xlsxwriter

    with whole(path) as waiting:
        book = xlsxwriter.Workbook(str(waiting), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
        book.set_properties({"created": MADE})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        count, amount = book.add_format({"num_format": "#,##0"}), book.add_format({"num_format": "#,##0.######"})
        for name, (columns, rows) in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            widths = [len(c) for c in columns]
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column, head)
            for line, row in enumerate(rows, 1):
                for place, column in enumerate(columns):
                    shown = _write(sheet, line, place, row[column], count, amount)
                    widths[place] = max(widths[place], min(len(shown), WIDEST))
            for place, width in enumerate(widths):
                sheet.set_column(place, place, width + 2)
        book.close()


def _write(sheet: Any, line: int, place: int, value: Any, count: Any, amount: Any) -> str:
    """Write a cell; what stands in it."""
    if value is None:
        return ""
    number = isinstance(value, int | Decimal) and len(Decimal(value).normalize().as_tuple().digits) <= DIGITS
    if number:
        sheet.write_number(line, place, value, amount if isinstance(value, Decimal) and value % 1 else count)
        return f"{value:,}"
    shown = visible(str(value))
    sheet.write_string(line, place, shown)
    return shown
