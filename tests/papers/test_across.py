"""Several files side by side: long days, overlaps, what stands twice; and who is the same person."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.papers.across import Files, Found
from legalaid_dsl.papers.said import of_ruleset


def case(case_id: str, labels: dict[str, str] | None, *lines: dict[str, Any]) -> dict[str, Any]:
    given = {"provider": "P1", "date": "2026-02-02", "task": "file_study", "hours": "4"}
    provider = {"id": "P1", **({"labels": labels} if labels is not None else {})}
    return {"case_id": case_id, "providers": [provider], "entries": [{**given, "id": f"e{n}", **line} for n, line in enumerate(lines, 1)]}


def looked(rules: la.Rules, *cases: dict[str, Any], same_ids: bool = False) -> list[Found]:
    return Files(rules.rulebook, of_ruleset(rules.rulebook), same_ids).found(copy.deepcopy(list(cases)))


def test_a_day_has_24_hours_in_all_files_together(rules: la.Rules) -> None:
    one, other = case("A", {"code": "7"}, {"hours": "12.5"}), case("B", {"code": "7"}, {"hours": "11.5", "task": "court_hearing"})
    assert looked(rules, one, other) == []
    other["entries"][0]["hours"] = "11.75"
    (found,) = looked(rules, one, other)
    assert (found.kind, found.hours, [x.case_id for x in found.lines]) == ("long_day", "24.25", ["A", "B"])
    other["entries"][0]["date"] = "2026-02-03"
    assert looked(rules, one, other) == []


@pytest.mark.parametrize(
    ("first", "second", "same_ids", "same"),
    [
        ({"code": "7", "name": "A"}, {"code": "7", "name": "B"}, False, "code"),
        ({"code": "7", "name": "A"}, {"code": "8", "name": "A"}, False, None),
        ({"name": "Trần  Văn Ưng"}, {"name": "TRẦN VĂN ƯNG "}, False, "name"),
        ({"name": "Tra\u0302\u0300n"}, {"name": "Trần"}, False, "name"),
        ({"name": "A"}, {"code": "7", "name": "A"}, False, None),
        (None, None, False, None),
        (None, None, True, "id"),
    ],
)
def test_who_is_one_person(rules: la.Rules, first: Any, second: Any, same_ids: bool, same: str | None) -> None:
    found = looked(rules, case("A", first, {"hours": "20"}), case("B", second, {"hours": "20", "task": "court_hearing"}), same_ids=same_ids)
    assert [f.who.by for f in found if f.who is not None] == ([same] if same else [])


def test_overlaps_are_told_where_the_labels_say_from_when_to_when(rules: la.Rules) -> None:
    def at(start: str, end: str) -> dict[str, Any]:
        return {"labels": {"from": start, "to": end}}

    who = {"code": "7"}
    first = case("A", who, at("08:00", "11:00"))
    for start, end, kinds in (("10:59", "12:00", ["overlap"]), ("11:00", "12:00", []), ("7h", "8h", []), ("9h30", "10g", ["overlap"]), ("soon", "12:00", []), ("12:00", "10:00", [])):
        second = case("B", who, {**at(start, end), "task": "court_hearing"})
        assert [f.kind for f in looked(rules, first, second)] == kinds, (start, end)


def test_a_line_that_stands_twice_is_told_in_one_file_or_two(rules: la.Rules) -> None:
    who = {"code": "7"}
    (found,) = looked(rules, case("A", who, {"hours": "1"}, {"hours": "1"}))
    assert (found.kind, [x.id for x in found.lines]) == ("line_twice", ["e1", "e2"])
    (found,) = looked(rules, case("A", who, {"hours": "1"}), case("B", who, {"hours": "1"}))
    assert [x.case_id for x in found.lines] == ["A", "B"]
    assert looked(rules, case("A", who, {"hours": "1"}), case("B", who, {"hours": "1.5"})) == []
    assert looked(rules, case("A", who, {"hours": "1", "date": None}), case("B", who, {"hours": "1", "date": None})) == []


def test_files_that_are_hardly_readable_are_looked_at_as_far_as_can_be(rules: la.Rules) -> None:
    odd = [{}, {"entries": 3}, {"entries": [3, {"hours": "x", "provider": "P9", "date": "2026-02-02"}], "providers": [None]}]
    assert looked(rules, *odd) == []
