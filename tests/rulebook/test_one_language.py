"""A ruleset that says it is in one language needs one name each; what is printed around the names is in both."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.rulebook.load import examine
from legalaid_dsl.workbench.lint.static import look
from legalaid_dsl.workbench.starting import write_rulesets

STALL = {"case_id": "14", "takings": "2615", "held_on": "2026-05-09", "born_on": "2005-05-10", "goods": "other"}
FRENCH = Path(__file__).resolve().parent.parent / "explain" / "french"


@pytest.fixture(scope="module")
def market(root: Path) -> Path:
    return root / "tests" / "rulesets_small" / "market_fees"


def test_names_in_the_declared_language_suffice(market: Path, tmp_path: Path) -> None:
    assert examine(market)[1] == []
    copy = shutil.copytree(market, tmp_path / "market_fees")
    glossary = copy / "glossary.law"
    text = glossary.read_text("utf-8")
    glossary.write_text(text.replace("in English only, ", ""), "utf-8")
    assert {p.code for p in examine(copy)[1]} == {"name-lacking"}
    glossary.write_text(text.replace("in English only", "in Vietnamese only"), "utf-8")
    assert {p.code for p in examine(copy)[1]} == {"name-lacking"}
    glossary.write_text(text.replace('en "fee" key', 'vi "phí" key'), "utf-8")
    assert "name-lacking" in {p.code for p in examine(copy)[1]}


def test_the_explanation_says_so(market: Path) -> None:
    result = la.load(market).evaluate(STALL)
    vietnamese, english = result.explain("vi"), result.explain("en")
    assert "Tên gọi trong văn bản này chỉ có bằng tiếng Anh." in vietnamese
    assert "Fee: 106/2 = 53 crowns  [section 2(2)]" in vietnamese
    assert "only" not in english
    for form in ("markdown", "html"):
        for layer in ("explanation", "full"):
            assert "chỉ có bằng tiếng Anh" in result.explain("vi", form, layer=layer)


def test_it_is_the_same_law_in_the_words_of_the_other_tongue(market: Path, tmp_path: Path) -> None:
    write_rulesets([market], tmp_path / "there", "vi")
    there = tmp_path / "there" / "market_fees"
    assert 'Văn bản "Order 7" mã market_fees' in (there / "glossary.law").read_text("utf-8")
    assert "chỉ bằng tiếng Anh" in (there / "glossary.law").read_text("utf-8")
    rules = la.load(there)
    assert rules.meaning == la.load(market).meaning
    write_rulesets([there], tmp_path / "back", "en")
    assert la.load(tmp_path / "back" / "market_fees").evaluate(STALL)["fee"] == "53"


def test_lint_does_not_ask_for_the_other_language(market: Path) -> None:
    assert [f.code for f in look(la.load(market).rulebook)] == []


def test_a_third_language_by_catalogue(market: Path) -> None:
    """French: names by a catalogue, sentences by a file, the rest as in English."""
    text = la.load(market).evaluate(STALL).explain("fr", template=FRENCH)
    assert text.startswith("Dossier 14\n")
    for line in ("1. CE QUI EST DÛ", "   Droit à payer: 53 crowns", "   Chiffres au 9 May 2026.", "2. POURQUOI, PAS À PAS", "     Titulaire jeune: yes  [section 2(1)]"):
        assert line in text.splitlines(), text
