"""What the engine writes into a result stays what the documentation says, whatever a rule file declares."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.problem import Problem, RulesetError
from legalaid_dsl.cases.case_file import read_cases
from legalaid_dsl.cases.schema import schema_of
from legalaid_dsl.rulebook.load import examine
from legalaid_dsl.rulebook.reserved import EXACT, TAKEN, taken
from legalaid_dsl.workbench.examples.runner import case_files

HEAD = """\
Instrument "1/2020" key tiny en "Tiny" vi "Nhỏ", from 2020-01-01.
thing en "case | cases" vi "vụ việc" key case.
thing en "line | lines" vi "dòng" key {list}, listed in case, identified.
unit en "hour | hours" vi "giờ" key hours.
fact en "time" vi "thời gian" key {list}.time, a number of hours.
term en "own pay" vi "tiền của dòng" key {list}.pay, a number of hours, result {item}.
term en "pay" vi "tiền" key case.pay, a number of hours, decisive, result {root}.
{more}
Article 1. en "Pay" vi "Tiền"
for each line:
own pay is time.
for each case:
pay is total of own pay over lines (0 hours if none).
"""
Tiny = Callable[..., list[Problem]]


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    def found(root: str = "pay", item: str = "pay", list: str = "lines", more: str = "") -> list[Problem]:
        folder = tmp_path / "tiny"
        folder.mkdir(exist_ok=True)
        (folder / "a.law").write_text(HEAD.format(root=root, item=item, list=list, more=more), "utf-8")
        return [p for p in examine(folder)[1] if not p.warning]

    return found


def test_the_tiny_ruleset_is_right(tiny: Tiny) -> None:
    assert tiny() == []


@pytest.mark.parametrize("key", [*sorted(TAKEN), f"amount{EXACT}"])
def test_no_result_and_no_list_has_a_key_that_is_taken(tiny: Tiny, key: str) -> None:
    assert [p.code for p in tiny(root=key)] == ["key-of-results"]
    assert [p.code for p in tiny(item=key)] == ["key-of-results"]
    assert {p.code for p in tiny(list=key)} & {"key-of-results", "key-of-reader", "declared-twice"}


def test_what_a_result_gives_in_python_is_no_key_of_a_ruleset() -> None:
    assert {name for name in dir(la.api.Result) if not name.startswith("_")} <= TAKEN


def test_the_message_lists_every_key(tiny: Tiny) -> None:
    found = tiny(root="status")[0]
    assert found.hint is not None
    for lang in ("en", "vi"):
        assert all(key in found.hint[lang] for key in [*TAKEN, EXACT])


def test_a_result_does_not_stand_where_a_list_stands(tiny: Tiny) -> None:
    assert [p.code for p in tiny(root="lines")] == ["key-of-list"]


def test_two_results_do_not_share_a_key(tiny: Tiny) -> None:
    more = 'term en "tip" vi "thưởng" key case.tip, a number of hours, result pay.\n'
    assert "result-twice" in [p.code for p in tiny(more=more)]


def test_two_results_that_are_never_shown_at_once_may(tiny: Tiny) -> None:
    more = 'fact en "urgent" vi "khẩn" key case.urgent, yes or no, result seen when urgent.\n'
    more += 'fact en "late" vi "muộn" key case.late, yes or no, result seen when not urgent.\n'
    assert tiny(more=more) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('key case.case_id, a number', "file-number-is-text"), ('key case.case_id, yes or no', "file-number-is-text"),
        ('key case.case_id, a date', "file-number-is-text"), ('key case.case_id.part, text', "file-number-is-text"),
        ('key case.labels, text', "key-of-reader"), ('key lines.labels, text', "key-of-reader"), ('key case.labels.a, text', "key-of-reader"),
        ('key lines.id, a number', "key-of-reader"), ('key case.id, text', "key-of-reader"), ('key lines.id, text', "key-of-reader"),
        ('key case.lines, a number', "key-of-list"), ('key case.lines.first, text', "key-of-list"),
        ('key lines.time.start, a date', "key-inside-key"),
    ],
)  # fmt: skip
def test_facts_do_not_take_what_the_reader_uses(tiny: Tiny, line: str, code: str) -> None:
    assert [p.code for p in tiny(more=f'fact en "other" vi "khác" {line}.\n')] == [code]


def test_the_number_of_the_file_may_be_declared_as_text(tiny: Tiny, tmp_path: Path) -> None:
    assert tiny(more='fact en "number" vi "mã" key case.case_id, text.\n') == []
    result = la.load(tmp_path / "tiny").evaluate({"case_id": "A 1", "lines": [{"id": "x", "time": "2"}]}).to_dict()
    assert (result["case_id"], result["pay"], result["lines"][0]["pay"]) == ("A 1", "2", "2")
    json.dumps(result)


def test_what_is_decided_for_each_of_many_makes_no_status(tiny: Tiny) -> None:
    more = 'term en "tip" vi "thưởng" key lines.tip, yes or no, decisive.\n'
    assert "decisive-of-many" in [p.code for p in tiny(more=more)]


def test_results_of_which_none_makes_the_status_are_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    text = HEAD.format(root="pay", item="pay", list="lines", more="").replace(" decisive,", "")
    (folder / "a.law").write_text(text, "utf-8")
    with pytest.raises(RulesetError) as error:
        la.load(folder)
    assert [p.code for p in error.value.problems] == ["nothing-decisive"]
    assert "“pay”" in error.value.problems[0].render("en") or "pay" in error.value.problems[0].span.text()


# ------------------------------------------------------------------ the list is whole


def written(value: Any, own: set[str]) -> Iterator[str]:
    """Every key of a result, but those that the rules gave and those under which rules' keys stand."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in own:
                yield key
            yield from written(inner, own) if key not in ("bounds", "unit") else ()
    elif isinstance(value, list):
        for inner in value:
            yield from written(inner, own)


def own_keys(rules: la.Rules) -> set[str]:
    keys = {t.result.key for t in rules.rulebook.terms.values() if t.result is not None}
    return keys | set(rules.rulebook.things)


@pytest.mark.long
def test_every_key_that_is_written_is_on_the_list(rules: la.Rules, root: Path) -> None:
    own = own_keys(rules)
    seen: set[str] = set()
    for figures in ("illustrative", None):
        for case in read_cases(rules.rulebook, case_files(root / "rulesets" / "circular_02_2021"))[::15]:
            result = rules.evaluate(case.facts, figures=figures, readings=case.readings, trace=len(case.facts) % 2 == 0)
            seen |= set(written(result.to_dict(), own))
    seen |= set(written(rules.evaluate({"case_id": 1}).to_dict(), own))
    assert {k for k in seen if not taken(k)} == set()


def test_every_key_of_the_schema_is_on_the_list(rules: la.Rules) -> None:
    def properties(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from schema.get("properties", {})
            for inner in schema.values():
                yield from properties(inner)
        elif isinstance(schema, list):
            for inner in schema:
                yield from properties(inner)

    own = own_keys(rules)
    for what in ("result", "trace"):
        assert {k for k in properties(schema_of(rules.rulebook, what)) if k not in own and not taken(k)} == set()
