"""The Python door as embedders use it: names, types, errors, facts of many kinds, logging, and the pages about it."""

from __future__ import annotations

import logging
import pickle
import re
import subprocess
import sys
import warnings
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.asking.understood import NotUnderstood
from legalaid_dsl.cases.stubs import stubs_of
from legalaid_dsl.study.comparison.claims import UnknownClaim
from tests import campaign

LINE = {"id": "e1", "provider": "P1", "date": "2026-02-02", "task": "file_study", "hours": "3.5", "certified_by": ["centre"]}
CASE: dict[str, Any] = {
    "form": "extrajudicial_representation", "assigned_on": "2026-01-05", "closed_on": "2026-09-30",
    "providers": [{"id": "P1", "kind": "lawyer", "method": "actual_sessions"}], "entries": [LINE],
}  # fmt: skip


# ------------------------------------------------------------------ names and pages


def broken(promised: list[str], module: Any) -> list[str]:
    """Promised names that are neither given nor said to go: what docs/versions.md forbids."""
    return [name for name in promised if name not in module.__all__ and name not in module._GOING]


def test_no_promised_name_goes_without_a_warning(root: Path) -> None:
    promised = (root / "tests" / "public_names.txt").read_text("utf-8").split()
    assert promised
    assert broken(promised, la) == []
    without = SimpleNamespace(__all__=[n for n in la.__all__ if n != "Budget"], _GOING={})
    assert broken(promised, without) == ["Budget"]
    assert broken(promised, SimpleNamespace(__all__=without.__all__, _GOING={"Budget": ()})) == []


def test_a_name_that_goes_says_so_and_what_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(la._GOING, "Limits", ("engine.budget", "Budget", "legalaid_dsl.Budget"))
    with pytest.warns(DeprecationWarning, match=r"legalaid_dsl\.Limits goes .* write legalaid_dsl\.Budget"):
        assert la.Limits is la.Budget
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [getattr(la, name) for name in la.__all__]
    with pytest.raises(AttributeError):
        la.evaluat  # noqa: B018


def test_the_page_names_what_the_package_gives(root: Path) -> None:
    page = (root / "docs" / "python.md").read_text("utf-8")
    told = {name for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert told == set(la.__all__)
    assert set(la.__all__) <= set(dir(la))


@pytest.mark.longer
@pytest.mark.parametrize("name", ["python.md", "asking.md"])
def test_pages_run(root: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(rf"^```python (?:{campaign.size('run', 'run|long')})\n(.*?)^```$", (root / "docs" / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, name, "exec"), names)
    said = capsys.readouterr().out
    assert ("determined 784300 784300 784300" if name == "python.md" else "providers[0].method choice") in said


def test_importing_the_package_loads_nothing_of_it() -> None:
    """What costs time is loaded when it is first asked for."""
    code = "import sys, legalaid_dsl; print([m for m in sys.modules if m.startswith('legalaid_dsl.') or m in ('attrs', 'lark', 'jinja2', 'numpy')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------ facts


def test_facts_as_programs_have_them(rules: la.Rules) -> None:
    wanted = rules.evaluate(CASE)
    assert wanted.status == "determined"
    for hours in (Decimal("3.5"), Decimal("35E-1"), Fraction(7, 2), "3.5"):
        line = MappingProxyType({**LINE, "hours": hours, "date": date(2026, 2, 2), "certified_by": ("centre",)})
        case: Mapping[str, Any] = MappingProxyType({**CASE, "closed_on": date(2026, 9, 30), "entries": (line,)})
        for by in ("rows", "interpreter"):
            assert rules.evaluate(case, by=by) == wanted  # type: ignore[arg-type]
        assert rules.ask(case) == rules.ask(CASE)


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        (3.5, "no-float"), (Decimal("NaN"), "no-number"), (Decimal("1E+999999999"), "no-number"), (Fraction(1, 3), "no-number"),
        (Decimal("-1"), "no-number"), (datetime(2026, 1, 1), "wrong-type"), (date(2026, 1, 1), "no-number"), ({"a"}, "wrong-type"),
    ],
)  # fmt: skip
def test_facts_that_are_refused(rules: la.Rules, hours: Any, code: str) -> None:
    result = rules.evaluate({**CASE, "entries": [{**LINE, "hours": hours}]})
    assert [(p.code, p.path) for p in result.problems] == [(code, "entries[0].hours")]
    assert result.problems[0].message.vi


# ------------------------------------------------------------------ results


def test_results_are_typed_and_read_like_json(rules: la.Rules) -> None:
    result = rules.evaluate({"form": "civil_proceedings", "providers": [{"id": "P1"}], "entries": []})
    found = result.to_dict()
    for key in ("needs", "openings", "findings", "figures", "readings"):
        records = getattr(result, key)
        assert records == found[key]  # each equal to the JSON, which is as it was
        assert [dict(r) for r in records] == found[key]
    need = result.needs[0]
    assert (need.question.vi, need.what) == (need["question"]["vi"], need["what"])
    with pytest.raises(AttributeError):
        need.path = "x"  # type: ignore[misc]
    with pytest.raises(KeyError):
        need["pth"]
    assert pickle.loads(pickle.dumps(need)) == need
    assert result.bounds == found.get("bounds", {})
    assert (result.reliability, result.problems) == (found["reliability"], [])


def test_results_of_the_ruleset_by_name(rules: la.Rules) -> None:
    result = rules.evaluate(CASE)
    assert result["amount"] == result.amount == result.to_dict()["amount"]
    assert result["providers"] == result.to_dict()["providers"]
    for name in ("amuont", "status", "needs"):
        with pytest.raises(KeyError):
            result[name]
    with pytest.raises(KeyError, match="did you mean amount"):
        result["amuont"]


# ------------------------------------------------------------------ errors and logging


def test_one_base_of_errors_with_both_messages(rules: la.Rules, tmp_path: Path) -> None:
    (tmp_path / "a.law").write_text("nonsense.\n", "utf-8")
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "appendix_01.csv").write_text("x\n1\n", "utf-8")
    raised = []
    for work in (
        lambda: la.load(tmp_path), lambda: la.load(amendments=["nothing"]), lambda: rules.evaluate({}, readings={"nothing": "x"}),
        lambda: rules.evaluate({}, figures=tmp_path / "tables"),
    ):  # fmt: skip
        with pytest.raises(la.Error) as caught:
            work()
        raised.append(caught.value)
    assert [type(e) for e in raised] == [la.RulesetError, la.UnknownAmendment, la.UnknownReading, la.FiguresError]
    for error in raised:
        assert re.fullmatch("[a-z][a-z-]*", error.code), error.code
        assert error.message.en != error.message.vi
        again = pickle.loads(pickle.dumps(error))
        assert (again.code, str(again.place), again.message) == (error.code, str(error.place), error.message)
    assert "a.law:1" in str(raised[0].place)
    assert "appendix_01.csv" in str(raised[3].place)
    assert issubclass(UnknownClaim, la.Error)
    assert issubclass(NotUnderstood, ValueError)


def test_the_log_names_no_fact(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "legalaid_dsl"):
        rules = la.load()
        for _ in range(4):  # by the interpreter, then by rows
            rules.evaluate({**CASE, "case_id": "HS-2026-77"})
        rules.evaluate({**CASE, "labels": {"name": "Nguyễn"}})
        rules.evaluate({**CASE, "case_id": "HS-2026-77", "secret_key": "Nguyễn"})
    said = [r.getMessage() for r in caplog.records if r.name == "legalaid_dsl"]
    assert said[0].startswith("loaded circular_02_2021, sha256:")
    assert {"circular_02_2021: determined, by rows", "circular_02_2021: refused, by the interpreter"} <= set(said)
    assert not re.search(r"HS-2026|Nguyễn|secret|P1|784300", "\n".join(said))


# ------------------------------------------------------------------ stubs

GOOD = """
from typing import TYPE_CHECKING, cast
import legalaid_dsl as la
if TYPE_CHECKING:
    import circular
rules = cast("circular.Rules", la.load())
result = rules.evaluate({"form": "civil_proceedings", "closed_on": "2026-09-30", "providers": [{"id": "P1"}], "entries": []})
print(result.amount, result.providers[0]["amount"], result["amount"], result.needs[0].question.vi)
"""


def test_stubs_are_python_and_name_every_result(rules: la.Rules, root: Path) -> None:
    text = stubs_of(rules.rulebook)
    compile(text, "circular.pyi", "exec")
    inside = text[text.index("class Result:") :]
    for key in rules.evaluate({}).to_dict():
        assert re.search(rf"^    (?:def )?{key}\b", inside, re.MULTILINE), key
    compile(stubs_of(la.load(root / "legalaid_dsl" / "workbench" / "starter" / "my_rules").rulebook), "my_rules.pyi", "exec")


@pytest.mark.long
def test_a_misspelt_name_fails_under_mypy(rules: la.Rules, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run over a file that is right and one with four names that are not."""
    api = pytest.importorskip("mypy.api")
    bad = GOOD
    for right, wrong in (
        ("result.amount,", "result.amuont,"), ('"closed_on"', '"closed_no"'), ("question.vi", "question.fr"), ('t["amount"],', 't["amuont"],'),
    ):  # fmt: skip
        assert right in bad
        bad = bad.replace(right, wrong)
    plain = "import legalaid_dsl as la\n\nresult = la.load().evaluate({})\nprint(result.statsu, result.trace[0].trem, result.needs[0].pth)\n"
    for name, text in (("circular.pyi", stubs_of(rules.rulebook)), ("good.py", GOOD), ("bad.py", bad), ("plain.py", plain)):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "mypy.ini").write_text(f"[mypy]\nstrict = True\nfollow_imports = silent\nmypy_path = {root}:{tmp_path}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    out, err, status = api.run(["--config-file", "mypy.ini", "--cache-dir", str(tmp_path / "cache"), "good.py", "bad.py", "plain.py", "circular.pyi"])
    assert status == 1, out + err
    assert "good.py" not in out
    assert "circular.pyi" not in out
    assert '"Result" has no attribute "amuont"' in out
    assert '"Bilingual" has no attribute "fr"' in out
    for missing in ('"Result" has no attribute "statsu"', '"TraceEntry" has no attribute "trem"', '"Need" has no attribute "pth"'):
        assert missing in out
    assert 'Argument 1 to "evaluate" of "Rules" has incompatible type' in out
    assert """Invalid index type "Literal['amuont']" for "Result\"""" in out
