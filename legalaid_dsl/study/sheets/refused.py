"""Cells that are not read, and why: kept as data while tables are gone through, and a table at the end."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import pyarrow as pa

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.tabular import Place, parts_of, shown
from .cells import Wrong

MARK: Final = "✗ "  # before what stands in a cell that is not read: no fact is written so, so its case is refused
DOUBT: Final = "row-belongs"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet lets a formula begin
SCHEMA: Final = pa.schema([
    (name, pa.string()) for name in (
        "file", "sheet", "cell", "column", "case", "value", "code", "reason_en", "reason_vi", "right_en", "right_vi",
    )
])  # fmt: skip


@attrs.frozen(slots=True)
class Refused:
    """One cell. ``reason``: what is wrong with it; ``right``: what would be right."""

    place: Place
    cell: str
    value: Bilingual
    code: str
    case: str
    reason: Bilingual
    right: Bilingual

    def row(self) -> dict[str, str]:
        found = {
            "file": self.place.file, "sheet": self.place.sheet or self.place.table, "cell": self.cell, "column": self.place.column,
            "case": self.case, "value": self.value.en, "code": self.code,
        }  # fmt: skip
        for lang in LANGUAGES:
            found |= {f"reason_{lang}": self.reason[lang], f"right_{lang}": self.right[lang]}
        return found

    def told(self, lang: str) -> dict[str, str]:
        """The row in one tongue."""
        found = {**self.row(), "value": self.value[lang]}
        return {k.removesuffix(f"_{lang}"): v for k, v in found.items() if not k.endswith(tuple(f"_{x}" for x in LANGUAGES if x != lang))}


def refused(place: Place, cell: str, value: Any, wrong: Wrong, case: str) -> Refused:
    """``cell``: where it stands, as people say it (B3, or line 3)."""
    reason, right = parts_of(wrong.code, **_filled(wrong.values))
    return Refused(place, cell, Bilingual(*(shown(value, lang) for lang in LANGUAGES)), wrong.code, case, reason, right)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """What fills the braces; names of choices in each tongue of its own."""
    found = dict(values)
    other = found.pop("vi_there", None)
    if other is not None:
        found["there"] = Bilingual(shown(found["there"]), shown(other))
    return found


@attrs.define(slots=True, eq=False)
class Refusals:
    """Those of one reading. Whoever hands results on takes what has come together since."""

    found: list[Refused] = attrs.Factory(list)
    places: set[tuple[str, str, str, str]] = attrs.Factory(set)

    def add(self, one: Refused) -> None:
        where = (one.place.file, one.place.sheet or one.place.table, one.cell, one.case if one.code == DOUBT else "")  # a row may keep several cases from being decided
        if where not in self.places:
            self.places.add(where)
            self.found.append(one)

    def take(self) -> list[Refused]:
        taken, self.found = self.found, []
        return taken


def as_table(found: Sequence[Refused]) -> pa.Table:
    """A row a cell."""
    return pa.Table.from_pylist([r.row() for r in found], schema=SCHEMA)


def as_csv(found: Sequence[Refused], lang: str = "") -> bytes:
    """The same in one tongue (or both), for a spreadsheet: with the mark of UTF-8, and no cell that it would take for a formula."""
    text = io.StringIO()
    names = [n.removesuffix("_en") for n in SCHEMA.names if not n.endswith("_vi")] if lang else SCHEMA.names
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    for one in found:
        told = one.told(lang) if lang else one.row()
        writer.writerow([_plain(told[n]) for n in names])
    return text.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in FORMULA else text
