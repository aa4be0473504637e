"""``legalaid mutate``: which words of the law could be changed without any example noticing."""

from __future__ import annotations

import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..basics.quantity import grouped
from .common import lang_option, said, shipped_ruleset
from .door import Exit
from .options import RULES
from .progress import Working
from .wording.spoken import Command

if TYPE_CHECKING:
    from ..workbench.mutation.mutants import Mutant
    from ..workbench.mutation.suggest import Suggestion

_SAID = {
    "en": {
        "catch": "an example that would catch it:",
        "none": "no example was found that would catch it",
        "count": "{} changes tried: {} caught, {} not ({} % protected)",
        "less": "fewer than {} % are protected",
    },
    "vi": {
        "catch": "một tình huống phát hiện được thay đổi này:",
        "none": "chưa tìm được tình huống phát hiện thay đổi này",
        "count": "đã thử {} thay đổi: {} được phát hiện, {} không ({} % được bảo vệ)",
        "less": "chưa đạt {} % được bảo vệ",
    },
}


@click.command(cls=Command)
@click.argument("path", required=False, type=RULES)
@click.option("-k", "only", default="", help="Only changes whose address or words contain this.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many unprotected places.")
@click.option("--suggest/--no-suggest", default=True, help="Look for an example that would catch each.")
@click.option("--at-least", type=float, default=0, help="Exit 1 when less than this percentage is protected.")
@lang_option
def mutate(path: str | None, only: str, limit: int | None, suggest: bool, at_least: float, lang: str) -> None:
    """Change one sign, number, condition or citation at a time, and see whether an example notices."""
    from ..workbench.mutation.mutate import suggestions, verdicts, wanted
    from ..workbench.mutation.team import FilesChanged, Team, opened

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
        working.echo(f"    {_SAID[lang]['catch' if suggested else 'none']}")
        for line in suggested.text[lang].splitlines() if suggested else ():
            working.echo(f"        {line}")
        working.echo()


def _counted(tried: int, unnoticed: int, at_least: float, lang: str) -> None:
    """How many were caught; exit 1 when these are too few."""
    words, per_cent = _SAID[lang], Fraction(100 * (tried - unnoticed), tried) if tried else Fraction(100)
    counts = [grouped(Fraction(n), lang) for n in (tried, tried - unnoticed, unnoticed)]
    click.echo(words["count"].format(*counts, grouped(per_cent, lang, 1)))
    if per_cent < at_least:
        click.echo(words["less"].format(grouped(Fraction(str(at_least)), lang)), err=True)
        sys.exit(Exit.WRONG)
