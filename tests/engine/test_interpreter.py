"""The interpreter at its edges: what is left open, bounds of what is withheld, and what one evaluation may cost."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.problem import RulesetError
from tests.campaign import examples
from tests.engine.agreement import agree
from tests.oracle import generate

LAW = """Instrument "Law on pensions" key small en "Law on pensions | the Law" vi "Luật hưu trí | Luật", from 2020-01-01.
thing en "case | cases" vi "vụ việc" key case.
thing en "payment | payments" vi "khoản" key payments, listed in case, identified.
unit en "euro | euros" vi "euro" key euros.
choices key kinds: en "old age" vi "tuổi già" key old_age; en "widow" vi "góa" key widow.
fact en "kind" vi "loại" key case.kind, one of kinds.
fact en "income" vi "thu nhập" key case.income, a number of euros.
fact en "limit" vi "mức" key case.limit, a number of euros.
fact en "sum" vi "số tiền" key payments.sum, a number of euros.
term en "tax" vi "thuế" key case.tax, a number of euros.
term en "net" vi "còn lại" key case.net, a number of euros, decisive, result net.
term en "extra" vi "thêm" key case.extra, a number of euros, result extra.
term en "kept" vi "được giữ" key payments.kept, yes or no, result kept.
term en "part" vi "phần" key payments.portion, a number of euros, result portion.
Article 1.
Clause 1.
for each case:
"""


def law(tmp_path: Path, rules: str, terms: str = "Article 1.") -> la.Rules:
    folder = tmp_path / "small"
    folder.mkdir(exist_ok=True)
    (folder / "rules.law").write_text(LAW.replace("Article 1.", terms) + rules, "utf-8")
    return la.load(folder)


PLAIN = "extra is 0 euros.\nfor each payment:\nkept when sum > 0 euros.\npart is sum.\n"
PENSION = "tax is income × 20%, at most 1000 euros.\nnet is income - tax, at most 5000 euros.\n" + PLAIN


def bounds_of(rules: la.Rules, case: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = rules.evaluate(case, by="interpreter").to_dict().get("bounds", {})
    return found


# ------------------------------------------------------------------ left open


def test_a_ceiling_below_a_floor_is_left_open_and_cites_both(tmp_path: Path) -> None:
    rules = law(tmp_path, f"tax is 0 euros.\nnet is income, at least 100 euros.\n{PLAIN}Clause 2.\nfor each case:\nnet at most limit.\n")
    case = {"income": 50, "limit": 40, "payments": []}
    result = rules.evaluate(case)
    assert (result.status, result.net, result.needs) == ("undetermined", None, [])
    (opening,) = result.openings
    assert opening["code"] == "ceiling_below_floor"
    assert opening["cites"] == ["small/art_1/cl_1", "small/art_1/cl_2"]
    assert opening["withholds"] == ["net"]
    assert rules.evaluate({**case, "limit": 100}).net == "100"
    for limit in ("40", "100", "120", None):
        agree(rules.ready(), {**case, "limit": limit})


def test_nothing_is_determined_with_a_hole_in_it(tmp_path: Path) -> None:
    """A result of the case that is not decisive is withheld like any other."""
    rules = law(tmp_path, f"tax is 0 euros.\nnet is income.\n{PLAIN}".replace("extra is 0", "extra is income / income × 1"))
    for by in ("rows", "interpreter"):
        result = rules.evaluate({"income": 0, "payments": []}, by=by)  # type: ignore[arg-type]
        assert (result.status, result.net, result.extra) == ("undetermined", "0", None)
        assert [o["code"] for o in result.openings] == ["division_by_zero"]


def test_two_rules_at_once_cite_both_and_are_no_finding(tmp_path: Path) -> None:
    rules = law(tmp_path, f"tax is 0 euros.\nnet is 1 euro when income > 5 euros.\n{PLAIN}Clause 2.\nfor each case:\nnet is 2 euros when limit > 5 euros.\n")
    result = rules.evaluate({"income": 6, "limit": 6, "payments": []})
    assert [(o["code"], o["cites"]) for o in result.openings] == [("conflict", ["small/art_1/cl_1", "small/art_1/cl_2"])]
    assert result.findings == []
    assert [o["code"] for o in rules.evaluate({"income": 1, "limit": 1, "payments": []}).openings] == ["no_rule"]
    assert rules.evaluate({"income": 6, "limit": 1, "payments": []}).openings == []


def test_a_yes_or_no_that_every_choice_gives_is_given(tmp_path: Path) -> None:
    kept = "tax is 0 euros.\nnet is 1 euro when kind is widow.\nnet is 2 euros when kind is old age.\nextra is 0 euros.\nfor each payment:\n"
    kept += "kept when kind is widow and sum > 5 euros.\nkept when kind is old age and sum > 9 euros.\npart is 0 euros.\n"
    rules = law(tmp_path, kept)
    case = {"payments": [{"id": "a", "sum": 3}, {"id": "b", "sum": 7}, {"id": "c"}]}
    for by in ("rows", "interpreter"):
        for _ in range(4):
            result = rules.evaluate(case, by=by)  # type: ignore[arg-type]
            assert [p["kept"] for p in result.payments] == [False, None, None]
            assert result.status == "undetermined"


# ------------------------------------------------------------------ bounds


def test_both_ends_are_reached_where_two_terms_move_together(tmp_path: Path) -> None:
    assert bounds_of(law(tmp_path, PENSION), {"payments": []})["net"] == ["0", "5000"]


def test_a_number_that_nothing_limits_has_no_end(tmp_path: Path) -> None:
    assert bounds_of(law(tmp_path, PENSION.replace(", at most 5000 euros", "")), {"payments": []}) == {}


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        ("income, rounded down 1000 euros, at most 2500 euros", ["0", "2500"]),
        ("10 euros + income × 2 - income, at most 12 euros", ["10", "12"]),
        ("limit × income / (income + 30 euros), at least 3 euros", ["3", "60"]),
        ("100 euros - income, at least 20 euros", ["20", "100"]),
    ],
)
def test_the_ends_of_a_missing_number(tmp_path: Path, rule: str, ends: list[str]) -> None:
    rules = law(tmp_path, f"tax is 0 euros.\nnet is {rule}.\n{PLAIN}")
    found = bounds_of(rules, {"limit": 60, "payments": []})
    assert found.get("net", ["", "60"]) == ends or ("limit" in rule and "net" not in found)


def test_shares_by_a_rounded_number_add_up_to_the_whole(tmp_path: Path) -> None:
    """After a rounding the number is no line of the fact any more; what is reckoned with it still moves together."""
    shares = "limit × tax / (tax + 30 euros) + limit × 30 euros / (tax + 30 euros)"
    rules = law(tmp_path, f"tax is income, rounded down 7 euros.\nnet is {shares}.\n{PLAIN}")
    assert bounds_of(rules, {"limit": 60, "payments": []})["net"] == ["60", "60"]


def test_a_share_of_something_limited_nears_its_limit(tmp_path: Path) -> None:
    rules = law(tmp_path, f"tax is income, rounded down 7 euros.\nnet is limit × 30 euros / (tax + 30 euros), at most limit.\n{PLAIN}")
    assert bounds_of(rules, {"limit": 60, "payments": []})["net"] == ["0", "60"]


def test_a_fact_that_is_only_wanted_for_some_values_of_another(rules: la.Rules) -> None:
    """An interrogation asks for its stage only where somebody has certified it; whatever the stage, it is two sessions or none."""
    line = {"id": "e1", "provider": "A", "date": "2026-02-02", "task": "interrogation_or_testimony", "hours": "8"}
    case = {**lump_sum(), "assigned_on": "2026-01-05", "entries": [line]}
    case["providers"] = [{"id": "A", "kind": "lawyer", "method": "actual_sessions"}]
    found = rules.evaluate(case).to_dict()
    assert [n["path"] for n in found["needs"]] == ["entries[0].certified_by"]
    assert found["bounds"]["sessions"] == ["0", "2"]
    capped = {**case, "entries": [{**line, "hours": "160", "id": "e0", "stage": "investigation", "certified_by": ["proceedings_officer"]}, line]}
    assert rules.evaluate(capped).to_dict()["bounds"]["sessions"] == ["30", "30"]


def test_two_who_share_a_lump_sum_get_its_level_whatever_the_hours(rules: la.Rules, root: Path) -> None:
    """One alone has worked (8.74 base salaries), or both (10): nothing else can come out."""
    case = json.loads((root / "docs" / "cases" / "two_providers.json").read_text("utf-8"))
    del case["entries"][1]["hours"]
    assert rules.evaluate(case).to_dict()["bounds"] == {"base_salaries": ["8.74", "10"], "amount": ["22112200", "25300000"]}


def test_what_the_law_leaves_open_is_within_the_bounds(tmp_path: Path) -> None:
    opened = "tax is 0 euros.\nnet is left open doubt en \"In doubt.\" vi \"Chưa rõ.\" could be 10 euros up to limit when income > 5 euros.\nnet is income.\n"
    rules = law(tmp_path, opened + PLAIN)
    assert bounds_of(rules, {"income": 6, "limit": 40, "payments": []})["net"] == ["10", "40"]
    assert bounds_of(rules, {"limit": 40, "payments": []})["net"] == ["0", "40"]
    silent = law(tmp_path, opened.replace(" could be 10 euros up to limit", "") + PLAIN)
    assert bounds_of(silent, {"income": 6, "limit": 40, "payments": []}) == {}
    assert bounds_of(silent, {"limit": 40, "payments": []}) == {}


FREE = 'tax is left open doubt en "A." vi "B." could be 0 euros up to 10 euros when income > 5 euros.\ntax is income.\n'
BANDS = """Clause 2.
band is up to 1 euros: 0 euros; below 5 euros: 3 euros; above: 1 euros from 2020-01-01, official source en "L" vi "L".
"""


def test_what_is_left_open_may_lie_between_its_ends(tmp_path: Path) -> None:
    """Where the result rises and falls on the way, ends that are looked at alone say too little."""
    folded = law(tmp_path, FREE + "net is tax × (10 - tax / 1 euros).\n" + PLAIN)
    low, high = map(Fraction, bounds_of(folded, {"income": 6, "limit": 40, "payments": []})["net"])
    assert low == 0 and 25 <= high < 27
    bent = law(tmp_path, FREE + "net is (tax - 2 euros if tax > 4 euros, else 6 euros - tax).\n" + PLAIN)
    assert bounds_of(bent, {"income": 6, "limit": 40, "payments": []})["net"] == ["2", "8"]
    straight = law(tmp_path, FREE + "net is 12 euros - tax, at most 7 euros.\n" + PLAIN)
    assert bounds_of(straight, {"income": 6, "limit": 40, "payments": []})["net"] == ["2", "7"]


def test_a_range_in_the_middle_is_within_the_bounds(tmp_path: Path) -> None:
    terms = """fact en "day" vi "ngày" key case.day, a date, date of law.
term en "band" vi "bậc" key band, by ranges of a number of euros, a number of euros, as of day.
Article 1."""
    rules = law(tmp_path, (FREE + "net is band applied to tax.\n" + PLAIN + BANDS), terms)
    case = {"income": 6, "limit": 40, "payments": [], "day": "2026-01-01"}
    assert bounds_of(rules, case)["net"] == ["0", "3"]
    assert bounds_of(rules, {**case, "income": None})["net"] == ["0", "3"]


def test_ends_that_have_changed_places_are_ends_all_the_same(tmp_path: Path) -> None:
    swapped = FREE.replace("0 euros up to 10 euros", "limit up to 10 euros")
    rules = law(tmp_path, swapped + "net is tax × 2.\n" + PLAIN)
    assert bounds_of(rules, {"income": 6, "limit": 40, "payments": []})["net"] == ["20", "80"]
    terms = 'term en "band" vi "bậc" key band, by ranges of a number of euros, a number of euros, as of day.\n'
    terms += 'fact en "day" vi "ngày" key case.day, a date, date of law.\nArticle 1.'
    ranged = law(tmp_path, swapped + "net is band applied to tax.\n" + PLAIN + BANDS, terms)
    assert bounds_of(ranged, {"income": 6, "limit": 0, "payments": [], "day": "2026-01-01"})["net"] == ["0", "3"]


@pytest.mark.parametrize("work", ["highest sum over payments where (sum > 1 euros or kind is widow)", "lowest sum over payments where (kind is widow)",
                                  "total of sum over payments where (kind is widow)"])  # fmt: skip
@pytest.mark.parametrize("none", [0, 2, 50])
def test_what_holds_of_none_is_within_the_bounds_where_there_may_be_none(tmp_path: Path, work: str, none: int) -> None:
    rules = law(tmp_path, f"tax is {work} ({none} euros if none).\nnet is tax.\n{PLAIN}")
    case = {"income": 1, "limit": 1, "payments": [{"id": "a", "sum": 1}, {"id": "b", "sum": "0.5"}]}
    low, high = map(Fraction, bounds_of(rules, case)["net"])
    for kind in ("old_age", "widow"):
        assert low <= Fraction(rules.evaluate({**case, "kind": kind}).to_dict()["net"]) <= high


def test_a_total_over_a_list_that_is_not_told_may_fall_where_its_items_may(tmp_path: Path) -> None:
    def at_most(part: str) -> dict[str, list[str]]:
        rules = law(tmp_path, f"tax is total of part over payments (0 euros if none).\nnet is tax, at most 5 euros.\n{PLAIN.replace('part is sum', part)}")
        return bounds_of(rules, {"income": 1, "limit": 1})

    for never_negative in ("part is sum", "part is the lowest of (sum, limit)", "part is sum - 10 euros, at least 0 euros"):
        assert at_most(never_negative) == {"net": ["0", "5"]}
    assert at_most("part is sum - 10 euros") == {}  # the law sets no end below


def test_what_could_be_is_of_the_unit_of_the_term(tmp_path: Path) -> None:
    rule = "tax is 0 euros.\nnet is left open doubt en \"A.\" vi \"B.\" could be 10 up to limit when income > 5 euros.\nnet is income.\n"
    with pytest.raises(RulesetError) as error:
        law(tmp_path, rule + PLAIN)
    assert [p.code for p in error.value.problems] == ["unit-missing"] or error.value.problems


def lump_sum() -> dict[str, Any]:
    kinds = {"A": "lawyer", "B": "state_legal_aid_officer"}
    provider = {"method": "lump_sum", "method_chosen_on": "2026-01-01"}
    line = {"id": "e1", "provider": "A", "date": "2026-02-02", "task": "file_study", "stage": "investigation", "hours": "4"}
    return {
        "form": "criminal_proceedings", "closed_on": "2026-09-30", "stages": ["investigation", "prosecution", "first_instance"],
        "offences": [{"class": "very_serious"}], "tasks_complete": True, "entries": [{**line, "certified_by": ["centre"]}],
        "providers": [{"id": key, "kind": kind, **provider} for key, kind in kinds.items()],
    }  # fmt: skip


def test_a_later_assignment_may_leave_the_share_open(rules: la.Rules) -> None:
    """All to the lawyer, or all to the officer, who gets two fifths of it."""
    found = rules.evaluate(lump_sum()).to_dict()
    assert [n["path"] for n in found["needs"]] == ["assigned_on"]
    assert found["bounds"]["base_salaries"] == ["3.496", "8.74"]
    found = rules.evaluate({**lump_sum(), "assigned_on": "2026-03-01"}).to_dict()
    assert (found["needs"], [o["cites"] for o in found["openings"]]) == ([], [["circular_02_2021/art_10/cl_1"]])
    assert found["openings"][0]["withholds"] == ["base_salaries", "amount"]
    assert found["bounds"]["base_salaries"] == ["3.496", "8.74"]


seeds = st.integers(min_value=0, max_value=2**32)


PRESUMED = {"suspended_on", "resumed_on", "replaced_on", "replaces", "documents", "adjourned"}  # absent: it is not so
OF_THE_CASE = {"assigned_on", "stages", "tasks_complete", "deducted_sessions"}  # absent of a provider: what is said of the case


def without(case: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The case with one fact less."""
    made: dict[str, Any] = json.loads(json.dumps(case))
    kept = PRESUMED | {"id", "case_id", "providers", "entries"}
    if "suspended_on" in made:
        kept = kept | {"closed_on"}  # a case that is suspended and not closed is paid by the day of its suspension
    items = (made, *(made.get("entries") or ()), *(made.get("providers") or ()))
    places = [(i, key) for i in items for key in i if key not in kept and (i is made or key not in OF_THE_CASE)]
    if places:
        place, key = rng.choice(places)
        del place[key]
    return made


@examples(25, 100, derandomize=True)  # cuts of an open range are limited: an end may be too wide by a little, once in a thousand cases
@given(seeds)
def test_knowing_less_never_tells_more(rules: la.Rules, seed: int) -> None:
    rng = random.Random(seed)
    case = generate.random_case(rng, missing=rng.choice([0.0, 0.05, 0.2]))
    less = without(case, rng)
    more, known = (rules.evaluate(c, figures="illustrative", trace=False).to_dict() for c in (case, less))
    if "refused" in (more["status"], known["status"]):
        return
    for key in ("sessions", "base_salaries", "amount"):
        wide = [known[key]] * 2 if known[key] is not None else known.get("bounds", {}).get(key)
        narrow = [more[key]] * 2 if more[key] is not None else more.get("bounds", {}).get(key)
        if wide is not None:
            assert narrow is not None, key
            assert Fraction(wide[0]) <= Fraction(narrow[0]), key
            assert Fraction(narrow[1]) <= Fraction(wide[1]), key


# ------------------------------------------------------------------ budget


def test_numbers_have_a_bound_and_the_provision_is_told(tmp_path: Path) -> None:
    names = [chr(97 + i) * 3 for i in range(26)]
    terms = "".join(f'term en "{n}" vi "{n}" key case.{n}, a number.\n' for n in names)
    chain = f"{names[0]} is income / 1 euro.\n" + "".join(f"{b} is {a} × {a}.\n" for a, b in pairwise(names))
    text = LAW.replace("Article 1.", terms + "Article 1.") + chain + f"tax is 0 euros.\nnet is {names[-1]} × 1 euro.\n{PLAIN}"
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "rules.law").write_text(text, "utf-8")
    rules = la.load(tmp_path / "small")
    for by in ("rows", "interpreter"):
        for _ in range(4):
            result = rules.evaluate({"income": 3, "payments": []}, by=by)  # type: ignore[arg-type]
            (found,) = result.findings
            assert (result.status, found["code"], found["cites"]) == ("refused", "limit", ["small/art_1/cl_1"])
            assert "120" in found["message"]["en"]
    assert rules.evaluate({"income": 1, "payments": []}).net == "1"


@pytest.mark.parametrize("limit", ["decisions", "steps", "bytes"])
def test_a_budget_is_kept_and_said(rules: la.Rules, limit: str) -> None:
    case = {**lump_sum(), "assigned_on": "2026-01-01"}
    result = rules.evaluate(case, budget=la.Budget(**{limit: 20}))
    (found,) = result.findings
    assert (result.status, result.amount, found["code"]) == ("refused", None, "limit")
    assert "20" in found["message"]["vi"]
    assert rules.evaluate(case, budget=la.Budget()).status == "determined"


def test_bounds_are_left_out_where_they_are_not_wanted(rules: la.Rules) -> None:
    assert "bounds" not in rules.evaluate(lump_sum(), bounds=False).to_dict()
