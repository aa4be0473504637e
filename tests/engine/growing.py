"""Rulesets of any size, of the shapes that rules take: chains, long sums, many rules on one term, many conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import legalaid_dsl as la

HEAD = """Instrument "T" key t en "T" vi "T", from 2020-01-01.
thing en "case | cases" vi "vụ việc" key case.
thing en "line | lines" vi "dòng" key lines, listed in case, identified.
unit en "hour | hours" vi "giờ" key hours.
fact en "time" vi "thời gian" key case.time, a number of hours.
fact en "first flag" vi "cờ đầu" key case.flag, yes or no.
fact en "span" vi "khoảng" key lines.span, a number of hours.
term en "pay" vi "tiền" key case.pay, a number of hours, decisive, result pay.
"""
CASE, LINE = "for each case:\n", "for each line:\n"


def word(number: int) -> str:
    """A name without digits: numbers would be read as such."""
    return "q" + str(number).translate(str.maketrans("0123456789", "abcdefghij"))


def _declared(count: int, what: str, kind: str, thing: str = "case") -> str:
    return "".join(
        f'{what} en "{kind[0]} {word(i)}" vi "{kind[0]} {word(i)}" key {thing}.{kind[0]}{i}, {kind[1:]}.\n' for i in range(count)
    )


def chain(n: int) -> tuple[str, str]:
    steps = (f"s {word(i)} is s {word(i - 1)} + 1 hour.\n" for i in range(1, n))
    return _declared(n, "term", "sa number of hours"), f"{CASE}s {word(0)} is time.\n{''.join(steps)}pay is s {word(n - 1)}.\n"


def chain_of_lines(n: int) -> tuple[str, str]:
    steps = (f"s {word(i)} is s {word(i - 1)} + 1 hour, at most {i + 3} hours.\n" for i in range(1, n))
    total = f"pay is total of s {word(n - 1)} over lines (0 hours if none).\n"
    return _declared(n, "term", "sa number of hours", "lines"), f"{LINE}s {word(0)} is span.\n{''.join(steps)}{CASE}{total}"


def chain_of_totals(n: int) -> tuple[str, str]:
    """Each line's step rests on the total of the step before it."""
    steps = "".join(
        f"{LINE}s {word(i)} is span - c {word(i - 1)} / 1000.\n{CASE}c {word(i)} is total of s {word(i)} over lines (0 hours if none), rounded down.\n"
        for i in range(1, n)
    )
    terms = _declared(n, "term", "sa number of hours", "lines") + _declared(n, "term", "ca number of hours")
    return terms, f"{CASE}c {word(0)} is time.\n{LINE}s {word(0)} is span.\n{steps}{CASE}pay is c {word(n - 1)}.\n"


def chain_of_grounds(n: int) -> tuple[str, str]:
    steps = (f"g {word(i)} when g {word(i - 1)} and time > {i} hours.\n" for i in range(1, n))
    ends = f"pay is time when g {word(n - 1)}.\npay is 0 hours otherwise.\n"
    return _declared(n, "term", "gyes or no"), f"{CASE}g {word(0)} when first flag.\n{''.join(steps)}{ends}"


def twice(n: int) -> tuple[str, str]:
    """Each step reads the one before it twice."""
    steps = (f"s {word(i)} is s {word(i - 1)} + s {word(i - 1)} - time.\n" for i in range(1, n))
    return _declared(n, "term", "sa number of hours"), f"{CASE}s {word(0)} is time.\n{''.join(steps)}pay is s {word(n - 1)}.\n"


def addresses(n: int) -> tuple[str, str]:
    """Each clause asks twice what the one before it decides by its own words."""
    clauses = "".join(
        f'Clause {i + 1}. en "C" vi "C"\ng {word(i)} when {f"within clause {i} or within clause {i}" if i else "first flag"}.\n' for i in range(n)
    )
    return _declared(n, "term", "gyes or no"), f'{CASE}{clauses}Article 2. en "B" vi "B"\n{CASE}pay is time when g {word(n - 1)}.\npay is 0 hours otherwise.\n'


def summands(n: int) -> tuple[str, str]:
    return "", f"{CASE}pay is {' + '.join(['time'] * n)}.\n"


def facts(n: int) -> tuple[str, str]:
    return _declared(n, "fact", "fa number of hours"), f"{CASE}pay is {' - '.join(f'f {word(i)}' for i in range(n))}.\n"


def alternatives(n: int) -> tuple[str, str]:
    ends = f"{CASE}pay is time when {' or '.join(f'f {word(i)}' for i in range(n))}.\npay is 0 hours otherwise.\n"
    return _declared(n, "fact", "fyes or no"), ends


def ceilings(n: int) -> tuple[str, str]:
    return "", f"{CASE}pay is time{''.join(f', at most {2 * n - i} hours' for i in range(n))}.\n"


def tariff(n: int) -> tuple[str, str]:
    """Many rules on one term, each with a ceiling of its own."""
    rules = (f"pay is time, at most {i + 5} hours when time >= {2 * i} hours and time < {2 * i + 2} hours.\n" for i in range(300, 300 + n))
    return "", f"{CASE}pay is 0 hours otherwise.\n{''.join(rules)}"


def grounds(n: int) -> tuple[str, str]:
    rules = (f"g {word(0)} when f {word(i)} and time > {i} hours.\n" for i in range(n))
    ends = f"pay is time when g {word(0)}.\npay is 0 hours otherwise.\n"
    return _declared(n, "fact", "fyes or no") + _declared(1, "term", "gyes or no"), f"{CASE}{''.join(rules)}{ends}"


SHAPES: dict[str, Callable[[int], tuple[str, str]]] = {
    f.__name__: f
    for f in (chain, chain_of_lines, chain_of_totals, chain_of_grounds, twice, addresses, summands, facts, alternatives, ceilings, tariff, grounds)
}  # fmt: skip


def ruleset(folder: Path, shape: str, n: int) -> la.Rules:
    terms, rules = SHAPES[shape](n)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "instrument.law").write_text(HEAD + terms, "utf-8")
    (folder / "article_01.law").write_text(f'Article 1. en "A" vi "A"\n{rules}', "utf-8")
    return la.load(folder)


def grows(small: Sequence[int], large: Sequence[int], most: float = 2.3) -> None:
    """From n to 2n everything about doubles, and never more."""
    for a, b in zip(small, large, strict=True):
        assert b <= most * a + 2_000, (small, large)
