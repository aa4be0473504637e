"""``legalaid readings``: what each choice that the text leaves open decides."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from .common import amend_option, at_option, lang_option, load_rules
from .compare import cases_from, checked
from .options import figures_option, reading_option, readings_from


@click.command()
@click.argument("cases", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--ruleset", type=click.Path(exists=True, file_okay=False), help="Folder of the ruleset.")
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
    from ..study.as_json import survey_dict
    from ..study.outcomes import Options
    from ..study.readings import readings as survey
    from ..study.readings_view import readings_view, reasons_of
    from ..study.render import page

    rules = load_rules(ruleset, lang, amendments, at)

    def made() -> Any:
        return survey(rules, cases_from(cases), Options(figures, readings_from(readings)), most)

    found = checked(made, lang)
    if form == "json":
        click.echo(json.dumps(survey_dict(found, reasons_of(found)), ensure_ascii=False, indent=2))
    else:
        click.echo(page(readings_view(found, lang), form), nl=False)
