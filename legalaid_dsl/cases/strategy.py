"""A ruleset under one choice of readings and figures, ready to decide cases: by rows where it can,
by the interpreter where the facts are not plain or the rules have no lowered form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from ..engine.budget import DEFAULT, Budget, LimitPassed
from ..engine.interpreter.determine import Determination, determine, refused_for
from ..engine.plan import Prepared
from ..engine.tables import Figures
from .facts.reader import read_facts
from .facts.strict_json import Refused, read_json
from .results.records import copied
from .results.result import refused_dict, result_dict

if TYPE_CHECKING:  # rows are loaded when they are first printed: one case does not wait for them
    from ..engine.rows.compiled import Compiled
    from .facts.columnar_reader import QuickReader
    from .results.outcome import Outcome

Status = Literal["determined", "undetermined", "refused"]
PATIENCE: Final = 2  # cases that the interpreter decides before printing rows is worth its time


@attrs.define(slots=True, eq=False, repr=False)
class Told:
    """All that the interpreter says of a case. ``values``: where there is no determination to ask for them, the
    exact results of the case, and by thing those of its items."""

    _made: list[dict[str, Any]]  # the JSON, until somebody has it
    determination: Determination | None
    values: tuple[dict[str, Any], dict[str, list[dict[str, Any]]]] | None = None
    _make: Callable[[], dict[str, Any]] | None = None  # the same JSON anew
    _kept: dict[str, Any] | None = None

    @property
    def found(self) -> Mapping[str, Any]:
        """The JSON, for those who only read it."""
        if self._kept is None:
            self._kept = self._one()
        return self._kept

    @property
    def status(self) -> Status:
        return self.determination.status if self._make is not None and self.determination is not None else self.found["status"]

    def given(self) -> dict[str, Any]:
        """The JSON, for those who may change it: the first gets what was made, the next get copies."""
        if self._kept is None and self._make is not None and self._made:
            return self._one()
        return copied(dict(self.found))  # type: ignore[no-any-return]

    def _one(self) -> dict[str, Any]:
        try:
            return self._made.pop()
        except IndexError:  # given away, maybe at this moment to another thread
            assert self._make is not None
            return self._make()


@attrs.frozen(slots=True)
class Telling:
    """What is wanted of the interpreter: a trace, bounds of what is withheld, and how much it may cost."""

    trace: bool = True
    bounds: bool = True
    budget: Budget = DEFAULT


def tell(prepared: Prepared, figures: Figures, case: Any, telling: Telling) -> Told:
    """Decide one case by the interpreter; facts that cannot be used, or cost more than they may, are refused."""
    try:
        case = read_json(case) if isinstance(case, str) else case
        facts = read_facts(prepared.rulebook, case)
    except Refused as error:
        case_id = case.get("case_id") if isinstance(case, Mapping) else None
        return Told([refused_dict(prepared.rulebook, error.refusals, case_id)], None)
    found, trace = determine(prepared, facts, figures, bounds=telling.bounds, budget=telling.budget), telling.trace

    def make() -> dict[str, Any]:
        return result_dict(prepared.rulebook, found, trace=trace, most=telling.budget.bytes)

    try:
        made = make()
    except LimitPassed as passed:
        found, trace = refused_for(prepared, facts, passed), False
        made = make()
    return Told([made], found, make=make)


@attrs.define(slots=True, eq=False, repr=False)
class Ready:
    """Decides cases, from any thread. Rows are printed when it has been asked often enough."""

    prepared: Prepared
    figures: Figures
    reader: QuickReader | None = None
    compiled: Compiled | None = None
    _asked: int = 0
    _tried: bool = False
    _lock: Any = attrs.Factory(Lock)
    _decide: Callable[[Any], Outcome | None] | None = None

    def compile(self) -> Compiled | None:
        """The rows; None where the rules, or the shapes of their facts, have no lowered form."""
        if not self._tried:
            with self._lock:
                if not self._tried:
                    self._print()
                    self._tried = True
        return self.compiled

    def _print(self) -> None:
        from ..engine.lowered.from_rulebook import shapes
        from ..engine.lowered.steps import NotLowerable
        from ..engine.rows.compiled import compile_rules
        from .facts.columnar_reader import NotPlain, quick_reader
        from .results.outcome import decider

        try:
            self.reader = quick_reader(shapes(self.prepared.rulebook))
            self.compiled = compile_rules(self.prepared, self.figures, self.reader.inputs)
            self._decide = decider(self.reader, self.compiled, self._vocabularies())
        except (NotLowerable, NotPlain):
            self.compiled = None  # the interpreter decides every case

    def outcome(self, case: Any) -> Outcome | None:
        """What rows say of a case; None where the interpreter must be asked."""
        decide = self._decide
        if decide is None:
            self._asked += 1
            if self._asked <= PATIENCE or self.compile() is None:
                return None
            decide = self._decide
        return None if decide is None else decide(case)

    def facts(self, outcome: Outcome) -> dict[str, Any]:
        """The facts that an outcome was made from, as a case file gives them."""
        assert self.reader is not None
        return self.reader.plain(outcome.snapshot)

    def _vocabularies(self) -> dict[str, tuple[str, ...]]:
        book = self.prepared.rulebook
        return {
            t.key: tuple(book.vocabularies[t.type.key].choices)
            for t in book.terms.values() if t.type.kind in ("choice", "choices")
        }  # fmt: skip
