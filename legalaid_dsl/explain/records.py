"""What a template may print: frozen records of text, without methods."""

from __future__ import annotations

import attrs


@attrs.frozen(slots=True)
class Line:
    """One result: its name, its value with unit, and its bounds when it is withheld."""

    name: str
    value: str
    between: tuple[str, str] | None = None


@attrs.frozen(slots=True)
class Row:
    """One provider or work entry with its results."""

    id: str
    about: str
    lines: tuple[Line, ...]
    cells: tuple[str, ...]  # the values of the lines, one a column
    cites: str


@attrs.frozen(slots=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@attrs.frozen(slots=True)
class Limit:
    value: str
    floor: bool
    cites: str


@attrs.frozen(slots=True)
class Step:
    """One decision of the case or of a provider."""

    name: str
    subject: str
    value: str
    cites: str
    limits: tuple[Limit, ...]


@attrs.frozen(slots=True)
class Refused:
    """Work that is not counted: by which provision, and what would have changed that."""

    subject: str
    cites: str
    unless: tuple[str, ...]


@attrs.frozen(slots=True)
class Cut:
    """What a ceiling took, or a floor gave."""

    subject: str
    name: str
    limit: str
    amount: str
    before: str
    cites: str
    floor: bool


@attrs.frozen(slots=True)
class Question:
    text: str
    subject: str
    path: str
    cites: str


@attrs.frozen(slots=True)
class Reading:
    id: str
    question: str
    chosen: str
    others: tuple[str, ...]
    cites: str


@attrs.frozen(slots=True)
class Figure:
    name: str
    value: str
    status: str
    source: str


@attrs.frozen(slots=True)
class Finding:
    message: str
    subject: str
    cites: str


@attrs.frozen(slots=True)
class Provision:
    name: str
    headnote: str
    instrument: str
    quote: tuple[str, ...] = ()  # the official text's paragraphs, where it is attached
    amended: tuple[tuple[str, str], ...] = ()  # by which act (and where in it), from which day


@attrs.frozen(slots=True)
class View:
    """Everything an explanation says, in order."""

    lang: str
    case_id: str
    ruleset: str
    status: str
    reliability: str
    law_at: str
    results: tuple[Line, ...]
    tables: tuple[Table, ...]
    steps: tuple[Step, ...]
    refused: tuple[Refused, ...]
    cuts: tuple[Cut, ...]
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    readings: tuple[Reading, ...]
    figures: tuple[Figure, ...]
    provisions: tuple[Provision, ...]
    drafts: tuple[str, ...]  # the names of draft acts under which the case was decided
    digest: str
