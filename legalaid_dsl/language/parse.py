"""Text to tree. A file is parsed block by block, so an error ends only its own block."""

from __future__ import annotations

import re
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from ..basics.problem import MAX_PROBLEMS, Problem, problem
from ..basics.source import MAX_DEPTH, Source, bracket_too_deep
from . import tree
from .build import Builder, Mistake
from .grammar import surface, word_of

MAX_LEVELS = 2 * MAX_DEPTH  # of a parse tree: what is nested without brackets counts too


def parse_file(source: Source, parser: Lark, lang: str) -> tuple[list[Any], list[Problem]]:
    """The blocks (``.law``) or examples (``.case``) of a file, and every problem found."""
    example = source.name.endswith(".case")
    start = "example" if example else "block"
    parsed: list[Any] = []
    problems: list[Problem] = []
    for begin, end in _pieces(source.text, lang, example):
        piece = source.text[begin:end]
        if not re.sub(r"#[^\n]*", "", piece).strip():
            continue
        deep = bracket_too_deep(piece)
        if deep is not None:
            span = source.span(begin + deep, begin + deep + 1)
            problems.append(problem("nested-too-deep", span, limit=MAX_DEPTH))
            parsed += _headings_only(piece, begin, source, parser, lang, start)
            continue
        try:
            node, found = _parse(piece, begin, source, parser, lang, start)
            parsed.append(node)
            problems += found
        except UnexpectedInput as error:
            problems.append(_explain(error, begin, source, lang))
            parsed += _headings_only(piece, begin, source, parser, lang, start)
        except VisitError as error:
            if not isinstance(error.orig_exc, Mistake):
                raise
            problems.append(error.orig_exc.problem)
        except Mistake as error:
            problems.append(error.problem)
            parsed += _headings_only(piece, begin, source, parser, lang, start)
        if len(problems) >= MAX_PROBLEMS:
            break
    return parsed, problems[:MAX_PROBLEMS]


def _parse(
    piece: str, begin: int, source: Source, parser: Lark, lang: str, start: str
) -> tuple[Any, list[Problem]]:
    builder = Builder(source, begin, lang)
    found = parser.parse(piece, start=start)
    deep = _too_deep(found)
    if deep is not None:
        raise Mistake(problem("sentence-too-deep", builder.at(deep.meta), limit=MAX_LEVELS))
    return builder.transform(found), builder.problems


def _too_deep(top: Tree[Token]) -> Tree[Token] | None:
    """The first node below MAX_LEVELS levels, found without recursion."""
    level = [top]
    for _ in range(MAX_LEVELS):
        level = [c for node in level for c in node.children if isinstance(c, Tree)]
        if not level:
            return None
    return level[0]


def _pieces(text: str, lang: str, example: bool) -> list[tuple[int, int]]:
    """Where the headings cut the file."""
    words = surface(lang)
    names = ["CASE"] if example else ["INSTRUMENT", "ARTICLE", "CLAUSE", "POINT", "EXAMPLE"]
    label = r"\s+[a-z]" if example else r'\s+(?:"|[^\s.]{1,4}\.)'
    pattern = rf"^[ \t]*(?:{'|'.join(words[n] for n in names)})(?!\w){label}"
    cuts = [m.start() for m in re.finditer(pattern, text, re.MULTILINE)]
    cuts = [0, *(c for c in cuts if c), len(text)]
    return list(zip(cuts, cuts[1:], strict=False))


def _headings_only(
    piece: str, begin: int, source: Source, parser: Lark, lang: str, start: str
) -> list[Any]:
    """The heading of a block that did not parse, so that its provision still exists."""
    if start != "block":
        return []
    first_line = piece.lstrip("\n").split("\n", 1)[0]
    lead = len(piece) - len(piece.lstrip("\n"))
    try:
        return [_parse(first_line, begin + lead, source, parser, lang, start)[0]]
    except (UnexpectedInput, VisitError, Mistake):
        return []


def _explain(error: UnexpectedInput, begin: int, source: Source, lang: str) -> Problem:
    if isinstance(error, UnexpectedCharacters):
        at = begin + error.pos_in_stream
        text = source.text
        if text[at] == '"':
            end = text.find("\n", at)
            return problem("text-not-closed", source.span(at, len(text) if end < 0 else end))
        word = re.match(r"\w+|.", text[at:], re.DOTALL)
        end = at + (word.end() if word else 1)
        expected = error.allowed
    else:
        assert isinstance(error, UnexpectedToken)
        token = error.token
        if token.type == "$END":
            end = begin + len(source.text[begin:].rstrip())
            last = source.text[:end].rstrip()
            return problem("unfinished", source.span(max(len(last) - 1, 0), len(last)))
        at = begin + (token.start_pos or 0)
        end = begin + (token.end_pos or 0)
        expected = set(error.accepts or error.expected)
    span = source.span(at, end)
    if "_STOP" in (expected or ()) and _starts_line(source.text, at):
        before = len(source.text[:at].rstrip())
        return problem("full-stop-missing", source.span(max(before - 1, 0), before))
    shown = _in_words(set(expected or ()), lang)
    found = " ".join(span.text().split())
    return problem("not-understood", span, found=found, expected=shown)


def _starts_line(text: str, at: int) -> bool:
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


_SIGNS = {
    "_STOP": ".", "_COMMA": ",", "_COLON": ":", "_SEMICOLON": ";", "_OPEN": "(", "_CLOSE": ")",
    "PLUS": "+", "MINUS": "-", "TIMES": "×", "DIVIDED_BY": "/", "LESS": "<", "MORE": ">",
    "LESS_EQUAL": "<=", "MORE_EQUAL": ">=", "EQUAL": "=",
}  # fmt: skip
_KINDS = {
    "TERM": ("a name from the glossary", "một tên trong bảng thuật ngữ"),
    "WORD": ("a name from the glossary", "một tên trong bảng thuật ngữ"),
    "NUMBER": ("a number", "một số"),
    "PERCENT": ("a percentage", "một tỷ lệ phần trăm"),
    "DATE": ("a date such as 2021-07-15", "một ngày như 2021-07-15"),
    "UNIT": ("a unit", "một đơn vị"),
    "STRING": ('a text in "…"', 'một đoạn chữ trong "…"'),
    "KEY": ("an ASCII key", "một mã ASCII"),
    "LANGUAGE": ('a text: en "…" vi "…"', 'một đoạn chữ: vi "…" en "…"'),
    "ORDINAL": ("a number", "một số thứ tự"),
    "LETTERS": ("the letter of a point", "chữ cái của điểm"),
    "LABEL": ("an identifier such as P1", "một mã như P1"),
}


def _in_words(terminals: set[str], lang: str) -> Any:
    """The expected set for a reader, at most eight entries, in both message languages."""
    from ..basics.bilingual import Bilingual

    def text(message_lang: str) -> str:
        shown: list[str] = []
        for name in sorted(terminals):
            if name in _SIGNS:
                shown.append(f"“{_SIGNS[name]}”")
            elif name in _KINDS:
                shown.append(_KINDS[name][message_lang == "vi"])
            elif name in surface(lang):
                shown.append(f"“{word_of(lang, name)}”")
        shown = list(dict.fromkeys(sorted(shown, key=lambda s: s.startswith("“"))))
        more = {"en": " or ", "vi": " hoặc "}[message_lang]
        return more.join(shown[:8]) + (" …" if len(shown) > 8 else "")

    return Bilingual(text("en"), text("vi"))


__all__ = ["parse_file", "tree"]
