"""``legalaid``: the command line. Each command stands in a module of its own and is loaded when used."""

from __future__ import annotations

import io
import sys
from importlib import import_module

import click

_COMMANDS = {
    "evaluate": "evaluate",
    "schema": "evaluate",
    "check": "rules",
    "lint": "lint",
    "test": "rules",
    "fmt": "rules",
    "mutate": "mutate",
    "coverage": "coverage",
    "translate": "rules",
    "consolidate": "consolidate",
    "compare": "compare",
    "readings": "readings",
    "guarantees": "guarantees",
    "simulate": "simulate",
    "spread": "study",
    "study": "study",
    "law": "law",
    "ledger": "law",
    "lsp": "lsp",
}


class _Lazy(click.Group):
    """Commands by name; importing one only when it is asked for keeps the start quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f".{_COMMANDS[name]}", __package__), name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="legalaid-dsl")
def main() -> None:
    """Law written as rules, decided with every clause cited."""


def run() -> None:
    """Entry point. A reader that closes the pipe early is no fault of ours."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        main()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
