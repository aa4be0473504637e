"""``legalaid export``: a ruleset for other machines, as a JavaScript module, as its lowered form, or as Akoma Ntoso."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from ..basics.neutral import json_text
from ..basics.output import write_whole
from .common import amend_option, at_option, kept_in, lang_option, load_rules, said, shipped_ruleset, spared
from .options import RULESET, figures_option, reading_option, readings_from, ruleset_option
from .progress import Working
from .wording.saying import Wrong, wrong
from .wording.spoken import Command

NONE: Final = "none"  # the name under which a case asks for no figures but those of the rules
SHIPPED: Final = "illustrative"
SUPPLIED: Final = "supplied"


@click.command(cls=Command)
@click.option("--to", "to", type=click.Choice(["javascript", "json", "akoma-ntoso"]), required=True, help="A module that decides cases, the lowered form, or the consolidated text as XML.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else it is printed.")
@ruleset_option
@figures_option
@reading_option
@amend_option
@at_option
@click.option("--instrument", metavar="KEY", help="With akoma-ntoso: an instrument that the ruleset uses, else its own.")
@lang_option
def export(
    to: str, out: Path | None, ruleset: str | None, figures: str | None, readings: tuple[str, ...], amendments: tuple[str, ...],
    at: datetime | None, instrument: str | None, lang: str,
) -> None:  # fmt: skip
    """Write a ruleset for other machines: every reading and the figures are in it, and each case may choose.

    What --figures and --reading name is used where a case names nothing. Akoma Ntoso is the text of the last day (--at:
    of that day), in the language of --lang.
    """
    if to == "akoma-ntoso":
        _written(_akoma_ntoso(ruleset, amendments, at, instrument, lang), out)
        return
    from ..engine.lowered.steps import NotLowerable
    from ..engine.script.form import form_of
    from ..engine.script.module import module_of

    rules = load_rules(ruleset, lang, amendments, at, keep=kept_in())
    if rules.timeline is not None and len(rules.timeline.periods) > 1:
        raise wrong("export-changes")
    with Working(lang):
        supplies, chosen = _chosen(rules, figures, readings_from(readings))
        try:
            form = form_of(rules.rulebook, supplies, chosen)
        except NotLowerable:
            raise wrong("export-no-form") from None
        text = module_of(form) if to == "javascript" else json_text(form, None) + "\n"
    _written(text, out)


def _written(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        spared(out)
        write_whole(out, text)


def _akoma_ntoso(ruleset: str | None, amendments: tuple[str, ...], at: datetime | None, instrument: str | None, lang: str) -> str:
    from ..api import UnknownAmendment
    from ..book.akoma_ntoso import akoma_ntoso
    from ..book.gather import read

    day = at.date() if at is not None else None
    try:
        law = said(lambda: read(Path(ruleset) if ruleset else shipped_ruleset(), amendments, day, drafts=False), lang)
    except UnknownAmendment as error:
        raise Wrong(error.message) from None
    if instrument is not None and instrument not in law.rulebook.instruments:
        raise wrong("no-instrument", given=instrument, known=", ".join(law.rulebook.instruments))
    return akoma_ntoso(law, lang, instrument or "", day=day)


def _chosen(rules: Any, figures: str | None, readings: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The supplies of figures by name, the one named first; and the readings, checked."""
    from ..api import UnknownReading
    from ..engine.tables import FiguresError

    found: dict[str, Any] = {}
    try:
        kept = figures is None and bool(rules.figures(None).rows)  # tables that the ruleset itself holds
        named = SUPPLIED if kept else {NONE: None, SHIPPED: SHIPPED}.get(figures or NONE, SUPPLIED)
        order = [named or NONE, NONE, SHIPPED]
        rules.prepared(readings)
        for name in dict.fromkeys(order):
            if name != SHIPPED or figures == SHIPPED or (Path(rules.rulebook.folder) / "tables" / SHIPPED).is_dir():
                found[name] = rules.figures(figures if name == SUPPLIED else NONE if name == NONE else SHIPPED)
    except (FiguresError, UnknownReading) as error:
        raise Wrong(error.message) from None
    return found, readings


@click.command(cls=Command)
@click.argument("ruleset", type=RULESET, required=False)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else it is printed.")
@lang_option
def stubs(ruleset: str | None, out: Path | None, lang: str) -> None:
    """Print the types of a ruleset's facts and results as a .pyi file, so that mypy and editors see a wrong name.

    RULESET is a folder; without it the shipped ruleset is meant.
    """
    from ..cases.stubs import stubs_of

    _written(stubs_of(load_rules(ruleset, lang, keep=kept_in()).rulebook), out)
