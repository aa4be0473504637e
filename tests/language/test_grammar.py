"""The grammar: no conflicts, no colliding terminals, and two tongues with the same terminals."""

from __future__ import annotations

import re

from legalaid_dsl.language.grammar import Lexicon, build_parser, language_of, surface


def test_both_surfaces_have_the_same_terminals() -> None:
    assert set(surface("en")) == set(surface("vi"))


def test_the_shape_holds_no_human_words(root: object) -> None:
    text = (root / "grammar" / "law.lark").read_text("utf-8")  # type: ignore[operator]
    rules_only = re.sub(r"//[^\n]*", "", text.split("%import")[0])
    assert not re.findall(r'"[A-Za-zÀ-ỹ]+"', rules_only)


def test_the_language_of_a_file_is_found() -> None:
    assert language_of("Article 3.\nfor each case:\n") == "en"
    assert language_of("Điều 3.\nvới mỗi vụ việc:\n") == "vi"


def test_the_tables_are_worked_out_once_a_tongue() -> None:
    """Whatever names there are: they are words of the lexer."""
    one, other = (build_parser("en", Lexicon(terms=(("en", name),))) for name in ("pay", "time"))
    assert one is not other and one.parser.parser is other.parser.parser
    assert [p.get_terminal("TERM").pattern.to_regexp() for p in (one, other)] == [r"(?:[pP]ay)(?!\w)", r"(?:[tT]ime)(?!\w)"]
