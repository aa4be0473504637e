"""``legalaid consolidate``: the text of a day, and what it changed against another."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...basics.output import NotOurs, write_whole
from ...basics.source_text import real
from ..common import amend_option, at_option, lang_or_files, load_rules, said, shipped_ruleset
from ..options import RULESET
from ..wording.spoken import Command

if TYPE_CHECKING:
    from ...rulebook.load import Survey


@click.command(cls=Command)
@click.argument("ruleset", required=False, type=RULESET)
@amend_option
@at_option
@click.option("--against", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="A redline against that day's text.")
@click.option("--from-base", is_flag=True, help="A redline against the text before any amendment.")
@click.option("--format", "form", type=click.Choice(["text", "html"]), default="text", help="Of the redline.")
@click.option("--to", "target", type=click.Path(file_okay=False), help="Write the rulesets into this new folder instead.")
@lang_or_files
def consolidate(
    ruleset: str | None, amendments: tuple[str, ...], at: datetime | None, against: datetime | None, from_base: bool,
    form: str, target: str | None, lang: str | None,
) -> None:  # fmt: skip
    """Print the consolidated rules as they stand on a day (the last that any amendment takes effect on)."""
    folder = Path(ruleset) if ruleset else shipped_ruleset()
    new, start = _text(folder, amendments, at.date() if at is not None else date.max, lang)
    if against is not None or from_base:
        old, before = _text(folder, amendments, against.date() if against is not None else date.min, lang)
        click.echo(_redline(old, new, form, lang or "en", (before, start)), nl=False)
    elif target is not None:
        _write(folder, new, Path(target), lang or "en")
    else:
        for name, text in _files(new, lang):
            click.echo(f"# ──── {name}\n\n{text}")


def _text(folder: Path, amendments: tuple[str, ...], day: date, lang: str | None) -> tuple[Survey, str]:
    """The rules of a day, and the day from which they stand so (empty: before any amendment)."""
    from ...rulebook.load import survey

    rules = load_rules(folder, lang or "en", amendments)
    if rules.timeline is None:
        return survey(folder), ""
    text = rules.timeline.text_at(day)
    return text.survey, "" if text.from_date == date.min else text.from_date.isoformat()


def _files(found: Survey, lang: str | None) -> list[tuple[str, str]]:
    from ...language.printing.files import lay_out
    from ...rulebook.wording import printer

    return [
        (f"{f.instrument}/{f.path.name}", lay_out(f.source, f.blocks, printer(found.glossary, f.lang, lang or f.lang)))
        for f in found.files
    ]  # fmt: skip


def _redline(old: Survey, new: Survey, form: str, lang: str, days: tuple[str, str]) -> str:
    from ...workbench.redline import redline, redline_page, redline_text

    changes = redline(old, new, lang)
    if form == "text":
        return redline_text(changes)
    return redline_page(changes, lang, new.collector.instruments[new.key].names[lang], days)


def _write(folder: Path, found: Survey, target: Path, lang: str) -> None:
    """The rulesets as folders beside one another, with their tables; checked before it is said to be done."""
    from ...rulebook.load import load_rulebook

    if target.exists() and any(target.iterdir()):
        raise click.UsageError(NotOurs(target).message[lang])
    target, named = real(target), target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as room:
        waiting = Path(room) / target.name
        for name, text in _files(found, None):
            write_whole(waiting / name, text)
        if (folder / "tables").is_dir():
            shutil.copytree(folder / "tables", waiting / found.key / "tables")
        said(lambda: load_rulebook(waiting / found.key), lang)
        if target.exists():
            target.rmdir()
        waiting.rename(target)
    click.echo(str(named / found.key))
