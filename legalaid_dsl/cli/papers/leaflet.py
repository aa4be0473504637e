"""``legalaid leaflet``: what the rules mean for those whom they concern, on two pages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ...basics.output import whole, write_whole
from ..common import amend_option, at_option, claimed, lang_option, load_rules
from ..options import needed
from ..wording.saying import wrong
from ..wording.spoken import Command
from .form import explained, ruleset_option
from .papers import ALL_MODULES, folder_option


@click.command(cls=Command)
@folder_option
@click.option("--for", "who", multiple=True, metavar="NAME", help="Only these leaflets of the ruleset.")
@click.option("--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of layouts and words of the office.")
@ruleset_option
@amend_option
@at_option
@lang_option
def leaflet(
    out: Path, who: tuple[str, ...], templates: Path | None, ruleset: str | None, amendments: tuple[str, ...], at: datetime | None, lang: str
) -> None:
    """Write leaflets from headnotes, figures and worked examples of the rules, as HTML and PDF."""
    needed("papers", *ALL_MODULES)
    from jinja2 import TemplateError

    from ...papers.leaflet import leaflet as told
    from ...papers.leaflet import leaflets, page
    from ...papers.printed import UnusableLayout, pdf

    rules = load_rules(ruleset, lang, amendments, at)
    with explained():
        made = {key: told(rules, key, lang, at.date() if at is not None else None) for key in who or leaflets(rules.rulebook)}
        if not made:
            raise wrong("no-leaflets", ruleset=rules.rulebook.id)
        claimed(out, lang)
        for key, data in made.items():
            try:
                write_whole(out / f"leaflet_{key}.{lang}.html", page(data, templates))
            except TemplateError as error:
                raise UnusableLayout("leaflet.html.j2", error) from None
            with whole(out / f"leaflet_{key}.{lang}.pdf") as waiting:
                waiting.write_bytes(pdf("leaflet", data, templates, pages=2))
            click.echo(f"leaflet_{key}.{lang}.html, leaflet_{key}.{lang}.pdf")
