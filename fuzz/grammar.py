"""Rule text made up: by the grammar (what parses), by types (what means something), by words (what does neither)."""

from __future__ import annotations

from functools import cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from legalaid_dsl.basics.keywords import surface, word_of
from legalaid_dsl.language.grammar import build_parser, declared_names

from .common import mini_text, words

_TEXTS: Final = {
    "LANGUAGE": ["en", "vi"], "KEY": ["a", "case", "hours", "once", "art_2_cl_1_urgency", "case.extra", "novel"],
    "STRING": ['"a"', '"việc | các việc"', '""', '"1/2026"'], "DATE": ["2026-01-01", "2026-02-30", "1899-12-31", "2200-12-31"],
    "ORDINAL": ["1", "2", "9", "1a"], "LETTERS": ["a", "dd", "b, c", "f"], "LABEL": ["L1", "a9-b"],
    "NUMBER": ["0", "1", "3.5", "0.000001", "999999999999999", "1,000", "1.000"], "PERCENT": ["40%", "0 %", "130%"],
    "WORD": ["nothing", "sách"], "_QUOTE_END": ['" '],
}  # fmt: skip


def _lark(lang: str) -> Lark:
    return build_parser(lang, declared_names(mini_text()))


@cache
def sentences(lang: str = "en", start: str = "block") -> st.SearchStrategy[str]:
    """Text that the grammar derives; few of its names and units fit."""
    parser = _lark(lang)
    keywords = {t: [word_of(lang, t)] for t in surface(lang) if t not in _TEXTS}
    known = declared_names(mini_text())
    names = {"TERM": [w for where, w in known.terms if where == lang], "UNIT": [w for where, w in known.units if where == lang]}
    fixed = {**keywords, **_TEXTS, **names, "COMMENT": ["# note\n"]}
    marks = {t.name: [t.pattern.value.split("|")[0].replace("\\", "")] for t in parser.terminals if t.name not in fixed}
    given = {t.name: fixed.get(t.name) or marks[t.name] for t in parser.terminals}
    wanted = {str(t.name) for t in parser.grammar.compile([start], ())[0]}
    explicit = {name: st.sampled_from([f"{text} " for text in texts]) for name, texts in given.items() if name in wanted}
    return from_lark(parser, start=start, explicit=explicit, alphabet=st.characters(codec="ascii"))


@cache
def jumbled(lang: str = "en") -> st.SearchStrategy[str]:
    """Words of both tongues in any order."""
    marks = st.sampled_from([".", ",", ":", ";", "(", ")", '"', "\n", "+", "-", "×", "/", "<", "≤", "=", "#", "1", "3.5", "2026-01-01", "40%"])
    word = st.one_of(st.sampled_from(words("en")), st.sampled_from(words("vi")), marks, marks, st.text(max_size=3))
    return st.lists(word, max_size=40).map(" ".join)


# ------------------------------------------------------------------ by types

_HOUSES: Final = {"case": "case", "line": "lines"}  # for each …, and the key
_TYPES: Final = {"coins": "a number of coins", "turns": "a number of turns", "plain": "a number", "yes": "yes or no", "day": "a date"}
_FACTS: Final = {
    ("case", "coins"): ["deduction", "pay"], ("case", "turns"): ["turns in all", "Scale (kind of book)"], ("case", "plain"): ["number of lines"],
    ("case", "yes"): ["urgent", "kind of book is novel", "closing day is stated"], ("case", "day"): ["closing day", "2026-06-30"],
    ("line", "coins"): ["2 coins"], ("line", "turns"): ["turns of the line"], ("line", "plain"): ["number of lines before this one"],
    ("line", "yes"): ["counts", "urgent", "mender is stated"], ("line", "day"): ["day of work", "closing day"],
}  # fmt: skip


def _number() -> st.SearchStrategy[str]:
    return st.sampled_from(["0", "1", "2", "0.5", "3.5", "100", "0.000001", "999999999", "999999999999999"])


def _expression(draw: st.DrawFn, house: str, kind: str, terms: list[tuple[str, str, str]], deep: int) -> str:
    inner = lambda k, h=house: _expression(draw, h, k, terms, deep - 1)  # noqa: E731
    known = _FACTS[house, kind] + [name for where, k, name in terms if where == house and k == kind]
    form = draw(st.integers(0, 7 if deep > 0 else 1))
    unit = {"coins": " coins", "turns": " turns", "plain": ""}.get(kind)
    if form == 0 or deep <= 0 or (form == 1 and unit is None):
        return draw(st.sampled_from(known))
    if unit is not None:
        return _arithmetic(draw, form, kind, unit, inner, house)
    if kind == "day":
        return draw(st.sampled_from(known))
    match form:
        case 1 | 2:
            return f"not ({inner('yes')})"
        case 3 | 4:
            word = draw(st.sampled_from([" or ", " and "]))
            return "(" + word.join(inner("yes") for _ in range(draw(st.integers(2, 3)))) + ")"
        case 5:
            return f"{inner('day')} {draw(st.sampled_from(['is before', 'is not after', 'is']))} {inner('day')}"
    other = draw(st.sampled_from(["coins", "turns", "plain"]))
    return f"{inner(other)} {draw(st.sampled_from(['<', '<=', '=', '>', '>=']))} {inner(other)}"


def _arithmetic(draw: st.DrawFn, form: int, kind: str, unit: str, inner, house: str) -> str:  # type: ignore[no-untyped-def]
    match form:
        case 1:
            return draw(_number()) + unit
        case 2 | 3:
            return f"({inner(kind)} {draw(st.sampled_from(['+', '−']))} {inner(kind)})"
        case 4:
            return f"{inner(kind)} × {draw(st.sampled_from(['40%', '2', '0.5', '0']))}"
        case 5:
            return f"{inner(kind)} / {draw(st.sampled_from(['3', '0.5', '7', '0']))}"
        case 6 if house == "case":
            word = draw(st.sampled_from(["total of", "highest", "lowest"]))
            where = draw(st.sampled_from(["", f" where ({inner('yes', 'line')})"]))
            return f"{word} {inner(kind, 'line')} over lines{where} (0{unit} if none)"
    return f"{inner(kind)} × ({inner('plain')})"


@st.composite
def typed(draw: st.DrawFn) -> str:
    """Terms of their own, each decided by rules that may use those before: nearly every text is right."""
    terms: list[tuple[str, str, str]] = []
    declared, ruled = [], []
    for i in range(draw(st.integers(1, 5))):
        house, kind = draw(st.sampled_from(["case", "line"])), draw(st.sampled_from(["coins", "turns", "plain", "yes"]))
        name = f"own {'abcde'[i]}"
        result = f", result own_{'abcde'[i]}" if draw(st.booleans()) else ""
        declared.append(f'term en "{name}" vi "riêng {"abcde"[i]}" key {_HOUSES[house]}.own_{"abcde"[i]}, {_TYPES[kind]}{result}.\n')
        ruled.append(f'Clause {i + 3}. en "c" vi "k"\nfor each {house}:\n' + _rules(draw, house, kind, name, terms))
        terms.append((house, kind, name))
    return "".join(declared) + "".join(ruled)


def _rules(draw: st.DrawFn, house: str, kind: str, name: str, terms: list[tuple[str, str, str]]) -> str:
    deep = draw(st.integers(0, 3))
    make = lambda k: _expression(draw, house, k, terms, deep)  # noqa: E731
    if kind == "yes":
        only = f"{name} only when {make('yes')}.\n" if draw(st.booleans()) else ""
        return f"{name} when {make('yes')}.\n{only}"
    unit = {"coins": " coin", "turns": " turn"}.get(kind, "")
    parts = [f", at most {make(kind)}", f", at least {make(kind)}", ", rounded down", f", rounded half up 0.5{unit}"]
    some = "".join(draw(st.lists(st.sampled_from(parts), max_size=2)))
    if draw(st.booleans()):
        return f"{name} is {make(kind)}{some} when {make('yes')}.\n{name} is {make(kind)} otherwise.\n"
    limit = f"{name} at most {make(kind)} when {make('yes')}.\n" if draw(st.booleans()) else ""
    return f"{name} is {make(kind)}{some}.\n{limit}"
