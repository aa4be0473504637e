"""``legalaid form``: workbooks to be filled in, and what was filled in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ...basics.bilingual import BilingualError
from ...basics.neutral import json_text, visible
from ...basics.output import whole, write_whole
from ...basics.tabular import TableError
from ..common import help_lang_option, kept_in, lang_option, load_rules, new
from ..door import Exit
from ..options import needed
from ..wording.saying import Wrong, wrong
from ..wording.spoken import Command, Group

MODULES = ("xlsxwriter", "python_calamine")  # of the extra
ruleset_option = click.option("--ruleset", type=click.Path(exists=True, file_okay=False), help="Folder of the ruleset.")
workbook_option = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The workbook to write (.xlsx)."
)


@contextmanager
def explained() -> Iterator[None]:
    """What somebody gave that cannot be used is told, in the language asked for."""
    try:
        yield
    except (BilingualError, TableError) as error:
        raise Wrong(error.message) from None


@click.group(cls=Group)
@help_lang_option
def form() -> None:
    """Workbooks to be filled in: figures that the law refers to, and the schedule of a case."""


@form.command(cls=Command)
@workbook_option
@ruleset_option
@lang_option
def appendices(out: Path, ruleset: str | None, lang: str) -> None:
    """Write a workbook with every cell that the rules can ask of tables that are not supplied. It is empty."""
    needed("papers", *MODULES)
    from ...papers.appendices import appendices as made

    with explained():
        _write(out, made(load_rules(ruleset, lang, keep=kept_in()), lang))


@form.command(cls=Command)
@workbook_option
@click.option("--form", "name", default="", metavar="NAME", help="A schedule that the ruleset names; without it the first.")
@click.option("--case", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="CASE", help="A case (JSON) whose facts are filled in.")
@ruleset_option
@lang_option
def schedule(out: Path, name: str, case: Path | None, ruleset: str | None, lang: str) -> None:
    """Write a workbook in which a case is written down: lists to choose from, formats and notes from the glossary."""
    needed("papers", *MODULES)
    from ...cases.facts.strict_json import Refused, read_json
    from ...papers.schedule_form import schedule as made

    rules = load_rules(ruleset, lang, keep=kept_in())
    with explained():
        try:
            facts = read_json(case.read_text("utf-8", "surrogateescape")) if case is not None else None
        except Refused as error:
            raise Wrong(error.refusals[0].message) from None
        if facts is not None and not _readable(rules, facts):
            raise wrong("form-case", path=case)
        _write(out, made(rules.rulebook, lang, facts, name))


@form.command(cls=Command)
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help="The case file, or the folder of tables; without it a case is printed, and tables are kept in the ruleset.")
@ruleset_option
@lang_option
def read(workbook: Path, out: Path | None, ruleset: str | None, lang: str) -> None:
    """Read a filled-in workbook back: the facts of a case, or figures, which are checked and kept as tables of the ruleset.

    Exit 1 when a cell is wrong or missing; nothing is written then.
    """
    needed("papers", *MODULES)
    from ...papers.read_back import read_workbook

    if out is not None and out.exists() and workbook.exists() and out.samefile(workbook):
        raise wrong("out-same", path=out)
    rules = load_rules(ruleset, lang, keep=kept_in())
    with explained():
        found = read_workbook(workbook)
        kind = _case if found.said.get("form") == "schedule" else _figures
        kind(rules, found, out, ruleset, lang)


def _case(rules: Any, found: Any, out: Path | None, _: str | None, lang: str) -> None:
    from ...papers.schedule_read import read_schedule

    case = read_schedule(rules.rulebook, found)
    _told(case.problems, lang)
    text = json_text(case.facts, 2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        new(out)
        write_whole(out, text)


def _figures(rules: Any, found: Any, out: Path | None, ruleset: str | None, lang: str) -> None:
    from ...papers.supplied import keep, read_supply, said_of

    supply = read_supply(rules, found)
    _told(supply.problems, lang)
    if out is None and ruleset is None:
        raise wrong("form-keep")
    written = keep(rules, supply, out)
    for line in [*said_of(supply, lang), *map(str, written)]:
        click.echo(visible(line.strip()) if not line.startswith(" ") else line)


def _told(problems: tuple[Any, ...], lang: str) -> None:
    for one in problems:
        click.echo(one[lang], err=True)
    if problems:
        sys.exit(Exit.WRONG)


def _readable(rules: Any, facts: Any) -> bool:
    """Whether the facts can be read, whatever the rules say of them."""
    from ...cases.facts.reader import read_facts
    from ...cases.facts.strict_json import Refused

    try:
        read_facts(rules.rulebook, facts)
    except Refused:
        return False
    return True


def _write(out: Path, data: bytes) -> None:
    new(out)
    with whole(out) as waiting:
        waiting.write_bytes(data)
