"""fmt and translate over every shipped file: one layout, and there and back byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.workbench.rewrite import rewrite

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
FILES = sorted([*RULESETS.rglob("*.law"), *RULESETS.rglob("*.case")])


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_there_and_back(rules: la.Rules, tmp_path: Path, path: Path) -> None:
    glossary = rules.rulebook.glossary
    laid_out = rewrite(path, glossary)
    vietnamese = tmp_path / path.name
    vietnamese.write_text(rewrite(path, glossary, "vi"), "utf-8")
    assert rewrite(vietnamese, glossary, "en") == laid_out
    assert rewrite(vietnamese, glossary) == vietnamese.read_text("utf-8")
    comments = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip().startswith("#")]
    assert all(c in laid_out and c in vietnamese.read_text("utf-8") for c in comments)


@pytest.mark.parametrize("path", [f for f in FILES if f.suffix == ".law"], ids=lambda p: f"{p.parent.name}/{p.name}")
def test_shipped_rules_are_in_the_one_layout(rules: la.Rules, path: Path) -> None:
    assert rewrite(path, rules.rulebook.glossary) == path.read_text("utf-8")
