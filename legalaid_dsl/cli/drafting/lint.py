"""``legalaid lint``: what a ruleset may say and yet ought not to."""

from __future__ import annotations

import sys
from functools import partial

import click

from ...basics.source_text import called
from ..common import folder_language, folders, lang_or_files, language_for, said
from ..door import Exit
from ..options import RULES
from ..progress import Working
from ..wording.spoken import Command


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=RULES)
@click.option("--deep", is_flag=True, help="Try many more cases.")
@click.option("--strict", is_flag=True, help="Warnings fail, too.")
@lang_or_files
def lint(paths: tuple[str, ...], deep: bool, strict: bool, lang: str | None) -> None:
    """Look for gaps, overlaps, rules that never apply, unused terms. Exit 1 when something must be mended."""
    from ...workbench.lint import Limits
    from ...workbench.lint import lint as look

    failing = 0
    for folder in folders(paths):
        limits = Limits(40, 2_000) if deep else Limits()
        shown = lang or folder_language(folder)
        with Working(shown) as working:
            found = said(partial(look, folder, limits, working.step), shown, Exit.WRONG)
        for one in found:
            click.echo(one.render(language_for(one.problem, lang)) + "\n")
        failing += sum(1 for f in found if f.level == "error" or (strict and f.level == "warning"))
        words = {"en": "{}: {} findings", "vi": "{}: {} phát hiện"}
        click.echo(words[shown].format(called(folder), len(found)))
    sys.exit(Exit.WRONG if failing else Exit.OK)
