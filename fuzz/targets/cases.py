"""Facts: any JSON text is decided or refused by the shipped ruleset; rows and interpreter say the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from legalaid_dsl.cases.facts.strict_json import Refused, plain, read_json
from legalaid_dsl.cases.schema import schema_of

from ..common import ROOT, broken, circular, promise, text_of
from .rules import decided

LINES = 12  # items of a list at most: what a case costs grows with them


def run(data: bytes) -> None:
    text = text_of(data)
    try:
        case = plain(read_json(text))
    except Refused as refused:
        promise(refused.refusals, "refused says why")
        promise(circular().evaluate(text).status == "refused", "refused by both readers")
        return
    if isinstance(case, dict) and any(isinstance(v, list) and len(v) > LINES for v in case.values()):
        return
    for figures in (None, "illustrative"):
        decided(circular(), text, figures=figures)
    found = circular().evaluate(text).to_dict()
    json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    if not isinstance(case, str):  # which would be JSON itself
        promise(found == circular().evaluate(case).to_dict(), "text and values are one case")


# ------------------------------------------------------------------ from the schema

IDS = ("P1", "P2", "e1", "e2", "x")
TEXTS = st.sampled_from([*IDS, *IDS, "", "Hồ sơ 1", "{{7*7}}", "<b>", "a\nb"])
NUMBERS = st.sampled_from(["0", "1", "2.5", "3", "3.999999", "4", "7", "12", "24", "25", "999999999999999", 5, "0.000001"])
DATES = st.sampled_from(
    ["2021-07-14", "2021-07-15", "2023-06-30", "2024-07-01", "2026-01-05", "2026-02-28", "2026-09-30", "1900-01-01", "2200-12-31", "2026-02-30"]
)
JUNK = st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.none(), max_size=2), st.just({}))


def of_schema(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a JSON Schema of facts, in which now and then something is wrong."""
    if "oneOf" in schema or "anyOf" in schema:
        several = schema.get("oneOf") or schema["anyOf"]
        return NUMBERS if any("pattern" in s and "." in s["pattern"] for s in several) else st.one_of(*map(of_schema, several))
    if "enum" in schema:
        return st.sampled_from([x for x in schema["enum"] if x is not None])
    kinds = schema.get("type", "null")
    kind = kinds if isinstance(kinds, str) else next(k for k in kinds if k != "null")
    match kind:
        case "object":
            return _object(schema)
        case "array":
            return st.lists(of_schema(schema["items"]), max_size=4)
        case "boolean":
            return st.booleans()
        case "string":
            return DATES if schema.get("format") == "date" else TEXTS
    return st.none()


def _object(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    required = schema.get("required", ())
    every = {k: st.one_of(of_schema(s), of_schema(s), of_schema(s), st.none()) for k, s in schema["properties"].items()}
    return st.fixed_dictionaries(
        {k: of_schema(schema["properties"][k]) for k in required}, optional={k: s for k, s in every.items() if k not in required}
    )


@cache
def good() -> st.SearchStrategy[dict[str, Any]]:
    return of_schema(schema_of(circular().rulebook, "facts"))


def _spoilt(case: dict[str, Any], key: str, junk: Any) -> dict[str, Any]:
    return {**case, key: junk}


def inputs() -> st.SearchStrategy[bytes]:
    keys = st.sampled_from([*schema_of(circular().rulebook, "facts")["properties"], "hourz", "labels"])
    case = st.one_of(good(), good(), good(), st.builds(_spoilt, good(), keys, JUNK))
    written = case.map(lambda c: json.dumps(c, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass"))
    return st.one_of(written, written, written, broken(written))


def seeds() -> Iterable[bytes]:
    for file in sorted([*ROOT.glob("docs/cases/*.json"), *ROOT.glob("tests/explain/golden/*.json")]):
        case = json.loads(file.read_bytes())
        yield json.dumps(case.get("facts", case), ensure_ascii=False).encode()
    yield from (b"{}", b"[]", b'{"a": {"a": [1, -0, 1e9]}}', b'{"form": "x", "form": null}', b"\xef\xbb\xbf{}")
