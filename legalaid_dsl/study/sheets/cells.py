"""One cell to what a case file would say, or why not. Whatever could be read in two ways is not read.

Values are what readers of spreadsheets give: texts, whole and binary numbers, decimals, truth, days, moments, times of day, durations.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Final, TypeAlias

import attrs

from ...basics.quantity import MAX_FACT_DIGITS, MAX_INTEGER_DIGITS, decimal_text, is_decimal
from .words import Choices
from .written import key_of, written

FLOAT_DIGITS: Final = 15  # decimals of so many digits come back from a binary number as they went in
MINUTES: Final = 60
FIRST_YEAR, LAST_YEAR, MONTHS = 1900, 2200, 12
ERROR: Final = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3}")
ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
YEAR_FIRST: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
ONE_MARK: Final = re.compile(r"(\d+)([.,])(\d+)")
GROUPS: Final = (re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"), re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"), re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?"))
PLAIN: Final = re.compile(r"\d+(?:\.\d+)?")
MOST_PIECES: Final = 24  # of several choices in a cell
AT_CLOCK: Final = re.compile(r"(\d{1,4}):(\d{2})(?::00)?")
SEVERAL: Final = re.compile(r"[;\n\r]+")


@attrs.frozen(slots=True)
class Wrong:
    """Why a cell is not read: an entry of ``tables.toml``, and what fills its braces."""

    code: str
    values: Mapping[str, Any] = attrs.Factory(dict)


@attrs.frozen(slots=True)
class Broken:
    """A cell that a workbook itself cannot tell: an error, a formula without its value, a merge. ``shown``: what is seen there."""

    code: str
    shown: str = ""
    values: Mapping[str, Any] = attrs.Factory(dict)


Read: TypeAlias = "str | Wrong | None"


@attrs.frozen(slots=True, kw_only=True)
class Ways:
    """How the cells of one column are written, where they do not say it themselves.

    ``dates``: d/m/y or m/d/y; ``decimal``: the mark before decimals; ``blank``: what an empty cell says (no, none, above);
    ``strict``: text by the letter of the contract is that first (3.125), as programs write it."""

    dates: str = ""
    decimal: str = ""
    blank: str = ""
    strict: bool = False


def broken(value: Any) -> Wrong | None:
    """What no kind of column takes."""
    if isinstance(value, Broken):
        return Wrong(value.code, {"value": value.shown, **value.values})
    if isinstance(value, str) and ERROR.fullmatch(value.strip()):
        return Wrong("error-cell", {"value": value.strip()})
    return None


def is_blank(value: Any) -> bool:
    """Whether nothing is seen in a cell."""
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def spaced(text: str) -> str:
    """Composed, spaces of every kind as one, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


# ------------------------------------------------------------------ texts


def read_text(value: Any) -> Read:
    """Texts and ids; a whole number as it is written."""
    match value:
        case str():
            return spaced(value) if "\n" not in value else unicodedata.normalize("NFC", value.strip())
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.date().isoformat() if value.time() == time.min else value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return Wrong("cell-time", {"value": value})
        case _:
            return _decimal(value)


# ------------------------------------------------------------------ numbers


def _decimal(value: Any) -> Read:
    """A number that is one already. A binary one counts for its shortest decimal, where that comes back for certain."""
    if isinstance(value, int):
        text = str(value)
    elif isinstance(value, Decimal) and value.is_finite():
        text = f"{value:f}"
    else:
        shortest = Decimal(repr(value)) if repr(value)[-1].isdigit() else None
        if shortest is None or len(shortest.normalize().as_tuple().digits) > FLOAT_DIGITS or abs(shortest.adjusted()) > MAX_FACT_DIGITS:
            return Wrong("number-inexact", {"value": value})
        text = f"{shortest:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    whole, _, part = text.lstrip("-").partition(".")
    if len(whole) > MAX_INTEGER_DIGITS or len(part) > MAX_FACT_DIGITS:
        return Wrong("number-inexact", {"value": text})
    return "0" if text == "-0" else text


def read_number(value: Any, ways: Ways, units: tuple[str, ...] = (), clock: bool = False) -> Read:
    """A number; with ``clock`` also a time of it (2:30, 2h30), in hours."""
    match value:
        case bool():
            return Wrong("cell-truth", {"value": value})
        case datetime() | date():
            return Wrong("cell-day", {"value": value.isoformat()[:10]})
        case time():
            return _hours(Fraction(value.hour * 3600 + value.minute * 60 + value.second) / 60, value.isoformat()) if clock and not value.microsecond else Wrong("cell-time", {"value": value})
        case timedelta():
            return _hours(Fraction(value // timedelta(microseconds=1), 60_000_000), str(value)) if clock else Wrong("cell-time", {"value": value})
        case str():
            found = _written_number(spaced(value), ways, units, clock)
        case _:
            found = _decimal(value)
    return Wrong("number-below", {"value": value}) if isinstance(found, str) and found.startswith("-") else found


def _hours(minutes: Fraction, shown: str) -> Read:
    """Minutes as hours, where these end in decimals."""
    if minutes.denominator != 1 or minutes < 0:
        return Wrong("cell-time", {"value": shown})
    hours = minutes / MINUTES
    return decimal_text(hours) if is_decimal(hours) else Wrong("minutes-no-decimal", {"value": shown})


def _written_number(text: str, ways: Ways, units: tuple[str, ...], clock: bool) -> Read:
    if ways.strict and PLAIN.fullmatch(text):
        return _digits(text)
    if clock:
        told = _clock(text)
        if told is not None:
            return told
    lower = text.lower()
    for unit in units:
        if lower.endswith(unit.lower()) and len(text) > len(unit) and not text[-len(unit) - 1].isalpha():
            text = text[: -len(unit)].rstrip()
            break
    if re.fullmatch(r"-\s?\d.*", text):
        return Wrong("number-below", {"value": text})
    if text.isascii() and text.isdecimal():
        return _digits(text)
    if found := ONE_MARK.fullmatch(text):
        return _one_mark(found[1], found[2], found[3], text, ways)
    for form, mark in zip(GROUPS, (",", ".", ""), strict=True):
        if form.fullmatch(text):
            if ways.decimal and mark not in ("", ways.decimal):
                return Wrong("number-form", {"value": text})
            last = max(text.rfind(m) for m in ([mark] if mark else [".", ","]))
            last = last if last >= 0 else len(text)
            return _digits(re.sub(r"\D", "", text[:last]) + ("." + text[last + 1 :] if last < len(text) else ""))
    return Wrong("number-form", {"value": text})


def _one_mark(whole: str, mark: str, part: str, text: str, ways: Ways) -> Read:
    """One point or comma: before decimals, or between thousands where three digits follow and that could be."""
    grouped = len(part) == 3 and len(whole) <= 3 and whole[0] != "0"
    if ways.decimal:
        if mark == ways.decimal:
            return _digits(f"{whole}.{part}")
        return _digits(whole + part) if grouped else Wrong("number-form", {"value": text})
    if grouped:
        return Wrong("number-two", {"value": text, "whole": whole + part, "decimal": f"{whole}{mark}{part}0"})
    return _digits(f"{whole}.{part}")


def _digits(text: str) -> Read:
    whole, _, part = text.partition(".")
    whole = whole.lstrip("0") or "0"
    if not text.isascii() or len(whole) > MAX_INTEGER_DIGITS or len(part) > MAX_FACT_DIGITS:
        return Wrong("number-form", {"value": text})
    return f"{whole}.{part}" if part.strip("0") else whole


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, words))


def _clock(text: str) -> Read:
    """2:30, 2h30, 2 giờ 30 phút, 45 phút; None where it is not written so."""
    if found := AT_CLOCK.fullmatch(text):
        hours, minutes = int(found[1]), int(found[2])
        return _hours(Fraction(MINUTES * hours + minutes), text) if minutes < MINUTES else Wrong("number-form", {"value": text})
    hour, minute = _alternatives(written().hour), _alternatives(written().minute)
    if found := re.fullmatch(rf"(\d{{1,4}})\s?(?:{hour})\s?(?:(\d{{1,2}})\s?(?:{minute})?)?", text, re.IGNORECASE | re.ASCII):
        minutes = int(found[2] or 0)
        return _hours(Fraction(MINUTES * int(found[1]) + minutes), text) if minutes < MINUTES else Wrong("number-form", {"value": text})
    if found := re.fullmatch(rf"(\d{{1,4}})\s?(?:{minute})", text, re.IGNORECASE | re.ASCII):
        return _hours(Fraction(int(found[1])), text)
    return None


# ------------------------------------------------------------------ days


def month_first(value: Any) -> bool:
    """Whether a text is a day with its month written first, as 12/25/2025 must be."""
    found = DAY_FIRST.fullmatch(spaced(value)) if isinstance(value, str) else None
    return found is not None and int(found[2]) > MONTHS >= int(found[1])


def read_day(value: Any, ways: Ways, others: Callable[[], bool]) -> Read:
    """A day. ``others``: whether another cell of the column has its month first; asked only where that matters."""
    match value:
        case datetime():
            return _day(value.year, value.month, value.day, value) if value.time() == time.min else Wrong("day-only", {"value": value})
        case date():
            return _day(value.year, value.month, value.day, value)
        case str():
            return _written_day(spaced(value), ways, others)
        case _:
            return Wrong("day-form", {"value": value})


def _written_day(text: str, ways: Ways, others: Callable[[], bool]) -> Read:
    if found := ISO.fullmatch(text) or YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    words = written()
    before, month, year = _alternatives(words.before), _alternatives(words.month), _alternatives(words.year)
    if found := re.fullmatch(rf"(?:(?:{before})\s)?(\d{{1,2}})\s(?:{month})\s(\d{{1,2}})\s(?:{year})\s(\d{{4}})", text, re.IGNORECASE | re.ASCII):
        return _day(int(found[3]), int(found[2]), int(found[1]), text)
    text = re.sub(rf"^(?:{before})\s", "", text, flags=re.IGNORECASE)
    found = DAY_FIRST.fullmatch(text)
    if found is None or not text.isascii():
        return Wrong("day-form", {"value": text})
    first, second, year_of = int(found[1]), int(found[2]), int(found[3])
    if len(found[3]) == 2:
        return Wrong("day-year", {"value": text})
    if ways.dates == "m/d/y":
        return _day(year_of, first, second, text)
    if second > MONTHS >= first:
        return Wrong("day-month-first", {"value": text, "right": f"{second:02}/{first:02}/{year_of}"})
    if ways.dates != "d/m/y" and first <= MONTHS and first != second and others():
        one, other = (f"{year_of}-{b:02}-{a:02}" for a, b in ((first, second), (second, first)))
        return Wrong("day-two", {"value": text, "one": one, "other": other})
    return _day(year_of, second, first, text)


def _day(year: int, month: int, day: int, shown: Any) -> Read:
    try:
        found = date(year, month, day)
    except ValueError:
        return Wrong("day-none", {"value": shown})
    return found.isoformat() if FIRST_YEAR <= year <= LAST_YEAR else Wrong("day-none", {"value": shown})


# ------------------------------------------------------------------ yes or no, choices


def read_truth(value: Any) -> Read:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            plain = key_of(value) or value.strip()
            return "true" if plain in written().yes else "false" if plain in written().no else Wrong("truth-form", {"value": value})
        case int() | float() if value in (0, 1):  # as LibreOffice keeps TRUE and FALSE
            return "true" if value else "false"
        case _:
            return Wrong("truth-form", {"value": value})


def read_choice(value: Any, choices: Choices) -> Read:
    found = choices.find(value) if isinstance(value, str) else None
    return found if found is not None else _no_choice(value, choices)


def _no_choice(value: Any, choices: Choices) -> Wrong:
    from ...basics.spelling import did_you_mean

    names = [n for pair in choices.names.values() for n in pair if n]
    near = did_you_mean(spaced(str(value)).lower(), [n.lower() for n in names]) if isinstance(value, str) else None
    if near:
        return Wrong("choice-near", {"value": value, "near": near})
    return Wrong("choice-form", {"value": value, "there": [a or k for k, (a, _) in choices.names.items()], "vi_there": [b or k for k, (_, b) in choices.names.items()]})


def read_choices(value: Any, choices: Choices) -> Read:
    """Several choices in a cell, parted by semicolons or lines; by commas where only one way of parting gives names alone."""
    if not isinstance(value, str):
        return _no_choice(value, choices)
    if key_of(value) in written().none:
        return " "
    found: list[str] = []
    for part in (p for p in SEVERAL.split(value) if p.strip()):
        whole = choices.find(part)
        if whole is not None:
            found.append(whole)
            continue
        ways = _parted(_between().split(spaced(part)), choices)
        if len(ways) != 1:
            return Wrong("choices-two", {"value": part}) if ways else _no_choice(part.strip(), choices)
        found += ways[0]
    return ";".join(found) if found else " "


@cache
def _between() -> re.Pattern[str]:
    """What may stand between choices, kept as pieces of its own."""
    return re.compile(rf"(\s*[,/+&]\s*|\s(?:{_alternatives(written().joined)})\s)", re.IGNORECASE)


def _parted(pieces: list[str], choices: Choices) -> list[list[str]]:
    """All ways in which neighbouring pieces make up names, two at most. Every second piece stands between two others."""
    count = (len(pieces) + 1) // 2
    if count > MOST_PIECES:
        return []
    ways: list[list[list[str]]] = [[[]], *([] for _ in range(count))]
    for end in range(1, count + 1):
        for start in range(end):
            name = choices.find("".join(pieces[2 * start : 2 * end - 1])) if ways[start] else None
            if name is not None:
                ways[end] += [[*before, name] for before in ways[start]]
        ways[end] = ways[end][:2]
    return ways[-1]
