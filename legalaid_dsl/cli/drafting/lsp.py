"""``legalaid lsp``: the language server for editors, over standard input and output."""

from __future__ import annotations

import logging

import click

from ..common import help_lang_option
from ..wording.saying import wrong
from ..wording.spoken import Command


@click.command(cls=Command)
@help_lang_option
@click.option("--stdio", is_flag=True, hidden=True, help="What editors pass; it is the only way there is.")
def lsp(stdio: bool) -> None:
    """Serve an editor: errors while typing, hover, completion, renaming, running of examples."""
    try:
        from ...workbench.server.app import make_server
    except ModuleNotFoundError as missing:
        if missing.name not in ("pygls", "lsprotocol"):
            raise
        raise wrong("extra-missing", extra="lsp") from None
    logging.basicConfig(level=logging.WARNING)
    make_server().start_io()
