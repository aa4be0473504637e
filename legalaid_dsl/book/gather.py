"""What a book is made of: the text in force, what its examples decide, and the acts that change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import attrs

from ..api import Rules, load
from ..basics.bilingual import Bilingual
from ..basics.citation import Citation
from ..language import tree
from ..rulebook.amend.book import at_heading
from ..rulebook.amend.draft_acts import is_draft, shipped_acts
from ..rulebook.files.official import Provision, attached
from ..rulebook.load import Survey, load_rulebook, survey
from ..rulebook.model import Rulebook
from ..workbench.coverage.survey import Coverage, coverage
from ..workbench.examples.runner import Outcome
from ..workbench.redline import Changed, redline


@attrs.frozen(slots=True)
class Line:
    """A sentence as it stands in a file, with the tongue it was written in."""

    node: tree.Statement
    lang: str


@attrs.frozen(slots=True, eq=False)
class Step:
    """What the text became on a day. ``draft``: only if the act were made. ``acts``: their names."""

    acts: tuple[Bilingual, ...]
    draft: bool
    from_date: date
    before: Survey
    after: Survey

    def changes(self, lang: str) -> list[Changed]:
        return redline(self.before, self.after, lang)


@attrs.frozen(slots=False, eq=False)
class Law:
    """A ruleset as it stands on its last day, read, tried and dated."""

    rules: Rules
    survey: Survey
    coverage: Coverage
    outcomes: tuple[Outcome, ...]
    steps: tuple[Step, ...]

    @property
    def rulebook(self) -> Rulebook:
        return self.rules.rulebook

    @cached_property
    def lines(self) -> Mapping[Citation, Sequence[Line]]:
        """The sentences of every provision, in order; what stands before the first has the instrument's address."""
        found: dict[Citation, list[Line]] = {}
        for file in self.survey.files:
            at = Citation(file.instrument)
            for block in file.blocks:
                at = at_heading(block.heading, at)
                found.setdefault(at, []).extend(Line(s, file.lang) for s in block.statements)
        return found

    @cached_property
    def official(self) -> Mapping[str, Mapping[Citation, Provision]]:
        """Language → the official words that are attached, of this ruleset and of those that it uses."""
        folders = dict.fromkeys([Path(self.rulebook.folder), *(f.path.parent for f in self.survey.files)])
        return {lang: {c: p for folder in folders for c, p in attached(folder, lang).items()} for lang in ("en", "vi")}


def read(folder: Path, amendments: Iterable[str | Path] = (), at: date | None = None, drafts: bool = True) -> Law:
    """A ruleset without its examples: ``tried`` adds them. Raises RulesetError, UnknownAmendment.

    ``drafts``: whether the history tells of the draft acts beside the ruleset too.
    """
    asked = tuple(amendments)
    rules = load(folder, amendments=asked, at=at)
    if rules.timeline is None:
        load_rulebook(folder)  # with every problem, where there is one
        found, steps = survey(folder), list[Step]()
        assert found.rulebook is not None
        rules = Rules(found.rulebook)
    else:
        steps, found = _steps(rules), rules.timeline.texts[-1].survey
        rules = rules.at(date.max)
    named = {str(a) for a in asked} | {Path(a).stem for a in asked}
    for name, path in shipped_acts(folder).items() if drafts else ():
        if is_draft(path) and name not in named:
            steps += _steps(load(folder, amendments=[*asked, path]), path)
    return Law(rules, found, coverage(rules, ()), (), tuple(steps))


def tried(law: Law, outcomes: Sequence[Outcome]) -> Law:
    """The same with its examples, run under ``law.rules``."""
    return attrs.evolve(law, outcomes=tuple(outcomes), coverage=coverage(law.rules, outcomes))


def _steps(rules: Rules, only: Path | None = None) -> list[Step]:
    """Day by day what came into effect; ``only``: what an act brings, beside whatever else does."""
    assert rules.timeline is not None
    texts, found = rules.timeline.texts, list[Step]()
    for before, after in pairwise(texts):
        new = [s for s in after.version.sentences if s.from_date == after.from_date]
        acts = {s.act.path: after.rulebook.act_names.get(s.act.instrument, Bilingual(s.act.instrument, s.act.instrument)) for s in new}
        if only is None or only in acts:
            draft = any(is_draft(path) for path in acts)
            found.append(Step(tuple(acts.values()), draft, after.from_date, before.survey, after.survey))
    return found
