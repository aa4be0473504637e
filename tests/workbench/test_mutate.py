"""Mutants of the law: each is one change, caught by an example or shown with one that would catch it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.cases.case_file import read_cases
from legalaid_dsl.cli.drafting.mutate import mutate as command
from legalaid_dsl.workbench.examples.runner import case_files
from legalaid_dsl.workbench.mutation.mutants import Mutant, mutants
from legalaid_dsl.workbench.mutation.mutate import suggestions, verdicts
from legalaid_dsl.workbench.mutation.mutation_runner import Changed, Laboratory, passes
from legalaid_dsl.workbench.mutation.suggest import suggestion
from legalaid_dsl.workbench.mutation.team import FilesChanged, Team
from tests.campaign import size

SMALL = Path(__file__).resolve().parent.parent / "rulesets_small" / "late_books"


@pytest.fixture(scope="module")
def small() -> Laboratory:
    rules = la.load(SMALL)
    return Laboratory.of(rules, read_cases(rules.rulebook, case_files(SMALL)))


def named(found: list[Mutant], before: str, after: str, kind: str) -> list[Mutant]:
    return [x for x in found if x.before.en == before and x.after.en == after and x.kind == kind]


def test_one_change_at_a_time_in_the_words_of_the_law(small: Laboratory) -> None:
    found = mutants(small.rules.rulebook)
    for before, after, kind in [
        ("days late <= 3 days", "days late < 3 days", "sign"),
        ("days late <= 3 days", "days late <= 4 days", "number"),
        ("not read in the hall", "", "condition"),
        ("not read in the hall", "read in the hall", "condition"),
        ("within clause 1", "within clause 2", "citation"),
        ("atlas` in `kind of book is among (atlas, dictionary)", "", "list"),
        ("10 coins", "11 coins", "number"),
    ]:
        assert named(found, before, after, kind), (before, after)
    assert len({x.says("en") for x in found}) >= len(found) - 2  # the same words stand in two points


def test_a_mutant_changes_one_sentence_and_leaves_the_rulebook_alone(small: Laboratory) -> None:
    book = small.rules.rulebook
    before = dict(book.rules)
    for mutant in mutants(book):
        changed = mutant.of(book)
        differing = [
            r for key, rules in changed.rules.items() for r in rules if not any(r is x for x in book.rules[key])
        ]
        assert len(differing) <= 1
        assert changed.wordings == {}
    assert book.rules == before


def test_survivors_are_told_in_both_languages(small: Laboratory) -> None:
    found = [v.mutant for v in verdicts(small) if not v.caught_by]
    said = [x.says("en") for x in found]
    assert (
        "Point b, Clause 2, Article 1 is not protected: `days late > 3 days` and `days late >= 3 days` give the same results"
        in said
    )
    assert (
        "Điểm b khoản 2 Điều 1 chưa được bảo vệ: `số ngày muộn > 3 ngày` và `số ngày muộn >= 3 ngày` cho cùng kết quả"
        in [x.says("vi") for x in found]
    )


def test_looking_only_where_it_could_matter_gives_the_same_verdicts(small: Laboratory) -> None:
    """The short cut (effects) against running every example under every mutant."""
    for verdict in verdicts(small):
        changed = Changed(verdict.mutant.of(small.rules.rulebook))
        failing = [t for t in small.trials if not passes(t.case, changed.determine(t.facts, t.figures, t.chosen))]
        assert bool(failing) is bool(verdict.caught_by), verdict.mutant.says("en")


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_suggested_examples_pass_now_and_catch_the_mutant(small: Laboratory, lang: str, tmp_path: Path) -> None:
    found = [v.mutant for v in verdicts(small) if not v.caught_by]
    suggested = list(suggestions(small, found))
    assert all(suggested)
    for i, (mutant, row) in enumerate(zip(found, suggested, strict=True)):
        assert row is not None
        extra = tmp_path / f"{i}.case"
        extra.write_text(row.text[lang], "utf-8")
        cases = read_cases(small.rules.rulebook, [*case_files(SMALL), extra])
        fresh = Laboratory.of(small.rules, [c for c in cases if c.key == row.key])
        assert len(fresh.trials) == 1, row.text[lang]
        assert fresh.caught_by(mutant) == row.key
    assert len({s.key for s in suggested if s is not None}) == len(suggested)


def test_the_command_filters_limits_and_counts() -> None:
    run = CliRunner().invoke
    whole = run(command, [str(SMALL), "--no-suggest"])
    assert whole.exit_code == 0
    assert whole.output.count("✗") == 8
    assert "25 changes tried: 17 caught, 8 not (68 % protected)" in whole.output
    assert run(command, [str(SMALL), "--no-suggest", "--limit", "2"]).output.count("✗") == 2
    assert run(command, [str(SMALL), "--no-suggest", "-k", "pt_b"]).output.count("✗") == 4
    assert run(command, [str(SMALL), "--no-suggest", "--at-least", "90"]).exit_code == 1
    assert "like early." in run(command, [str(SMALL), "-k", "pt_b"]).output
    assert "tương tự early." in run(command, [str(SMALL), "-k", "pt_b", "--lang", "vi"]).output


@pytest.fixture(scope="module")
def shipped(rules: la.Rules) -> Laboratory:
    return Laboratory.of(rules, read_cases(rules.rulebook, case_files(Path(rules.rulebook.folder))))


def test_figures_and_days_of_the_law_are_changed_too(rules: la.Rules) -> None:
    said = {(x.before.en, x.after.en) for x in mutants(rules.rulebook)}
    assert ("base salary 2026-07-01: 2,530,000", "base salary 2026-07-01: 2,530,001") in said
    assert ("base salary from 2017-07-01", "base salary from 2017-06-30") in said
    assert ("2021-07-15", "2021-07-16") in said
    (moved,) = [x for x in mutants(rules.rulebook) if x.after.en == "base salary from 2024-07-02"]
    periods = [(f.from_date.isoformat(), f.to_date) for f in moved.of(rules.rulebook).figures["base_salary"]]
    assert ("2024-07-02", date(2026, 6, 30)) in periods
    assert ("2023-07-01", date(2024, 7, 1)) in periods


@pytest.mark.long
@pytest.mark.longer
def test_nine_in_ten_mutants_of_the_shipped_ruleset_are_caught(shipped: Laboratory) -> None:
    """A sample: all of them are for `legalaid mutate`, which takes an hour."""
    every = mutants(shipped.rules.rulebook)
    sample = Random(20210715).sample(every, size(30, 60))
    open_ones = [x.says("en") for x in sample if not shipped.caught_by(x)]
    assert len(open_ones) <= len(sample) / 10, open_ones


@pytest.mark.long
def test_a_row_is_suggested_for_a_figure_too(shipped: Laboratory) -> None:
    fewer = [t for t in shipped.trials if "2024" not in t.case.key]
    laboratory = Laboratory(shipped.rules, [t.case for t in fewer])
    (moved,) = [x for x in mutants(shipped.rules.rulebook) if x.after.en == "base salary from 2024-07-02"]
    assert laboratory.caught_by(moved) == ""
    suggested = suggestion(laboratory, moved)
    assert suggested is not None
    assert "2024-07-01" in suggested.text.en


@pytest.mark.long
def test_other_processes_say_the_same(small: Laboratory) -> None:
    """They are started anew on every system, and open the files themselves."""
    with Team(small, SMALL, workers=2, few=1) as team:
        shared = list(verdicts(small, team=team))
        alone = list(verdicts(small))
        assert [bool(v.caught_by) for v in shared] == [bool(v.caught_by) for v in alone]
        open_ones = [v.mutant for v in alone if not v.caught_by]
        assert list(suggestions(small, open_ones, team)) == list(suggestions(small, open_ones))


@pytest.mark.long
def test_files_that_change_meanwhile_are_no_wrong_verdict(small: Laboratory, tmp_path: Path) -> None:
    copy = shutil.copytree(SMALL.parent, tmp_path / "rulesets") / SMALL.name
    file = next(f for f in sorted(copy.glob("*.law")) if "> 3 days" in f.read_text("utf-8"))
    file.write_text(file.read_text("utf-8").replace("> 3 days", "> 4 days"), "utf-8")
    with Team(small, copy, workers=2, few=1) as team, pytest.raises(FilesChanged):
        list(verdicts(small, team=team))
