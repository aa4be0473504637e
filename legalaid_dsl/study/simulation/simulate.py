"""A portfolio under two rulesets: decided a piece at a time, every piece kept, so that a run can be taken up again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...api import Rules
from ...basics.output import claim, write_whole
from ...basics.tabular import Place
from ...basics.worded import said
from ...engine.columns.batch import Array
from ...rulebook.model import ROOT, STATUSES, Term
from ..comparison.rulesets import NotThere
from ..files import digest_of, digest_of_rules, write_parquet
from ..outcomes.outcome import Options, check_readings, measures, result_key
from ..portfolio.deciding import Decider
from ..portfolio.headers import MARK
from ..portfolio.opened import reading
from ..portfolio.pieces import Lines, Part, Piece, pieces_of
from ..portfolio.run import Study
from ..portfolio.sources import CASES, CHUNK, SourceError, open_tables, opened
from ..sheets.refused import as_csv
from .ceilings import count_ceilings
from .exact import Exact, exact_column
from .groups import WORDS, By, Grouping, grouping, joined
from .scenarios import Decided, Further
from .tally import (
    ALL,
    KINDS,
    STATES,
    Sides,
    Tally,
    count_governed,
    count_groups,
    count_steps,
    item_sides,
    sealed,
    states_of,
    total,
    unsealed,
)

FORM: Final = 8  # of what is kept; another number starts anew
LOOKED_AT: Final = 3  # cases of a piece left out for one state, of which it is asked why
MANIFEST: Final = "manifest.json"
REFUSED: Final = "refused.csv"  # cells that were not read, in both languages

Progress = Callable[[int, int, int], None]  # cases done in this run, done before, all (0 when not known)


@attrs.frozen(slots=True, eq=False)
class Simulation:
    """What is asked: two rulesets, a portfolio (as ``la.study`` takes it), columns to break down by."""

    base: Rules
    amended: Rules
    cases: Any
    options: Options
    by: tuple[By, ...]
    names: tuple[str, str] = ("", "")
    chunk: int = CHUNK
    further: Further | None = None
    columns: str | Path | None = None  # a columns.toml

    @property
    def measures(self) -> list[Term]:
        """The decisive numbers that both rulesets give, the last one that all lead to."""
        mine = {result_key(t) for t in measures(self.base.rulebook)}
        return [t for t in measures(self.amended.rulebook) if result_key(t) in mine]

    @property
    def reliability(self) -> str:
        """The weakest status among the figures at hand, whether a case used them or not."""
        texts = (*self.base.every, *self.amended.every)
        found: set[str] = {f.status for text in texts for values in text.rulebook.figures.values() for f in values}
        if self.options.figures is not None:
            found.add(self.base.figures(self.options.figures).status)
        return max(found, key=[str(s) for s in STATUSES].index, default="official")

    def inputs(self) -> dict[str, Any]:
        """What results depend on, by digest."""
        figures = self.options.figures
        given = "" if figures is None else str(figures)
        if given and Path(given).is_dir():
            given = digest_of(sorted(Path(given).glob("*.csv")))
        return {
            "form": FORM, "portfolio": _portfolio_digest(self.cases), "base": digest_of_rules(self.base),
            "columns": "" if self.columns is None else digest_of([Path(self.columns)]),
            "amended": digest_of_rules(self.amended), "figures": given, "readings": dict(sorted(self.options.readings.items())),
            "by": [b.name for b in self.by], "chunk": self.chunk,
            "further": self.further.inputs if self.further is not None else {},
        }  # fmt: skip


def _portfolio_digest(cases: Any) -> str:
    if not isinstance(cases, str | Path):
        raise SourceError.of("in-files")
    path = Path(cases)
    with reading(Place(file=path.name)):
        if path.is_dir():
            return digest_of(p for _, p in sorted(open_tables(path).items()) if isinstance(p, Path))
        return digest_of([path])


def simulate(asked: Simulation, out: Path, progress: Progress | None = None) -> Tally:
    """Decide what is not decided yet, and add everything up. Raises NotThere and NotOurs where ``out`` holds
    another simulation, or something else."""
    check_readings(asked.options, asked.base, asked.amended)
    inputs = asked.inputs()
    _begin(out, inputs)
    rules = (asked.base, asked.amended)
    others = [b.name for b in asked.by]
    sides = [
        Study(r, asked.cases, asked.options.figures, _known(asked, r), True, asked.chunk, others, asked.columns).decider()
        for r in rules
    ]  # fmt: skip
    things = list(dict.fromkeys(t for s in sides for t in s.things))
    done = before = 0
    every, tallies = _number(asked.cases), []
    how = sides[0].understanding()
    for number, piece in enumerate(pieces_of(asked.cases, things, asked.chunk, how)):
        size = len(piece.lines) if isinstance(piece, Lines) else piece.cases.num_rows
        kept = _kept(out, number, inputs)
        if kept is None:
            table, kept = decided(asked, sides, piece)
            write_parquet(_part_path(out, number), table)
            # written last: a piece whose tally stands is complete
            write_whole(_tally_path(out, number), sealed(kept, _seal(out, number, inputs)) + "\n")
            done += size
        else:
            before += size
        tallies.append(kept)
        if progress is not None:
            progress(done, before, every)
    found = total(tallies)
    found.refused, found.unseen = how.refusals.take(), how.unseen()
    if found.refused:
        write_whole(out / REFUSED, as_csv(found.refused).decode())
    return found


def _known(asked: Simulation, rules: Rules) -> Mapping[str, str]:
    known = {k for text in rules.every for k in text.rulebook.readings}
    return {k: c for k, c in asked.options.readings.items() if k in known}


def _begin(out: Path, inputs: Mapping[str, Any]) -> None:
    claim(out, MANIFEST)
    path, text = out / MANIFEST, json.dumps(inputs, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if path.exists() and path.read_bytes() != text.encode():
        raise NotThere.of(said(WORDS, "something_else", out=out, manifest=MANIFEST))
    write_whole(path, text)


def _tally_path(out: Path, number: int) -> Path:
    return out / "tallies" / f"part-{number:05}.json"


def _part_path(out: Path, number: int) -> Path:
    return out / CASES / f"part-{number:05}.parquet"


def _seal(out: Path, number: int, inputs: Mapping[str, Any]) -> str:
    """What a tally belongs to: what was asked, the piece, and the bytes of its results."""
    part = digest_of([_part_path(out, number)])
    return hashlib.sha256(json.dumps([inputs, number, part], sort_keys=True).encode()).hexdigest()


def _kept(out: Path, number: int, inputs: Mapping[str, Any]) -> Tally | None:
    """The tally of a piece that is decided; None where it is not, or where a file of it is not as it was written."""
    if not _tally_path(out, number).is_file() or not _part_path(out, number).is_file():
        return None
    return unsealed(_tally_path(out, number).read_bytes(), _seal(out, number, inputs))


def _number(cases: Any) -> int:
    """How many cases there are, where a file says so without being read."""
    if isinstance(cases, str | Path) and not Path(cases).is_dir():
        return 0
    table = open_tables(cases).get(CASES)
    return 0 if table is None or (isinstance(table, Path) and table.suffix != ".parquet") else opened(CASES, table).rows


# ------------------------------------------------------------------ one piece


def decided(asked: Simulation, deciders: list[Decider], piece: Piece) -> tuple[pa.Table, Tally]:
    """One piece: a row a case, and its tally."""
    parts = [d.part(piece) for d in deciders]
    found = [d.apart(p) for d, p in zip(deciders, parts, strict=True)]
    tables = [d.together(p, f) for d, p, f in zip(deciders, parts, found, strict=True)]
    ids = parts[0].ids()
    if pc.count_distinct(ids).as_py() != len(ids):
        raise SourceError.of("results-twice")
    book, keys = asked.base.rulebook, [result_key(t) for t in asked.measures]
    numbers = {k: (exact_column(tables[0][CASES], k), exact_column(tables[1][CASES], k)) for k in keys}
    sides = Sides(states_of(tables[0][CASES]), states_of(tables[1][CASES]), numbers)
    tally = Tally(synthetic=_synthetic(piece))
    count_groups(tally, ALL, [()], np.zeros(len(ids), np.int64), sides)
    groups = [grouping(by, piece, parts[0], book) for by in asked.by]
    for group in groups:
        rows = sides if group.case_of is None else item_sides(sides, group, _item_numbers(group, tables, keys))
        count_groups(tally, group.by.name, group.labels, group.codes, rows)
    count_steps(tally, sides)
    if asked.further is not None:
        whole = (Decided(sides.before, {k: n[0] for k, n in numbers.items()}), Decided(sides.after, {k: n[1] for k, n in numbers.items()}))
        asked.further.count(tally, piece, sides, whole, groups, parts[0].facts)
    for side, (decider, part) in enumerate(zip(deciders, parts, strict=True)):
        for one in found[side]:
            own = one.results.rules.rulebook
            chosen = {k: r.default for k, r in own.readings.items()} | dict(one.results.readings or {})
            count_ceilings(tally, side, one.tables, own, chosen, sides.both[one.places])
        count_governed(tally, side, tables[side][CASES])
        _count_missing(tally, decider, part, (sides.before, sides.after)[side])
    return _rows(ids, groups, sides), tally


def _synthetic(piece: Piece) -> int:
    """How many cases are marked as made up."""
    if isinstance(piece, Lines) or MARK not in piece.cases.column_names:
        return 0
    return int(pc.sum(pc.equal(pc.utf8_lower(piece.cases[MARK].cast(pa.string())), "true")).as_py() or 0)


def _item_numbers(
    group: Grouping, tables: list[dict[str, pa.Table]], keys: list[str]
) -> dict[str, tuple[Exact, Exact]]:
    """The numbers of items on both sides, in the order of the portfolio; a refused case has none."""
    assert group.by.term is not None
    found: list[dict[str, Exact]] = []
    for table in (t[group.by.term.thing] for t in tables):
        places = pc.index_in(group.keys, value_set=joined(table["case"], table["id"]))
        there = places.is_valid().to_numpy(zero_copy_only=False)
        at = places.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        found.append({k: exact_column(table, k).take(at, there) for k in keys})
    return {k: (found[0][k], found[1][k]) for k in keys}


def _count_missing(tally: Tally, decider: Decider, part: Part, states: Array) -> None:
    """What the first undetermined cases of a piece lack or the law leaves open, and why the first that are refused are;
    asking all would take the interpreter too long."""
    left = [p for state in ("undetermined", "refused") for p in np.flatnonzero(states == STATES.index(state))[:LOOKED_AT]]
    for place in left:
        told = decider.evaluate(part.facts(int(place))).to_dict()
        tally.looked_at += 1
        for need in _reasons(told):
            tally.missing[need] = tally.missing.get(need, 0) + 1


def _reasons(told: Mapping[str, Any]) -> set[tuple[str, str, str, str]]:
    """(what, key, in English, in Vietnamese): what is wanted, what is left open; of a refused case why it is."""
    found = {(n["what"], n["key"], n["question"]["en"], n["question"]["vi"]) for n in told["needs"]}
    said = [("refused", x) for x in told["findings"]] if told["status"] == "refused" else [("opening", x) for x in told["openings"]]
    return found | {(what, x["code"], x["message"]["en"], x["message"]["vi"]) for what, x in said}


def _rows(ids: pa.Array, groups: list[Grouping], sides: Sides) -> pa.Table:
    """A row a case: its groups, states, what became of it, numbers before, after and changed."""
    found: dict[str, Any] = {"id": ids}
    for group in groups:
        if group.case_of is None:
            labels = pa.array([" + ".join(label) or None for label in group.labels], pa.string())
            found[group.by.name.removeprefix(f"{ROOT}.")] = labels.take(pa.array(group.codes))
    states, kinds = pa.array(STATES), pa.array(KINDS)
    found["status_before"] = states.take(pa.array(sides.before))
    found["status_after"] = states.take(pa.array(sides.after))
    found["change"] = kinds.take(pa.array(sides.kinds()))
    for key, (old, new) in sides.numbers.items():
        for name, column in (("before", old), ("after", new), ("difference", new.minus(old))):
            found |= column.columns(f"{key}_{name}")
    return pa.table(found)

