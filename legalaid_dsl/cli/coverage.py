"""``legalaid coverage``: what the worked examples decide of every article, clause and point."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..basics.output import write_whole
from .common import lang_option, load_rules, said, shipped_ruleset, spared
from .options import RULES
from .progress import Working
from .wording.spoken import Command

if TYPE_CHECKING:
    from ..workbench.coverage.survey import Coverage, Covered

_SAID = {
    "en": {
        "covered": "decided", "boundary": "boundary untested", "never_failed": "never failed", "never_decided": "NEVER DECIDED",
        "partly": "partly decided",
        "examples": "examples", "sides": "below {}, exactly {}, above {}",
        "unseen": "no example in which this holds", "unfailed": "no example in which this does not hold",
        "total": "{} of {} provisions decided by {} examples; {} of {} boundaries tested", "written": "written: {}",
    },
    "vi": {
        "covered": "đã áp dụng", "boundary": "còn ngưỡng chưa kiểm chứng", "never_failed": "chưa có trường hợp không thỏa",
        "never_decided": "CHƯA ĐƯỢC ÁP DỤNG", "partly": "mới áp dụng một phần", "examples": "tình huống", "sides": "dưới {}, đúng bằng {}, trên {}",
        "unseen": "chưa có tình huống nào thỏa mãn", "unfailed": "chưa có tình huống nào không thỏa mãn",
        "total": "{} trên {} điều, khoản, điểm được áp dụng trong {} tình huống; {} trên {} ngưỡng được kiểm chứng",
        "written": "đã ghi: {}",
    },
}  # fmt: skip
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
    from ..workbench.coverage.page import coverage_page
    from ..workbench.coverage.survey import coverage as survey
    from ..workbench.examples.runner import case_files, run_cases

    target = Path(path) if path else shipped_ruleset()
    rules = load_rules(target if target.is_dir() else target.parent, lang)
    with Working(lang):
        found = survey(rules, said(lambda: run_cases(rules, case_files(target)), lang))
    _table(found, lang, every)
    if html is not None:
        spared(html)
        write_whole(Path(html), coverage_page(found, lang))
        click.echo(_SAID[lang]["written"].format(html))


def _table(found: Coverage, lang: str, every: bool) -> None:
    """One line a provision, with what is lacking under it."""
    from ..workbench.mutation.mutants import cited_as

    words = _SAID[lang]
    names = {id(p): cited_as(found.rulebook, p.provision.citation)[lang] for p in found.binding}
    width = max((len(n) for n in names.values()), default=0)
    for provision in found.binding:
        lacking = _lacking(provision, lang)
        if not every and provision.state == "covered":
            continue
        name = names[id(provision)]
        mark = click.style(_MARKS[provision.state], fg=_COLOURS[provision.state])
        count = f"{len(provision.decided_by):4} {words['examples']}"
        click.echo(f"{mark} {name[:1].upper()}{name[1:]:<{width}}  {count}  {words[provision.state]}")
        for line in lacking:
            click.echo(f"      {line}")
    decided = sum(1 for p in found.binding if p.decided_by)
    tested = sum(1 for b in found.boundaries if b.tested)
    click.echo(words["total"].format(decided, len(found.binding), found.examples, tested, len(found.boundaries)))


def _lacking(provision: Covered, lang: str) -> list[str]:
    """What no example shows of a provision."""
    words, lines = _SAID[lang], []
    for sentence in provision.sentences:
        if sentence.state in ("never_decided", "never_failed"):
            said = words["unseen" if sentence.state == "never_decided" else "unfailed"]
            lines.append(f"{said}  ({sentence.rules[0].span})")
    for boundary in provision.boundaries:
        if not boundary.tested:
            sides = words["sides"].format(boundary.below, boundary.at, boundary.above)
            lines.append(f"`{boundary.words[lang]}`: {sides}")
    return lines
