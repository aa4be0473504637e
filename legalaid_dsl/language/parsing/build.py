"""Lark's parse tree to ours: one method a rule of grammar/law.lark."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction
from typing import Any, Final

import attrs
from lark import Token, v_args

from ...basics.bilingual import Bilingual
from ...basics.citation import DEFINITIONS, LEVELS_OF_PATTERNS, label_key, pattern_levels
from ...basics.problem import Problem, problem
from ...basics.quantity import number_for, written_number
from .. import tree
from .build_amending import AmendingBuilder
from .build_cases import CaseBuilder
from .build_glossary import GlossaryBuilder
from .build_operations import OperationBuilder
from .build_readings import ReadingBuilder
from .children import is_token, of_kind

_SIGNS = {
    "LESS": "<", "LESS_EQUAL": "<=", "MORE": ">", "MORE_EQUAL": ">=", "EQUAL": "=",
    "IS_BEFORE": "before", "IS_AFTER": "after",
    "IS_NOT_BEFORE": "not before", "IS_NOT_AFTER": "not after",
    "PLUS": "+", "MINUS": "-", "TIMES": "*", "DIVIDED_BY": "/",
}  # fmt: skip
_ROUNDING = {"ROUNDED_DOWN": "down", "ROUNDED_UP": "up", "ROUNDED_HALF_UP": "half_up", "ROUNDED_HALF_EVEN": "half_even"}


class Mistake(Exception):
    """A problem that leaves no tree for its block."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@v_args(meta=True)
class Builder(GlossaryBuilder, ReadingBuilder, AmendingBuilder, CaseBuilder, OperationBuilder):
    """Headings, statements and expressions; with the glossary and the examples, the whole grammar."""

    # -------------------------------------------------------------- headings

    def block(self, meta: Any, c: list[Any]) -> tree.Block:
        return tree.Block(c[0], tuple(c[1:]), span=self.at(meta))

    def instrument(self, meta: Any, c: list[Any]) -> tree.Instrument:
        parts: dict[str, list[Any]] = {"from": [], "uses": [], "amends": [], "draft": [], "cited": [""], "only": [""]}
        for kind, value in of_kind(c, tuple):
            parts[kind].append(value)
        strings = [self.text(t) for t in c if is_token(t, "STRING")]
        key = next(str(t) for t in c if is_token(t, "KEY"))
        names = of_kind(c, Bilingual)[0]
        start = parts["from"][0] if parts["from"] else None
        return tree.Instrument(
            strings[0], key, names, start, tuple(parts["uses"]), tuple(parts["amends"]), bool(parts["draft"]),
            parts["cited"][-1], parts["only"][-1], span=self.at(meta),
        )  # fmt: skip

    def in_force_from(self, meta: Any, c: list[Any]) -> tuple[str, date]:
        return ("from", self.day(c[1]))

    def uses(self, meta: Any, c: list[Any]) -> tuple[str, str]:
        return ("uses", str(c[1]))

    def in_one_language(self, meta: Any, c: list[Any]) -> tuple[str, str]:
        return ("only", "en" if is_token(c[0], "ONLY_ENGLISH") else "vi")

    def cited_as(self, meta: Any, c: list[Any]) -> tuple[str, str]:
        pattern = self.text(c[1])
        levels = pattern_levels(pattern)
        if "article" not in levels or len(set(levels)) < len(levels) or not set(levels) <= set(LEVELS_OF_PATTERNS):
            there = ", ".join(f"{{{x}}}" for x in LEVELS_OF_PATTERNS)
            self.problems.append(problem("citation-pattern", self.token_span(c[1]), there=there))
            return ("cited", "")
        return ("cited", pattern)

    def provision(self, meta: Any, c: list[Any]) -> tree.Provision:
        return tree.Provision(level_of(c[0]), c[1], c[2], span=self.at(meta))

    def division(self, meta: Any, c: list[Any]) -> tree.Division:
        return tree.Division(c[0].type.lower(), c[1], c[2], span=self.at(meta))

    def definitions(self, meta: Any, c: list[Any]) -> tree.Provision:
        return tree.Provision("article", DEFINITIONS, span=self.at(meta))

    def label(self, meta: Any, c: list[Any]) -> str:
        return label_key(str(c[0]))

    def bitext(self, meta: Any, c: list[Any]) -> Bilingual:
        texts: dict[str, str] = {}
        for lang, text in zip(c[::2], c[1::2], strict=True):
            if str(lang) in texts:
                self.problems.append(problem("language-twice", self.token_span(lang), lang=str(lang)))
            texts[str(lang)] = self.text(text)
        return Bilingual(**texts)

    def day(self, token: Token) -> date:
        """A date; one that does not exist is reported, and read as the nearest that does."""
        year, month, day = (int(part) for part in str(token).split("-"))
        known = 1900 <= year <= 2200 and 1 <= month <= 12
        last = monthrange(year, month)[1] if known else 0
        if known and 1 <= day <= last:
            return date(year, month, day)
        span = self.token_span(token)
        text, of = " ".join(span.text().split()), f"{month}/{year}"
        hint = "days-of-month" if known else ""
        self.problems.append(problem("no-such-date", span, hint_from=hint, text=text, month=of, days=last))
        return date(year, month, max(1, min(day, last))) if known else date(min(max(year, 1900), 2200), 1, 1)

    def number(self, token: Token, text: str) -> Fraction:
        value = written_number(text, self.lang)
        if isinstance(value, str):
            other = written_number(text, "vi" if self.lang == "en" else "en")
            if value != "number-marks" or isinstance(other, str):
                self.problems.append(problem(value, self.token_span(token), text=text))
                return Fraction(0)
            right = number_for(other, self.lang)
            self.problems.append(problem(value, self.token_span(token), text=text, right=right, hint_from="write-number"))
            return other
        return value

    # -------------------------------------------------------------- statements

    def applies(self, meta: Any, c: list[Any]) -> tree.Applies:
        return tree.Applies(c[1], span=self.at(meta))

    def despite(self, meta: Any, c: list[Any]) -> tree.Despite:
        return tree.Despite(tuple(of_kind(c, tree.Address)), span=self.at(meta))

    def scope(self, meta: Any, c: list[Any]) -> tree.Scope:
        return tree.Scope(c[1], span=self.at(meta))

    def define(self, meta: Any, c: list[Any]) -> tree.Define | tree.ByCases:
        branches = of_kind(c, tree.Branch)
        if len(branches) > 1:
            return tree.ByCases(c[0], tuple(branches), span=self.at(meta))
        one = branches[0]
        return tree.Define(c[0], one.value, one.modifiers, one.condition, span=self.at(meta))

    def branch(self, meta: Any, c: list[Any]) -> tree.Branch:
        modifiers = of_kind(c[1:], tree.AtMost, tree.AtLeast, tree.Rounded, tree.AddUp)
        return tree.Branch(c[0], tuple(modifiers), c[-1], span=self.at(meta))

    def figure(self, meta: Any, c: list[Any]) -> tree.Figure:
        days = [self.day(t) for t in c if is_token(t, "DATE")]
        to = days[1] if len(days) > 1 else None
        return tree.Figure(c[0], c[2], days[0], to, c[-1], span=self.at(meta))

    def scale(self, meta: Any, c: list[Any]) -> tree.Scale:
        return tree.Scale(tuple(c), span=self.at(meta))

    def bracket(self, meta: Any, c: list[Any]) -> tree.Bracket:
        return tree.Bracket(c[1], c[2], is_token(c[0], "BELOW"), span=self.at(meta))

    def last_bracket(self, meta: Any, c: list[Any]) -> tree.Bracket:
        return tree.Bracket(None, c[1], span=self.at(meta))

    def when(self, meta: Any, c: list[Any]) -> tree.Condition:
        return tree.Condition(c[1], span=self.at(meta))

    def otherwise(self, meta: Any, c: list[Any]) -> tree.Condition:
        return tree.Condition(None, span=self.at(meta))

    def at_most(self, meta: Any, c: list[Any]) -> tree.AtMost:
        return tree.AtMost(c[1], c[2], span=self.at(meta))

    def at_least(self, meta: Any, c: list[Any]) -> tree.AtLeast:
        return tree.AtLeast(c[1], span=self.at(meta))

    def rounded(self, meta: Any, c: list[Any]) -> tree.Rounded:
        step = next(iter(of_kind(c, tree.Quantity)), None)
        return tree.Rounded(_ROUNDING[c[0].type], step, span=self.at(meta))  # type: ignore[arg-type]

    def add_up(self, meta: Any, c: list[Any]) -> tree.AddUp:
        return tree.AddUp(c[1], span=self.at(meta))

    def together(self, meta: Any, c: list[Any]) -> tree.Together:
        same, grouped = of_kind(c, tuple), of_kind(c, tree.GroupedAs)
        shared = c[-1] if isinstance(c[-1], tree.SharedAs) else None
        return tree.Together(same[0] if same else (), c[-1] == "in_order", grouped[0] if grouped else None, shared, span=self.at(meta))

    def same(self, meta: Any, c: list[Any]) -> tuple[tree.Name, ...]:
        return tuple(of_kind(c, tree.Name))

    def ground(self, meta: Any, c: list[Any]) -> tree.Ground:
        return tree.Ground(c[0], c[2], span=self.at(meta))

    def requirement(self, meta: Any, c: list[Any]) -> tree.Requirement:
        return tree.Requirement(c[0], c[2], span=self.at(meta))

    def supports(self, meta: Any, c: list[Any]) -> tree.Supports:
        return tree.Supports(c[1], c[3], span=self.at(meta))

    def limit(self, meta: Any, c: list[Any]) -> tree.Limit:
        return tree.Limit(c[0], is_token(c[1], "AT_MOST"), c[2], c[3], span=self.at(meta))

    def left_open(self, meta: Any, c: list[Any]) -> tree.LeftOpen:
        names = tuple(of_kind(c, tree.Name))
        key = next(str(t) for t in c if is_token(t, "KEY"))
        could_be = next(iter(of_kind(c, tree.CouldBe)), None)
        return tree.LeftOpen(names, key, of_kind(c, Bilingual)[0], c[-1], could_be, span=self.at(meta))

    def could_be(self, meta: Any, c: list[Any]) -> tree.CouldBe:
        return tree.CouldBe(c[1], c[3], is_token(c[-1], "ONE_HAS_ALL"), span=self.at(meta))

    def refuse(self, meta: Any, c: list[Any]) -> tree.Refuse:
        return tree.Refuse(c[1], str(c[2]), c[3], c[5], span=self.at(meta))

    def finding(self, meta: Any, c: list[Any]) -> tree.Finding:
        return tree.Finding(str(c[1]), c[2], c[4], span=self.at(meta))

    def cell(self, meta: Any, c: list[Any]) -> tree.Cell:
        return tree.Cell(c[1], c[2], c[4], c[5], span=self.at(meta))

    def figures(self, meta: Any, c: list[Any]) -> tree.Figures:
        return tree.Figures(c[0], c[1], tuple(of_kind(c, tree.DatedLine)), span=self.at(meta))

    def dated_value(self, meta: Any, c: list[Any]) -> tree.DatedLine:
        days = [self.day(t) for t in c if is_token(t, "DATE")]
        return tree.DatedLine(c[0], days[0], days[1] if len(days) > 1 else None, span=self.at(meta))

    def cells(self, meta: Any, c: list[Any]) -> tree.Cells:
        return tree.Cells(c[1], c[2], tuple(of_kind(c, tree.CellLine)), span=self.at(meta))

    def one_cell(self, meta: Any, c: list[Any]) -> tree.CellLine:
        return tree.CellLine(c[0], c[2], span=self.at(meta))

    def sourced(self, meta: Any, c: list[Any]) -> tree.SourceNote:
        return tree.SourceNote(c[0].type.lower(), c[2], span=self.at(meta))

    # -------------------------------------------------------------- expressions

    def any_of(self, meta: Any, c: list[Any]) -> tree.Logic:
        return tree.Logic("or", tuple(x for x in c if not is_token(x, "OR")), span=self.at(meta))

    def all_of(self, meta: Any, c: list[Any]) -> tree.Logic:
        return tree.Logic("and", tuple(x for x in c if not is_token(x, "AND")), span=self.at(meta))

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
        units = [" ".join(str(t).split()) for t in c if is_token(t, "UNIT")]
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

    def on_scale(self, meta: Any, c: list[Any]) -> tree.OnScale:
        names = of_kind(c[:-1], tree.Name)
        return tree.OnScale(names[0], c[-1], names[1] if len(names) > 1 else None, span=self.at(meta))

    def back_on_scale(self, meta: Any, c: list[Any]) -> tree.OnScale:
        return attrs.evolve(self.on_scale(meta, c), inverse=True)

    def path(self, meta: Any, c: list[Any]) -> tree.Path:
        return tree.Path(tuple(of_kind(c, tree.Name)), span=self.at(meta))

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

    def there_are(self, meta: Any, c: list[Any]) -> tree.Aggregate:
        return tree.Aggregate("some", None, c[1], span=self.at(meta))

    def group(self, meta: Any, c: list[Any]) -> tree.Group:
        name = of_kind(c, tree.Name)[0]
        names, same, grouped = of_kind(c, tree.Name), of_kind(c, tuple), of_kind(c, tree.GroupedAs)
        where = c[-1]
        return tree.Group(
            name,
            of=names[1] if len(names) > 1 else None,
            its=any(is_token(x, "ITS") for x in c),
            same=same[0] if same else (),
            before=any(is_token(x, "BEFORE_THIS_ONE") for x in c),
            where=where,
            grouped_as=grouped[0] if grouped else None,
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
        labels: dict[str, tuple[str, ...]] = {}
        more: dict[str, Any] = {}
        level = ""
        for token in (t for t in c if isinstance(t, Token)):
            if token.type.startswith("THIS_"):
                labels[level_of(token)] = (tree.THIS,)
            elif token.type in _LABELS:
                labels[level] = (*labels.get(level, ()), *(label_key(x.strip()) for x in str(token).split(",")))
            elif token.type == "DEFINITIONS":
                labels["article"] = (DEFINITIONS,)
            elif token.type == "STRING":
                more["instrument"] = self.text(token)
            elif token.type in ("RANGE_TO", "AND_MORE"):
                more["run" if token.type == "RANGE_TO" else "joined"] = True
            elif token.type != "RANGE_FROM":
                level = level_of(token)
        if any(len(many) > 1 for many in [*labels.values()][1:]) or more.get("run") and len(next(iter(labels.values()))) != 2:
            raise Mistake(problem("address-several", self.at(meta)))
        more |= {f"{name}s": many for name, many in labels.items()}
        return tree.Address(**more, span=self.at(meta))


_LABELS: Final = ("ORDINAL", "LETTERS", "CODE")


def level_of(token: Token) -> Any:
    """The level of provisions that a keyword names."""
    return token.type.removeprefix("THIS_").lower().replace("subpoint", "sub")
