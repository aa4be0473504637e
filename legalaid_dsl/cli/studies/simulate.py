"""``legalaid simulate``: what an amendment does to a whole portfolio, real or made up."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from ...basics.output import claim, write_whole
from ...basics.quantity import grouped
from ..common import at_option, ignored_told, lang_option, last_text_option, said
from ..options import figures_option, reading_option, readings_from
from ..wording.saying import notice as said_of
from ..wording.saying import wrong
from ..wording.spoken import Command
from .compare import checked
from .tables import columns_option

if TYPE_CHECKING:
    from ...making.proportions import Recipe


@click.command(cls=Command)
@click.argument("cases", required=False, type=click.Path(exists=True))
@click.option("--base", default="circular_02_2021", show_default=True, metavar="RULESET", help="The ruleset before: a folder.")
@click.option("--amended", metavar="RULESET[+ACT]", help="The ruleset after: a folder, with amending acts after “+”.")
@click.option("--out", required=True, type=click.Path(file_okay=False), help="A folder for everything that is made.")
@figures_option
@reading_option
@click.option("--by", multiple=True, metavar="COLUMN", help="Break down by a fact, or another column of the cases.")
@click.option("--attribute", "split", is_flag=True, help="Split the change over the provisions that differ.")
@click.option("--each-reading", is_flag=True, help="Repeat the comparison under every other choice of a reading.")
@click.option("--synthetic", type=click.IntRange(min=1), metavar="N", help="Make up N cases first, marked as such.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the made-up cases.")
@click.option("--first-year", type=click.IntRange(2000, 2150), help="The first year of made-up cases; else as reported.")
@click.option("--proportions", type=click.Path(exists=True, dir_okay=False), help="Else portfolio.toml beside the ruleset.")
@click.option("--chunk", type=click.IntRange(min=1), default=8_192, show_default=True, help="Cases decided together.")
@click.option("--progress/--no-progress", default=None, help="Else only on a terminal.")
@columns_option
@at_option
@last_text_option
@lang_option
def simulate(
    cases: str | None, base: str, amended: str | None, out: str, figures: str | None, readings: tuple[str, ...],
    by: tuple[str, ...], split: bool, each_reading: bool, synthetic: int | None, seed: int, first_year: int | None, proportions: str | None, chunk: int,
    progress: bool | None, columns: str | None, at: datetime | None, last_text: bool, lang: str,
) -> None:  # fmt: skip
    """Decide the portfolio CASES (a folder of tables, .parquet, .csv, .xlsx or .jsonl) under two rulesets.

    With --synthetic and without CASES, a portfolio is made up first, in OUT/portfolio; without --amended, that is all.
    What is there already in OUT is not decided again.
    """
    if bool(cases) == bool(synthetic):
        raise wrong("cases-or-synthetic")
    if cases and not amended:
        raise wrong("amended-missing")
    wanted = _Wanted(
        base, amended, figures, readings, by, split, each_reading, synthetic or 0, seed, first_year, proportions, chunk,
        progress, columns, at, last_text, lang,
    )
    try:
        from ...study.portfolio.sources import SourceError
    except ImportError:
        raise wrong("extra-missing", extra="study") from None
    try:
        with ignored_told(lang):
            checked(lambda: _run(wanted, cases, Path(out)), lang)
    except SourceError as error:
        raise click.UsageError(error.message[lang]) from None


@attrs.frozen(slots=True)
class _Wanted:
    base: str
    amended: str | None
    figures: str | None
    readings: tuple[str, ...]
    by: tuple[str, ...]
    split: bool
    each_reading: bool
    synthetic: int
    seed: int
    first_year: int | None
    proportions: str | None
    chunk: int
    progress: bool | None
    columns: str | None
    at: datetime | None
    last_text: bool
    lang: str


def _run(wanted: _Wanted, cases: str | None, out: Path) -> None:
    from ...study.comparison.rulesets import parts_from, rules_from
    from ...study.outcomes.outcome import Options
    from ...study.simulation.groups import columns_by, usual
    from ...study.simulation.scenarios import further
    from ...study.simulation.simulate import MANIFEST, REFUSED, Simulation
    from ...study.simulation.simulate import simulate as decide_all
    from ...study.simulation.tables_out import write_tables
    from ...study.simulation.view import simulation_page, simulation_view

    day = wanted.at.date() if wanted.at is not None else None
    claim(out, MANIFEST)
    dated = not wanted.last_text
    base = said(lambda: rules_from(wanted.base, dated=dated, at=day), wanted.lang)
    recipe = _recipe(wanted, base)
    portfolio = cases or str(_made_up(wanted, base, recipe, out / "portfolio"))
    if wanted.amended is None:
        return
    text = wanted.amended
    amended = said(lambda: rules_from(text, dated=dated, at=day), wanted.lang)
    names = wanted.by or (recipe.by if recipe is not None else ()) or usual(base.rulebook)
    group = recipe.raw.get("group") if recipe is not None else None
    by = columns_by(names, base.rulebook, portfolio, strict=bool(wanted.by), group=group, columns=wanted.columns)
    options = Options(wanted.figures, readings_from(wanted.readings))
    parts = parts_from(base, amended, text, dated=dated) if wanted.split else None
    besides = further((base, amended), portfolio, options, parts, wanted.each_reading, [b.name for b in by]) if parts or wanted.each_reading else None
    asked = Simulation(base, amended, portfolio, options, by, (wanted.base, wanted.amended), wanted.chunk, besides, wanted.columns)
    shown = sys.stderr.isatty() if wanted.progress is None else wanted.progress
    tally = decide_all(asked, out, _Line(wanted.lang) if shown else None)
    if shown:
        click.echo("", err=True)
    write_tables(asked, tally, out, workbook=find_spec("xlsxwriter") is not None)
    view = simulation_view(asked, tally, wanted.lang)
    write_whole(out / "report.html", simulation_page(view, "html"))
    click.echo(simulation_page(view, "text"), nl=False)
    if (out / REFUSED).exists():
        click.echo(said_of("cells-refused", path=out / REFUSED)[wanted.lang], err=True)
    click.echo(f"\n{out / 'report.html'}", err=True)


def _recipe(wanted: _Wanted, base: Any) -> Recipe | None:
    from ...making.proportions import FILE, read_recipe
    from ...study.comparison.rulesets import named

    path = Path(wanted.proportions) if wanted.proportions else named(wanted.base)[0] / FILE
    if not path.is_file():
        if wanted.synthetic:
            raise wrong("no-proportions", file=FILE, ruleset=wanted.base)
        return None
    return read_recipe(path, base.rulebook)


def _made_up(wanted: _Wanted, base: Any, recipe: Any, folder: Path) -> Path:
    from ...making.portfolios import write_portfolio

    # the same seed gives the same bytes, so a run that is taken up again finds its own portfolio
    write_portfolio(folder, recipe, base.rulebook, wanted.synthetic, wanted.seed, wanted.first_year)
    click.echo(said_of("made-up", folder=folder)[wanted.lang], err=True)
    return folder


class _Line:
    """One line on standard error: how many, how fast, how long to go."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.start = time.monotonic()

    def number(self, count: int) -> str:
        return grouped(Fraction(count), self.lang)

    def __call__(self, done: int, before: int, every: int) -> None:
        seconds = max(time.monotonic() - self.start, 1e-6)
        rate = int(done / seconds)
        of = f" / {self.number(every)}" if every else ""
        line = said_of("cases-done", done=self.number(done + before), of=of, rate=self.number(rate))[self.lang]
        left = said_of("time-left", seconds=self.number(max(every - done - before, 0) // rate))[self.lang] if every and rate else ""
        click.echo(f"\r{line}{left}   ", err=True, nl=False)
