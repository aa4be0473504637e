"""Parts of an amendment and other readings over a portfolio: the sums are those of the cases one by one."""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from pathlib import Path

import attrs
import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.output import claim
from legalaid_dsl.making.portfolios import FILE, read_recipe, write_portfolio
from legalaid_dsl.study.comparison.attribution import attribute
from legalaid_dsl.study.comparison.rulesets import NotThere, parts_from, rules_from
from legalaid_dsl.study.outcomes.outcome import Options
from legalaid_dsl.study.portfolio.run import Study, pieces_of
from legalaid_dsl.study.simulation import scenarios as further_texts
from legalaid_dsl.study.simulation.groups import columns_by
from legalaid_dsl.study.simulation.scenarios import by_act, further
from legalaid_dsl.study.simulation.simulate import Simulation, simulate
from legalaid_dsl.study.simulation.tables_out import write_tables
from legalaid_dsl.study.simulation.tally import ALL, Tally
from legalaid_dsl.study.simulation.view import simulation_page, simulation_view
from tests.campaign import size

SHIPPED = "circular_02_2021"
TEXT = f"{SHIPPED}+third_step+ceiling_35"
OPTIONS = Options("illustrative")
TURNED = ("art_3_cl_2_exact_multiple", "half")
FEW = (TURNED[0], "art_10_order")


@pytest.fixture(scope="module")
def made(root: Path, rules: la.Rules, tmp_path_factory: pytest.TempPathFactory) -> tuple[Simulation, Tally, Path]:
    out = tmp_path_factory.mktemp("further")
    claim(out)
    recipe = read_recipe(root / "rulesets" / SHIPPED / FILE, rules.rulebook)
    cases = str(write_portfolio(out / "portfolio", recipe, rules.rulebook, size(12, 200), 5, 2028))
    amended = rules_from(TEXT, dated=False)
    parts, make = parts_from(rules, amended, TEXT, dated=False)
    parts, make = size(by_act(parts, make), (parts, make))  # each set of parts is a ruleset to be made ready
    with pytest.MonkeyPatch.context() as patch:  # each choice of a reading is two more rulesets to be made ready
        others = further_texts._others
        patch.setattr(further_texts, "_others", lambda *asked: [c for c in others(*asked) if c[0] in FEW])
        besides = further((rules, amended), cases, OPTIONS, (parts, cache(make)), each_reading=True)
    by = columns_by(("form",), rules.rulebook, cases)
    asked = Simulation(rules, amended, cases, OPTIONS, by, (SHIPPED, TEXT), 5, besides)
    tally = simulate(asked, out)
    write_tables(asked, tally, out)
    return asked, tally, out


@pytest.mark.long
@pytest.mark.longer
def test_shares_are_those_of_the_cases_one_by_one(made: tuple[Simulation, Tally, Path]) -> None:
    asked, tally, _ = made
    decider = Study(asked.base, asked.cases, "illustrative").decider()
    pieces = [decider.part(p) for p in pieces_of(asked.cases, decider.things)]
    facts = [part.facts(i) for part in pieces for i in range(len(part.ids()))]
    assert asked.further is not None and asked.further.split is not None
    parts = asked.further.split.parts
    alone = attribute(asked.further.split.make_rules, parts, facts, OPTIONS)
    mine = {part: sums for (part, by, _), sums in tally.shares.items() if by == ALL}
    assert set(mine) == set(parts)
    for part in parts:
        assert mine[part] == {key: alone.total(part, key) for key in mine[part]}, part


def test_shares_make_up_the_change_of_every_group(made: tuple[Simulation, Tally, Path]) -> None:
    _, tally, _ = made
    assert tally.unsplit == 0
    assert tally.whole.difference("amount") != 0
    for (by, label), cell in tally.cells.items():
        for key in cell.sums:
            total = sum((s[key] for (_, b, at), s in tally.shares.items() if (b, at) == (by, label)), Fraction(0))
            assert total == cell.difference(key), (by, label, key)


def test_a_choice_is_the_comparison_with_that_reading(made: tuple[Simulation, Tally, Path], tmp_path: Path) -> None:
    asked, tally, _ = made
    chosen = Options("illustrative", {TURNED[0]: TURNED[1]})
    other = simulate(attrs.evolve(asked, options=chosen, further=None), tmp_path)
    assert tally.choices[TURNED].data() == other.whole.data()
    assert tally.choices[TURNED].sums != tally.whole.sums


def test_a_tally_with_them_is_kept_and_read_again(made: tuple[Simulation, Tally, Path]) -> None:
    asked, tally, out = made
    assert Tally.of(tally.data()).data() == tally.data()
    assert simulate(asked, out).data() == tally.data()  # every piece was kept
    with pytest.raises(NotThere):
        simulate(attrs.evolve(asked, further=None), out)


@pytest.mark.longer
def test_tables_and_page_tell_them(made: tuple[Simulation, Tally, Path]) -> None:
    asked, tally, out = made
    with (out / "tables" / "attribution.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert asked.further is not None and asked.further.split is not None
    assert {r["part"] for r in rows} == set(asked.further.split.parts)
    with (out / "tables" / "readings.csv").open(encoding="utf-8") as file:
        turned = next(r for r in csv.DictReader(file) if (r["reading"], r["choice"]) == TURNED)
    assert Fraction(turned["amount_after"]) == tally.choices[TURNED].sums["amount"][1]
    for lang, said in (("en", "Under other readings"), ("vi", "Theo các cách hiểu khác")):
        view = simulation_view(asked, tally, lang)
        assert [c.key for c in view.choices][:1] == ["=".join(TURNED)]
        for form in ("text", "html"):
            assert said in simulation_page(view, form)


def test_many_parts_are_split_by_act(rules: la.Rules) -> None:
    amended = rules_from(TEXT, dated=False)
    every, make = parts_from(rules, amended, TEXT, dated=False)
    assert set(every) == {"third_step/art_1", "third_step/art_2", "ceiling_35/art_1", "ceiling_35/art_2"}
    parts, make = by_act(every, make)
    assert parts == ("third_step", "ceiling_35")
    assert make(frozenset({"third_step"})).rulebook.rules == rules_from(f"{SHIPPED}+third_step", dated=False).rulebook.rules


def test_an_act_that_the_base_has_too_is_no_part(rules: la.Rules) -> None:
    base, amended = rules_from(f"{SHIPPED}+third_step", dated=False), rules_from(TEXT, dated=False)
    parts, make = parts_from(base, amended, TEXT, dated=False)
    assert make(frozenset()).rulebook.rules == base.rulebook.rules
    assert not any(p.startswith("third_step") for p in parts)
