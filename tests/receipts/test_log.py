"""The decision log: append only, chained, decided again under a new text."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.basics.bilingual import Bilingual
from legalaid_dsl.cli.main import main
from legalaid_dsl.explain.masking import personal
from legalaid_dsl.receipts import stores
from legalaid_dsl.receipts.kept import kept_facts
from legalaid_dsl.receipts.log import Broken, Log, OtherRequest, checked, entries
from legalaid_dsl.receipts.log_replay import counts, replayed
from legalaid_dsl.receipts.stores import NoStore
from legalaid_dsl.service.config import Config
from tests.service.conftest import client


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(arguments), prog_name="legalaid")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def log_in(folder: Path) -> Log:
    log = Log(folder / "log.sqlite")
    log.make()
    return log


def test_entries_are_chained_and_never_changed(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    for number in range(3):
        log.commit([{"n": number}, {"n": -number}], "x")
    found = list(checked(log.where))
    assert [e["seq"] for e in found] == [1, 2, 3, 4, 5, 6]
    assert [e["before"] for e in found[1:]] == [e["digest"] for e in found[:-1]]
    with closing(sqlite3.connect(log.where)) as db:
        for change in ("UPDATE decisions SET entry = ''", "DELETE FROM decisions"):
            with pytest.raises(sqlite3.DatabaseError, match="append only"):
                db.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decisions SET entry = replace(entry, '\"n\":1', '\"n\":7') WHERE seq = 2",
        "DELETE FROM decisions WHERE seq = 2",
        "UPDATE decisions SET seq = seq + 10 WHERE seq = 3",
        "UPDATE decisions SET entry = 'x' WHERE seq = 1",
    ],
)
def test_whoever_changes_the_file_itself_is_found_out(tmp_path: Path, change: str) -> None:
    log = log_in(tmp_path)
    log.commit([{"n": n} for n in range(3)], "x")
    with closing(sqlite3.connect(log.where)) as db:
        db.executescript("DROP TRIGGER no_update; DROP TRIGGER no_delete")
        db.execute(change)
        db.commit()
    with pytest.raises(Broken):
        list(checked(log.where))
    code, _, err = run("log", "verify", str(log.where), "--lang", "vi")
    assert (code, "không còn như khi được ghi" in err) == (1, True)


def test_a_log_cut_short_is_found_by_a_digest_noted_before(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    log.commit([{"n": 1}], "x")
    noted = run("log", "verify", str(log.where))[1].split()[1]
    log.commit([{"n": 2}], "x")
    last = run("log", "verify", str(log.where), "--expect", noted)
    assert (last[0], last[1].split()[0]) == (0, "2")
    with closing(sqlite3.connect(log.where)) as db:
        db.executescript("DROP TRIGGER no_delete; DELETE FROM decisions WHERE seq = 2")
    assert run("log", "verify", str(log.where), "--expect", last[1].split()[1])[0] == 1


def test_keys(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    assert log.commit([{"n": 1}], "one", "k", "r").again is False
    again = log.commit([{"n": 2}], "two", "k", "r")
    assert (again.text, again.again) == ("one", True)
    with pytest.raises(OtherRequest):
        log.commit([{"n": 3}], "three", "k", "s")
    assert len(list(entries(log.where))) == 1
    log.forget(-1)
    assert log.answered("k", "r") is None
    assert len(list(entries(log.where))) == 1


def test_several_writers_make_one_chain_and_answer_a_key_once(tmp_path: Path) -> None:
    """Each writer opens the file for itself, as processes do; the campaign has real ones."""
    log = log_in(tmp_path)

    def write(who: int) -> None:
        for number in range(10):
            Log(log.where).commit([{"who": who, "n": number}], "x", str(number), "r")

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))
    assert sorted(e["n"] for e in checked(log.where)) == list(range(10))


def test_facts_without_names_are_decided_alike(rules: la.Rules, root: Path) -> None:
    case = json.loads((root / "docs" / "cases" / "two_providers.json").read_text("utf-8")) | {"labels": {"name": "Somebody"}}
    kept = kept_facts(rules.rulebook, case, personal(rules.rulebook))
    text = json.dumps(kept)
    assert "case_id" not in kept and "Somebody" not in text
    assert not {p["id"] for p in case["providers"]} & {p["id"] for p in kept["providers"]}
    one, other = rules.evaluate(case), rules.evaluate(kept)
    assert (one.status, one.amount) == (other.status, other.amount)
    assert [p["amount"] for p in one.to_dict()["providers"]] == [p["amount"] for p in other.to_dict()["providers"]]
    without = kept_facts(rules.rulebook, case, ("entries.hours", "providers"))
    assert "providers" not in without and all("hours" not in e for e in without["entries"])


@pytest.fixture
def books(root: Path, tmp_path: Path) -> Path:
    return shutil.copytree(root / "tests" / "rulesets_small" / "late_books", tmp_path / "rules" / "late_books")


def kept(books: Path, store: Path, **more: Any) -> None:
    """Three decided cases: of seven days, of two, and of the hall."""
    with client(Config(rulesets=str(books.parent), watch=0, store=str(store), log=True, keep_facts=True, **more)) as served:
        for number, (days, kind) in enumerate([("7", "novel"), ("2", "novel"), ("1", "atlas")]):
            case = {"case_id": f"B{number}", "days_late": days, "kind": kind}
            answer = served.post("/v1/evaluate", json={"case": case}, headers={"X-Request-Id": f"r{number}"})
            assert answer.json()["result"]["status"] == "determined"


def test_which_kept_answers_a_new_text_would_change(books: Path, tmp_path: Path) -> None:
    store = tmp_path / "log.sqlite"
    kept(books, store)
    assert counts(replayed(checked(store), la.load(books))) == {"same": 3}
    article = books / "article_01.law"
    article.write_text(article.read_text("utf-8").replace("fine is 5 coins", "fine is 6 coins"), "utf-8")
    found = list(replayed(checked(store), la.load(books)))
    assert [f.outcome for f in found] == ["changed", "same", "same"]
    assert found[0].changed is not None
    assert (found[0].changed.why, found[0].changed.provisions) == ("law", ("late_books/art_1/cl_2/pt_b",))
    assert (found[0].before["fine"], found[0].after["fine"]) == ("5", "6")
    code, out, _ = run("log", "replay", str(store), "--ruleset", str(books), "--lang", "vi")
    assert code == 1
    assert "tiền phạt: 5 → 6" in out and "điểm b khoản 2 Điều 1" in out and "giống nhau: 2" in out
    lines = tmp_path / "log.jsonl"
    lines.write_text(run("log", "show", str(store), "--format", "json")[1], "utf-8")
    assert list(checked(lines)) == list(checked(store))
    assert "B0" not in lines.read_text("utf-8")
    assert "r2" in run("log", "show", str(store))[1]
    lines.write_text(lines.read_text("utf-8").replace("novel", "atlas"), "utf-8")
    assert run("log", "replay", str(lines), "--ruleset", str(books))[0] == 1


def test_a_limit_moved_shows_only_where_it_decides(books: Path, tmp_path: Path) -> None:
    """Two days are still free under another limit: the same answer on other grounds."""
    store = tmp_path / "log.sqlite"
    kept(books, store)
    article = books / "article_01.law"
    article.write_text(article.read_text("utf-8").replace("3 days", "4 days"), "utf-8")
    assert counts(replayed(checked(store), la.load(books))) in ({"same": 3}, {"reasons": 3}, {"same": 1, "reasons": 2})


def test_masked_facts_are_not_kept_and_said_not_to_be_decidable(books: Path, tmp_path: Path) -> None:
    store = tmp_path / "log.sqlite"
    kept(books, store, masks=("days_late",))
    assert "days_late" not in json.dumps([e["facts"] for e in checked(store)])
    assert counts(replayed(checked(store), la.load(books))) == {"masked": 2, "same": 1}  # the hall needs no days


def test_commands_that_do_not_fit(tmp_path: Path, root: Path) -> None:
    case = str(root / "docs" / "cases" / "sessions.json")
    (tmp_path / "x").write_text("{}", "utf-8")
    assert run("replay", str(tmp_path / "x"), case)[0] == 4
    assert run("evaluate", case, "--sign", str(tmp_path / "x"))[0] == 4
    assert run("log", "verify", str(tmp_path / "x"))[0] == 1
    assert run("serve", "--host", "0.0.0.0")[0] == 4
    assert run("serve", "--mask", "case_id")[0] == 4
    receipt = str(tmp_path / "r.json")
    assert run("evaluate", case, "--receipt", receipt)[1] == run("evaluate", case)[1] != ""
    assert run("replay", receipt, case, "--lang", "vi")[:2] == (0, "Giống nhau.\n")
    assert run("replay", receipt, str(root / "docs" / "cases" / "two_providers.json"), "--format", "json")[0] == 1


def test_what_a_database_says_is_said_in_both_languages(tmp_path: Path) -> None:
    """Its own words in English, ours in Vietnamese; nothing of its English stands there."""
    with closing(sqlite3.connect(tmp_path / "empty")) as db:
        db.execute("CREATE TABLE other (x)")
    (tmp_path / "spoilt").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    (tmp_path / "cut").write_bytes((tmp_path / "empty").read_bytes()[:4096])
    for name, vi in (("empty", "không có bảng của nhật ký"), ("spoilt", "không phải cơ sở dữ liệu SQLite"), ("cut", "cơ sở dữ liệu bị hỏng")):
        code, _, err = run("log", "verify", str(tmp_path / name), "--lang", "vi")
        english = run("log", "verify", str(tmp_path / name))[2].partition(":")[2].strip()
        assert (code, vi in err, bool(english), english in err) == (1, True, True, False), (err, english)
    for code, text in tomllib.loads(Path(stores.__file__).with_suffix(".toml").read_text("utf-8")).items():
        assert NoStore("in English", code).message == Bilingual("in English", text)


def test_facts_of_a_batch_are_kept_as_they_were_read(books: Path, tmp_path: Path) -> None:
    """Also behind a byte order mark; a line that could not be read has no facts to keep."""
    store = tmp_path / "log.sqlite"
    with client(Config(rulesets=str(books.parent), watch=0, store=str(store), log=True, keep_facts=True)) as served:
        lines = ["\ufeff" + json.dumps({"days_late": "7", "kind": "novel"}), "{", '{"days_late": 1.5}', '{"x": "\\ud800"}']
        found = served.post("/v1/batch", content="\n".join(lines).encode() + b"\n\xff").text.splitlines()
    assert [json.loads(line)["result"]["status"] for line in found] == ["determined", *["refused"] * 4]
    assert [e.get("facts") for e in checked(store)] == [{"days_late": "7", "kind": "novel"}, None, None, None, None]
