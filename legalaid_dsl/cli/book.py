"""``legalaid book``: a ruleset as a book, a folder of pages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ..basics.bilingual import LANGUAGES
from ..basics.output import write_whole
from .common import amend_option, at_option, claimed, said, shipped_ruleset
from .progress import Working
from .wording.saying import Wrong
from .wording.spoken import Command

_LANG = click.option(
    "--lang", envvar="LEGALAID_LANG", type=click.Choice(LANGUAGES), default=None, help="Language of the pages; else both."
)  # fmt: skip


@click.command(cls=Command)
@click.argument("ruleset", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new or empty folder, or one with a book of ours.")
@amend_option
@at_option
@click.option("--without-drafts", is_flag=True, help="Leave the drafts beside the ruleset out of the history.")
@click.option("--country", default="vn", show_default=True, metavar="CODE", help="The country in identifiers in the manner of ELI.")
@_LANG
def book(
    ruleset: str | None, out: Path, amendments: tuple[str, ...], at: datetime | None, without_drafts: bool, country: str, lang: str | None
) -> None:
    """Write a ruleset as a book: a folder of HTML pages that open without a network and ask for nothing outside.

    An article is a page: its rules in both tongues, the examples that decide it, readings, figures, history. RULESET is a
    folder; without it the shipped ruleset is meant.
    """
    from ..api import UnknownAmendment
    from ..book.gather import read, tried
    from ..book.making import book as files
    from ..book.making import folder_of
    from ..workbench.examples.runner import case_files, run_cases

    folder, tongue = Path(ruleset) if ruleset else shipped_ruleset(), lang or LANGUAGES[0]
    try:
        law = said(lambda: read(folder, amendments, at.date() if at is not None else None, not without_drafts), tongue)
    except UnknownAmendment as error:
        raise Wrong(error.message) from None
    claimed(out, tongue)
    with Working(tongue):
        outcomes = said(lambda: run_cases(law.rules, case_files(folder)), tongue)
        for path, text in files(tried(law, outcomes), (lang,) if lang is not None else LANGUAGES[::-1], country):
            write_whole(folder_of(out, path), text)
    click.echo(str(out / "index.html"))
