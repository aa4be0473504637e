"""What is fuzzed. A target takes bytes, and raises only when it has found something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Final

import attrs
from hypothesis import strategies as st

NAMES: Final = ("rules", "cases", "tables", "acts", "kept", "lsp", "templates")


@attrs.frozen
class Target:
    """``run``: raises on a find. ``inputs``: inputs by the grammar of the target. ``seeds``: those to begin with."""

    name: str
    run: Callable[[bytes], None]
    inputs: Callable[[], st.SearchStrategy[bytes]]
    seeds: Callable[[], Iterable[bytes]]


def target(name: str) -> Target:
    module = import_module(f".{name}", __name__)
    return Target(name, module.run, module.inputs, module.seeds)
