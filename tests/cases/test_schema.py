"""The published schemas: every result fits, every case that is read fits, and what is refused does not."""

from __future__ import annotations

import random

import jsonschema
import pytest

import legalaid_dsl as la
from legalaid_dsl.cases.schema import schema_of
from tests.oracle import generate


@pytest.mark.parametrize("what", ["facts", "result", "trace"])
def test_they_are_schemas(rules: la.Rules, what: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(rules.rulebook, what))  # type: ignore[arg-type]


@pytest.mark.long
def test_results_traces_and_cases_fit(rules: la.Rules) -> None:
    check = {w: jsonschema.Draft202012Validator(schema_of(rules.rulebook, w)) for w in ("facts", "result", "trace")}  # type: ignore[arg-type]
    rng = random.Random(3)
    for i in range(40):
        case = generate.malformed_case(rng)[0] if i % 8 == 0 else generate.random_case(rng, missing=0.1)
        result = rules.evaluate(case, figures=rng.choice(["illustrative", None])).to_dict()
        check["result"].validate(result)
        check["trace"].validate(result["trace"])
        if result["status"] != "refused":
            check["facts"].validate(case)


def test_an_unknown_key_does_not_fit(rules: la.Rules) -> None:
    schema = schema_of(rules.rulebook, "facts")
    assert not jsonschema.Draft202012Validator(schema).is_valid({"hourz": "3"})
    assert not jsonschema.Draft202012Validator(schema).is_valid({"closed_on": 3.5})
