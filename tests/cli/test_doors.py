"""Where a run ends: exit codes, streams, files and folders that are not as they should be (hardening X55)."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from legalaid_dsl.basics.formats import named_format
from legalaid_dsl.basics.output import MARKER, NotOurs, claim, whole, write_whole
from legalaid_dsl.basics.system import reason
from legalaid_dsl.cli import common
from legalaid_dsl.cli.door import Exit, ended, language
from legalaid_dsl.cli.main import main
from legalaid_dsl.cli.reading import read_cases
from tests.cli.test_commands import CASE, OPEN

SHIPPED = Path(__file__).resolve().parents[2] / "rulesets" / "criminal_code"
POSIX = pytest.mark.skipif(os.name == "nt", reason="streams and devices of POSIX")


def run(*arguments: str | Path, stdin: bytes | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)
    assert "Traceback" not in done.output
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), "utf-8")
    return path


def shell(command: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **more.pop("env", {})}
    command = command.replace("legalaid", f"{sys.executable} -m legalaid_dsl")
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=environment, **more)


# ------------------------------------------------------------------ streams of a process


@POSIX
@pytest.mark.parametrize("target", [">/dev/full", ">&-"])
@pytest.mark.parametrize("command", ["legalaid evaluate CASE", "legalaid --help", "legalaid schema facts"])
def test_output_that_cannot_be_written_is_no_success(case: Path, command: str, target: str) -> None:
    done = shell(f"{command.replace('CASE', str(case))} {target}")
    assert done.returncode == Exit.USAGE, done
    assert done.stderr.startswith("Error: standard output: ") and done.stderr.count("\n") == 1


@POSIX
def test_other_closed_streams(case: Path) -> None:
    assert shell("legalaid evaluate - <&-").returncode == Exit.USAGE
    assert shell(f"legalaid evaluate {case} 2>&-").returncode == Exit.OK
    assert shell("legalaid evaluate nowhere.json 2>&-").returncode == Exit.USAGE


@POSIX
def test_a_reader_that_ends_early_is_told_by_a_code_of_its_own(case: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text(f"{json.dumps(CASE)}\n" * 400, "utf-8")  # more than a pipe holds
    done = shell(f"legalaid evaluate {many} --format json | head -n 1 >/dev/null; echo ${{PIPESTATUS[0]}}")
    assert done.stdout.strip() == str(int(Exit.UNREAD)) and done.stderr == ""


@POSIX
def test_pipes_and_process_substitution_are_files(case: Path) -> None:
    one = shell(f"legalaid evaluate <(cat {case}) --format json")
    assert (one.returncode, json.loads(one.stdout)["status"]) == (0, "determined")
    many = shell(f"legalaid evaluate <(cat {case}; echo; cat {case}) --format json")
    assert (many.returncode, len(many.stdout.splitlines())) == (0, 2)


@POSIX
def test_a_user_id_without_a_home(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "LEGALAID_CACHE"):
        monkeypatch.delenv(name, raising=False)

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    assert common.kept_in() is None
    assert run("evaluate", case)[0] == Exit.OK


# ------------------------------------------------------------------ exit codes


def raising(error: BaseException) -> Callable[[], Any]:
    def work() -> Any:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SystemExit(3), 3), (SystemExit(), 0), (click.UsageError("no"), 4), (click.ClickException("no"), 4), (KeyboardInterrupt(), 130),
        (click.Abort(), 130), (BrokenPipeError(), 141), (FileNotFoundError(errno.ENOENT, "not there", "a.json"), 4),
        (PermissionError(errno.EACCES, "no", "a"), 4), (OSError(errno.ENOSPC, "full"), 4), (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), 4),
        (MemoryError(), 4), (KeyError("a\nb\x1b[2J"), 70), (RecursionError("deep"), 70), (AssertionError(), 70), (ZeroDivisionError("x"), 70),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, BaseException) else str(x),
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_end_has_its_code_and_one_line(error: BaseException, code: int, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout
    try:
        assert ended(raising(error), lang) == code
    finally:
        sys.stdout = before
    said = capsys.readouterr().err
    assert said.count("\n") == (0 if code in (0, 3, 141) else 1)
    assert "\x1b" not in said
    if code == 70:
        assert type(error).__name__ in said and "LEGALAID_TRACEBACK" in said


def test_a_traceback_only_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LEGALAID_TRACEBACK", "1")
    assert ended(raising(KeyError("x")), "en") == Exit.FAULT
    assert "Traceback" in capsys.readouterr().err


def test_a_missing_file_of_the_package_is_our_fault(capsys: pytest.CaptureFixture[str]) -> None:
    inside = str(Path(common.__file__).with_name("gone.toml"))
    assert ended(raising(FileNotFoundError(errno.ENOENT, "not there", inside)), "en") == Exit.FAULT


def test_the_language_is_known_before_the_line_is_read() -> None:
    assert [language(a) for a in (["--lang", "vi"], ["--lang=vi"], ["vi"], ["--lang", "en"], [])] == ["vi", "vi", "en", "en", "en"]
    assert "Lỗi: " in run("evaluate", "nowhere.json", "--lang", "vi")[2]


def test_codes_of_evaluate(tmp_path: Path, case: Path) -> None:
    for text, code in (("no json", 2), ("", 2), ("[1]", 2), (json.dumps(OPEN), 3), (json.dumps(CASE), 0), ('{"case_id": "\\u0000', 2)):
        case.write_text(text, "utf-8")
        assert run("evaluate", case)[0] == code, text
    case.write_bytes(b'{"case_id": "\xff\xfe"}')
    assert run("evaluate", case)[0] == Exit.REFUSED
    for wrong in (("--format", "pdf"), ("--figures", "nowhere"), ("--reading", "x=y"), ("--ruleset", "nowhere"), ("--what",), ("--mask", "x")):
        assert run("evaluate", case, *wrong)[0] == Exit.USAGE, wrong
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a.law").write_text("Article 1. nothing of this is law", "utf-8")
    assert run("evaluate", case, "--ruleset", broken)[0] == Exit.USAGE
    assert run("check", broken)[0] == run("lint", broken)[0] == run("test", broken)[0] == Exit.WRONG
    assert run()[0] == run("nothing")[0] == Exit.USAGE
    assert run("--help")[0] == run("--version")[0] == Exit.OK


# ------------------------------------------------------------------ what a file is


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (gzip.compress(b"{}"), "gzip"), ("{}".encode("utf-16"), "UTF-16"), ('{"a": 1}'.encode("utf-16-le"), "UTF-16"),
        ('{"a": 1}'.encode("utf-16-be"), "UTF-16"), (b"PK\x03\x04 and so on", "zip"), (b"PAR1....", "Parquet"), (b"%PDF-1.7", "PDF"),
    ],
    ids=["gzip", "utf-16", "le", "be", "zip", "parquet", "pdf"],
)  # fmt: skip
@pytest.mark.parametrize("suffix", ["json", "jsonl", "x"])
def test_what_is_no_text_is_named(tmp_path: Path, data: bytes, name: str, suffix: str) -> None:
    path = tmp_path / f"case.{suffix}"
    path.write_bytes(data)
    for lang in ("en", "vi"):
        code, out, err = run("evaluate", path, "--lang", lang)
        assert (code, out) == (Exit.USAGE, "") and name in err
    assert run("evaluate", "-", stdin=data)[0] == Exit.USAGE
    assert named_format(b'{"case_id": "\xc3\xa1"}') is None and named_format(b"") is None


def test_no_more_of_a_case_is_held_than_may_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legalaid_dsl.cli.reading._MORE", 50)
    path = tmp_path / "many.jsonl"
    path.write_text('{"a": "' + "x" * 5000 + '"}\n\n{"b": 1}\n{"c"' + " " * 200, "utf-8")
    texts, many = read_cases(str(path))
    assert many and [len(t.strip()) for t in texts] == [50, 8, 4]
    path = path.with_suffix(".json")
    path.write_text("{" + " " * 5000 + "}", "utf-8")
    assert [len(t) for t in read_cases(str(path))[0]] == [50]


@POSIX
def test_a_file_without_an_end_is_refused(tmp_path: Path) -> None:
    code, out, _ = run("evaluate", "/dev/zero", "--format", "json")
    assert (code, json.loads(out)["status"]) == (Exit.REFUSED, "refused")


# ------------------------------------------------------------------ outputs


def interrupted(path: Path, error: type[BaseException]) -> None:
    with whole(path) as waiting:
        waiting.write_text("half")
        raise error


def test_x55_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a" / "report.html"
    write_whole(path, "first")
    for error in (KeyboardInterrupt, OSError, ValueError):
        with pytest.raises(error):
            interrupted(path, error)
    assert path.read_text() == "first"
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]
    if os.name != "nt":
        link = tmp_path / "link.html"
        link.symlink_to(path)
        write_whole(link, "second")
        assert link.is_symlink() and path.read_text() == "second"


@POSIX
def test_a_device_or_a_pipe_is_written_to_and_stays(case: Path, tmp_path: Path) -> None:
    """What is named as output may be no file: a pipe of the shell, a terminal, a full device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR)
    write_whole(pipe, "all of it")
    assert pipe.is_fifo() and os.read(end, 100) == b"all of it"
    os.close(end)
    assert [p.name for p in tmp_path.iterdir() if p != case] == ["pipe"]
    full = tmp_path / "full"
    full.symlink_to("/dev/full")  # no device is replaced, even if this test fails
    code, _, err = run("evaluate", case, "--receipt", full)
    assert (code, err.splitlines()[-1]) == (Exit.USAGE, f"Error: {full}: No space left on device")
    assert full.is_symlink() and not Path("/dev/full").is_file()
    done = shell(f"legalaid evaluate {case} --receipt >(cat >{tmp_path}/got) >/dev/null; wait; cat {tmp_path}/got")
    assert json.loads(done.stdout)["receipt"]["form"] == 1


@POSIX
def test_a_file_keeps_who_may_read_it_and_stays_where_nobody_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "case.json"
    path.write_text("mine")
    path.chmod(0o600)
    write_whole(path, "more")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("more", 0o600)
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs the tests may write everywhere
    with pytest.raises(PermissionError, match=r"case\.json"):
        write_whole(path, "lost")
    assert (path.read_text(), len(list(tmp_path.iterdir()))) == ("more", 1)


@POSIX
def test_what_the_system_says_is_said_in_vietnamese(case: Path, tmp_path: Path) -> None:
    long = tmp_path / ("x" * 300)
    for command, said in [
        (("evaluate", tmp_path), f"Lỗi: {tmp_path}: đây là thư mục"),
        (("evaluate", case, "--receipt", case / "below"), f"Lỗi: {case}: đã có tệp mang tên này"),
        (("evaluate", case, "--receipt", long), f"Lỗi: {long}: tên tệp quá dài"),
    ]:
        code, _, err = run(*command, "--lang", "vi")
        assert code == Exit.USAGE, err
        assert err.splitlines()[-1] == said
    unknown = OSError(9999, "Something new")
    assert (reason(unknown).en, reason(unknown).vi) == ("Something new", "lỗi hệ thống số 9999")
    assert reason(OSError("its own words"))["vi"] == "its own words"


def test_a_folder_is_empty_or_ours(tmp_path: Path) -> None:
    claim(tmp_path / "new")
    claim(tmp_path / "new")
    assert [p.name for p in (tmp_path / "new").iterdir()] == [MARKER]
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "report.html").write_text("mine")
    with pytest.raises(NotOurs):
        claim(foreign)
    assert (foreign / "report.html").read_text() == "mine" and len(list(foreign.iterdir())) == 1


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps({**CASE, "case_id": f"c{i}"}) + "\n" for i in range(3)), "utf-8")
    return path


def writers(cases: Path, out: str | Path) -> list[tuple[str | Path, ...]]:
    """Every command that writes into a folder or a file that is named."""
    return [
        ("simulate", cases, "--amended", "circular_02_2021", "--out", out), ("simulate", "--synthetic", "2", "--out", out),
        ("study", cases, "--out", out), ("consolidate", SHIPPED, "--to", out),
    ]  # fmt: skip


def test_no_output_takes_the_place_of_rules_or_of_what_is_read(case: Path, tmp_path: Path) -> None:
    rules = tmp_path / "criminal_code"
    shutil.copytree(SHIPPED, rules)
    law, example = rules / "article_09.law", rules / "some.case"
    example.write_text("# mine\n", "utf-8")
    link = tmp_path / "link.json"
    link.symlink_to(case) if os.name != "nt" else link.write_bytes(case.read_bytes())
    for target in (law, example):
        kept = target.read_bytes()
        for command in (("export", "--ruleset", rules, "--to", "json", "--out", target), ("stubs", rules, "--out", target),
                        ("coverage", rules, "--html", target), ("evaluate", case, "--receipt", target)):  # fmt: skip
            code, _, err = run(*command, "--lang", "vi")
            assert (code, "Không ghi đè" in err or "some.case" in err, target.read_bytes() == kept) == (Exit.USAGE, True, True), (command, err)
    for target in (case, link) if os.name != "nt" else (case,):
        kept = case.read_bytes()
        code, _, err = run("evaluate", case, "--receipt", target)
        assert (code, "is not written over" in err, case.read_bytes() == kept) == (Exit.USAGE, True, True)
    assert run("evaluate", case, "--receipt", tmp_path / "r.json")[0] == run("evaluate", case, "--receipt", tmp_path / "r.json")[0] == Exit.OK


@POSIX
def test_places_that_cannot_be_written_to(cases: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    for out in (cases / "below", "/proc/below", "/dev/null/below"):
        for command in writers(cases, out):
            code, _, err = run(*command)
            assert code == Exit.USAGE and err.strip().splitlines()[-1].startswith("Error: "), (command, err)
    assert run("coverage", SHIPPED, "--html", cases / "below.html")[0] == Exit.USAGE


def test_nothing_foreign_is_written_over(cases: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "report.html").write_text("mine")
    for command in writers(cases, foreign):
        code, _, err = run(*command)
        assert code == Exit.USAGE and str(foreign) in err, command
    assert [(p.name, p.read_text()) for p in foreign.iterdir()] == [("report.html", "mine")]


@pytest.mark.long
def test_x55_a_simulation_is_taken_up_again_and_a_damaged_piece_is_decided_again(cases: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    out = tmp_path / "out"
    command = ("simulate", cases, "--amended", "circular_02_2021", "--out", out, "--chunk", "2")
    assert run(*command)[0] == Exit.OK
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    for damage in (b"", b'{"tally": 1}\n{"cells": [[1, 2, 3]]}', before[out / "tallies" / "part-00000.json"].replace(b"1", b"2")):
        (out / "tallies" / "part-00000.json").write_bytes(damage)
        assert run(*command)[0] == Exit.OK
        assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    (out / "cases" / "part-00001.parquet").write_bytes(b"PAR1 no more")
    assert run(*command)[0] == Exit.OK
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before


def test_x55_parts_of_a_study_that_was_cut_short_are_made_anew(cases: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    whole_one, cut = tmp_path / "whole", tmp_path / "cut"
    assert run("study", cases, "--out", whole_one, "--parts", "2")[0] == Exit.OK
    shutil.copytree(whole_one, cut)
    (cut / "_manifest.json").unlink()
    (cut / "part-00077.parquet").write_bytes(b"of another number of parts")
    assert run("study", cases, "--out", cut, "--parts", "2")[0] == Exit.USAGE  # nothing says that it is ours
    (cut / MARKER).write_text("")
    assert run("study", cases, "--out", cut, "--parts", "2")[0] == Exit.OK
    assert {p.name: p.read_bytes() for p in cut.iterdir()} == {p.name: p.read_bytes() for p in whole_one.iterdir()}
    assert run("study", cases, "--out", cut, "--parts", "2")[0] == Exit.USAGE  # complete: not written over


# ------------------------------------------------------------------ damaged inputs


def damages(data: bytes, seed: int) -> list[bytes]:
    """Truncated, flipped, in other encodings, of another kind."""
    rng = random.Random(seed)
    flipped = bytearray(data or b"x")
    for _ in range(5):
        flipped[rng.randrange(len(flipped))] = rng.randrange(256)
    text = data.decode("utf-8", "replace")
    return [
        b"", data[: len(data) // 2], bytes(flipped), text.encode("utf-16"), gzip.compress(data), b"\x00" * 50, b"\xff\xfe\xfd",
        rng.randbytes(200), b"{}", b"[]", b"null", b"a,b\n1", text.replace("\n", "\r").encode(), b"[" * 5000,
    ]  # fmt: skip


@pytest.mark.longer
@pytest.mark.parametrize(
    "name", ["case.json", "cases.jsonl", "a.law", "a.case", "portfolio.toml", "tables/t.csv", "text.txt", "ledger.csv", "official_text/en.json"]
)
def test_damaged_inputs_end_with_a_code_and_a_line(tmp_path: Path, case: Path, name: str, pytestconfig: pytest.Config) -> None:
    rules = Path(shutil.copytree(SHIPPED, tmp_path / "rules"))
    path = rules / name
    path.parent.mkdir(exist_ok=True)
    law = next(iter(sorted(rules.glob("*.law")))).read_bytes()
    text = b"Article 1. Name\n1. One.\na) x.\n"
    good = {"case.json": case.read_bytes(), "cases.jsonl": case.read_bytes() + b"\n", "a.law": law, "text.txt": text}
    every = damages(good.get(name, b'{"instrument": "x", "provisions": [{}]}\nkey = "value"\n'), 7)
    for i, data in enumerate(every if pytestconfig.getoption("--long") else every[len(name) % 3 :: 3]):
        path.write_bytes(data)
        commands: list[tuple[str | Path, ...]] = {
            "case.json": [("evaluate", path), ("readings", path, "--most", "0"), ("compare", SHIPPED, SHIPPED, path)],
            "cases.jsonl": [("evaluate", path), ("study", path, "--out", tmp_path / f"o{i}", "--parts", "1")],
            "a.law": [("check", rules), ("test", rules), ("lint", rules), ("fmt", "--check", path), ("translate", "--to", "vi", path),
                      ("evaluate", case, "--ruleset", rules), ("consolidate", rules), ("coverage", rules), ("schema", "facts", "--ruleset", rules)],
            "a.case": [("test", rules), ("fmt", "--check", path), ("check", rules), ("coverage", rules)],
            "portfolio.toml": [("simulate", "--synthetic", "2", "--proportions", path, "--out", tmp_path / f"p{i}")],
            "tables/t.csv": [("evaluate", case, "--figures", path.parent)],
            "text.txt": [("law", "attach", path, "--lang", "en", "--ruleset", rules)],
            "ledger.csv": [("ledger", "--ruleset", rules)],
            "official_text/en.json": [("ledger", "--ruleset", rules), ("evaluate", case, "--ruleset", rules)],
        }[name]  # fmt: skip
        for command in commands:
            code, out, err = run(*command)
            assert code in (0, 1, 2, 3, 4), (command, data[:40], out, err)
            assert code in (0, 3) or out or err
