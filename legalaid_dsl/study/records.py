"""What the templates of studies may print: frozen records of text, without methods."""

from __future__ import annotations

import attrs


@attrs.frozen(slots=True)
class Difference:
    """One result before and after. ``change``: with its sign, empty where a side gives none."""

    name: str
    before: str
    after: str
    change: str


@attrs.frozen(slots=True)
class Step:
    """One decision that came out otherwise. A side is empty where it was not made. ``cites_before``:
    the provisions that no longer decide it."""

    name: str
    subject: str
    before: str
    after: str
    cites_before: str
    cites_after: str


@attrs.frozen(slots=True)
class Said:
    message: str
    cites: str


@attrs.frozen(slots=True)
class Because:
    """Why: the decision that made the difference, what follows from it, what is said of the case."""

    first: Step | None
    then: tuple[Step, ...]
    beside: tuple[Step, ...]
    said: tuple[Said, ...]
    unsaid: tuple[Said, ...]


@attrs.frozen(slots=True)
class Case:
    """One case with what became of it."""

    name: str
    place: int
    kind: str
    status_before: str
    status_after: str
    results: tuple[Difference, ...]
    because: Because
    facts: str = ""  # the case file, of the smallest cases
    like: str = ""  # the given case that it came from


@attrs.frozen(slots=True)
class Kind:
    """How many cases of a kind, and what their numbers come to."""

    kind: str
    number: int
    changes: tuple[str, ...]


@attrs.frozen(slots=True)
class Total:
    name: str
    before: str
    after: str
    change: str


@attrs.frozen(slots=True)
class Group:
    name: str
    number: int
    kinds: tuple[tuple[str, int], ...]
    changes: tuple[str, ...]
    left_out: int


@attrs.frozen(slots=True)
class Breakdown:
    name: str
    things: str  # what is counted: cases, or items of one kind
    groups: tuple[Group, ...]


@attrs.frozen(slots=True)
class Value:
    """A fact of the stated domain and what it was given."""

    name: str
    number: int
    values: str


@attrs.frozen(slots=True)
class Search:
    tried: int
    usable: int
    examples: int
    boundaries: int
    seed: int
    things: tuple[tuple[str, int], ...]
    values: tuple[Value, ...]


@attrs.frozen(slots=True)
class Part:
    name: str
    shares: tuple[str, ...]
    errors: tuple[str, ...]
    alone: bool


@attrs.frozen(slots=True)
class CaseParts:
    name: str
    whole: str
    shares: tuple[tuple[str, str], ...]


@attrs.frozen(slots=True)
class Attribution:
    exact: bool
    orders: int
    seed: int
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    whole: tuple[str, ...]
    cases: tuple[CaseParts, ...]
    not_split: int
    joint: int


@attrs.frozen(slots=True)
class Claim:
    """``holds``: none of the cases looked at refutes it."""

    text: str
    holds: bool
    looked_at: int
    broken: int
    silent: int


@attrs.frozen(slots=True)
class CompareView:
    lang: str
    ruleset: str
    base: str
    amended: str
    digest_before: str
    digest_after: str
    reliability: str
    provisions: str  # that differ
    number: int  # of cases given; 0 when there was a search
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    totals: tuple[Total, ...]
    left_out: int
    breakdowns: tuple[Breakdown, ...]
    cases: tuple[Case, ...]
    more_cases: int
    smallest: tuple[Case, ...]
    search: Search | None
    attribution: Attribution | None
    claim: Claim | None


@attrs.frozen(slots=True)
class Effect:
    """What one choice, or several together, decide. ``apart``: where the choices alone do not add up to it."""

    choices: tuple[str, ...]
    ids: tuple[str, ...]
    decided: int
    kinds: tuple[tuple[str, int], ...]
    changes: tuple[str, ...]
    apart: tuple[str, ...]
    left_out: int  # of them in no sum, beside those that never are


@attrs.frozen(slots=True)
class Reading:
    """One reading over many cases."""

    id: str
    question: str
    now: str
    why: str
    cites: str
    effects: tuple[Effect, ...]


@attrs.frozen(slots=True)
class Choice:
    """One choice for one case: what comes out under it and under the one in force, and why."""

    id: str
    question: str
    cites: str
    now: str
    chosen: str
    before: str
    after: str
    case: Case


@attrs.frozen(slots=True)
class ReadingsView:
    """``choices``: where there is one case only. ``without``: questions on which nothing turns.
    ``combined``: combinations that do not simply add up; ``least`` and ``most`` of all by the last number."""

    lang: str
    ruleset: str
    reliability: str
    number: int
    name: str
    results: str
    columns: tuple[str, ...]
    readings: tuple[Reading, ...]
    choices: tuple[Choice, ...]
    without: tuple[str, ...]
    left_out: int
    combined: tuple[Effect, ...]
    adding_up: int
    more_combined: int
    least: Effect | None
    most: Effect | None
    skipped: int
    unpaired: int
