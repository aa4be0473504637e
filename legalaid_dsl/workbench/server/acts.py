"""Amending acts carried out on the texts as they are now. That takes longer than a keystroke: it is done beside the typing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

import attrs

from ...basics.problem import Problem, RulesetError
from ...basics.source import Source
from ...basics.source_text import called
from ...in_time import acts_for
from ...language.grammar import Lexicon, merge
from ...language.parsing.parser_cache import Parsers
from ...rulebook.amend.act import heading_of
from ...rulebook.amend.book import Text
from ...rulebook.amend.draft_acts import shipped_acts
from ...rulebook.amend.load import carried_out
from ...rulebook.load import Survey
from ...rulebook.model import Rulebook


@attrs.frozen(slots=True)
class Asked:
    """An act, those that are in force or amended by it before it, and the texts of one moment."""

    survey: Survey
    acts: tuple[tuple[Path, Source], ...]
    folder: Path = attrs.field(eq=False)
    texts: Mapping[Path, str] = attrs.field(eq=False)

    @property
    def act(self) -> Path:
        return self.acts[-1][0]


@attrs.frozen(slots=True, eq=False)
class Carried:
    """What an act does: the rules after its last day, None where it cannot be carried out; and why not, or what it leaves to look at."""

    rulebook: Rulebook | None
    problems: tuple[Problem, ...]


@attrs.define(slots=True, eq=False)
class Acts:
    """``parsers``: of acts by themselves. Acts are carried out on whole files, which others parse, one act at a time."""

    parsers: Parsers = attrs.Factory(Parsers)
    _whole: Parsers = attrs.Factory(Parsers)
    _done: dict[Path, tuple[Asked, Carried]] = attrs.Factory(dict)
    _lock: Lock = attrs.Factory(Lock)

    def read(self, path: Path, text: str | None) -> tuple[Source, list[Problem]]:
        return self.parsers.read(path, f"{called(path.parent)}/{path.name}", text)

    def lexicon(self, survey: Survey, act: Source) -> Lexicon:
        """The names of the rules and those that an act declares."""
        return merge([survey.lexicon, self.parsers.declared(act)[1]])

    def text(self, survey: Survey, path: Path, unsaved: str | None) -> tuple[Text, list[Problem]]:
        """An act by itself, and what is wrong in it."""
        source, found = self.read(path, unsaved)
        lang, _ = self.parsers.declared(source)
        kept = self.parsers.parse(source, lang, self.lexicon(survey, source))
        return Text("", path, lang, kept.source, tuple(kept.found.nodes)), [*found, *kept.found.problems]

    def asked(self, folder: Path, survey: Survey, path: Path, texts: Mapping[Path, str]) -> Asked:
        heading = heading_of(self.text(survey, path, texts.get(path))[0])
        beside = shipped_acts(folder)
        before = [p for key, p in beside.items() if heading is not None and key in heading.amends]
        paths = [p for p in dict.fromkeys([*acts_for(folder, before), path]) if p != path]
        sources = tuple((p, self.read(p, texts.get(p))[0]) for p in [*paths, path])
        return Asked(survey, sources, folder, dict(texts))

    def known(self, asked: Asked) -> Carried | None:
        """What was found of the same texts; None before it is."""
        found = self._done.get(asked.act)
        return found[1] if found is not None and found[0] == asked else None

    def carried(self, asked: Asked) -> Carried:
        """May be called on another thread."""
        with self._lock:
            found = self.known(asked)
            if found is None:
                try:
                    last, warnings = carried_out(asked.folder, [p for p, _ in asked.acts], self._whole, asked.texts)
                    found = Carried(last.rulebook, tuple(warnings))
                except RulesetError as error:
                    found = Carried(None, tuple(error.problems))
                self._done[asked.act] = asked, found
            return found
