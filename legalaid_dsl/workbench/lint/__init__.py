"""Lint: what a ruleset may say and yet ought not to, each with a reason in law."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...api import Rules, load
from .finding import Finding
from .static import look
from .waivers import waive
from .witness import Limits, try_cases

__all__ = ["Finding", "Limits", "lint"]


def lint(folder: Path, limits: Limits | None = None, tried: Callable[[], None] = lambda: None) -> list[Finding]:
    """Everything found in the ruleset of a folder, in order of place; ``tried`` is called for each case. Raises RulesetError."""
    rules: Rules = load(folder)
    found = [*look(rules.rulebook), *try_cases(rules, folder, limits or Limits(), tried)]
    return sorted(waive(found, folder), key=Finding.sort_key)
