"""Slips in whole phrases: as statutes speak, conditions first, provisions in another order, numbers in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ...basics.citation import is_number, is_point, label_key
from ...basics.quantity import number_for, written_number
from ...basics.spelling import did_you_mean, likeness
from ..grammar import surface, word_of
from .failure import Candidate, Failure
from .typography import synonyms

_LEVELS = ("POINT", "CLAUSE", "ARTICLE")


def condition_first_slips(f: Failure) -> Iterator[Candidate]:
    """"when hours > 3 hours, counts": the condition comes last."""
    if len(f.tokens) < 4 or f.tokens[-1].text != ".":
        return
    said = {word for word, terminal in synonyms()[f.lang].items() if terminal == "WHEN" or "WHEN" in terminal}
    then = synonyms()["then"][f.lang]
    for last in range(min(4, len(f.tokens) - 2)):
        if f.text(0, last).lower() not in said | {f.keyword("WHEN")}:
            continue
        for at in range(last + 2, len(f.tokens) - 1):
            if f.tokens[at].text not in (",", *then):
                continue
            first = at + 1 + (f.tokens[at + 1].text in then)
            if first > len(f.tokens) - 2 or f.tokens[at - 1].text == ",":
                continue
            condition = f.text(last + 1, at - 1)
            right = f"{f.text(first, len(f.tokens) - 2)} {f.keyword('WHEN')} {condition}"
            start, end = f.tokens[0].start, f.tokens[at].end
            edit = (start, f.tokens[-1].start, right)
            yield Candidate(0, (edit,), "condition-first", start, end, {"word": right}, sure=True)


def between_slips(f: Failure) -> Iterator[Candidate]:
    """"between 1 hour and 3 hours", "từ 1 giờ đến 3 giờ"."""
    said = synonyms()["measures"][f.lang]
    units = "|".join(re.escape(u).replace(r"\ ", r"\s+") for u in f.names.units) or "(?!)"
    number = rf"[0-9][\d.,]*(?<![.,])(?:\s?%)?(?:\s+(?:{units})(?!\w))?"
    between, joint = said["between"], said["joint"]
    for m in re.finditer(rf"(?P<lead>{between})\s+(?P<a>{number})\s+{joint}\s+(?P<b>{number})", f.draft.text):
        at = next((i for i, t in enumerate(f.tokens) if t.start == m.start()), 0)
        firsts = [i for i in range(max(0, at - 9), at) if f.text(i, at - 1) in f.names.own]
        if firsts:
            name = f.text(min(firsts), at - 1)
            right = f">= {m['a'].strip()} {f.keyword('AND')} {name} <= {m['b'].strip()}"
            values = {"found": m[0].strip(), "word": f"{name} {right}"}
            yield Candidate(0, ((m.start(), m.end(), right),), "say-instead", m.start(), m.end(), values, sure=True)


# ------------------------------------------------------------------ addresses


def address_slips(f: Failure) -> Iterator[Candidate]:
    """Provisions named in another order, or joined by "and": "clause 1 points a and b"."""
    at = min(f.index, len(f.tokens) - 1)
    first = last = at if _of_address(f, at) else at - 1
    if first < 0 or not _of_address(f, first):
        return
    while first > 0 and _of_address(f, first - 1):
        first -= 1
    while last + 1 < len(f.tokens) and _of_address(f, last + 1):
        last += 1
    while first < last and not f.any_keyword(f.tokens[first].text, *_LEVELS) and not f.any_keyword(f.text(first, first + 1), "POINT"):
        first += 1
    while last > first and not _is_label(f.tokens[last].text):
        last -= 1
    right = _address(f, first, last)
    if right and right != f.text(first, last):
        start, end = f.tokens[first].start, f.tokens[last].end
        values = {"found": f.text(first, last), "word": right}
        yield Candidate(1, ((start, end, right),), "address-form", start, end, values, sure=True)


def _is_label(text: str) -> bool:
    return is_number(label_key(text)) or is_point(label_key(text))


def _of_address(f: Failure, at: int) -> bool:
    text = f.tokens[at].text
    joint = text in (",", ";", f.keyword("AND"), f.keyword("OR"), f.keyword("OF"))
    label = _is_label(text)
    return bool(joint or label) or f.any_keyword(text, *_LEVELS) or (
        at + 1 < len(f.tokens) and f.matches("POINT", f.text(at, at + 1))
    )


def _address(f: Failure, first: int, last: int) -> str:
    """The addresses that tokens name, written as the language writes them."""
    parts: list[tuple[str, str, list[str]]] = []  # level, its word as written, labels
    for at in range(first, last + 1):
        text = f.tokens[at].text
        level = next((n for n in _LEVELS if f.matches(n, text)), None)
        if level is not None:
            plural = at > first and level == "POINT" and f.matches("POINT", f.text(at - 1, at))
            parts.append((level, f.text(at - 1, at) if plural else text, []))
        elif _is_label(text):
            if not parts:
                return ""
            parts[-1][2].append(text)
    if not parts or not all(labels for _, _, labels in parts):
        return ""
    found: list[dict[str, tuple[str, list[str]]]] = [{}]
    for level, word, labels in parts:
        if level in found[-1]:
            found.append({})
        found[-1][level] = (word, labels)
    return _written(f, found)


def _written(f: Failure, found: list[dict[str, tuple[str, list[str]]]]) -> str:
    shown = []
    for i, address in enumerate(found):
        whole = {**{n: v for n, v in found[-1].items() if i < len(found) - 1 and n not in address and n != "POINT"}, **address}
        _, clauses = whole.get("CLAUSE", ("", [""]))
        _, articles = whole.get("ARTICLE", ("", [""]))
        for article in articles:
            for clause in clauses:
                point = f"{whole['POINT'][0].lower()} {', '.join(whole['POINT'][1])}" if "POINT" in whole else ""
                of_clause = f"{word_of(f.lang, 'CLAUSE')} {clause}" if clause else ""
                shown.append(" ".join(filter(None, (point, of_clause, f"{word_of(f.lang, 'ARTICLE')} {article}" if article else ""))))
    return ", ".join(shown)


# ------------------------------------------------------------------ numbers in words


def number_in_words(words: str, lang: str) -> str | None:
    """"four hours" → "4 hours"; None when it does not begin with a number in words, or says nothing more."""
    known: dict[str, Any] = synonyms()["numbers"][lang]
    parts = words.replace("-", " ").split()
    for length in (3, 2, 1):
        value: Any = known.get(" ".join(parts[:length]).lower())
        more: Any = known.get(parts[length]) if length < len(parts) and isinstance(value, int) and value >= 20 else None
        if isinstance(more, int) and more < 10 and value % 10 == 0:  # twenty three
            return " ".join([str(value + more), *parts[length + 1 :]])
        if value is not None and len(parts) >= length:
            return " ".join([number_for(Fraction(str(value)), lang), *parts[length:]])
    return None


def number_slips(f: Failure) -> Iterator[Candidate]:
    """"four hours", "2.53 million đồng": numbers are written in digits."""
    large: dict[str, int] = synonyms()["large"][f.lang]
    for at in range(max(0, f.index - 2), min(f.index + 2, len(f.tokens))):
        token = f.tokens[at]
        if token.text.lower() in large and at and f.tokens[at - 1].is_number:
            value = written_number(f.tokens[at - 1].text, f.lang)
            if isinstance(value, Fraction):
                start, right = f.tokens[at - 1].start, number_for(value * large[token.text.lower()], f.lang)
                values = {"found": f.text(at - 1, at), "word": right}
                yield Candidate(0, ((start, token.end, right),), "number-words", start, token.end, values, sure=True)
        for last in range(at, min(at + 3, len(f.tokens) - 1)):
            found = number_in_words(f.text(at, last), f.lang)
            if found is not None and found[-1:].isdigit() and f.tokens[last + 1].is_word:
                values = {"found": f.text(at, last), "word": found}
                yield Candidate(1, ((token.start, f.tokens[last].end, found),), "number-words", token.start, f.tokens[last].end, values, sure=True)


# ------------------------------------------------------------------ values


def value_slips(f: Failure) -> Iterator[Candidate]:
    """A name in quotation marks, "=" for "is", a list joined by "and", a fact said by what it is not."""
    if f.token is None or f.before is None:
        return
    token = f.token
    inner = token.text.strip('"')
    if token.text.startswith('"') and "TERM" in f.accepts and (inner in f.names.own or inner in f.names.foreign):
        yield Candidate(1, ((token.start, token.end, inner),), "name-quoted", token.start, token.end, {"word": inner}, sure=True)
    if token.text in ("=", ":") and "IS" in f.accepts and "_COLON" not in f.accepts and "EQUAL" not in f.accepts:
        word = f" {f.keyword('IS')}"
        yield Candidate(1, ((token.start, token.end, word),), "say-instead", token.start, token.end, {"found": token.text, "word": word.strip()}, sure=True)
    if token.text in (f.keyword("AND"), f.keyword("OR")) and "_COMMA" in f.accepts and not {"AND", "OR"} & f.accepts:
        yield Candidate(1, ((f.before.end, token.end, ","),), "list-joined", token.start, token.end, {"found": token.text}, sure=True)
    for marks, terminal, sign in ((("x", "X"), "TIMES", "×"), ((":",), "DIVIDED_BY", "/")):
        if token.text in marks and terminal in f.accepts:
            values = {"found": token.text, "right": sign}
            yield Candidate(1, ((token.start, token.end, f" {sign} "),), "wrong-sign", token.start, token.end, values, sure=True)
    only = [t for t in f.accepts if t in surface(f.lang)]
    if len(f.accepts) == 1 and only and token.is_word:
        values = {"found": token.text, "word": f.keyword(only[0])}
        yield Candidate(3, ((token.start, token.end, values["word"]),), "say-instead", token.start, token.end, values)
    comma = token if token.text == "," else f.before
    if comma.text == "," and f.keyword("WHEN") in [t.text for t in f.tokens[: f.index]] and f.known_here():
        values = {"found": ",", "word": f.keyword("AND")}
        edit = (comma.start, comma.end, f" {f.keyword('AND')}")
        yield Candidate(1, (edit,), "say-instead", comma.start, comma.end, values, sure=True)
    following = f.tokens[f.index + 1] if f.index + 1 < len(f.tokens) else None
    if token.text == "-" and "NUMBER" in f.accepts and following is not None and following.is_number:
        edit = (token.start, following.start, "")
        yield Candidate(1, (edit,), "number-negative", token.start, following.end, {"right": following.text}, sure=True)
    if token.text == ":" and "LABEL" in f.accepts:
        name = f.own_name_before()
        values = {"name": name, "right": f"{name[0]}1" if name[0].isascii() else "x1"}
        yield Candidate(0, ((token.start, token.start, " x1"),), "identifier-missing", f.tokens[0].start, token.end, values)
    yield from _negated(f)


def numbered_slips(f: Failure) -> Iterator[Candidate]:
    """A name with a number in it that the glossary has with another: "Appendix 04"."""
    for at in (f.index, f.index - 1):
        if not 0 < at < len(f.tokens) or not f.tokens[at].is_number or not f.tokens[at - 1].is_word:
            continue
        lasts = [last for last in range(at, min(at + 6, len(f.tokens))) if all(t.is_word for t in f.tokens[at + 1 : last + 1])]
        for first, last in ((a, b) for a in range(max(0, at - 4), at) for b in lasts):
            phrase = f.text(first, last)
            near = did_you_mean(phrase, f.names.own) if f.tokens[first].is_word else None
            if near is not None and likeness(phrase, near) >= 80:
                start, end = f.tokens[first].start, f.tokens[last].end
                values = {"name": phrase, "near": (phrase, [near])}
                yield Candidate(1, ((start, end, near),), "unknown-name", start, end, values, sure=True)


def _negated(f: Failure) -> Iterator[Candidate]:
    assert f.token is not None
    assert f.before is not None
    if "IS" in f.accepts and "IS_NOT" not in f.accepts:
        last = f.index + len(f.keyword("IS_NOT").split()) - 1
        if last < len(f.tokens) and f.matches("IS_NOT", f.text(f.index, last)):
            start, end = f.token.start, f.tokens[last].end
            yield Candidate(1, ((start, end, f.keyword("IS")),), "fact-negated", start, end, {"found": f.text(f.index, last)})
    elif f.matches("NO", f.before.text) and f.token.is_word and f.index > 1 and f.matches("IS", f.tokens[f.index - 2].text):
        start, end = f.before.start, f.before.end
        yield Candidate(1, ((start, f.token.start, ""),), "fact-negated", start, end, {"found": f.before.text})


GENERATORS = (condition_first_slips, between_slips, address_slips, number_slips, numbered_slips, value_slips)
