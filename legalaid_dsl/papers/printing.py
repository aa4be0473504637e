"""All papers of some cases as files: which papers there are, in which formats, under which names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from ..api import Result
from ..basics.bilingual import BilingualError
from .payments import as_texts, list_of, workbook
from .printed import docx, office_words, pdf
from .record import CasePapers, Json
from .said import both

PAPERS: Final = ("statement", "schedule", "notice", "payments")
FORMATS: Final = ("pdf", "docx", "xlsx")
_OF: Final = {"statement": ("pdf", "docx"), "schedule": ("pdf", "docx"), "notice": ("pdf", "docx"), "payments": ("pdf", "xlsx")}
_LONGEST: Final = 60  # letters of a name of a file


class Nobody(BilingualError):
    """Papers are asked for of somebody whom no case pays."""


@attrs.frozen
class Asked:
    """``who``: only the papers of these, by id; ``month``: of the list (2026-09); ``folder``: layouts of an office."""

    papers: tuple[str, ...] = PAPERS
    formats: tuple[str, ...] = FORMATS
    lang: str = "en"
    who: tuple[str, ...] = ()
    month: str = ""
    same_ids: bool = False
    folder: Path | None = None


def printed(decided: Iterable[tuple[Result, Mapping[str, Any]]], asked: Asked) -> Iterator[tuple[str, bytes]]:
    """The papers of decided cases, each with the name of its file. A notice is for those of whom something was not accepted.
    Raises Nobody."""
    office = office_words(asked.folder, asked.lang)
    folders = (asked.folder,) if asked.folder is not None else ()
    cases = [CasePapers(result, facts, asked.lang, office, folders) for result, facts in decided]
    people = [p.id for case in cases for p in case.view.people]
    if unknown := [x for x in asked.who if x not in people]:
        raise Nobody.of(both("unknown", "person", given=unknown[0], known=", ".join(dict.fromkeys(people)) or "–"))
    names = _Names(asked.lang)
    for case in cases:
        for paper, who, made in _of_case(case, asked):
            for form in (f for f in _OF[paper] if f in asked.formats):
                data = (pdf if form == "pdf" else docx)(paper, made(), asked.folder)
                yield names.of(paper, form, case.view.case_id, who), data
    if "payments" in asked.papers and cases:
        listed = list_of(cases, asked.lang, month=asked.month, same_ids=asked.same_ids, office=office)
        for form in (f for f in _OF["payments"] if f in asked.formats):
            data = pdf("payments", as_texts(listed), asked.folder) if form == "pdf" else workbook(listed)
            yield names.of("payments", form, asked.month), data


def _of_case(case: CasePapers, asked: Asked) -> Iterator[tuple[str, str, Callable[[], Json]]]:
    """The papers of one case: which, of whom, and what they say."""
    people = [p for p in case.view.people if not asked.who or p.id in asked.who]
    if "schedule" in asked.papers:
        yield "schedule", "", case.schedule
    for person in people:
        if "statement" in asked.papers:
            yield "statement", person.id, lambda p=person: case.statement(p)  # type: ignore[misc]
        if "notice" in asked.papers and case.notice(person)["lines"]:
            yield "notice", person.id, lambda p=person: case.notice(p)  # type: ignore[misc]


@attrs.define
class _Names:
    """Names of files that no case can choose: letters, digits, dots and lines between; each once."""

    lang: str
    given: set[str] = attrs.field(factory=set)

    def of(self, paper: str, form: str, *parts: str) -> str:
        plain = "_".join([paper, *("".join(c if c.isalnum() or c in ".-" else "_" for c in p)[:_LONGEST] for p in parts if p)])
        name, n = f"{plain}.{self.lang}.{form}", 1
        while name.casefold() in self.given:
            n += 1
            name = f"{plain}-{n}.{self.lang}.{form}"
        self.given.add(name.casefold())
        return name
