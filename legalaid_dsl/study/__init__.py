"""For analysts: many cases at once, readings and amendments side by side, and what makes the difference.

``legalaid_dsl.study(rules, cases)`` is the door; the package stands for it, as both have one name.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Door(ModuleType):
    """The package, which may be called."""

    def __call__(self, rules: Any, cases: Any, **options: Any) -> Any:
        """See ``portfolio.study``."""
        from .portfolio.run import study

        return study(rules, cases, **options)


sys.modules[__name__].__class__ = _Door
