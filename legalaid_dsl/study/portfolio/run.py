"""Many cases at once: tables in, tables out, a chunk at a time, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa

from ...api import Result, Rules
from ...engine.columns.program import Columns, print_columns
from ...engine.lowered.steps import Lowered, NotLowerable
from ...engine.rows.compiled import roots_of
from ...in_time import Timeline
from ..sheets.refused import as_table
from ..sheets.saved import Saved, read_saved
from ..sheets.words import words_of
from .by_text import InTime, Law, check_shapes
from .deciding import Apart, Decider
from .encoding import Encoder
from .headers import Headers, names_in
from .pieces import Lines, Part, Piece, TablePart, pieces_of
from .results import Results
from .sources import CHUNK, SourceError

REFUSED = "refused"  # the table of cells that are not read


@lru_cache(maxsize=8)  # who studies many files under the same rules has the tables worked out once
def _columns(lowered: Lowered, roots: tuple[int, ...]) -> Columns | None:
    """What decides many cases at once; None: rows decide each."""
    try:
        return print_columns(lowered, roots)
    except NotLowerable:
        return None


@attrs.frozen(slots=True, eq=False)
class Study:
    """A portfolio under one choice of figures and readings. Going through it again reads it again.

    Each step gives Arrow tables: ``cases`` (id, status, by whom it was decided, by which text where rules change with the day, results,
    deciding clauses),
    one a thing with results (``entries``, …), ``ceilings`` (what each ceiling took, or floor gave) and ``refused``: cells that
    were not read, for which their cases are refused.
    """

    rules: Rules
    cases: Any
    figures: str | Path | None = None
    readings: Mapping[str, str] | None = None
    reasons: bool = True
    chunk: int = CHUNK
    others: Sequence[str] = ()
    columns: str | Path | None = None

    def __iter__(self) -> Iterator[dict[str, pa.Table]]:
        decider = self.decider()
        how = decider.understanding()
        for piece in pieces_of(self.cases, decider.things, self.chunk, how):
            tables = decider.tables(decider.part(piece))
            yield {**tables, REFUSED: as_table(how.refusals.take())}

    def decider(self) -> Decider:
        """What decides piece after piece; where rules change with the day, by the text that governs each case."""
        return self._in_time(self.rules.timeline) if self.rules.timeline is not None else self._of(self.rules, self.readings, None)

    def _in_time(self, timeline: Timeline[Rules]) -> InTime:
        chosen = self.readings or {}
        self.rules.check_readings(chosen)
        *older, (_, latest) = timeline.periods
        last = self._of(latest, latest.own(chosen), None)
        texts = [*(self._of(rules, rules.own(chosen), last) for _, rules in older), last]
        check_shapes([t.reader.shapes for t in texts])
        return InTime(
            last.results, last.columns, last.reader, last.encoder, last.words, last.saved, self.rules, timeline, tuple(texts),
            attrs.evolve(last.results, readings=self.readings), Law.of(last.results.ready),
        )  # fmt: skip

    def _of(self, rules: Rules, readings: Mapping[str, str] | None, newest: Decider | None) -> Decider:
        """What decides by one text. ``newest``: the one by whose glossary the tables are read, where there are several."""
        ready = rules.ready(self.figures, readings)
        compiled = ready.compile()
        if compiled is None or ready.reader is None:
            raise SourceError.of("rules-no-form")
        compiled = compiled.with_reasons() if self.reasons else compiled
        columns = _columns(compiled.lowered, tuple(roots_of(compiled.lowered, self.reasons)))
        results = Results(rules, ready, compiled, self.figures, readings, self.reasons, self._evaluated)
        if newest is not None:
            encoder = Encoder(ready.reader, newest.encoder.headers)
            return Decider(results, columns, ready.reader, encoder, newest.words, newest.saved)
        shapes = {s.key: s for s in ready.reader.shapes}
        headers = Headers(shapes, names_in(rules.rulebook), frozenset(self.others))
        words = words_of(rules.rulebook, ready.reader.shapes)
        saved = Saved() if self.columns is None else read_saved(Path(self.columns), words)
        return Decider(results, columns, ready.reader, Encoder(ready.reader, headers), words, saved)

    def _evaluated(self, facts: Any) -> Result:
        return self.rules.evaluate(facts, figures=self.figures, readings=self.readings, trace=False)

    def tables(self) -> dict[str, pa.Table]:
        """All results at once."""
        found: dict[str, list[pa.Table]] = {}
        for tables in self:
            for name, table in tables.items():
                found.setdefault(name, []).append(table)
        return {name: pa.concat_tables(parts) for name, parts in found.items()}


def study(
    rules: Rules, cases: Any, *, figures: str | Path | None = None, readings: Mapping[str, str] | None = None,
    reasons: bool = True, chunk: int = CHUNK, others: Sequence[str] = (), columns: str | Path | None = None,
) -> Study:  # fmt: skip
    """Decide a portfolio: a folder of tables, a workbook (.xlsx, .xls, .ods), a .csv, .parquet or .jsonl file; an Arrow table, a
    frame (pandas, polars, whatever hands itself on as Arrow), or a mapping of such by name.

    Nothing is read before the study is gone through: ``for tables in study(…)`` a chunk at a time in
    bounded memory, or ``study(…).tables()`` for all.
    ``others``: columns of the cases that are no facts, though their names may be near one's;
    what else is no fact is told (ColumnsIgnored). ``columns``: a ``columns.toml`` that says what columns are. A cell that cannot be read
    for certain stands in the table ``refused``, and its case is refused. Raises SourceError where a table cannot be read, before any case of it is decided
    that this could concern.
    """
    return Study(rules, cases, figures, readings, reasons, chunk, others, columns)


__all__ = ["Apart", "Decider", "Lines", "Part", "Piece", "Study", "TablePart", "pieces_of", "study"]
