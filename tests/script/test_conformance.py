"""The conformance suite: our own engine over all of it, what it covers, and the program that judges others."""

from __future__ import annotations

import copy
import json
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from conformance import run
from conformance.engine import result_of
from legalaid_dsl.cases.facts.strict_json import UNUSABLE
from legalaid_dsl.engine.script.form import form_of
from legalaid_dsl.engine.script.module import module_of
from tests.script.agreement import NO_NODE, NODE, RUNNER

CASES = run.suite()
FEW = [c for c in CASES[::60] if "amendments" not in c["options"]]


@pytest.mark.long
def test_our_own_engine_is_right_in_every_case() -> None:
    table, right = run.told(CASES, map(result_of, CASES))
    assert right, table
    assert f"| status | {len(CASES)} | 0 | 0 |" in table


def test_it_covers_every_provision_every_choice_and_every_refusal(rules: la.Rules) -> None:
    book = rules.rulebook
    about = Counter(what for case in CASES for what in case["about"])
    spoken = [r for found in book.rules.values() for r in found] + [*book.refusals, *book.findings]
    assert [c for c in dict.fromkeys(r.citation for r in spoken) if not c.defines and c.path not in about] == []
    assert [f"{k}={c}" for k, r in book.readings.items() for c in r.choices if f"{k}={c}" not in about] == []
    codes = {*UNUSABLE, *(r.code for r in book.refusals), "no-json", "no-float", "duplicate-key", "broken-text"} - {"no-case"}
    assert [c for c in sorted(codes) if f"refused: {c}" not in about] == []
    assert len(CASES) >= 500
    assert len({c["id"] for c in CASES}) == len(CASES)
    assert sum(c["independent"] for c in CASES) > 300


def test_what_is_wrong_is_found() -> None:
    case = next(c for c in CASES if c["expected"]["status"] == "determined" and c["expected"]["decided"].get("entries"))
    result = result_of(case)
    assert run.told([case], [result])[1]
    assert run.told([case], [{"status": "careful"}]) == (run.told([case], [{"status": "careful"}])[0], True)
    for change in (_other_status, _other_number, _other_clause, _other_citation, _other_need):
        changed = copy.deepcopy(result)
        change(changed)
        assert not run.told([case], [changed])[1], change


def _other_status(result: dict[str, Any]) -> None:
    result["status"] = "undetermined"


def _other_number(result: dict[str, Any]) -> None:
    result["entries"][0]["sessions"] = "77"


def _other_clause(result: dict[str, Any]) -> None:
    item = next(i for i in result["entries"] if "decided" in i)
    item["decided"] = dict.fromkeys(item["decided"], "circular_02_2021/art_99")


def _other_citation(result: dict[str, Any]) -> None:
    result["entries"][0]["cites"] = ["circular_02_2021/art_99"]


def _other_need(result: dict[str, Any]) -> None:
    result["needs"] = [{"what": "fact", "path": "form"}]


def test_a_command_is_judged() -> None:
    engine = Path(run.__file__).with_name("engine.py")
    table, right = run.told(FEW, run.by_command([sys.executable, str(engine)], FEW))
    assert right, table


class _Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert "expected" not in given
        result = result_of(given)
        self.send_response(422 if result["status"] == "refused" else 200)
        self.end_headers()
        self.wfile.write(json.dumps(result).encode("utf-8"))

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_an_address_is_judged(address: str) -> None:
    table, right = run.told(FEW, run.by_address(address, FEW))
    assert right, table


@pytest.mark.skipif(NODE is None, reason=NO_NODE)
def test_the_module_is_right_in_every_case_that_it_decides(rules: la.Rules, tmp_path: Path) -> None:
    path = tmp_path / "rules.mjs"
    path.write_text(module_of(form_of(rules.rulebook, {"none": rules.figures(None), "illustrative": rules.figures("illustrative")})), "utf-8")
    assert NODE is not None
    results = run.by_command([NODE, str(RUNNER), str(path)], CASES)
    table, right = run.told(CASES, results)
    assert right, table
    left = [c for c, r in zip(CASES, results) if r["status"] in run.LEFT]
    assert len(left) < 25
    assert all("amendments" in c["options"] for c, r in zip(CASES, results) if r["status"] == "wrong_option")
