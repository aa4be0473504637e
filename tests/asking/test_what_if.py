"""What else could have come out: as data, each change true when the case is decided so; as prose, in both tongues."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.asking import places
from tests.campaign import examples
from tests.oracle import generate

GOLDEN = Path(__file__).resolve().parent.parent / "explain" / "golden"


def golden(name: str) -> tuple[dict[str, Any], str | None]:
    given = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return given["case"], given.get("figures")


def of_case(changes: list[dict[str, Any]]) -> dict[str, Any]:
    return {c["key"]: c["value"] for c in changes if c["path"] == ""}


def holds(rules: la.Rules, case: dict[str, Any], figures: str | None, found: list[dict[str, Any]]) -> None:
    """Deciding the case so gives just these changes."""
    now = rules.evaluate(case, figures=figures).to_dict()
    for one in found:
        if "reading" in one:
            others = [(case, {one["reading"]: one["choice"]})]
        elif one["added"]:
            others = [(places.put(case, one["path"], [*(places.at(case, one["path"])), value]), {}) for value in one["values"]]
        else:
            others = [(places.put(case, one["path"], value), {}) for value in one["values"]]
        for other, readings in others:
            result = rules.evaluate(other, figures=figures, readings=readings).to_dict()
            said = of_case(one["changes"])
            for key in ("sessions", "base_salaries", "amount"):
                assert result[key] == said.get(key, now[key]), (one, key)


def test_the_certifier_that_is_wanting(rules: la.Rules) -> None:
    case, figures = golden("sessions_cut")
    found = rules.evaluate(case, figures=figures).what_if()
    (line,) = [x for x in found if x.get("subject") == "entries[2]"]
    assert (line["path"], line["added"]) == ("entries[2].certified_by", True)
    assert {"judge", "court_clerk"} <= set(line["values"])
    assert {"path": "", "key": "amount", "value": "9614000", "by": "1922800"} in line["changes"]
    cut = [x for x in found if x.get("subject") == "entries[0]"]
    assert {x["path"] for x in cut} == {"stages", "offences[0].class"}
    holds(rules, case, figures, found)


def test_every_other_choice_of_a_reading_is_tried(rules: la.Rules) -> None:
    case, figures = golden("sessions_cut")
    result = rules.evaluate(case, figures=figures)
    tried = [(x["reading"], x["choice"]) for x in result.what_if() if "reading" in x]
    assert tried == [(r["id"], other) for r in result.to_dict()["readings"] for other in r["others"]]


def test_who_gets_what_is_told_where_the_whole_stays(rules: la.Rules) -> None:
    case = json.loads((Path(__file__).parents[2] / "docs" / "cases" / "two_providers.json").read_text("utf-8"))
    result = rules.evaluate(case)
    (equally,) = [x for x in result.what_if() if x.get("choice") == "equally"]
    assert of_case(equally["changes"]) == {}
    text = result.explain("vi", what_if=True)
    assert "Nếu hiểu “chia đều”: Thù lao (người thực hiện trợ giúp pháp lý P1) 12.650.000 đồng (+4.216.667 đồng)" in text


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "→ If “certified by” also held judge, court clerk or case handler: Amount payable 9,614,000 đồng (+1,922,800 đồng)"),
    ("vi", "→ Nếu xác nhận có thêm Thẩm phán, Thư ký phiên tòa hoặc người được phân công giải quyết vụ án: Số tiền được thanh toán 9.614.000 đồng (+1.922.800 đồng)"),
])  # fmt: skip
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_it_is_said_beside_what_was_refused(rules: la.Rules, lang: str, said: str, form: str) -> None:
    case, figures = golden("sessions_cut")
    result = rules.evaluate(case, figures=figures)
    assert said in result.explain(lang, form, what_if=True)
    assert "→ If" not in result.explain(lang, form)


def test_of_a_refused_case_nothing_is_told(rules: la.Rules) -> None:
    case, figures = golden("refused")
    assert rules.evaluate(case, figures=figures).what_if() == []


@pytest.mark.long
@examples(4, 20)
@given(st.integers(0, 10**9))
def test_what_is_told_holds(rules: la.Rules, seed: int) -> None:
    rng = random.Random(seed)
    case, figures = generate.random_case(rng, missing=rng.choice([0.0, 0.05])), rng.choice(["illustrative", None])
    holds(rules, case, figures, rules.evaluate(case, figures=figures).what_if())
