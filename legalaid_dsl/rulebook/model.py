"""The rulebook: everything a ruleset declares and rules, resolved. Frozen after loading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import attrs

from ..basics.bilingual import Bilingual
from ..basics.citation import Citation, by_pattern
from ..basics.source import Span
from ..basics.worded import yes_no
from .meaning import Expression, Reference, Within, walk
from .units import PLAIN, Unit

if TYPE_CHECKING:
    from ..language import tree
    from .resolve.glossary import Glossary

Status = Literal["official", "secondary", "supplied", "illustrative"]
STATUSES: tuple[Status, ...] = ("official", "secondary", "supplied", "illustrative")
ROOT = "case"


@attrs.frozen(slots=True)
class Type:
    """kind: number, yes_or_no, date, text, choice, choices (several of a list), reference, scale, ranges."""

    kind: str
    unit: Unit = PLAIN
    key: str = attrs.field(default="", eq=lambda key: "" if key == "percent" else key)
    # the vocabulary of a choice, the thing of a reference; "percent" for a number shown as one
    of: Unit = PLAIN  # what a scale or ranges are applied to


YES_OR_NO = Type("yes_or_no")
DATE = Type("date")
TEXT = Type("text")


@attrs.frozen(slots=True)
class Choice:
    key: str
    names: Bilingual
    also: tuple[str, ...]  # what it is too, itself included
    rank: int


@attrs.frozen(slots=True)
class Vocabulary:
    key: str
    rising: bool
    choices: Mapping[str, Choice]

    def in_order(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Choices in the order of the glossary."""
        return tuple(sorted(keys, key=list(self.choices).index))


PRESENCE = Vocabulary("_presence", True, {
    "no": Choice("no", yes_no(False), ("no",), 0), "yes": Choice("yes", yes_no(True), ("yes",), 1),
})  # fmt: skip  of ``there are``: what one member of a group says, of no glossary


@attrs.frozen(slots=True)
class Thing:
    """A kind of item that facts are about: the case itself, its providers, its work entries."""

    key: str
    names: Bilingual
    plurals: Bilingual
    listed_in: tuple[str, ...]
    in_order_of: str  # key of a date fact, or empty
    none_unless_stated: bool
    identified: bool  # each has an id of its own


@attrs.frozen(slots=True)
class Result:
    key: str
    condition: Expression | None


@attrs.frozen(slots=True)
class Term:
    """``key`` is ``thing.path``; for facts the path is the key (or keys) in the case file."""

    key: str
    thing: str
    path: tuple[str, ...]
    names: Bilingual
    type: Type
    fact: bool
    none_unless_stated: bool
    no_unless_stated: bool
    each_once: bool  # a list that may not repeat a choice
    inverse_of: str  # key of the reference that this one turns round, or empty
    one_to_one: bool  # a reference whose inverse is named: no two may refer to the same
    asked: Bilingual | None
    result: Result | None
    decisive: bool
    date_of_law: bool
    in_passing: bool  # a step that explanations leave out
    decided_elsewhere: bool  # by an instrument that uses this one
    span: Span | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(slots=True)
class Bracket:
    """Amounts up to a bound (``below``: without it; None: all above) and what is given for them."""

    bound: Fraction | None
    value: Fraction
    below: bool = False


@attrs.frozen(slots=True)
class DatedValue:
    value: Fraction | date  # 0 of a scale
    from_date: date
    to_date: date | None
    status: Status
    source: Bilingual
    citation: Citation
    brackets: tuple[Bracket, ...] = ()
    span: Span | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def is_date(self) -> bool:
        return isinstance(self.value, date)

    @property
    def number(self) -> Fraction:
        """The value as compiled forms carry it: a day by its place in the calendar."""
        return Fraction(self.value.toordinal()) if isinstance(self.value, date) else self.value


@attrs.frozen(slots=True)
class Table:
    """A table of figures. ``by``: (column, vocabulary). Rows may be supplied later."""

    key: str
    names: Bilingual
    by: tuple[tuple[str, str], ...]
    unit: Unit
    value_column: str
    complete_for: tuple[str, ...]


@attrs.frozen(slots=True)
class KnownTotal:
    """The sum of the cells that a selection names; None selects all of a column."""

    table: str
    selection: tuple[tuple[str, ...] | None, ...]
    value: Fraction
    status: Status
    source: Bilingual
    citation: Citation


@attrs.frozen(slots=True)
class ReadingChoice:
    key: str
    text: Bilingual
    because: Bilingual | None


@attrs.frozen(slots=True)
class Reading:
    """A place where the text leaves a choice. ``id``: address and name (``art_3_cl_2_unit``)."""

    id: str
    question: Bilingual
    choices: Mapping[str, ReadingChoice]
    default: str
    citation: Citation
    span: Span | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(slots=True)
class Together:
    """A ceiling that several things share: those with the same values of ``same``."""

    same: tuple[Expression, ...]
    in_order: bool


@attrs.frozen(slots=True)
class Limit:
    at_most: bool
    value: Expression
    together: Together | None = None


@attrs.frozen(slots=True)
class Rounding:
    mode: Literal["down", "up", "half_up", "half_even"]
    step: Fraction


@attrs.frozen(slots=True)
class Rule:
    """One statement that decides (part of) a term, or refuses, or finds.

    kind: value, ground, requirement, limit, open, refuse, finding, guarantee (it must hold), support (it is cited too).
    ``applies``: the conditions of the provisions around it, each with where it stands;
    ``when``: its own.
    """

    kind: Literal["value", "ground", "requirement", "limit", "open", "refuse", "finding", "guarantee", "support"]
    term: str
    thing: str
    citation: Citation
    applies: tuple[tuple[Citation, Expression], ...]
    when: Expression | None
    otherwise: bool = False
    value: Expression | None = None
    limits: tuple[Limit, ...] = ()
    rounding: Rounding | None = None
    add_up_to: Expression | None = None
    readings: tuple[tuple[str, str], ...] = ()
    despite: tuple[Citation, ...] = ()
    code: str = ""
    message: Bilingual | None = None
    between: tuple[Expression, Expression] | None = None  # of what is left open: the least and the most it could be
    alone: bool = False  # … and then one of the things has the most, the others the least
    written: tree.Statement | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def span(self) -> Span | None:
        return self.written.span if self.written is not None else None

    @property
    def gives(self) -> tuple[Any, ...]:
        """What it gives, by its words: two rules that give the same do not contradict each other."""
        return self.value, self.limits, self.rounding, self.add_up_to

    def expressions(self) -> Iterator[Expression]:
        """Every expression of it, the outermost."""
        yield from (condition for _, condition in self.applies)
        for node in (self.when, self.value, self.add_up_to, *(self.between or ())):
            if node is not None:
                yield node
        for limit in self.limits:
            yield limit.value
            if limit.together is not None:
                yield from limit.together.same

    @cached_property
    def reads(self) -> tuple[frozenset[str], tuple[Citation, ...]]:
        """The terms that it names, and the provisions whose grounds it asks for."""
        terms: set[str] = set()
        provisions: dict[Citation, None] = {}
        for node in (n for top in self.expressions() for n in walk(top)):
            if isinstance(node, Reference):
                terms.update((node.term, *(s.term for s in node.steps if s.term)))
            elif isinstance(node, Within):
                provisions.update(dict.fromkeys(node.provisions))
        return frozenset(terms), tuple(provisions)

    def displaces(self, other: Rule) -> bool:
        """Whether this rule is a declared exception to the other."""
        return any(other.citation.within(target) for target in self.despite)


@attrs.frozen(slots=True)
class NeverLowers:
    """A guarantee on two cases: more of one fact never gives less of a term."""

    code: str
    message: Bilingual
    citation: Citation
    raised: str  # key of a fact that is a number
    lowered: str  # key of a term of the case that is a number
    span: Span | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(slots=True)
class Instrument:
    key: str
    number: str
    names: Bilingual  # the whole title
    short: Bilingual  # as it is cited: Decree No. …
    in_force_from: date | None
    cited_as: str = ""  # the pattern by which its provisions are cited, where it is not by Article, Clause, Point
    only: str = ""  # the one language in which it has names, where it declares that


@attrs.frozen(slots=True)
class Provision:
    citation: Citation
    headnote: Bilingual | None
    divisions: tuple[tuple[str, str], ...] = ()  # level and label of the part, chapter, section in which it stands
    span: Span | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen(slots=True)
class AmendedBy:
    """An act that changed a provision, where in the act, and from which day."""

    act: Bilingual
    citation: Citation
    from_date: date


@attrs.frozen(slots=True)
class Rulebook:
    """A checked ruleset with the instruments it uses."""

    id: str
    digest: str
    instruments: Mapping[str, Instrument]
    provisions: Mapping[Citation, Provision]
    things: Mapping[str, Thing]
    vocabularies: Mapping[str, Vocabulary]
    terms: Mapping[str, Term]
    units: Mapping[str, tuple[Bilingual, Bilingual]]  # singular, plural
    figures: Mapping[str, tuple[DatedValue, ...]]
    tables: Mapping[str, Table]
    totals: tuple[KnownTotal, ...]
    readings: Mapping[str, Reading]
    rules: Mapping[str, tuple[Rule, ...]]  # term → rules that decide it
    refusals: tuple[Rule, ...]
    findings: tuple[Rule, ...]
    guarantees: tuple[Rule, ...]
    never_lowers: tuple[NeverLowers, ...]
    glossary: Glossary = attrs.field(eq=False, repr=False)
    folder: str = attrs.field(default="", eq=False)
    amended_by: Mapping[Citation, tuple[AmendedBy, ...]] = attrs.field(factory=dict, eq=False, repr=False)
    wordings: dict[int, Bilingual] = attrs.field(factory=dict, eq=False, repr=False)  # printed once

    drafts: tuple[Bilingual, ...] = attrs.field(default=(), eq=False)  # acts in the text that are only drafts

    def __repr__(self) -> str:
        return f"<Rulebook {self.id} {self.digest}>"

    @property
    def act_names(self) -> dict[str, Bilingual]:
        """The amending acts that the text went through, by their keys."""
        return {a.citation.instrument: a.act for found in self.amended_by.values() for a in found}

    def cite(self, citation: Citation, lang: str) -> str:
        """A provision as its instrument is cited; without the instrument's name."""
        own, there = self.instruments.get(citation.instrument), self.provisions.get(citation)
        if own is None or not own.cited_as or not citation.article or citation.defines:
            return citation.name(lang)
        labels = {level: getattr(citation, level) for level in ("article", "clause", "point", "sub", "example")}
        return by_pattern(own.cited_as, labels | dict(there.divisions if there is not None else ()))

    def amendments_of(self, citation: Citation) -> list[AmendedBy]:
        """The acts that changed a provision, or one that it stands in."""
        return [a for c in citation.chain() for a in self.amended_by.get(c, ())]

    @cached_property
    def _by_thing(self) -> dict[str, list[Term]]:
        found: dict[str, list[Term]] = {}
        for term in self.terms.values():
            found.setdefault(term.thing, []).append(term)
        return found

    def terms_of(self, thing: str) -> list[Term]:
        return list(self._by_thing.get(thing, ()))
