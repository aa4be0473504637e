"""Random tables with one random disturbance: the undisturbed answers, or an error that names the place. Never another number."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.study.portfolio.headers import ColumnsIgnored
from legalaid_dsl.study.portfolio.opened import SourceError
from legalaid_dsl.study.portfolio.run import Decider, Study, pieces_of
from tests.study.messy import Sheets, as_csv, as_excel, as_parquet, book_of

pytestmark = pytest.mark.filterwarnings(f"ignore::{ColumnsIgnored.__module__}.{ColumnsIgnored.__name__}")

DAYS = [f"2026-08-{d:02}" for d in range(3, 28)]
ENTRY = st.tuples(
    st.sampled_from(DAYS), st.sampled_from(["mediation", "court_hearing", "file_study", "preparing_arguments"]),
    st.sampled_from(["judge;court_clerk", "centre", "judge"]), st.sampled_from(["1", "2.5", "3.5", "4", "8", "12"]),
)  # fmt: skip
CASE = st.tuples(st.sampled_from(["ordinary", "complex"]), st.sampled_from([None, *DAYS[:6]]), st.lists(ENTRY, min_size=1, max_size=3))


@st.composite
def portfolios(draw: st.DrawFn) -> Sheets:
    sheets: Sheets = {
        "cases": [["id", "form", "assigned_on", "closed_on", "complexity", "stages", "suspended_on"]],
        "providers": [["case", "id", "kind", "method", "assigned_on"]],
        "entries": [["case", "id", "provider", "date", "task", "stage", "certified_by", "hours"]],
    }
    for n, (complexity, suspended, entries) in enumerate(draw(st.lists(CASE, min_size=1, max_size=4))):
        case = f"HS Đ{n}"
        sheets["cases"].append([case, "civil_proceedings", "2026-08-01", "2026-09-30", complexity, "first_instance", suspended])
        sheets["providers"].append([case, "P1", draw(st.sampled_from(["lawyer", "state_legal_aid_officer"])), "actual_sessions", "2026-08-01"])
        for k, (day, task, certified, hours) in enumerate(entries):
            sheets["entries"].append([case, f"E{k}", "P1", day, task, "first_instance", certified, hours])
    return sheets


@pytest.fixture(scope="module")
def decider(rules: la.Rules) -> Decider:
    return Study(rules, None, "illustrative", reasons=False).decider()


def answers(decider: Decider, source: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Amounts by case, put into ``found`` as they come."""
    for piece in pieces_of(source, decider.things, 2, decider.understanding()):
        for row in decider.cases(decider.part(piece)).to_pylist():
            found[row["id"]] = (row["status"], row["amount"])
    return found


def written(sheets: Sheets, form: str, folder: Path) -> Path:
    if form == "csv":
        return as_csv(sheets, folder / "t")
    return as_parquet(sheets, folder / "t") if form == "parquet" else as_excel(sheets, folder / "t.xlsx")


def decided(decider: Decider, source: Path, wanted: dict[str, Any], loose: bool = False) -> None:
    """The answers wanted, or an error before which only these were given. ``loose``: cells may be in each other's place, so a
    case may be refused, or left undetermined, instead: it then has no number."""
    found: dict[str, Any] = {}
    told: SourceError | None = None
    try:
        answers(decider, source, found)
    except SourceError as error:
        told = error
    if told is not None:
        assert told.place.named("en") and told.message.vi != told.message.en
    else:
        assert loose or set(found) == set(wanted)
    for case, answer in found.items():
        assert answer == wanted.get(case) or (loose and answer[0] != "determined" and answer[1] is None), case


FORMS = st.sampled_from(["csv", "xlsx", "parquet"])


@given(portfolios(), FORMS, st.data())
@settings(max_examples=40, deadline=None)
def test_a_header_that_is_otherwise(decider: Decider, sheets: Sheets, form: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = answers(decider, written(sheets, form, folder), {})
        table, at = "cases", 6  # half of the time the one whose loss changes a number without another word
        if data.draw(st.booleans()):
            table = data.draw(st.sampled_from(sorted(sheets)))
            at = data.draw(st.integers(0, len(sheets[table][0]) - 1))
        header = sheets[table][0]
        old = header[at]
        place = data.draw(st.integers(0, len(old) - 1))
        letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz_ "))
        header[at] = data.draw(st.sampled_from([
            None if form != "parquet" else " ", header[at - 1], old.upper(), old.replace("_", ""), f" {old}", old[:place] + old[place + 1 :],
            old[:place] + letter + old[place + 1 :], old[:place] + letter + old[place:], old[:-2] + old[:-3:-1],
        ]))  # fmt: skip
        decided(decider, written(sheets, form, folder), wanted, loose=len(old) < 4)


@given(portfolios(), FORMS, st.data())
@settings(max_examples=40, deadline=None)
def test_a_row_that_is_otherwise(decider: Decider, sheets: Sheets, form: str, data: st.DataObject) -> None:
    """Shifted, without its id, twice, out of order."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = answers(decider, written(sheets, form, folder), {})
        table = data.draw(st.sampled_from(sorted(sheets)))
        rows = sheets[table]
        at = data.draw(st.integers(1, len(rows) - 1))
        column = data.draw(st.integers(0, len(rows[0]) - 2))
        way = data.draw(st.sampled_from(["right", "left", "no id", "no case", "out of order", "unknown case", "twice"]))
        if way == "right" and form != "parquet":
            rows[at].insert(column, None)
        elif way == "left":
            rows[at].append(rows[at].pop(column) and None)
        elif way == "no id":
            rows[at][rows[0].index("id")] = None
        elif way in ("no case", "unknown case") and table != "cases":
            rows[at][0] = None if way == "no case" else "HS"
        elif way == "out of order" and table != "cases":
            rows.append(rows.pop(at))
        elif way == "twice":
            rows.append(list(rows[at]))
        decided(decider, written(sheets, form, folder), wanted, loose=way in ("left", "no id", "twice", "right"))


@given(portfolios(), st.data())
@settings(max_examples=25, deadline=None)
def test_cells_that_are_merged(decider: Decider, sheets: Sheets, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = data.draw(st.sampled_from(sorted(sheets)))
        column, first = data.draw(st.integers(1, 5)), data.draw(st.integers(1, len(sheets[table])))
        last = first + data.draw(st.integers(1, 3))
        book = book_of(sheets)
        book[table].merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)
        book.save(folder / "t.xlsx")
        for row in sheets[table][first:last]:  # what a merged cell says, it says of each of its rows
            row[column - 1] = sheets[table][first - 1][column - 1]
        wanted: dict[str, Any] = {}
        with contextlib.suppress(SourceError):  # then nothing may be read of the other either
            answers(decider, written(sheets, "csv", folder), wanted)
        decided(decider, folder / "t.xlsx", wanted, loose=True)


@given(portfolios(), FORMS, st.data())
@settings(max_examples=80, deadline=None)
def test_bytes_that_are_otherwise(decider: Decider, sheets: Sheets, form: str, data: st.DataObject) -> None:
    """Cut off, flipped, of another encoding, compressed. (A CSV that is cut between rows, or whose digit is another, is a table.)"""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = written(sheets, form, folder)
        wanted = answers(decider, source, {})
        path = source if source.is_file() else source / f"{data.draw(st.sampled_from(sorted(sheets)))}.{form}"
        old = path.read_bytes()
        at = data.draw(st.integers(0, 10**6)) * len(old) // (10**6 + 1)  # the size of a workbook hangs on its day
        if form == "csv":
            encoding = data.draw(st.sampled_from(["utf-16", "utf-16-le", "utf-32", "cp1258", "high"]))
            new = old[:at] + bytes([old[at] ^ 128]) + old[at + 1 :] if encoding == "high" else old.decode().encode(encoding)
        elif data.draw(st.booleans()):
            new = old[:at]
        else:
            new = old[:at] + bytes([old[at] ^ (1 << data.draw(st.integers(0, 7)))]) + old[at + 1 :]
        path.write_bytes(new)
        decided(decider, source, wanted, loose=form == "parquet")
