"""fmt and translate over every shipped file: one layout, and there and back byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.language.grammar import language_of
from legalaid_dsl.rulebook.resolve.glossary import Glossary
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
FILES = sorted([*RULESETS.rglob("*.law"), *RULESETS.rglob("*.case")])


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_there_and_back(rules: la.Rules, tmp_path: Path, path: Path) -> None:
    glossary = _glossary(rules, path)
    own = language_of(path.read_text("utf-8"))
    laid_out = rewrite(path, glossary)
    assert path.suffix == ".case" or laid_out == path.read_text("utf-8")  # shipped rules are in the one layout
    translated = tmp_path / path.name
    translated.write_text(rewrite(path, glossary, "vi" if own == "en" else "en"), "utf-8")
    assert rewrite(translated, glossary, own) == laid_out
    assert rewrite(translated, glossary) == translated.read_text("utf-8")
    comments = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip().startswith("#")]
    assert all(c in laid_out and c in translated.read_text("utf-8") for c in comments)


def _glossary(rules: la.Rules, path: Path) -> Glossary:
    """An act, and the examples beside it, use the names that it declares too."""
    return glossary_for(path) if path.parent.name == "amendments" else rules.rulebook.glossary
