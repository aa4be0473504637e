"""Colours: the Pygments lexer, the TextMate grammar and the words files say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from legalaid_dsl.basics.bilingual import LANGUAGES
from legalaid_dsl.language.grammar import surface, word_of
from legalaid_dsl.workbench.editors import textmate, vocabulary

pygments = pytest.importorskip("pygments")

from pygments.token import Comment, Error, Keyword, Literal, Name, Number, Operator, String, Text, Token  # noqa: E402

from legalaid_dsl.workbench.editors.highlight import LegalaidLexer  # noqa: E402

EXTENSION = "docs/editors/vscode"


def test_every_word_of_both_surfaces_has_its_kind() -> None:
    for lang in LANGUAGES:
        found = {k.terminal: k for k in vocabulary.keywords(lang)}
        assert set(found) == set(surface(lang)) - set(vocabulary.NOT_WORDS)
        assert all(k.kind in textmate.SCOPES for k in found.values())
    sections = vocabulary.sections()
    assert all(set(vocabulary.SECTIONS) <= names for names in sections.values())
    kinds = {lang: {k.terminal: k.kind for k in vocabulary.keywords(lang)} for lang in LANGUAGES}
    assert kinds["en"] == kinds["vi"]


def tokens(text: str) -> list[tuple[object, str]]:
    return [(kind, words) for kind, words in LegalaidLexer().get_tokens(text) if words.strip()]


def test_a_rule_in_each_language() -> None:
    english = tokens('Clause 2. en "Four hours." # note\ntask ceiling is 1.5 sessions when hours is not stated.\n')
    assert english[:5] == [
        (Keyword.Declaration, "Clause"), (Number, "2"), (Token.Punctuation, "."), (Keyword.Pseudo, "en"), (String, '"Four hours."'),
    ]  # fmt: skip
    assert (Comment.Single, "# note") in english
    assert (Operator.Word, "is not stated") in english
    assert (Name, "ceiling") in english
    vietnamese = tokens(
        "Khoản 2.\nvới mỗi công việc:\nmức trần là 1,5 buổi khi hình thức không phải là một trong (a).\n"
    )
    assert (Keyword.Declaration, "Khoản") in vietnamese
    assert (Keyword, "với mỗi") in vietnamese
    assert (Operator.Word, "không phải là một trong") in vietnamese
    assert (Number, "1,5") in vietnamese
    assert (Name, "trần") in vietnamese  # "là" inside a word is no keyword


def test_an_example() -> None:
    found = tokens(
        "Case art_3_base.\nlike other_case.\ndate of work is 2026-01-05.\nexpect work entry e1: counts is unknown.\n"
    )
    assert (Keyword.Declaration, "Case") in found
    assert (Name.Attribute, "art_3_base") in found
    assert (Literal.Date, "2026-01-05") in found
    assert (Name.Label, "e1") in found
    assert (Keyword.Constant, "unknown") in found


def test_the_shipped_files_lose_nothing_and_hold_nothing_unknown(root: Path) -> None:
    for path in sorted((root / "rulesets").rglob("*.law")):
        text = path.read_text("utf-8")
        found = list(LegalaidLexer(ensurenl=False, stripnl=False).get_tokens(text))
        assert "".join(words for _, words in found) == text
        assert not [words for kind, words in found if kind in (Error, Text)]


def test_the_lexer_is_announced_to_pygments(root: Path) -> None:
    import tomllib
    from importlib.metadata import EntryPoint

    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    (value,) = project["entry-points"]["pygments.lexers"].values()
    assert EntryPoint("legalaid", value, "pygments.lexers").load() is LegalaidLexer
    assert {"*.law", "*.case"} == set(LegalaidLexer.filenames)


# ------------------------------------------------------------------ the VS Code extension


def test_the_grammar_is_the_one_made_from_the_words(root: Path) -> None:
    path = root / textmate.FILE
    assert path.read_text("utf-8") == textmate.text(), "run python -m legalaid_dsl.workbench.editors.textmate"


def test_every_keyword_is_coloured_whole() -> None:
    """In the order of the grammar, the pattern that fits a printed keyword takes the whole of it."""
    made = textmate.grammar()
    for lang in LANGUAGES:
        patterns = [p["match"] for p in made["repository"][lang]["patterns"]]
        plain = [re.sub(r"\[\\p\{L\}\\p\{M\}\\p\{N\}_\]", r"\\w", p) for p in patterns]
        for keyword in vocabulary.keywords(lang):
            if "(?=" in keyword.pattern:
                continue  # a word that is one only before others
            words = word_of(lang, keyword.terminal)
            first = next(m for p in plain if (m := re.match(p, words)))
            assert first[0] == words, (lang, keyword.terminal)


def test_the_extension_holds_together(root: Path) -> None:
    folder = root / EXTENSION
    package = json.loads((folder / "package.json").read_text("utf-8"))
    contributes = package["contributes"]
    assert (folder / package["main"]).is_file()
    assert (folder / contributes["languages"][0]["configuration"]).is_file()
    assert (folder / contributes["grammars"][0]["path"]).is_file()
    assert contributes["languages"][0]["extensions"] == [".law", ".case"]
    assert contributes["grammars"][0]["scopeName"] == textmate.grammar()["scopeName"]
    json.loads((folder / "language-configuration.json").read_text("utf-8"))
    client = (folder / "client" / "extension.js").read_text("utf-8")
    assert "legalaid.explainCase" in client
