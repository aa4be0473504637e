"""What stands beside the text while it is drafted: coverage, readings, guarantees, and sentences written by forms."""

from __future__ import annotations

import re
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ..api import Rules
from ..basics.bilingual import LANGUAGES, Bilingual
from ..basics.problem import RulesetError
from ..basics.source import Source
from ..language import tree
from ..language.printing.expressions import Printer
from ..language.printing.layout import Layout
from ..rulebook.files.official import attached
from ..rulebook.model import Rulebook
from ..service.problems import Problem
from ..workbench.coverage.survey import Covered, coverage
from ..workbench.examples.runner import run_case
from ..workbench.server.project import Project, State
from .desk import Desk, Json
from .jobs import Job

SECONDS: Final = 5.0  # for each question to the prover
CASES: Final = 600  # tried for each guarantee
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")
_LABEL: Final = re.compile(r"[0-9a-zđ]{1,8}", re.IGNORECASE)


# ------------------------------------------------------------------ the official text


def official(state: State, path: Path, lang: str) -> Json:
    """The words attached to each provision of a file, those in the reader's tongue first, and where it stands in the file. Raises Problem."""
    try:
        texts = {x: attached(path.parent, x) for x in sorted(LANGUAGES, key=lambda x: x != lang)}
    except RulesetError as error:
        said = error.problems[0].message
        raise Problem("law-has-errors", en=said.en, vi=said.vi) from None
    found = [
        {"line": line, "name": at.name(lang), "texts": [{"lang": x, "text": there[at].words} for x, there in texts.items() if at in there]}
        for line, at in _headings(state, path)
    ]  # fmt: skip
    return {"attached": any(texts.values()), "provisions": [f for f in found if f["texts"]], "lang": lang, "folder": str(path.parent)}


# ------------------------------------------------------------------ coverage


def covered(desk: Desk, name: str, lang: str, job: Job) -> None:
    """The lines of a file on which provisions begin, with what the examples show of each: first those beside the file, then all."""
    with desk.lock:
        rules, path = desk.rules()[0], desk.folder.path(name)
        places = {c: p for p, c in _headings(desk.project.state(), path)}
        own, every = desk.project.worked(path.with_suffix(".case"))[0], desk.project.worked()[0]
    job.told = {"lines": []}
    if rules is None or not places:
        return
    keys = {c.key for c in own}
    ordered = [*(c for c in every if c.key in keys), *(c for c in every if c.key not in keys)]
    outcomes = []
    for done, case in enumerate(ordered, 1):
        job.progress(done, 0, len(ordered))
        outcomes.append(run_case(rules, case))
        if done in (len(keys), len(ordered)):
            found = coverage(rules, outcomes)
            told = [_told(c, places[c.provision.citation], lang) for c in found.binding if c.provision.citation in places]
            job.told = {"lines": sorted(told, key=lambda t: t["line"])}


def _headings(state: State, path: Path) -> list[tuple[int, Any]]:
    found = []
    for file, block, citation in state.headings():
        if file == path and block.heading is not None and block.heading.span is not None and (place := state.place(block.heading.span)):
            found.append((place.source.place(place.start)[0], citation))
    return found


def _told(provision: Covered, line: int, lang: str) -> Json:
    untested = [b.words[lang] for b in provision.boundaries if not b.tested]
    return {"line": line, "state": provision.state, "examples": len(provision.decided_by), "untested": untested[:6]}


# ------------------------------------------------------------------ readings


def readings(book: Rulebook, state: State, root: Any, lang: str) -> list[Json]:
    """Each with its choices, and the file that asks it."""
    files = {c: p for p, b, c in state.headings()}
    return [
        {
            "id": r.id, "question": r.question[lang], "default": r.default, "cites": r.citation.name(lang),
            "file": files[r.citation].name if r.citation in files and files[r.citation].parent == root else "",
            "choices": [{"key": c.key, "name": c.text[lang]} for c in r.choices.values()],
        }
        for r in book.readings.values()
    ]  # fmt: skip


# ------------------------------------------------------------------ guarantees


def guarantees(rules: Rules, chosen: dict[str, str], lang: str, job: Job) -> None:
    """Every guarantee with its verdict, as ``legalaid guarantees`` says it, in less time: z3 is asked where it is there."""
    from ..study.proof.ask import Asker
    from ..study.proof.bounds import Bounds
    from ..study.proof.law import Law
    from ..study.proof.report import SIGNS
    from ..study.proof.words import VERDICTS

    text = rules.timeline.periods[-1][1] if rules.timeline is not None else rules
    text.prepared(chosen)
    law = Law(text, rules, chosen, text.figures(None))
    asker = Asker(law, Bounds.default(law.book), find_spec("z3") is not None, SECONDS, CASES, True)
    keys = [*(g.code for g in law.book.guarantees), *(g.code for g in law.book.never_lowers)]
    told: list[Json] = []
    job.told = {"guarantees": told}
    for done, key in enumerate(keys):
        job.progress(done, 0, len(keys))
        told += [
            {
                "key": v.key, "sign": SIGNS[v.verdict], "verdict": v.verdict, "said": VERDICTS[v.verdict][lang], "message": v.message[lang],
                "reason": v.reason[lang], "cites": v.citation.name(lang) if v.citation is not None else "", "case": v.case,
            }
            for v in asker.all(key)
        ]  # fmt: skip


# ------------------------------------------------------------------ sentences written by forms


def written(project: Project, text: str, form: Json) -> str:
    """The text that a form asks for, laid out in the tongue of the file that it goes into. Raises Problem for what has no form."""
    lang = Source("", text).lang
    layout = Layout(Printer(lang, lambda words, plural, unit: words))
    try:
        nodes = _NODES[str(form.get("kind"))](form)
    except (KeyError, ValueError, TypeError):
        raise Problem("form-incomplete") from None
    lines = []
    for node in nodes:
        if isinstance(node, tree.Provision):
            lines.append(layout.heading(node))
        elif isinstance(node, tree.Example):
            lines += [line for _, line in layout.example(node)]
        else:
            lines.append(layout.statement(node))
    sentence = " ".join(str(form.get("sentence") or "").split())
    return "\n".join([*lines, *([sentence] if sentence else [])]) + "\n"


def _both(form: Json, name: str) -> Bilingual:
    found = Bilingual(*(_plain(form, f"{name}_{lang}") for lang in ("en", "vi")))
    if not found.en and not found.vi:
        raise ValueError(name)
    return found


def _plain(form: Json, name: str, *, needed: bool = False) -> str:
    """Words of one line; a quotation mark would end the text that they stand in."""
    found = " ".join(str(form.get(name) or "").split()).replace('"', "”")
    if needed and not found:
        raise ValueError(name)
    return found


def _key(form: Json, name: str) -> str:
    found = str(form.get(name) or "").strip()
    if not _KEY.fullmatch(found):
        raise ValueError(name)
    return found


def _provision(form: Json) -> list[Any]:
    label, level = str(form["label"]).strip(), form["level"]
    if level not in ("article", "clause", "point") or not _LABEL.fullmatch(label):
        raise ValueError(label)
    return [tree.Provision(level, label, _both(form, "headnote"))]


def _figure(form: Json) -> list[Any]:
    status = form["status"]
    if status not in ("official", "secondary", "supplied", "illustrative"):
        raise ValueError(status)
    until = date.fromisoformat(form["until"]) if form.get("until") else None
    name, value = (tree.Name(_plain(form, x, needed=True)) for x in ("name", "value"))
    return [tree.Figure(name, tree.Path((value,)), date.fromisoformat(form["from"]), until, tree.SourceNote(status, _both(form, "source")))]


def _reading(form: Json) -> list[Any]:
    first = tree.ReadingChoice(_key(form, "first"), True, _both(form, "first"), _both(form, "because"))
    second = tree.ReadingChoice(_key(form, "second"), False, _both(form, "second"))
    return [tree.Reading(_key(form, "key"), _both(form, "question"), (first, second))]


def _example(form: Json) -> list[Any]:
    lines: list[Any] = [tree.Like(_key(form, "like"))] if form.get("like") else []
    for side, made in (("facts", lambda pair: pair), ("expected", tree.ExpectFact)):
        for line in str(form.get(side) or "").splitlines():
            name, mark, value = line.partition("=")
            if mark and name.strip() and value.strip():
                lines.append(made(tree.Pair(tree.Name(" ".join(name.split())), (tree.Name(" ".join(value.split())),))))
        if side == "facts" and form.get("determined"):
            lines.append(tree.ExpectStatus("determined"))
    return [tree.Example(_key(form, "key"), _both(form, "title"), tuple(lines))]


_NODES: Final = {"provision": _provision, "figure": _figure, "reading": _reading, "example": _example}
