"""``columns.toml``: what the columns of a workbook are, where its headers do not say it by themselves.

    [[sheet]]
    name = "Bảng kê"          # of the sheet, or of the file without its ending
    table = "entries"         # or "ignored"; left out where the columns say it
    header = 4                # the row of the header; left out where it is found
    dates = "m/d/y"           # or d/m/y, for all its columns
    decimal = ","             # or ".", likewise
    [[sheet.column]]
    header = "Luật sư"
    is = "entries.provider"   # table.column, labels.name or ignored
    blank = "no"              # what an empty cell says: no, none (of a list) or above
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.tabular import Place, wording
from ...rulebook.model import ROOT
from ..portfolio.opened import SourceError, reading
from .cells import Ways
from .words import CASE, ID, LABEL, PASSED, Meaning, Words
from .written import key_of

FILE: Final = "columns.toml"
LARGEST: Final = 1_000_000
IGNORED: Final = "ignored"
WAYS: Final = {"dates": ("d/m/y", "m/d/y"), "decimal": (",", "."), "blank": ("no", "none", "above")}
OF_SHEET: Final = ("name", "table", "header", "encoding", "separator", "dates", "decimal", "column")
OF_COLUMN: Final = ("header", "is", "dates", "decimal", "blank")


@attrs.frozen(slots=True, eq=False)
class SavedSheet:
    """``table``: a thing, ``ignored``, or empty; ``meanings`` and ``ways`` by how a header is written."""

    table: str = ""
    header: int = 0
    encoding: str = ""
    separator: str = ""
    ways: Ways = attrs.Factory(Ways)
    meanings: Mapping[str, Meaning] = attrs.Factory(dict)
    column_ways: Mapping[str, Ways] = attrs.Factory(dict)

    def ways_of(self, header: str) -> Ways:
        return self.column_ways.get(key_of(header), self.ways)


@attrs.frozen(slots=True, eq=False)
class Saved:
    """Sheets by how their names are written; columns that any sheet may have stand under the empty name."""

    sheets: Mapping[str, SavedSheet] = attrs.Factory(dict)

    def sheet(self, name: str) -> SavedSheet:
        whole, found = self.sheets.get("", SavedSheet()), self.sheets.get(key_of(name))
        if found is None:
            return whole
        return attrs.evolve(
            found, meanings={**whole.meanings, **found.meanings}, column_ways={**whole.column_ways, **found.column_ways}
        )


def read_saved(path: Path, words: Words) -> Saved:
    """Raises SourceError."""
    place = Place(file=path.name)
    with reading(place):
        data = path.read_bytes()
    try:
        if len(data) > LARGEST:
            raise ValueError(f"{len(data)} > {LARGEST}")
        found = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise SourceError.of("recipe-toml", place, why=str(error) or type(error).__name__) from None
    _known(found, ("sheet", "column"), place)
    sheets = {"": _sheet({"column": found.get("column", [])}, words, place)}
    for one in _tables(found, "sheet", place):
        name = one.get("name")
        if not isinstance(name, str) or not name.strip():
            raise SourceError.of("recipe-shape", place, key="sheet.name", wanted=wording("shape.text"))
        sheets[key_of(name)] = _sheet(one, words, place)
    return Saved(sheets)


def _tables(found: Mapping[str, Any], key: str, place: Place) -> list[dict[str, Any]]:
    value = found.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise SourceError.of("recipe-shape", place, key=key, wanted=wording("shape.tables"))
    return value


def _known(found: Mapping[str, Any], keys: tuple[str, ...], place: Place) -> None:
    for key in found:
        if key not in keys:
            raise SourceError.of("columns-key", place, key=key, there=list(keys))


def _sheet(given: Mapping[str, Any], words: Words, place: Place) -> SavedSheet:
    _known(given, OF_SHEET, place)
    table = given.get("table", "")
    if table not in ("", IGNORED) and (not isinstance(table, str) or key_of(table) not in words.things):
        raise SourceError.of("recipe-no-thing", place, name=table)
    header = given.get("header", 0)
    if not isinstance(header, int) or header < 0:
        raise SourceError.of("recipe-shape", place, key="header", wanted=wording("shape.whole"))
    texts = {}
    for key in ("encoding", "separator"):
        texts[key] = given.get(key, "")
        if not isinstance(texts[key], str):
            raise SourceError.of("recipe-shape", place, key=key, wanted=wording("shape.text"))
    ways, meanings, column_ways = _ways(given, Ways(), place), {}, {}
    for column in _tables(given, "column", place):
        _known(column, OF_COLUMN, place)
        name = column.get("header")
        if not isinstance(name, str):
            raise SourceError.of("recipe-shape", place, key="column.header", wanted=wording("shape.text"))
        column_ways[key_of(name)] = _ways(column, ways, place)
        if "is" in column:
            meanings[key_of(name)] = meaning_of(column["is"], words, place)
    table = table if table in ("", IGNORED) else words.things[key_of(table)]
    return SavedSheet(table, header, texts["encoding"], texts["separator"], ways, meanings, column_ways)


def _ways(given: Mapping[str, Any], before: Ways, place: Place) -> Ways:
    chosen = {}
    for key, there in WAYS.items():
        if key in given:
            if given[key] not in there:
                raise SourceError.of("recipe-value", place, name=key, value=given[key])
            chosen[key] = given[key]
    return attrs.evolve(before, **chosen)


def meaning_of(name: Any, words: Words, place: Place) -> Meaning:
    """What ``is`` says of a column. Raises SourceError."""
    if name == IGNORED:
        return Meaning(ROOT, PASSED, "")
    thing, _, column = name.partition(".") if isinstance(name, str) else ("", "", "")
    thing = ROOT if thing == "cases" else thing
    if thing == LABEL and column:
        return Meaning(ROOT, name, "label")
    if name in (ID, CASE):
        return Meaning(ROOT, ID, "text")
    shape = words.shapes.get(thing)
    if shape is not None and column in (ID, CASE):
        return Meaning(thing, ID if thing == ROOT else column, "text")
    meant = Meaning(thing, column, "")
    fact = words.fact(meant) if shape is not None else None
    if fact is None:
        raise SourceError.of("recipe-no-fact", place, name=name)
    return Meaning(thing, column, fact.kind)


def is_of(meaning: Meaning) -> str:
    """A meaning as ``is`` names it."""
    if not meaning.kind and meaning.column == PASSED:
        return IGNORED
    return meaning.column if meaning.kind == "label" else f"{meaning.thing}.{meaning.column}"
