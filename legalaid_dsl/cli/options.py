"""Options of commands that decide cases."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from .wording.saying import wrong


class RulesetPath(click.Path):
    """A folder of rules (or a file of them): a path, else the name of a ruleset that is shipped or installed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not os.path.exists(value):
            from ..rulebook.files.installed import folder_named

            value = str(folder_named(value) or value)
        return super().convert(value, param, ctx)


RULESET = RulesetPath(exists=True, file_okay=False)
RULES = RulesetPath(exists=True)
ruleset_option = click.option("--ruleset", type=RULESET, help="Folder of the ruleset, or the name of an installed one.")

figures_option = click.option("--figures", help="“illustrative”, “none”, or a folder with tables (CSV).")
reading_option = click.option("--reading", "readings", multiple=True, metavar="ID=CHOICE", help="Choose a reading.")


def readings_from(texts: tuple[str, ...]) -> dict[str, str]:
    """``ID=CHOICE`` texts by their id."""
    chosen = {}
    for text in texts:
        key, mark, choice = text.partition("=")
        if not mark:
            raise wrong("reading-form", given=text)
        chosen[key] = choice
    return chosen


def needed(extra: str, *modules: str) -> None:
    """Raises a usage error where a module of an extra is not installed."""
    for module in modules:
        try:
            import_module(module)
        except ImportError:
            raise wrong("extra-missing", extra=extra) from None
