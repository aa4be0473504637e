"""Rules that must not be loaded (hardening X10-X13, X21, X25): tests/bad, each complaint on its line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.citation import POINT_LETTERS
from legalaid_dsl.basics.problem import Problem, RulesetError
from legalaid_dsl.rulebook.load import examine

BAD = sorted((Path(__file__).resolve().parent.parent / "bad").glob("*.law"))
FIGURE = ', official source en "Decree 1" vi "Nghị định 1"'

Examine = Callable[[str | bytes], list[Problem]]
Write = Callable[[str | bytes], Path]


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_bad_rules_are_refused_on_the_line_that_earns_it(problems: Examine, path: Path) -> None:
    text = path.read_text("utf-8")
    wanted = [(n, m[1]) for n, line in enumerate(text.split("\n"), 1) if (m := re.search(r"# ! ([a-z-]+)$", line)) and n > 1]
    found = problems(text.encode())
    assert wanted
    assert [(p.span.place()[0], p.code) for p in found if not p.warning] == wanted


def bad(name: str, problems: Examine) -> Problem:
    path = next(p for p in BAD if p.stem == name)
    return next(p for p in problems(path.read_bytes()) if not p.warning)


# ------------------------------------------------------------------ circles


def test_x10_a_circle_is_printed_with_all_its_places(problems: Examine) -> None:
    found = bad("x10_two_rules_that_use_each_other", problems)
    assert "pay → bonus → pay" in found.message.en or "bonus → pay → bonus" in found.message.en
    assert "tiền" in found.message.vi
    lines = {found.span.place()[0], *(span.place()[0] for span, _ in found.also)}
    assert len(lines) == 2
    assert "goes through here" in found.render("en")


def test_x10_a_long_circle_is_found_without_recursion(problems: Examine) -> None:
    names = [f"{chr(97 + i // 26)}{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(600)]
    terms = "".join(f'term en "{n}" vi "{n}" key case.{n}, a number of hours.\n' for n in names)
    rules = "".join(f"{n} is {m} + 1 hour.\n" for n, m in zip(names, [*names[1:], names[0]], strict=True))
    found = problems(terms + "for each case:\npay is 1 hour.\n" + rules)
    assert [p.code for p in found] == ["cycle"]
    assert len(found[0].also) == 599
    assert all(len(found[0].message[lang]) < 2_000 for lang in ("en", "vi"))


# ------------------------------------------------------------------ contradictions


def test_x11_a_contradiction_names_both_places(problems: Examine) -> None:
    found = bad("x11_a_rule_in_another_clause", problems)
    assert found.provision is not None
    assert (found.provision.article, found.provision.clause) == ("1", "1")
    assert "Article 1" in found.message.en
    assert "Điều 1" in found.message.vi
    assert [span.text() for span, _ in found.also] == ["pay is 1 hour."]


CLASH = """pay is 1 hour when urgent.

Clause 1. en "x" vi "y"
for each case:
pay is 2 hours when time > 1 hour.
"""


def test_x11_a_contradiction_that_only_a_case_shows_cites_both_rules_in_one_order(write: Write) -> None:
    rules = la.load(write(CLASH))
    assert rules.evaluate({"urgent": True, "time": "1"}).pay == "1"
    results = [rules.evaluate({"urgent": True, "time": "2"}).to_dict() for _ in range(5)]
    assert results[0]["status"] == "undetermined"
    assert results[0]["pay"] is None
    finding = next(f for f in results[0]["findings"] if f["code"] == "conflict")
    assert "Article 1 / Clause 1, Article 1" in finding["message"]["en"]
    assert "Điều 1 / khoản 1 Điều 1" in finding["message"]["vi"]
    assert len({json.dumps(r) for r in results}) == 1


def test_x11_a_case_that_no_rule_decides_is_undetermined(write: Write) -> None:
    result = la.load(write("pay is 1 hour when urgent.\n")).evaluate({"urgent": False})
    assert (result.status, result.pay) == ("undetermined", None)
    assert "no_rule" in [f["code"] for f in result.findings]


# ------------------------------------------------------------------ citations


def test_x12_a_letter_that_is_no_point_gives_the_letters_of_the_law(problems: Examine) -> None:
    found = bad("x12_a_point_that_is_not_in_the_alphabet", problems)
    assert found.hint is not None
    assert ", ".join(POINT_LETTERS) in found.hint.vi
    assert not {"f", "j", "w", "z"} & set(POINT_LETTERS)


@pytest.mark.parametrize("letter", ["f", "j", "w", "z", "ddd"])
def test_x12_letters_that_vietnamese_law_does_not_use(problems: Examine, letter: str) -> None:
    found = problems(f'pay is 1 hour.\nClause 1. en "x" vi "y"\nPoint {letter}. en "x" vi "y"\n')
    assert [p.span.place()[0] for p in found if not p.warning]


def test_x12_a_provision_that_is_not_there_gives_those_that_are(problems: Examine) -> None:
    found = bad("x12_a_point_that_is_not_there", problems)
    assert "Point c, Clause 1, Article 1" in found.message.en
    assert found.hint is not None
    assert "Point a, Clause 1, Article 1; Point b, Clause 1, Article 1" in found.hint.en


# ------------------------------------------------------------------ instruments that are used


def ruleset(above: Path, key: str, *uses: str, depth: int = 0) -> Path:
    folder = above / key
    folder.mkdir(parents=True)
    used = "".join(f", uses {u}" for u in uses)
    (folder / "a.law").write_text(f'Instrument "{key}" key {key} en "T" vi "N", from 2020-01-01{used}.\n', "utf-8")
    return folder


@pytest.mark.parametrize(
    "name", ["../../etc", "..", "/etc", "//host/share", "file://etc", "\\\\host\\share", "c:\\x", "a/b", "~", "a.b", "etc/passwd", '"../etc"']
)
def test_x13_only_a_key_can_be_used(tmp_path: Path, name: str) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "a.law").write_text('thing en "stolen" vi "x" key stolen.\n', "utf-8")
    rulebook, found = examine(ruleset(tmp_path / "in", "tiny", name))
    assert rulebook is None
    assert [p for p in found if not p.warning]
    assert not any("etc" in p.span.source.name for p in found)


def test_x13_an_instrument_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    rulebook, found = examine(ruleset(tmp_path, "tiny", "nowhere"))
    assert rulebook is None
    assert ["nowhere" in p.message.en for p in found if not p.warning] == [True]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_x13_instruments_that_use_each_other_in_a_circle(tmp_path: Path, length: int) -> None:
    folders = [ruleset(tmp_path, f"k{i}", f"k{(i + 1) % length}") for i in range(length)]
    rulebook, found = examine(folders[0])
    assert rulebook is None
    cycle = next(p for p in found if p.code == "uses-cycle")
    assert " → ".join([*(f"k{i}" for i in range(length)), "k0"]) in cycle.message.en


def test_x13_a_thousand_instruments_one_in_another_end_at_a_limit(tmp_path: Path) -> None:
    folders = [ruleset(tmp_path, f"k{i}", f"k{i + 1}") for i in range(1_000)]
    rulebook, found = examine(folders[0])
    assert rulebook is None
    assert "uses-cycle" in [p.code for p in found]


def test_x13_a_symbolic_link_is_no_rule_file(write: Write, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret words", "utf-8")
    folder = write("pay is 1 hour.\n")
    (folder / "b.law").symlink_to(secret)
    rulebook, found = examine(folder)
    assert found == []
    assert rulebook is not None


def test_x13_a_folder_named_like_a_rule_file_is_none(write: Write) -> None:
    folder = write("pay is 1 hour.\n")
    (folder / "b.law").mkdir()
    assert examine(folder)[1] == []


def test_x13_a_ruleset_that_is_not_there_is_an_error_with_every_problem(tmp_path: Path) -> None:
    with pytest.raises(RulesetError) as error:
        la.load(tmp_path / "nowhere")
    assert [p.code for p in error.value.problems] == ["no-ruleset"]


# ------------------------------------------------------------------ dates of law


def test_x25_a_day_without_a_figure_makes_the_case_undetermined(write: Write) -> None:
    term = 'term en "rate" vi "mức" key rate, a number of hours.\n'
    rules = la.load(write(f"pay is rate on day.\nrate is 1 hour from 2020-01-01 to 2020-12-31{FIGURE}.\n{term}"))
    assert rules.evaluate({"day": "2020-12-31"}).pay == "1"
    for day in ("2019-12-31", "2021-01-01"):
        result = rules.evaluate({"day": day})
        assert (result.status, result.pay) == ("undetermined", None)
        assert [(n["what"], n["path"]) for n in result.needs] == [("figure", f"rate[{day}]")]


def test_x25_a_case_before_the_circular_is_refused_and_cites_it(rules: la.Rules) -> None:
    result = rules.evaluate({"case_id": "x", "closed_on": "2021-07-14"})
    assert (result.status, result.amount) == ("refused", None)
    assert any(c.startswith("circular_02_2021/art_11") for f in result.findings for c in f["cites"])
    assert rules.evaluate({"closed_on": "2021-07-15"}).status != "refused"


def test_x25_before_the_first_base_salary_the_figure_is_missing(rules: la.Rules) -> None:
    case = {"form": "civil_proceedings", "providers": [], "entries": [], "stages": []}
    assert rules.evaluate({**case, "closed_on": "2026-01-01"}).status == "determined"
