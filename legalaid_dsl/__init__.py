"""legalaid-dsl: law written as rules, decided with every clause cited.

>>> import legalaid_dsl as la
>>> rules = la.load()
>>> rules.evaluate({...}).amount
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Result, Rules, UnknownAmendment, UnknownReading, load
    from .asking.next_question import ask
    from .asking.question import Question
    from .basics.bilingual import Bilingual, Error
    from .basics.problem import Problem, RulesetError
    from .cases.results.records import ChosenReading, Figure, Finding, Need, Opening, TraceEntry
    from .engine.budget import Budget
    from .engine.tables import FiguresError
    from .making.search import find_case
    from .study.comparison.attribution import attribute
    from .study.comparison.compare import compare
    from .study.outcomes.outcome import Options
    from .study.portfolio.run import study
    from .study.simulation.simulate import Simulation, simulate

__version__ = "0.2.0.dev0"
__all__ = [
    "Bilingual", "Budget", "ChosenReading", "Error", "Figure", "FiguresError", "Finding", "Need", "Opening", "Options", "Problem",
    "Question", "Result", "Rules", "RulesetError", "Simulation", "TraceEntry", "UnknownAmendment", "UnknownReading", "ask", "attribute",
    "compare", "find_case", "load", "simulate", "study",
]  # fmt: skip

_WHERE = {
    "Bilingual": "basics.bilingual", "Budget": "engine.budget", "ChosenReading": "cases.results.records", "Error": "basics.bilingual",
    "Figure": "cases.results.records", "FiguresError": "engine.tables", "Finding": "cases.results.records",
    "Need": "cases.results.records", "Opening": "cases.results.records", "Options": "study.outcomes.outcome",
    "Problem": "basics.problem", "Question": "asking.question", "RulesetError": "basics.problem",
    "Simulation": "study.simulation.simulate", "TraceEntry": "cases.results.records", "ask": "asking.next_question", "attribute": "study.comparison.attribution",
    "compare": "study.comparison.compare", "find_case": "making.search", "simulate": "study.simulation.simulate",
}  # fmt: skip
_GOING: dict[str, tuple[str, str, str]] = {}  # a name that goes in the next MINOR: its module, its name there, what to write instead


def __getattr__(name: str) -> Any:
    """Names are loaded when first used, so that importing the package is quick."""
    from importlib import import_module

    if name in _GOING:
        from warnings import warn

        module, there, instead = _GOING[name]
        warn(f"legalaid_dsl.{name} goes in the next version; write {instead}", DeprecationWarning, stacklevel=2)
        return getattr(import_module(f".{module}", __name__), there)
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "study":
        return import_module(".study", __name__)  # the package can be called
    return getattr(import_module(f".{_WHERE.get(name, 'api')}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
