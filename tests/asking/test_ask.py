"""Asking for a case: every worked example comes out of its answers, and nothing is asked that cannot matter."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.asking import places
from legalaid_dsl.asking.question import Question
from legalaid_dsl.asking.understood import Said, understood
from legalaid_dsl.basics.bilingual import Bilingual
from legalaid_dsl.cases.case_file import WorkedCase, read_cases
from tests import campaign

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "rulesets" / "circular_02_2021"
CASE = json.loads((ROOT / "docs" / "cases" / "two_providers.json").read_text("utf-8"))


def answered(question: Question, facts: dict[str, Any], case: dict[str, Any], *, one_by_one: bool = False) -> dict[str, Any]:
    """The answer of somebody who knows the facts of ``case`` and no others."""
    if question.type == "more":
        known, told = places.at(case, question.path), places.at(facts, question.path)
        return question.answered(facts, {"id": known[len(told) - 1]["id"]} if len(told) <= len(known) else False)
    known = places.at(case, question.path)
    if known is places.MISSING or known is None:
        return question.answered(facts, False) if question.type == "list" and question.presumed else question.unknown(facts)
    if question.type == "list":
        items = [{k: v for k, v in item.items() if k == "id"} for item in known]
        if one_by_one:
            return question.answered(facts, items[0] if items else False)
        return question.answered(facts, items)
    return question.answered(facts, known)


UNEXAMINED = {  # by example: the question, by its key, that is asked and said not to be examined
    "art_10_cl_1_three_providers": "providers.deducted_sessions",
    "protect_art_9_cl_2_pt_a_1": "providers.deducted_sessions",
    "protect_joint_ceiling_at_every_stage": "entries.stage",
}


def held(
    rules: la.Rules, case: dict[str, Any], one_by_one: bool = False, unexamined: str = "", **options: Any
) -> tuple[dict[str, Any], list[Question]]:
    """The facts that a whole talk gives, and what was asked; ``unexamined``: a question that need not be shown to matter."""
    facts: dict[str, Any] = {}
    asked: list[Question] = []
    while (question := rules.ask(facts, **options)) is not None:
        assert question.type == "more" or question.path not in {q.path for q in asked}
        if question.examined or question.key != unexamined:
            matters(rules, facts, question, options)
        asked.append(question)
        facts = answered(question, facts, case, one_by_one=one_by_one)
        assert len(asked) < 400
    return facts, asked


def matters(rules: la.Rules, facts: dict[str, Any], question: Question, options: dict[str, Any]) -> None:
    """The engine wants it, or some value of it gives another answer, alone or with an answer to what is asked next."""
    if question.type == "more":
        return
    known = places.closed(facts)
    base = rules.evaluate(known, trace=False, bounds=False, by="interpreter", **options)
    needs = {n["path"] for n in base.to_dict()["needs"]}
    if question.path in needs:
        return
    tried = [places.put(known, question.path, value) for value in values(rules, known, question)]
    if any(differs(rules, base, case, options) for case in tried):
        return
    for case in tried:
        following = rules.ask(case, **options)
        if following is not None and any(
            differs(rules, base, places.put(case, following.path, value), options) for value in values(rules, case, following)
        ):
            return
    raise AssertionError(question.path)


def differs(rules: la.Rules, base: la.Result, case: dict[str, Any], options: dict[str, Any]) -> bool:
    other = rules.evaluate(case, trace=False, bounds=False, by="interpreter", **options)
    return other.determination is not None and said(other) != said(base)


def said(result: la.Result) -> Any:
    found = result.to_dict()
    items = [[{k: v for k, v in i.items() if k != "cites"} for i in found[t]] for t in ("providers", "entries")]
    return found["status"], result.case_values(), items, sorted(n["path"] for n in found["needs"]), found["openings"]


def values(rules: la.Rules, facts: dict[str, Any], question: Question) -> Iterator[Any]:
    """Values as a clerk may give them, found without the engine."""
    match question.type:
        case "yes_or_no":
            yield from (True, False)
        case "number":
            yield from ("0", "0.5", "1", "40")
        case "choice" | "reference":
            yield from question.choices
        case "choices":
            yield from ([c] for c in question.choices)
            yield []
        case "list":
            yield [{"id": "x"} if question.identified else {}]
        case "date":
            yield from sorted({x for x in _texts(facts) if _is_day(x)})
            yield from (f"{year}-{month:02}-15" for year in (2027, 2026, 2025, 2024, 2022, 2021, 2000) for month in (1, 4, 7, 10))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


@pytest.fixture(scope="module")
def examples(rules: la.Rules) -> list[WorkedCase]:
    return read_cases(rules.rulebook, sorted(FOLDER.glob(campaign.size("article_0[2-9].case", "*.case"))))


@pytest.mark.long
@pytest.mark.longer
def test_worked_examples_come_out_of_their_answers(rules: la.Rules, examples: list[WorkedCase]) -> None:
    """The same status and results as the example's facts; those refused by the reader of facts are left out."""
    for case in examples[5 :: campaign.size(120, 7)]:
        options = {"figures": case.figures, "readings": case.readings}
        wanted = rules.evaluate(case.facts, trace=False, bounds=False, by="interpreter", **options)
        if wanted.determination is None:
            continue
        facts, asked = held(rules, case.facts, unexamined=UNEXAMINED.get(case.key, ""), **options)
        found = rules.evaluate(facts, trace=False, bounds=False, by="interpreter", **options)
        assert (found.status, found.case_values()) == (wanted.status, wanted.case_values()), case.key
        assert asked


def test_lists_are_told_line_by_line_and_the_case_file_is_the_state(rules: la.Rules) -> None:
    """Each answer goes through JSON, as from one day to the next; the facts given are never changed."""
    facts: dict[str, Any] = {}
    asked = []
    while (question := rules.ask(json.dumps(facts))) is not None:
        before = json.dumps(facts)
        following = answered(question, facts, CASE, one_by_one=True)
        assert json.dumps(facts) == before
        facts = json.loads(json.dumps(following))
        asked.append((question.type, question.path))
    assert asked.count(("more", "providers")) == asked.count(("more", "entries")) == 2
    lines = [path for _, path in asked if path.startswith("entries[")]
    assert lines.index("entries[0].task") < asked.index(("more", "entries")) - asked.index(("list", "entries"))
    assert not list(places.still_open(facts))
    result = rules.evaluate(facts)
    assert (result.status, result.amount) == ("determined", "25300000") == (rules.evaluate(CASE).status, rules.evaluate(CASE).amount)


def test_a_question_is_a_record(rules: la.Rules) -> None:
    question = rules.ask({})
    assert question is not None
    assert question == rules.ask({})  # the same facts, the same question
    assert (question.type, question.path, question.identified) == ("list", "providers", True)
    question = rules.ask({"providers": [{"id": "P1"}], "form": "civil_proceedings", "entries": []})
    assert question is not None
    assert (question.key, question.path, question.type) == ("providers.method", "providers[0].method", "choice")
    assert question.choices["lump_sum"].vi == "khoán chi vụ việc"
    assert question.cites
    assert "Article" in question.why.en
    assert "Điều" in question.why.vi
    assert json.loads(json.dumps(question.to_dict()))["question"]["vi"] == question.text.vi


def test_it_says_how_much_an_answer_settles(rules: la.Rules) -> None:
    """With one fact wanting, the answer settles all of the interval."""
    case = {**CASE, "providers": [{**CASE["providers"][0]}, {k: v for k, v in CASE["providers"][1].items() if k != "kind"}]}
    question = rules.ask(case)
    assert question is not None
    assert question.path == "providers[1].kind"
    assert {k: n.share for k, n in question.settles.items()} == {"base_salaries": "1", "amount": "1"}
    assert all(float(n.low) < float(n.high) and n.left == "0" for n in question.settles.values())


def test_not_knowing_ends_too_and_says_what_evaluating_says(rules: la.Rules) -> None:
    facts: dict[str, Any] = {}
    while (question := rules.ask(facts)) is not None:
        facts = question.unknown(facts)
    assert facts["providers"] is None
    found, wanted = rules.evaluate(facts), rules.evaluate({})
    assert (found.status, found.case_values()) == (wanted.status, wanted.case_values())
    assert found.to_dict().get("bounds") == wanted.to_dict().get("bounds")


def test_what_is_presumed_is_confirmed_where_it_can_change_the_answer(rules: la.Rules) -> None:
    facts: dict[str, Any] = dict(CASE)
    confirmed = {}
    while (question := rules.ask(facts)) is not None:
        assert question.presumed
        confirmed[question.path] = question
        value = understood(question, "", "en")  # nothing typed
        facts = question.unknown(facts) if value is Said.UNKNOWN else question.answered(facts, value)
    assert {"suspended_on", "documents", "entries[1].adjourned", "providers[0].replaced_on"} <= set(confirmed)
    assert "entries[0].adjourned" not in confirmed  # no hearing
    assert rules.evaluate(facts).case_values() == rules.evaluate(CASE).case_values()
    assert "presumed" in confirmed["suspended_on"].why.en
    again = rules.ask({**facts, "suspended_on": "2026-02-01"})  # now it can matter when it was resumed
    assert again is not None
    assert again.path == "resumed_on"


LUMP = {
    "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30", "offences": [{"class": "very_serious"}],
    "stages": ["investigation", "prosecution", "first_instance"], "tasks_complete": True, "deducted_sessions": "0",
    "providers": [{"id": "P1", "kind": "lawyer", "method": "lump_sum"}],
    "entries": [{"id": "e1", "provider": "P1", "date": "2026-02-03", "task": "evidence_work", "stage": "investigation", "hours": "7.5",
                 "certified_by": ["place_of_evidence"]}],
}  # fmt: skip


def test_what_changes_the_answer_only_together_is_asked(rules: la.Rules) -> None:
    """A part that was not done in full changes nothing while nothing is taken off it, nor the other way round."""
    options = {"figures": "illustrative"}

    def amount(**part: Any) -> str | None:
        case = {**LUMP, "providers": [{**LUMP["providers"][0], **part}]}  # type: ignore[dict-item]
        return rules.evaluate(case, **options).amount  # type: ignore[arg-type]

    assert amount() == amount(tasks_complete=False) == amount(deducted_sessions="5") != amount(tasks_complete=False, deducted_sessions="5")
    _, asked = held(rules, LUMP, **options)
    paths = [q.path for q in asked]
    assert "providers[0].deducted_sessions" not in paths  # nothing taken off is asked about: the part was done
    question = asked[paths.index("providers[0].tasks_complete")]
    assert (question.presumed, question.withholds) == (True, ("base_salaries", "amount"))
    part = {**LUMP["providers"][0], "tasks_complete": False}  # type: ignore[dict-item]
    assert "providers[0].deducted_sessions" in [q.path for q in held(rules, {**LUMP, "providers": [part]}, **options)[1]]


def test_two_facts_of_one_sentence_are_asked_and_two_of_none_are_not(root: Path, tmp_path: Path) -> None:
    """Found by the decision that depends on both; where one is behind the other too."""
    home = shutil.copytree(root / "tests" / "rulesets_small" / "late_books", tmp_path / "late_books")
    glossary = home / "instrument.law"
    facts = "".join(f'fact en "sign {c}" vi "dấu {c}" key case.sign_{c}, yes or no, no unless stated.\n' for c in "abcd")
    terms = 'term en "stamp" vi "tem" key case.stamp, yes or no, result stamp.\nterm en "seal" vi "niêm" key case.seal, yes or no, result seal.\n'
    glossary.write_text(f"{glossary.read_text('utf-8')}{facts}{terms}", "utf-8")
    rules_text = "stamp when sign a and sign b.\nseal when sign c and stamp.\n"
    (home / "article_02.law").write_text(f'Article 2. en "Signs" vi "Dấu"\nfor each case:\n{rules_text}', "utf-8")
    rules = la.load(home)
    case = {"days_late": "5", "kind": "novel"}
    asked = []
    while (question := rules.ask(case)) is not None:
        asked.append(question.path)
        case = question.answered(case, False)
    assert asked == ["sign_a"]  # once it is no, nothing else can matter
    question = rules.ask({"days_late": "5", "kind": "novel", "sign_a": True})
    assert question is not None
    assert question.path == "sign_b"


@pytest.mark.parametrize(
    ("rules_text", "together"),
    [
        ("stamp when sign a and sign b and sign c.\n", "abc"),
        ("stamp when sign a and sign b and sign c and sign d.\n", "abcd"),
        ("stamp when sign a and sign b and sign c and not sign d.\n", "abc"),  # not all of them at once
        ("seal when sign a and sign b.\nlock when sign c and sign d.\nstamp when seal and lock.\n", "abcd"),  # no decision reads all
        ("seal when sign a and sign b and not sign a.\nstamp when seal and sign c.\n", ""),  # never
    ],
)
def test_any_number_of_presumptions_that_matter_only_together(root: Path, tmp_path: Path, rules_text: str, together: str) -> None:
    """Each is asked while the others may still be so; one no ends it. Nothing else is asked."""
    home = shutil.copytree(root / "tests" / "rulesets_small" / "late_books", tmp_path / "late_books")
    glossary = home / "instrument.law"
    facts = "".join(f'fact en "sign {c}" vi "dấu {c}" key case.sign_{c}, yes or no, no unless stated.\n' for c in "abcd")
    terms = "".join(f'term en "{x}" vi "{y}" key case.{x}, yes or no{z}.\n' for x, y, z in (("stamp", "tem", ", result stamp"), ("seal", "niêm", ""), ("lock", "khóa", "")))
    glossary.write_text(f"{glossary.read_text('utf-8')}{facts}{terms}", "utf-8")
    (home / "article_02.law").write_text(f'Article 2. en "Signs" vi "Dấu"\nfor each case:\n{rules_text}', "utf-8")
    rules = la.load(home)
    case: dict[str, Any] = {"days_late": "5", "kind": "novel"}
    first = rules.ask(case)
    assert (first is None) is (not together)
    if first is not None:
        assert (first.presumed, first.withholds) == (True, ("stamp",))
        assert first.text == Bilingual(f"Yes or no: sign {first.key[-1]}?", f"Dấu {first.key[-1]}: có hay không?")  # of a glossary that gives none
        assert rules.ask(first.answered(case, False)) is None
    asked = set()
    while len(asked) < len(together) and (question := rules.ask(case)) is not None:
        asked.add(question.path)
        case = question.answered(case, True)
    assert asked == {f"sign_{c}" for c in together}


def test_facts_that_cannot_be_read_and_figures_are_no_questions(rules: la.Rules) -> None:
    assert rules.ask({"form": "nothing"}) is None
    assert rules.ask({**CASE, "unknown_key": 1}) is None
    with pytest.raises(la.UnknownReading):
        rules.ask({}, readings={"art_1": "x"})


def test_any_ruleset_is_asked_for(root: Path) -> None:
    rules = la.load(root / "legalaid_dsl" / "workbench" / "starter" / "my_rules")
    question = rules.ask({})
    assert question is not None
    assert question.withholds == ("fee",)
    facts: dict[str, Any] = {}
    while (question := rules.ask(facts)) is not None:
        value = {"number": "3", "yes_or_no": True, "date": "2026-01-01", "list": False, "more": False}.get(question.type)
        facts = question.answered(facts, value if value is not None else next(iter(question.choices)))
    assert rules.evaluate(facts).status == "determined"
