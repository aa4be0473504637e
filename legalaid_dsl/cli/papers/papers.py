"""``legalaid papers``: what is paid as sheets to sign, and the layouts that an office changes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ...basics.neutral import visible
from ...basics.output import whole
from ..common import amend_option, at_option, claimed, help_lang_option, kept_in, lang_option, load_rules
from ..door import Exit
from ..evaluate import ENDS
from ..options import figures_option, needed, reading_option, readings_from
from ..progress import Working
from ..reading import read_cases
from ..wording.saying import wrong
from ..wording.spoken import Command, Group
from .form import MODULES, explained, ruleset_option

ALL_MODULES = (*MODULES, "typst", "docxtpl")
WORKBOOKS = (".xlsx", ".ods")
folder_option = click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="A new or empty folder.")


@click.group(cls=Group)
@help_lang_option
def papers() -> None:
    """Statements of payment, schedules, notices and the list of payments, as PDF, Word documents and workbooks."""


@papers.command("print", cls=Command)
@click.argument("cases", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@folder_option
@click.option("--only", multiple=True, type=click.Choice(["statement", "schedule", "notice", "payments"]), help="Only these papers.")
@click.option("--as", "forms", multiple=True, type=click.Choice(["pdf", "docx", "xlsx"]), help="Only these formats.")
@click.option("--for", "who", multiple=True, metavar="ID", help="Of statements and notices only those of one person.")
@click.option("--month", default="", metavar="MONTH", help="The list of payments of one month, as 2026-09.")
@click.option("--same-ids", is_flag=True, help="An id means the same person in every file.")
@click.option("--templates", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of layouts and words of the office.")
@ruleset_option
@figures_option
@reading_option
@amend_option
@at_option
@lang_option
def print_(
    cases: tuple[Path, ...], out: Path, only: tuple[str, ...], forms: tuple[str, ...], who: tuple[str, ...], month: str, same_ids: bool,
    templates: Path | None, ruleset: str | None, figures: str | None, readings: tuple[str, ...], amendments: tuple[str, ...],
    at: datetime | None, lang: str,
) -> None:  # fmt: skip
    """Decide cases (JSON, JSON Lines, or filled-in schedules) and write their papers into a folder.

    Exit 0 when all are determined, 3 undetermined, 2 refused; 1 when a cell of a workbook cannot be read.
    """
    needed("papers", *ALL_MODULES)
    from ...papers.printing import FORMATS, PAPERS, Asked, printed

    if month and not _is_month(month):
        raise wrong("month-form", given=month)
    rules = load_rules(ruleset, lang, amendments, at, kept_in())
    options = {"figures": figures, "readings": readings_from(readings)}
    asked = Asked(only or PAPERS, forms or FORMATS, lang, who, month, same_ids, templates)
    with explained(), Working(lang):
        decided = [(rules.evaluate(text, **options), facts) for text, facts in _cases(rules, cases, lang)]
        claimed(out, lang)
        for name, data in printed(decided, asked):
            with whole(out / name) as waiting:
                waiting.write_bytes(data)
            click.echo(visible(name))
    statuses = {result.status for result, _ in decided}
    sys.exit(next((code for status, code in ENDS.items() if status in statuses), Exit.OK))


def _cases(rules: Any, paths: tuple[Path, ...], lang: str) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """The cases of the files: what is to be decided, and the facts as far as they can be read, for their labels."""
    from ...cases.facts.strict_json import Refused, read_json

    for path in paths:
        if path.suffix.lower() in WORKBOOKS:
            facts = _filled(rules, path, lang)
            yield facts, facts
            continue
        for text in read_cases(str(path))[0]:
            try:
                read = read_json(text)
            except Refused:
                read = {}
            yield text, read if isinstance(read, Mapping) else {}


def _filled(rules: Any, path: Path, lang: str) -> dict[str, Any]:
    from ...papers.read_back import read_workbook
    from ...papers.schedule_read import read_schedule

    found = read_schedule(rules.rulebook, read_workbook(path))
    for one in found.problems:
        click.echo(one[lang], err=True)
    if found.problems:
        sys.exit(Exit.WRONG)
    return found.facts


def _is_month(text: str) -> bool:
    try:
        return datetime.strptime(text, "%Y-%m").strftime("%Y-%m") == text
    except ValueError:
        return False


@papers.command(cls=Command)
@folder_option
@lang_option
def layouts(out: Path, lang: str) -> None:
    """Copy the layouts and the words of the office into a folder, where an office changes them (then: --templates FOLDER)."""
    needed("papers", *ALL_MODULES)
    from ...papers.record import TEMPLATES

    claimed(out, lang)
    files = [f for f in sorted(TEMPLATES.iterdir()) if f.is_file() and f.name != "sentences.txt.j2"]
    for there in (out / f.name for f in files if (out / f.name).exists()):
        if there.read_bytes() != (TEMPLATES / there.name).read_bytes():
            raise wrong("layout-there", path=there)
    for file in files:
        shutil.copyfile(file, out / file.name)
        click.echo(file.name)
