"""The exported JavaScript module says what the engine says; where it cannot say, it says that."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.problem import RulesetError
from legalaid_dsl.engine.lowered.steps import NotLowerable
from legalaid_dsl.engine.script.form import form_of
from legalaid_dsl.engine.script.module import module_of
from tests.campaign import size
from tests.long import random_rules
from tests.script.agreement import NO_NODE, NODE, Asked, decided, differences, some_cases

pytestmark = pytest.mark.skipif(NODE is None, reason=NO_NODE)


def exported(rules: la.Rules, folder: Path, *figures: str | None) -> tuple[Path, frozenset[str]]:
    """The module of a ruleset, and the terms whose clauses it gives."""
    form = form_of(rules.rulebook, {name or "none": rules.figures(name) for name in figures or (None,)})
    path = folder / "rules.mjs"
    path.write_text(module_of(form), "utf-8")
    return path, frozenset(d["term"] for d in form["deciding"])


@pytest.fixture(scope="module")
def module(rules: la.Rules, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, frozenset[str]]:
    return exported(rules, tmp_path_factory.mktemp("script"), None, "illustrative")


@pytest.mark.long
@pytest.mark.longer
@pytest.mark.parametrize("piece", range(size(1, 10)))
def test_random_cases_under_readings_drawn_at_random(rules: la.Rules, module: tuple[Path, frozenset[str]], piece: int) -> None:
    """With --long 10^4 cases; the interpreter, which alone knows what is wanted, decides every twentieth of them."""
    path, terms = module
    count = size(200, 1000)
    asked = list(some_cases(rules, piece, count, size(40, 200)))
    said, statuses = differences(rules, terms, asked, decided(path, asked), size(1, 20))
    assert said == []
    assert statuses["careful"] < count / 10
    assert min(statuses[status] for status in ("determined", "undetermined", "refused")) > count / 20


@pytest.mark.longer
def test_rulesets_made_at_random(tmp_path: Path) -> None:
    """Other rules, with every operation that the language has."""
    ran = 0
    for seed in range(size(5, 100)):
        folder = tmp_path / str(seed)
        folder.mkdir()
        random_rules.write(folder, seed)
        try:
            rules = la.load(folder)
            path, terms = exported(rules, folder)
        except (RulesetError, NotLowerable):
            continue
        rng = random.Random(seed)
        asked = [Asked(random_rules.case(rng, seed)) for _ in range(20)]
        said, count = differences(rules, terms, asked, decided(path, asked))
        assert said == [], seed
        ran += count["determined"] + count["undetermined"]
    assert ran > size(20, 600)


UNREADABLE: list[tuple[str, str, str]] = [
    ("{", "refused", "no-json"),
    ('{"closed_on": "2026-09-30", "closed_on": "2026-09-30"}', "refused", "duplicate-key"),
    ('{"entries": [{"id": "e1", "hours": 4.0}]}', "refused", "no-float"),
    ('{"entries": [{"id": "e1", "hours": "1e1"}]}', "refused", "no-number"),
    ('{"entries": [{"id": "e1", "hours": "٣"}]}', "refused", "no-number"),
    ('{"entries": [{"id": "e1", "date": "2023-02-29"}]}', "refused", "no-date"),
    ('{"entries": [{"id": "e1"}, {"id": "e1"}]}', "refused", "repeated-id"),
    ('{"entries": [{"hours": "1"}]}', "refused", "missing-id"),
    ('{"entries": [], "providers": [], "hourz": null}', "refused", "unknown-key"),
    ('{"case_id": "\\ud800"}', "refused", "broken-text"),
    ('{"labels": {"office": 3}}', "refused", "wrong-type"),
    ('{"constructor": "x"}', "refused", "unknown-key"),
    ('{"form": "constructor"}', "refused", "no-such-choice"),
    ('{"entries": [{"id": "e1", "hours": "1.00001"}]}', "careful", ""),
]


@pytest.mark.parametrize(("text", "status", "code"), UNREADABLE)
def test_what_cannot_be_read_gives_no_number(rules: la.Rules, module: tuple[Path, frozenset[str]], text: str, status: str, code: str) -> None:
    found = decided(module[0], [Asked(None, text=text)])[0]
    assert (found["status"], found["amount"], found["needs"]) == (status, None, [])
    if status == "refused":
        assert [f["code"] for f in found["findings"]] == [code]
        theirs = rules.evaluate(text).to_dict()
        assert theirs["status"] == "refused" and code in {f["code"] for f in theirs["findings"]}


def test_wrong_options_are_told(module: tuple[Path, frozenset[str]]) -> None:
    wrong = [Asked({}, {"no_such": "x"}), Asked({}, {"art_3_cl_2_unit": "no_such"}), Asked({}, {}, "no_such"), Asked({}, {}, "constructor")]
    assert [found["status"] for found in decided(module[0], wrong)] == ["wrong_option"] * 4


def test_the_module_uses_nothing_of_one_machine(rules: la.Rules) -> None:
    text = module_of(form_of(rules.rulebook, {"none": rules.figures(None)}))
    assert not any(word in text.split("engine({")[0] for word in ("require(", "import ", "process.", "Buffer", "window", "document."))
    assert text.isascii() or text.encode("utf-8")


def test_the_form_is_plain_json(rules: la.Rules) -> None:
    form: Any = form_of(rules.rulebook, {"none": rules.figures(None)})
    again = json.loads(json.dumps(form))
    assert len(again["steps"]) == len(form["steps"])
    for place, step in enumerate(again["steps"]):
        assert all(arg < place for arg in step.get("args", ()))
