"""The ruleset on the drafter's desk: as it was when the studio was opened, and as it is edited now."""

from __future__ import annotations

import io
import os
import secrets
import time
import zipfile
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from threading import RLock
from typing import Any, Final, Protocol

import attrs

from ..api import Rules, load
from ..basics.bilingual import LANGUAGES
from ..basics.problem import RulesetError
from ..basics.source import Source
from ..cases.case_file import WorkedCase
from ..in_time import acts_for
from ..language.parsing.parser_cache import Parsers
from ..language.parsing.sentence_cache import Memory
from ..rulebook.amend.draft_acts import FOLDER as ACTS
from ..rulebook.load import Survey
from ..service.problems import Problem
from ..workbench.redline import redline, redline_page
from ..workbench.rewrite import glossary_for, rewrite_source
from ..workbench.server.outline import Entry, outline
from ..workbench.server.problems import Shown, act_problems, case_problems, fixes, law_problems
from ..workbench.server.project import Project
from ..workbench.watching import State, watched
from .files.drafts import Drafts
from .files.folder import Folder, digest
from .files.versions import commits, in_git
from .trials import Trial, tried

Json = dict[str, Any]
MENDED: Final = 3  # problems for which a mend is looked for: each is tried on the whole ruleset
NOTED: Final = 60.0  # seconds between two texts of a draft that can be restored


class Editor(Protocol):
    """Somebody who is told when a text has changed."""

    def changed(self, path: Path, text: str, who: str) -> None: ...


@attrs.define(slots=True, eq=False)
class Desk:
    """One at a time: every method that reads the project holds the lock. ``texts``: what is written and not saved, and
    ``bases``: the digest of the saved text that each was begun from."""

    folder: Folder
    texts: dict[Path, str] = attrs.Factory(dict)
    bases: dict[Path, str] = attrs.Factory(dict)
    project: Project = attrs.field(init=False)
    first: Survey = attrs.field(init=False)  # when the studio was opened
    first_rules: Rules | None = attrs.field(init=False)
    first_texts: dict[Path, str] = attrs.field(init=False)
    _last: Rules | None = None
    _seen: State = attrs.field(init=False)
    _trials: dict[str, Trial] = attrs.Factory(dict)  # by the first rules
    _enacted: tuple[State, Rules | None] | None = None  # the rules under the acts in force, and the files they were read from
    editors: list[Editor] = attrs.Factory(list)
    who: str = ""  # the window that asks
    writers: dict[Path, tuple[str, int]] = attrs.Factory(dict)  # the window that wrote last, and its number of that text
    drafts: Drafts = attrs.field(init=False)
    _git: bool | None = None
    _noted: dict[Path, float] = attrs.Factory(dict)  # when a draft was last put among the texts that can be restored
    turn: int = 0  # of edits
    lock: RLock = attrs.Factory(RLock)

    def __attrs_post_init__(self) -> None:
        self.drafts = Drafts(self.folder, f"{os.getpid()}-{secrets.token_hex(4)}")
        self.drafts.here()
        self.project = Project(self.folder.root, self.texts, Parsers(memory=Memory()))
        self._seen = self._look()
        self.first_texts = dict(self.folder.texts())
        self.first = self.project.state().survey
        self.first_rules = self._last = self.project.rules()
        for path, text, base in self.drafts.left():
            if text != self.folder.read(path):
                self.texts[path], self.bases[path] = text, base
                self._touched(path)

    # -------------------------------------------------------------- texts

    def text(self, path: Path) -> str:
        """As it is being edited."""
        return self.texts[path] if path in self.texts else self.folder.read(path)

    def put(self, path: Path, text: str, base: str = "", *, known: str | None = None, version: int | None = None) -> None:
        """A text as it is typed. Kept, on disk too, until it is saved or given up.

        ``known``: the text that it takes the place of; raises Problem where another window has written another one by now.
        ``version``: the window's number of it; a window's questions and its editor's messages can overtake each other, and what
        comes late does not count.
        """
        own = self._own(path)
        if version is not None and version < own:
            return
        saved = self.folder.read(path)
        now = self.texts.get(path, saved)
        if known is not None and now not in (known, text) and not self._writes(path):
            raise Problem("changed-elsewhere", name=self.folder.name(path), more={"yours": text, "theirs": now})
        self.writers[path] = self.who, own if version is None else version
        if text == saved:
            self.drop(path)
        else:
            self.bases.setdefault(path, base or digest(saved))
            if now != text or path not in self.texts:
                self._noting(path)
                self.texts[path] = text
                self.drafts.keep(path, text, self.bases[path])
                self._touched(path)

    def _writes(self, path: Path) -> bool:
        """Whether the window that asks was the last to write."""
        return self.who != "" and path in self.writers and self.writers[path][0] == self.who

    def _own(self, path: Path) -> int:
        """The number of the last text of the window that asks; -1 where it was not the last to write."""
        return self.writers[path][1] if self._writes(path) else -1

    def drop(self, path: Path, *, keep: bool = False) -> None:
        """The saved text counts again. ``keep``: what is given up can be restored."""
        self.bases.pop(path, None)
        self._noted.pop(path, None)
        given_up = self.texts.pop(path, None)
        self.drafts.drop(path)
        if given_up is not None:
            if keep:
                self.folder.remember(path, given_up)
            self._touched(path)

    def give_up(self, path: Path, version: int | None = None) -> None:
        """The saved text counts again; the other can be restored. ``version``: the window's number of it: what the window typed until
        then and is still under way does not bring it back."""
        own = self._own(path)
        self.drop(path, keep=True)
        if version is not None:
            self.writers[path] = self.who, max(own, version + 1)

    def _noting(self, path: Path) -> None:
        """What was typed stays restorable, a text a minute."""
        now = time.monotonic()
        if path in self.texts and now - self._noted.get(path, now) > NOTED:
            self.folder.remember(path, self.texts[path])
        if path not in self.texts or now - self._noted.get(path, 0.0) > NOTED:
            self._noted[path] = now

    def _touched(self, path: Path) -> None:
        self.turn += 1
        self.project.touch(path)
        for editor in list(self.editors):
            editor.changed(path, self.text(path), self.who)

    def refresh(self) -> None:
        """See what somebody else has written."""
        now = self._look()
        if now != self._seen:
            who, self.who = self.who, ""  # by nobody here, as far as can be seen
            for path in {p for p in {**now, **self._seen} if now.get(p) != self._seen.get(p)}:
                self.writers.pop(path, None)
                if self.folder.holds(path):
                    self._touched(path)
            self._seen, self.who = now, who

    def _look(self) -> State:
        acts = self.folder.root / ACTS
        return watched([self.folder.root, *([acts] if acts.is_dir() else [])])

    def opened(self, path: Path) -> Json:
        saved = self.folder.read(path)
        base = self.bases.get(path, digest(saved))
        return {
            "name": self.folder.name(path), "text": self.text(path), "base": base, "saved": path not in self.texts,
            "elsewhere": base != digest(saved), "history": self.folder.saves(path), "fixed": self.folder.fixed,
            "lang": Source("", self.text(path)).lang, "kept": self.folder.kept_texts(path), "first": self.first_texts.get(path, ""),
            "commits": [attrs.asdict(c) for c in commits(self.folder.root, path)] if self.git else [],
        }  # fmt: skip

    @property
    def git(self) -> bool:
        if self._git is None:
            self._git = in_git(self.folder.root)
        return self._git

    def save(self, path: Path, text: str, base: str, *, known: str | None = None, version: int | None = None) -> Json:
        """``known``: the draft that the window was shown; ``version``: its number of the text that stood in it. These are ended, and what
        the window typed before, known here or still under way; what was typed since stays a draft, begun on what is saved now."""
        own = self._own(path)
        self.folder.save(path, text, base)
        self._seen |= {p: state for p, state in self._look().items() if p == path}  # this window has written it, and nobody else
        draft = self.texts.get(path, text)
        ended = own <= version if self._writes(path) and version is not None else draft == known
        self.writers[path] = self.who, max(own, -1 if version is None else version)
        if ended or draft == text:
            self.drop(path)
        else:
            self.bases[path] = digest(text)
            self.drafts.keep(path, draft, self.bases[path])
        self._touched(path)
        return self.opened(path)

    # -------------------------------------------------------------- what is known of them

    def rules(self) -> tuple[Rules | None, str]:
        """The rules that decide, and of which text they are: ``now``, ``earlier`` (what is written now has errors), or ``saved``
        (amending acts are in force beside the rules: these are read from the files)."""
        if acts_for(self.folder.root, ()):
            if self._enacted is None or self._enacted[0] != self._seen:
                try:
                    self._enacted = self._seen, load(self.folder.root)
                except RulesetError:
                    self._enacted = self._seen, None
            return (self._enacted[1], "saved") if self._enacted[1] is not None else (self._last, "earlier")
        found = self.project.rules()
        self._last = found or self._last
        return self._last, "now" if found is not None else "earlier"

    def problems(self, path: Path, lang: str) -> list[Json]:
        """All of the ruleset's, those of this file first."""
        return [self._told(shown, lang) for shown in self._problems(path)]

    def mends(self, path: Path, lang: str) -> list[Json] | None:
        """The same, with what carrying an act out shows, and what would mend the first of them; None when the text has changed meanwhile.
        Each mend is tried on the whole ruleset, so there may be typing between two of them."""
        with self.lock:
            asked = self.project.act_asked(path) if path.parent.name == ACTS else None
        if asked is not None:
            self.project.acts.carried(asked)
        with self.lock:
            turn, found = self.turn, self._problems(path)
            told = [self._told(shown, lang) for shown in found]
        for shown, one in list(zip(found, told))[:MENDED]:
            with self.lock:
                if self.turn != turn:
                    return None
                if one["file"] == self.folder.name(path):
                    one["fixes"] = [attrs.asdict(f) for f in fixes(self.project, shown, lang)]
        return told

    def _problems(self, path: Path) -> list[Shown]:
        found = law_problems(self.project)
        if path.parent.name == ACTS:
            found += act_problems(self.project, path)
        elif path.suffix == ".case":
            found += case_problems(self.project, path)
        return sorted(found, key=lambda s: (s.place.path != path, s.place.path.name, s.place.start))

    def _told(self, shown: Shown, lang: str) -> Json:
        place, problem = shown.place, shown.problem
        line, column = place.source.place(place.start)
        inside = place.path.is_relative_to(self.folder.root)
        return {
            "file": self.folder.name(place.path) if inside else f"../{place.path.parent.name}/{place.path.name}", "inside": inside,
            "line": line, "column": column, "start": place.start, "end": max(place.end, place.start + 1), "code": problem.code,
            "warning": problem.warning, "message": problem.message[lang], "hint": problem.hint[lang] if problem.hint is not None else "",
            "provision": problem.provision.name(lang) if problem.provision is not None and problem.provision.article else "", "fixes": [],
        }  # fmt: skip

    def outlines(self, lang: str, inside: Container[str]) -> list[Json]:
        """Every file with what stands in it, articles with their headnotes; None for examples, which are not read before somebody looks:
        ``inside``, the names of their files."""
        state = self.project.state()
        found = []
        for path in dict.fromkeys([*self.folder.files(), *self.texts]):  # a new file is a draft first
            name = self.folder.name(path)
            wanted = path.suffix != ".case" or name in inside
            source = state.source_of(path) if wanted else None
            entries = [_entry(e, source) for e in outline(state, path, lang)] if source is not None else []
            found.append({"name": name, "saved": path not in self.texts, "entries": entries if wanted else None})
        return found

    def trials(self, path: Path, lang: str, every: bool = True, readings: Mapping[str, str] | None = None) -> list[Json] | None:
        """The examples beside a file, run by the text as it is now, with what that changed; None when it has changed meanwhile.

        ``every``: those too that pass and are as they were. ``readings``: chosen where an example says nothing of them. The lock is not held while they run: there may be typing meanwhile.
        """
        with self.lock:
            rules, turn = self.rules()[0], self.turn
            beside = path.with_suffix(".case")
            lines = self._lines(beside)
            cases = [c for c in self.project.worked(beside)[0] if c.key in lines] if lines else []
        told: list[Json] = []
        for case in cases:
            if rules is None:
                break
            if self.turn != turn:
                return None
            one = self._tried(rules, case, lang, lines[case.key], readings or {})
            told += [one] if every or one["changes"] or not one["passed"] else []
        return told

    def _tried(self, rules: Rules, case: WorkedCase, lang: str, line: int, readings: Mapping[str, str]) -> Json:
        now = tried(rules, case, readings)
        slot = repr((case.key, case.facts, case.figures, case.readings))
        if slot not in self._trials and self.first_rules is not None:
            self._trials[slot] = now if rules is self.first_rules and not readings else tried(self.first_rules, case)
        return now.told(self._trials.get(slot), rules.rulebook, lang, line)

    def _lines(self, path: Path) -> dict[str, int]:
        """Where the examples of a file stand, by their keys."""
        return {
            example.key: file.source.place(example.span.start + piece.base)[0]
            for file in self.project.state().cases_at(path) for piece in file.pieces for example in piece.examples
            if example.span is not None
        }  # fmt: skip

    def convert(self, path: Path, text: str, to: str, version: int | None = None) -> str:
        """The text in the other tongue, comments kept. Raises Problem while it has errors."""
        self.put(path, text, version=version)
        try:
            glossary = glossary_for(path) if path.parent.name == ACTS else self.project.state().glossary
            return rewrite_source(Source(path.name, text), glossary, to)
        except RulesetError as error:
            said = error.problems[0].message
            raise Problem("law-has-errors", en=said.en, vi=said.vi) from None

    # -------------------------------------------------------------- what the edits changed

    def redline_page(self, lang: str, title: str, about: str) -> str:
        return redline_page(redline(self.first, self.project.state().survey, lang), lang, title, ("", ""), about)

    def changed(self) -> Iterator[tuple[Path, str]]:
        """The files whose text is not what it was, as they are now; one that is gone is not among them."""
        for path in dict.fromkeys([*self.folder.files(), *self.texts]):
            if self.text(path) != self.first_texts.get(path, ""):
                yield path, self.text(path)

    def zipped(self, said: dict[str, tuple[str, str]]) -> bytes:
        """The redline in both languages (its title and what it is about), and the changed files."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for lang in LANGUAGES:
                file.writestr(f"redline.{lang}.html", self.redline_page(lang, *said[lang]))
            for path, text in self.changed():
                file.writestr(f"{self.folder.root.name}/{self.folder.name(path)}", text)
        return out.getvalue()


def _entry(entry: Entry, source: Source) -> Json:
    return {
        "name": entry.name, "headnote": entry.detail, "level": entry.level, "line": source.place(entry.heading[0])[0],
        "inside": [_entry(e, source) for e in entry.inside],
    }  # fmt: skip
