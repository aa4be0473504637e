"""Edits as an act and an act as edits; the next question, the receipt, many cases; sentences by forms."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from legalaid_dsl.receipts.replay import read_receipt

from .conftest import TOKEN, studio
from .test_studio import FIVE, LAW, SIX, ask

FORM = {"key": "dearer", "title": "Order 2", "number": "2", "from": "2027-07-01"}

DAYS = """
fact en "day of return" vi "ngày trả" key case.returned_on, a date.
term en "day of the law" vi "ngày áp dụng" key case.law, a date, date of law.

Article 2. en "Day." vi "Ngày."
for each case:
day of the law is day of return.
"""


def edited(desk: TestClient) -> str:
    text: str = ask(desk, "open", name=LAW)["text"]
    ask(desk, "check", name=LAW, text=text.replace(FIVE, SIX))
    return text


def ended(desk: TestClient, **given: Any) -> Any:
    before = set(threading.enumerate())
    state = ask(desk, "begin", **given)
    for thread in set(threading.enumerate()) - before:  # a job is a thread, named after its kind
        if thread.name == given["kind"]:
            thread.join()
    state = ask(desk, "job", id=state["id"])
    assert state["ended"] and not state["failed"], state["failed"]
    return state


def test_edits_become_an_act_and_edits_again(desk: TestClient) -> None:
    text = edited(desk)
    assert [p["id"] for p in ask(desk, "proposals")["proposals"]] == [""]
    made = ask(desk, "enacted", **FORM)
    assert 'Replace the phrase "5 coins" with the phrase "6 coins"' in made["text"] and made["left"] == []
    ask(desk, "enacted", 422, **{**FORM, "key": "../x"})
    with zipfile.ZipFile(io.BytesIO(desk.post("/studio/proposal.zip?which=", json=made).content)) as file:
        assert file.read("dearer.law").decode("utf-8") == made["text"]
    assert ask(desk, "instead", **FORM)["name"] == "amendments/dearer.law"
    assert ask(desk, "open", name=LAW)["text"] == text
    shown = ask(desk, "proposed", which="dearer")
    assert [d["day"] for d in shown["days"]] == ["2027-07-01"] and shown["errors"] == [] and "<del>5</del><ins>6</ins>" in shown["days"][0]["page"]
    assert SIX in shown["texts"][LAW]
    with zipfile.ZipFile(io.BytesIO(desk.post("/studio/proposal.zip?which=dearer").content)) as file:
        assert {"dearer.law", f"consolidated/{LAW}", "redline-2027-07-01-vi.html"} <= set(file.namelist())
    assert ask(desk, "carried_out", which="dearer") == {"changed": [LAW]}
    assert SIX in ask(desk, "open", name=LAW)["text"]
    ask(desk, "proposed", 404, which="no_such")


def test_the_examples_of_an_act_are_decided_with_it(desk: TestClient, books: Path) -> None:
    edited(desk)
    ask(desk, "instead", **FORM)
    case = 'Case with_it. en "x" vi "y"\nkind of book is novel.\ndays late is 6 days.\nexpect fine is 6 coins.\n'
    assert ask(desk, "trials", name="amendments/dearer.law") == {"trials": [], "wrong": "", "by": "act"}
    ask(desk, "check", name="amendments/dearer.case", text=case)
    found = ask(desk, "trials", name="amendments/dearer.law")
    assert [(t["key"], t["passed"]) for t in found["trials"]] == [("with_it", True)], found
    assert found["trials"][0]["changes"][0]["before"] == "5 coins" and found["trials"][0]["line"] == 1
    state = ended(desk, kind="examples", which="dearer")
    assert state["of_files"][0]["name"] == "amendments/dearer.case"
    ask(desk, "check", name="amendments/dearer.case", text=case.replace("novel", "novvel"))
    assert ask(desk, "trials", name="amendments/dearer.case")["wrong"].startswith("dearer.case:2: ")


def test_an_act_and_its_examples_are_checked_while_they_are_typed(desk: TestClient) -> None:
    edited(desk)
    act, case = (f"amendments/dearer{suffix}" for suffix in (".law", ".case"))
    ask(desk, "instead", **FORM)
    text = ask(desk, "open", name=act)["text"]
    assert ask(desk, "check", name=act, text=text.replace('"5 coins"', '"7 coins"'))["problems"] == []
    (found,) = ask(desk, "mends", name=act)["problems"]  # asked for while nobody types: the act is carried out
    assert (found["code"], found["file"], found["line"]) == ("phrase-not-found", act, text[: text.index('"5 coins"')].count("\n") + 1)
    ask(desk, "check", name=act, text=text)
    wrong = 'Case with_it. en "x" vi "y"\nkind of book is novvel.\ndays late is 6 days.\nexpect fine is 6 coins.\n'
    ask(desk, "check", name=case, text=wrong)
    (found,) = ask(desk, "mends", name=case)["problems"]
    assert (found["code"], [f["text"] for f in found["fixes"]]) == ("foreign-choice", ["novel"])
    assert ask(desk, "check", name=case, text=wrong.replace("novvel", "novel"))["problems"] == []


def test_the_smallest_case_that_an_edit_changes(desk: TestClient) -> None:
    edited(desk)
    found = ended(desk, kind="compare", which="", illustrative=False)
    assert found["cases"] and "days_late" in found["cases"][0] and "<script" not in found["page"]
    name = desk.get(f"/studio/made/{found['id']}?name=compare.html")
    assert name.status_code == 200 and desk.get(f"/studio/made/{found['id']}?name=../x").status_code == 404


def test_coverage_of_the_lines(desk: TestClient) -> None:
    lines = ended(desk, kind="coverage", name="books.case")["lines"]
    assert lines == []
    lines = ended(desk, kind="coverage", name=LAW)["lines"]
    assert lines and {"line", "state", "examples", "untested"} == lines[0].keys()
    ask(desk, "begin", 403, kind="coverage", name="../x.law")


def test_readings_are_listed_and_chosen(desk: TestClient) -> None:
    assert ask(desk, "readings")["readings"] == []
    ask(desk, "trials", 422, name=LAW, readings=[1])


def test_the_next_question_and_the_receipt(desk: TestClient) -> None:
    first = ask(desk, "next", facts={})["question"]
    assert first["path"] in ("kind", "days_late") and first["text"]
    case = {"kind": "novel", "days_late": "6"}
    receipt = read_receipt(ask(desk, "receipt", facts=case)["text"])
    assert "receipt" in receipt or "result" in receipt
    rests = ask(desk, "answer", facts=case)["rests_on"]
    assert {r["file"] for r in rests} == {LAW} and all(r["line"] for r in rests)


def test_many_cases_from_a_file(desk: TestClient) -> None:
    lines = "".join(json.dumps({"case_id": f"c{i}", "kind": "novel", "days_late": str(i)}) + "\n" for i in range(8))
    taken = desk.post("/studio/tables?name=../../cases.jsonl", content=lines.encode()).json()
    assert taken["name"] == "cases.jsonl"
    found = ended(desk, kind="understood", tables=taken["tables"])
    assert found["counted"] == 8 and found["rows"][6][0] == "c6" and found["rows"][6][-1].startswith("5")
    assert desk.get(f"/studio/made/{found['id']}?name=results.csv").text.count("\n") == 9
    assert desk.post("/studio/tables?name=x.exe", content=b"x").status_code == 422
    taken = desk.post("/studio/tables?name=c.csv", content=b"id,days_late,kind\nA,1 and 2,novel\nB,4,novel\n").json()
    found = ended(desk, kind="understood", tables=taken["tables"])
    assert [row[0] for row in found["rows"]] == ["A", "B"] and found["rows"][0][1] != found["rows"][1][1]
    assert any("B2" in line and "1 and 2" in line for line in found["ignored"]), found["ignored"]


def test_a_portfolio_goes_by_the_text_that_governs_each_case(books: Path) -> None:
    """As ``simulate`` does: an act that takes effect between two cases changes the later one only; by the last text, both."""
    (books / "instrument.law").write_text((books / "instrument.law").read_text("utf-8") + DAYS, "utf-8")
    with studio(books) as desk:
        desk.get(f"/?token={TOKEN}")
        edited(desk)
        ask(desk, "instead", **FORM)
        cases = "id,days_late,kind,returned_on\nA,6,novel,2026-05-01\nB,6,novel,2028-05-01\n"
        taken = desk.post("/studio/tables?name=c.csv", content=cases.encode()).json()
        for last_text, dearer in ((False, "1"), (True, "2")):
            found = ended(desk, kind="portfolio", which="dearer", tables=taken["tables"], last_text=last_text, by=["kind"], illustrative=False)
            groups = desk.get(f"/studio/made/{found['id']}?name=tables/groups.csv").text.splitlines()
            whole = dict(zip(groups[0].split(","), groups[1].split(","), strict=True))
            assert (whole["number"], whole["more"]) == ("2", dearer), whole


def test_sentences_by_forms(desk: TestClient) -> None:
    text = ask(desk, "open", name=LAW)["text"]
    both = {f"{name}_{lang}": f'{name} "{lang}"' for name in ("headnote", "source", "question", "first", "because", "second", "title") for lang in ("en", "vi")}
    written = ask(desk, "write", text=text, form={"kind": "provision", "level": "point", "label": "d", **both, "sentence": "fine is 9 coins."})["text"]
    assert written == 'Point d. en "headnote ”en”" vi "headnote ”vi”"\nfine is 9 coins.\n'
    figure = {"kind": "figure", "name": "rate", "value": "2 coins", "from": "2026-01-01", "status": "secondary", **both}
    assert "rate is 2 coins from 2026-01-01" in ask(desk, "write", text=text, form=figure)["text"]
    reading = {"kind": "reading", "key": "how", "first": "one", "second": "two", **both}
    assert ask(desk, "write", text=text, form=reading)["text"].startswith("reading how")
    example = {"kind": "example", "key": "again", "like": "late", "facts": "kind of book = atlas", "determined": True, "expected": "fine = 10 coins", **both}
    assert "expect fine is 10 coins." in ask(desk, "write", text=text, form=example)["text"]
    for wrong in ({"kind": "x"}, {**example, "key": "A"}, {**figure, "from": "x"}, {**figure, "status": "true"}):
        ask(desk, "write", 422, text=text, form=wrong)


def test_a_fixed_studio_keeps_nothing(books: Path) -> None:
    with studio(books, fixed=True) as desk:
        desk.get(f"/?token={TOKEN}")
        edited(desk)
        assert not (books.parent / ".history").exists()
