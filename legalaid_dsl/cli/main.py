"""``legalaid``: the command line. Each command stands in a module of its own and is loaded when used."""

from __future__ import annotations

import gc
from importlib import import_module

import click

from .common import help_lang_option
from .door import Door, open_streams

_COMMANDS = {
    "new": "drafting.new",
    "ask": "talk.ask",
    "evaluate": "evaluate",
    "schema": "evaluate",
    "replay": "serving.receipts",
    "pack": "serving.packs",
    "verify": "serving.packs",
    "serve": "serving.serve",
    "log": "serving.log",
    "studio": "serving.studio",
    "check": "drafting.rules",
    "lint": "drafting.lint",
    "test": "drafting.rules",
    "fmt": "drafting.rules",
    "mutate": "drafting.mutate",
    "coverage": "drafting.coverage",
    "translate": "drafting.rules",
    "consolidate": "drafting.consolidate",
    "enact": "drafting.enact",
    "compare": "studies.compare",
    "readings": "studies.readings",
    "guarantees": "studies.guarantees",
    "simulate": "studies.simulate",
    "spread": "studies.study",
    "study": "studies.study",
    "fill": "studies.tables",
    "book": "book",
    "export": "export",
    "stubs": "export",
    "rulesets": "installed",
    "law": "drafting.law",
    "ledger": "drafting.law",
    "form": "papers.form",
    "papers": "papers.papers",
    "leaflet": "papers.leaflet",
    "lsp": "drafting.lsp",
}


class _Lazy(Door):
    """Commands by name; importing one only when it is asked for keeps the start quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f".{_COMMANDS[name]}", __package__), name)
        return command


@click.group(cls=_Lazy, name="main", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="legalaid-dsl")
@help_lang_option
def main() -> None:
    """Law written as rules, decided with every clause cited."""


def run() -> None:
    """Entry point."""
    gc.set_threshold(50_000, 20, 20)  # a command is short, and a ruleset is many things that stay: looking through them took a tenth
    open_streams()
    main()
