"""Amended rulesets: copies of the shipped ones (or of the small one) with words replaced."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from tests.oracle import generate

Amend = Callable[..., la.Rules]
MOST_KEPT = 6  # amended rulesets at once
ARTICLE_3 = "circular_02_2021/article_03.law"
ARTICLE_8 = "circular_02_2021/article_08.law"
ARTICLE_13 = "decree_144_2017/article_13.law"

THREE_HOURS = (
    (ARTICLE_3, "hours left over > 0 hours and hours left over < 3 hours", "hours left over > 0 hours and hours left over <= 3 hours"),
    (ARTICLE_3, "hours left over >= 3 hours", "hours left over > 3 hours"),
)
CEILING = ((ARTICLE_13, "session ceiling is 30 sessions", "session ceiling is 35 sessions"),)


@pytest.fixture(scope="package")
def amend(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Amend:
    """``amend((file, old words, new words), …)``: the circular with these words replaced."""
    made: dict[tuple[tuple[str, str, str], ...], la.Rules] = {}

    def amended(*edits: tuple[str, str, str]) -> la.Rules:
        if edits not in made:
            if len(made) == MOST_KEPT:
                del made[next(iter(made))]
            folder = tmp_path_factory.mktemp("amended") / "rulesets"
            shutil.copytree(root / "rulesets", folder)
            replaced(folder, edits)
            made[edits] = la.load(folder / "circular_02_2021")
        return made[edits]

    return amended


@pytest.fixture(scope="package")
def library(root: Path) -> la.Rules:
    return la.load(root / "tests" / "rulesets_small" / "late_books")


@pytest.fixture(scope="package")
def amend_library(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Amend:
    """The same for the small ruleset; its examples are left out."""

    def amended(*edits: tuple[str, str]) -> la.Rules:
        folder = tmp_path_factory.mktemp("library") / "late_books"
        shutil.copytree(root / "tests" / "rulesets_small" / "late_books", folder)
        (folder / "books.case").unlink()
        replaced(folder, [("article_01.law", old, new) for old, new in edits])
        return la.load(folder)

    return amended


def replaced(folder: Path, edits: Any) -> None:
    for name, old, new in edits:
        text = (folder / name).read_text("utf-8")
        assert text.count(old) == 1, (old, text.count(old))
        (folder / name).write_text(text.replace(old, new), "utf-8")


@pytest.fixture(scope="package")
def cases() -> list[dict[str, Any]]:
    """Some cases as they may come; a few lack facts."""
    found = []
    for seed in range(10):
        case = generate.random_case(random.Random(seed), missing=0.02 if seed % 3 == 0 else 0)
        found.append({**case, "case_id": f"HS.{seed + 1:02}"})
    return found
