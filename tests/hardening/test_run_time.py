"""Running: the host's settings, threads, many cases, size (hardening X18, X20, X51-X54)."""

from __future__ import annotations

import ast
import copy
import decimal
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.api import MOST_CHOICES
from legalaid_dsl.basics.output import write_whole
from legalaid_dsl.basics.recent import Recent
from tests.counting import calls, within

Write = Callable[[str | bytes], Path]

CASE: dict[str, Any] = {
    "case_id": "A1", "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
    "offences": [{"class": "very_serious"}], "stages": ["investigation", "prosecution", "first_instance"], "tasks_complete": True,
    "providers": [
        {"id": "P1", "kind": "lawyer", "method": "actual_sessions", "method_chosen_on": "2026-01-05"},
        {"id": "P2", "kind": "state_legal_aid_officer", "method": "actual_sessions", "method_chosen_on": "2026-01-05"},
    ],
    "entries": [
        {"id": "e1", "provider": "P1", "date": "2026-02-02", "task": "interrogation_or_testimony", "stage": "investigation", "hours": "6.5",
         "certified_by": ["investigator"]},
        {"id": "e2", "provider": "P2", "date": "2026-02-03", "task": "court_hearing", "stage": "first_instance", "hours": "7",
         "certified_by": ["judge"]},
    ],
}  # fmt: skip
SHARES = {  # a lump sum of 10 base salaries in three equal parts: 25/3 million đồng do not end
    **CASE,
    "providers": [{"id": f"P{i}", "kind": "lawyer", "method": "lump_sum", "method_chosen_on": "2026-01-05"} for i in (1, 2, 3)],
    "entries": [{**CASE["entries"][0], "id": f"e{i}", "provider": f"P{i}"} for i in (1, 2, 3)],
}


def text(result: la.Result) -> str:
    return json.dumps(result.to_dict(), ensure_ascii=False)


def many(count: int) -> dict[str, Any]:
    return {**CASE, "entries": [{**CASE["entries"][0], "id": f"e{i}"} for i in range(count)]}


# ------------------------------------------------------------------ numbers of the host


@pytest.mark.parametrize("case", [CASE, SHARES], ids=["sessions", "shares"])
def test_x18_the_decimal_context_of_the_host_changes_nothing(rules: la.Rules, case: dict[str, Any]) -> None:
    wanted = text(rules.evaluate(case))
    hostile = decimal.Context(prec=1, rounding=decimal.ROUND_UP, Emax=1, Emin=-1, traps=list(decimal.Context().flags))
    with decimal.localcontext(hostile):
        assert text(rules.evaluate(case)) == wanted
        assert rules.evaluate(case).explain(lang="vi")
        assert la.load().evaluate(case).amount == rules.evaluate(case).amount


def test_x18_parts_that_do_not_end_add_up_exactly(rules: la.Rules) -> None:
    result = rules.evaluate(SHARES)
    assert result.status == "determined"
    assert result.amount == "25300000"
    assert [p["amount"] for p in result.providers] == ["8433334", "8433333", "8433333"]
    assert result.providers[0]["base_salaries_exact"] == "10/3"


def test_x18_threads_under_different_contexts_agree(rules: la.Rules) -> None:
    wanted = [text(rules.evaluate(c)) for c in (CASE, SHARES)]

    def work(precision: int) -> list[str]:
        decimal.setcontext(decimal.Context(prec=precision, rounding=decimal.ROUND_FLOOR))
        return [text(rules.evaluate(c)) for c in (CASE, SHARES)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(1, 17))) == [wanted] * 16


# ------------------------------------------------------------------ division by zero


@pytest.mark.parametrize("rule", ["pay is 1 hour / (time / 1 hour).\n", "pay is time × 3 / 0.\n"])
def test_x20_division_by_zero_gives_no_number(write: Write, rule: str) -> None:
    result = la.load(write(rule)).evaluate({"time": "0"})
    assert (result.status, result.pay) == ("undetermined", None)
    assert "bounds" not in result.to_dict()


def test_x20_a_division_by_zero_says_so_with_its_provision(write: Write) -> None:
    found = la.load(write("pay is 1 hour / (time / 1 hour).\n")).evaluate({"time": "0"}).to_dict()
    (finding,) = [f for f in [*found["openings"], *found["findings"]] if f["code"] == "division_by_zero"]
    assert finding["message"]["vi"] == "Có phép chia cho 0: tiền."
    assert finding["cites"] == ["tiny/art_1"]


def test_x20_what_does_not_divide_by_zero_in_this_case_is_a_number(write: Write) -> None:
    rules = la.load(write("pay is 1 hour / (time / 1 hour).\n"))
    assert rules.evaluate({"time": "4"}).pay == "0.25"
    third = rules.evaluate({"time": "3"}).to_dict()
    assert (third["pay"], third["pay_exact"]) == ("0.333333", "1/3")


# ------------------------------------------------------------------ size


def test_x51_decisions_grow_with_the_entries_and_no_faster(rules: la.Rules) -> None:
    steps = {n: len(rules.evaluate(many(n)).trace) for n in (1, 10, 100)}
    per_entry = (steps[10] - steps[1]) / 9
    assert (steps[100] - steps[10]) / 90 == pytest.approx(per_entry, rel=0.1)


@pytest.mark.long
def test_x51_what_a_case_costs_grows_with_its_lines_and_no_faster(rules: la.Rules) -> None:
    def cost(count: int, complete: bool) -> int:
        case = many(count) if complete else {"entries": [{"id": f"e{i}"} for i in range(count)]}
        return calls(lambda: rules.evaluate(case, by="interpreter").to_dict())

    for complete in (True, False):
        cost(2, complete)
        assert cost(64, complete) - cost(32, complete) < 2.6 * (cost(32, complete) - cost(16, complete))


def test_x51_what_is_said_of_a_case_grows_with_its_lines_and_no_faster(rules: la.Rules) -> None:
    size = {n: len(text(rules.evaluate(many(n)))) for n in (20, 40, 80)}
    assert size[80] - size[40] < 2.6 * (size[40] - size[20])


def test_x51_hundreds_of_entries_do_not_hang_and_are_cut_at_the_ceiling(rules: la.Rules) -> None:
    rules.ready().compile()
    result = within(100**2 * 400, lambda: rules.evaluate(many(100), trace=False))
    assert (result.status, result.sessions, result.amount) == ("determined", "30", "28842000")
    assert len(result.entries) == 100


def test_x51_a_thousand_entries_are_decided(rules: la.Rules) -> None:
    """Lines that nobody certified: none counts, so none fills a ceiling before another."""
    case = many(1_000)
    case["entries"] = [{**e, "certified_by": []} for e in case["entries"]]
    rules.ready().compile()
    result = within(1_000 * 15_000, lambda: rules.evaluate(case, trace=False))
    assert (result.status, result.sessions) == ("determined", "0")
    assert {e["counted"] for e in result.entries} == {False}


def test_x51_a_budget_is_stated_and_what_passes_it_is_refused(rules: la.Rules) -> None:
    """Contract 0.17: a budget in decisions, an option of the API; past it: refused, its name, its value, the provision."""
    from legalaid_dsl.engine.budget import Budget

    for by in ("interpreter", "rows"):
        result = rules.evaluate(many(30), budget=Budget(decisions=100), by=by)
        assert (result.status, result.amount, result.sessions) == ("refused", None, None)
        (found,) = [f for f in result.findings if f["code"] == "limit"]
        assert "100" in found["message"]["en"] and "100" in found["message"]["vi"]
        assert found["cites"]
    assert rules.evaluate(many(30)).status == "determined"


def test_x51_the_same_budget_ends_the_same_case_at_the_same_place(rules: la.Rules) -> None:
    from legalaid_dsl.engine.budget import Budget

    assert len({text(rules.evaluate(many(20), budget=Budget(decisions=150), by="interpreter")) for _ in range(3)}) == 1


def test_x51_a_chain_of_rules_is_followed_to_its_end(write: Write) -> None:
    names = [f"{chr(97 + i // 26)}{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(300)]
    terms = "".join(f'term en "{n}" vi "{n}" key case.{n}, a number of hours.\n' for n in names)
    rules = "".join(f"{n} is {m} + 1 hour.\n" for n, m in zip(names, [*names[1:], "time"], strict=True))
    assert la.load(write(terms + f"for each case:\npay is {names[0]}.\n" + rules)).evaluate({"time": "0"}).pay == "300"


# ------------------------------------------------------------------ threads, several rulesets


def test_x52_one_ruleset_serves_many_threads() -> None:
    fresh, rules = la.load(), la.load()
    cases = [{**CASE, "case_id": str(i), "closed_on": f"20{21 + i % 6}-12-30"} for i in range(24)]
    readings = [{"art_3_cl_2_unit": ("per_entry", "per_day", "per_case")[i % 3]} for i in range(24)]
    wanted = [text(rules.evaluate(c, readings=r)) for c, r in zip(cases, readings, strict=True)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda cr: text(fresh.evaluate(cr[0], readings=cr[1])), zip(cases, readings, strict=True)))
    assert found == wanted
    assert len(set(wanted)) == 24


def test_x52_two_rulesets_live_side_by_side(rules: la.Rules, write: Write, head: str) -> None:
    wanted = text(rules.evaluate(CASE))
    first = la.load(write("pay is time.\n"))
    second = la.load(write((head.replace('"time"', '"hours spent"') + "pay is hours spent × 2.\n").encode()))
    for _ in range(2):
        assert (first.evaluate({"time": "3"}).pay, second.evaluate({"time": "3"}).pay) == ("3", "6")
        assert text(rules.evaluate(CASE)) == wanted
    assert first.evaluate({}).ruleset["digest"] != second.evaluate({}).ruleset["digest"]


def test_x52_a_result_that_is_changed_changes_no_other(rules: la.Rules) -> None:
    wanted = text(rules.evaluate(CASE))
    found = rules.evaluate(CASE).to_dict()
    found["entries"].clear()
    found["providers"][0]["amount"] = "0"
    found["ruleset"]["id"] = "other"
    assert text(rules.evaluate(CASE)) == wanted


def test_x52_a_result_that_is_changed_explains_as_before(rules: la.Rules) -> None:
    result = rules.evaluate(CASE)
    before = result.explain(), text(result)
    found = result.to_dict()
    found["entries"][0]["sessions"] = "99"
    found["providers"].clear()
    found["trace"][0]["cites"].append("nothing")
    assert (result.explain(), text(result)) == before


@pytest.mark.parametrize("by", ["rows", "interpreter"])
@pytest.mark.parametrize("asked", [(), ("explain",), ("needs",)])
def test_x52_each_who_asks_gets_a_result_of_his_own(rules: la.Rules, by: Any, asked: tuple[str, ...]) -> None:
    """The first too, who gets what was made: nothing of it stands anywhere else, in the result or twice in itself."""
    for _ in range(3):  # until rows decide
        result = rules.evaluate(CASE, by=by)
    for name in asked:
        result.explain() if name == "explain" else getattr(result, name)
    given = [result.to_dict() for _ in range(4)]
    for found in given[1:]:
        assert found == given[0]
    held = [id(x) for found in given for x in _containers(found)]
    assert len(held) == len(set(held))
    before = text(result)
    for x in list(_containers(given[0])):
        x.clear()
    assert text(result) == before


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for inner in list(value.values()) if isinstance(value, dict) else list(value):
            yield from _containers(inner)


def test_x18_callers_who_choose_readings_hold_no_more_than_so_many(root: Path) -> None:
    rules = la.load(root / "rulesets" / "circular_02_2021")
    choices = [{key: choice} for key, reading in rules.rulebook.readings.items() for choice in reading.choices]
    wanted = [rules.evaluate(CASE, readings=choice, trace=False).amount for choice in choices[:3]]
    for choice in choices * 2:
        rules.evaluate(CASE, readings=choice, trace=False, by="interpreter")
    assert len(rules._ready) <= MOST_CHOICES and len(rules._prepared) <= MOST_CHOICES
    assert [rules.evaluate(CASE, readings=choice, trace=False).amount for choice in choices[:3]] == wanted
    recent = Recent[int](2)
    assert [recent.get(slot, lambda: 1) for slot in (1, 2, 1, 3)] == [1] * 4
    assert recent.get(1, lambda: 2) == 1 and recent.get(2, lambda: 2) == 2  # what was asked for last is there


def test_x52_rules_and_results_go_to_other_processes(rules: la.Rules) -> None:
    again = pickle.loads(pickle.dumps(rules))
    assert text(again.evaluate(CASE)) == text(rules.evaluate(CASE))
    result = rules.evaluate(CASE)
    assert text(pickle.loads(pickle.dumps(result))) == text(copy.deepcopy(result)) == text(result)


def test_x52_nothing_of_a_module_changes_when_a_case_is_decided(rules: la.Rules) -> None:
    rules.evaluate(CASE).explain()
    modules = {n: m for n, m in sys.modules.items() if n.startswith(("legalaid_dsl.engine", "legalaid_dsl.cases", "legalaid_dsl.rulebook"))}

    def held() -> dict[str, Any]:
        kinds = (dict, list, set)
        return {f"{n}.{k}": len(v) for n, m in modules.items() for k, v in vars(m).items() if isinstance(v, kinds) and not k.startswith("__")}

    before = held()
    rules.evaluate({**CASE, "case_id": "another"}).explain(lang="vi")
    assert held() == before


def test_x52_wrong_options_raise_and_leave_nothing_behind(rules: la.Rules) -> None:
    wanted = text(rules.evaluate(CASE))
    with pytest.raises(la.UnknownReading, match="did you mean “art_3_cl_2_unit”"):
        rules.evaluate(CASE, readings={"art_3_cl_2_units": "per_day"})
    with pytest.raises(la.UnknownReading, match="per_day"):
        rules.evaluate(CASE, readings={"art_3_cl_2_unit": "per_dya"})
    with pytest.raises(la.FiguresError):
        rules.evaluate(CASE, figures="/nowhere")
    assert text(rules.evaluate(CASE)) == wanted


# ------------------------------------------------------------------ the command line


def legalaid(*arguments: str, given: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **settings}
    return subprocess.run([sys.executable, "-m", "legalaid_dsl", *arguments], input=given, capture_output=True, env=environment, check=False)


BAD_LINES = [
    b"{", b"[]", b"null", b"nonsense", b"\xff\xfe", b'{"case_id": "\xff"}', b'{"\xff": 1}', b'{"case_id": "\\ud800"}', b"[" * 50_000,
    b'{"a": ' * 50_000, b'{"hourz": "3"}', b'{"form": 1e999}', b'{"form": ' + b"9" * 5_000 + b"}", b'{"form": 1, "form": 2}', b"\x00",
    b'{"closed_on": "2021-02-30"}',
]  # fmt: skip


def test_x53_one_bad_line_harms_no_other(rules: la.Rules, tmp_path: Path) -> None:
    good = [{**CASE, "case_id": f"good {i}"} for i in range(len(BAD_LINES) + 1)]
    lines = [json.dumps(good[0]).encode()]
    for bad, case in zip(BAD_LINES, good[1:], strict=True):
        lines += [bad, json.dumps(case, ensure_ascii=False).encode()]
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    done = legalaid("evaluate", str(path), "--format", "json")
    found = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert done.returncode == 2
    assert done.stderr == b""
    assert [f["status"] for f in found] == ["determined", *["refused", "determined"] * len(BAD_LINES)]
    assert [f["case_id"] for f in found[::2]] == [c["case_id"] for c in good]
    assert found[::2] == [json.loads(text(rules.evaluate(c))) for c in good]
    assert all(f["amount"] is None and f["findings"] for f in found[1::2])


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_x53_line_ends_empty_lines_and_a_byte_order_mark_are_no_cases(end: bytes) -> None:
    line = json.dumps(CASE).encode()
    done = legalaid("evaluate", "-", "--format", "json", given=b"\xef\xbb\xbf" + end.join([line, b"", line, b""]))
    assert [json.loads(x)["status"] for x in done.stdout.splitlines()] == ["determined"] * 2
    assert done.returncode == 0


SETTINGS = [
    {"PYTHONHASHSEED": "0", "TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "1", "TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONHASHSEED": "424242", "TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX", "LANG": "vi_VN.TCVN-5712"},
]


@pytest.mark.parametrize("form", ["json", "text"])
def test_x54_the_same_bytes_under_every_hash_seed_zone_and_locale(tmp_path: Path, form: str) -> None:
    path = tmp_path / "case.json"
    unknown = {k: v for k, v in CASE.items() if k not in ("closed_on", "offences")}
    path.write_text(json.dumps({**unknown, "case_id": "hồ sơ số 1"}, ensure_ascii=False), "utf-8")
    found = [legalaid("evaluate", str(path), "--format", form, "--lang", "vi", **s) for s in SETTINGS]
    assert [f.returncode for f in found] == [3] * 3
    assert "hồ sơ số 1" in found[0].stdout.decode("utf-8")
    assert len({f.stdout for f in found}) == 1


def test_x54_nothing_that_decides_asks_for_the_day_the_zone_or_the_locale(root: Path) -> None:
    for room in ("basics", "language", "rulebook", "engine", "cases", "explain"):
        for file in sorted((root / "legalaid_dsl" / room).rglob("*.py")):
            tree = ast.parse(file.read_text("utf-8"))
            asked = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
            assert not asked & {"date.today", "datetime.now", "datetime.today", "time.time", "time.localtime", "locale.getlocale", "random.random"}, file
            imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
            assert not imported & {"locale", "random", "uuid", "secrets"}, file


@pytest.mark.long
def test_x54_problems_are_printed_in_the_same_bytes(write: Write) -> None:
    folder = write("pay is bonus.\npay is 1 session.\npáy is 2 hours.\n")
    found = [legalaid("check", str(folder), "--lang", "vi", **s) for s in SETTINGS]
    assert [f.returncode for f in found] == [1] * 3
    assert len({f.stdout for f in found}) == 1
    assert "lỗi" in found[0].stdout.decode("utf-8")


def test_x54_the_order_of_keys_in_a_case_is_no_matter(rules: la.Rules) -> None:
    backwards = {k: CASE[k] for k in reversed(CASE)}
    assert text(rules.evaluate(backwards)) == text(rules.evaluate(CASE)) == text(rules.evaluate(json.dumps(CASE)))


# ------------------------------------------------------------------ X53: several at once


@pytest.mark.long
def test_x53_many_workers_give_the_bytes_of_one(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b"".join(json.dumps({**CASE, "case_id": str(i)}).encode() + b"\n" for i in range(40)))
    found = {}
    for parts in ("1", "8"):
        done = legalaid("study", str(path), "--out", str(tmp_path / parts), "--parts", parts)
        assert done.returncode in (0, 2, 3), done.stderr
        import pyarrow.parquet as pq

        rows = [r for f in sorted((tmp_path / parts).rglob("*.parquet")) for r in pq.read_table(f).to_pylist() if "status" in r]
        found[parts] = sorted(map(repr, rows))
    assert found["1"] == found["8"] != []


# ------------------------------------------------------------------ X55: stopped in the middle


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
def test_x55_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Any) -> None:
    write_whole(tmp_path / "a.txt", "before")

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(Path, "write_bytes", lambda self, data: (self.open("wb").write(data[:3]), fail())[1])
    with pytest.raises((KeyboardInterrupt, OSError, MemoryError)):
        write_whole(tmp_path / "a.txt", "what comes after")
    assert [(p.name, p.read_text("utf-8")) for p in tmp_path.iterdir()] == [("a.txt", "before")]


def test_x55_tables_that_are_not_finished_leave_nothing(tmp_path: Path) -> None:
    files = pytest.importorskip("legalaid_dsl.study.files")
    import pyarrow as pa

    def stopped() -> None:
        with files.Tables(tmp_path, {}) as tables:
            tables.write({"cases": pa.table({"id": ["A"]})})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(tmp_path.iterdir()) == []


def portfolio(path: Path) -> Path:
    path.write_bytes(b"".join(json.dumps({**CASE, "case_id": str(i)}).encode() + b"\n" for i in range(12)))
    return path


@pytest.mark.long
def test_x55_a_study_that_was_stopped_goes_on_and_gives_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    cases = portfolio(tmp_path / "cases.jsonl")
    whole, part = tmp_path / "whole", tmp_path / "part"
    command = ["study", str(cases), "--parts", "4", "--out"]
    assert legalaid(*command, str(whole)).returncode == 0
    stop = (
        "import legalaid_dsl.study.spread.parted as p\nwrite = p.write_whole\n"
        "def stopped(out, name, data):\n    if name == p.file_of(2): raise KeyboardInterrupt\n    write(out, name, data)\n"
        "p.write_whole = stopped\nfrom legalaid_dsl.cli.main import run\nrun()"
    )
    done = subprocess.run([sys.executable, "-c", stop, *command, str(part)], capture_output=True, check=False)
    assert done.returncode == 130, done.stderr
    left = {p.name for p in part.iterdir()}
    assert "part-00000.parquet" in left
    assert not left & {"part-00002.parquet", "part-00003.parquet", "_manifest.json"}
    done = legalaid(*command, str(part))
    assert done.returncode == 0, done.stderr
    assert {p.name: p.read_bytes() for p in part.rglob("*") if p.is_file()} == {p.name: p.read_bytes() for p in whole.rglob("*") if p.is_file()}


@pytest.mark.long
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("arguments", [("evaluate", "{case}"), ("schema", "facts"), ("check",)])
def test_x55_a_full_disk_is_said_and_not_passed_over(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(CASE), "utf-8")
    command = [sys.executable, "-m", "legalaid_dsl", *(a.format(case=case) for a in arguments)]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr
    assert done.stderr


def test_x55_an_output_that_was_closed_is_no_success(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(CASE), "utf-8")
    start = "import os, sys; os.close(1); os.execv(sys.executable, [sys.executable, '-m', 'legalaid_dsl', 'evaluate', sys.argv[1]])"
    done = subprocess.run([sys.executable, "-c", start, str(case)], stderr=subprocess.PIPE, check=False)
    assert done.returncode not in (0, 2, 3)
    assert b"Traceback" not in done.stderr


def test_x55_ctrl_c_is_no_traceback(tmp_path: Path) -> None:
    code = "import sys, legalaid_dsl.cli.evaluate as e\ndef stop(*_): raise KeyboardInterrupt\ne.read_cases = stop\n" \
           "from legalaid_dsl.cli.main import run\nsys.argv = ['legalaid', 'evaluate', '-']\nrun()"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 130
    assert b"Traceback" not in done.stderr
