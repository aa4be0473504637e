"""Cells of an .xlsx that its reader takes for empty ones: errors, and formulas whose value was not saved with them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Final

_CELL: Final = re.compile(rb"<(?:\w+:)?c\s([^>]*[^>/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_JOINED: Final = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ID: Final = r"\w+:id"
_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml")


def untold(packed: zipfile.ZipFile) -> Iterator[tuple[str, str, str, str]]:
    """(sheet, cell, code, what is seen there) of each; codes are of ``basics/tables.toml``."""
    names = packed.namelist()
    titles = _titles(packed) if "xl/workbook.xml" in names and "xl/_rels/workbook.xml.rels" in names else {}
    for part in filter(_PART.fullmatch, names):
        for found in _CELL.finditer(packed.read(part)):
            given = found[1].decode("utf-8", "replace")
            kind, value = _given(given, "t"), _VALUE.search(found[2])
            sheet, cell = titles.get(part, ""), _given(given, "r")
            if kind == "e":
                yield sheet, cell, "error-cell", value[1].decode("utf-8", "replace") if value else "#"
            elif kind not in ("str", "inlineStr") and value is None and _FORMULA.search(found[2]):  # a text may be empty
                yield sheet, cell, "formula", "="


def _titles(packed: zipfile.ZipFile) -> dict[str, str]:
    """Sheets by the name of their part."""
    joined = _JOINED.findall(packed.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace"))
    parts = {_given(x, "Id"): _given(x, "Target").removeprefix("/xl/") for x in joined}
    sheets = _SHEET.findall(packed.read("xl/workbook.xml").decode("utf-8", "replace"))
    return {f"xl/{parts.get(_given(x, _ID), '')}": unescape(_given(x, "name")) for x in sheets}


def _given(tag: str, name: str) -> str:
    found = re.search(rf"""(?:^|\s){name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return (found[1] or found[2] or "") if found else ""
