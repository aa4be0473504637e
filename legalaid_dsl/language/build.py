"""Lark's parse tree to ours: one method a rule of grammar/law.lark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from lark import Token, Transformer, v_args

from ..basics.bilingual import Bilingual
from ..basics.citation import point_key
from ..basics.problem import Problem, problem
from ..basics.quantity import written_number
from ..basics.source import Source, Span
from . import tree

_SIGNS = {
    "LESS": "<", "LESS_EQUAL": "<=", "MORE": ">", "MORE_EQUAL": ">=", "EQUAL": "=",
    "IS_BEFORE": "before", "IS_AFTER": "after",
    "IS_NOT_BEFORE": "not before", "IS_NOT_AFTER": "not after",
    "PLUS": "+", "MINUS": "-", "TIMES": "*", "DIVIDED_BY": "/",
}  # fmt: skip
_ROUNDING = {"ROUNDED_DOWN": "down", "ROUNDED_UP": "up", "ROUNDED_HALF_UP": "half_up"}


class Mistake(Exception):
    """A problem that leaves no tree for its block."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _is(child: Any, *types: str) -> bool:
    return isinstance(child, Token) and child.type in types


def _rest(children: list[Any], *kinds: type) -> list[Any]:
    return [c for c in children if isinstance(c, kinds)]


@v_args(meta=True)
class Builder(Transformer[Token, Any]):
    """Spans are absolute: ``base`` is where the parsed piece begins in its source.

    ``origin``: where each character of a mended piece stands in the source.
    """

    def __init__(self, source: Source, base: int, lang: str, origin: Sequence[int] | None = None) -> None:
        super().__init__()
        self.source, self.base, self.lang, self.origin = source, base, lang, origin
        self.problems: list[Problem] = []

    def at(self, meta: Any) -> Span:
        return self._span(0, 0) if meta.empty else self._span(meta.start_pos, meta.end_pos)

    def token_span(self, token: Token) -> Span:
        return self._span(token.start_pos or 0, token.end_pos or 0)

    def _span(self, start: int, end: int) -> Span:
        if self.origin is None:
            return self.source.span(self.base + start, self.base + end)
        first = self.origin[start]
        return self.source.span(first, self.origin[end - 1] + 1 if end > start else first)

    # -------------------------------------------------------------- headings

    def block(self, meta: Any, c: list[Any]) -> tree.Block:
        return tree.Block(c[0], tuple(c[1:]), span=self.at(meta))

    def instrument(self, meta: Any, c: list[Any]) -> tree.Instrument:
        parts: dict[str, Any] = {}
        uses = []
        for kind, value in _rest(c, tuple):
            if kind == "from":
                parts["from"] = value
            else:
                uses.append(value)
        strings = [self.text(t) for t in c if _is(t, "STRING")]
        key = next(str(t) for t in c if _is(t, "KEY"))
        names = _rest(c, Bilingual)[0]
        return tree.Instrument(strings[0], key, names, parts.get("from"), tuple(uses), span=self.at(meta))

    def in_force_from(self, meta: Any, c: list[Any]) -> tuple[str, date]:
        return ("from", self.day(c[1]))

    def uses(self, meta: Any, c: list[Any]) -> tuple[str, str]:
        return ("uses", str(c[1]))

    def provision(self, meta: Any, c: list[Any]) -> tree.Provision:
        return tree.Provision(c[0].type.lower(), c[1], c[2], span=self.at(meta))

    def label(self, meta: Any, c: list[Any]) -> str:
        return point_key(str(c[0]))

    def bitext(self, meta: Any, c: list[Any]) -> Bilingual:
        texts: dict[str, str] = {}
        for lang, text in zip(c[::2], c[1::2], strict=True):
            if str(lang) in texts:
                self.problems.append(problem("language-twice", self.token_span(lang), lang=str(lang)))
            texts[str(lang)] = self.text(text)
        return Bilingual(**texts)

    def text(self, token: Token) -> str:
        return " ".join(str(token)[1:-1].split())

    def day(self, token: Token) -> date:
        try:
            found = date.fromisoformat(str(token))
        except ValueError:
            found = date(1, 1, 1)
        if not 1900 <= found.year <= 2200:
            self.problems.append(problem("no-such-date", self.token_span(token), text=str(token)))
            return date(1900, 1, 1)
        return found

    def number(self, token: Token, text: str) -> Fraction:
        value = written_number(text, self.lang)
        if isinstance(value, str):
            self.problems.append(problem(value, self.token_span(token), text=text))
            return Fraction(0)
        return value

    # -------------------------------------------------------------- statements

    def applies(self, meta: Any, c: list[Any]) -> tree.Applies:
        return tree.Applies(c[1], span=self.at(meta))

    def despite(self, meta: Any, c: list[Any]) -> tree.Despite:
        return tree.Despite(tuple(_rest(c, tree.Address)), span=self.at(meta))

    def scope(self, meta: Any, c: list[Any]) -> tree.Scope:
        return tree.Scope(c[1], span=self.at(meta))

    def define(self, meta: Any, c: list[Any]) -> tree.Define:
        conditions = _rest(c, tree.Condition)
        modifiers = _rest(c, tree.AtMost, tree.AtLeast, tree.Rounded, tree.AddUp)
        condition = conditions[0] if conditions else None
        return tree.Define(c[0], c[2], tuple(modifiers), condition, span=self.at(meta))

    def figure(self, meta: Any, c: list[Any]) -> tree.Figure:
        days = [self.day(t) for t in c if _is(t, "DATE")]
        to = days[1] if len(days) > 1 else None
        return tree.Figure(c[0], c[2], days[0], to, c[-1], span=self.at(meta))

    def when(self, meta: Any, c: list[Any]) -> tree.Condition:
        return tree.Condition(c[1], span=self.at(meta))

    def otherwise(self, meta: Any, c: list[Any]) -> tree.Condition:
        return tree.Condition(None, span=self.at(meta))

    def at_most(self, meta: Any, c: list[Any]) -> tree.AtMost:
        return tree.AtMost(c[1], c[2], span=self.at(meta))

    def at_least(self, meta: Any, c: list[Any]) -> tree.AtLeast:
        return tree.AtLeast(c[1], span=self.at(meta))

    def rounded(self, meta: Any, c: list[Any]) -> tree.Rounded:
        return tree.Rounded(_ROUNDING[c[0].type], c[1], span=self.at(meta))  # type: ignore[arg-type]

    def add_up(self, meta: Any, c: list[Any]) -> tree.AddUp:
        return tree.AddUp(c[1], span=self.at(meta))

    def together(self, meta: Any, c: list[Any]) -> tree.Together:
        return tree.Together(c[1] or (), _is(c[-1], "FILLED_IN_ORDER"), span=self.at(meta))

    def same(self, meta: Any, c: list[Any]) -> tuple[tree.Name, ...]:
        return tuple(_rest(c, tree.Name))

    def ground(self, meta: Any, c: list[Any]) -> tree.Ground:
        return tree.Ground(c[0], c[2], span=self.at(meta))

    def requirement(self, meta: Any, c: list[Any]) -> tree.Requirement:
        return tree.Requirement(c[0], c[2], span=self.at(meta))

    def limit(self, meta: Any, c: list[Any]) -> tree.Limit:
        return tree.Limit(c[0], _is(c[1], "AT_MOST"), c[2], c[3], span=self.at(meta))

    def left_open(self, meta: Any, c: list[Any]) -> tree.LeftOpen:
        names = tuple(_rest(c, tree.Name))
        key = next(str(t) for t in c if _is(t, "KEY"))
        return tree.LeftOpen(names, key, _rest(c, Bilingual)[0], c[-1], span=self.at(meta))

    def refuse(self, meta: Any, c: list[Any]) -> tree.Refuse:
        return tree.Refuse(c[1], str(c[2]), c[3], c[5], span=self.at(meta))

    def finding(self, meta: Any, c: list[Any]) -> tree.Finding:
        return tree.Finding(str(c[1]), c[2], c[4], span=self.at(meta))

    def reading(self, meta: Any, c: list[Any]) -> tree.Reading:
        return tree.Reading(str(c[1]), c[2], tuple(_rest(c, tree.ReadingChoice)), span=self.at(meta))

    def reading_choice(self, meta: Any, c: list[Any]) -> tree.ReadingChoice:
        texts = _rest(c, Bilingual)
        because = texts[1] if len(texts) > 1 else None
        return tree.ReadingChoice(str(c[0]), c[1] is not None, texts[0], because, span=self.at(meta))

    def read(self, meta: Any, c: list[Any]) -> tree.Read:
        keys = [str(t) for t in c if _is(t, "KEY")]
        return tree.Read(tuple(zip(keys[::2], keys[1::2], strict=True)), span=self.at(meta))

    def every_reading(self, meta: Any, c: list[Any]) -> tree.Read:
        return tree.Read((), span=self.at(meta))

    def cell(self, meta: Any, c: list[Any]) -> tree.Cell:
        return tree.Cell(c[1], c[2], c[4], c[5], span=self.at(meta))

    def sourced(self, meta: Any, c: list[Any]) -> tree.SourceNote:
        return tree.SourceNote(c[0].type.lower(), c[2], span=self.at(meta))

    # -------------------------------------------------------------- expressions

    def any_of(self, meta: Any, c: list[Any]) -> tree.Logic:
        return tree.Logic("or", tuple(x for x in c if not _is(x, "OR")), span=self.at(meta))

    def all_of(self, meta: Any, c: list[Any]) -> tree.Logic:
        return tree.Logic("and", tuple(x for x in c if not _is(x, "AND")), span=self.at(meta))

    def negated(self, meta: Any, c: list[Any]) -> tree.Negated:
        return tree.Negated(c[1], span=self.at(meta))

    def comparator(self, meta: Any, c: list[Any]) -> str:
        return _SIGNS[c[0].type]

    def compare(self, meta: Any, c: list[Any]) -> tree.Compare:
        return tree.Compare(c[1], c[0], c[2], span=self.at(meta))

    def same_as(self, meta: Any, c: list[Any]) -> tree.Same:
        return tree.Same(c[0], c[2], span=self.at(meta))

    def not_same_as(self, meta: Any, c: list[Any]) -> tree.Same:
        return tree.Same(c[0], c[2], True, span=self.at(meta))

    def among(self, meta: Any, c: list[Any]) -> tree.Among:
        return tree.Among(c[0], c[2], span=self.at(meta))

    def not_among(self, meta: Any, c: list[Any]) -> tree.Among:
        return tree.Among(c[0], c[2], True, span=self.at(meta))

    def includes(self, meta: Any, c: list[Any]) -> tree.Includes:
        return tree.Includes(c[0], c[2], span=self.at(meta))

    def stated(self, meta: Any, c: list[Any]) -> tree.Stated:
        return tree.Stated(c[0], span=self.at(meta))

    def not_stated(self, meta: Any, c: list[Any]) -> tree.Stated:
        return tree.Stated(c[0], True, span=self.at(meta))

    def must_be_stated(self, meta: Any, c: list[Any]) -> tree.Stated:
        return tree.Stated(c[0], required=True, span=self.at(meta))

    def arithmetic(self, meta: Any, c: list[Any]) -> tree.Arithmetic:
        rest = tuple((_SIGNS[c[i].type], c[i + 1]) for i in range(1, len(c), 2))
        return tree.Arithmetic(c[0], rest, span=self.at(meta))  # type: ignore[arg-type]

    def quantity(self, meta: Any, c: list[Any]) -> tree.Quantity:
        units = [" ".join(str(t).split()) for t in c if _is(t, "UNIT")]
        value = self.number(c[0], str(c[0]))
        unit, per = [*units, None, None][:2]
        return tree.Quantity(value, unit, per, span=self.at(meta))

    def percent(self, meta: Any, c: list[Any]) -> tree.Quantity:
        value = self.number(c[0], str(c[0]).rstrip("% \t\n")) / 100
        return tree.Quantity(value, percent=True, span=self.at(meta))

    def date(self, meta: Any, c: list[Any]) -> tree.DateValue:
        return tree.DateValue(self.day(c[0]), span=self.at(meta))

    def lookup(self, meta: Any, c: list[Any]) -> tree.Lookup:
        return tree.Lookup(c[0], c[1], span=self.at(meta))

    def several(self, meta: Any, c: list[Any]) -> tree.Several:
        return tree.Several(tuple(c), span=self.at(meta))

    def dated(self, meta: Any, c: list[Any]) -> tree.Dated:
        return tree.Dated(c[0], c[2], span=self.at(meta))

    def path(self, meta: Any, c: list[Any]) -> tree.Path:
        return tree.Path(tuple(_rest(c, tree.Name)), span=self.at(meta))

    def bracketed(self, meta: Any, c: list[Any]) -> Any:
        return c[0]

    def arguments(self, meta: Any, c: list[Any]) -> tuple[Any, ...]:
        return tuple(c)

    def _aggregate(self, kind: Any, meta: Any, c: list[Any]) -> tree.Aggregate:
        empty = c[4]
        needed = empty == "needed"
        return tree.Aggregate(kind, c[1], c[3], None if needed else empty, needed, span=self.at(meta))

    def total(self, meta: Any, c: list[Any]) -> tree.Aggregate:
        return self._aggregate("total", meta, c)

    def highest(self, meta: Any, c: list[Any]) -> tree.Aggregate:
        return self._aggregate("highest", meta, c)

    def lowest(self, meta: Any, c: list[Any]) -> tree.Aggregate:
        return self._aggregate("lowest", meta, c)

    def number_of(self, meta: Any, c: list[Any]) -> tree.Aggregate:
        return tree.Aggregate("number", None, c[1], span=self.at(meta))

    def group(self, meta: Any, c: list[Any]) -> tree.Group:
        name = _rest(c, tree.Name)[0]
        names, same = _rest(c, tree.Name), _rest(c, tuple)
        where = c[-1]
        return tree.Group(
            name,
            of=names[1] if len(names) > 1 else None,
            its=any(_is(x, "ITS") for x in c),
            same=same[0] if same else (),
            before=any(_is(x, "BEFORE_THIS_ONE") for x in c),
            where=where,
            span=self.at(meta),
        )

    def empty(self, meta: Any, c: list[Any]) -> Any:
        return c[0]

    def needed(self, meta: Any, c: list[Any]) -> str:
        return "needed"

    def within(self, meta: Any, c: list[Any]) -> tree.Within:
        return tree.Within(c[1], span=self.at(meta))

    def as_under(self, meta: Any, c: list[Any]) -> tree.AsUnder:
        return tree.AsUnder(c[1], span=self.at(meta))

    def name(self, meta: Any, c: list[Any]) -> tree.Name:
        return tree.Name(" ".join(" ".join(map(str, c)).split()), span=self.at(meta))

    def address(self, meta: Any, c: list[Any]) -> tree.Address:
        parts: dict[str, Any] = {}
        for i, token in enumerate(c):
            if _is(token, "LETTERS"):
                parts["points"] = tuple(point_key(p.strip()) for p in str(token).split(","))
            elif _is(token, "ORDINAL"):
                parts["article" if _is(c[i - 1], "ARTICLE") else "clause"] = str(token)
            elif _is(token, "STRING"):
                parts["instrument"] = self.text(token)
        return tree.Address(**parts, span=self.at(meta))

    # -------------------------------------------------------------- glossary

    def thing(self, meta: Any, c: list[Any]) -> tree.Thing:
        options = _rest(c, tuple)
        return tree.Thing(
            c[1], str(c[3]),
            listed_in=tuple(v for k, v in options if k == "listed_in"),
            in_order_of=next((v for k, v in options if k == "in_order_of"), ""),
            none_unless_stated=("none_unless_stated", True) in options,
            identified=("identified", True) in options,
            span=self.at(meta),
        )  # fmt: skip

    def listed_in(self, meta: Any, c: list[Any]) -> tuple[str, str]:
        return ("listed_in", str(c[1]))

    def in_order_of(self, meta: Any, c: list[Any]) -> tuple[str, str]:
        return ("in_order_of", str(c[1]))

    def unit(self, meta: Any, c: list[Any]) -> tree.Unit:
        return tree.Unit(c[1], str(c[3]), span=self.at(meta))

    def choices(self, meta: Any, c: list[Any]) -> tree.Choices:
        key = next(str(t) for t in c if _is(t, "KEY"))
        return tree.Choices(key, c[1] is not None, tuple(_rest(c, tree.OneChoice)), span=self.at(meta))

    def one_choice(self, meta: Any, c: list[Any]) -> tree.OneChoice:
        also = str(c[4]) if c[4] is not None else ""
        return tree.OneChoice(c[0], str(c[2]), also, span=self.at(meta))

    def term(self, meta: Any, c: list[Any]) -> tree.Term:
        options = dict(_rest(c, tuple))
        return tree.Term(
            c[1], str(c[3]), _is(c[0], "FACT"), _rest(c, tree.TypeName)[0], **options, span=self.at(meta)
        )

    def number_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        keys = [str(t) for t in c if _is(t, "KEY")]
        unit, per = [*keys, "", ""][:2]
        return tree.TypeName("number", unit=unit, per=per, span=self.at(meta))

    def percentage_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("number", key="percent", span=self.at(meta))

    def date_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("date", span=self.at(meta))

    def yes_or_no_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("yes_or_no", span=self.at(meta))

    def text_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("text", span=self.at(meta))

    def choice_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("choice", str(c[1]), span=self.at(meta))

    def choices_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        return tree.TypeName("choices", str(c[1]), span=self.at(meta))

    def reference_type(self, meta: Any, c: list[Any]) -> tree.TypeName:
        inverse_key = str(c[5]) if c[5] is not None else ""
        return tree.TypeName("reference", str(c[1]), inverse=c[3], inverse_key=inverse_key, span=self.at(meta))

    def none_unless_stated(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("none_unless_stated", True)

    def no_unless_stated(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("no_unless_stated", True)

    def identified(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("identified", True)

    def each_once(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("each_once", True)

    def result(self, meta: Any, c: list[Any]) -> tuple[str, tree.Result]:
        return ("result", tree.Result(str(c[1]), c[3], span=self.at(meta)))

    def decisive(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("decisive", True)

    def date_of_law(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("date_of_law", True)

    def in_passing(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("in_passing", True)

    def decided_elsewhere(self, meta: Any, c: list[Any]) -> tuple[str, bool]:
        return ("decided_elsewhere", True)

    def asked(self, meta: Any, c: list[Any]) -> tuple[str, Bilingual]:
        return ("asked", c[1])

    def table(self, meta: Any, c: list[Any]) -> tree.Table:
        kind = ""
        found: dict[str, list[str]] = {"KEY_IS": [], "BY": [], "A_NUMBER": [], "COMPLETE_FOR": []}
        for token in c:
            if _is(token, *found):
                kind = token.type
            elif _is(token, "KEY"):
                found[kind].append(str(token))
        return tree.Table(
            c[1], found["KEY_IS"][0], tuple(found["BY"]), found["A_NUMBER"][0],
            tuple(found["COMPLETE_FOR"]), span=self.at(meta),
        )  # fmt: skip

    # -------------------------------------------------------------- worked examples

    def example(self, meta: Any, c: list[Any]) -> tree.Example:
        return tree.Example(str(c[1]), c[2], tuple(c[3:]), span=self.at(meta))

    def like(self, meta: Any, c: list[Any]) -> tree.Like:
        return tree.Like(str(c[1]), span=self.at(meta))

    def given_fact(self, meta: Any, c: list[Any]) -> tree.Pair:
        pair: tree.Pair = c[0]
        return pair

    def given_thing(self, meta: Any, c: list[Any]) -> tree.GivenThing:
        names = _rest(c, tree.Name)
        labels = _rest(c, tree.Word)
        owner = (names[1], labels[1].text) if len(names) > 1 else None
        return tree.GivenThing(names[0], labels[0].text, owner, c[-1] or (), span=self.at(meta))

    def without(self, meta: Any, c: list[Any]) -> tree.Without:
        return tree.Without(c[1], c[2].text if c[2] else "", span=self.at(meta))

    def with_figures(self, meta: Any, c: list[Any]) -> tree.WithFigures:
        return tree.WithFigures(str(c[1]), span=self.at(meta))

    def with_reading(self, meta: Any, c: list[Any]) -> tree.WithReading:
        return tree.WithReading(str(c[1]), str(c[3]), span=self.at(meta))

    def expect_status(self, meta: Any, c: list[Any]) -> tree.ExpectStatus:
        return tree.ExpectStatus(c[1].type.lower(), span=self.at(meta))

    def expect_finding(self, meta: Any, c: list[Any]) -> tree.ExpectFinding:
        return tree.ExpectFinding(str(c[3]), c[1] is not None, span=self.at(meta))

    def expect_fact(self, meta: Any, c: list[Any]) -> tree.ExpectFact:
        return tree.ExpectFact(c[1], span=self.at(meta))

    def expect_thing(self, meta: Any, c: list[Any]) -> tree.ExpectThing:
        return tree.ExpectThing(c[1], c[2].text, c[3], span=self.at(meta))

    def because(self, meta: Any, c: list[Any]) -> tree.Because:
        negated = _is(c[0], "NOT_BECAUSE")
        return tree.Because(tuple(_rest(c, tree.Address)), negated, span=self.at(meta))

    def not_because(self, meta: Any, c: list[Any]) -> tree.Because:
        return self.because(meta, c)

    def pairs(self, meta: Any, c: list[Any]) -> tuple[tree.Pair, ...]:
        return tuple(c)

    def pair(self, meta: Any, c: list[Any]) -> tree.Pair:
        return tree.Pair(c[0], tuple(c[2:]), span=self.at(meta))

    def yes(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("yes", span=self.at(meta))

    def no(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("no", span=self.at(meta))

    def none(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("none", span=self.at(meta))

    def unknown(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("unknown", span=self.at(meta))

    def text_value(self, meta: Any, c: list[Any]) -> tree.Word:
        return tree.Word("text", self.text(c[0]), span=self.at(meta))

    def identifier(self, meta: Any, c: list[Any]) -> tree.Word:
        token = c[0]
        text = self.text(token) if _is(token, "STRING") else str(token)
        return tree.Word("identifier", text, span=self.at(meta))
