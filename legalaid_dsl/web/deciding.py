"""One case further: the next question, the provisions it rests on and where they stand, its receipt; and many cases from a spreadsheet."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any, Final

from ..api import Rules, UnknownReading
from ..asking.next_question import ask
from ..basics.citation import Citation, order_key
from ..basics.neutral import json_text
from ..engine.tables import FiguresError
from ..receipts.receipt import receipt_of, receipt_text
from ..rulebook.model import ROOT, Rulebook
from ..service.problems import Problem, wrong
from ..workbench.examples.runner import citations
from .desk import Desk, Json
from .jobs import Job
from .trials import STATUSES, shown

ROWS: Final = 200  # of a portfolio that are shown; the file has all
MOST_BYTES: Final = 50_000_000
KINDS: Final = (".xlsx", ".xls", ".ods", ".csv", ".parquet", ".jsonl", ".ndjson")


def next_question(rules: Rules, facts: Any, figures: str | None, readings: dict[str, str], lang: str) -> Json | None:
    """What to ask next, in the order of ``legalaid ask``; None when nothing could change the answer."""
    try:
        found = ask(rules, facts, figures, readings)
    except (UnknownReading, FiguresError) as error:
        raise wrong(error.message) from None
    if found is None:
        return None
    return {
        "path": found.path, "type": found.type, "text": found.text[lang], "about": found.about[lang], "why": found.why[lang],
        "presumed": found.presumed, "unit": found.unit[lang] if found.unit is not None else "",
    }  # fmt: skip


def rests_on(desk: Desk, rules: Rules, result: Any, lang: str) -> list[Json]:
    """The provisions that an answer cites, each with the file and line where it stands; those of other folders have none."""
    book = rules.rulebook
    with desk.lock:
        places: dict[Citation, tuple[str, int]] = {}
        state = desk.project.state()
        for path, block, at in state.headings():
            if path.parent == desk.folder.root and block.heading is not None and block.heading.span is not None:
                place = state.place(block.heading.span)
                if place is not None and at not in places:
                    places[at] = (desk.folder.name(path), place.source.place(place.start)[0])
    found = sorted((c for c in citations(result.determination) if c.article and not c.defines), key=lambda c: _order(book, c))
    return [{"name": _named(book, c, lang), "file": places.get(c, ("", 0))[0], "line": places.get(c, ("", 0))[1]} for c in found]


def _order(book: Rulebook, at: Citation) -> tuple[Any, ...]:
    return (at.instrument != book.id, at.instrument, order_key(at))


def _named(book: Rulebook, at: Citation, lang: str) -> str:
    own = book.instruments.get(at.instrument) if at.instrument != book.id else None
    return ", ".join(x for x in (at.name(lang), own.short[lang] if own is not None else "") if x)


def receipt(rules: Rules, facts: Any, figures: str | None, readings: dict[str, str]) -> str:
    """As ``legalaid evaluate --receipt`` writes it, for the case as it is saved."""
    text = json_text(facts, 2) + "\n"
    try:
        return receipt_text(receipt_of(rules.evaluate(text, figures=figures, readings=readings), text))
    except (UnknownReading, FiguresError) as error:
        raise wrong(error.message) from None


# ------------------------------------------------------------------ many cases


def taken(room: Path, name: str, data: bytes) -> Path:
    """A file of cases that somebody gave, under a name of ours. Raises Problem for a kind that is not read."""
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        raise Problem("no-tables", kinds=", ".join(KINDS))
    stem = re.sub(r"[^A-Za-z0-9_-]", "_", Path(name).stem)[:60] or "cases"
    path = room / f"{stem}{suffix}"
    path.write_bytes(data)
    return path


def understood(rules: Rules, cases: Path, figures: str | None, readings: dict[str, str], lang: str, job: Job) -> None:
    """Every case of a file decided as ``la.study`` does: how many, the first of them, which columns nobody reads and which cells are refused."""
    from .. import study
    from ..study.files import write_csv
    from ..study.portfolio.headers import ColumnsIgnored
    from ..study.sheets.understood import refused_lines

    columns: list[str] = []
    rows: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for tables in study(rules, str(cases), figures=figures, readings=readings):
            table = tables["cases"]
            columns = columns or list(table.column_names)
            rows += table.to_pylist()
            refused += tables["refused"].to_pylist()
            job.progress(len(rows), 0, 0)
    ignored = [w.message.message[lang] for w in caught if isinstance(w.message, ColumnsIgnored)]
    lost = refused_lines(refused, lang) if refused else []
    out = cases.with_suffix(".results.csv")
    write_csv(out, columns, rows)
    job.files["results.csv"] = out.read_bytes()
    job.told = {
        "counted": len(rows), "ignored": [*dict.fromkeys(ignored), *lost], **_table(rules.rulebook, rows, lang),
        "states": [[_status(key, lang), sum(1 for r in rows if r["status"] == key)] for key in dict.fromkeys(r["status"] for r in rows)],
    }  # fmt: skip


def _table(book: Rulebook, rows: list[dict[str, Any]], lang: str) -> Json:
    """The decisive results of the first cases, in people's words."""
    terms = [t for t in book.terms_of(ROOT) if t.decisive and t.result is not None]
    keys = [t for t in terms if t.result is not None and rows and t.result.key in rows[0]]
    names = [t.names[lang] for t in keys]
    shown_rows = [
        [str(row.get("id") or i), _status(row["status"], lang), *(shown(book, t, _plain(row[t.result.key]), lang) for t in keys if t.result)]
        for i, row in enumerate(rows[:ROWS], 1)
    ]  # fmt: skip
    return {"names": names, "rows": shown_rows}


def _plain(value: Any) -> Any:
    return None if value is None else str(value) if not isinstance(value, bool) else value


def _status(key: str, lang: str) -> str:
    return STATUSES[key][lang] if key in STATUSES else key
