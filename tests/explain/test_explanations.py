"""Explanations: golden prose, and proof that every number and citation comes from the trace."""

from __future__ import annotations

import json
import random
import re
from html import unescape
from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.citation import Citation
from legalaid_dsl.explain.numbers import day, number
from tests.oracle import generate

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(p.stem for p in GOLDEN.glob("*.json"))


@pytest.mark.parametrize("layer", ["", "statement"])
@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("name", CASES)
def test_golden(rules: la.Rules, name: str, lang: str, layer: str, request: pytest.FixtureRequest) -> None:
    """Read these files aloud before accepting a change of them (pytest --update-goldens)."""
    given = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    if layer and not given["case"].get("providers"):
        return
    text = rules.evaluate(given["case"], figures=given.get("figures")).explain(lang, layer=layer or "explanation")
    golden = GOLDEN / f"{name}{layer and '.' + layer}.{lang}.txt"
    if request.config.getoption("--update-goldens"):
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


@pytest.fixture(scope="module")
def decided(rules: la.Rules) -> list[la.Result]:
    """Random cases, decided once for all that is looked for in what is said of them."""
    rng = random.Random(5)
    return [rules.evaluate(generate.random_case(rng, missing=0.05), figures=f) for f in ("illustrative", None) for _ in range(6)]


def words_of_rules(rules: la.Rules) -> str:
    """Everything that the ruleset itself says: names, headnotes, questions, sources, instruments."""
    book = rules.rulebook
    texts = [p.headnote for p in book.provisions.values() if p.headnote]
    texts += [r.question for r in book.readings.values()]
    texts += [t for r in book.readings.values() for c in r.choices.values() for t in [c.text]]
    texts += [i.names for i in book.instruments.values()] + [t.names for t in book.tables.values()]
    texts += [r.message for r in (*book.refusals, *book.findings) if r.message]
    texts += [f.source for values in book.figures.values() for f in values]
    texts += [t.source for t in book.totals]
    texts += [r.message for rules_ in book.rules.values() for r in rules_ if r.message]
    return " ".join(t.en + " " + t.vi for t in texts) + " ".join(i.number for i in book.instruments.values())


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize(("form", "layer"), [("text", "explanation"), ("markdown", "full"), ("html", "explanation"), ("html", "full")])
def test_every_number_and_citation_is_from_the_trace(rules: la.Rules, decided: list[la.Result], lang: str, form: str, layer: str) -> None:
    said = words_of_rules(rules)
    for result in decided:
        text = unescape(result.explain(lang, form, layer=layer)).replace("\\", "")
        text = re.sub(r"<style>.*?</style>|<[a-z/!][^>]*>|^\s*\d+\.\s", " ", text, flags=re.DOTALL | re.MULTILINE)
        raw = json.dumps(result.to_dict(), ensure_ascii=False)
        allowed = said + raw
        for value in set(re.findall(r'"(\d+(?:\.\d+)?)"', raw)):
            allowed += f" {number(value, lang)} {number(value, lang)}% "
            if "." in value:
                allowed += f" {number(str(float(value) * 100).removesuffix('.0'), lang)}% "
        for value in set(re.findall(r"\d{4}-\d{2}-\d{2}", raw)):
            allowed += f" {day(value, lang)} "
        for path in set(re.findall(r'"([a-z0-9_]+/art_[^"]*)"', raw)):
            citation = Citation.from_path(path)
            allowed += f" {citation.name(lang)} "
        tokens = set(re.findall(r"(?<![\w.,])\d+(?:[.,]\d+)*", text))
        known = set(re.findall(r"\d+(?:[.,]\d+)*", allowed))
        assert tokens <= known, (tokens - known, text)
        names = {Citation.from_path(p).name(lang) for p in re.findall(r'"([a-z0-9_]+/art_[^"]*)"', raw)}
        pattern = (
            r"(?:điểm [a-zđ]{1,2} )?(?:khoản \d+ )?Điều \d+"
            if lang == "vi"
            else r"(?:Point [a-z]{1,2}, )?(?:Clause \d+, )?Article \d+"
        )
        for found in re.findall(pattern, text):
            assert found in names or found in said, found


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("layer", ["statement", "explanation", "full"])
def test_vietnamese_has_no_keys_and_no_paths(decided: list[la.Result], form: str, layer: str) -> None:
    for result in decided[:6]:
        text = result.explain("vi", form, layer=layer)
        text = re.sub(r"<style>.*?</style>|<[a-z/!][^>]*>", " ", text, flags=re.DOTALL)
        if layer != "full":
            assert not re.search(r"[a-z]+_[a-z]+|\.csv|entries|providers\[", text.replace("\\", "")), text


def test_a_statement_is_of_those_who_are_asked_for(rules: la.Rules) -> None:
    given = json.loads((GOLDEN / "example_01.json").read_text("utf-8"))
    result = rules.evaluate(given["case"])
    everybody, one = result.explain("en", layer="statement"), result.explain("en", layer="statement", who=["P2"])
    assert one in everybody or "P1 (" not in one
    assert "remuneration" in everybody.lower()
    assert "gratuity" in everybody.lower()
    with pytest.raises(ValueError, match="nobody is “P9” here; there are: P1, P2"):
        result.explain("en", layer="statement", who=["P9"])


def test_a_third_language_and_templates_of_others(rules: la.Rules, tmp_path: Path) -> None:
    given = json.loads((GOLDEN / "example_01.json").read_text("utf-8"))
    result = rules.evaluate(given["case"])
    (tmp_path / "fr.toml").write_text('like = "en"\n[words]\npayable = "À payer"\n[names]\n"case.amount" = "montant"\n', "utf-8")
    text = result.explain("fr", template=tmp_path)
    assert "1. À PAYER" in text
    assert "Montant: 17,710,000 đồng" in text
    (own := tmp_path / "own").mkdir()
    (own / "explanation.txt.j2").write_text("{% for line in v.money %}{{ line.value }};{% endfor %}", "utf-8")
    assert result.explain("en", template=own).startswith("17,710,000 đồng;")
    (own / "fr.toml").write_text("[sentences]\n", "utf-8")
    with pytest.raises(ValueError, match="a catalogue has the tables"):
        result.explain("fr", template=own)


def test_facts_cannot_write_into_the_page(rules: la.Rules) -> None:
    case = {
        "case_id": "<script>alert(1)</script>{{7*7}}\u202e",
        "form": "civil_proceedings",
        "providers": [],
        "entries": [],
    }
    page = rules.evaluate(case).explain("en", "html")
    assert "<script>" not in page
    assert "{{7*7}}" in page
    assert "⟨U+202E⟩" in page
    assert "\\<script\\>" in rules.evaluate(case).explain("en", "markdown")


def test_unknown_language_and_format_are_refused(rules: la.Rules) -> None:
    result = rules.evaluate({"providers": [], "entries": []})
    with pytest.raises(ValueError, match="no language"):
        result.explain("fr")
    with pytest.raises(ValueError, match="no format"):
        result.explain("en", "pdf")
