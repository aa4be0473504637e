"""Slips in how a sentence is put together: order, half comparisons, keys, sources."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ...basics.spelling import folded
from ..grammar import word_of
from .failure import COMPARING, SIGNS, Candidate, Failure, Token
from .typography import synonyms

_COMPARISONS = ("IS", "IS_NOT", "IS_AMONG", "IS_NOT_AMONG", "IS_BEFORE", "IS_AFTER", "IS_NOT_BEFORE", "IS_NOT_AFTER")
_STATUSES = ("OFFICIAL", "SECONDARY", "SUPPLIED", "ILLUSTRATIVE")


def _compares(f: Failure, at: int) -> bool:
    return f.tokens[at].text in COMPARING or any(
        f.matches(k, f.text(at, min(at + n, len(f.tokens) - 1))) for k in _COMPARISONS for n in (0, 1, 2)
    )


def _left_operand(f: Failure, at: int) -> str:
    """The words of the comparison before token ``at``, up to its sign; empty when there is none."""
    stops = {f.keyword(k) for k in ("AND", "OR", "WHEN", "ONLY_WHEN", "WHERE", "APPLIES_WHEN")}
    sign = next((i for i in range(at - 1, -1, -1) if _compares(f, i)), None)
    if sign is None or sign == 0:
        return ""
    first = sign
    while first > 0 and f.tokens[first - 1].text not in stops | {"(", ",", "."}:
        first -= 1
    return f.text(first, sign - 1) if first < sign else ""


def half_slips(f: Failure) -> Iterator[Candidate]:
    """"hours > 0 hours and < 3 hours", "0 hours < hours < 3 hours"."""
    if f.token is None or f.before is None:
        return
    yield from _half_said(f)
    if not _compares(f, f.index):
        return
    joint = f.before.text in (f.keyword("AND"), f.keyword("OR"))
    start, end = f.token.start, f.tokens[min(f.index + 1, len(f.tokens) - 1)].end
    if joint:
        left = _left_operand(f, f.index - 1)
        if left:
            values = {"joint": f.before.text, "left": left, "word": f"{left} {f.token.text} …"}
            yield Candidate(1, ((f.token.start, f.token.start, f"{left} "),), "comparison-half", start, end, values)
        return
    sign = next((i for i in range(f.index - 1, -1, -1) if f.tokens[i].text in COMPARING), None)
    if sign is not None and sign + 1 < f.index:
        middle = f.text(sign + 1, f.index - 1)
        new = f" {f.keyword('AND')} {middle} "
        values = {"word": f"{f.keyword('AND')} {middle} {f.token.text} …"}
        yield Candidate(1, ((f.before.end, f.token.start, new),), "comparison-chained", f.token.start, f.token.end, values)


def _half_said(f: Failure) -> Iterator[Candidate]:
    """"… and less than 3 hours": a half comparison, said in words."""
    for first in range(f.index, f.index - 4, -1):  # the words may have been read as a name
        joint = f.tokens[first - 1].text if first > 1 else ""
        left = _left_operand(f, first - 1) if joint in (f.keyword("AND"), f.keyword("OR")) else ""
        for last in range(first, min(first + 4, len(f.tokens))) if left else ():
            said = synonyms()[f.lang].get(f.text(first, last).lower(), [])
            for sign in (SIGNS[s] for s in ([said] if isinstance(said, str) else said) if s in SIGNS and SIGNS[s] in COMPARING):
                values = {"joint": joint, "word": f"{left} {sign} …"}
                start, end = f.tokens[first].start, f.tokens[last].end
                yield Candidate(0, ((start, end, f"{left} {sign}"),), "comparison-half", start, end, values, sure=True)


def yes_no_slips(f: Failure) -> Iterator[Candidate]:
    """"counts is yes", "được tính là có": yes-or-no terms stand alone."""
    yes, no = f.keyword("YES"), f.keyword("NO")
    for at in (f.index, f.index - 1):
        if not 1 < at < len(f.tokens) or f.tokens[at].text.lower() not in (yes, no, "true", "false", "đúng", "sai"):
            continue
        joint = f.tokens[at - 1].text
        if joint not in ("=", f.keyword("IS")):
            continue
        positive = f.tokens[at].text.lower() in (yes, "true", "đúng")
        start, end = f.tokens[at - 1].start, f.tokens[at].end
        name_at = _name_start(f, at - 2)
        edits = [(f.tokens[at - 2].end, end, "")]
        if not positive:
            edits.append((f.tokens[name_at].start, f.tokens[name_at].start, f.keyword("NOT") + " "))
        name = f.text(name_at, at - 2)
        word = name if positive else f"{f.keyword('NOT')} {name}"
        decided = name_at == 0
        code = "yes-no-decided-with-is" if decided else "yes-no-alone"
        if decided:
            word = f"{name} {f.keyword('WHEN')} …"
            edits = [(f.tokens[at - 2].end, end, f" {f.keyword('WHEN')}")] if at + 1 < len(f.tokens) - 1 else []
            if len(f.tokens) > at + 1 and f.tokens[at + 1].text == f.keyword("WHEN"):
                edits = [(f.tokens[at - 2].end, end, "")]
        if edits or decided:
            yield Candidate(1, tuple(edits), code, start, end, {"found": f.text(at - 1, at), "word": word})


def _name_start(f: Failure, last: int) -> int:
    stops = {f.keyword(k) for k in ("AND", "OR", "WHEN", "ONLY_WHEN", "WHERE", "APPLIES_WHEN", "NOT")}
    first = last
    while first > 0 and f.tokens[first - 1].is_word and f.tokens[first - 1].text not in stops:
        first -= 1
    return first


def order_slips(f: Failure) -> Iterator[Candidate]:
    """A ceiling, a floor or a rounding written after the condition, which comes last."""
    text = f.draft.text
    if f.token is None or f.token.text not in (",",) and not f.any_keyword(f.token.text, "AT_MOST", "AT_LEAST"):
        return
    when = next((i for i in range(f.index - 1, -1, -1) if f.tokens[i].text == f.keyword("WHEN")), None)
    if when is None or f.tokens[-1].text != ".":
        return
    tail = f.tokens[f.index].start
    condition = text[f.tokens[when].start : tail].strip()
    stop = f.tokens[-1].start
    if not text[tail:stop].strip(", \n"):
        return
    lead = "" if f.token.text == "," else ","
    end_before = f.tokens[when - 1].end
    edits = ((end_before, stop, f"{lead}{text[tail:stop].rstrip()} {condition}"),)
    start, end = f.tokens[when].start, f.tokens[f.index - 1].end
    yield Candidate(1, edits, "condition-last", start, end, {"word": " ".join(condition.split())})


def otherwise_slips(f: Failure) -> Iterator[Candidate]:
    """"otherwise when …": one or the other."""
    if f.token is None or f.before is None or f.tokens[-1].text != ".":
        return
    if f.token.text == f.keyword("WHEN"):
        words = len(f.keyword("OTHERWISE").split())
        first = f.index - words
        if first >= 0 and f.text(first, f.index - 1) == f.keyword("OTHERWISE"):
            start, end = f.tokens[first].start, f.before.end
            yield Candidate(1, ((start, end, ""),), "otherwise-with-condition", start, end, {"word": f.keyword("WHEN")})


def source_slips(f: Failure) -> Iterator[Candidate]:
    """A figure without a source, or a source without its standing."""
    official = f"{f.keyword('OFFICIAL')} {f.keyword('SOURCE')}"
    other = {"en": 'en "…"', "vi": 'vi "…"'}[f.lang]
    first, last = f.tokens[0].start, f.tokens[-1].end
    dated = any(re.fullmatch(r"\d{4}-\d\d-\d\d", t.text) for t in f.tokens) or f.tokens[0].text == f.keyword("FIGURE").split()[0]
    if f.token is not None and f.token.text == "." and "_COMMA" in f.accepts and dated:
        edit = (f.token.start, f.token.start, f', {official} {f.lang} "…"')
        yield Candidate(1, (edit,), "source-missing", first, f.token.start, {"word": f"{official} {other}"})
    if f.token is not None and _STATUSES[0] in f.accepts:
        said = [f.keyword("SOURCE"), *(w for w, t in synonyms()[f.lang].items() if t == "SOURCE")]
        for status in _STATUSES:
            for word in said:
                turned, last = f"{word} {f.keyword(status)}", f.index + len(word.split()) + len(f.keyword(status).split()) - 1
                if last < len(f.tokens) and f.text(f.index, last) == turned:
                    right = f"{f.keyword(status)} {f.keyword('SOURCE')}"
                    start, end = f.token.start, f.tokens[last].end
                    yield Candidate(0, ((start, end, right),), "say-instead", start, end, {"found": turned, "word": right}, sure=True)
        length = next((len(w.split()) for w in said if f.text(f.index, min(f.index + len(w.split()), len(f.tokens)) - 1) == w), 0)
        if length:
            end = f.tokens[f.index + length - 1].end
            there = ", ".join(word_of(f.lang, s) for s in _STATUSES)
            yield Candidate(1, ((f.token.start, end, official),), "source-standing", f.token.start, end, {"there": there})
    if f.token is not None and "LANGUAGE" in f.accepts and f.token.text.startswith('"') and last > f.at:
        edit = (f.token.start, f.token.start, f"{f.lang} ")
        yield Candidate(2, (edit,), "text-language", f.token.start, f.token.end, {"word": f"{f.lang} {_short(f.token)}"})


def _short(token: Token) -> str:
    return token.text if len(token.text) < 30 else token.text[:28] + '…"'


_KEYS = (re.compile(r'[^\s,;:"]+?(?=[\s,;:"]|\.\s|\.$|$)'), re.compile(r'[^\s,;:"][^,;:\n"]*?(?=\s*(?:[,;:"]|\.\s|\.$|\n|$))'))


def absent_slips(f: Failure) -> Iterator[Candidate]:
    """A key, the kind of a term, or a text that is not there at all."""
    if f.token is None or f.before is None:
        return
    start, end = f.before.start, f.before.end
    if f.token.text.startswith('"') and f.before.text in ("en", "vi") and f.index > 1:
        values = {"hint_from": "key-plain", "word": f.tokens[0].text}
        yield Candidate(1, ((start, start, "x "),), "key-absent", f.tokens[0].start, f.tokens[f.index - 2].end, values)
    elif "KEY_IS" in f.accepts and not f.matches("KEY_IS", f.token.text) and f.token.text in ("en", "vi", ",", ".", ":", ";"):
        yield Candidate(7, (), "key-absent", f.tokens[0].start, end, {})
    elif f.token.text in (".", ",") and f.accepts <= {"_COMMA"} and f.any_keyword(f.text(0, 0), "FACT", "DERIVED") or f.token.text == "." and f.accepts <= {"_COMMA"} and f.any_keyword(f.text(0, min(1, f.index)), "FACT", "DERIVED"):
        yield Candidate(7, (), "kind-absent", f.tokens[0].start, end, {})
    if {"A_NUMBER", "A_DATE"} <= f.accepts:
        yield Candidate(6, (), "kind-absent", f.tokens[0].start, end, {})
    if "LANGUAGE" in f.accepts and f.token.text in (".", ",", ";", f.keyword("WHEN")):
        yield Candidate(2, ((end, end, f' {f.lang} "…"'),), "text-absent", start, end, {"word": f'{f.lang} "…"'})


def key_slips(f: Failure) -> Iterator[Candidate]:
    """A key with capitals, diacritics, spaces or hyphens; a text without quotation marks."""
    for at in (f.index, f.index - 1):
        if not 0 < at < len(f.tokens) or not ("KEY" in f.accepts or f.matches("KEY_IS", f.tokens[at - 1].text)):
            continue
        start = f.tokens[at].start
        for pattern in _KEYS:
            m = pattern.match(f.draft.text, start)
            found = m[0] if m is not None else ""
            new = ".".join(filter(None, (_slug(p) for p in found.split(".")))) or "x"
            if found and new != found:
                end = start + len(found)
                yield Candidate(1, ((start, end, new),), "key-form", start, end, {"found": found, "word": new})
    if f.token is not None and f.before is not None and f.accepts == {"LANGUAGE"} and f.token.is_word and f.index > 1:
        m = re.compile(r"[^\n\"]*?(?=\s+(?:en|vi)\s|\s*$)", re.MULTILINE).match(f.draft.text, f.before.start)
        if m is not None and f.token.text not in ("en", "vi"):  # "reading exact multiple"
            yield Candidate(0, ((m.start(), m.end(), _slug(m[0])),), "key-form", m.start(), m.end(), {"found": m[0], "word": _slug(m[0])}, sure=True)
    if f.token is not None and f.before is not None and "STRING" in f.accepts and "TERM" not in f.accepts and f.token.is_word:
        m = re.compile(r"[^\n\"]*?(?=\s+(?:en|vi)\s|\s*[,;]?\s*\n|\.?\s*$)").match(f.draft.text, f.token.start)
        if m is not None and m[0]:
            edit = (f.token.start, m.end(), f'"{m[0]}"')
            yield Candidate(3, (edit,), "quotation-missing", f.token.start, m.end(), {"word": f'"{m[0][:28]}"'})


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", folded(text))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789 ") or ""


GENERATORS = (
    half_slips, yes_no_slips, order_slips, otherwise_slips, source_slips, key_slips, absent_slips,
)  # fmt: skip
