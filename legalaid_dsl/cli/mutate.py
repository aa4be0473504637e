"""``legalaid mutate``: which words of the law could be changed without any example noticing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import lang_option, load_rules, said, shipped_ruleset

if TYPE_CHECKING:
    from ..workbench.mutants import Mutant

_SAID = {
    "en": {
        "catch": "an example that would catch it:",
        "none": "no example was found that would catch it",
        "count": "{} changes tried: {} caught, {} not ({:.1f} % protected)",
        "less": "fewer than {:g} % are protected",
    },
    "vi": {
        "catch": "một tình huống phát hiện được thay đổi này:",
        "none": "chưa tìm được tình huống phát hiện thay đổi này",
        "count": "đã thử {} thay đổi: {} được phát hiện, {} không ({:.1f} % được bảo vệ)",
        "less": "chưa đạt {:g} % được bảo vệ",
    },
}


@click.command()
@click.argument("path", required=False, type=click.Path(exists=True))
@click.option("-k", "only", default="", help="Only changes whose address or words contain this.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many unprotected places.")
@click.option("--suggest/--no-suggest", default=True, help="Look for an example that would catch each.")
@click.option("--at-least", type=float, default=0, help="Exit 1 when less than this percentage is protected.")
@lang_option
def mutate(path: str | None, only: str, limit: int | None, suggest: bool, at_least: float, lang: str) -> None:
    """Change one sign, number, condition or citation at a time, and see whether an example notices."""
    from ..cases.worked import read_cases
    from ..workbench.laboratory import Laboratory
    from ..workbench.mutate import suggestions, verdicts
    from ..workbench.runner import case_files

    target = Path(path) if path else shipped_ruleset()
    rules = load_rules(target if target.is_dir() else target.parent, lang)
    laboratory = Laboratory.of(rules, said(lambda: read_cases(rules.rulebook, case_files(target)), lang))
    words, workers, tried = _SAID[lang], os.cpu_count() or 1, 0
    open_ones: list[Mutant] = []
    for verdict in verdicts(laboratory, only, workers):
        tried += 1
        open_ones += [] if verdict.caught_by else [verdict.mutant]
        if len(open_ones) == limit:
            break
    found = suggestions(laboratory, open_ones, workers) if suggest else iter([None] * len(open_ones))
    for mutant, suggested in zip(open_ones, found, strict=True):
        click.echo(f"✗ {mutant.says(lang)}" + (f"  ({mutant.span})" if mutant.span is not None else ""))
        if suggest:
            click.echo(f"    {words['catch' if suggested else 'none']}")
            _indented(suggested.text[lang].splitlines() if suggested else ())
    share = 100 * (tried - len(open_ones)) / tried if tried else 100.0
    click.echo(words["count"].format(tried, tried - len(open_ones), len(open_ones), share))
    if share < at_least:
        click.echo(words["less"].format(at_least), err=True)
        sys.exit(1)


def _indented(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(f"        {line}")
    click.echo()
