"""The examples beside an amending act, and those of the rules, decided with it and without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ...api import Rules, load
from ...basics.problem import RulesetError
from ...cases.case_file import WorkedCase, read_cases
from ...rulebook.amend.draft_acts import FOLDER
from ...workbench.examples.runner import case_files
from ..desk import Desk, Json
from ..jobs import Job
from ..trials import tried
from .amending import laid_out


def beside(desk: Desk, act: str, lang: str, readings: Mapping[str, str]) -> Json:
    """The examples of ``amendments/ACT.case``, decided with the act, and what is different without it; ``wrong``: why they are not.
    None of an act that has just been given up: its window still shows it."""
    path = desk.folder.root / FOLDER / f"{act}.law"
    with desk.lock:
        gone = path not in desk.texts and not path.is_file()
    if gone:
        return {"trials": [], "wrong": ""}
    with laid_out(desk, act) as found:
        folder = Path(found.base)
        try:
            return {"trials": list(_own(folder, act, lang, readings)), "wrong": ""}
        except RulesetError as error:
            return {"trials": [], "wrong": _said(error, lang)}


def examples(desk: Desk, act: str, lang: str, job: Job) -> None:
    """Those beside the act, and of those beside the rules the ones that come out otherwise with it, or fail."""
    with laid_out(desk, act) as found:
        folder = Path(found.base)
        job.told = {"of_files": []}
        try:
            own = list(_own(folder, act, lang, {}))
            job.told = {"of_files": [{"name": f"{FOLDER}/{act}.case", "trials": own}] if own else []}
            with_it, without = load(folder, amendments=[folder / FOLDER / f"{act}.law"]), load(folder)
            cases = read_cases(without.rulebook, case_files(folder))
        except RulesetError as error:
            job.told = {"of_files": [], "wrong": _said(error, lang)}
            return
        told: dict[str, list[Json]] = {}
        for done, case in enumerate(cases, 1):
            job.progress(done, 0, len(cases))
            one = _told(with_it, without, case, lang, {})
            if one["changes"] or not one["passed"]:
                told.setdefault(Path(case.node.span.source.name).name if case.node.span is not None else "", []).append(one)
        job.told = {"of_files": [*job.told["of_files"], *({"name": name, "trials": trials} for name, trials in told.items())]}


def _own(folder: Path, act: str, lang: str, readings: Mapping[str, str]) -> Iterator[Json]:
    place = folder / FOLDER / f"{act}.case"
    if place.is_file():
        with_it, without = load(folder, amendments=[folder / FOLDER / f"{act}.law"]), load(folder)
        for case in read_cases(with_it.rulebook, [place]):
            yield _told(with_it, without, case, lang, readings)


def _told(with_it: Rules, without: Rules, case: WorkedCase, lang: str, readings: Mapping[str, str]) -> Json:
    span = case.node.span
    line = span.source.place(span.start)[0] if span is not None else 0
    return {**tried(with_it, case, readings).told(tried(without, case, readings), with_it.rulebook, lang, line), "act": True}


def _said(error: RulesetError, lang: str) -> str:
    first = error.problems[0]
    place = first.span.source
    return f"{Path(place.name).name}:{place.place(first.span.start)[0]}: {first.message[lang]}"
