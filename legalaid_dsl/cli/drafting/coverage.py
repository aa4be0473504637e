"""``legalaid coverage``: what the worked examples decide of every article, clause and point."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...basics.output import write_whole
from ..common import lang_option, load_rules, said, shipped_ruleset, spared
from ..options import RULES
from ..progress import Working
from ..wording.saying import told_to_drafters
from ..wording.spoken import Command

if TYPE_CHECKING:
    from ...workbench.coverage.survey import Coverage, Covered

_MARKS = {"covered": "●", "boundary": "◐", "never_failed": "◔", "partly": "◎", "never_decided": "○"}
_COLOURS = {
    "covered": "green",
    "boundary": "yellow",
    "never_failed": "blue",
    "partly": "magenta",
    "never_decided": "red",
}


@click.command(cls=Command)
@click.argument("path", required=False, type=RULES)
@click.option("--html", type=click.Path(dir_okay=False), help="Write the law with its coverage as a page.")
@click.option("--all", "every", is_flag=True, help="Show the provisions to which nothing is lacking too.")
@lang_option
def coverage(path: str | None, html: str | None, every: bool, lang: str) -> None:
    """Show which provisions the worked examples decide, which never fail, which boundaries are untested."""
    from ...workbench.coverage.page import coverage_page
    from ...workbench.coverage.survey import coverage as survey
    from ...workbench.examples.runner import case_files, run_cases

    target = Path(path) if path else shipped_ruleset()
    rules = load_rules(target if target.is_dir() else target.parent, lang)
    with Working(lang):
        found = survey(rules, said(lambda: run_cases(rules, case_files(target)), lang))
    _table(found, lang, every)
    if html is not None:
        spared(html)
        write_whole(Path(html), coverage_page(found, lang))
        click.echo(told_to_drafters("written", path=html)[lang])


def _table(found: Coverage, lang: str, every: bool) -> None:
    """One line a provision, with what is lacking under it."""
    from ...workbench.mutation.mutants import cited_as

    names = {id(p): cited_as(found.rulebook, p.provision.citation)[lang] for p in found.binding}
    width = max((len(n) for n in names.values()), default=0)
    for provision in found.binding:
        lacking = _lacking(provision, lang)
        if not every and provision.state == "covered":
            continue
        name = names[id(provision)]
        mark = click.style(_MARKS[provision.state], fg=_COLOURS[provision.state])
        state = told_to_drafters("provision", count=len(provision.decided_by), state=told_to_drafters("states", provision.state))
        click.echo(f"{mark} {name[:1].upper()}{name[1:]:<{width}}  {state[lang]}")
        for line in lacking:
            click.echo(f"      {line}")
    decided = sum(1 for p in found.binding if p.decided_by)
    tested = sum(1 for b in found.boundaries if b.tested)
    total = told_to_drafters(
        "total", decided=decided, provisions=len(found.binding), examples=found.examples, tested=tested, boundaries=len(found.boundaries)
    )
    click.echo(total[lang])


def _lacking(provision: Covered, lang: str) -> list[str]:
    """What no example shows of a provision."""
    lines = [
        f"{told_to_drafters('lacking', sentence.state)[lang]}  ({sentence.rules[0].span})"
        for sentence in provision.sentences if sentence.state in ("never_decided", "never_failed")
    ]  # fmt: skip
    for boundary in provision.boundaries:
        if not boundary.tested:
            sides = {"below": boundary.below, "at": boundary.at, "above": boundary.above}
            lines.append(told_to_drafters("sides", words=boundary.words, **sides)[lang])
    return lines
