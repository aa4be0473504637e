"""Facts that must not break the reader (X16, X17, X22-X24, X26-X30, X32, X33, X35, X39)."""

from __future__ import annotations

import enum
import json
import re
import tracemalloc
import unicodedata
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.cases.facts.reader import read_facts
from legalaid_dsl.cases.facts.strict_json import Refused, plain, read_json
from legalaid_dsl.cli.main import main
from legalaid_dsl.engine.tables import FiguresError, load_figures
from tests.counting import calls

Write = Callable[[str | bytes], Path]


def refused(rules: la.Rules, case: Any) -> list[tuple[str, str]]:
    """(code, path) of each refusal; the result must be refused, and printable."""
    result = rules.evaluate(case)
    assert result.status == "refused"
    found = result.to_dict()
    json.dumps(found, ensure_ascii=False).encode("utf-8")
    assert result.amount is None
    assert found["providers"] == found["entries"] == []
    assert all(f["message"]["en"] and f["message"]["vi"] for f in found["findings"])
    return [(f["code"], f["path"]) for f in found["findings"]]


def entry(**facts: Any) -> dict[str, Any]:
    return {"entries": [{"id": "e1", **facts}]}


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    "value",
    ["1e999999999", "1E5", "10**10", "1_000", "٣", "３", " 3", "3 ", "3\n", "+3", "-3", "3.", ".5", "3,5", "", "0x1", "NaN", "Infinity",
     "1" * 16, "1." + "0" * 31, "9" * 5_000, 10**15, 10**5_000, -1, -(10**5_000)],
    ids=lambda v: repr(v)[:14] if isinstance(v, str) else "integer",
)  # fmt: skip
def test_x16_numbers_out_of_range_or_form_are_refused(rules: la.Rules, value: Any) -> None:
    assert refused(rules, entry(hours=value)) == [("no-number", "entries[0].hours")]


@pytest.mark.parametrize("key", ["form", "stages", "case_id", "closed_on", "tasks_complete"])
def test_x16_a_huge_integer_is_refused_wherever_it_stands(rules: la.Rules, key: str) -> None:
    assert refused(rules, {key: 10**5_000}) == [("no-number", key)]
    assert refused(rules, {"providers": [{"id": "P"}], **entry(provider=10**5_000)}) == [("no-number", "entries[0].provider")]


@pytest.mark.parametrize("value", [Decimal("1e999999999"), Decimal("-1e999999999"), Decimal("sNaN"), Fraction(1, 3), Fraction(1, 10**40)], ids=repr)
def test_x16_decimals_and_fractions_that_are_no_facts_are_refused(rules: la.Rules, value: Any) -> None:
    assert refused(rules, entry(hours=value)) == [("no-number", "entries[0].hours")]


def test_x16_numbers_of_other_kinds_are_refused(rules: la.Rules) -> None:
    assert refused(rules, entry(hours=3 + 0j)) == [("wrong-type", "entries[0].hours")]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-0.0", "3.5", "3.0", "1e2"])
def test_x17_what_is_no_finite_integer_in_json_is_refused(rules: la.Rules, text: str) -> None:
    assert refused(rules, f'{{"entries": [{{"id": "e1", "hours": {text}}}]}}') == [("no-float", "entries[0].hours")]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.0, 3.0], ids=repr)
def test_x17_floats_of_an_embedding_program_are_refused(rules: la.Rules, value: float) -> None:
    assert refused(rules, entry(hours=value)) == [("no-float", "entries[0].hours")]


def test_x17_minus_zero_is_zero(rules: la.Rules) -> None:
    minus = rules.evaluate('{"entries": [{"id": "e1", "hours": -0}]}').to_dict()
    assert minus["entries"][0]["sessions"] == "0"
    assert minus == rules.evaluate(entry(hours="0")).to_dict()


# ------------------------------------------------------------------ kinds


@pytest.mark.parametrize(
    ("facts", "code", "path"),
    [
        (entry(hours=True), "no-number", "entries[0].hours"),
        (entry(hours=["3"]), "no-number", "entries[0].hours"),
        (entry(adjourned=1), "wrong-type", "entries[0].adjourned"),
        (entry(adjourned="true"), "wrong-type", "entries[0].adjourned"),
        (entry(certified_by="judge"), "wrong-type", "entries[0].certified_by"),
        (entry(certified_by={"judge": True}), "wrong-type", "entries[0].certified_by"),
        (entry(certified_by=[["judge"]]), "no-such-choice", "entries[0].certified_by[0]"),
        (entry(task=["file_study"]), "no-such-choice", "entries[0].task"),
        (entry(provider=1), "wrong-type", "entries[0].provider"),
        (entry(provider=["P1"]), "wrong-type", "entries[0].provider"),
        ({"case_id": 7}, "wrong-type", "case_id"),
        ({"case_id": ["7"]}, "wrong-type", "case_id"),
        ({"tasks_complete": "yes"}, "wrong-type", "tasks_complete"),
        ({"entries": {}}, "wrong-type", "entries"),
        ({"entries": "e1"}, "wrong-type", "entries"),
        ({"entries": [None]}, "wrong-type", "entries[0]"),
        ({"entries": [{"id": 1}]}, "missing-id", "entries[0].id"),
        ({"entries": [{"id": ""}]}, "missing-id", "entries[0].id"),
        ({"entries": [{}]}, "missing-id", "entries[0].id"),
        ({"entries": [{"id": "e"}, {"id": "e"}]}, "repeated-id", "entries[1].id"),
        ({"stages": ["appeal", "appeal"]}, "repeated", "stages[1]"),
        ({"offences": [{"highest_penalty": 12}]}, "wrong-type", "offences[0].highest_penalty"),
        ({"offences": [{"highest_penalty": {"years": 3.5}}]}, "no-float", "offences[0].highest_penalty.years"),
    ],
    ids=lambda v: v if isinstance(v, str) else None,
)  # fmt: skip
def test_x22_a_value_of_another_kind_is_refused_with_its_path(rules: la.Rules, facts: Any, code: str, path: str) -> None:
    assert refused(rules, facts) == [(code, path)]


def test_x22_text_and_integer_say_the_same_number(rules: la.Rules) -> None:
    assert rules.evaluate(entry(hours=4)).to_dict() == rules.evaluate(entry(hours="4.0")).to_dict()


@pytest.mark.parametrize("case", [None, [], "text", b"{}", 3, True, object(), {1}, lambda: 0], ids=lambda v: type(v).__name__)
def test_x22_a_case_that_is_no_object_is_refused(rules: la.Rules, case: Any) -> None:
    assert refused(rules, case) in ([("wrong-type", "")], [("no-json", "")])


@pytest.mark.parametrize(
    "value",
    ["2021-02-30", "2021-02-29", "2021-W28-4", "20210715", "15/07/2021", "0000-01-01", "2021-7-5", "2021-07-15T00:00:00", "2021-07-15 ",
     "2021-07-15\n", "+2021-07-15", "٢٠٢١-٠٧-١٥", "9999-12-31", "10000-01-01", "1899-12-31", "2201-01-01", "", 20210715, True, ["2021-07-15"]],
    ids=repr,
)  # fmt: skip
def test_x23_only_calendar_dates_are_dates(rules: la.Rules, value: Any) -> None:
    assert refused(rules, {"closed_on": value}) == [("no-date", "closed_on")]


def test_x23_a_date_object_is_a_day_and_a_moment_is_none(rules: la.Rules) -> None:
    assert rules.evaluate({"closed_on": date(2026, 1, 1)}).law_at == "2026-01-01"
    assert refused(rules, {"closed_on": date(1899, 12, 31)}) == [("no-date", "closed_on")]
    assert refused(rules, {"closed_on": datetime(2026, 1, 1)}) == [("wrong-type", "closed_on")]


@pytest.mark.parametrize("value", ["2021-07-14T18:00:00Z", "2021-07-15T01:00:00+07:00", "2021-07-15 01:00", "2021-07-15Z"])
def test_x24_a_moment_is_no_date_and_is_the_callers_to_convert(rules: la.Rules, value: str) -> None:
    assert refused(rules, {"closed_on": value}) == [("no-date", "closed_on")]


def test_x24_the_door_says_whose_calendar_dates_are() -> None:
    assert "Asia/Ho_Chi_Minh" in (la.Rules.evaluate.__doc__ or "")


def test_x24_the_day_of_entry_into_force_does_not_depend_on_the_zone(rules: la.Rules) -> None:
    assert [rules.evaluate({"closed_on": day}).status == "refused" for day in ("2021-07-14", "2021-07-15")] == [True, False]


@pytest.mark.parametrize("value", ["2021-07-15", "2024-02-29", "2200-12-31"])
def test_x23_the_dates_in_range_are_read(rules: la.Rules, value: str) -> None:
    assert rules.evaluate({"closed_on": value}).law_at == value


# ------------------------------------------------------------------ missing, null, empty


def test_x26_absent_and_null_are_unknown_and_asked_for(rules: la.Rules) -> None:
    absent, null = rules.evaluate(entry()).to_dict(), rules.evaluate(entry(hours=None, task=None)).to_dict()
    assert absent == null
    assert absent["status"] == "undetermined"
    assert {"entries[0].hours", "entries[0].task"} <= {n["path"] for n in absent["needs"]}


def test_x26_an_empty_text_is_neither_unknown_nor_a_choice(rules: la.Rules) -> None:
    assert refused(rules, {"form": ""}) == [("no-such-choice", "form")]
    assert rules.evaluate({"case_id": ""}).case_id == ""


def test_x26_an_empty_list_is_known_to_be_empty(rules: la.Rules) -> None:
    unknown, none = rules.evaluate({}).to_dict(), rules.evaluate({"entries": [], "providers": []}).to_dict()
    assert "entries" in {n["path"] for n in unknown["needs"]}
    assert not {"entries", "providers"} & {n["path"] for n in none["needs"]}


def test_x26_two_missing_facts_are_never_equal(write: Write, head: str) -> None:
    text = head + 'fact en "other" vi "khác" key case.other, a date.\npay is 1 hour when day is other.\npay is 2 hours otherwise.\n'
    rules = la.load(write(text.encode()))
    result = rules.evaluate({})
    assert result.status == "undetermined"
    assert result.pay is None
    assert {n["path"] for n in result.needs} == {"day", "other"}
    assert rules.evaluate({"day": "2026-01-01", "other": "2026-01-01"}).pay == "1"


# ------------------------------------------------------------------ JSON


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"form": null, "form": "civil_proceedings"}', "form"),
        ('{"form": "civil_proceedings", "form": "civil_proceedings"}', "form"),
        ('{"entries": [{"id": "a", "id": "b"}]}', "entries[0].id"),
        ('{"offences": [{"highest_penalty": {"kind": "fine", "kind": "fine"}}]}', "offences[0].highest_penalty.kind"),
        ('{"form": null, "\\u0066orm": null}', "form"),
    ],
)
def test_x27_duplicate_keys_are_refused(rules: la.Rules, text: str, path: str) -> None:
    assert refused(rules, text) == [("duplicate-key", path)]


def test_x27_keys_that_differ_only_by_composition_are_duplicates(rules: la.Rules) -> None:
    nfc, nfd = "giờ", unicodedata.normalize("NFD", "giờ")
    assert nfc != nfd
    assert refused(rules, f'{{"{nfd}": 1, "{nfc}": 2}}') == [("duplicate-key", nfc)]
    assert refused(rules, {nfd: 1, nfc: 2}) == [("duplicate-key", nfc)]


def test_x27_values_become_nfc_so_that_references_find_them(rules: la.Rules) -> None:
    nfd = unicodedata.normalize("NFD", "Hòa")
    result = rules.evaluate({"providers": [{"id": "Hòa"}], **entry(provider=nfd)})
    assert result.status == "undetermined"
    assert result.providers[0]["id"] == "Hòa"


def test_x35_facts_are_composed_at_the_boundary(rules: la.Rules) -> None:
    nfd = unicodedata.normalize("NFD", "Nguyễn Thị Hòa")
    assert rules.evaluate({"case_id": nfd}).case_id == "Nguyễn Thị Hòa"
    assert rules.evaluate(json.dumps({"case_id": nfd})).case_id == "Nguyễn Thị Hòa"


def test_x39_facts_are_never_folded(rules: la.Rules) -> None:
    for text in ("½", "ﬁ", "İ", "ß", "Ａ"):
        assert rules.evaluate({"case_id": text}).case_id == text


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 33 + "]" * 33, '{"a": ' * 33 + "1" + "}" * 33])
def test_x28_deep_json_is_refused(rules: la.Rules, text: str) -> None:
    assert refused(rules, text) == [("limit", "")]
    assert_said(rules, text, "32")


def test_x28_brackets_inside_texts_are_no_depth(rules: la.Rules) -> None:
    text = "[{" * 500 + '\\"' + "[{" * 500
    assert rules.evaluate(json.dumps({"case_id": text})).case_id == text


def test_x28_a_long_integer_is_refused_with_its_path(rules: la.Rules) -> None:
    assert refused(rules, '{"entries": [{"id": "e1", "hours": ' + "9" * 4_301 + "}]}") == [("no-number", "entries[0].hours")]
    assert refused(rules, '{"entries": [{"id": "e1", "hours": -' + "9" * 4_301 + "}]}") == [("no-number", "entries[0].hours")]


def assert_said(rules: la.Rules, case: Any, value: str) -> None:
    """The message gives the limit's value, in both languages."""
    message = rules.evaluate(case).findings[0]["message"]
    for lang in ("en", "vi"):
        assert value in re.sub(r"(?<=\d)[.,](?=\d{3})", "", message[lang])


def test_x28_a_case_over_eight_megabytes_is_refused(rules: la.Rules) -> None:
    case = json.dumps({"case_id": "đ" * 4_000_000}, ensure_ascii=False)
    assert len(case) < 8_000_000 < len(case.encode())
    assert refused(rules, case) == [("limit", "")]
    assert_said(rules, case, "8")


def test_x28_a_case_of_nearly_eight_megabytes_is_read(rules: la.Rules) -> None:
    """In memory of a few times its size."""
    text = "x" * 7_900_000
    tracemalloc.start()
    try:
        assert rules.evaluate(json.dumps({"case_id": text})).case_id == text
        assert tracemalloc.get_traced_memory()[1] < 10 * len(text)
    finally:
        tracemalloc.stop()


def test_x28_as_many_items_as_allowed_are_read_and_one_more_is_not(rules: la.Rules) -> None:
    def lines(count: int) -> dict[str, Any]:
        return {"entries": [{"id": str(i)} for i in range(count)]}

    assert len(read_facts(rules.rulebook, lines(20_000)).items["entries"]) == 20_000
    assert refused(rules, lines(20_001)) == [("limit", "entries")]
    assert_said(rules, lines(20_001), "20000")


def test_x28_values_have_a_limit(rules: la.Rules) -> None:
    assert len(plain(["x"] * 399_999)) == 399_999
    (found,) = refused(rules, {"entries": [{"id": str(i), "certified_by": ["judge"] * 39} for i in range(10_000)]})
    assert found[0] == "limit"
    assert_said(rules, {"stages": ["appeal"] * 400_000}, "400000")


@pytest.mark.parametrize(
    ("case", "path"),
    [('{"case_id": "\\ud800"}', "case_id"), ('{"\\ud800": 1}', ""), ('{"entries": [{"id": "e", "\\udfff": 1}]}', "entries[0]"),
     ('{"case_id": "\ud800"}', "case_id"), ({"\ud800": 1}, ""), ({"form": "\udc80"}, "form")],
    ids=range(6),
)  # fmt: skip
def test_x28_half_a_character_is_refused_and_not_printed(rules: la.Rules, case: Any, path: str) -> None:
    assert refused(rules, case) == [("broken-text", path)]


@pytest.mark.parametrize(
    "text", ["", " ", "{", '{"a"}', '{"a": 1,}', "{'a': 1}", '{"a": tru}', "nul", '"' * 99_999, "\\" * 99_999, '{"a": "\n"}', "\x00", "{} {}"]
)
def test_x28_what_is_no_json_is_refused(rules: la.Rules, text: str) -> None:
    assert refused(rules, text) == [("no-json", "")]


@pytest.mark.parametrize(
    ("facts", "path", "meant"),
    [({"formm": 1}, "formm", "form"), (entry(hourz="3"), "entries[0].hourz", "hours"), ({"providers": [{"id": "P", "knd": 1}]}, "providers[0].knd", "kind"),
     ({"offences": [{"highest_penalty": {"kinds": "fine"}}]}, "offences[0].highest_penalty.kinds", "kind"),
     ({"closed_on ": "2026-01-01"}, "closed_on ", "closed_on")],
    ids=lambda v: v if isinstance(v, str) else None,
)  # fmt: skip
def test_x29_an_unknown_key_is_refused_with_what_was_meant(rules: la.Rules, facts: Any, path: str, meant: str) -> None:
    assert refused(rules, facts) == [("unknown-key", path)]
    message = rules.evaluate(facts).findings[0]["message"]
    assert f"Did you mean “{meant}”?" in message["en"]
    assert f"“{meant}”?" in message["vi"]


def test_x29_an_unknown_key_whose_value_is_null_is_refused_too(rules: la.Rules) -> None:
    assert refused(rules, {"hourz": None}) == [("unknown-key", "hourz")]


def test_x29_thousands_of_unknown_names_are_refused_quickly(rules: la.Rules) -> None:
    providers = [{"id": f"provider {i}"} for i in range(3_000)]
    entries = [{"id": f"e{i}", "provider": f"providr {i}", "task": "file_studdy", f"k{i}": 1} for i in range(3_000)]
    found = refused(rules, {"providers": providers, "entries": entries})
    assert len(found) == 9_000
    assert ("unknown-id", "entries[2999].provider") in found


def test_x29_what_unknown_names_cost_grows_with_their_number(rules: la.Rules) -> None:
    def cost(count: int) -> int:
        case = {"entries": [{"id": f"e{i}", "task": "file_studdy", f"k{i}": 1} for i in range(count)]}
        return calls(lambda: rules.evaluate(case))

    assert cost(800) < 3 * cost(400)


YAML = ["form: no", "a: &a [*a]", "hours: 1:30", "case_id: 010", "---\nform: civil_proceedings\n", "{form: civil_proceedings}", "- 1\n- 2"]


@pytest.mark.parametrize("text", YAML)
def test_x30_yaml_is_no_case(rules: la.Rules, tmp_path: Path, text: str) -> None:
    assert refused(rules, text) == [("no-json", "")]
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    ran = CliRunner().invoke(main, ["evaluate", str(tmp_path / "case.yaml")])
    assert ran.exit_code == 2
    assert ran.exception is None or isinstance(ran.exception, SystemExit)


def test_x30_nothing_here_reads_yaml(root: Path) -> None:
    for file in (root / "legalaid_dsl").rglob("*.py"):
        assert not re.search(r"^\s*(?:import|from)\s+\w*yaml", file.read_text("utf-8"), re.MULTILINE | re.IGNORECASE), file.name


# ------------------------------------------------------------------ objects of an embedding program


def test_x32_cycles_are_refused(rules: la.Rules) -> None:
    case: dict[str, Any] = {}
    case["entries"] = [case]
    items: list[Any] = []
    items.append(items)
    for circular in (case, {"entries": items}):
        ((code, path),) = refused(rules, circular)
        assert code in ("circular", "limit")
        assert path.startswith("entries[0]")


def test_x32_shared_objects_are_no_cycles(rules: la.Rules) -> None:
    penalty = {"kind": "prison", "years": "9"}
    shared = rules.evaluate({"offences": [{"highest_penalty": penalty}, {"highest_penalty": penalty}]}).to_dict()
    apart = rules.evaluate({"offences": [{"highest_penalty": dict(penalty)}, {"highest_penalty": dict(penalty)}]}).to_dict()
    assert shared == apart
    assert shared["status"] == "undetermined"


def test_x32_sharing_that_doubles_at_every_level_spends_its_budget_and_no_more() -> None:
    bomb: Any = "x"
    for _ in range(29):
        bomb = [bomb, bomb]
    with pytest.raises(Refused) as error:
        plain(bomb)
    assert [r.code for r in error.value.refusals] == ["limit"]


def test_x32_the_case_of_the_caller_is_not_touched(rules: la.Rules) -> None:
    case = {"offences": [{"highest_penalty": {"kind": "fine"}}], **entry(hours="3")}
    before = json.dumps(case)
    rules.evaluate(case)
    assert json.dumps(case) == before


class Task(str, enum.Enum):  # noqa: UP042 - the older kind, whose str() is the name
    STUDY = "file_study"


class Sly(str):
    def __str__(self) -> str:
        return "court_hearing"


def test_x32_subclasses_count_as_what_they_hold(rules: la.Rules) -> None:
    wanted = rules.evaluate(entry(task="file_study", hours=3)).to_dict()
    assert rules.evaluate(entry(task=Task.STUDY, hours=enum.IntEnum("N", {"A": 3}).A)).to_dict() == wanted
    assert rules.evaluate(entry(task=Sly("file_study"), hours=3)).to_dict() == wanted
    assert rules.evaluate(OrderedDict(entry(task="file_study", hours=3))).to_dict() == wanted
    assert rules.evaluate(defaultdict(list, entry(task="file_study", hours=3))).to_dict() == wanted


def test_x32_a_ring_of_predecessors_is_refused_and_a_long_chain_is_read(rules: la.Rules) -> None:
    ring = [{"id": f"p{i}", "replaces": f"p{(i + 1) % 1_000}"} for i in range(1_000)]
    assert refused(rules, {"providers": ring}) == [("circular", "providers[999].replaces")]
    assert refused(rules, {"providers": [{"id": "a", "replaces": "a"}]}) == [("circular", "providers[0].replaces")]
    twice = [{"id": "a"}, {"id": "b", "replaces": "a"}, {"id": "c", "replaces": "a"}]
    assert refused(rules, {"providers": twice}) == [("taken", "providers[2].replaces")]


class Key(int):
    """A number that counts how often it is compared."""

    compared = 0

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        Key.compared += 1
        return self is other


def test_x33_keys_are_texts_only(rules: la.Rules) -> None:
    flood = {Key(k): None for k in range(300)}
    Key.compared = 0
    assert refused(rules, {"offences": [{"highest_penalty": flood}]}) == [("wrong-type", "offences[0].highest_penalty")]
    assert refused(rules, {None: 1}) == [("wrong-type", "")]
    assert Key.compared < 300


def test_x33_lists_have_a_limit(rules: la.Rules) -> None:
    assert refused(rules, {"entries": [{}] * 20_001}) == [("limit", "entries")]


# ------------------------------------------------------------------ figures


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff", "not UTF-8"),
        (b"", "column"),
        (b"offence_class,stage,task\n", "column sessions is missing"),
        (b"offence_class,stage,task,sessions,sessions\n", "a column is given twice"),
        (b"offence_class,stage,task,sessions\nserious,appeal,file_study,NaN\n", "'NaN' is no number"),
        (b"offence_class,stage,task,sessions\nserious,appeal,file_study,1e5\n", "'1e5' is no number"),
        (b"offence_class,stage,task,sessions\nserious,appeal,file_study,-1\n", "'-1' is no number"),
        (b"offence_class,stage,task,sessions\nserious,appeal,file_study,=1+1\n", "'=1+1' is no number"),
        (b"offence_class,stage,task,sessions\nserious,appeal,file_study," + b"9" * 5_000 + b"\n", "more than 15 digits"),
        (b"offence_class,stage,task,sessions\nserious,appeal,file_study,0.1234567\n", "6 decimals"),
        (b"offence_class,stage,task,sessions\nserious,appeal,file_study\n", "line 2: the row has not 4 columns"),
        (b"offence_class,stage,task,sessions\nserious,appeal,file_study,1,2\n", "line 2: the row has not 4 columns"),
        (b"offence_class,stage,task,sessions\nseriouss,appeal,file_study,1\n", "line 2: 'seriouss' is no offence_class"),
        (b"offence_class,stage,task,sessions\nserious,appeal,file_study,1\nserious,appeal,file_study,2\n", "line 3: the row is given twice"),
        (b'offence_class,stage,task,sessions\n"serious,appeal,file_study,1\n', "appendix_01.csv"),
        (b"offence_class,stage,task,sessions\n" + b"x" * 200_000 + b",a,b,1\n", "appendix_01.csv"),
        (b"x" * 1_000_001, "larger than 1 MB"),
    ],
    ids=lambda v: v if isinstance(v, str) else None,
)  # fmt: skip
def test_x16_a_table_of_figures_is_read_as_strictly_as_a_case(rules: la.Rules, tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / "appendix_01.csv").write_bytes(text)
    with pytest.raises(FiguresError, match=r"appendix_01\.csv") as error:
        load_figures(rules.rulebook, tmp_path)
    assert message in str(error.value)
    assert len(str(error.value)) < 500


def test_x16_a_byte_order_mark_and_any_line_end_are_accepted_in_a_table(rules: la.Rules, tmp_path: Path) -> None:
    (tmp_path / "appendix_01.csv").write_bytes(b"\xef\xbb\xbfoffence_class,stage,task,sessions\r\nserious,appeal,file_study,1.5\r\n")
    assert load_figures(rules.rulebook, tmp_path).rows["appendix_01"] == {("serious", "appeal", "file_study"): Fraction(3, 2)}


@pytest.mark.parametrize("choice", ["nowhere", "/etc", "/etc/passwd", "\x00"])
def test_x16_figures_that_are_not_there_are_an_error(rules: la.Rules, choice: str) -> None:
    with pytest.raises(FiguresError):
        load_figures(rules.rulebook, choice)


# ------------------------------------------------------------------ anything at all

KEYS = st.sampled_from(
    ["case_id", "form", "closed_on", "suspended_on", "offences", "documents", "stages", "tasks_complete", "deducted_sessions", "providers",
     "entries", "id", "kind", "method", "hours", "date", "task", "certified_by", "provider", "replaces", "class", "highest_penalty", "years", "x"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.decimals(), st.binary(max_size=3), st.dates(),
    st.sampled_from(["civil_proceedings", "criminal_proceedings", "2026-01-05", "3.5", "lawyer", "file_study", "judge", "P", "lump_sum"]),
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3) | st.integers(), inner, max_size=5) | st.tuples(inner),
    max_leaves=25,
)


@given(st.dictionaries(KEYS, VALUES, max_size=8) | VALUES)
@settings(max_examples=150, deadline=None)
def test_any_value_is_decided_or_refused_and_never_raises(rules: la.Rules, case: Any) -> None:
    result = rules.evaluate(case).to_dict()
    if result["status"] == "determined":
        assert result["amount"] is not None
        assert result["needs"] == []
    elif result["status"] == "refused":
        assert result["amount"] is None
        assert result["findings"]
    else:
        assert result["status"] == "undetermined"
        assert result["needs"] or result["findings"]
    json.dumps(result, allow_nan=False)


@given(st.text(max_size=60) | VALUES.map(lambda v: json.dumps(v, default=str, skipkeys=True)))
@settings(max_examples=150, deadline=None)
def test_any_text_is_json_or_refused(text: str) -> None:
    refusals: list[str] = []
    try:
        value = plain(read_json(text))
    except Refused as error:
        refusals = [r.code for r in error.refusals]
    else:
        assert json.loads(json.dumps(value, allow_nan=False)) == value
    assert len(refusals) <= 1


def test_rules_without_cases_refuse_every_case(tmp_path: Path) -> None:
    (tmp_path / "a.law").write_text('Instrument "a" key a en "a" vi "a".\n', "utf-8")
    result = la.load(tmp_path).evaluate({})
    assert (result.status, [f["code"] for f in result.findings]) == ("refused", ["no-case"])
