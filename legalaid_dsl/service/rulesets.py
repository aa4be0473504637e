"""The rulesets that serve. All are looked at together and swapped at once; one whose text does not check goes on as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, Final

import attrs

from ..api import SHIPPED, Rules, UnknownAmendment, load
from ..basics.bilingual import LANGUAGES
from ..basics.keywords import shipped
from ..basics.problem import RulesetError
from ..basics.system import reason
from ..engine.tables import FiguresError
from ..receipts.receipt import figures_digest
from ..rulebook.amend.draft_acts import is_draft, shipped_acts
from .problems import Problem

ILLUSTRATIVE: Final = "illustrative"
_READ: Final = (".law", ".csv", ".toml", ".txt")
State = Mapping[str, tuple[int, int]]


@attrs.frozen(slots=True, eq=False)
class Served:
    """One ruleset. ``figures``: the choices of tables that it can be used with, and their digests; None is without any."""

    rules: Rules
    folder: Path
    figures: Mapping[str | None, tuple[Path | str | None, str]]
    drafts: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.rules.rulebook.id


@attrs.define(slots=True, eq=False)
class Rulesets:
    """``now`` is read once for a request and never changes under it."""

    folder: Path | None
    named: Mapping[str, Path]  # folders of figures
    keep: Path | None = None
    now: Mapping[str, Served] = attrs.Factory(dict)
    failed: Mapping[str, Mapping[str, str]] = attrs.Factory(dict)  # folders whose text does not check, with the first problem
    generation: int = 0
    _seen: State | None = None
    _changing: State | None = None
    _amended: dict[tuple[int, str, str], Rules] = attrs.Factory(dict)
    _lock: Any = attrs.Factory(Lock)

    @property
    def default(self) -> str | None:
        """The ruleset that is meant where none is named."""
        now = self.now
        return next(iter(now)) if len(now) == 1 else SHIPPED if SHIPPED in now else None

    def look(self, *, at_once: bool = False) -> bool:
        """Load what the folders hold now if they changed, and have come to rest; whether that was done.

        ``at_once``: do not wait for another look to find them at rest."""
        with self._lock:
            state = self._state()
            if state == self._seen:
                return False
            if not at_once and state != self._changing:
                self._changing = state
                return False
            found, failed = self._loaded()
            if not at_once and self._state() != state:
                return False
            self.now, self.failed, self._seen, self._changing = MappingProxyType(found), failed, state, None
            self.generation += 1
            self._amended.clear()
            return True

    def get(self, name: str | None) -> Served:
        """The ruleset of a name, or the one that is meant without. Raises Problem."""
        now = self.now
        if not now:
            raise Problem("not-ready", headers={"Retry-After": "5"})
        name = name or self.default
        if name is None:
            raise Problem("missing-member", name="ruleset")
        found = now.get(name)
        if found is None:
            raise Problem("no-ruleset", name=name, known=", ".join(now))
        return found

    def with_drafts(self, name: str) -> tuple[Served, Rules]:
        """A ruleset, or ``ID+DRAFT`` with drafts that stand beside it. Raises Problem."""
        key, *drafts = name.split("+")
        served = self.get(key)
        for draft in drafts:
            if draft not in served.drafts:
                raise Problem("no-ruleset", name=name, known=", ".join([key, *(f"{key}+{d}" for d in served.drafts)]))
        if not drafts:
            return served, served.rules
        slot = (self.generation, key, "+".join(drafts))
        found = self._amended.get(slot)
        if found is None:
            try:
                found = load(served.folder, amendments=drafts, keep=self.keep)
            except (RulesetError, UnknownAmendment):
                raise Problem("no-ruleset", name=name, known=key) from None
            self._amended[slot] = found
        return served, found

    def _folders(self) -> list[Path]:
        if self.folder is None:
            return [shipped("rulesets") / SHIPPED]
        if any(self.folder.glob("*.law")):
            return [self.folder]
        return sorted(p for p in self.folder.iterdir() if p.is_dir() and not p.name.startswith(".") and any(p.glob("*.law")))

    def _state(self) -> State:
        """Every file that a load could read."""
        places: list[Path] = [*self.named.values()]
        with suppress(OSError):
            places += [f.parent if self.folder is not None else f for f in self._folders()]
        found: dict[str, tuple[int, int]] = {}
        for place in dict.fromkeys(places):
            for path in place.rglob("*"):
                if path.suffix in _READ:
                    with suppress(OSError):  # gone between two looks
                        stat = path.stat()
                        found[str(path)] = (stat.st_mtime_ns, stat.st_size)
        return found

    def _loaded(self) -> tuple[dict[str, Served], dict[str, dict[str, str]]]:
        """What serves from now on, and which folders fail."""
        found: dict[str, Served] = {}
        failed: dict[str, dict[str, str]] = {}
        before = {served.folder: served for served in self.now.values()}
        try:
            folders: Iterable[Path] = self._folders()
        except OSError as error:
            return dict(self.now), {"": _why(error)}
        for folder in folders:
            try:
                served = self._served(folder)
                if not any(t.result is not None for t in served.rules.rulebook.terms.values()):
                    continue
            except (RulesetError, FiguresError, OSError) as error:
                failed[folder.name] = _why(error)
                if folder not in before:
                    continue
                served = before[folder]
            found[served.key] = served
        return found, failed

    def _served(self, folder: Path) -> Served:
        rules = load(folder, keep=self.keep)
        figures: dict[str | None, tuple[Path | str | None, str]] = {None: (None, figures_digest(rules.figures(None)))}
        for name, place in {ILLUSTRATIVE: Path(ILLUSTRATIVE), **self.named}.items():
            choice: Path | str = ILLUSTRATIVE if name == ILLUSTRATIVE else place
            with suppress(FiguresError):  # tables of another ruleset
                figures[name] = (choice, figures_digest(rules.figures(choice)))
        drafts = tuple(key for key, path in shipped_acts(folder).items() if is_draft(path))
        _ = rules.meaning
        return Served(rules, folder, figures, drafts)


def _why(error: Exception) -> dict[str, str]:
    """The first problem, in both languages."""
    if isinstance(error, RulesetError):
        return {lang: error.problems[0].render(lang).splitlines()[0] for lang in LANGUAGES}
    if isinstance(error, FiguresError):
        return error.message.to_dict()
    return reason(error).to_dict() if isinstance(error, OSError) else dict.fromkeys(LANGUAGES, type(error).__name__)
