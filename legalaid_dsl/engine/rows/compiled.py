"""A rulebook made ready for many cases: its lowered form and the functions printed from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from threading import Lock
from typing import Any

import attrs

from ...rulebook.model import ROOT
from ..lowered.from_rulebook import lower
from ..lowered.passes.constant_tables import fold
from ..lowered.passes.schedule import is_column, needed
from ..lowered.steps import DOUBT, YES, FactColumn, Lowered, Shown
from ..plan import Prepared
from ..tables import Figures
from .program import Input, Printed, print_rows
from .running_ceilings import Vague


@attrs.define(slots=True, eq=False)
class Row:
    """What rows say of one case: the codes of every result, by place in ``Lowered.shown``.

    A column of things is a list with one code an item.
    """

    status: str
    values: tuple[Any, ...]
    conditions: tuple[Any, ...]  # None where a result is always shown
    deciding: tuple[Any, ...] = ()
    took: tuple[Any, ...] = ()


@attrs.define(slots=True, eq=False)
class Compiled:
    """One choice of readings and figures. Printed once, then shared by all threads."""

    lowered: Lowered
    inputs: tuple[Input, ...]  # the columns of a snapshot of facts, in order
    _run: Callable[[Sequence[Any]], tuple[Any, ...]]
    source: str
    _with_reasons: Compiled | None = None
    _reasons: bool = False
    _lock: Any = attrs.Factory(Lock)
    _decisive: tuple[tuple[int, Any], ...] = ()
    _ordered: Callable[[Sequence[Any]], tuple[Any, ...]] | None = None  # for cases whose dates rise
    _dates: tuple[int, ...] = ()  # places of these dates in a snapshot
    _cuts: tuple[int, int, int, int] = (0, 0, 0, 0)  # where results, their conditions, and reasons begin among the codes
    of_case: dict[str, tuple[int, Shown]] = attrs.Factory(dict)  # results of the case by their key
    _answers: tuple[int, ...] = ()  # results of items that are yes or no
    _choices: tuple[tuple[int, int], ...] = ()  # choices of the case: their places in a snapshot, and the code of unknown

    def row(self, snapshot: Sequence[Any]) -> Row:
        """The results of one case; exactly what the interpreter says of its facts. Raises Large where a number must be
        judged by the interpreter."""
        found = self.codes(snapshot)
        start, end, rest, last = self._cuts
        for code in found[:start] if start else ():
            if code == YES or (isinstance(code, list) and YES in code):
                return Row("refused", (), ())
        values = found[start:end]
        status = "determined"
        for place, unknown in self._decisive:
            if values[place] == unknown:
                status = "undetermined"
        if not self._reasons:
            return Row(status, values, found[end:rest])
        return Row(status, values, found[end:rest], found[rest:last], found[last:])

    def is_for_the_interpreter(self, snapshot: Sequence[Any], row: Row) -> bool:
        """Whether a yes or no is in doubt that every value of a missing choice of the case may agree on."""
        if row.status == "refused" or not any(snapshot[place] == unknown for place, unknown in self._choices):
            return False
        answers = (row.values[place] for place in self._answers)
        return any(DOUBT in codes if isinstance(codes, list) else codes == DOUBT for codes in answers)

    def codes(self, snapshot: Sequence[Any]) -> tuple[Any, ...]:
        """The codes of ``roots_of`` the lowered form, in order."""
        if self._ordered is not None and all(_rises(snapshot[place]) for place in self._dates):
            try:
                return self._ordered(snapshot)
            except Vague:
                pass  # the other function compares every two items
        return self._run(snapshot)

    def with_reasons(self) -> Compiled:
        """The same, giving for every decision the clause that made it, and what ceilings took."""
        if self._with_reasons is None:
            with self._lock:
                if self._with_reasons is None:
                    self._with_reasons = compiled(self.lowered, self.inputs, reasons=True)
        return self._with_reasons

    def column(self, shown: Shown, codes: Any, count: int) -> list[Any]:
        """The codes of a result for all items of its thing, also when the case alone decides it."""
        if shown.thing == ROOT or is_column(self.lowered.nodes[shown.value]):
            return codes if isinstance(codes, list) else [codes]
        return [codes] * count


def compile_rules(prepared: Prepared, figures: Figures, inputs: tuple[Input, ...]) -> Compiled:
    """Raises NotLowerable where only the interpreter can decide."""
    return compiled(fold(lower(prepared, figures)), inputs)


def compiled(lowered: Lowered, inputs: tuple[Input, ...], reasons: bool = False) -> Compiled:
    """Print the rows of a lowered form."""
    roots = roots_of(lowered, reasons)
    printed: Printed = print_rows(lowered, roots)
    ordered = print_rows(lowered, roots, ordered=True) if printed.dates is not None else None
    decisive = tuple((i, lowered.nodes[s.value].unknown) for i, s in enumerate(lowered.shown) if s.decisive)
    answers = [i for i, s in enumerate(lowered.shown) if is_answer(lowered, s)]
    choices = [(inputs.index(("fact", f.term)), len(f.choices)) for f in choices_of_case(lowered) if ("fact", f.term) in inputs]
    of_case = {s.key: (i, s) for i, s in enumerate(lowered.shown) if s.thing == ROOT}
    return Compiled(
        lowered, inputs, _called(printed, inputs), printed.source, reasons=reasons, decisive=decisive, of_case=of_case,
        answers=tuple(answers), choices=tuple(choices),
        ordered=None if ordered is None else _called(ordered, inputs),
        dates=tuple(inputs.index(("fact", d)) for d in printed.dates or ()), cuts=_cuts(lowered),
    )  # fmt: skip


def is_answer(lowered: Lowered, shown: Shown) -> bool:
    """Whether a result is a yes or no of an item."""
    return shown.thing != ROOT and lowered.nodes[shown.value].kind == "yes_or_no"


def choices_of_case(lowered: Lowered) -> list[FactColumn]:
    """The facts of the case that are one of several choices, and that a yes or no of an item rests on."""
    steps = needed(lowered, [s.value for s in lowered.shown if is_answer(lowered, s)])
    read = {lowered.nodes[place].data for place in steps if lowered.nodes[place].op == "fact"}
    return [f for f in lowered.shape(ROOT).facts if f.kind == "choice" and (f.term,) in read]


def _cuts(lowered: Lowered) -> tuple[int, int, int, int]:
    """As ``roots_of`` puts them one after the other."""
    start, shown = len(lowered.refusals), len(lowered.shown)
    return start, start + shown, start + 2 * shown, start + 2 * shown + len(lowered.deciding)


def _rises(days: list[Any]) -> bool:
    return None not in days and days == sorted(days)


def _called(printed: Printed, inputs: tuple[Input, ...]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """The printed function as one of a snapshot."""
    at = {key: place for place, key in enumerate(inputs)}
    places = [at[key] for key in printed.inputs]
    function = printed.function
    if len(places) < 2:
        return lambda snapshot: function(*(snapshot[p] for p in places))
    take = itemgetter(*places)

    def called(snapshot: Sequence[Any], function: Any = function, take: Any = take) -> tuple[Any, ...]:
        return function(*take(snapshot))  # type: ignore[no-any-return]

    return called


def roots_of(lowered: Lowered, reasons: bool) -> list[int]:
    """Refusals, results, the conditions under which results are shown; then reasons."""
    roots = [*lowered.refusals, *(s.value for s in lowered.shown)]
    roots += [s.value if s.condition is None else s.condition for s in lowered.shown]
    if reasons:
        roots += [*(d.node for d in lowered.deciding), *(t.node for t in lowered.took)]
    return roots
