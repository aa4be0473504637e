"""``legalaid spread`` and ``legalaid study``: a portfolio cut into parts, and decided part by part, here or on Spark."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ...basics.quantity import grouped
from ..common import at_option, ignored_told, lang_option, said
from ..options import figures_option, reading_option, readings_from
from ..progress import Working
from ..wording.saying import wrong
from ..wording.spoken import Command
from .compare import checked

ruleset_option = click.option(
    "--ruleset", default="circular_02_2021", show_default=True, metavar="RULESET[+ACT]", help="A folder, with amending acts."
)
parts_option = click.option("--parts", type=click.IntRange(1, 99_999), default=200, show_default=True, help="Cut by id.")
out_option = click.option("--out", required=True, help="A folder in which nothing stands yet.")


@click.command(cls=Command)
@click.argument("tables", type=click.Path(exists=True))
@out_option
@parts_option
@click.option("--by", metavar="COLUMN", help="A directory for each value of a column of the cases, instead of parts by id.")
@ruleset_option
@lang_option
def spread(tables: str, out: str, parts: int, by: str | None, ruleset: str, lang: str) -> None:
    """Lay out a portfolio (a folder of TABLES, .parquet, .csv or .xlsx) as Parquet with one row a case."""
    _needed("study", "numpy", "pyarrow")
    from ...engine.lowered.from_rulebook import shapes
    from ...study.portfolio.headers import names_in
    from ...study.spread.one_process import write_nested

    rules = _rules(ruleset, None, lang)
    book = rules.rulebook
    made = _done(lambda: write_nested(tables, shapes(book), Path(out), parts=parts, by=by, words=names_in(book)), lang)
    _say(made, out, lang)


@click.command(cls=Command)
@click.argument("cases")
@out_option
@parts_option
@ruleset_option
@figures_option
@reading_option
@click.option("--reasons/--no-reasons", default=True, show_default=True, help="Deciding clauses and ceilings.")
@click.option("--items", is_flag=True, help="Also the results of each item of a case.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="A column of the cases that the results carry.")
@click.option("--spark", "master", metavar="MASTER", help="Decide on Spark (local[4], spark://…, yarn); CASES were spread before.")
@at_option
@lang_option
def study(
    cases: str, out: str, parts: int, ruleset: str, figures: str | None, readings: tuple[str, ...], reasons: bool, items: bool,
    keep: tuple[str, ...], master: str | None, at: datetime | None, lang: str,
) -> None:  # fmt: skip
    """Decide the portfolio CASES into parts of Parquet: what “spread” laid out, or tables, or .jsonl.

    The bytes are the same with --spark and without, on one machine or many.
    """
    _needed("study", "numpy", "pyarrow")
    from ...study.spread.job import make_job

    rules, chosen = _rules(ruleset, at, lang), readings_from(readings)
    job = _done(lambda: make_job(rules, figures=figures, readings=chosen, reasons=reasons, items=items, keep=keep), lang)
    decide = _on_spark if master else _here
    _say(_done(lambda: decide(cases, job, out, parts, master), lang), out, lang)


def _here(cases: str, job: Any, out: str, parts: int, _: str | None) -> dict[str, Any]:
    from ...study.spread.one_process import decide_here

    if not Path(cases).exists():
        raise wrong("not-there", path=cases)
    return decide_here(cases, job, Path(out), parts)


def _on_spark(cases: str, job: Any, out: str, parts: int, master: str | None) -> dict[str, Any]:
    _needed("spark", "pyspark", "pandas")
    from pyspark.sql import SparkSession

    from ...study.spread.nested import is_nested
    from ...study.spread.spark import AS_WRITTEN, write_parts

    if Path(cases).exists() and not is_nested(cases):
        raise wrong("spread-first", path=cases)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master(master or "local").appName("legalaid study").config(AS_WRITTEN, "false").getOrCreate()
    try:
        return write_parts(session.read.parquet(cases), job, out, parts)
    finally:
        session.stop()


def _needed(extra: str, *modules: str) -> None:
    for module in modules:
        try:
            import_module(module)
        except ImportError:
            raise wrong("extra-missing", extra=extra) from None


def _rules(ruleset: str, at: datetime | None, lang: str) -> Any:
    from ...study.comparison.rulesets import rules_from

    day = at.date() if at is not None else None
    return said(lambda: checked(lambda: rules_from(ruleset, dated=False, at=day), lang), lang)


def _done(work: Callable[[], Any], lang: str) -> Any:
    from ...study.portfolio.sources import SourceError

    try:
        with Working(lang), ignored_told(lang):
            return checked(work, lang)
    except SourceError as error:
        raise click.UsageError(error.message[lang]) from None


def _say(made: dict[str, Any], out: str, lang: str) -> None:
    def number(count: int) -> str:
        return grouped(Fraction(count), lang)

    words = {"en": ("cases", "files", "figures"), "vi": ("hồ sơ", "tệp", "số liệu")}[lang]
    click.echo(f"{out}: {number(made['cases'])} {words[0]}, {number(len(made['parts']))} {words[1]}")
    for status, count in made["statuses"].items():
        click.echo(f"   {status}: {number(count)}")
    if "status_of_figures" in made["inputs"]:
        click.echo(f"   {words[2]}: {made['inputs']['status_of_figures']}")
