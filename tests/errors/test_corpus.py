"""Every message that a drafter can get, against its golden text: read the diff of these as prose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from legalaid_dsl.basics.problem import catalogue
from legalaid_dsl.language.grammar import surface
from legalaid_dsl.workbench import error_pages
from legalaid_dsl.workbench.error_pages import LANGUAGES, NOT_KEPT, WORDINGS, code_of, entries, golden, problems_of

CORPUS = Path(__file__).resolve().parent.parent / "bad" / "corpus"
ENTRIES = entries(CORPUS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda p: p.stem)
def test_the_messages_are_the_golden_ones(entry: Path, request: pytest.FixtureRequest) -> None:
    found = problems_of(entry)
    assert code_of(entry) in [p.code for p in found]
    for lang in LANGUAGES:
        text = "\n\n".join(p.render(lang) for p in found) + "\n"
        if request.config.getoption("--update-goldens"):
            golden(entry, lang).write_text(text, "utf-8")
        assert golden(entry, lang).read_text("utf-8") == text


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda p: p.stem)
def test_each_message_is_one_sentence_with_a_hint_and_a_span(entry: Path) -> None:
    for found in problems_of(entry):
        for lang in LANGUAGES:
            message = found.message[lang]
            assert message.endswith((".", "。"))
            assert "{" not in message
            assert found.hint is not None
            assert found.hint[lang]
            names = re.findall(r"\b_?[A-Z]{3,}(?:_[A-Z]+)+\b|\$END|Traceback|Token\(", message + found.hint[lang])
            assert not names
        assert 0 <= found.span.start <= found.span.end


def test_every_code_is_in_the_corpus_or_has_a_reason() -> None:
    shown = {code_of(e) for e in ENTRIES}
    assert set(catalogue()) - shown == {*WORDINGS, *NOT_KEPT}


def test_every_code_is_used_in_the_code(root: Path) -> None:
    sources = "".join(p.read_text("utf-8") for p in (root / "legalaid_dsl").rglob("*.py"))
    assert [code for code in catalogue() if f'"{code}"' not in sources] == []


def test_every_code_has_a_hint_in_both_languages() -> None:
    for code, entry in catalogue().items():
        if code not in WORDINGS:
            assert set(entry["hint"]) == {"en", "vi"}, code


def test_the_page_is_true(root: Path) -> None:
    assert (root / "docs" / "errors.md").read_text("utf-8") == error_pages.page(CORPUS)


def test_said_otherwise_is_said_with_words_that_the_language_has() -> None:
    from legalaid_dsl.language.marks import synonyms

    for lang in LANGUAGES:
        for said, meant in synonyms()[lang].items():
            if not isinstance(meant, str | list):
                continue  # another table: numbers, measures
            for terminal in " ".join([meant] if isinstance(meant, str) else meant).split():
                known = terminal in surface(lang) or terminal in ("EQUAL", "LESS", "MORE", "LESS_EQUAL", "MORE_EQUAL")
                assert known or terminal in ("PLUS", "MINUS", "TIMES", "DIVIDED_BY"), (said, terminal)
