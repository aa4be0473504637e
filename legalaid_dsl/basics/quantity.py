"""Exact numbers: reading them from text and printing them, never through floats."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

MAX_INTEGER_DIGITS: Final = 15
MAX_FRACTION_DIGITS: Final = 6  # of a number in a rule, a table or a result
MAX_FACT_DIGITS: Final = 30  # … and in a case

_PLAIN: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def parse_decimal(text: str) -> Fraction:
    """A plain decimal ("3.5"). Raises ValueError for anything else."""
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"no decimal number: {text!r}")
    whole, _, part = text.partition(".")
    return Fraction(int(whole + part), 10 ** len(part))


def is_decimal(value: Fraction) -> bool:
    """Whether the number ends in decimals (its denominator has no prime but 2 and 5)."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def round_half_up(value: Fraction, step: Fraction = Fraction(1)) -> Fraction:
    """To the nearest multiple of step; a half goes up."""
    return ((value / step + Fraction(1, 2)) // 1) * step


def round_down(value: Fraction, step: Fraction = Fraction(1)) -> Fraction:
    return (value / step // 1) * step


def round_up(value: Fraction, step: Fraction = Fraction(1)) -> Fraction:
    return -((-value / step) // 1) * step


def round_half_even(value: Fraction, step: Fraction = Fraction(1)) -> Fraction:
    """To the nearest multiple of step; a half goes to the even one."""
    return round(value / step) * step


ROUND: Final = {"down": round_down, "up": round_up, "half_up": round_half_up, "half_even": round_half_even}  # by mode


def decimal_text(value: Fraction, places: int | None = None) -> str:
    """Exact decimals, or rounded half up to ``places``; no exponent, no trailing zeros."""
    if places is None and value.denominator == 1:
        return str(value.numerator)
    if places is not None or not is_decimal(value):
        value = round_half_up(value, Fraction(1, 10 ** (MAX_FRACTION_DIGITS if places is None else places)))
    numerator, denominator = abs(value.numerator), value.denominator
    sign = "-" if value.numerator < 0 else ""
    digits, scale = 0, 1
    while scale % denominator:
        digits, scale = digits + 1, scale * 10
    whole = str(numerator * scale // denominator).rjust(digits + 1, "0")
    return sign + (f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole)


def grouped(value: Fraction, lang: str, places: int | None = None) -> str:
    """As the language writes it: 25,300,000 and 0.5; 25.300.000 and 0,5."""
    whole, _, part = decimal_text(value, places).partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    group, mark = (".", ",") if lang == "vi" else (",", ".")
    first = len(whole) % 3
    groups = ([whole[:first]] if first else []) + [whole[i : i + 3] for i in range(first, len(whole), 3)]
    return sign + group.join(groups) + (mark + part if part else "")


def written_number(token: str, lang: str) -> Fraction | str:
    """A number as a rule file of that language writes it; a string is the code of the problem with it.

    English: 0.25, 480.700 (480.7) and 10,000; Vietnamese: 0,25, 29,9 and 480.700 (480700). Never both.
    """
    mark, group = (",", ".") if lang == "vi" else (".", ",")
    whole, _, part = token.partition(mark)
    first, *others = whole.split(group)
    if mark in part or group in part or any(len(g) != 3 for g in others) or (others and (len(first) > 3 or first.startswith("0"))):
        return "number-marks"
    whole = whole.replace(group, "")
    if len(whole) > MAX_INTEGER_DIGITS or len(part) > MAX_FRACTION_DIGITS:
        return "number-too-long"
    return Fraction(int(whole + part), 10 ** len(part))


def number_for(value: Fraction, lang: str) -> str:
    """A number as a rule file of that language writes it; inverse of written_number."""
    whole, _, part = decimal_text(value).partition(".")
    if len(whole) > 6:
        return grouped(value, lang)
    return whole + ((("," if lang == "vi" else ".") + part) if part else "")
