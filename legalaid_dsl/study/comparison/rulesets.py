"""What a command names: rulesets, with amendments or without, and the parts of an amendment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ...api import Rules, UnknownAmendment, load, rules_of
from ...basics.bilingual import BilingualError
from ...basics.worded import said
from ...rulebook.files.installed import folder_named
from .attribution import MakeRules
from .claims import WORDS
from .parts import parts_by_provision


class NotThere(BilingualError):
    """Something named that is not there."""


def rules_from(text: str, *, dated: bool = True, at: date | None = None) -> Rules:
    """The ruleset that a text names: a folder, or ``FOLDER+ACT`` (with more acts after another ``+``), an act being
    a file or the name of a draft beside the ruleset.

    ``dated``: each case is decided by the text of its own day; else by the last text, whatever the day. ``at``: what takes effect later is not known.
    Raises RulesetError and NotThere.
    """
    folder, acts = named(text)
    try:
        rules = load(folder, amendments=acts, at=at)
    except UnknownAmendment as error:
        raise NotThere.of(error.message) from None
    return rules if dated or rules.timeline is None else rules.timeline.periods[-1][1]


def named(text: str) -> tuple[Path, tuple[str, ...]]:
    """The folder and the acts that a text names."""
    folder, *acts = text.split("+") if not Path(text).exists() else [text]
    if Path(folder).is_dir():
        return Path(folder), tuple(acts)
    installed = folder_named(folder)
    if installed is not None:
        return installed, tuple(acts)
    raise NotThere.of(said(WORDS, "no_folder", folder=folder))


def parts_from(base: Rules, amended: Rules, text: str, *, dated: bool = True) -> tuple[tuple[str, ...], MakeRules]:
    """The parts of what ``text`` names, and the ruleset with some of them: the articles of those acts that the base does not have, or
    for a folder, and for a base that is none of it, the provisions that differ."""
    from ...in_time import acts_for
    from ...rulebook.amend.load import amended as carry_out

    folder, acts = named(text)
    if amended.timeline is None and not acts:
        return parts_by_provision(base, amended)
    paths = acts_for(folder, acts)
    last, had = carry_out(folder, paths)[-1], base.rulebook.act_names
    parts = tuple(dict.fromkeys(s.citation.path for s in last.version.sentences if s.splits and s.citation.instrument not in had))

    def make(chosen: frozenset[str]) -> Rules:
        periods = carry_out(folder, paths, lambda s: s.citation.path in chosen or not s.splits or s.citation.instrument in had)
        rules = rules_of(periods)
        return rules if dated or rules.timeline is None else rules.timeline.periods[-1][1]

    if make(frozenset()).rulebook.digest != base.rulebook.digest:  # the base is another text than this one without the acts
        return parts_by_provision(base, amended)
    return parts, make
