"""Any tree, printed and parsed, is the same tree: in both languages, and through the other one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.bilingual import Bilingual
from legalaid_dsl.basics.source import Source
from legalaid_dsl.language import tree
from legalaid_dsl.language.grammar import build_parser
from legalaid_dsl.language.parsing.parse import parse_file
from legalaid_dsl.language.printing.expressions import WIDTH
from legalaid_dsl.language.printing.layout import Layout
from legalaid_dsl.rulebook.wording import printer
from tests.campaign import examples

RULES = la.load()
GLOSSARY = RULES.rulebook.glossary
WORDS = sorted({t.names.en for t in RULES.rulebook.terms.values()})
CHOICES = sorted({c.names.en for k, v in RULES.rulebook.vocabularies.items() if k[0] != "_" for c in v.choices.values()})
THINGS = sorted({t.plurals.en for t in RULES.rulebook.things.values()})
UNITS = sorted(GLOSSARY.units)

names = st.sampled_from(WORDS).map(tree.Name)
numbers = st.builds(lambda a, b: Fraction(a, b), st.integers(0, 9_999_999), st.sampled_from([1, 2, 4, 5, 10, 100]))


@st.composite
def quantities(draw: Any) -> tree.Quantity:
    value = draw(numbers)
    if draw(st.booleans()):
        return tree.Quantity(value / 100, percent=True)
    unit, per = draw(st.sampled_from([None, *UNITS])), draw(st.sampled_from([None, *UNITS]))
    if unit is None:
        return tree.Quantity(value)
    words = GLOSSARY.units[unit][value != 1].en
    return tree.Quantity(value, words, GLOSSARY.units[per][0].en if per else None)


def some(*labels: str) -> Any:
    return st.lists(st.sampled_from(labels), min_size=1, max_size=3, unique=True).map(tuple)


one_clause = st.sampled_from([(), ("2",), ("1a",), (tree.THIS,)])
one_article = st.sampled_from([(), ("5",), ("5a",), ("D521-1",), (tree.THIS,)])
addresses = st.one_of(
    st.builds(lambda s, p, a: tree.Address(s, p, ("3",), a), some("1", "2") | some("a1", "b"), st.sampled_from([(), ("a1",), (tree.THIS,)]), one_article),
    st.builds(lambda p, c: tree.Address(points=p, clauses=c, articles=("5",)), some("a", "dd", "g", "a1", "dd2") | some("A", "IV"), one_clause),
    st.builds(lambda c, a: tree.Address(clauses=c, articles=a), some("1", "12", "1a"), one_article),
    st.builds(lambda a: tree.Address(articles=a), some("4", "5a") | some("D521-1")),
    st.builds(lambda p: tree.Address(points=p, clauses=("1",), run=True), st.sampled_from([("a", "d"), ("b", "dd1")])),
    st.sampled_from([tree.Address(points=(tree.THIS,)), tree.Address(clauses=(tree.THIS,)), tree.Address(articles=(tree.THIS,))]),
)  # fmt: skip
percentages = numbers.map(lambda x: tree.Quantity(x / 100, percent=True))
dates = st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(tree.DateValue)
paths = st.lists(names, min_size=1, max_size=3).map(lambda n: tree.Path(tuple(n)))
choices = st.sampled_from(CHOICES).map(lambda w: tree.Path((tree.Name(w),)))


def arithmetic(inner: Any) -> Any:
    signs = st.sampled_from([("+", "-"), ("*", "/")])
    return signs.flatmap(
        lambda pair: st.builds(
            lambda first, rest: tree.Arithmetic(first, tuple(rest)), inner,
            st.lists(st.tuples(st.sampled_from(pair), inner), min_size=1, max_size=3),
        )
    )  # fmt: skip


def grow(inner: Any) -> Any:
    things = st.sampled_from(THINGS).map(tree.Name)
    groups = st.builds(
        tree.Group, things, its=st.booleans(), of=st.none() | things,
        same=st.lists(names, max_size=2).map(tuple), before=st.booleans(), where=st.none() | inner,
    )  # fmt: skip
    items = st.lists(choices, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        arithmetic(inner),
        st.builds(tree.Compare, st.sampled_from(["<", "<=", ">", ">=", "=", "before", "not after"]), inner, inner),
        st.builds(tree.Same, paths, choices, st.booleans()),
        st.builds(tree.Among, paths, items, st.booleans()),
        st.builds(tree.Includes, paths, items),
        st.builds(tree.Stated, paths, st.booleans()),
        st.builds(tree.Within, addresses),
        st.builds(tree.OnScale, names, inner, st.none() | names, st.booleans()),
        st.builds(tree.Negated, inner),
        st.builds(
            lambda k, o: tree.Logic(k, tuple(o)),
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
        st.builds(tree.Lookup, names, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(tree.Dated, names, names),
        st.builds(lambda k, o: tree.Operation(k, tuple(o)), st.sampled_from(["lowest", "highest"]), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda a, b, c: tree.Operation("either", (a, b, c)), inner, inner, inner),
        st.builds(lambda p, x: tree.Operation("part_of", (p, x)), percentages, inner),
        st.builds(lambda u, e: tree.Operation("start", (e,), u), st.sampled_from(["months", "quarters", "years"]), inner),
        st.builds(
            lambda k, a, b, e: tree.Operation(k, (a, b), month_ends=e),
            st.sampled_from(["after", "before"]), inner, inner, st.sampled_from(["", "last_day", "day_after"]),
        ),
        st.builds(
            lambda u, a, b, e: tree.Operation("between", (a, b), u, e if u in ("years", "months") else ""),
            st.sampled_from(["years", "months", "weeks", "days"]), inner, inner, st.sampled_from(["", "last_day", "day_after"]),
        ),
        st.builds(tree.Aggregate, st.just("number"), st.none(), groups),
        st.builds(tree.Aggregate, st.sampled_from(["total", "highest", "lowest"]), inner, groups, st.none() | inner),
        st.builds(tree.Aggregate, st.just("total"), inner, groups, st.none(), st.just(True)),
    )


expressions = st.recursive(st.one_of(paths, quantities(), dates), grow, max_leaves=8)
YES_OR_NO = (tree.Negated, tree.Logic, tree.Compare, tree.Same, tree.Among, tree.Includes, tree.Stated)
values = expressions.filter(lambda e: not isinstance(e, YES_OR_NO))  # "is" is never followed by a condition
conditions = st.none() | st.builds(tree.Condition, st.none() | expressions)
ADJOURNED = tree.Name("adjourned")
modifiers = st.one_of(
    st.builds(tree.AtLeast, expressions),
    st.builds(
        tree.AtMost,
        expressions,
        st.none() | st.builds(tree.Together, st.lists(names, max_size=2).map(tuple), st.booleans()),
    ),
    st.builds(tree.Rounded, st.sampled_from(["down", "up", "half_up", "half_even"]), st.none() | quantities()),
    st.builds(tree.AddUp, expressions),
)
statements = st.one_of(
    st.builds(tree.Define, names, values, st.lists(modifiers, max_size=2).map(tuple), conditions),
    st.builds(tree.Ground, names, expressions),
    st.builds(tree.Requirement, names, expressions),
    st.builds(tree.Limit, names, st.booleans(), expressions, conditions),
    st.builds(tree.Applies, expressions),
    st.builds(tree.Despite, st.lists(addresses, min_size=1, max_size=2).map(tuple)),
    st.builds(lambda c: tree.Read(tuple(c)), st.lists(st.tuples(st.just("unit"), st.just("per_day")), max_size=2)),
)


def printed(node: tree.Statement, written: str, lang: str) -> str:
    return Layout(printer(GLOSSARY, written, lang)).statement(node)


def parsed(text: str, lang: str) -> tree.Statement:
    blocks, problems = parse_file(Source("x.law", text), build_parser(lang, GLOSSARY.lexicon()), lang)
    assert not problems, (text, problems[0].render("en"))
    (statement,) = blocks[0].statements
    found: tree.Statement = statement
    return found


@examples(100, 300)
@given(statements)
def test_print_and_parse(node: tree.Statement) -> None:
    text = printed(node, "en", "en")
    assert parsed(text, "en") == node, text


@examples(70, 200)
@example(tree.Ground(ADJOURNED, tree.Operation("after", (tree.Path((ADJOURNED,)), tree.Operation("start", (tree.Path((ADJOURNED,)),), "months")))))
@given(statements)
def test_through_vietnamese_and_back(node: tree.Statement) -> None:
    vietnamese = printed(node, "en", "vi")
    assert parsed(printed(parsed(vietnamese, "vi"), "vi", "en"), "en") == node, vietnamese


def test_words_that_begin_others_do_not_hide_them() -> None:
    """“nếu” before “không có” is not “nếu không có”."""
    for what in ("(1 nếu không có cáo trạng nêu tội danh, còn không thì 2)", "tổng số giờ trong toàn bộ công việc (3 giờ nếu không có)"):
        text = f"mức trần số buổi là {what}."
        assert printed(parsed(text, "vi"), "vi", "vi").strip() == text


@pytest.mark.parametrize("text", ["counts when form is criminal proceedings.", "for each work entry:"])
def test_layout_is_idempotent(text: str) -> None:
    assert printed(parsed(text, "en"), "en", "en") == text


@examples(60, 200)
@given(st.text("ab", min_size=1, max_size=60), st.text("abc", min_size=1, max_size=120), st.text("đêm", min_size=1, max_size=120), st.booleans())
def test_texts_fill_their_line_and_a_condition_begins_one(code: str, en: str, vi: str, asked: bool) -> None:
    """In a sentence longer than a line a text goes where all of it has room; a condition does not hide behind a text."""
    layout = Layout(printer(GLOSSARY, "en", "en"))
    lines = layout.sentence(f"finding {code}", layout.texts(Bilingual(en, vi)) + ["when counts"] * asked).split("\n")
    if len(lines) > 1:
        assert lines[-1] == "  when counts." or not asked
        for before, line in pairwise(lines):
            assert line == "  when counts." or len(before) + 1 + len(line.strip()) > WIDTH


@pytest.mark.parametrize("text", ["sessions worked is 0 sessions when counts; 1 session otherwise."])
def test_cases_that_fit_on_a_line_stand_on_it(text: str) -> None:
    assert printed(parsed(text, "en"), "en", "en") == text
