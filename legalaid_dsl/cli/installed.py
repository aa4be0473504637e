"""``legalaid rulesets``: what can be had by name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ..basics.neutral import json_text, visible
from .common import kept_in, lang_option, shipped_ruleset
from .door import Exit
from .progress import Working
from .wording.saying import told_of_rulesets
from .wording.spoken import Command


@click.command(cls=Command)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@lang_option
def rulesets(form: str, lang: str) -> None:
    """List the rulesets that are shipped and installed, each with its package, version and digests.

    Each can be named where a folder of rules is asked for. Exit 1 when one of them cannot be used.
    """
    from importlib.metadata import version

    from ..rulebook.files.installed import installed

    package = "legalaid-dsl"
    shipped = (f for f in sorted(shipped_ruleset().parent.iterdir()) if any(f.glob("*.law")))
    every = [(f.name, f, package, version(package)) for f in shipped]
    taken = {name for name, *_ in every}
    with Working(lang):
        listed = [_told(*one) for one in every]
        for one in installed():
            listed.append(_told(one.name, one.folder, one.package, one.version, taken=one.name in taken))
            taken.add(one.name)
    click.echo(json_text(listed) if form == "json" else "\n".join(_line(one, lang) for one in listed))
    sys.exit(Exit.WRONG if any(one["problem"] for one in listed) else Exit.OK)


def _told(name: str, folder: Path | None, package: str, version: str, taken: bool = False) -> dict[str, Any]:
    """What is said of one. ``problem``: a code where it cannot be used."""
    from ..api import load
    from ..basics.problem import RulesetError

    found: dict[str, Any] = {"name": name, "package": package, "version": version, "title": None, "meaning": None, "digest": None}
    if taken or folder is None:
        return {**found, "problem": "name-taken" if taken else "no-folder"}
    try:
        rules = load(folder, keep=kept_in())
    except RulesetError:
        return {**found, "problem": "does-not-check"}
    book = rules.rulebook
    title = book.instruments[book.id].names.to_dict()
    return {**found, "title": title, "meaning": rules.meaning, "digest": book.digest, "problem": None}


def _line(one: dict[str, Any], lang: str) -> str:
    head = f"{visible(one['name'])}  ({visible(one['package'])} {visible(one['version'])})"
    if one["problem"]:
        return f"{head}\n    {told_of_rulesets(one['problem'], name=visible(one['name']))[lang]}"
    said = told_of_rulesets("digests", title=visible(one["title"][lang]), meaning=one["meaning"], digest=one["digest"])
    return f"{head}\n" + "\n".join(f"    {line}" for line in said[lang].splitlines())
