"""What broke amendments in other systems cannot happen here."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import legalaid_dsl as la

from .conftest import RULES, Amended, case
from .test_amending import PHRASE


def code_of(amended: Amended, *acts: str) -> list[str]:
    with pytest.raises(la.RulesetError) as error:
        amended(*acts)
    return [p.code for p in error.value.problems]


def test_a_dead_amendment_is_an_error(amended: Amended) -> None:
    assert code_of(amended, PHRASE.replace("35", "30")) == ["changes-nothing"]
    assert code_of(amended, PHRASE.replace('"30', '"31')) == ["phrase-not-found"]
    assert code_of(amended, "Article 1.\nrepeal Article 9.\n") == ["no-such-provision"]


def test_a_change_is_for_every_day_from_its_first(amended: Amended) -> None:
    rules = amended(PHRASE)
    for days in (0, 1, 2, 30, 365, 3650):
        day = (date(2027, 1, 1) + timedelta(days=days)).isoformat()
        assert rules.evaluate(case(day)).sessions == "35", day


def test_the_base_and_other_runs_are_left_alone(mini: object, amended: Amended) -> None:
    base = la.load(mini)  # type: ignore[arg-type]
    before = base.evaluate(case()).to_dict()
    changed = amended(PHRASE)
    assert changed.evaluate(case()).sessions == "35"
    assert base.evaluate(case()).to_dict() == before
    assert amended("Article 1.\nrepeal point a clause 2 Article 1.\n").evaluate(case()).sessions == "30"
    assert (mini / "rules.law").read_text("utf-8") == RULES  # type: ignore[operator]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.integers(0, 400), days=st.integers(1, 360), ceiling=st.integers(31, 60))
def test_earlier_years_do_not_change(mini: object, amended: Amended, hours: int, days: int, ceiling: int) -> None:
    day = (date(2027, 1, 1) - timedelta(days=days)).isoformat()
    rules = amended(PHRASE.replace("35", str(ceiling)))
    given = case(day, str(hours))
    assert rules.evaluate(given).to_dict() == la.load(mini).evaluate(given).to_dict()  # type: ignore[arg-type]


def test_two_that_fight_are_an_error(amended: Amended) -> None:
    other = PHRASE.replace("Article 1.", "Article 2.", 1).replace("35", "40")
    assert code_of(amended, PHRASE + other) == ["amendments-fight"]


def test_a_citation_left_dangling_is_an_error(amended: Amended) -> None:
    assert code_of(amended, "Article 1.\nrepeal point a clause 3 Article 1.\n") == ["after-amendment"]


def test_what_has_taken_effect_is_not_amended_in_the_act(amended: Amended) -> None:
    late = 'Instrument "3/2028" key late en "L" vi "L", from 2028-01-01, amends mini, amends change, a draft.\n\nArticle 1.\n'
    late += 'in Article 1 of instrument "2/2027" replace "35 sessions" with "33 sessions".\n'
    assert code_of(amended, PHRASE, late) == ["took-effect-already"]
