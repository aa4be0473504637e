"""Guarantees: the translation agrees with the interpreter; the shipped ones hold; wrong ones are refuted by a case."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.api import Rules
from legalaid_dsl.cli.main import main
from legalaid_dsl.engine.tables import NO_FIGURES
from legalaid_dsl.engine.values import Unknown
from legalaid_dsl.study.proof import ask
from legalaid_dsl.study.proof import examples as generated
from legalaid_dsl.study.proof.ask import Asker
from legalaid_dsl.study.proof.bounds import Bounds
from legalaid_dsl.study.proof.law import Law

z3 = pytest.importorskip("z3")

from legalaid_dsl.study.proof.formulas.naming import Naming, rounded_terms  # noqa: E402
from legalaid_dsl.study.proof.formulas.space import Decoder, Space  # noqa: E402
from legalaid_dsl.study.proof.formulas.tables import Cells  # noqa: E402
from legalaid_dsl.study.proof.formulas.translate import Translator  # noqa: E402
from legalaid_dsl.study.proof.formulas.values import Number, Truth, Value  # noqa: E402
from tests.study.pinning import pinned  # noqa: E402

LIMIT = 10**5  # seconds: z3 decides, not the clock
ROOT = Path(__file__).resolve().parents[2]

WRONG = """
for each case:
guarantee twenty_sessions
  en "No case has more than 20 sessions."
  vi "Không vụ việc nào quá 20 buổi."
  that sessions of the case <= 20 sessions.
guarantee more_hours_more_pay
  en "More hours never lower what is payable."
  vi "Thêm giờ không làm giảm số tiền được chi trả."
  that raising hours never lowers amount payable.
for each provider:
guarantee no_officer_below_a_lawyer
  en "Every provider gets the lawyer's rate."
  vi "Mọi người đều hưởng mức của luật sư."
  that pay in base salaries >= earnings at the lawyer's rate.
"""


@pytest.fixture(scope="module")
def rules() -> Rules:
    return la.load()


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The circular with guarantees that do not hold."""
    folder = tmp_path_factory.mktemp("wrong") / "rulesets"
    shutil.copytree(ROOT / "rulesets", folder)
    article = folder / "circular_02_2021" / "article_12.law"
    article.write_text(article.read_text("utf-8") + WRONG, "utf-8")
    return folder / "circular_02_2021"


def asker(rules: Rules, readings: dict[str, str] | None = None, **more: Any) -> Asker:
    law = Law(rules, rules, readings or {}, NO_FIGURES)
    return Asker(law, Bounds.default(rules.rulebook), **more)


# ------------------------------------------------------------------ the translation is the interpreter

READINGS: list[tuple[str | None, dict[str, str]]] = [
    ("illustrative", {}),
    (None, {}),
    ("illustrative", {
        "art_3_cl_2_unit": "per_day", "art_8_cl_1_allocation": "pro_rata", "art_3_cl_1_day": "two_a_day",
        "art_13_base_salary_date": "on_each_day", "art_10_order": "increase_first", "art_8_cl_3_ceiling": "separate",
    }),
    ("illustrative", {
        "art_9_cl_2_pt_a_later_documents": "latest", "art_8_cl_4_pt_d_towards": "used_up", "art_13_rounding": "down",
        "art_10_cl_1_share": "equally", "art_10_cl_4_conversion": "by_pay", "art_3_cl_2_unit": "per_case",
        "art_4_cl_2_ceiling": "joint", "art_13_cl_1_minimum": "on_the_table", "art_10_increase": "twice",
    }),
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("figures, readings", [READINGS[2], *(pytest.param(*r, marks=pytest.mark.long) for r in READINGS if r != READINGS[2])])
def test_the_translation_gives_what_the_interpreter_gives(rules: Rules, figures: str | None, readings: Any) -> None:
    """Every term of every item of random cases, known or not; and what a proof takes for granted is so."""
    book, law = rules.rulebook, Law(rules, rules, readings, rules.figures(figures))
    bounds = Bounds.default(book)
    space = Space.of(book, bounds)
    tr = Translator(law.prepared, space, Cells(law.figures, 100), Naming(steps=rounded_terms(book)))
    keys = [t for t in book.terms.values() if not t.fact and not t.inverse_of]
    for term in keys:
        for spot in space.spots.get(term.thing, []):
            tr.value(term.key, spot)
    assert not tr.reasons
    compared = 0
    for case in islice((c for c in generated.cases(law, bounds, 5) if within(c)), 25):
        facts, spots = pinned(space, case)
        model = modelled(tr, space, facts)
        ev = law.read(case)
        assert ev is not None
        for path, spot in spots.items():
            items = (ev.facts.root,) if not path else ev.facts.all(spot.thing)
            item = next(i for i in items if i.path == path)
            for term in (t for t in keys if t.thing == spot.thing):
                expected = as_told(ev.value(term.key, item))
                assert told(Decoder(space, model), tr.value(term.key, spot)) == expected, (term.key, path, case)
                compared += expected is not None
    assert compared > 500


def within(case: dict[str, Any]) -> bool:
    """Whether a case lies in the space: worked examples may be larger, or leave facts out."""
    try:
        pinned(SPACES[0], case)
    except (AssertionError, KeyError):
        return False
    return True


SPACES: list[Space] = []


@pytest.fixture(autouse=True, scope="module")
def space_once(rules: Rules) -> Iterator[None]:
    SPACES.append(Space.of(rules.rulebook, Bounds.default(rules.rulebook)))
    yield
    SPACES.clear()


def modelled(tr: Translator, space: Space, facts: list[Any]) -> Any:
    """The facts, and what every name stands for by them."""
    solver = z3.Solver()
    solver.add(space.constraints + facts)
    assert solver.check() == z3.sat
    model = solver.model()
    for one in tr.naming.definitions.values():
        for equation in one.says:
            model.update_value(equation.arg(0), model.eval(equation.arg(1), model_completion=True))
        for part in one.always:
            assert z3.is_true(model.eval(part, model_completion=True)), (one.slot, part)
    return model


def told(decoder: Decoder, value: Value) -> Any:
    if isinstance(value, Truth):
        yes, no = decoder.holds(value.yes), decoder.holds(value.no)
        assert not (yes and no)
        return yes if yes or no else None
    if not decoder.holds(value.known):
        return None
    if isinstance(value, Number):
        return value.term if isinstance(value.term, Fraction) else decoder.number(value.term)
    return frozenset(k for k, guard in value.guards.items() if decoder.holds(guard))


def as_told(value: Any) -> Any:
    match value:
        case Unknown():
            return None
        case date():
            return Fraction(value.toordinal())
        case str():
            return frozenset([value])
    return value


# ------------------------------------------------------------------ the shipped guarantees

SHIPPED = [
    "parts_add_up", "never_more_than_a_lawyer", "nothing_uncertified", "within_the_ceiling", "nothing_during_suspension",
    "at_most_ten", "nothing_before_effect",
]  # fmt: skip


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask z3 before any case is tried."""
    monkeypatch.setattr(ask, "QUICK", 0)
    monkeypatch.setattr(ask, "QUICK_PAIRS", 0)


@pytest.mark.long
@pytest.mark.usefixtures("at_once")
def test_the_shipped_guarantees_are_proved(rules: Rules) -> None:
    one = asker(rules, seconds=LIMIT)
    found = {key: [v.verdict for v in one.all(key)] for key in SHIPPED}
    assert {key: said for key, said in found.items() if said not in (["proved"], ["not_refuted"])} == {}


def test_the_one_that_z3_does_not_decide_is_not_refuted_and_it_is_said(rules: Rules) -> None:
    """Shares are quotients of products of unknowns: no proof in any time that anybody waits."""
    found = asker(rules, cases=200, prove=False).all("shares_within_the_level")[0]
    assert (found.verdict, found.tried) == ("not_decided", 200)
    assert "200" in found.reason.en


def test_what_is_too_hard_for_z3_is_searched_and_it_is_said(rules: Rules) -> None:
    """Two lines, and all numbers of hours that a case may state: no proof in any time that anybody waits."""
    law = Law(rules, rules, {}, NO_FIGURES)
    (found,) = Asker(law, Bounds.default(rules.rulebook, entries=2), prove=False, cases=100).all("more_hours_never_fewer_sessions")
    assert (found.verdict, found.tried) == ("not_decided", 100)


@pytest.mark.long
@pytest.mark.usefixtures("at_once")
def test_a_guarantee_of_one_reading_is_asked_under_it(rules: Rules) -> None:
    rule = next(g for g in rules.rulebook.guarantees if g.code == "never_more_than_worked")
    if rule.readings:
        assert asker(rules).guarantee(rule).verdict == "set_aside"
    assert asker(rules, dict(rule.readings), seconds=LIMIT).guarantee(rule).verdict in ("proved", "not_refuted")


# ------------------------------------------------------------------ wrong ones


@pytest.mark.long
@pytest.mark.parametrize(("key", "prove"), [
    ("twenty_sessions", True), ("no_officer_below_a_lawyer", False),
    pytest.param("twenty_sessions", False, marks=pytest.mark.long), pytest.param("no_officer_below_a_lawyer", True, marks=pytest.mark.long),
])  # fmt: skip
def test_a_wrong_guarantee_is_refuted_by_a_case_that_evaluate_confirms(
    wrong: Path, tmp_path: Path, key: str, prove: bool
) -> None:
    result = run(["guarantees", str(wrong), "--only", key, "--out", str(tmp_path), "--prove" if prove else "--no-prove"])
    assert result.exit_code == 1, result.output
    assert f"✗ {key}" in result.output
    figures = ["--figures", str(tmp_path / f"{key}_figures")] if (tmp_path / f"{key}_figures").is_dir() else []
    said = run(["evaluate", str(tmp_path / f"{key}.json"), "--ruleset", str(wrong), "--format", "json", *figures])
    assert f"guarantee_{key}" in [f["code"] for f in json.loads(said.stdout)["findings"]]
    for example in tmp_path.glob("*.case"):  # the same as a worked example, beside the rules
        kept = wrong / example.name
        kept.write_text(example.read_text("utf-8"), "utf-8")
        try:
            assert "1 examples passed, 0 failed" in run(["test", str(wrong), "-k", f"against_{key}"]).output
        finally:
            kept.unlink()


@pytest.mark.long
def test_a_wrong_guarantee_on_two_cases_is_refuted_by_a_pair(wrong: Path, tmp_path: Path) -> None:
    """More hours of one provider take from the share of another, who is paid at a higher rate."""
    run(["guarantees", str(wrong), "--only", "more_hours_more_pay", "--no-prove", "--out", str(tmp_path)])
    before, after = (
        int(json.loads(run(["evaluate", str(tmp_path / f"more_hours_more_pay{x}.json"), "--format", "json"]).stdout)["amount"])
        for x in ("", "_raised")
    )
    assert after < before


def run(arguments: list[str]) -> Any:
    return CliRunner().invoke(main, arguments)


# ------------------------------------------------------------------ amendments, and doing without z3


@pytest.mark.long
def test_an_amendment_that_lowers_somebodys_pay(tmp_path: Path) -> None:
    result = run(["guarantees", "--amend", "third_step", "--lowers-nobody", "--no-prove", "--out", str(tmp_path)])
    assert result.exit_code == 1
    case = str(next(tmp_path.glob("*.json")))
    amounts = [
        int(json.loads(run(["evaluate", case, "--format", "json", *more]).stdout)["amount"])
        for more in ([], ["--amend", "third_step"])
    ]
    assert amounts[1] < amounts[0]


def test_without_z3_cases_are_tried_and_it_is_said(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "find_spec", lambda name: None)
    found = asker(rules, cases=120).all("at_most_ten")[0]
    assert (found.verdict, found.tried) == ("not_decided", 120)
    assert "legalaid-dsl[proof]" in found.reason.en
    assert "120" in found.reason.vi


def test_what_cannot_be_put_to_z3_is_never_proved(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that is not translated may have any value: here the ceiling of the case."""
    from legalaid_dsl.study.proof.formulas import deciding
    from legalaid_dsl.study.proof.formulas.logic import NotTranslated

    whole = deciding.decided

    def without(tr: Translator, key: str, spot: Any) -> Any:
        if key == "case.level_base_salaries":
            raise NotTranslated("calendar")
        return whole(tr, key, spot)

    monkeypatch.setattr(deciding, "decided", without)
    found = asker(rules, cases=100).all("at_most_ten")[0]
    assert found.verdict == "not_decided"
    assert "worked out by the calendar" in found.reason.en
