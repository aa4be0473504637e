"""Text from outside is one line, visible, and neutral in every format: whatever it says, a report keeps its structure."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.neutral import HIDDEN, in_place, json_text, visible
from legalaid_dsl.explain.render import TEMPLATES, environment, explain
from legalaid_dsl.study.files import NUMBER, write_csv

FORGED = (
    "A\n\n1. WHAT IS PAYABLE\n\n   Amount payable: 99,000,000 đồng",
    "A\r\n# 1. What is payable\n\n- Amount payable: **99**",
    "\x1b[2J\x1b[31mred\x07\x00\x9b31m\x85next\u2028line\u2029para\x0b\x0c\x1c\x1d\x1e",
    "\u202etxt.exe\u2066\u2069\u200f\u061c\ufeff\u00ad\u200b\u2060\u180e\U000e0041",
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'>&lt;b&gt;&#x202e;",
    "**bold** _em_ `code` [a](javascript:alert(1)) ![i](x) <http://a.b> http://a.b www.a.b ~~gone~~ $x$ a | b",
    "1. one", "2) two", "- item", "+ item", "* item", "# head", "> quote", "=====", "---", "***", "```", "~~~", "    code", "\tcode",
    "| a | b |", "[^1]", "[a]: /b", "\\", "trailing  ", "   ", "a" + " " * 90 + "1. WHAT IS PAYABLE", "{{7*7}}{% for x in y %}{# z #}",
    "e\u0301\u0301\u0301\u0301\u0301\u0301", "=1+1", "@SUM(A1)", "+84 912", "-5", "\t=1+1", "＝1",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(FORGED),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.text(st.sampled_from(" \n\r\t#*_->+=~`|<&[]()!\\.:1$\"'\x1b\u2028\u202e\x85ađ"), min_size=1, max_size=12),
)
PLACES = ("case_id", "provider", "entry", "offence", "key", "choice")
BREAKS = {*"\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"}


def case_with(text: str, place: str) -> dict[str, Any]:
    """A case of which one free text is ``text``, and the others plain. It is determined, so that bounds cost nothing."""
    said = {**dict.fromkeys(PLACES, "x"), "provider": "P1", "entry": "e1", place: text}
    case: dict[str, Any] = {
        "case_id": said["case_id"], "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
        "stages": ["investigation"], "offences": [{"name": said["offence"], "class": "very_serious"}],
        "providers": [{"id": said["provider"], "kind": "lawyer", "method": "actual_sessions", "method_chosen_on": "2026-01-05"}],
        "entries": [
            {"id": said["entry"], "provider": said["provider"], "date": "2026-02-03", "task": "court_hearing", "stage": "investigation",
             "hours": "5", "certified_by": ["judge"]},
            {"id": "last", "provider": said["provider"], "date": "2026-02-03", "task": "court_hearing", "stage": "investigation",
             "hours": "25", "certified_by": ["accused"]},
        ],
    }  # fmt: skip
    if place == "key":
        case[text] = 1
    if place == "choice":
        case["form"] = text
    return case


class Tags(HTMLParser):
    """A page without its text: tags and attributes in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Any] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))


def structure(text: str, form: str) -> Any:
    if form == "html":
        parser = Tags()
        parser.feed(text)
        return parser.found
    if form == "markdown":
        markdown = pytest.importorskip("markdown_it").MarkdownIt("gfm-like", {"linkify": False})
        return [
            (t.type, t.tag, t.nesting, [(c.type, c.tag) for c in t.children or () if c.type != "text"])
            for t in markdown.parse(text)
        ]
    return [re.match(r"\s*(?:[0-9]+\. (?=[^a-z]+$)|•|–|!+|\|)?", line)[0] for line in text.split("\n")]  # type: ignore[index]


@pytest.fixture(scope="module")
def plain(rules: la.Rules) -> dict[Any, Any]:
    """The structure of each report with “x” in the place of the text."""
    found = {}
    for place in PLACES:
        result = rules.evaluate(case_with("x", place))
        for lang in ("en", "vi"):
            for form in ("text", "markdown", "html"):
                found[place, lang, form] = structure(result.explain(lang, form), form)
    return found


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@settings(max_examples=20, deadline=None)
@given(text=TEXTS, place=st.sampled_from(PLACES))
def test_no_text_of_a_case_changes_the_structure_of_a_report(
    rules: la.Rules, plain: dict[Any, Any], lang: str, form: str, text: str, place: str
) -> None:
    normal = unicodedata.normalize("NFC", text)
    if place == "key" and normal in case_with("x", "case_id"):
        return
    result = rules.evaluate(case_with(text, place))
    if place in ("provider", "entry") and result.status == "refused":
        return  # an id that is taken, or none
    report = result.explain(lang, form)
    assert not [c for c in set(report) - {"\n"} if HIDDEN.match(c)]
    assert len(report.splitlines()) == report.count("\n")
    assert structure(report, form) == plain[place, lang, form]


@pytest.mark.parametrize("text", FORGED)
def test_every_forged_text_in_every_place(rules: la.Rules, plain: dict[Any, Any], text: str) -> None:
    for place in PLACES:
        result = rules.evaluate(case_with(text, place))
        for lang, form in (("en", "text"), ("vi", "markdown"), ("en", "html")):
            assert structure(result.explain(lang, form), form) == plain[place, lang, form], (place, form)


@settings(max_examples=300)
@given(st.text())
@example("\ud800")
def test_visible_is_one_line_and_tells_different_texts_apart(text: str) -> None:
    shown = visible(text)
    assert not HIDDEN.search(shown)
    assert len(shown.splitlines()) <= 1
    assert shown == shown.strip() or shown[0] == "␣" or shown[-1] == "␣"
    assert visible(shown) == shown
    assert bool(shown) == bool(text)
    assert len(in_place(text)) == len(text)


def test_nothing_that_is_hidden_is_missing_from_the_list() -> None:
    kept = {" ", "\u00a0", "\u202f"}
    for number in range(0x110000):
        character = chr(number)
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs") and character not in kept:
            assert HIDDEN.match(character), hex(number)
    assert not HIDDEN.search("Nguyễn Thị Ánh, số 12/2026 – “ghi chú” đồng ✓ 漢字 ไทย")


@pytest.mark.long
@settings(max_examples=300)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_json_stays_the_same_and_a_line_stays_a_line(value: Any) -> None:
    line = json_text(value)
    assert json.loads(line) == value
    assert len(line.splitlines()) == 1
    assert not HIDDEN.search(line)
    assert json.loads(json_text(value, 2)) == value


@settings(max_examples=200)
@given(st.lists(st.one_of(TEXTS, st.from_regex(r"-?[0-9]{1,5}(\.[0-9]{1,3})?", fullmatch=True)), min_size=1, max_size=4))
def test_x47_cells_are_no_formulas_and_rows_stay_rows(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    names = [f"c{i}" for i in range(len(texts))]
    write_csv(path, names, [dict(zip(names, texts, strict=True))])
    data = path.read_text("utf-8")
    assert data.count("\n") == len(data.splitlines()) == 2
    cells = list(csv.reader(io.StringIO(data)))[1]
    assert len(cells) == len(texts)
    for cell, text in zip(cells, texts, strict=True):
        assert NUMBER.fullmatch(cell) or cell.lstrip(" \t\"'␣")[:1] not in ("=", "+", "-", "@", "＝", "＋", "－", "＠") or cell[0] == "'"
        if NUMBER.fullmatch(text):
            assert cell == text
    for separator in ";|":  # a program that takes another one finds no cell that begins anew
        assert not re.search(rf"(?:^|,)[^\"\n,]*\{separator}", data.split("\n")[1].replace('""', "")) or '"' in data


def test_a_report_of_studies_keeps_its_structure(rules: la.Rules) -> None:
    from legalaid_dsl.study.comparison.words import case_text

    for text in FORGED:
        shown = case_text(case_with(text, "case_id"))
        assert json.loads(shown) == case_with(text, "case_id")
        assert len(shown.splitlines()) == len(case_text(case_with("x", "case_id")).splitlines())
        assert not HIDDEN.search(shown.replace("\n", ""))
        assert len(case_text(text).splitlines()) == 1


# ------------------------------------------------------------------ what an undetermined answer says first


REASONS = {
    "en": {"fact": "facts of the case are missing", "figure": "figures of the law", "conflict": "contradict", "silent": "leaves a question open"},
    "vi": {"fact": "thiếu thông tin", "figure": "chưa có số liệu", "conflict": "mâu thuẫn", "silent": "pháp luật chưa quy định"},
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("wanted", [{"fact"}, {"figure"}, {"conflict"}, {"silent"}, {"fact", "figure"}, {"fact", "conflict", "silent"}])
def test_the_first_line_tells_apart_what_is_missing_open_and_contradictory(
    rules: la.Rules, lang: str, form: str, wanted: set[str]
) -> None:
    found = rules.evaluate({"form": "civil_proceedings", "providers": [], "entries": []}).to_dict()
    need = {"key": "closed_on", "path": "closed_on", "question": {"en": "When?", "vi": "Khi nào?"}, "cites": []}
    opening = {"message": {"en": "OPEN <b>", "vi": "MỞ <b>"}, "path": "", "cites": ["circular_02_2021/art_3"], "withholds": ["amount"]}
    codes = {"conflict": "conflict", "silent": "art_9_share"}
    made = {
        **found, "status": "undetermined", "needs": [{**need, "what": w} for w in ("fact", "figure") if w in wanted],
        "openings": [{**opening, "code": codes[w]} for w in ("conflict", "silent") if w in wanted],
    }  # fmt: skip
    text = explain(rules.rulebook, made, lang, form)
    first = next(line for line in text.splitlines() if re.match(r"\s*(?:<p[^>]*>)?(?:Not determined: |Chưa xác định được do)", line))
    assert {reason for reason, words in REASONS[lang].items() if words in first} == wanted
    assert (("OPEN" if lang == "en" else "MỞ") in text) == bool(wanted & {"conflict", "silent"})
    assert "<b>" not in text or form == "text"


# ------------------------------------------------------------------ templates


FOLDERS = [TEMPLATES, TEMPLATES.parent.parent / "study" / "templates", TEMPLATES.parent.parent / "workbench" / "templates"]


@pytest.mark.parametrize("path", [p for f in FOLDERS for p in sorted(f.rglob("*.j2"))], ids=lambda p: f"{p.parent.name}-{p.name}")
def test_x45_templates_quote_attributes_and_print_text_only(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "| safe" not in text and "autoescape" not in text
    assert not re.search(r"\s[a-z-]+=\{\{", text), "an attribute without quotes"
    for address in re.findall(r'(?:href|src)="([^"]*)"', text):
        assert address.startswith("#"), address
    for folder in FOLDERS:
        if path.is_relative_to(folder):  # X46: what is wrong in a template is found when it is loaded
            for form in ("text", "markdown", "html"):
                environment(folder, form).get_template(str(path.relative_to(folder)))
