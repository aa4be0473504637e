"""What a template may print: frozen records of text, without methods."""

from __future__ import annotations

from collections.abc import Mapping

import attrs


@attrs.frozen(slots=True)
class Line:
    """One result: its name, its value with unit, and its bounds when it is withheld."""

    name: str
    value: str
    between: tuple[str, str] | None = None


@attrs.frozen(slots=True)
class Failed:
    """A part of a condition that failed. ``test``: what is required of ``left``, whose value was ``value`` ("" where none
    is given): against ``right`` (and what that is), or ``choices``; ``lead``: the instrument's words for what is asked.
    ``instead``: whether it would do in place of the one before it."""

    test: str
    left: str
    value: str
    right: str
    right_name: str
    choices: tuple[str, ...]
    lead: str
    cites: str
    within: str
    instead: bool = False


@attrs.frozen(slots=True)
class SumLine:
    """One line of arithmetic: ``formula`` = ``before`` ``sign`` ``bound`` → ``value``; all but the name and the value may be "".
    ``because``: the headnote of a rule that adds a number of its own; ``beside``: what others had first of a shared bound;
    ``whose``: ``all`` (a total over all items), ``other`` (of an item that the statement is not about) or ""; ``passed``:
    whether the name is that of a decision that only takes the number over."""

    name: str
    subject: str
    formula: str
    before: str
    sign: str
    bound: str
    value: str
    rounded: bool
    cites: str
    provision: str  # path of the provision of its rule
    figure: str  # the name of the figure that it is
    because: str = ""
    beside: str = ""
    whose: str = ""
    passed: bool = False


@attrs.frozen(slots=True)
class Group:
    """Lines under one provision, with its headnote."""

    name: str
    headnote: str
    lines: tuple[SumLine, ...]


@attrs.frozen(slots=True)
class Person:
    """All that concerns one whom the money goes to: for a statement of his own."""

    id: str
    about: str
    money: Line  # the amount
    results: tuple[Line, ...]
    sums: tuple[SumLine, ...]
    work: tuple[Table, ...]
    cites: str


@attrs.frozen(slots=True)
class Row:
    """One provider or work entry with its results."""

    id: str
    about: str
    lines: tuple[Line, ...]
    cells: tuple[str, ...]  # the values of the lines, one a column
    cites: str
    sums: tuple[str, ...] = ()  # how its numbers came about
    why_not: tuple[Failed, ...] = ()
    cut: tuple[SumLine, ...] = ()
    of: str = ""  # the id of whose it is, where there are several
    because: tuple[str, ...] = ()  # the headnotes of rules that add a number of their own to its sums


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
class Slice:
    """The part of an amount in one bracket of a scale, its rate, and what it gives."""

    amount: str
    rate: str
    gives: str


@attrs.frozen(slots=True)
class Step:
    """One decision of the case or of a provider."""

    name: str
    subject: str
    value: str
    cites: str
    limits: tuple[Limit, ...]
    slices: tuple[Slice, ...] = ()


@attrs.frozen(slots=True)
class Change:
    """A result that would be another: its value then, and the difference with its sign ("" where there is none to tell)."""

    name: str
    subject: str
    value: str
    by: str


@attrs.frozen(slots=True)
class Otherwise:
    """One thing otherwise: a fact (``name``; "" for the choice of a reading) that had one of ``values``, in place of what is
    stated or ``added`` to it."""

    name: str
    values: tuple[str, ...]
    added: bool
    changes: tuple[Change, ...]


@attrs.frozen(slots=True)
class Refused:
    """Work that is not counted: by which provision, and what would have changed that."""

    subject: str
    cites: str
    unless: tuple[str, ...]
    why_not: tuple[Failed, ...] = ()
    otherwise: tuple[Otherwise, ...] = ()


@attrs.frozen(slots=True)
class Cut:
    """What a ceiling took, or a floor gave: ``was``, together with ``beside`` that others had first, against ``limit``."""

    subject: str
    name: str
    limit: str
    amount: str
    before: str  # what remains
    cites: str
    floor: bool
    was: str
    beside: str
    otherwise: tuple[Otherwise, ...] = ()


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
    otherwise: tuple[Otherwise, ...] = ()


@attrs.frozen(slots=True)
class Figure:
    name: str
    value: str
    status: str
    source: str


@attrs.frozen(slots=True)
class Finding:
    """What a person should look at; also what the law leaves open."""

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
    lacks: tuple[str, ...]  # why it is undetermined, each a key of the words
    results: tuple[Line, ...]
    tables: tuple[Table, ...]
    steps: tuple[Step, ...]
    refused: tuple[Refused, ...]
    cuts: tuple[Cut, ...]
    questions: tuple[Question, ...]
    openings: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    readings: tuple[Reading, ...]
    figures: tuple[Figure, ...]
    provisions: tuple[Provision, ...]
    drafts: tuple[str, ...]  # the names of draft acts under which the case was decided
    digest: str
    masked: tuple[str, ...] = ()  # facts that this copy does not show, by path
    money: tuple[Line, ...] = ()  # the results of the case, the last one that all lead to first
    groups: tuple[Group, ...] = ()
    reasons: tuple[Step, ...] = ()  # what was found of the case that the sums go by: yes, and choices
    people: tuple[Person, ...] = ()
    work: tuple[Table, ...] = ()  # of lines that nobody is paid for by themselves
    what_if: bool = False  # whether it was asked what else could have come out
    base: str = ""  # the language whose sentences the layout uses
    only: str = ""  # a key of the words, where the law has its names in another language only
    words: Mapping[str, str] = attrs.field(factory=dict)  # of the instrument, over those of the layouts
