"""Folders to work in: whole rulesets with what they use, copied or put into the other language, and the first one of one's own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from ..basics.output import NotOurs, write_whole
from ..basics.problem import RulesetError
from ..basics.source_text import called, read_source, real
from ..language.parsing.parser_cache import Parsers
from ..rulebook.amend.load import FOLDER as DRAFTS
from ..rulebook.load import load_rulebook, survey
from .rewrite import glossary_for, rewrite_source

STARTER: Final = Path(__file__).parent / "starter"
KEY: Final = "my_rules"  # of the ruleset in it
RULES: Final = (".law", ".case")
LEFT_OUT: Final = ("official_text", "__pycache__")  # a ministry's own words are attached by whoever works with them


def with_what_it_uses(folder: Path) -> list[Path]:
    """The folder of a ruleset and those of the instruments that it refers to. Raises RulesetError."""
    load_rulebook(folder)
    return list(dict.fromkeys([real(folder), *(real(f.path).parent for f in survey(folder).files)]))


def write_rulesets(
    folders: Iterable[Path], target: Path, to: str | None = None, drafts: bool = True, step: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """The rulesets as folders of a new one, in the language ``to`` or as they are, whole or not at all.

    ``drafts``: amending acts too. ``step`` is called for each file. Raises RulesetError, NotOurs, OSError.
    """

    def fill(room: Path) -> None:
        parsers = Parsers()
        for folder in folders:
            for file in files_of(folder, drafts):
                _write(file, room / called(folder) / file.relative_to(folder), to, parsers)
                step()

    _whole(target, fill)


def files_of(folder: Path, drafts: bool = True) -> list[Path]:
    """What belongs to a ruleset, in order."""
    left_out = LEFT_OUT if drafts else (*LEFT_OUT, DRAFTS)
    inside = (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.is_symlink())
    return [p for p in inside if not any(x in left_out or x.startswith(".") for x in p.relative_to(folder).parts)]


def begin(target: Path, lang: str) -> None:
    """A small ruleset named after the new folder, in the language. Raises NotOurs, OSError."""

    def fill(room: Path) -> None:
        parsers, inside = Parsers(), room / target.name
        for file in files_of(STARTER / KEY):
            _write(file, inside / file.name, lang, parsers)
        for file in files_of(inside):
            write_whole(file, file.read_text("utf-8").replace(KEY, target.name))
        load_rulebook(inside)
        for file in files_of(inside):
            file.replace(room / file.name)
        inside.rmdir()

    _whole(target, fill)


def readme(target: Path, rules: Path, example: Path, lang: str) -> None:
    """What to do next, in the language: beside what was made."""
    text = (STARTER / f"README.{lang}.md").read_text("utf-8")
    shown = {"name": target.name, "folder": _quoted(rules), "example": _quoted(example)}
    write_whole(target / "README.md", text.format(**shown))


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else path.as_posix()


def _write(file: Path, goal: Path, to: str | None, parsers: Parsers) -> None:
    goal.parent.mkdir(parents=True, exist_ok=True)
    if to is None or file.suffix not in RULES:
        shutil.copyfile(file, goal)
        return
    source, problems = read_source(file)
    if problems:
        raise RulesetError(problems)
    write_whole(goal, rewrite_source(source, glossary_for(file), to, parsers))


def _whole(target: Path, fill: Callable[[Path], None]) -> None:
    """A new folder that is complete, or not there."""
    if target.exists() and any(target.iterdir()):
        raise NotOurs(target)
    target = real(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as room:
        waiting = Path(room) / target.name
        waiting.mkdir()
        fill(waiting)
        if target.exists():
            target.rmdir()
        waiting.rename(target)
