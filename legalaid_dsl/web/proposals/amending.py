"""What is proposed: the edits since the studio was opened, or an amending act; each as the other, and as a redline of its days."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.output import write_whole
from ...basics.problem import RulesetError
from ...explain.numbers import day
from ...rulebook.amend.draft_acts import FOLDER, is_draft, shipped_acts
from ...rulebook.amend.load import InForce, amended
from ...rulebook.load import Survey, survey
from ...service.problems import Problem
from ...workbench.enacting.write import Heading, enact, lines_left
from ...workbench.redline import redline, redline_page
from ..desk import Desk, Json

EDITS: Final = ""  # what is proposed, where it is no act
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")
_LEFT_OUT: Final = (".history", "official_text", "__pycache__", ".git")


@attrs.frozen(slots=True)
class Proposal:
    """Two rulesets as commands name them: a folder, or ``FOLDER+ACT``. ``names``: as people do."""

    base: str
    amended: str
    names: tuple[str, str]


def proposals(desk: Desk) -> list[Json]:
    """The edits first, then the acts beside the rules."""
    changed = [desk.folder.name(p) for p, _ in desk.changed() if p.parent == desk.folder.root and p.suffix == ".law"]
    found: list[Json] = [{"id": EDITS, "name": "", "changed": changed, "draft": True}]
    paths = {p.stem: p for p in desk.texts if p.parent.name == FOLDER and p.suffix == ".law"} | shipped_acts(desk.folder.root)
    for key, path in sorted(paths.items()):
        found.append({"id": key, "name": desk.folder.name(path), "changed": [], "draft": not path.is_file() or is_draft(path)})
    return found


# ------------------------------------------------------------------ the two texts in folders, as commands take them


@contextmanager
def laid_out(desk: Desk, which: str) -> Iterator[Proposal]:
    """Copies that stand still while something longer is made of them. Raises Problem for an act that there is not."""
    with tempfile.TemporaryDirectory(prefix="legalaid-studio-") as room:
        with desk.lock:
            now = _copied(desk, Path(room) / "now", desk.texts, {})
            name = desk.folder.root.name
            if which == EDITS:
                first = _copied(desk, Path(room) / "first", {}, desk.first_texts)
                found = Proposal(str(first), str(now), (name, f"{name}*"))
            elif not _KEY.fullmatch(which) or not (now / FOLDER / f"{which}.law").is_file():
                raise Problem("not-found", what=which[:40])
            else:
                found = Proposal(str(now), f"{now}+{which}", (name, f"{name}+{which}"))
        yield found


def _copied(desk: Desk, room: Path, texts: Mapping[Path, str], first: Mapping[Path, str]) -> Path:
    """The folder with those beside it that it may use. ``texts`` take the place of what is saved; ``first``: that is all there is."""
    root = desk.folder.root
    for folder in sorted(p for p in root.parent.iterdir() if p.is_dir() and any(p.glob("*.law"))):
        shutil.copytree(folder, room / folder.name, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=False, ignore_dangling_symlinks=True)
    made = room / root.name
    if first:
        for path in [*made.glob("*.law"), *made.glob(f"{FOLDER}/*.law")]:
            path.unlink()
    for path, text in {**first, **texts}.items():
        target = made / path.relative_to(root)
        target.parent.mkdir(exist_ok=True)
        write_whole(target, text)
    return made


# ------------------------------------------------------------------ as a text


def shown(desk: Desk, which: str, lang: str, title: str, about: str) -> Json:
    """The redline of every day on which the text changes, and the consolidated files. Raises Problem."""
    if which == EDITS:
        with desk.lock:
            now = desk.project.state().survey
            page = redline_page(redline(desk.first, now, lang), lang, title, ("", ""), about)
            texts = {desk.folder.name(p): text for p, text in desk.changed() if p.suffix == ".law"}
        return {"days": [{"day": "", "said": "", "page": page}], "texts": texts, "act": "", "errors": []}
    with laid_out(desk, which) as found:
        folder = Path(found.base)
        act = folder / FOLDER / f"{which}.law"
        try:
            periods = amended(folder, [act])
        except RulesetError as error:
            errors = [{"line": p.span.source.place(p.span.start)[0], "message": p.message[lang], "hint": p.hint[lang] if p.hint else ""} for p in error.problems]
            return {"days": [], "texts": {}, "act": act.read_text("utf-8"), "errors": errors}
        days = [_day(periods[0].survey, one, before, lang, title) for before, one in pairwise(periods)]
        texts = {}
        for path, text in periods[-1].version.texts.items():
            if path.parent == folder and text != path.read_text("utf-8"):
                texts[path.name] = text
        return {"days": days, "texts": texts, "act": act.read_text("utf-8"), "errors": []}


def _day(base: Survey, found: InForce, before: InForce, lang: str, title: str) -> Json:
    page = redline_page(redline(before.survey, found.survey, lang), lang, title, _from(before, found))
    names = [c.name(lang) for c in found.version.changed]
    return {"day": found.from_date.isoformat(), "said": day(found.from_date.isoformat(), lang), "page": page, "provisions": names}


def _from(before: InForce, found: InForce) -> tuple[str, str]:
    first = "" if before.from_date == date.min else before.from_date.isoformat()
    return first, found.from_date.isoformat()


# ------------------------------------------------------------------ edits as an act, and an act as edits


def written(desk: Desk, form: Json, lang: str) -> Json:
    """The act that makes the edits. Raises Problem while the text has errors or the form is not complete."""
    heading = _heading(form)
    with laid_out(desk, EDITS) as folders:
        base, edited = (survey(Path(folder)) for folder in (folders.base, folders.amended))
        try:
            found = enact(base, edited, heading, lang)
        except RulesetError as error:
            said = error.problems[0].message
            raise Problem("law-has-errors", en=said.en, vi=said.vi) from None
    return {"key": heading.key, "text": found.text, "left": lines_left(found, base, lang)}


def sent(given: Json) -> tuple[str, str] | None:
    """The key and text of an act that a page shows."""
    key, text = given.get("key"), given.get("text")
    return (key, text) if isinstance(key, str) and _KEY.fullmatch(key) and isinstance(text, str) and text else None


def _heading(form: Json) -> Heading:
    key, number = str(form.get("key") or "").strip(), " ".join(str(form.get("number") or "").split()).replace('"', "”")
    title = " ".join(str(form.get("title") or "").split()).replace('"', "”")
    try:
        start = date.fromisoformat(str(form.get("from") or ""))
    except ValueError:
        raise Problem("form-incomplete") from None
    if not _KEY.fullmatch(key) or not title:
        raise Problem("form-incomplete")
    return Heading(key, number or key.upper(), Bilingual(title, title), start)


def instead(desk: Desk, form: Json, lang: str) -> Json:
    """The act takes the place of the edits: the rules stand as they were when the studio was opened, and the act beside them.

    All are drafts until they are saved; what they were can be restored. Raises Problem."""
    made = written(desk, form, lang)
    if not made["text"] or made["left"]:
        raise Problem("not-said", what="; ".join(made["left"]) or "–")
    with desk.lock:
        act = desk.folder.path(f"{FOLDER}/{made['key']}.law")
        for path, text in list(desk.changed()):
            if path.parent == desk.folder.root and path.suffix == ".law":
                _put(desk, path, desk.first_texts.get(path, ""), text)
        _put(desk, act, made["text"], desk.text(act))
    return {"name": desk.folder.name(act)}


def carried_out(desk: Desk, which: str, lang: str) -> Json:
    """The rules as the act makes them, as edits. Raises Problem where it cannot be carried out."""
    found = shown(desk, which, lang, "", "")
    if found["errors"]:
        raise Problem("law-has-errors", en=found["errors"][0]["message"], vi=found["errors"][0]["message"])
    with desk.lock:
        for name, text in found["texts"].items():
            path = desk.folder.path(name)
            _put(desk, path, text, desk.text(path))
    return {"changed": list(found["texts"])}


def _put(desk: Desk, path: Path, text: str, before: str) -> None:
    if before and before != text:
        desk.folder.remember(path, before)
    desk.put(path, text)

