"""What decides the pieces of a portfolio: the columns of one text, and rows or the interpreter for what they leave over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import pyarrow as pa

from ...api import Result
from ...cases.facts.columnar_reader import QuickReader
from ...engine.columns.batch import Array
from ...engine.columns.program import Columns
from ...rulebook.model import ROOT, Rulebook
from ..sheets.reading import Understanding
from ..sheets.saved import Saved
from ..sheets.words import Words
from .encoding import Encoder
from .pieces import Lines, Part, Piece, ReadPart, TablePart, lines_part
from .results import Results


@attrs.frozen(slots=True, eq=False)
class Apart:
    """What one text says of the cases that it governs. ``places``: theirs in the part. Where there are several texts, the cases of
    ``tables`` go by these places, as text."""

    results: Results
    places: Array
    tables: dict[str, pa.Table]


@attrs.frozen(slots=True, eq=False, repr=False)
class Decider:
    """One ruleset, ready for many pieces."""

    results: Results
    columns: Columns | None
    reader: QuickReader
    encoder: Encoder
    words: Words
    saved: Saved

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """For notebooks and Hypothesis, which would print every field."""
        printer.text(object.__repr__(self))

    def understanding(self) -> Understanding:
        """How a portfolio is to be read; one for each reading."""
        return Understanding(self.words, self.saved)

    @property
    def things(self) -> list[str]:
        return [s.key for s in self.reader.shapes if s.key != ROOT]

    @property
    def result_things(self) -> list[str]:
        """Those that have results."""
        return self.results.things()

    @property
    def books(self) -> tuple[Rulebook, ...]:
        """The rulebook of every text, the last one last."""
        return (self.results.rules.rulebook,)

    def evaluate(self, facts: Any) -> Result:
        """One case by itself, as ``Rules.evaluate`` decides it."""
        return self.results.evaluate(facts)

    def part(self, piece: Piece) -> Part:
        """A piece as columns of codes, its cases by the text that governs them."""
        return self.split(self.read(piece))

    def read(self, piece: Piece) -> ReadPart:
        """A piece as columns of codes; it depends on the shapes of facts only."""
        if isinstance(piece, Lines):
            return lines_part(piece, self.reader)
        return TablePart(piece, self.encoder.batch(piece), self.reader)

    def split(self, whole: ReadPart) -> Part:
        """By text: there is one."""
        return whole

    def apart(self, part: Part) -> list[Apart]:
        """The tables of results, text by text."""
        return [Apart(self.results, np.arange(part.batch.cases), self.results.tables(part, self.columns))]

    def together(self, part: Part, found: Sequence[Apart]) -> dict[str, pa.Table]:
        """The tables of all texts in the order of the cases."""
        return found[0].tables

    def tables(self, part: Part) -> dict[str, pa.Table]:
        return self.together(part, self.apart(part))

    def cases(self, part: Part) -> pa.Table:
        """The table of cases alone."""
        return self.results.cases(part, self.columns)

    def schema(self, thing: str) -> pa.Schema:
        """The columns of a table of results."""
        return self.results.schema(thing)
