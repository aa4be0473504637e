"""Addresses as law has them: what was put in later, several, a run, the one in which a rule stands; other countries' patterns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.citation import Citation, by_pattern, order_key
from legalaid_dsl.basics.problem import RulesetError
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite

LAW = """
Instrument "1/2026" key town en "A town" vi "Một thị trấn", from 2026-01-01{cited}.

thing en "case | cases" vi "vụ việc" key case.
unit en "point | points" vi "điểm phạt" key marks.
fact en "days late" vi "số ngày chậm" key case.days, a number.
fact en "by post" vi "qua bưu điện" key case.post, yes or no.
fact en "day of filing" vi "ngày nộp" key case.filed_on, a date, date of law.
term en "counts" vi "được tính" key case.counts, yes or no, result counts.
term en "excused" vi "được miễn" key case.excused, yes or no, result excused.
term en "mark" vi "mức phạt" key case.mark, a number of marks, decisive, result mark.

Chapter I. en "Marks" vi "Mức phạt"
Section 1. en "Counting" vi "Cách tính"
Article 5.
for each case:
Clause 1.
Point a.
counts when days late = 1.
Point a1.
counts when days late = 2.
Point b.
counts when days late = 3.
Point d.
counts when days late = 4.
Point đ1.
Sub-point 1.
counts when days late = 6.
Sub-point 2.
counts when days late = 7.
Clause 1a.
excused when by post and days late = 9.
Clause 2.
mark is {first} when {within}.
mark is 0 points otherwise.
Article 5a.
for each case:
despite {despite}.
mark is 9 points when by post.
Chapter II. en "The rest" vi "Phần còn lại"
Article 6.
"""


def town(tmp_path: Path, within: str, despite: str = "clause 2 Article 5", first: str = "5 points", cited: str = "") -> la.Rules:
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "town.law").write_text(LAW.format(within=within, despite=despite, first=first, cited=cited), "utf-8")
    return la.load(folder)


def days(rules: la.Rules, post: bool = False) -> str:
    """The days late on which a mark is given."""
    marks = {n: rules.evaluate({"days": n, "post": post, "filed_on": "2026-02-01"}).to_dict()["mark"] for n in range(1, 11)}
    return " ".join(str(n) for n, mark in marks.items() if mark == "5")


@pytest.mark.parametrize(
    ("within", "found"),
    [
        ("within points a, b and d clause 1", "1 3 4"),
        ("within points a, b clause 1 this article", "1 3"),
        ("within point a1 clause 1 Article 5", "2"),
        ("within from point a to point d clause 1", "1 2 3 4"),  # a1 was put in between
        ("within points a to b clause 1", "1 2 3"),
        ("within point đ1 clause 1", "6 7"),
        ("within sub-point 2 point đ1 clause 1", "7"),
        ("within sub-points 1 and 2 point đ1 clause 1", "6 7"),
        ("within clauses 1 and 1a", "1 2 3 4 6 7"),
        ("within clause 1 and clause 1a Article 5", "1 2 3 4 6 7"),
        ("within clause 1a", ""),
        ("within point a clause 1 and days late = 1", "1"),
    ],
)
def test_what_an_address_names(tmp_path: Path, within: str, found: str) -> None:
    rules = town(tmp_path, within)
    assert days(rules) == found
    vietnamese = tmp_path / "vi" / "town"
    vietnamese.mkdir(parents=True)
    file = tmp_path / "town" / "town.law"
    (vietnamese / "town.law").write_text(rewrite(file, glossary_for(file), "vi"), "utf-8")
    assert days(la.load(vietnamese)) == days(rules)


def test_this_clause_is_the_one_in_which_the_sentence_stands(tmp_path: Path) -> None:
    rules = town(tmp_path, "within clause 1 this article")
    [rule] = [r for r in rules.rulebook.rules["case.mark"] if r.when is not None and r.citation.article == "5"]
    assert [c.path for c in rule.when.provisions] == ["town/art_5/cl_1"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("within", "code"),
    [
        ("within this point", "this-what"),
        ("within points a and b clauses 1 and 2", "address-several"),
        ("within points a, b to d clause 1", "address-several"),
        ("within point a2 clause 1", "no-such-provision"),
        ("within points a to c clause 1", "no-such-provision"),
    ],
)
def test_an_address_that_names_nothing_says_so(tmp_path: Path, within: str, code: str) -> None:
    with pytest.raises(RulesetError) as error:
        town(tmp_path, within)
    assert [p.code for p in error.value.problems] == [code]


def test_paths_and_order() -> None:
    labels = ["pt_a", "pt_a1", "pt_b", "pt_d", "pt_dd", "pt_dd1", "pt_e"]
    found = sorted((Citation.from_path(f"x/art_1/cl_1/{p}") for p in reversed(labels)), key=order_key)
    assert [c.path.rpartition("/")[2] for c in found] == labels
    clauses = sorted((Citation("x", "5a", c) for c in ("10", "2", "1a", "1")), key=order_key)
    assert [c.clause for c in clauses] == ["1", "1a", "2", "10"]
    assert Citation.from_path("x/art_5a/cl_1a/pt_dd1/sub_1").name("vi") == "tiết 1 điểm đ1 khoản 1a Điều 5a"
    assert Citation.from_path("x/art_5a/cl_1a/pt_dd1/sub_1").name("en") == "Sub-point 1, Point dd1, Clause 1a, Article 5a"


@pytest.mark.parametrize(
    ("pattern", "labels", "shown"),
    [
        ("§ {article}({clause})({point})({sub})", {"article": "121", "clause": "b", "point": "2", "sub": "A"}, "§ 121(b)(2)(A)"),
        ("§ {article}({clause})({point})({sub})", {"article": "121", "clause": "b"}, "§ 121(b)"),
        ("art. {article}, al. {clause}", {"article": "D521-1"}, "art. D521-1"),
        ("ch. {chapter} art. {article}", {"chapter": "II", "article": "3"}, "ch. II art. 3"),
    ],
)
def test_a_pattern_of_citation(pattern: str, labels: dict[str, str], shown: str) -> None:
    assert by_pattern(pattern, labels) == shown


def test_explanations_cite_by_the_pattern(tmp_path: Path) -> None:
    rules = town(tmp_path, "days late = 1", cited=', cited as "ch. {chapter} § {article}({clause})({point})"')
    result = rules.evaluate({"days": 1, "post": False, "filed_on": "2026-02-01"})
    assert "ch. I § 5(2)" in result.explain("en", layer="full") and "ch. I § 5(2)" in result.explain("vi", layer="full")


def test_an_unknown_level_in_a_pattern_is_an_error(tmp_path: Path) -> None:
    for pattern in ("§ {paragraph}", "§ {clause}", "§ {article}{article}"):
        folder = tmp_path / str(len(pattern))
        folder.mkdir()
        with pytest.raises(RulesetError) as error:
            town(folder, "by post", cited=f', cited as "{pattern}"')
        assert [p.code for p in error.value.problems] == ["citation-pattern"]


def test_a_section_of_another_law_is_labelled_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    text = LAW.format(within="within point 2 clause b", despite="Article D521-1", first="5 points", cited=', cited as "§ {article}({clause})({point})"')
    text = text.replace("Article 5.", "Article D521-1.").replace("Clause 1.", "Clause b.").replace("Point a.", "Point 2.")
    (folder / "code.law").write_text(text.replace("key town", "key code"), "utf-8")
    rules = la.load(folder)
    assert json.dumps(rules.evaluate({"days": 1, "post": False, "filed_on": "2026-02-01"}).to_dict()).count("code/art_D521-1/cl_b/pt_2")
