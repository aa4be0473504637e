"""Lint: each rule finds its bad text and leaves the good one alone; witnesses are true; waivers need a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from legalaid_dsl.workbench.lint import Finding, Limits, lint
from legalaid_dsl.workbench.lint.finding import catalogue

HEAD = """\
Instrument "1/2026" key mini en "A small circular" vi "Thông tư mẫu", from 2026-01-01.
thing en "case | cases" vi "vụ việc" key case.
thing en "helper | helpers" vi "người giúp" key helpers, listed in case, identified.
thing en "charge | charges" vi "tội danh" key charges, listed in case.
unit en "hour | hours" vi "giờ" key hours.
unit en "session | sessions" vi "buổi" key sessions.
choices key form: en "in court" vi "tại tòa" key court; en "outside" vi "ngoài tòa" key outside.
fact en "form" vi "hình thức" key case.form, one of form.
fact en "time spent" vi "số giờ" key case.hours, a number of hours.
term en "sessions worked" vi "số buổi" key case.sessions, a number of sessions, decisive, result sessions.
{more}
Article 1. en "Sessions" vi "Số buổi"
for each case:
"""
READS = "note when form is in court.\nnote only when form is not outside.\n"
NOTE = 'term en "note" vi "ghi chú" key case.note, yes or no, result note.\n'


def found(tmp_path: Path, rules: str, more: str = "") -> list[Finding]:
    folder = tmp_path / "mini"
    folder.mkdir(exist_ok=True)
    head = HEAD.replace("{more}", NOTE + more)
    (folder / "rules.law").write_text(head + READS + rules, "utf-8")
    return lint(folder)


def names(findings: list[Finding]) -> list[str]:
    return [f.rule for f in findings]


def test_nothing_is_found_in_a_text_without_fault(tmp_path: Path) -> None:
    rules = "sessions worked is 1 session when time spent >= 3 hours.\nsessions worked is 0 sessions otherwise.\n"
    assert found(tmp_path, rules) == []


def test_zero_hours_is_a_gap(tmp_path: Path) -> None:
    rules = """\
sessions worked is 0.5 sessions when time spent > 0 hours and time spent < 3 hours.
sessions worked is 1 session when time spent >= 3 hours.
"""
    findings = found(tmp_path, rules)
    assert names(findings) == ["gap"]
    assert "time spent: 0 hours" in findings[0].problem.message.en
    assert "số giờ: 0 giờ" in findings[0].problem.message.vi
    assert findings[0].problem.provision is not None


def test_more_than_four_hours_is_a_gap(tmp_path: Path) -> None:
    rules = "sessions worked is 0.5 sessions when time spent < 3 hours.\n"
    rules += "sessions worked is 1 session when time spent >= 3 hours and time spent <= 4 hours.\n"
    findings = found(tmp_path, rules)
    assert names(findings) == ["gap"]
    assert "4.01 hours" in findings[0].problem.message.en
    assert "4,01 giờ" in findings[0].problem.message.vi


def test_three_charges_where_the_points_cover_two_is_a_gap(tmp_path: Path) -> None:
    rules = "sessions worked is 1 session when number of charges <= 1 and time spent >= 0 hours.\n"
    rules += "sessions worked is 2 sessions when number of charges = 2.\n"
    findings = found(tmp_path, rules)
    assert names(findings) == ["gap"]
    assert "3 × charge" in findings[0].problem.message.en


def test_two_helpers_and_two_charges_overlap(tmp_path: Path) -> None:
    rules = """\
sessions worked is 3 sessions when number of helpers >= 2.
sessions worked is 4 sessions when number of charges >= 2.
sessions worked is 1 session when number of helpers < 2 and number of charges < 2 and time spent >= 0 hours.
"""
    findings = found(tmp_path, rules)
    assert names(findings) == ["overlap"]
    assert findings[0].level == "error"
    assert "2 × helper; 2 × charge" in findings[0].problem.message.en
    assert "Hai quy định tại Điều 1" in findings[0].problem.message.vi
    assert findings[0].problem.also


@pytest.mark.parametrize("rule", ["gap", "overlap"])
def test_a_witness_is_true(tmp_path: Path, rule: str) -> None:
    rules = "sessions worked is 3 sessions when time spent > 5 hours.\nsessions worked is 4 sessions when form is in court.\n"
    witness = next(f for f in found(tmp_path, rules) if f.rule == rule)
    assert witness.facts is not None
    result = la.load(tmp_path / "mini").evaluate(witness.facts)
    assert result.status == "undetermined"
    codes = {f["code"] for f in result.openings}
    assert {"gap": "no_rule", "overlap": "conflict"}[rule] in codes


@pytest.mark.parametrize(
    "condition",
    [
        "time spent > 5 hours and time spent < 3 hours", "time spent >= 3 hours and time spent < 3 hours",
        "time spent = 3 hours and time spent = 4 hours", "time spent = 3 hours and time spent > 3 hours",
        "form is in court and form is outside", "form is in court and form is not in court",
        "note and not note", "time spent is not stated and time spent > 0 hours", "form is in court and form is among (outside)",
    ],
)  # fmt: skip
def test_a_rule_that_can_never_apply(tmp_path: Path, condition: str) -> None:
    rules = f"sessions worked is 1 session when {condition}.\nsessions worked is 0 sessions when time spent >= 0 hours.\n"
    findings = [f for f in found(tmp_path, rules) if f.rule == "never-applies"]
    assert len(findings) == 1
    assert "“" in findings[0].problem.message.vi


@pytest.mark.parametrize(
    "condition",
    ["time spent > 3 hours and time spent < 5 hours", "time spent >= 3 hours and time spent <= 3 hours",
     "form is in court and form is not outside", "time spent is stated and time spent > 0 hours"],
)  # fmt: skip
def test_a_rule_that_may_apply_is_left_alone(tmp_path: Path, condition: str) -> None:
    rules = f"sessions worked is 1 session when {condition}.\nsessions worked is 0 sessions otherwise.\n"
    assert "never-applies" not in names(found(tmp_path, rules))


PLAIN = "sessions worked is 1 session when time spent >= 0 hours.\n"


def test_a_term_that_nothing_reads(tmp_path: Path) -> None:
    more = 'fact en "colour" vi "màu" key case.colour, yes or no.\n'
    findings = found(tmp_path, PLAIN, more)
    assert names(findings) == ["unused-term"]
    assert "“màu”" in findings[0].problem.message.vi


WAYS = """\
choices key way: en "by post" vi "qua bưu điện" key post; en "by hand" vi "trực tiếp" key hand also post; en "by phone" vi "qua máy" key phone.
fact en "way" vi "cách gửi" key case.way, one of way.
fact en "ways" vi "các cách gửi" key case.ways, some of way.
term en "sent" vi "đã gửi" key case.sent, yes or no, result sent.
"""


@pytest.mark.parametrize(
    ("condition", "missing"),
    [
        ("way is by post", ["by phone"]), ("way is by hand", ["by post", "by phone"]), ("way is not by phone", ["by post", "by hand"]),
        ("way is among (by post, by phone)", []), ("ways include any of (by phone)", ["by post", "by hand"]),
        ("number of ways > 0 and time spent > 0 hours", ["by post", "by hand", "by phone"]),
    ],
)  # fmt: skip
def test_choices_that_no_rule_names(tmp_path: Path, condition: str, missing: list[str]) -> None:
    rules = f"sessions worked is 1 session when {condition}.\nsessions worked is 0 sessions otherwise.\nsent when way is stated.\n"
    found_here = [f for f in found(tmp_path, rules, WAYS) if f.rule == "unnamed-choice"]
    assert [f.problem.message.en for f in found_here] == ["No rule names “" + "”, “".join(missing) + "”."] * bool(missing)


# Articles 8(4) and 10(2) speak of the victim and of the accused; nothing follows for whoever else is aided.
OF_NO_RULE = {"circular_02_2021": ["No rule names “civil party”, “person before the charge”, “another person”."]}


def test_every_choice_of_the_shipped_rules_is_named_or_has_a_reason(root: Path) -> None:
    for folder in sorted((root / "rulesets").iterdir()):
        unnamed = [f.problem.message.en for f in lint(folder, Limits(0, 0)) if f.rule == "unnamed-choice"]
        assert unnamed == OF_NO_RULE.get(folder.name, []), folder.name


def test_names_that_differ_only_in_the_place_of_the_tone_mark(tmp_path: Path) -> None:
    more = 'choices key way: en "one way" vi "hòa giải" key one; en "other way" vi "hoà giải" key other.\n'
    assert names(found(tmp_path, PLAIN, more)) == ["tone-mark-names"]


def test_a_figure_whose_source_says_nothing(tmp_path: Path) -> None:
    more = 'term en "base" vi "mức" key base, a number of sessions.\n'
    rules = 'base is 2 sessions from 2026-01-01, official source en "…" vi "…".\n' + PLAIN
    assert "figure-without-source" in names(found(tmp_path, rules, more))


def test_a_headnote_in_one_language(tmp_path: Path) -> None:
    findings = found(tmp_path, PLAIN + 'Clause 2. vi "Chỉ tiếng Việt"\n')
    assert names(findings) == ["one-language"]


@pytest.mark.parametrize(("said", "told"), [
    ('vi "Từ đủ 04 giờ" en "Long work"', ["04 giờ"]), ('vi "Từ đủ 05 giờ" en "From 5 hours"', []), ('vi "Làm lâu" en "From 4.5 hours"', ["4.5 hours"]),
    ('vi "Khoản 4 Điều 7, 10 trang" en "Clause 4 of Article 7, 10 pages"', []),
])  # fmt: skip
def test_a_headnote_that_says_another_number_than_the_rules(tmp_path: Path, said: str, told: list[str]) -> None:
    rules = PLAIN + f'Clause 2. {said}\nfinding long en "A." vi "B." when time spent >= 5 hours.\n'
    findings = [f for f in found(tmp_path, rules) if f.rule == "headnote-number"]
    assert [re.search("says “(.*?)”", f.problem.message.en)[1] for f in findings] == told  # type: ignore[index]


def test_a_folder_called_by_a_dot_is_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its waivers hold, and what is found stands in the same files."""
    rules = "# lint: allow gap because zero hours are refused at the door\nsessions worked is 1 session when time spent > 0 hours.\n"
    assert found(tmp_path, rules) == []
    monkeypatch.chdir(tmp_path / "mini")
    assert lint(Path()) == []


GAP = "sessions worked is 1 session when time spent > 0 hours."


@pytest.mark.parametrize(
    "text",
    ["# lint: allow gap because zero hours are refused at the door\n" + GAP, GAP + "  # lint: cho phép gap vì không khai số 0\n",
     "# lint: allow gap because nobody\n# works for nothing\n" + GAP],
)  # fmt: skip
def test_a_waiver_with_a_reason(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text + "\n") == []


def test_a_waiver_without_a_reason_waives_nothing(tmp_path: Path) -> None:
    assert sorted(names(found(tmp_path, "# lint: allow gap\n" + GAP + "\n"))) == ["gap", "waiver-without-reason"]


def test_a_waiver_that_is_not_needed(tmp_path: Path) -> None:
    assert names(found(tmp_path, "# lint: allow gap because of old times\n" + PLAIN)) == ["waiver-not-needed"]


def test_every_rule_has_a_page_with_bad_good_and_why(root: Path) -> None:
    pages = {p.stem: p.read_text("utf-8") for p in (root / "docs" / "lint").glob("*.md")}
    assert set(pages) == set(catalogue())
    for rule, text in pages.items():
        assert text.startswith(f"# {rule}\n"), rule
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Bad · Sai", "Good · Đúng", "Why · Vì sao"], rule
        assert f"Level: {catalogue()[rule]['level']}" in text, rule


@pytest.mark.parametrize("rule", sorted(catalogue()))
def test_the_pages_are_true(tmp_path: Path, root: Path, rule: str) -> None:
    text = (root / "docs" / "lint" / f"{rule}.md").read_text("utf-8")
    bad, good = re.findall(r"```legalaid\n(.*?)```", text, re.DOTALL)
    for body, expected in ((bad, True), (good, False)):
        more, _, rules = body.rpartition("---\n")
        assert (rule in names(found(tmp_path, rules, more))) is expected, body


def test_the_command(tmp_path: Path) -> None:
    found(tmp_path, GAP + "\n")
    run = CliRunner().invoke(main, ["lint", str(tmp_path / "mini"), "--lang", "vi"])
    assert run.exit_code == 0
    assert "cảnh báo [gap]" in run.output
    assert CliRunner().invoke(main, ["lint", str(tmp_path / "mini"), "--strict"]).exit_code == 1
