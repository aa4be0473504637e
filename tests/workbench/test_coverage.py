"""Coverage in legal units: decided, never failed, boundaries; and the page that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.basics.citation import Citation
from legalaid_dsl.cli.drafting.coverage import coverage as command
from legalaid_dsl.workbench.coverage.boundaries import never
from legalaid_dsl.workbench.coverage.page import coverage_page
from legalaid_dsl.workbench.coverage.survey import Coverage, Covered, coverage
from legalaid_dsl.workbench.examples.runner import case_files, run_cases

SMALL = Path(__file__).resolve().parent.parent / "rulesets_small" / "late_books"


def covered(only: str = "") -> Coverage:
    rules = la.load(SMALL)
    return coverage(rules, run_cases(rules, case_files(SMALL), only))


def at(found: Coverage, path: str) -> Covered:
    return next(p for p in found.provisions if p.provision.citation == Citation.from_path(f"late_books/{path}"))


def test_a_provision_is_decided_by_the_examples_that_rest_on_it() -> None:
    found = covered()
    assert [c.key for c in at(found, "art_1/cl_2/pt_b").decided_by] == ["late"]
    assert all(p.decided_by for p in found.binding)
    assert at(covered("early"), "art_1/cl_2/pt_b").state == "never_decided"


def test_headings_without_a_rule_are_no_gap() -> None:
    assert not at(covered(), "art_1").binding
    assert not at(covered(), "art_1/cl_2").binding


def test_never_failed_means_no_example_in_which_it_does_not_hold() -> None:
    found = covered("of_the_hall")
    assert at(found, "art_1/cl_2/pt_c").state == "never_failed"
    assert at(covered(), "art_1/cl_2/pt_c").state == "covered"


def test_a_boundary_needs_an_example_on_it_and_one_on_either_side() -> None:
    (boundary,) = at(covered(), "art_1/cl_2/pt_a").boundaries
    assert boundary.words.en == "days late <= 3 days"
    assert (boundary.below, boundary.at, boundary.above, boundary.tested) == (1, 0, 1, False)
    assert at(covered(), "art_1/cl_2/pt_a").state == "boundary"


def test_a_boundary_on_which_an_example_stands_is_tested(tmp_path: Path) -> None:
    extra = tmp_path / "more.case"
    extra.write_text("Case three.\nlike early.\ndays late is 3 days.\nexpect fine is 0 coins.\n", "utf-8")
    rules = la.load(SMALL)
    found = coverage(rules, run_cases(rules, [*case_files(SMALL), extra]))
    assert all(b.tested for b in found.boundaries)
    assert all(p.state == "covered" for p in found.binding)


def test_where_another_condition_decides_a_boundary_is_not_met() -> None:
    """An atlas, two days late: nobody asked how late it is."""
    (boundary,) = at(covered("of_the_hall"), "art_1/cl_2/pt_a").boundaries
    assert (boundary.below, boundary.at, boundary.above) == (0, 0, 0)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_page_shows_the_law_and_fetches_nothing(lang: str) -> None:
    page = coverage_page(covered(), lang)
    assert page.count('class="row ') == len(covered().provisions) - 1  # the article is a heading
    assert not re.search(r"<(?:script|link|img)|url\(|https?://|@import", page)
    assert {"en": "More than three days: five coins.", "vi": "Trên ba ngày: năm xu."}[lang] in page
    assert {"en": "days late &gt; 3 days", "vi": "số ngày muộn &gt; 3 ngày"}[lang] in page


def test_what_must_be_stated_cannot_be_seen_to_fail(rules: la.Rules) -> None:
    """It holds or is not known, and so does a count of the others: there are none, or it is not known."""
    book = rules.rulebook
    (dated,) = book.rules["providers.replacement_dated"]
    (provider,) = book.rules["providers.takes_over"]
    assert dated.when is not None
    assert provider.when is not None
    assert never(book, dated.when, False)
    assert not never(book, dated.when, True)
    assert not never(book, provider.when, False)
    certain = {b.words.en for p in coverage(rules, []).provisions for b in p.boundaries if b.certain}
    assert certain == {"undated replacements = 0"}


def test_the_command_lists_what_is_lacking_and_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "coverage.html"
    result = CliRunner().invoke(command, [str(SMALL), "--html", str(page), "--lang", "vi"])
    assert result.exit_code == 0
    assert "`số ngày muộn <= 3 ngày`: dưới 1, đúng bằng 0, trên 1" in result.output
    assert "4 trên 4 điều, khoản, điểm" in result.output
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
