"""``legalaid readings``: what each choice that the text leaves open decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from ...basics.neutral import json_text
from ..common import amend_option, at_option, lang_option, load_rules
from ..options import figures_option, reading_option, readings_from, ruleset_option
from ..progress import Working
from ..wording.spoken import Command
from .compare import cases_from, checked


@click.command(cls=Command)
@click.argument("cases", nargs=-1, required=True, type=click.Path(allow_dash=True))
@ruleset_option
@figures_option
@reading_option
@click.option("--most", type=click.IntRange(min=0), default=40, show_default=True, help="Combinations to look at.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text")
@amend_option
@at_option
@lang_option
def readings(
    cases: tuple[str, ...], ruleset: str | None, figures: str | None, readings: tuple[str, ...], most: int, form: str,
    amendments: tuple[str, ...], at: datetime | None, lang: str,
) -> None:  # fmt: skip
    """Decide CASES (.json or .jsonl, - for standard input) under every reading, alone and combined."""
    from ...study.as_json import survey_dict
    from ...study.choices.survey import readings as survey
    from ...study.choices.view import readings_view, reasons_of
    from ...study.outcomes.outcome import Options
    from ...study.render import page

    rules = load_rules(ruleset, lang, amendments, at)

    def made() -> Any:
        return survey(rules, cases_from(cases, lang), Options(figures, readings_from(readings)), most)

    with Working(lang):
        found = checked(made, lang)
    if form == "json":
        click.echo(json_text(survey_dict(found, reasons_of(found)), 2))
    else:
        click.echo(page(readings_view(found, lang), form), nl=False)
