"""Rulesets of the first edition of the language, written in the second: the same rules, comments kept."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs

from ..basics.output import write_whole
from ..basics.problem import Problem, RulesetError
from ..basics.source_text import read_source
from ..language.first_edition import edits, is_taken
from ..language.grammar import Lexicon, declared_names, language_of, merge
from ..rulebook.amend.load import FOLDER as ACTS
from ..rulebook.files.which import law_files, used_by
from ..rulebook.load import examine
from .rewrite import glossary_for, rewrite

BEFORE: Final = {"en": "the {}", "vi": "mục {}"}  # a name that is a word of the second edition, said another way


@attrs.frozen(slots=True)
class Upgraded:
    """``texts``: what files become, where they change; ``renamed``: by language and name; ``unread``: files that are of neither
    edition; ``problems``: what the second edition finds wrong, for a person to mend."""

    texts: Mapping[Path, str]
    renamed: Mapping[tuple[str, str], str]
    unread: tuple[Path, ...]
    problems: tuple[Problem, ...]


def upgraded(folder: Path) -> Upgraded:
    """A ruleset, with its examples and amendments, in the second edition. What it uses is read, and upgraded by itself."""
    files = [p for room in (folder, folder / ACTS) for suffix in ("*.law", "*.case") for p in sorted(room.glob(suffix)) if p.is_file()]
    used = [p for place in used_by(folder) for p in law_files(place)]
    every = {path: read_source(path)[0].text for path in [*used, *files]}
    lexicon = _lexicon(every.values())
    renamed = _renamed(lexicon)
    texts, unread = dict[Path, str](), []
    for path in files:
        text = every[path]
        found = edits(text, language_of(text), lexicon, path.suffix, renamed)
        if found is None:
            unread.append(path)  # perhaps it is of the second edition: loading it will say
            continue
        for edit in reversed(found):
            text = text[: edit.start] + edit.text + text[edit.end :]
        texts[path] = text
    return _laid_out(folder, every, texts, renamed, unread)


def _lexicon(texts: Iterable[str]) -> Lexicon:
    """All names, also those that are words of the second edition."""
    return merge(declared_names(text, every=True) for text in texts)


def _renamed(lexicon: Lexicon) -> dict[tuple[str, str], str]:
    found, taken = {}, {*lexicon.terms, *lexicon.units}
    for lang, name in dict.fromkeys([*lexicon.terms, *lexicon.units]):
        if is_taken(lang, name):
            new = BEFORE[lang].format(name)
            while (lang, new) in taken or is_taken(lang, new):
                new = BEFORE[lang].format(new)
            found[(lang, name)] = new
    return found


def _laid_out(
    folder: Path, every: Mapping[Path, str], texts: Mapping[Path, str], renamed: Mapping[tuple[str, str], str], unread: list[Path]
) -> Upgraded:
    """The files in the one layout, where the second edition finds nothing wrong with them; tried beside the folder, in a copy."""
    with tempfile.TemporaryDirectory() as room:
        for place in [folder, *used_by(folder)]:
            shutil.copytree(place, Path(room) / place.name, symlinks=True)
        copy = Path(room) / folder.name
        for path, text in texts.items():
            write_whole(copy / path.relative_to(folder), text)
        rulebook, problems = examine(copy)
        found = dict(texts)
        for path in [*texts, *unread] if rulebook is not None else ():
            there = copy / path.relative_to(folder)
            try:
                found[path] = rewrite(there, glossary_for(there))
            except RulesetError as error:
                problems += error.problems
            else:
                unread = [p for p in unread if p != path]  # of the second edition already
    changed = {path: text for path, text in found.items() if text != every[path]}
    return Upgraded(changed, renamed, tuple(unread), tuple(p for p in problems if not p.warning))
