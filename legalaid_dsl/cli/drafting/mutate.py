"""``legalaid mutate``: which words of the law could be changed without any example noticing."""

from __future__ import annotations

import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...basics.quantity import grouped
from ...basics.worded import counted
from ..common import lang_option, said, shipped_ruleset
from ..door import Exit
from ..options import RULES
from ..progress import Working
from ..wording.saying import told_to_drafters
from ..wording.spoken import Command

if TYPE_CHECKING:
    from ...workbench.mutation.mutants import Mutant
    from ...workbench.mutation.suggest import Suggestion


@click.command(cls=Command)
@click.argument("path", required=False, type=RULES)
@click.option("-k", "only", default="", help="Only changes whose address or words contain this.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many unprotected places.")
@click.option("--suggest/--no-suggest", default=True, help="Look for an example that would catch each.")
@click.option("--at-least", type=float, default=0, help="Exit 1 when less than this percentage is protected.")
@lang_option
def mutate(path: str | None, only: str, limit: int | None, suggest: bool, at_least: float, lang: str) -> None:
    """Change one sign, number, condition or citation at a time, and see whether an example notices."""
    from ...workbench.mutation.mutate import suggestions, verdicts, wanted
    from ...workbench.mutation.team import FilesChanged, Team, opened

    target = Path(path) if path else shipped_ruleset()
    tried = 0
    open_ones: list[Mutant] = []
    try:
        with Working(lang) as working:
            laboratory = said(lambda: opened(target), lang)
            working.total = len(wanted(laboratory, only))
            with Team(laboratory, target, os.cpu_count() or 1) as team:
                for verdict in working.each(verdicts(laboratory, only, team)):
                    tried += 1
                    open_ones += [] if verdict.caught_by else [verdict.mutant]
                    if len(open_ones) == limit:
                        break
                working.done, working.total = 0, len(open_ones)
                found = suggestions(laboratory, open_ones, team) if suggest else iter([None] * len(open_ones))
                for mutant, suggested in zip(open_ones, working.each(found), strict=True):
                    _told(working, mutant, suggested, suggest, lang)
    except FilesChanged as error:
        raise click.UsageError(error.message[lang]) from None
    _counted(tried, len(open_ones), at_least, lang)


def _told(working: Working, mutant: Mutant, suggested: Suggestion | None, looked: bool, lang: str) -> None:
    """One change that no example notices, with one that would."""
    working.echo(f"✗ {mutant.says(lang)}" + (f"  ({mutant.span})" if mutant.span is not None else ""))
    if looked:
        working.echo(f"    {told_to_drafters('catch' if suggested else 'no_catch')[lang]}")
        for line in suggested.text[lang].splitlines() if suggested else ():
            working.echo(f"        {line}")
        working.echo()


def _counted(tried: int, unnoticed: int, at_least: float, lang: str) -> None:
    """How many were caught; exit 1 when these are too few."""
    share = Fraction(100 * (tried - unnoticed), tried) if tried else Fraction(100)
    counts = {"tried": counted(tried), "caught": counted(tried - unnoticed), "open": counted(unnoticed)}
    click.echo(told_to_drafters("count", share=grouped(share, lang, 1), **counts)[lang])
    if share < at_least:
        click.echo(told_to_drafters("less", least=grouped(Fraction(str(at_least)), lang))[lang], err=True)
        sys.exit(Exit.WRONG)
