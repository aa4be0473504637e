"""W1 by others: the same computation as benchmarks/w1, one module a peer, each checked before it is timed."""

from __future__ import annotations

import importlib

from .shape import Makers, NotHere

# module → what it wants besides the core install
PEERS = {
    "ours": "numpy", "exported": "Node.js", "hand": "", "arrays": "numpy", "numba_lanes": "numba", "plain_c": "gcc", "openfisca": "OpenFisca-Core",
    "policyengine": "policyengine-core", "zen": "zen-engine", "cel": "common-expression-language", "rule_engine": "rule-engine",
    "rego": "regopy", "prolog": "swi-prolog-nox (Debian)", "polars": "polars", "duckdb": "duckdb",
}  # fmt: skip


def load(name: str) -> Makers:
    """The peers of a module. Raises NotHere."""
    try:
        module = importlib.import_module(f"benchmarks.peers.{name}")
    except ImportError as problem:
        raise NotHere(f"{problem} (wants {PEERS[name]})") from problem
    found: Makers = module.peers()
    return found
