"""What was understood of a portfolio: each column as a fact, a label or nothing, rows that were passed over, cells that were refused."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.neutral import json_text, visible
from ...rulebook.model import ROOT
from ..portfolio.opened import letters
from .layout import Column
from .reading import CASES, Sheet, Understanding
from .refused import Refused
from .saved import IGNORED, is_of
from .unseen import notes

SHOWN: Final = 20  # refused cells that are printed
WIDTH: Final = 38  # letters of a header before what it means


@cache
def _words() -> dict[str, Any]:
    with (Path(__file__).parent / "said.toml").open("rb") as file:
        return tomllib.load(file)


def say(key: str, lang: str, **values: Any) -> str:
    """A wording of ``said.toml`` (``sheet``, ``what.fact``)."""
    entry = _words()
    for part in key.split("."):
        entry = entry[part]
    return str(entry[lang]).format(**values)


def both(key: str, **values: Any) -> Bilingual:
    return Bilingual(*(say(key, lang, **values) for lang in LANGUAGES))


def understood(how: Understanding, refused: Sequence[Refused]) -> dict[str, Any]:
    """``{"sheets": [{name, read, header, rows, of, columns: [{cell, header, what, is, en, vi, filled, refused}], passed,
    notes: [{en, vi}]}], "refused": [...]}``.

    Complete once the portfolio was gone through."""
    return {"sheets": [_sheet(s, how, refused) for s in how.sheets], "refused": [r.row() for r in refused]}


def _sheet(sheet: Sheet, how: Understanding, refused: Sequence[Refused]) -> dict[str, Any]:
    layout, grid = sheet.layout, sheet.grid
    name = grid.name
    if layout is None:
        return {"name": name, "read": False, "hidden": grid.hidden}
    filled: dict[int, int] = {}
    rows = 0
    for _, row in sheet.body.rows() if sheet.body is not None else ():
        rows += 1
        for i, value in enumerate(row):
            if value is not None:
                filled[i] = filled.get(i, 0) + 1
    mine = [r for r in refused if (r.place.sheet, r.place.file, r.place.table) == (grid.place.sheet, grid.place.file, grid.place.table)]
    return {
        "name": name, "read": True, "hidden": grid.hidden, "header": layout.last if sheet.body is not None else None,
        "rows": rows if sheet.body is not None else grid.count, "of": [CASES if t == ROOT else t for t in layout.things],
        "columns": [_column(c, how, c is layout.key, filled, mine) for c in layout.columns if c.header],
        "passed": [{"row": p.number, "why": p.why, "text": p.text} for p in sheet.body.passed.values()] if sheet.body is not None else [],
        "notes": [{lang: note[lang] for lang in LANGUAGES} for note in notes(sheet.body)] if sheet.body is not None else [],
    }  # fmt: skip


def _column(column: Column, how: Understanding, key: bool, filled: dict[int, int], refused: Sequence[Refused]) -> dict[str, Any]:
    found: dict[str, Any] = {"cell": letters(column.index), "header": column.header, "what": "unknown"}
    meaning = column.meaning
    if meaning is not None:
        found["what"] = "key" if key else "ignored" if not column.used else "label" if meaning.kind == "label" else "fact"
        found["is"] = is_of(meaning)
        if column.used and meaning.kind != "label":
            found |= {lang: how.words.title(meaning, lang) for lang in LANGUAGES}
    ways = {k: getattr(column.ways, k) for k in ("dates", "decimal", "blank") if getattr(column.ways, k)}
    return {**found, **ways, "filled": filled.get(column.index, 0), "refused": sum(1 for r in refused if r.place.column == column.header)}


def as_text(found: dict[str, Any], lang: str) -> str:
    """For people, sheet by sheet."""
    lines: list[str] = []
    for sheet in found["sheets"]:
        name, hidden = visible(sheet["name"]), say("hidden", lang) if sheet["hidden"] else ""
        if not sheet["read"]:
            lines += [say("unread", lang, name=name) + hidden, ""]
            continue
        head = "sheet" if sheet["header"] is not None else "table"
        lines.append(say(head, lang, name=name, header=sheet["header"], rows=sheet["rows"]) + hidden)
        lines += [_column_line(c, lang) for c in sheet["columns"]]
        if sheet["passed"]:
            rows = "; ".join(f"{p['row']} ({say('passed.' + p['why'], lang)}: {visible(p['text'][:WIDTH])})" for p in sheet["passed"][:SHOWN])
            lines.append(f"   {say('passed-over', lang, rows=rows)}")
        lines += [f"   {note[lang]}" for note in sheet["notes"]]
        lines.append("")
    return "\n".join([*lines, *refused_lines(found["refused"], lang)])


def _column_line(column: dict[str, Any], lang: str) -> str:
    header = visible(column["header"])
    what = say(f"what.{column['what']}", lang)
    if column["what"] in ("fact", "label", "key"):
        title = column.get(lang, "")
        what += f": {title} [{column['is']}]" if title and column["what"] == "fact" else f" [{column['is']}]"
    count = say("counted" if column["refused"] else "counted-well", lang, filled=column["filled"], refused=column["refused"])
    return f"   {column['cell']:>2}  {header:<{WIDTH}}  {what} – {count}"


def refused_lines(rows: Sequence[dict[str, str]], lang: str) -> list[str]:
    """Refused cells, some of them, each with why and what would be right."""
    if not rows:
        return [say("none-refused", lang)]
    lines = [say("refused-cells", lang, count=len(rows))]
    for row in rows[:SHOWN]:
        where = " ".join(visible(row[k]) for k in ("file", "sheet", "cell") if row[k])
        lines.append(f"   {where}: {row[f'reason_{lang}']}; {row[f'right_{lang}']}")
    if len(rows) > SHOWN:
        lines.append("   " + say("refused-more", lang, count=len(rows) - SHOWN))
    return lines


def as_columns(found: dict[str, Any], lang: str) -> str:
    """``columns.toml`` of what was understood: read again, it says the same."""
    lines = [f"# {say('columns.lead', lang)}"]
    for sheet in found["sheets"]:
        lines += ["", "[[sheet]]", f"name = {json_text(sheet['name'])}"]
        if not sheet["read"]:
            lines.append(f'table = "{IGNORED}"')
            continue
        if sheet["header"]:
            lines.append(f"header = {sheet['header']}")
        if len(sheet["of"]) == 1:
            lines.append(f"table = {json_text(sheet['of'][0])}")
        for column in sheet["columns"]:
            about = say(f"what.{column['what']}", lang) if column["what"] in ("unknown", "key") else column.get(lang, "")
            lines += ["[[sheet.column]]", f"header = {json_text(column['header'])}", f"is = {json_text(column.get('is', IGNORED))}" + (f"  # {about}" if about else "")]
            lines += [f"{k} = {json_text(column[k])}" for k in ("dates", "decimal", "blank") if k in column]
    return "\n".join(lines) + "\n"
