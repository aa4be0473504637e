"""The examples again whenever a file is saved; explanations of what happened instead."""

from __future__ import annotations

import shutil
from pathlib import Path

from click.testing import CliRunner

from legalaid_dsl.cli.drafting.rules import test as command
from legalaid_dsl.workbench.watching import changes, watched

SMALL = Path(__file__).resolve().parent.parent / "rulesets_small" / "late_books"


def test_a_saved_file_and_a_new_file_are_changes(tmp_path: Path) -> None:
    folder = tmp_path / "late_books"
    shutil.copytree(SMALL, folder)
    edits = iter(
        [
            lambda: None,
            lambda: (folder / "books.case").write_text("# other\n", "utf-8"),
            lambda: None,
            lambda: (folder / "new.law").write_text("# new\n", "utf-8"),
        ]
    )
    states = changes(lambda: watched([folder]), lambda pause: next(edits)())
    first, second, third = next(states), next(states), next(states)
    assert first.keys() == second.keys()
    assert set(third) - set(second) == {folder / "new.law"}


def test_a_failure_is_explained_unless_it_is_to_be_short(tmp_path: Path) -> None:
    folder = tmp_path / "late_books"
    shutil.copytree(SMALL, folder)
    case = folder / "books.case"
    case.write_text(case.read_text("utf-8").replace("expect fine is 5 coins.", "expect fine is 6 coins."), "utf-8")
    short = CliRunner().invoke(command, [str(folder), "-q"])
    assert short.exit_code == 1
    assert "expected 6, but it is 5" in short.output
    assert "WHY, STEP BY STEP" not in short.output
    explained = CliRunner().invoke(command, [str(folder)])
    assert "WHY, STEP BY STEP" in explained.output
    assert "2 examples passed, 1 failed" in explained.output


def test_a_ruleset_that_cannot_be_read_is_reported_and_fails(tmp_path: Path) -> None:
    folder = tmp_path / "late_books"
    shutil.copytree(SMALL, folder)
    law = folder / "article_01.law"
    law.write_text(law.read_text("utf-8").replace("days late > 3 days", "days lat > 3 days"), "utf-8")
    result = CliRunner().invoke(command, [str(folder)])
    assert result.exit_code == 1
    assert "did you mean" in result.output.lower()
