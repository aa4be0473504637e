"""legalaid-dsl: law written as rules, decided with every clause cited.

>>> import legalaid_dsl as la
>>> rules = la.load()
>>> rules.evaluate({...}).amount
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Result, Rules, UnknownAmendment, UnknownReading, load
    from .basics.problem import Problem, RulesetError
    from .engine.tables import FiguresError
    from .study.portfolio import study

__version__ = "0.1.0"
__all__ = [
    "FiguresError", "Problem", "Result", "Rules", "RulesetError", "UnknownAmendment", "UnknownReading", "load", "study",
]  # fmt: skip

_WHERE = {
    "FiguresError": "engine.tables", "Problem": "basics.problem", "RulesetError": "basics.problem",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Names are loaded when first used, so that importing the package is quick."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name == "study":
        return import_module(".study", __name__)  # the package can be called
    return getattr(import_module(f".{_WHERE.get(name, 'api')}", __name__), name)
