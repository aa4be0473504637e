"""What several commands share: the language option, loading a ruleset, files of a path."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..basics.output import NotOurs, claim
from ..basics.problem import Problem, RulesetError
from .door import Exit
from .wording.saying import Wrong, wrong

lang_option = click.option(
    "--lang", envvar="LEGALAID_LANG", type=click.Choice(["en", "vi"]), default="en", show_default=True, help="Language of what is printed."
)

help_lang_option = click.option(
    "--lang", envvar="LEGALAID_LANG", type=click.Choice(["en", "vi"]), expose_value=False, help="Language of what is printed."
)  # the door has read it

lang_or_files = click.option(
    "--lang", envvar="LEGALAID_LANG", type=click.Choice(["en", "vi"]), default=None, help="Language of what is printed; else that of each file."
)


def language_for(found: Problem, lang: str | None) -> str:
    """The language of a problem's message: the one asked for, or that of the file it stands in."""

    return lang or found.span.source.lang


def folder_language(folder: Path) -> str:
    """The language that most rule files of a folder are written in."""
    from ..basics.source_text import read_source

    found = [read_source(p)[0].lang for p in folder.glob("*.law")]
    return max(("en", "vi"), key=found.count)


amend_option = click.option(
    "--amend", "amendments", multiple=True, metavar="FILE|NAME",
    help="An amending act: a file, or the name of a draft beside the ruleset.",
)  # fmt: skip
at_option = click.option(
    "--at", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Amendments that take effect later are not known."
)

last_text_option = click.option(
    "--last-text", is_flag=True, help="Every case by the last text, whatever its day; else each by the text that governs it."
)


def load_rules(
    folder: str | Path | None, lang: str, amendments: Iterable[str] = (), at: datetime | None = None,
    keep: Path | None = None,
) -> Any:  # fmt: skip
    """The ruleset of a folder, or the shipped one; its problems are printed and end the run."""
    from ..api import UnknownAmendment, load

    day = at.date() if at is not None else None
    try:
        return said(lambda: load(folder, amendments=amendments, at=day, keep=keep), lang)
    except UnknownAmendment as error:
        raise Wrong(error.message) from None


def kept_in() -> Path | None:
    """Where checked rules are kept between runs: LEGALAID_CACHE (empty: nowhere), else the user's cache folder."""
    named = os.environ.get("LEGALAID_CACHE")
    if named is not None:
        return Path(named) if named else None
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "legalaid-dsl"
    except RuntimeError:
        return None  # nobody's home: a user id that the machine does not know, as containers have


def said(work: Callable[[], Any], lang: str, code: Exit = Exit.USAGE) -> Any:
    """What the work gives; the problems of a RulesetError are printed and end the run."""
    try:
        return work()
    except RulesetError as error:
        for found in error.problems:
            click.echo(found.render(lang) + "\n", err=True)
        sys.exit(code)


def claimed(folder: Path, lang: str, *known: str) -> None:
    """The folder of ``--out``, ours to write into; a foreign one is a usage error."""
    try:
        claim(folder, *known)
    except NotOurs as error:
        raise Wrong(error.message) from None


def spared(out: Path | str | None, *read: Path | str) -> None:
    """A file to write is none that is read, and no file of rules or examples: these are lost by one wrong name."""
    there = Path(out) if out is not None else None
    if there is None or not there.is_file():
        return
    if there.suffix in (".law", ".case") or any(Path(r).is_file() and there.samefile(r) for r in read):
        raise wrong("out-source", path=there)


def new(out: Path | str | None) -> None:
    """A file that holds work of somebody is not written over: there is none of the name yet. A device is no file."""
    if out is not None and Path(out).is_file():
        raise wrong("out-there", path=out)


@contextmanager
def ignored_told(lang: str, quiet: bool = False) -> Iterator[None]:
    """Columns that are not read are said once, on standard error and in the language; not at all where ``quiet``."""
    from ..study.portfolio.opened import ColumnsIgnored

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        finally:
            for text in dict.fromkeys(w.message.message[lang] for w in caught if isinstance(w.message, ColumnsIgnored)):
                if not quiet:
                    click.echo(text, err=True)
    for other in caught:
        if not isinstance(other.message, ColumnsIgnored):
            warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)


def shipped_ruleset() -> Path:
    from ..api import SHIPPED
    from ..language.grammar import shipped

    return shipped("rulesets") / SHIPPED


def folders(paths: tuple[str, ...]) -> list[Path]:
    """The folders of rulesets that paths name; without paths, the shipped one."""
    found = [r for p in map(Path, paths) for r in (rulesets_in(p) if p.is_dir() else [p.parent])]
    return list(dict.fromkeys(found)) or [shipped_ruleset()]


def rulesets_in(folder: Path) -> list[Path]:
    """The folder, or the rulesets in it when it holds no rule file itself."""
    inside = sorted({p.parent for p in folder.glob("*/*.law")}) if not any(folder.glob("*.law")) else []
    return inside or [folder]


def rule_files(paths: tuple[str, ...]) -> list[Path]:
    """The files named, and all rule files of the folders named."""
    found: list[Path] = []
    for path in map(Path, paths):
        found += sorted([*path.rglob("*.law"), *path.rglob("*.case")]) if path.is_dir() else [path]
    return found
