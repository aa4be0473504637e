"""Going to where a name or an address is declared, to every place that uses it, and renaming it."""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from ...basics.bilingual import LANGUAGES, BilingualError
from ...basics.citation import Citation
from ...basics.source import Source
from ...language.grammar import surface
from ...rulebook.resolve.glossary import Entry
from .occurrences import Occurrence, Target, everywhere
from .project import Project
from .words import words


class NotRenamed(BilingualError):
    """Why a name cannot be changed so."""


def _not(code: str, new: str = "") -> NotRenamed:
    return NotRenamed(*(words("renaming", lang)[code].format(new=new) for lang in LANGUAGES))


@attrs.frozen(slots=True, eq=False)
class Found:
    path: Path
    occurrence: Occurrence


@attrs.frozen(slots=True, eq=False)
class Edit:
    path: Path
    source: Source
    start: int
    end: int
    text: str


def uses(project: Project, target: Target) -> list[Found]:
    """Every place of a target; of a provision also those of its parts that are addressed."""
    found = []
    for occurrence, path in everywhere(project.state()):
        if occurrence.target == target or (not occurrence.declares and _inside(occurrence.target, target)):
            found.append(Found(Path(str(path)), occurrence))
    return found


def _inside(found: Target, wanted: Target) -> bool:
    return (
        isinstance(found, Citation) and isinstance(wanted, Citation) and bool(wanted.article) and found.within(wanted)
    )


def declarations(project: Project, target: Target) -> list[Found]:
    return [f for f in uses(project, target) if f.occurrence.declares and f.occurrence.target == target]


def rename(project: Project, at: Occurrence, new: str) -> list[Edit]:
    """The edits that give one name of a target (in one language, one of its forms) another wording.

    They are tried on the texts before they are handed out: nothing may be wrong afterwards that was
    right before, and every rule must mean the same.
    """
    if not isinstance(at.target, Entry) or at.target.kind in ("reading", "case"):
        raise _not("glossary")
    new = " ".join(new.split())
    if not re.fullmatch(r"[^\W_][^\"#|\n]*", new):
        raise _not("name", new)
    if any(re.fullmatch(pattern, new) for pattern in surface(at.lang).values()):
        raise _not("keyword", new)
    old = _words(at)
    found = [f for f in uses(project, at.target) if f.occurrence.lang == at.lang and _words(f.occurrence) == old]
    edits = [_edit(f, new) for f in found]
    _try(project, edits)
    return edits


def _words(occurrence: Occurrence) -> str:
    words = " ".join(occurrence.source.text[occurrence.start : occurrence.end].split())
    return words[:1].lower() + words[1:]


def _edit(found: Found, new: str) -> Edit:
    o = found.occurrence
    first = o.source.text[o.start]
    shown = new[:1].upper() + new[1:] if first.isupper() and not o.declares else new
    return Edit(found.path, o.source, o.start, o.end, shown)


def _try(project: Project, edits: list[Edit]) -> None:
    before = project.state().survey
    texts = dict(project.texts)
    for path, text in changed(edits).items():
        texts[path] = text
    tried = Project(project.folder, texts, project.parsers)
    after = tried.state().survey
    errors = [p for p in after.problems if not p.warning]
    if len(errors) > len([p for p in before.problems if not p.warning]):
        raise NotRenamed.of(errors[0].message)
    rules = before.collector.rules, before.collector.refusals, before.collector.findings
    if rules != (after.collector.rules, after.collector.refusals, after.collector.findings):
        raise _not("rules")
    worse = sum(len(p.problems) for c in tried.state().cases for p in c.pieces) + len(tried.worked()[1])
    if worse > sum(len(p.problems) for c in project.state().cases for p in c.pieces) + len(project.worked()[1]):
        raise _not("examples")


def changed(edits: list[Edit]) -> dict[Path, str]:
    """The texts of the files after the edits."""
    texts: dict[Path, str] = {}
    for path in {e.path for e in edits}:
        own = sorted((e for e in edits if e.path == path), key=lambda e: -e.start)
        text = own[0].source.text
        for edit in own:
            text = text[: edit.start] + edit.text + text[edit.end :]
        texts[path] = text
    return texts
