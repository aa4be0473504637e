"""Verdicts as text, as plain data, and as files of the cases that refute."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...basics.output import write_whole
from ...basics.quantity import decimal_text
from ...engine.tables import Figures
from ...rulebook.model import ROOT, Rulebook
from .ask import Verdict
from .example import example_text
from .words import ABOUT, VERDICTS

SIGNS = {"proved": "✓", "not_refuted": "✓", "refuted": "✗", "not_decided": "?", "set_aside": "–"}


def text(verdicts: Iterable[Verdict], book: Rulebook, lang: str) -> str:
    """Each guarantee: its address, its words, the verdict and what it rests on; once, what the verdicts mean."""
    lines: list[str] = []
    said = set[str]()
    for one in verdicts:
        lines += [f"{SIGNS[one.verdict]} {one.key}{_place(one, book, lang)}", f"    {one.message[lang]}"]
        spent = f" ({one.seconds:.1f} s)" if one.seconds else ""
        verdict, reason = VERDICTS[one.verdict][lang], one.reason[lang]
        whole = f"{verdict} {reason}{spent}" if one.verdict == "not_refuted" else f"{verdict}{spent}{f': {reason}' if reason else ''}"
        lines += [f"    {whole}", ""]
        said.add(one.verdict)
    return "\n".join([*lines, *(ABOUT[key][lang] for key in ABOUT if key in said), ""])


def _place(one: Verdict, book: Rulebook, lang: str) -> str:
    if one.citation is None:
        return ""
    other = one.citation.instrument != book.id and one.citation.instrument in book.instruments
    names = [book.cite(one.citation, lang), book.instruments[one.citation.instrument].short[lang] if other else ""]
    return f"  [{', '.join(filter(None, names))}]"


def plain(one: Verdict) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": one.key, "cites": str(one.citation) if one.citation is not None else None,
        "message": one.message.to_dict(), "verdict": one.verdict, "reason": one.reason.to_dict(), "tried": one.tried,
    }  # fmt: skip
    if one.case is not None:
        found["case"] = one.case
    if one.second is not None:
        found["raised"] = one.second
    if one.figures is not None and one.figures.rows:
        found["figures"] = {key: _rows(one.figures, key) for key in one.figures.rows}
    return found


def _rows(figures: Figures, key: str) -> list[list[str]]:
    return [[*cell, decimal_text(value)] for cell, value in figures.rows[key].items()]


def write(one: Verdict, book: Rulebook, folder: Path, readings: dict[str, str], lang: str) -> list[Path]:
    """The case (or pair of cases) against a guarantee, with the tables that it needs, as files to evaluate;
    a single case that needs none also as a worked example."""
    written = []
    if one.case is not None and one.second is None and one.citation is not None and not (one.figures and one.figures.rows):
        example = folder / f"{one.key}.case"
        write_whole(example, example_text(book, one, readings, lang))
        written.append(example)
    for name, case in ((one.key, one.case), (f"{one.key}_raised", one.second)):
        if case is not None:
            path = folder / f"{name}.json"
            write_whole(path, json.dumps({**({"case_id": name} if f"{ROOT}.case_id" in book.terms else {}), **case}, ensure_ascii=False, indent=2) + "\n")
            written.append(path)
    if one.case is not None and one.figures is not None and one.figures.rows and one.figures.status == "supplied":
        tables = folder / f"{one.key}_figures"
        tables.mkdir(exist_ok=True)
        for key in one.figures.rows:
            table = book.tables[key]
            with (tables / f"{key}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([[*(name for name, _ in table.by), table.value_column], *_rows(one.figures, key)])
        written.append(tables)
    return written
