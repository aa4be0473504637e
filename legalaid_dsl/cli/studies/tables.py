"""``legalaid fill``, and what commands say of tables: how they were understood, which cells were refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ...basics.neutral import json_text
from ...basics.output import NotOurs, write_whole
from ..common import at_option, ignored_told, lang_option, last_text_option, new, said
from ..door import Exit
from ..options import figures_option, reading_option, readings_from
from ..progress import Working
from ..wording.saying import Wrong, wrong
from ..wording.spoken import Command
from .compare import checked

ENDS = {"refused": Exit.REFUSED, "undetermined": Exit.UNDETERMINED}  # the first that occurs

columns_option = click.option(
    "--columns", type=click.Path(exists=True, dir_okay=False), help="A columns.toml that says what columns are."
)


@click.command(cls=Command)
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False))
@click.option("--out", required=True, metavar="FILE", help="The workbook to write (.xlsx).")
@columns_option
@click.option(
    "--ruleset", default="circular_02_2021", show_default=True, metavar="RULESET[+ACT]", help="A folder, with amending acts."
)
@figures_option
@reading_option
@at_option
@last_text_option
@lang_option
@click.pass_context
def fill(
    ctx: click.Context, workbook: str, out: str, columns: str | None, ruleset: str, figures: str | None, readings: tuple[str, ...],
    at: datetime | None, last_text: bool, lang: str,
) -> None:  # fmt: skip
    """Decide the rows of WORKBOOK (.xlsx, .xls, .ods, .csv) and write it back with columns beside theirs.

    Amounts, clauses and reasons, row by row; cells that were refused are marked. Exit 0 determined, 3 undetermined, 2 refused; 4 when an
    option or a file is wrong.
    """
    needed("study", "numpy", "pyarrow", "python_calamine", "openpyxl")
    from ...study.portfolio.filled import fill as filled
    from ...study.portfolio.run import Study

    if Path(out).suffix.lower() != ".xlsx":
        raise wrong("out-xlsx", path=out)
    if Path(out).exists() and Path(out).samefile(workbook):
        raise wrong("out-same", path=out)
    new(out)
    rules, chosen = rules_of(ruleset, at, lang, last_text), readings_from(readings)
    study = Study(rules, workbook, figures, chosen, columns=columns)
    found = done(lambda: filled(study, Path(workbook), Path(out), lang), lang)
    _statuses(found.statuses, out, lang)
    refused_told(found.refused, None, lang)
    ctx.exit(next((code for status, code in ENDS.items() if found.statuses.get(status)), Exit.OK))


def _statuses(statuses: dict[str, int], out: str, lang: str) -> None:
    from ...study.sheets.understood import say

    click.echo(out)
    for status, count in sorted(statuses.items()):
        click.echo(f"   {say(f'status.{status}', lang)}: {count}")


def show_understood(
    rules: Any, cases: str, columns: str | None, keep: Sequence[str], form: str, save: str | None, marked: str | None, lang: str
) -> None:  # fmt: skip
    """How the tables of a portfolio are understood, on standard output. Raises usage errors where they cannot be read."""
    from ...study.portfolio.run import Study, pieces_of
    from ...study.sheets.understood import as_columns, as_text, understood

    if not Path(cases).exists():
        raise wrong("not-there", path=cases)
    new(save)
    decider = done(lambda: Study(rules, cases, columns=columns, others=keep).decider(), lang)
    how = decider.understanding()

    def gone_through() -> None:
        for piece in pieces_of(cases, decider.things, how=how):
            decider.read(piece)

    done(gone_through, lang, quiet=True)
    refused = how.refusals.take()
    found = understood(how, refused)
    if save is not None:
        write_whole(Path(save), as_columns(found, lang))
    if marked is not None:
        write_marks(cases, how, refused, marked, lang)
    click.echo(json_text(found, indent=1) if form == "json" else as_text(found, lang))


def markable(cases: str, out: str) -> None:
    """Before anything is decided: whether the marks can be written."""
    from ...study.sheets.reading import BOOKS, TEXTS

    if Path(cases).suffix.lower() not in (*BOOKS, *TEXTS):
        raise wrong("marked-what", path=cases)
    if Path(out).exists() and Path(out).samefile(cases):
        raise wrong("out-same", path=out)
    new(out)


def write_marks(cases: str, how: Any, refused: Sequence[Any], out: str, lang: str) -> None:
    """The workbook, or text file, with its refused cells marked."""
    from ...study.sheets.marked import write_marked

    done(lambda: write_marked(Path(cases), how.sheets, refused, {}, Path(out), lang), lang)


def refused_told(refused: Sequence[Any], out: str | None, lang: str) -> None:
    """Refused cells: all in ``refused.csv`` of the folder, some on standard error."""
    if not refused:
        return
    from ...study.sheets.refused import as_csv
    from ...study.sheets.understood import refused_lines

    if out is not None and "://" not in out:
        (Path(out) / "refused.csv").write_bytes(as_csv(refused, lang))
    click.echo("\n".join(refused_lines([r.row() for r in refused], lang)), err=True)


def understanding(book: Any, columns: str | None) -> Any:
    """How tables are read by the names of a rulebook, and by a columns.toml. Raises SourceError."""
    from ...engine.lowered.from_rulebook import shapes
    from ...study.sheets.reading import Understanding
    from ...study.sheets.saved import Saved, read_saved
    from ...study.sheets.words import words_of

    words = words_of(book, shapes(book))
    return Understanding(words, Saved() if columns is None else read_saved(Path(columns), words))


def needed(extra: str, *modules: str) -> None:
    for module in modules:
        try:
            import_module(module)
        except ImportError:
            raise wrong("extra-missing", extra=extra) from None


def rules_of(ruleset: str, at: datetime | None, lang: str, last_text: bool = False) -> Any:
    from ...study.comparison.rulesets import rules_from

    day = at.date() if at is not None else None
    return said(lambda: checked(lambda: rules_from(ruleset, dated=not last_text, at=day), lang), lang)


def done(work: Callable[[], Any], lang: str, quiet: bool = False) -> Any:
    """What the work gives; what is wrong with a table ends the run. ``quiet``: columns that are not read are told by whoever asks."""
    from ...study.portfolio.sources import SourceError

    try:
        with Working(lang), ignored_told(lang, quiet):
            return checked(work, lang)
    except SourceError as error:
        raise click.UsageError(error.message[lang]) from None
    except NotOurs as error:
        raise Wrong(error.message) from None
