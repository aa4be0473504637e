"""A choice that the law does not know yet is decided by no rule: whoever adds one to the glossary is told what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la

NEW = 'en "a new one" vi "lựa chọn mới" key a_new_one'
LISTS = {  # list of choices → the file of its glossary line
    "form": "decree_144_2017/instrument.law", "method": "decree_144_2017/instrument.law", "kind": "decree_144_2017/instrument.law",
    "stage": "circular_02_2021/glossary.law", "complexity": "circular_02_2021/glossary.law", "penalty": "criminal_code/instrument.law",
    "class": "criminal_code/instrument.law",
}  # fmt: skip


def with_a_new(folder: Path, root: Path, vocabulary: str) -> la.Rules:
    """The shipped rules with one more choice at the end of a list."""
    shutil.copytree(root / "rulesets", folder / "rulesets")
    path = folder / "rulesets" / LISTS[vocabulary]
    head, marker, rest = path.read_text("utf-8").partition(f"key {vocabulary}:")
    items, stop, after = rest.partition(".\n")
    assert marker
    path.write_text(f"{head}{marker}{items};\n  {NEW}{stop}{after}", "utf-8")
    return la.load(folder / "rulesets" / "circular_02_2021")


def case(**changes: Any) -> dict[str, Any]:
    entry = {
        "id": "e1", "provider": "P1", "date": "2026-05-04", "task": "court_hearing", "stage": "first_instance", "hours": "8",
        "certified_by": ["judge"], **changes.pop("entry", {}),
    }  # fmt: skip
    provider = {"id": "P1", "kind": "lawyer", "method": "actual_sessions", "method_chosen_on": "2026-05-01", **changes.pop("provider", {})}
    others = changes.pop("others", [])
    facts = {
        "form": "criminal_proceedings", "assigned_on": "2026-05-01", "closed_on": "2026-09-30", "offences": [{"class": "serious"}],
        "complexity": "ordinary", "stages": ["first_instance"], "tasks_complete": True, "providers": [provider, *others],
        "entries": [entry],
    }  # fmt: skip
    return {**facts, **changes}


LUMP = {"method": "lump_sum"}
NEW_CASES: list[tuple[str, dict[str, Any]]] = [
    ("form", case(form="a_new_one")),
    ("form", case(form="a_new_one", provider={"kind": "state_legal_aid_officer"})),
    ("form", case(form="a_new_one", provider=LUMP)),
    ("form", case(form="a_new_one", entries=[])),
    ("form", case(form="a_new_one", entry={"certified_by": []})),
    ("method", case(provider={"method": "a_new_one"})),
    ("method", case(provider={"method": "a_new_one"}, entries=[])),
    ("method", case(provider={"method": "a_new_one"}, form="extrajudicial_representation", stages=[], entry={"stage": None})),
    ("method", case(others=[{"id": "P2", "kind": "lawyer", "method": "a_new_one"}])),
    ("method", case(provider=LUMP, others=[{"id": "P2", "kind": "lawyer", "method": "a_new_one"}])),
    ("kind", case(provider={"kind": "a_new_one"})),
    ("kind", case(provider={"kind": "a_new_one"}, form="extrajudicial_representation", stages=[], entry={"stage": None})),
    ("kind", case(provider={**LUMP, "kind": "a_new_one"})),
    ("stage", case(stages=["a_new_one"], entry={"stage": "a_new_one"})),
    ("stage", case(entry={"stage": "a_new_one"})),
    ("stage", case(entry={"stage": "a_new_one"}, form="civil_proceedings")),
    ("stage", case(stages=["a_new_one"], provider=LUMP)),
    ("stage", case(stages=["first_instance", "a_new_one"], provider=LUMP, form="administrative_proceedings")),
    ("stage", case(stages=["a_new_one"], entry={"task": "file_study", "certified_by": ["centre"]})),
    ("class", case(offences=[{"class": "a_new_one"}], provider=LUMP)),
    ("class", case(offences=[{"class": "a_new_one"}], entry={"task": "file_study", "certified_by": ["centre"]})),
    ("complexity", case(form="civil_proceedings", complexity="a_new_one", provider=LUMP)),
    ("penalty", case(offences=[{"highest_penalty": {"kind": "a_new_one"}}], provider=LUMP)),
]


@pytest.fixture(scope="module")
def widened(tmp_path_factory: pytest.TempPathFactory, root: Path) -> dict[str, la.Rules]:
    return {key: with_a_new(tmp_path_factory.mktemp(key), root, key) for key in LISTS}


@pytest.mark.parametrize("figures", [None, "illustrative"])
@pytest.mark.parametrize(("vocabulary", "facts"), NEW_CASES)
def test_a_choice_that_no_rule_names_is_decided_by_none(
    widened: dict[str, la.Rules], vocabulary: str, facts: dict[str, Any], figures: str | None
) -> None:
    result = widened[vocabulary].evaluate(facts, figures=figures).to_dict()
    assert result["status"] == "undetermined"
    assert result["amount"] is None
    said = {f["code"] for f in [*result["findings"], *result.get("openings", [])]}
    asked = {n["path"] for n in result["needs"] if "a_new_one" in str(n)}
    assert "no_rule" in said or asked, (said, result["needs"])


@pytest.mark.parametrize("vocabulary", sorted(LISTS))
def test_what_the_rules_name_is_decided_as_before(widened: dict[str, la.Rules], rules: la.Rules, vocabulary: str) -> None:
    for facts in (case(), case(provider=LUMP), case(form="extrajudicial_representation", stages=[], entry={"stage": None})):
        before, after = (r.evaluate(facts, figures="illustrative").to_dict() for r in (rules, widened[vocabulary]))
        assert {k: v for k, v in before.items() if k != "ruleset"} == {k: v for k, v in after.items() if k != "ruleset"}


@pytest.mark.parametrize("reading", ["art_4_cl_3_uncertified=payable", "art_3_cl_1_day=two_a_day", "art_3_cl_2_unit=per_stage"])
@pytest.mark.parametrize(("vocabulary", "facts"), [x for x in NEW_CASES if x[0] in ("form", "stage", "method")])
def test_in_other_readings_too(
    widened: dict[str, la.Rules], vocabulary: str, facts: dict[str, Any], reading: str
) -> None:
    key, _, choice = reading.partition("=")
    result = widened[vocabulary].evaluate(facts, figures="illustrative", readings={key: choice})
    assert result.status == "undetermined"
