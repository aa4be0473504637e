"""Rules kept as data decide and explain like rules that were just read; a change of any rule is noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs

import legalaid_dsl as la
from legalaid_dsl.rulebook import kept
from tests.oracle import generate


def test_kept_rules_are_the_rules(rules: la.Rules, tmp_path: Path) -> None:
    import random

    first, again = la.load(keep=tmp_path), la.load(keep=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    for field in attrs.fields(type(rules.rulebook)):
        if field.name not in ("glossary", "wordings", "folder"):
            assert getattr(again.rulebook, field.name) == getattr(rules.rulebook, field.name), field.name
    rng = random.Random(2)
    for _ in range(10):
        case = generate.random_case(rng, missing=0.05)
        whole = rules.evaluate(case, by="interpreter")
        for other in (first, again):
            found = other.evaluate(case, by="interpreter")
            assert found.to_dict() == whole.to_dict()
            assert found.explain(lang="vi") == whole.explain(lang="vi")


def test_a_changed_rule_is_read_again(root: Path, tmp_path: Path) -> None:
    home = tmp_path / "rules" / "late_books"
    shutil.copytree(root / "tests" / "rulesets_small" / "late_books", home)
    case = {"days_late": "5", "kind": "novel"}
    assert la.load(home, keep=tmp_path / "kept").evaluate(case).fine == "5"
    law = home / "article_01.law"
    law.write_text(law.read_text("utf-8").replace("fine is 5 coins", "fine is 6 coins"), "utf-8")
    assert la.load(home, keep=tmp_path / "kept").evaluate(case).fine == "6"


def test_what_is_kept_is_no_program(rules: la.Rules) -> None:
    text = kept.to_json(rules.rulebook)
    assert kept.from_json(text.replace('"version":1', '"version":0'), Path(rules.rulebook.folder)) is None
    assert '"Source"' not in text


def test_a_file_that_is_broken_or_a_place_that_is_none_harms_nothing(root: Path, tmp_path: Path) -> None:
    home, case = root / "tests" / "rulesets_small" / "late_books", {"days_late": "5", "kind": "novel"}
    place = tmp_path / "kept"
    la.load(home, keep=place)
    (file,) = place.iterdir()
    for text in ("", "[]", file.read_text("utf-8")[:-50], file.read_text("utf-8").replace('"rows"', '"lines"')):
        file.write_text(text, "utf-8")
        assert la.load(home, keep=place).evaluate(case).fine == "5"
    assert la.load(home, keep=file).evaluate(case).fine == "5"
