"""``legalaid guarantees``: what must hold for every case, proved, refuted by a case, or not decided."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from ...basics.neutral import json_text
from ..common import amend_option, at_option, claimed, lang_option, load_rules
from ..door import Exit
from ..options import RULESET
from ..progress import Working
from ..wording.saying import Wrong, wrong
from ..wording.spoken import Command

if TYPE_CHECKING:
    from ...study.proof.ask import Asker, Verdict
    from ...study.proof.law import Law


@click.command(cls=Command)
@click.argument("ruleset", required=False, type=RULESET)
@amend_option
@at_option
@click.option("--figures", help="“illustrative”, or a folder with tables (CSV); without, a proof is about any tables.")
@click.option("--reading", "readings", multiple=True, metavar="ID=CHOICE", help="Choose a reading.")
@click.option("--only", default="", metavar="KEY", help="Only this guarantee.")
@click.option("--lowers-nobody", "lowers", is_flag=False, flag_value="", default=None, metavar="RESULT",
              help="Ask instead whether the amendment gives no case less (of the last decisive result).")  # fmt: skip
@click.option("--prove/--no-prove", default=True, help="Ask z3 (the extra “proof”), or only try cases.")
@click.option("--seconds", default=20, show_default=True, type=click.IntRange(1), help="For each question to z3.")
@click.option("--cases", default=2000, show_default=True, type=click.IntRange(100), help="Cases tried at most.")
@click.option("--most", multiple=True, metavar="THING=N", help="At most so many of a thing in each list.")
@click.option("--step", help="A case is looked for among multiples of this; else one place finer than the rules go.")
@click.option("--out", type=click.Path(file_okay=False), help="Write the cases that refute into this folder.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@lang_option
def guarantees(
    ruleset: str | None, amendments: tuple[str, ...], at: datetime | None, figures: str | None,
    readings: tuple[str, ...], only: str, lowers: str | None, prove: bool, seconds: int, cases: int,
    most: tuple[str, ...], step: str | None, out: str | None, form: str, lang: str,
) -> None:  # fmt: skip
    """Ask every guarantee of a ruleset. Exit 1 when one is refuted."""
    from ...study.proof import report
    from ...study.proof.ask import Asker

    whole = load_rules(ruleset, lang, amendments, at)
    chosen = _pairs("--reading", readings)
    law = _law(whole, chosen, figures, lang)
    asker = Asker(law, _bounds(law, most, step), prove, float(seconds), cases, figures is None)
    if lowers is not None and not amendments:
        raise wrong("lowers-without-amend")
    with Working(lang):
        if lowers is not None:
            verdicts = [_no_less(asker, _law(load_rules(ruleset, lang), chosen, figures, lang), lowers)]
        else:
            verdicts = _all(asker, only)
    if form == "json":
        click.echo(json_text([report.plain(v) for v in verdicts], 2))
    else:
        click.echo(report.text(verdicts, law.book, lang), nl=False)
    if out is not None:
        claimed(Path(out), lang)
    for verdict in verdicts if out is not None else ():
        for path in report.write(verdict, law.book, Path(str(out)), chosen, lang):
            click.echo(str(path), err=True)
    sys.exit(Exit.WRONG if any(v.verdict == "refuted" for v in verdicts) else Exit.OK)


def _pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in given:
        key, mark, value = one.partition("=")
        if not mark:
            raise wrong("pair-form", option=option, given=one)
        found[key] = value
    return found


def _law(whole: Any, readings: Mapping[str, str], figures: str | None, lang: str) -> Law:
    """The last text of the rules, for the cases that it governs."""
    from ...api import UnknownReading
    from ...engine.tables import FiguresError
    from ...study.proof.law import Law

    text = whole.timeline.periods[-1][1] if whole.timeline is not None else whole
    first = whole.timeline.periods[0][1] if whole.timeline is not None else whole
    try:
        first.prepared(readings)
        return Law(text, whole, readings, text.figures(figures))
    except FiguresError as error:
        raise Wrong(error.message) from None
    except UnknownReading as error:
        raise Wrong(error.message) from None


def _bounds(law: Law, most: tuple[str, ...], step: str | None) -> Any:
    from ...basics.quantity import MAX_FRACTION_DIGITS, parse_decimal
    from ...study.proof.bounds import Bounds

    try:
        by = parse_decimal(step or "0")
    except ValueError:
        by = parse_decimal("0")
    if step is not None and (not by or by.denominator > 10**MAX_FRACTION_DIGITS):
        raise wrong("step-form", given=step)
    given = _pairs("--most", most)
    unknown = [k for k, n in given.items() if k not in law.book.things or not n.isdecimal() or int(n) > 20]
    if unknown:
        known = ", ".join(k for k in law.book.things)
        raise wrong("most-form", given=unknown[0], known=known)
    bounds = Bounds.default(law.book, **{k: int(n) for k, n in given.items()})
    return attrs.evolve(bounds, step=by) if step is not None else bounds


def _all(asker: Asker, only: str) -> list[Verdict]:
    found = asker.all(only)
    if only and not found:
        book = asker.law.book
        known = ", ".join([*(g.code for g in book.guarantees), *(g.code for g in book.never_lowers)])
        raise wrong("no-guarantee", given=only, known=known)
    return found


def _no_less(asker: Asker, before: Law, key: str) -> Verdict:
    """Of the result named, else of the last one that decides: in the circular, what is payable."""
    decisive = [t for t in asker.law.book.terms.values() if t.decisive and t.result is not None]
    named = [t for t in decisive if not key or (t.result is not None and t.result.key == key)]
    if not named:
        known = ", ".join(t.result.key for t in decisive if t.result is not None)
        raise wrong("no-result", given=key, known=known)
    return asker.no_less(before, named[-1])
