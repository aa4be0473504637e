"""``legalaid compare``: what an amendment changes, for whom, by how much, and by which clause."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from ...basics.neutral import json_text
from ...basics.output import NotOurs
from ..common import at_option, lang_option, said
from ..door import Exit
from ..options import figures_option, reading_option, readings_from
from ..progress import Working
from ..reading import read_cases
from ..wording.saying import Wrong
from ..wording.spoken import Command


@click.command(cls=Command)
@click.argument("base")
@click.argument("amended")
@click.argument("cases", nargs=-1, type=click.Path(allow_dash=True))
@figures_option
@reading_option
@click.option("--by", multiple=True, metavar="COLUMN", help="Break down by a fact or term: its key or its name.")
@click.option("--claim", default="", metavar="CLAIM", help="Ask whether it holds: “amount not lower”. Exit 1 when refuted.")
@click.option("--attribute", "split", is_flag=True, help="Split the effect over the provisions that differ.")
@click.option("--list", "listed", type=click.IntRange(min=0), default=20, show_default=True, help="Changed cases told in prose.")
@click.option("--tries", type=click.IntRange(min=1), default=600, show_default=True, help="Without cases: how many to try.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the random cases and sampled orders.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "html", "json"]), default="text")
@at_option
@lang_option
def compare(
    base: str, amended: str, cases: tuple[str, ...], figures: str | None, readings: tuple[str, ...], by: tuple[str, ...],
    claim: str, split: bool, listed: int, tries: int, seed: int, form: str,
    at: datetime | None, lang: str,
) -> None:  # fmt: skip
    """Compare two rulesets, BASE and AMENDED (a folder, or FOLDER+ACT with an amending act), over CASES (.json or .jsonl, - for standard input).

    Without cases, search for the smallest ones that differ.
    """
    from ...study.as_json import report_dict
    from ...study.comparison.report import Wanted, report
    from ...study.comparison.rulesets import parts_from, rules_from
    from ...study.comparison.view import compare_view
    from ...study.outcomes.outcome import Options
    from ...study.render import page

    day = at.date() if at is not None else None

    def made() -> Any:
        rules = [said(lambda text=text: rules_from(text, dated=bool(cases), at=day), lang) for text in (base, amended)]  # type: ignore[misc]
        parts = parts_from(rules[0], rules[1], amended, dated=bool(cases)) if split else None
        wanted = Wanted(by, claim, listed, tries, seed)
        return report(
            rules[0], rules[1], cases_from(cases, lang), Options(figures, readings_from(readings)), wanted,
            (base, amended), parts,
        )  # fmt: skip

    with Working(lang):
        found = checked(made, lang)
    if form == "json":
        click.echo(json_text(report_dict(found), 2))
    else:
        click.echo(page(compare_view(found, lang), form), nl=False)
    sys.exit(Exit.WRONG if found.claimed is not None and found.claimed.broken else Exit.OK)


def cases_from(paths: tuple[str, ...], lang: str) -> list[Any]:
    """The cases of the files, in order: one a JSON file, one a line of a JSON Lines file."""
    return [text for path in paths for text in read_cases(path)[0]]


def checked(work: Callable[[], Any], lang: str) -> Any:
    """What the work gives; what is asked wrongly is a usage error in the language."""
    from ...api import UnknownReading
    from ...engine.tables import FiguresError
    from ...study.comparison.attribution import AttributionError
    from ...study.comparison.breakdown import UnknownColumn
    from ...study.comparison.claims import UnknownClaim
    from ...study.comparison.rulesets import NotThere

    try:
        return work()
    except (AttributionError, NotOurs, NotThere, UnknownClaim, UnknownColumn) as error:
        raise Wrong(error.message) from None
    except FiguresError as error:
        raise Wrong(error.message) from None
    except UnknownReading as error:
        raise Wrong(error.message) from None
