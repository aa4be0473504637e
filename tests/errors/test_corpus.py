"""Every message that a drafter can get, in both languages, on the line that earns it: read the diff of these as prose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from legalaid_dsl.basics.problem import catalogue
from legalaid_dsl.language.grammar import surface

from .chunks import LANGUAGES, Chunk, every
from .page import NOT_KEPT, WORDINGS, page

CHUNKS = [c for found in every().values() for c in found]


@pytest.mark.parametrize("path", every(), ids=lambda p: p.stem)
def test_the_messages_are_the_golden_ones_where_they_are_earned(path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_text("utf-8")
    should = "\n".join([text[: text.index("=== ")].rstrip("\n"), "", *(c.written() for c in every()[path])])
    if request.config.getoption("--update-goldens"):
        path.write_text(should, "utf-8")
    else:
        assert text == should


def test_a_name_is_given_once_and_what_it_names_is_found() -> None:
    assert len({c.name for c in CHUNKS}) == len(CHUNKS)
    assert [c.name for c in CHUNKS if not c.problems()] == []
    assert [c.name for c in CHUNKS if c.code and c.code not in {p.code for p in c.problems()}] == []


def test_each_message_is_one_sentence_with_a_hint_and_a_span() -> None:
    for found in (p for c in CHUNKS for p in c.problems()):
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
    assert set(catalogue()) - {c.code for c in CHUNKS} == {*WORDINGS, *NOT_KEPT}


def test_every_code_is_used_in_the_code(root: Path) -> None:
    sources = "".join(p.read_text("utf-8") for p in (root / "legalaid_dsl").rglob("*.py"))
    assert [code for code in catalogue() if f'"{code}"' not in sources] == []


def test_every_code_has_a_hint_in_both_languages() -> None:
    for code, entry in catalogue().items():
        if code not in WORDINGS:
            assert set(entry["hint"]) == {"en", "vi"}, code


def test_the_page_is_true(root: Path, request: pytest.FixtureRequest) -> None:
    path = root / "docs" / "errors.md"
    if request.config.getoption("--update-goldens"):
        path.write_text(page(), "utf-8")
    assert path.read_text("utf-8") == page()


def test_said_otherwise_is_said_with_words_that_the_language_has() -> None:
    from legalaid_dsl.language.recovery.typography import synonyms

    for lang in LANGUAGES:
        for said, meant in synonyms()[lang].items():
            if not isinstance(meant, str | list):
                continue  # another table: numbers, measures
            for terminal in " ".join([meant] if isinstance(meant, str) else meant).split():
                known = terminal in surface(lang) or terminal in ("EQUAL", "LESS", "MORE", "LESS_EQUAL", "MORE_EQUAL")
                assert known or terminal in ("PLUS", "MINUS", "TIMES", "DIVIDED_BY"), (said, terminal)


CHUNK = Chunk("said twice", "tiny", (' Article 1. en "Pay" vi "Tiền"', "…", "-pay is 1 hour.", "+pay is 1 hour.", "+pay is hours.", "*\\u0020\\"))


def test_a_chunk_changes_its_base_and_shows_what_is_said() -> None:
    text = CHUNK.files()["rules.law"].decode()
    assert text.startswith('Instrument "1/2020" key tiny')
    assert text.endswith("for each case:\npay is 1 hour.\npay is hours.\n ")
    written = CHUNK.written().split("\n")
    assert written[0] == "=== said twice: tiny"
    assert [line for line in written[1:] if line and line[0] != "!"] == [*CHUNK.lines]
    at = written.index("+pay is hours.")
    assert written[at + 1].startswith("!") and written[at + 1].endswith(f"{CHUNK.problems()[0].code}, Article 1")
    assert written[at + 2].startswith("! en: ") and written[at + 3].startswith("! vi: ")


@pytest.mark.parametrize("lines", [(" for each case",), ("+pay is 2 hours.",), ("-nothing like it.",)])
def test_a_change_that_fits_no_place_of_its_base_is_said(lines: tuple[str, ...]) -> None:
    with pytest.raises(AssertionError, match="stands in the base"):
        Chunk("unfit", "tiny", lines).files()
