"""``legalaid new``: a folder to work in, with rules that check and an example that holds."""

from __future__ import annotations

import re
from pathlib import Path

import click

from ...basics.output import NotOurs
from ...basics.source_text import real
from ..common import lang_option, said
from ..progress import Working
from ..wording.saying import Wrong, wrong
from ..wording.spoken import Command


@click.command(cls=Command)
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--from", "origin", metavar="RULESET", help="Copy this shipped ruleset, without the fictitious drafts.")
@lang_option
def new(name: Path, origin: str | None, lang: str) -> None:
    """Make a folder NAME to write rules in: a glossary, an article, an example, and what to do next."""
    from ...workbench import starting

    try:
        with Working(lang) as working:
            if origin is None:
                rules = _begun(name, lang)
                example = rules / "article_01.case"
            else:
                folders = starting.with_what_it_uses(_shipped(origin))
                working.total = sum(len(starting.files_of(f, drafts=False)) for f in folders)
                said(lambda: starting.write_rulesets(folders, name, lang, drafts=False, step=working.step), lang)
                rules = name / origin
                example = next(iter(sorted(rules.glob("*.case"))), rules)
            starting.readme(name, rules, example, lang)
    except NotOurs as error:
        raise Wrong(error.message) from None
    click.echo((name / "README.md").read_text("utf-8"), nl=False)


def _begun(name: Path, lang: str) -> Path:
    from ...workbench import starting

    if re.fullmatch("[a-z][a-z0-9_]*", real(name).name) is None:
        raise wrong("not-a-name", name=real(name).name)
    said(lambda: starting.begin(name, lang), lang)
    return name


def _shipped(name: str) -> Path:
    from ...language.grammar import shipped

    known = sorted(f.name for f in shipped("rulesets").iterdir() if any(f.glob("*.law")))
    if name not in known:
        raise wrong("no-shipped-ruleset", name=name, known=", ".join(known))
    return shipped("rulesets") / name
