"""The service: what it decides, what it refuses and how it says so, which rules serve."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

import legalaid_dsl as la
from legalaid_dsl.receipts.log import checked
from legalaid_dsl.service.access import WrongTokens
from legalaid_dsl.service.app import make_app
from legalaid_dsl.service.config import Config
from legalaid_dsl.service.rulesets import Rulesets
from legalaid_dsl.service.state import Service
from tests.service.conftest import client


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json"), response.text
    body: dict[str, Any] = response.json()
    assert body["type"] == f"urn:legalaid:problem:{code}"
    assert body["request_id"]
    for part in ("title", "detail"):
        assert body["messages"][part]["en"] and body["messages"][part]["vi"]
    return body


def logged(served: TestClient) -> list[dict[str, Any]]:
    return list(checked(served.store))  # type: ignore[attr-defined]


def test_a_case_is_decided_as_in_python(plain: TestClient, rules: la.Rules, case: dict[str, Any]) -> None:
    result = rules.evaluate(case)
    answer = plain.post("/v1/evaluate?trace=full&receipt=true", json={"case": case}).json()
    assert answer["result"] == result.to_dict()
    assert answer["receipt"] == result.receipt()
    assert (answer["engine"], answer["ruleset"]["meaning"], answer["law_at"]) == (la.__version__, rules.meaning, None)
    cites = plain.post("/v1/evaluate?trace=cites", json={"case": case}).json()["result"]["trace"]
    assert [e["cites"] for e in cites] == [e["cites"] for e in result.trace]
    assert plain.post("/v1/evaluate", json={"case": case}).json()["result"]["trace"] == []


def test_refused_and_undetermined_are_answers(plain: TestClient, case: dict[str, Any]) -> None:
    for facts, status in (({}, "undetermined"), ({"colour": 1}, "refused"), ({**case, "closed_on": "2020-01-01"}, "refused")):
        response = plain.post("/v1/evaluate", json={"case": facts})
        assert (response.status_code, response.json()["result"]["status"]) == (200, status)
    floats = plain.post("/v1/evaluate", content='{"case": {"entries": [{"id": "e", "hours": 1.5}]}}').json()
    assert floats["result"]["findings"][0]["code"] == "no-float"


def test_what_is_pinned_is_repeated_and_another_digest_is_a_conflict(plain: TestClient, rules: la.Rules, case: dict[str, Any]) -> None:
    first = plain.post("/v1/evaluate", json={"case": case, "figures": "illustrative"}).json()
    pin = {"ruleset": rules.meaning, "figures": first["figures"]["digest"]}
    more = {"readings": {"art_3_cl_2_unit": "per_case"}, "law_at": "2026-01-01", "figures": "illustrative", "ruleset": "circular_02_2021"}
    answer = plain.post("/v1/evaluate", json={"case": case, "pin": pin, **more}).json()
    assert (answer["ruleset"]["meaning"], answer["figures"]) == (rules.meaning, {"choice": "illustrative", "digest": pin["figures"]})
    assert (answer["readings"]["art_3_cl_2_unit"], answer["law_at"]) == ("per_case", "2026-01-01")
    for what in pin:
        body = problem(plain.post("/v1/evaluate", json={"case": case, "pin": {what: "sha256:0"}}), 409, "other-digest")
        assert body["there"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "no-json"),
        (b"[]", 400, "no-json"),
        (b"\xff", 400, "no-json"),
        (b"{}", 422, "missing-member"),
        (b'{"case": {}, "rulset": "x"}', 422, "unknown-member"),
        (b'{"case": {}, "ruleset": "x"}', 422, "no-ruleset"),
        (b'{"case": {}, "ruleset": "circular_02_2021+../x"}', 422, "no-ruleset"),
        (b'{"case": {}, "ruleset": 1}', 422, "wrong-member"),
        (b'{"case": {}, "figures": "/etc"}', 422, "wrong-member"),
        (b'{"case": {}, "readings": {"art_3_cl_2_unit": "x"}}', 422, "not-usable"),
        (b'{"case": {}, "readings": {"x": "x"}}', 422, "not-usable"),
        (b'{"case": {}, "readings": {"x": 1}}', 422, "wrong-member"),
        (b'{"case": {}, "law_at": "1/2/2026"}', 422, "wrong-member"),
        (b'{"case": {}, "pin": []}', 422, "wrong-member"),
    ],
)
def test_a_wrong_request_says_what_is_wrong(plain: TestClient, body: bytes, status: int, code: str) -> None:
    problem(plain.post("/v1/evaluate", content=body), status, code)
    said = problem(plain.post("/v1/evaluate", content=body, headers={"Accept-Language": "vi-VN,en"}), status, code)
    assert said["detail"] == said["messages"]["detail"]["vi"]


def test_paths_methods_and_headers(plain: TestClient) -> None:
    problem(plain.get("/v2"), 404, "not-found")
    problem(plain.get("/v1/evaluate"), 405, "no-method")
    problem(plain.get("/v1/schemas/x"), 404, "not-found")
    problem(plain.post("/v1/evaluate?trace=x", json={"case": {}}), 422, "wrong-member")
    problem(plain.post("/v1/evaluate?x=1", json={"case": {}}), 422, "unknown-member")
    problem(plain.get("/healthz", headers={"X-Request-Id": "a b"}), 400, "bad-header")
    assert plain.get("/healthz", headers={"X-Request-Id": "r-1"}).headers["x-request-id"] == "r-1"
    problem(plain.get("/v1/rulesets", headers={"Host": "evil.example"}), 403, "no-host")
    problem(plain.get("/v1/rulesets", headers={"Origin": "https://evil.example"}), 403, "no-host")
    assert plain.get("/v1/rulesets", headers={"Origin": "http://localhost:3000"}).status_code == 200


def test_explain(plain: TestClient, rules: la.Rules, case: dict[str, Any]) -> None:
    answer = plain.post("/v1/explain", json={"case": case, "lang": "vi", "layer": "statement", "for": ["P1"]}).json()
    assert answer["explanation"] == rules.evaluate(case).explain("vi", layer="statement", who=["P1"])
    otherwise = plain.post("/v1/explain", json={"case": case, "lang": "vi", "what_if": True}).json()
    assert otherwise["explanation"] == rules.evaluate(case).explain("vi", what_if=True) != rules.evaluate(case).explain("vi")
    problem(plain.post("/v1/explain", json={"case": case, "lang": "fr"}), 422, "wrong-member")
    problem(plain.post("/v1/explain", json={"case": case, "what_if": "yes"}), 422, "wrong-member")


@pytest.mark.long
def test_compare_with_a_draft(plain: TestClient, root: Path) -> None:
    forty = json.loads((root / "docs" / "cases" / "forty_sessions.json").read_text("utf-8"))
    asked = {"base": "circular_02_2021", "amended": "circular_02_2021+ceiling_35", "cases": [forty], "figures": "illustrative"}
    found = plain.post("/v1/compare", json=asked).json()["comparison"]
    assert (found["number"], bool(found["provisions"])) == (1, True)


def test_compare(books: Path) -> None:
    other = shutil.copytree(books, books.parent / "new_books")
    replaced(other / "instrument.law", "key late_books", "key new_books")
    replaced(other / "article_01.law", "fine is 5 coins", "fine is 6 coins")
    cases = [{"days_late": days, "kind": "novel"} for days in ("2", "7")]
    with client(Config(rulesets=str(books.parent), watch=0)) as served:
        asked = {"base": "late_books", "amended": "new_books", "cases": cases}
        found = served.post("/v1/compare", json=asked)
        assert found.status_code == 200, found.text
        assert found.json()["comparison"]["counts"]["more"] == 1
        problem(served.post("/v1/compare", json={**asked, "cases": []}), 422, "wrong-member")
        problem(served.post("/v1/compare", json={**asked, "claim": "x"}), 422, "not-usable")
        problem(served.post("/v1/evaluate", json={"case": {}}), 422, "missing-member")  # which of the two?


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_batch(plain: TestClient, rules: la.Rules, case: dict[str, Any]) -> None:
    lines = [json.dumps(case), "{", "", json.dumps({}), *[json.dumps({"case_id": f"c{i}"}) for i in range(20)]]
    response = plain.post("/v1/batch?reading=art_3_cl_2_unit=per_case", content="\n".join(lines))
    found = [json.loads(line) for line in response.text.splitlines()]
    assert response.headers["content-type"] == "application/x-ndjson"
    assert [f["result"]["status"] for f in found] == ["determined", "refused", *["undetermined"] * 21]
    assert [f["result"]["case_id"] for f in found[3:]] == [f"c{i}" for i in range(20)]
    assert found[0]["result"]["amount"] == rules.evaluate(case, readings={"art_3_cl_2_unit": "per_case"}).amount
    problem(plain.post("/v1/batch?reading=x", content="{}"), 422, "wrong-member")
    problem(plain.post("/v1/batch?pin_ruleset=x", content="{}"), 409, "other-digest")
    assert plain.post("/v1/batch", content="").text == ""


def test_the_document_describes_what_is_answered(plain: TestClient, case: dict[str, Any]) -> None:
    document = plain.get("/openapi.json").json()
    paths = {r.path for r in plain.app.routes}  # type: ignore[attr-defined]
    assert set(document["paths"]) == paths
    def answer(name: str) -> Draft202012Validator:
        whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        Draft202012Validator.check_schema(whole)
        return Draft202012Validator(whole)
    for trace in ("none", "cites", "full"):
        answer("Answer").validate(plain.post(f"/v1/evaluate?trace={trace}&receipt=true", json={"case": case}).json())
    answer("Evaluate").validate({"case": case, "figures": None, "readings": {}})
    answer("Explained").validate(plain.post("/v1/explain", json={"case": case}).json())
    answer("Problem").validate(plain.get("/v2").json())
    assert plain.get("/v1/schemas/facts").json()["title"] == "circular_02_2021 facts"


def test_a_request_made_again_is_answered_alike_and_logged_once(plain: TestClient, case: dict[str, Any]) -> None:
    before = len(logged(plain))
    answers = [plain.post("/v1/evaluate", json={"case": case}, headers={"Idempotency-Key": "k1"}) for _ in range(3)]
    assert len({a.text for a in answers}) == 1
    assert [a.headers.get("idempotent-replayed") for a in answers] == [None, "true", "true"]
    assert len(logged(plain)) == before + 1
    problem(plain.post("/v1/evaluate", json={"case": {}}, headers={"Idempotency-Key": "k1"}), 422, "other-request")
    lines = [json.dumps({**case, "case_id": str(i)}) for i in range(3)]
    batches = [plain.post("/v1/batch", content="\n".join(lines), headers={"Idempotency-Key": "k2"}).text for _ in range(2)]
    assert batches[0] == batches[1]
    assert len(logged(plain)) == before + 4


def test_the_log_is_chained_and_holds_no_fact(plain: TestClient, case: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    marked = {**case, "case_id": "Z9-PRIVATE"}
    with caplog.at_level("INFO", "legalaid.service"):
        answer = plain.post("/v1/evaluate?receipt=true", json={"case": marked}, headers={"X-Request-Id": "r-7"}).json()
    last = logged(plain)[-1]
    assert last["receipt"] == answer["receipt"]["receipt"]
    assert (last["request_id"], last["asked"]["figures"]) == ("r-7", None)
    assert "Z9-PRIVATE" not in json.dumps(last) + caplog.text
    assert '"request_id": "r-7"' in caplog.text


def test_an_error_of_ours_tells_no_fact(plain: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("Z9-PRIVATE")
    monkeypatch.setattr(la.Rules, "evaluate", fails)
    body = problem(plain.post("/v1/evaluate", json={"case": {}}), 500, "our-fault")
    assert body["request_id"] in caplog.text
    assert "Z9-PRIVATE" not in caplog.text + json.dumps(body)


def test_tokens_and_scopes(tmp_path: Path, case: dict[str, Any]) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("# who may\nreader read reader-token-0000\noffice decide office-token-0000\n", "utf-8")
    with client(Config(token_file=str(tokens), watch=0, body=100)) as served:
        def get(path: str, token: str) -> Any:
            return served.get(path, headers={"Authorization": f"Bearer {token}", "Host": "rules.example"})
        assert problem(served.get("/v1/rulesets"), 401, "no-token")
        problem(get("/v1/rulesets", "wrong"), 401, "no-token")
        assert get("/v1/rulesets", "reader-token-0000").json()["rulesets"][0]["id"] == "circular_02_2021"
        problem(get("/v1/rulesets", "office-token-0000"), 403, "no-scope")
        assert served.get("/healthz").status_code == 200
        office = {"Authorization": "Bearer office-token-0000"}
        problem(served.post("/v1/evaluate", json={"case": case}, headers=office), 413, "too-large")
        pieces = iter([b" " * 60, b" " * 60])  # without a length
        problem(served.post("/v1/evaluate", content=pieces, headers=office), 413, "too-large")
    tokens.write_text("office decide short\n", "utf-8")
    with pytest.raises(WrongTokens):
        make_app(Config(token_file=str(tokens)))


def test_limits_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two from one caller are too many where one is allowed; and a batch has its length."""
    inside, go_on = threading.Event(), threading.Event()
    decide = la.Rules.evaluate
    def slow(self: la.Rules, facts: Any, **more: Any) -> Any:
        inside.set()
        assert go_on.wait(20)
        return decide(self, facts, **more)
    for each, code, status in ((1, "too-often", 429), (5, "busy", 503)):
        inside.clear()
        go_on.clear()
        with client(Config(watch=0, at_once=1, each=each, items=2)) as served, monkeypatch.context() as patch:
            patch.setattr(la.Rules, "evaluate", slow)
            answers: list[Any] = []
            first = threading.Thread(target=lambda a=answers, s=served: a.append(s.post("/v1/evaluate", json={"case": {}})))
            first.start()
            assert inside.wait(20)
            assert problem(served.post("/v1/evaluate", json={"case": {}}), status, code)
            go_on.set()
            first.join(20)
            assert answers[0].status_code == 200
            problem(served.post("/v1/batch", content="{}\n{}\n{}"), 413, "too-many-lines")


def test_what_takes_too_long_is_finished_and_found_later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    go_on = threading.Event()
    decide = la.Rules.evaluate
    def slow(self: la.Rules, facts: Any, **more: Any) -> Any:
        assert go_on.wait(20)
        return decide(self, facts, **more)
    monkeypatch.setattr(la.Rules, "evaluate", slow)
    with client(Config(watch=0, seconds=0, store=str(tmp_path / "log"), log=True)) as served:
        service: Service = served.app.state.service  # type: ignore[attr-defined]
        reply = served.portal.call(_late, service, go_on)  # type: ignore[union-attr]
        assert reply == "too-long"
    # the end of the service waited for it
    assert len(list(checked(tmp_path / "log"))) == 1


async def _late(service: Service, go_on: threading.Event) -> str:
    from legalaid_dsl.service.deciding import Call
    from legalaid_dsl.service.problems import Problem

    try:
        await service.work(service.place("x"), lambda: service.deciding.evaluate({"case": {}}, {}, Call("r", "k", "q")))
    except Problem as found:
        go_on.set()
        return found.code
    return ""


def test_rules_are_swapped_whole_and_a_broken_text_keeps_the_old(books: Path) -> None:
    with client(Config(rulesets=str(books.parent), watch=0)) as served:
        def look() -> dict[str, Any]:
            found: dict[str, Any] = served.post("/v1/rulesets/reload").json()
            return found
        first = served.get("/readyz").json()
        assert (first["ready"], first["failed"], list(first["rulesets"])) == (True, {}, ["late_books"])
        article = books / "article_01.law"
        replaced(article, "5 coins when", "5 coins whn")
        broken = look()
        assert broken["rulesets"] == first["rulesets"]
        assert list(broken["failed"]) == ["late_books"]
        assert set(broken["failed"]["late_books"]) == {"en", "vi"}
        assert broken["failed"]["late_books"]["en"] != broken["failed"]["late_books"]["vi"]
        assert served.get("/readyz").json()["failed"]
        assert served.post("/v1/evaluate", json={"case": {}}).status_code == 200
        replaced(article, "5 coins whn", "6 coins when")
        mended = look()
        assert (mended["failed"], mended["changed"]) == ({}, True)
        assert mended["rulesets"] != first["rulesets"]
        answer = served.post("/v1/evaluate", json={"case": {}, "pin": {"ruleset": first["rulesets"]["late_books"]}})
        problem(answer, 409, "other-digest")
        assert look()["changed"] is False


def test_files_that_still_change_are_not_read(books: Path) -> None:
    rulesets = Rulesets(books.parent, {})
    assert rulesets.look(at_once=True)
    first = rulesets.now
    for fine in ("6", "7"):  # between two looks it changes again
        replaced(books / "article_01.law", "fine is 5 coins" if fine == "6" else "fine is 6 coins", f"fine is {fine} coins")
        assert not rulesets.look()
        assert rulesets.now is first
    assert rulesets.look()
    assert rulesets.now["late_books"].rules.evaluate({"days_late": "7", "kind": "novel"}).fine == "7"


def test_not_ready_without_rules(tmp_path: Path) -> None:
    with client(Config(rulesets=str(tmp_path), watch=0)) as served:
        assert served.get("/readyz").status_code == 503
        problem(served.post("/v1/evaluate", json={"case": {}}), 503, "not-ready")
        problem(served.get("/v1/schemas/facts"), 503, "not-ready")


def test_metrics(plain: TestClient) -> None:
    plain.post("/v1/evaluate", json={"case": {}})
    text = plain.get("/metrics").text
    assert 'legalaid_cases_total{ruleset="circular_02_2021",status="undetermined"}' in text
    assert 'legalaid_requests_total{route="/v1/evaluate",status="200"}' in text


def test_a_case_is_asked_for_as_in_python(plain: TestClient, rules: la.Rules) -> None:
    """The whole talk over HTTP: the questions of Python, one answer at a time, and nothing in the log."""
    before, facts, asked = len(logged(plain)), {}, 0
    validator = schema_named(plain, "Asked")
    found = plain.post("/v1/ask", json={"case": facts}).json()
    while (question := rules.ask(facts)) is not None:
        validator.validate(found)
        assert found["question"] == json.loads(json.dumps(question.to_dict()))
        if question.type == "more":
            answer, facts = {"value": False}, question.answered(facts, False)
        elif question.path == "providers":
            answer, facts = {"value": True}, question.answered(facts, True)
        elif question.key == "form":
            answer, facts = {"value": "civil_proceedings"}, question.answered(facts, "civil_proceedings")
        else:
            answer, facts = {}, question.unknown(facts)
        found = plain.post("/v1/ask", json={"case": found["case"], "answer": {"path": question.path, **answer}}).json()
        assert found["case"] == facts
        asked += 1
    assert asked > 5 and found["question"] is None
    assert found["result"] == {**rules.evaluate(facts, trace=False).to_dict(), "trace": []}
    assert len(logged(plain)) == before


def test_an_answer_belongs_to_the_question_that_is_open(plain: TestClient) -> None:
    def ask(**body: Any) -> Any:
        return plain.post("/v1/ask", json=body)

    problem(ask(case={}, answer={"path": "closed_on", "value": 1}), 422, "other-question")
    problem(ask(case={"form": "civil_proceedings"}, answer={"path": "providers", "value": 7}), 422, "wrong-member")
    problem(ask(case={}, answer={"value": 1}), 422, "missing-member")
    problem(ask(case={}, answer=[]), 422, "wrong-member")
    problem(ask(case="{}"), 422, "wrong-member")
    problem(ask(case={}, colour=1), 422, "unknown-member")
    problem(ask(case={"entries": [{"id": str(i)} for i in range(1001)]}), 413, "too-many-items")
    refused = ask(case={}, answer={"path": "providers", "value": {"kind": "no such"}}).json()
    assert (refused["question"], refused["result"]["status"]) == (None, "refused")
    twice = [plain.post("/v1/ask", json={"case": {}}, headers={"Idempotency-Key": "ask-1"}) for _ in range(2)]
    assert twice[0].text == twice[1].text and twice[1].headers["idempotent-replayed"] == "true"


WRONG: list[tuple[str, str, str]] = [
    ("ask", '{"case": {"form": null, "form": null}}', "not-usable"),  # the answer repeats the case, and JSON cannot hold it
    ("ask", '{"case": {"entries": [{"id": "e", "hours": 1.5}]}}', "not-usable"),
    ("ask", '{"case": {"entries": [{"id": "e", "hours": 99999999999999999999}]}}', "not-usable"),
    ("ask", '{"case": {}, "answer": {"path": "providers", "value": [{"id": "x", "share": 1.5}]}}', "not-usable"),
    ("explain", '{"case": {}, "layer": "statement", "for": ["nobody"]}', "not-usable"),
    ("explain", '{"case": {}, "for": ""}', "wrong-member"),  # empty is not absent
    ("evaluate", '{"case": "{}"}', "wrong-member"),
    ("evaluate", '{"case": {}, "readings": []}', "wrong-member"),
    ("compare", '{"base": "", "amended": "", "cases": [{}], "claim": {}}', "wrong-member"),
    ("compare", '{"base": "", "amended": "", "cases": [{}], "by": 0}', "wrong-member"),
    ("compare", '{"base": [], "amended": "", "cases": [{}]}', "wrong-member"),
    ("compare", '{"base": "", "amended": "", "cases": ["{}"]}', "wrong-member"),
]


@pytest.mark.parametrize(("route", "body", "code"), WRONG)
def test_what_a_request_cannot_be_is_its_own_problem_and_not_ours(plain: TestClient, route: str, body: str, code: str) -> None:
    problem(plain.post(f"/v1/{route}", content=body), 422, code)


def test_null_is_absent_and_an_empty_key_is_none(plain: TestClient) -> None:
    options = dict.fromkeys(("ruleset", "pin", "figures", "readings", "law_at", "lang", "format", "layer", "for", "what_if"))
    bare, told = (plain.post("/v1/explain", json={"case": {}, **more}).json() for more in ({}, options))
    assert bare == told
    for header in ("Idempotency-Key", "X-Request-Id"):
        problem(plain.post("/v1/evaluate", json={"case": {}}, headers={header: ""}), 400, "bad-header")


def schema_named(served: TestClient, name: str) -> Draft202012Validator:
    document = served.get("/openapi.json").json()
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})
