"""Rules and results are frozen, hand out copies, say briefly what they are, and travel to other processes as data."""

from __future__ import annotations

import copy
import json
import multiprocessing
import pickle
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.citation import Citation
from legalaid_dsl.rulebook.files import as_data as kept
from tests.campaign import examples, size
from tests.oracle import generate

FORMATS = [(lang, form) for lang in ("en", "vi") for form in ("text", "markdown", "html")]
SIMPLE = {"form": "civil_proceedings", "closed_on": "2026-09-30", "providers": [], "entries": []}


def all_said(result: la.Result) -> Any:
    things = [t for t in result._rules.rulebook.things if t != "case"]
    return (
        result.status, result.amount, result.to_dict(), [result.explain(*f) for f in FORMATS], result._repr_html_(),
        repr(result), dir(result), result.case_values(), [result.items(t) for t in things],
    )  # fmt: skip


@pytest.fixture(scope="module")
def amended() -> la.Rules:
    return la.load(amendments=["ceiling_35"])


@pytest.fixture(scope="module")
def decide(rules: la.Rules, amended: la.Rules, root: Path) -> Callable[[str], la.Result]:
    """A result of each kind: by rows, by the interpreter, undetermined, refused, under several texts."""
    whole = json.loads((root / "docs" / "cases" / "two_providers.json").read_text("utf-8"))
    less = {k: v for k, v in whole.items() if k != "closed_on"}
    for _ in range(4):
        rules.evaluate(SIMPLE)  # rows are printed by now

    def decide(kind: str) -> la.Result:
        match kind:
            case "rows":
                return rules.evaluate(whole)
            case "interpreter":
                return rules.evaluate(whole, by="interpreter")
            case "figures":
                return rules.evaluate(whole, figures="illustrative")
            case "bare":
                return rules.evaluate(whole, trace=False)
            case "undetermined":
                return rules.evaluate({**less, "form": None})
            case "refused":
                return rules.evaluate({"no_such_key": 1})
            case "dated":
                return amended.evaluate({**whole, "closed_on": "2027-09-30"})
        return amended.evaluate(less)  # the day that says which text governs is missing

    return decide


KINDS = ["rows", "interpreter", "figures", "bare", "undetermined", "refused", "dated", "undated"]


def vandalise(value: Any) -> None:
    """Change all that can be changed, at every level."""
    if isinstance(value, dict):
        for inner in value.values():
            vandalise(inner)
        for key in value:
            value[key] = "changed"
        value["more"] = 1
    elif isinstance(value, list):
        for inner in value:
            vandalise(inner)
        value[:] = ["changed", *value[1:]]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_is_handed_out_changes_a_result(decide: Callable[[str], la.Result], kind: str) -> None:
    expected = all_said(decide(kind))
    result = decide(kind)
    for name in dir(result):
        if not name.startswith("_") and name != "determination":
            given = getattr(result, name)
            vandalise(given if not callable(given) else None)
    for thing in ("providers", "entries"):
        vandalise(result.items(thing))
    vandalise(result.case_values())
    vandalise(result.to_dict())
    assert all_said(result) == expected
    for name in ("amount", "status", "_told", "_outcome", "more"):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(result, name, "changed")


def test_the_facts_that_were_given_may_change_afterwards(decide: Callable[[str], la.Result], rules: la.Rules) -> None:
    whole = decide("rows").to_dict()
    case = json.loads((Path(__file__).parents[1] / "docs" / "cases" / "two_providers.json").read_text("utf-8"))
    results = [rules.evaluate(case, by=by) for by in ("rows", "interpreter")]  # type: ignore[arg-type]
    vandalise(case)
    assert [r.to_dict() for r in results] == [whole, whole]


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_the_same_after_pickling(decide: Callable[[str], la.Result], kind: str) -> None:
    result = decide(kind)
    data = pickle.dumps(result)  # before anything else was asked of it
    for back in (pickle.loads(data), pickle.loads(pickle.dumps(pickle.loads(data))), copy.deepcopy(result), copy.copy(result)):
        assert all_said(back) == all_said(result)
        assert back == result
        assert hash(back) == hash(result)
    vandalise(pickle.loads(data).to_dict())
    assert pickle.loads(data) == result


def test_results_are_equal_that_say_the_same(decide: Callable[[str], la.Result]) -> None:
    found = {kind: decide(kind) for kind in KINDS}
    assert found["rows"] == found["interpreter"]
    assert hash(found["rows"]) == hash(found["interpreter"])
    different = [r for kind, r in found.items() if kind != "interpreter"]
    assert len(set(different)) == len(different)
    assert found["rows"] != found["rows"].to_dict()


@examples(10, 50, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.sampled_from(["rows", "interpreter"]), st.booleans())
def test_any_case_travels(rules: la.Rules, rng: Any, by: Any, illustrative: bool) -> None:
    case = generate.random_case(rng, missing=size(0.03, 0.1))  # much that is missing takes long to bound
    result = rules.evaluate(case, by=by, figures="illustrative" if illustrative else None)
    back = pickle.loads(pickle.dumps(result))
    assert back == result
    assert back.explain("vi") == result.explain("vi")
    assert back.case_values().keys() == result.case_values().keys()
    again = pickle.loads(pickle.dumps(rules)).evaluate(case, by=by, figures="illustrative" if illustrative else None)
    assert again == result


def test_rules_travel_as_data(rules: la.Rules, amended: la.Rules) -> None:
    back = pickle.loads(pickle.dumps(rules))
    assert back.rulebook == rules.rulebook
    assert back.rulebook.folder == rules.rulebook.folder
    assert copy.deepcopy(rules) is rules is copy.copy(rules)
    dated = pickle.loads(pickle.dumps(amended))
    assert [(d, r.rulebook) for d, r in dated.timeline.periods] == [(d, r.rulebook) for d, r in amended.timeline.periods]  # type: ignore[union-attr]
    for day in (date(2026, 1, 1), date(2028, 1, 1)):
        assert dated.at(day).rulebook.digest == amended.at(day).rulebook.digest
        assert dated.at(day).rulebook.amended_by == amended.at(day).rulebook.amended_by
    assert dated.rulebook.drafts == amended.rulebook.drafts
    assert pickle.dumps(back) == pickle.dumps(rules)


def test_official_text_and_figures_travel_with_the_rules(root: Path, tmp_path: Path) -> None:
    home = tmp_path / "late_books"
    shutil.copytree(root / "tests" / "rulesets_small" / "late_books", home)
    (home / "official_text").mkdir()
    entry = {"address": "art_1/cl_2", "heading": "The fine.", "text": "Words of the gazette.", "sha256": "", "line": 1}
    (home / "official_text" / "en.json").write_text(json.dumps({"instrument": "late_books", "provisions": [entry]}), "utf-8")
    data = pickle.dumps(la.load(home))
    shutil.rmtree(home)  # another machine
    back = pickle.loads(data)
    assert back.texts("en")[Citation("late_books", "1", "2")].endswith("Words of the gazette.")
    assert back.evaluate({"days_late": "5", "kind": "novel"}).fine == "5"


def test_rules_of_another_version_are_refused(rules: la.Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "program", lambda: "another")
    kept.unpacked.cache_clear()
    other = la.load(Path(__file__).parent / "rulesets_small" / "late_books")
    data = pickle.dumps(other)
    monkeypatch.undo()
    with pytest.raises(kept.Damaged, match="another version"):
        pickle.loads(data)


def test_errors_travel(root: Path, rules: la.Rules) -> None:
    """A pool raises them again; one that cannot be made again would break the pool."""
    with pytest.raises(la.RulesetError) as wrong:
        la.load(root / "tests")
    with pytest.raises(la.UnknownReading) as unknown:
        rules.evaluate(SIMPLE, readings={"x": "y"})
    with pytest.raises(la.UnknownReading, match="there are: –"):  # of rules without readings
        la.load(root / "tests" / "rulesets_small" / "late_books").evaluate({}, readings={"x": "y"})
    with pytest.raises(la.FiguresError) as figures:
        rules.evaluate(SIMPLE, figures="nowhere")
    with pytest.raises(la.UnknownAmendment) as amendment:
        la.load(amendments=["nothing"])
    for error in (wrong.value, unknown.value, figures.value, amendment.value):
        back = pickle.loads(pickle.dumps(error))
        assert type(back) is type(error)
        assert str(back) == str(error)
    assert [p.code for p in pickle.loads(pickle.dumps(wrong.value)).problems] == [p.code for p in wrong.value.problems]


def decided_elsewhere(rules: la.Rules, case: dict[str, Any]) -> la.Result:
    return rules.evaluate(case)


def test_a_pool_of_processes(rules: la.Rules, amended: la.Rules) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:  # nothing is inherited
        found = list(pool.map(decided_elsewhere, [rules, amended, rules], [SIMPLE] * 3))
        assert found == [rules.evaluate(SIMPLE), amended.evaluate(SIMPLE), rules.evaluate(SIMPLE)]
        assert found[0].explain("vi") == rules.evaluate(SIMPLE).explain("vi")


# ------------------------------------------------------------------ as it is shown


def within(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from within(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_shown_briefly(decide: Callable[[str], la.Result], kind: str) -> None:
    result = decide(kind)
    for shown in (repr(result), repr(result._told), repr(result._ready), repr(result._outcome), repr(result._rules)):
        assert len(shown) < 300
    result.to_dict()
    assert len(repr(result)) < 300
    assert result.status in repr(result)
    assert f"amount={result.amount!r}" in repr(result)
    assert len(repr(result._rules.rulebook)) < 200
    assert {"amount", "sessions", "providers", "needs", "status", "explain"} <= set(dir(result))
    assert set(result.to_dict()) <= set(dir(result))


@pytest.mark.parametrize("kind", KINDS)
def test_a_notebook_shows_the_results_in_both_languages(decide: Callable[[str], la.Result], kind: str) -> None:
    result = decide(kind)
    page = result._repr_html_()
    assert "<html" not in page
    assert "<style" not in page  # a part of somebody else's page
    assert ("Amount payable" in page) is ("Số tiền được chi trả" in page) is (result.status != "refused")
    assert ("ILLUSTRATIVE FIGURES" in page) is (kind == "figures")
    assert ("DRAFT" in page) is (kind == "dated" or kind == "undated")


def test_long_and_strange_texts_do_not_reach_a_repr(root: Path, tmp_path: Path) -> None:
    home = tmp_path / "late_books"
    shutil.copytree(root / "tests" / "rulesets_small" / "late_books", home)
    glossary = home / "instrument.law"
    terms = "".join(
        f'term en "said {c}" vi "nói {c}" key case.said_{c}, text, result said_{c}.\n' for c in "abcdefghijklmn"
    )  # fmt: skip
    rules = "".join(f"said {c} is file number.\n" for c in "abcdefghijklmn")
    glossary.write_text(glossary.read_text("utf-8") + terms, "utf-8")
    law = home / "article_02.law"
    law.write_text(f'Article 2. en "Said" vi "Nói"\nfor each case:\n{rules}', "utf-8")
    case = {"days_late": "5", "kind": "novel", "case_id": "<b>\n\x1b[31m" + "long " * 200}
    result = la.load(home).evaluate(case)
    assert result.said_n == case["case_id"]
    assert len(repr(result)) < 600
    assert repr(result).isprintable()
    assert repr(result).endswith(", …>")
    assert "<b>" not in result._repr_html_()
    assert re.search(r"&lt;b&gt;", result._repr_html_())
