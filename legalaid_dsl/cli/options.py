"""Options of commands that decide cases."""

from __future__ import annotations

from importlib import import_module

import click

from .wording.saying import wrong

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
