"""Sheets of .xlsx, .xls and .ods: values only, read once, each as the workbook holds it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

import attrs

from ....basics.tabular import Place
from ...portfolio import limits
from ...portfolio.file_kinds import sniff
from ...portfolio.opened import SourceError, limited, reading
from ..grid import Area, Grid, Row
from .packed import Seen, look_through

KINDS: Final = (".xlsx", ".xls", ".ods")


def open_workbook(path: Path) -> list[Grid]:
    """The sheets of a workbook in their order. Raises SourceError."""
    place, kind = Place(file=path.name), path.suffix.lower().lstrip(".")
    sniff(path, place, kind)
    seen: dict[str, Seen] = {}
    if kind == "xls":
        limited("file", path.stat().st_size, limits.OLD_FILE, place)
        from .old_records import look_through_old

        by_name = look_through_old(path, place)
    else:
        seen = look_through(path, place, kind)
        by_name = _by_title(path, seen) if kind == "xlsx" else seen
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    grids = []
    with reading(place), _no_panic(place):
        try:
            book = CalamineWorkbook.from_path(str(path))
        except PasswordError:
            raise SourceError.of("with-password", place) from None
        for about in book.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            where = attrs.evolve(place, sheet=about.name)
            sheet = book.get_sheet_by_name(about.name)
            hidden = about.visible != SheetVisibleEnum.Visible
            grids.append(_grid(sheet, where, by_name.get(about.name, Seen()), hidden))
    return grids


@contextmanager
def _no_panic(place: Place) -> Iterator[None]:
    """What a reader in Rust raises where it gives up is no Exception, as if the process had to end."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise SourceError.of("damaged", place, why=str(error)) from None


def _grid(sheet: Any, place: Place, seen: Seen, hidden: bool) -> Grid:
    first, corner = 1, sheet.start
    rows: list[list[Any]] = []
    if corner is not None:
        limited("cells", (sheet.end[0] + 1 - corner[0]) * (sheet.end[1] + 1), limits.CELLS, place)
        first = corner[0] + 1
        rows = [[None] * corner[1] + row if corner[1] else row for row in sheet.to_python(skip_empty_area=True)]
    for (number, column), what in seen.broken.items():
        while len(rows) <= number - first:
            rows.append([])
        if number < first:
            continue
        row = rows[number - first]
        row += [None] * (column + 1 - len(row))
        row[column] = attrs.evolve(what, shown=what.shown)
    _short(rows, first, place)

    def again() -> Iterator[Row]:
        yield from enumerate(rows, first)

    return Grid(place, place.sheet, again, (*_merged(sheet), *seen.merged), hidden=hidden, count=len(rows), hidden_rows=tuple(seen.hidden_rows), hidden_columns=tuple(seen.hidden_columns))


def _short(rows: list[list[Any]], first: int, place: Place) -> None:
    """No text longer than a cell may hold."""
    for number, row in enumerate(rows, first):
        for column, value in enumerate(row):
            if type(value) is str and len(value) > limits.TEXT:
                limited("text", len(value), limits.TEXT, Grid(place, "", lambda: iter(())).at(number, column))


def _merged(sheet: Any) -> tuple[Area, ...]:
    found = sheet.merged_cell_ranges or []
    return tuple((a[0] + 1, a[1], b[0] + 1, b[1]) for a, b in found)


def _by_title(path: Path, seen: dict[str, Seen]) -> dict[str, Seen]:
    """Sheets of .xlsx by their title, as the workbook joins them to their parts."""
    titles: dict[str, str] = {}
    parts: dict[str, str] = {}

    def sheet(name: str, given: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == "sheet":
            place = next((v for k, v in given.items() if k.rpartition(" ")[2] == "id"), "")
            titles[place] = given.get("name", "")

    def part(name: str, given: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == "Relationship":
            parts[given.get("Id", "")] = given.get("Target", "")

    with zipfile.ZipFile(path) as archive:
        for member, start in (("xl/workbook.xml", sheet), ("xl/_rels/workbook.xml.rels", part)):
            if member in archive.namelist():
                parser = expat.ParserCreate(namespace_separator=" ")
                parser.StartElementHandler = start
                with reading(Place(file=path.name)):
                    parser.Parse(archive.read(member), True)
    found = {}
    for key, target in parts.items():
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if key in titles and member in seen:
            found[titles[key]] = seen[member]
    return found
