"""The service against its own OpenAPI document: requests that it allows and requests that it does not, made by schemathesis."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from legalaid_dsl.service.app import make_app
from legalaid_dsl.service.config import Config
from legalaid_dsl.service.openapi import LINES
from tests.campaign import size

# What a document cannot say: which names there are, and that a key is used once. These mean that it was not so.
NAMES = {"no-ruleset", "not-usable", "other-question", "other-request", "wrong-member"}
HERE = {"host": "localhost"}


@schemathesis.serializer(LINES)  # type: ignore[untyped-decorator]
def lines(_: Any, value: Any) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


def document_of(folder: Path | None, store: Path) -> Any:
    """The document of a service; calls go to it in this process, as many as there are between its start and its end."""
    config = Config(rulesets=str(folder or ""), watch=0, store=str(store), log=True, keep=os.environ["LEGALAID_CACHE"])
    app = make_app(config)

    async def on(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":  # it is begun and ended around each call
            await app(scope, receive, send)
            return
        for what in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{what}.complete"})

    document = schemathesis.openapi.from_asgi("/openapi.json", on, headers=HERE)
    (served,) = app.state.service.rulesets.now.values()
    readings = {key: list(reading.choices) for key, reading in served.rules.rulebook.readings.items()}

    def named(given: Any) -> Any:
        """Names that there are, in place of most that are made up."""
        if not isinstance(given, dict):
            return given
        given = dict(given)
        for name in ("ruleset", "base", "amended"):
            if isinstance(given.get(name), str) and len(given[name]) % 8:
                given[name] = served.key
        if isinstance(given.get("figures"), str) and given["figures"]:
            given["figures"] = [*filter(None, served.figures), "unknown"][len(given["figures"]) % len(served.figures)]
        if isinstance(given.get("readings"), dict) and readings:
            chosen = zip(readings, given["readings"].values(), strict=False)
            given["readings"] = {key: readings[key][len(x) % len(readings[key])] if isinstance(x, str) else x for key, x in chosen}
        return given

    @document.hook  # type: ignore[untyped-decorator]
    def map_body(_: Any, body: Any) -> Any:
        return named(body)

    @document.hook  # type: ignore[untyped-decorator]
    def map_query(_: Any, query: Any) -> Any:
        return named(query)

    return document


def refused(text: str) -> bool:
    """Facts against the schema are decided: refused; of a batch each line, in a comparison each such case."""
    try:
        found = [json.loads(line) for line in text.splitlines()]
    except ValueError:
        return False
    cases = [case["before"] for one in found for case in one.get("comparison", {}).get("cases", ())]
    return any(one.get("status") == "refused" for one in [*cases, *(one.get("result", {}) for one in found if isinstance(one, dict))])


def tried(document: Any, examples: int) -> Iterator[tuple[str, Counter[int]]]:
    """Each operation with requests that its document allows, and with such as it does not: how often each status came."""
    for found in document.get_all_operations():
        operation = found.ok()
        takes = operation.body or operation.query or operation.path_parameters or operation.headers
        for mode in GenerationMode if takes else [GenerationMode.POSITIVE]:
            yield f"{operation.label} {mode.value}", answered(operation, mode, examples)


def answered(operation: Any, mode: GenerationMode, examples: int) -> Counter[int]:
    count: Counter[int] = Counter()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def run(case: Any) -> None:
        response = case.call(headers=HERE)
        count[response.status_code] += 1
        any_text = case.media_type == LINES and not isinstance(case.body, str)  # what was to be no text is one when it is sent
        left = [checks.negative_data_rejection] if any_text or response.status_code == 200 and refused(response.text) else []
        if response.status_code == 422 and response.json()["type"].rpartition(":")[2] in NAMES:
            left = [checks.positive_data_acceptance]
        case.validate_response(response, excluded_checks=left)

    run()
    return count


def test_a_small_ruleset_is_served_as_documented(root: Path, tmp_path: Path) -> None:
    found = dict(tried(document_of(root / "tests" / "rulesets_small" / "late_books", tmp_path / "log.sqlite"), size(2, 50)))
    assert found["POST /v1/evaluate positive"][200]
    assert len(found) > 15


@pytest.mark.long
def test_the_circular_is_served_as_documented(tmp_path: Path) -> None:
    found = dict(tried(document_of(None, tmp_path / "log.sqlite"), 100))
    for route in ("evaluate", "explain", "ask", "compare", "batch"):
        assert found[f"POST /v1/{route} positive"][200] > 20, (route, found)
