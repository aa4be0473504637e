"""A ruleset under one choice of readings and figures, ready to decide cases: by rows where it can,
by the interpreter where the facts are not plain or the rules have no lowered form."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

import attrs

from ..engine.compiled import Compiled, compile_rules
from ..engine.determine import Determination, determine
from ..engine.lowered import NotLowerable
from ..engine.lowering import shapes
from ..engine.plan import Prepared
from ..engine.tables import Figures
from ..rulebook.model import Rulebook
from .outcome import Outcome
from .plain import Refused, read_json
from .quick import NotPlain, QuickReader, quick_json, quick_reader
from .read import read_facts
from .results import refused_dict, result_dict

PATIENCE: Final = 2  # cases that the interpreter decides before printing rows is worth its time


@attrs.frozen(slots=True)
class Told:
    """All that the interpreter says of a case."""

    found: Mapping[str, Any]
    determination: Determination | None


def tell(prepared: Prepared, figures: Figures, case: Any, trace: bool) -> Told:
    """Decide one case by the interpreter; facts that cannot be used are refused."""
    try:
        case = read_json(case) if isinstance(case, str) else case
        facts = read_facts(prepared.rulebook, case)
    except Refused as error:
        case_id = case.get("case_id") if isinstance(case, Mapping) else None
        return Told(refused_dict(prepared.rulebook, error.refusals, case_id), None)
    found = determine(prepared, facts, figures)
    return Told(result_dict(prepared.rulebook, found, trace=trace), found)


@attrs.define(slots=True, eq=False)
class Ready:
    """Decides cases, from any thread. Rows are printed when it has been asked often enough."""

    prepared: Prepared
    figures: Figures
    reader: QuickReader | None
    compiled: Compiled | None = None
    _asked: int = 0
    _lock: Any = attrs.Factory(Lock)
    _choices: dict[str, tuple[str, ...]] = attrs.Factory(dict)

    def compile(self) -> Compiled | None:
        """The rows; None where the rules have no lowered form."""
        if self.compiled is None and self.reader is not None:
            with self._lock:
                if self.compiled is None and self.reader is not None:
                    try:
                        self.compiled = compile_rules(self.prepared, self.figures, self.reader.inputs)
                    except NotLowerable:
                        self.reader = None  # nothing is hidden: the interpreter decides every case
        return self.compiled

    def outcome(self, case: Any) -> Outcome | None:
        """What rows say of a case; None where the interpreter must be asked."""
        compiled = self.compiled
        if compiled is None:
            self._asked += 1
            if self._asked <= PATIENCE or self.reader is None:
                return None
            compiled = self.compile()
        if compiled is None or self.reader is None:
            return None
        if isinstance(case, str):
            try:
                case = quick_json(case)
            except NotPlain:
                return None
        snapshot = self.reader.read(case)
        if snapshot is None:
            return None
        return Outcome(compiled, snapshot, compiled.row(snapshot), self._vocabularies())

    def facts(self, outcome: Outcome) -> dict[str, Any]:
        """The facts that an outcome was made from, as a case file gives them."""
        assert self.reader is not None
        return self.reader.plain(outcome.snapshot)

    def _vocabularies(self) -> dict[str, tuple[str, ...]]:
        if not self._choices:
            book = self.prepared.rulebook
            self._choices = {
                t.key: tuple(book.vocabularies[t.type.key].choices)
                for t in book.terms.values() if t.type.kind in ("choice", "choices")
            }  # fmt: skip
        return self._choices


def reader_of(rulebook: Rulebook) -> QuickReader | None:
    """The quick reader of a ruleset's facts; None when its glossary has shapes that it does not know."""
    try:
        return quick_reader(shapes(rulebook))
    except NotPlain:
        return None
