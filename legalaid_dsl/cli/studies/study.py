"""``legalaid spread`` and ``legalaid study``: a portfolio cut into parts, and decided part by part, here or on Spark."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from ...basics.quantity import grouped
from ...explain.numbers import day
from ..common import at_option, lang_option, last_text_option
from ..options import figures_option, reading_option, readings_from
from ..wording.saying import notice, wrong
from ..wording.spoken import Command
from .tables import (
    columns_option,
    done,
    markable,
    needed,
    refused_told,
    rules_of,
    show_understood,
    understanding,
    write_marks,
)

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
@columns_option
@ruleset_option
@lang_option
def spread(tables: str, out: str, parts: int, by: str | None, columns: str | None, ruleset: str, lang: str) -> None:
    """Lay out a portfolio (a folder of TABLES, .parquet, .csv or a workbook) as Parquet with one row a case."""
    needed("study", "numpy", "pyarrow")
    from ...engine.lowered.from_rulebook import shapes
    from ...study.portfolio.headers import names_in
    from ...study.spread.one_process import write_nested

    rules = rules_of(ruleset, None, lang)
    book = rules.rulebook
    how = done(lambda: understanding(book, columns), lang)
    made = done(lambda: write_nested(tables, shapes(book), Path(out), parts=parts, by=by, words=names_in(book), how=how), lang)
    _say(made, out, lang)
    refused_told(how.refusals.take(), out, lang)


@click.command(cls=Command)
@click.argument("cases")
@click.option("--out", help="A folder in which nothing stands yet.")
@click.option("--dry-run", is_flag=True, help="Only say how the tables are understood: each column as a fact, a label, or ignored.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Of a dry run.")
@click.option("--save-columns", metavar="FILE", help="With --dry-run: write what was understood as a columns.toml.")
@columns_option
@click.option("--marked", metavar="FILE", help="Write the workbook back with the refused cells marked (.xlsx).")
@parts_option
@ruleset_option
@figures_option
@reading_option
@click.option("--reasons/--no-reasons", default=True, show_default=True, help="Deciding clauses and ceilings.")
@click.option("--items", is_flag=True, help="Also the results of each item of a case.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="A column of the cases that the results carry.")
@click.option("--spark", "master", metavar="MASTER", help="Decide on Spark (local[4], spark://…, yarn); CASES were spread before.")
@at_option
@last_text_option
@lang_option
def study(
    cases: str, out: str | None, dry_run: bool, form: str, save_columns: str | None, columns: str | None, marked: str | None, parts: int,
    ruleset: str, figures: str | None, readings: tuple[str, ...], reasons: bool, items: bool,
    keep: tuple[str, ...], master: str | None, at: datetime | None, last_text: bool, lang: str,
) -> None:  # fmt: skip
    """Decide the portfolio CASES into parts of Parquet: what “spread” laid out, or tables (a workbook too), or .jsonl.

    The bytes are the same with --spark and without, on one machine or many.
    """
    needed("study", "numpy", "pyarrow")
    from ...study.spread.job import make_job

    if marked is not None and Path(cases).exists():
        markable(cases, marked)
    rules, chosen = rules_of(ruleset, at, lang, last_text), readings_from(readings)
    if dry_run:
        show_understood(rules, cases, columns, keep, form, save_columns, marked, lang)
        return
    if out is None:
        raise wrong("out-missing")
    how = done(lambda: understanding(rules.rulebook, columns), lang)
    job = done(lambda: make_job(rules, figures=figures, readings=chosen, reasons=reasons, items=items, keep=keep), lang)
    made = done(lambda: _on_spark(cases, job, out, parts, master) if master else _here(cases, job, out, parts, how), lang)
    _say(made, out, lang)
    refused = how.refusals.take()
    if marked is not None:
        write_marks(cases, how, refused, marked, lang)
    refused_told(refused, out, lang)


def _here(cases: str, job: Any, out: str, parts: int, how: Any) -> dict[str, Any]:
    from ...study.spread.one_process import decide_here

    if not Path(cases).exists():
        raise wrong("not-there", path=cases)
    return decide_here(cases, job, Path(out), parts, how)


def _on_spark(cases: str, job: Any, out: str, parts: int, master: str | None) -> dict[str, Any]:
    needed("spark", "pyspark", "pandas")
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


def _say(made: dict[str, Any], out: str, lang: str) -> None:
    from ...study.sheets.understood import say

    def number(count: int) -> str:
        return grouped(Fraction(count), lang)

    click.echo(notice("decided-into", out=out, cases=number(made["cases"]), files=number(len(made["parts"])))[lang])
    for status, count in made["statuses"].items():
        click.echo(f"   {say(f'status.{status}', lang)}: {number(count)}")
    if "texts" in made:
        _say_texts(made["texts"], lang)
    if "status_of_figures" in made["inputs"]:
        click.echo(f"   {notice('figures-are', status=say('sure.' + made['inputs']['status_of_figures'], lang))[lang]}")


def _say_texts(texts: dict[str, int], lang: str) -> None:
    """How many cases each text governed, the oldest first."""
    from ...study.portfolio.by_text import FIRST
    from ...study.spread.parted import UNKNOWN

    for text in sorted(texts, key=lambda t: (t == UNKNOWN, t != FIRST, t)):
        key = {FIRST: "text-first", UNKNOWN: "text-unknown"}.get(text, "text-since")
        said = notice(key, day="" if key != "text-since" else day(text, lang), count=grouped(Fraction(texts[text]), lang))
        click.echo(f"   {said[lang]}")
