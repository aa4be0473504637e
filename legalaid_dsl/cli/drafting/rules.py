"""``legalaid check``, ``test``, ``fmt`` and ``translate``: for those who write the rules."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from ...basics.output import NotOurs, write_whole
from ...basics.problem import Problem
from ...basics.source_text import called
from ...rulebook.amend.load import FOLDER
from ..common import (
    folder_language,
    folders,
    lang_option,
    lang_or_files,
    language_for,
    rule_files,
    rulesets_in,
    said,
    shipped_ruleset,
)
from ..door import Exit
from ..options import RULES
from ..progress import Working
from ..wording.saying import Wrong, wrong
from ..wording.spoken import Command

if TYPE_CHECKING:
    from ...rulebook.resolve.glossary import Glossary
    from ...workbench.examples.runner import Outcome


EXPLAINED = 10  # failures that are explained unless it is said whether they are


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=RULES)
@lang_or_files
def check(paths: tuple[str, ...], lang: str | None) -> None:
    """Check rulesets: names, units, addresses, figures, conflicts. Exit 1 when something is wrong."""
    from ...rulebook.amend.load import examine_acts
    from ...rulebook.load import examine

    wrong = 0
    for folder in folders(paths):
        rulebook, problems = examine(folder)
        problems += examine_acts(folder) if rulebook is not None else []
        for found in problems:
            click.echo(found.render(language_for(found, lang)) + "\n")
        errors = sum(1 for p in problems if not p.warning)
        wrong += errors
        if not errors and rulebook is not None:
            said = {"en": "{}: {} provisions, {} rules, nothing wrong", "vi": "{}: {} quy định, {} câu, không có lỗi"}
            count = sum(len(r) for r in rulebook.rules.values())
            click.echo(said[lang or folder_language(folder)].format(called(folder), len(rulebook.provisions), count))
    sys.exit(Exit.WRONG if wrong else Exit.OK)


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=RULES)
@click.option("-k", "only", default="", help="Only examples whose key contains this.")
@click.option("-v/-q", "--explain/--short", "explained", default=None, help="Explain what happened instead; else of the first ten only.")
@click.option("--watch", is_flag=True, help="Run again whenever a rule file or an example is saved.")
@lang_option
def test(paths: tuple[str, ...], only: str, explained: bool | None, watch: bool, lang: str) -> None:
    """Run the worked examples (.case) beside the rules. Exit 1 when one fails."""
    from ...workbench.examples.runner import run_all
    from ...workbench.watching import changes, watched

    named = [r for p in map(Path, paths) for r in (rulesets_in(p) if p.is_dir() else [p])]
    targets = named or [shipped_ruleset()]
    if not watch:
        sys.exit(Exit.WRONG if _tested(run_all(targets, only), explained, lang) else Exit.OK)
    for _ in changes(lambda: watched(folders(tuple(map(str, targets))))):
        click.clear()
        _tested(run_all(targets, only), explained, lang)
        click.echo({"en": "waiting for a change; Ctrl+C ends it", "vi": "đang chờ thay đổi; Ctrl+C để kết thúc"}[lang])


def _tested(found: Iterable[Outcome | Problem], explained: bool | None, lang: str) -> int:
    """Print what failed, and how many passed; the number of failures."""
    passed = failed = 0
    with Working(lang) as working:
        for outcome in working.each(found):
            if isinstance(outcome, Problem):
                failed += 1
                working.echo(outcome.render(lang) + "\n")
            elif not outcome.failures:
                passed += 1
            else:
                failed += 1
                working.echo(f"✗ {outcome.case.key}  ({outcome.case.node.span})")
                for failure in outcome.failures:
                    working.echo(f"    {failure.span}: {failure.message[lang]}")
                if explained is True or (explained is None and failed <= EXPLAINED):
                    working.echo("\n" + indent(outcome.result.explain(lang), "    │ ", lambda line: True))
    said = {"en": "{} examples passed, {} failed", "vi": "{} tình huống đạt, {} tình huống không đạt"}
    click.echo(said[lang].format(passed, failed))
    return failed


@click.command(cls=Command)
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 when a file would change.")
@click.option("--upgrade", is_flag=True, help="Rewrite rulesets of the first edition of the language in the second.")
@lang_option
def fmt(paths: tuple[str, ...], only_check: bool, upgrade: bool, lang: str) -> None:
    """Put rule files (.law, .case) into the one layout; comments are kept."""
    if upgrade:
        from .upgrading import upgrade_all

        sys.exit(upgrade_all([f for p in paths for f in rulesets_in(Path(p))], only_check, lang))
    from ...workbench.rewrite import glossary_for, rewrite

    changed = sum([_composed(file, only_check) for file in rule_files(paths)])
    glossaries: dict[Path, Glossary] = {}
    for file in rule_files(paths) if not (changed and only_check) else ():
        place = file if file.parent.name == FOLDER else file.parent
        if place not in glossaries:
            glossaries[place] = said(partial(glossary_for, file), lang)
        text = said(partial(rewrite, file, glossaries[place]), lang)
        if text != file.read_text("utf-8"):
            changed += 1
            click.echo(str(file))
            if not only_check:
                write_whole(file, text)
    sys.exit(Exit.WRONG if changed and only_check else Exit.OK)


@click.command(cls=Command)
@click.option("--to", type=click.Choice(["en", "vi"]), required=True, help="The language to translate into.")
@click.argument("path", type=RULES)
@click.option("--out", type=click.Path(file_okay=False), help="A new folder for the translated ruleset.")
@lang_option
def translate(to: str, path: str, out: str | None, lang: str) -> None:
    """Print a rule file in the other language, or put a whole ruleset, with what it uses, into --out."""
    from ...workbench import starting
    from ...workbench.rewrite import glossary_for, rewrite

    place = Path(path)
    if place.is_dir() is (out is None):
        raise wrong("file-or-out")
    if out is None:
        click.echo(said(lambda: rewrite(place, glossary_for(place), to), lang), nl=False)
        return
    with Working(lang) as working:
        found = [said(partial(starting.with_what_it_uses, folder), lang) for folder in rulesets_in(place)]
        every = list(dict.fromkeys(f for folders in found for f in folders))
        working.total = sum(len(starting.files_of(f)) for f in every)
        try:
            said(lambda: starting.write_rulesets(every, Path(out), to, step=working.step), lang)
        except NotOurs as error:
            raise Wrong(error.message) from None
    click.echo(out)


def _composed(file: Path, only_check: bool) -> bool:
    """Put letters that stand in pieces together (NFC), and ordinary spaces for others; whether there were any."""
    try:
        text = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return False  # loading says so
    composed = unicodedata.normalize("NFC", "".join(" " if unicodedata.category(x) == "Zs" else x for x in text))
    if composed == text:
        return False
    click.echo(str(file))
    if not only_check:
        write_whole(file, composed)
    return True


