"""What is wrong with how a command is used, in both languages; the door shows the one that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ...basics.bilingual import Bilingual
from ...basics.worded import said


class Wrong(click.UsageError):
    """A usage error with its message in both languages."""

    def __init__(self, both: Bilingual) -> None:
        super().__init__(both.en)
        self.both = both


def wrong(code: str, **values: Any) -> Wrong:
    """The usage error of a code of ``said.toml``, filled in."""
    return Wrong(_filled("said", code, values))


def notice(*code: str, **values: Any) -> Bilingual:
    """What is said beside results: the entry of a code of ``said.toml``, filled in."""
    return said(Path(__file__).with_name("said.toml"), *code, **values)


def told(code: str, **values: Any) -> Bilingual:
    """What ``legalaid ask`` says beside its questions: the entry of a code of ``asked.toml``, filled in."""
    return _filled("asked", code, values)


def told_of_rulesets(code: str, **values: Any) -> Bilingual:
    """What ``legalaid rulesets`` says of one: the entry of a code of ``rulesets.toml``, filled in."""
    return _filled("rulesets", code, values)


def told_of_upgrade(code: str, **values: Any) -> Bilingual:
    """What ``legalaid fmt --upgrade`` says of a ruleset: the entry of a code of ``upgrading.toml``, filled in."""
    return _filled("upgrading", code, values)


def told_to_drafters(*code: str, **values: Any) -> Bilingual:
    """What commands for drafters print: the entry of a code of ``drafting.toml``, filled in."""
    return said(Path(__file__).with_name("drafting.toml"), *code, **values)


def _filled(file: str, code: str, values: Mapping[str, Any]) -> Bilingual:
    return said(Path(__file__).with_name(f"{file}.toml"), code, **values)
