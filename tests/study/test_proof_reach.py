"""Proved means proved: false guarantees that only far or fine numbers show are refuted, and what a proof does not cover is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.cli.main import main

pytest.importorskip("z3")

LAW = """Instrument "Wages" key wages en "Wages Order" vi "Quy định tiền lương", from 2020-01-01.
thing en "case | cases" vi "vụ việc" key case.
thing en "bonus | bonuses" vi "khoản thưởng" key bonuses, listed in case.
unit en "đồng" vi "đồng" key dong.
unit en "hour | hours" vi "giờ" key hours.
unit en "day | days" vi "ngày" key days.
unit en "session | sessions" vi "buổi" key sessions.
fact en "gross" vi "lương" key case.gross, a number of dong.
fact en "hours worked" vi "số giờ làm" key case.hours, a number of hours.
fact en "days away" vi "số ngày nghỉ" key case.days, a number of days.
fact en "share" vi "phần" key case.share, a number.
fact en "bonus paid" vi "tiền thưởng" key bonuses.paid, a number of dong.
term en "net" vi "thực nhận" key case.net, a number of dong, decisive, result net.
term en "tax" vi "thuế" key case.tax, a number of dong.
term en "sessions made" vi "số buổi" key case.sessions, a number of sessions.
term en "pay for hours" vi "tiền giờ" key case.for_hours, a number of dong.
term en "absence" vi "vắng" key case.absence, a number of days.
term en "part" vi "tỷ phần" key case.part, a number.
term en "bonuses together" vi "tổng thưởng" key case.together, a number of dong.
term en "bonus kept" vi "thưởng giữ lại" key bonuses.kept, a number of dong.

Article 1. en "Wages" vi "Tiền lương"
for each case:
tax is 0 đồng when gross <= 16,000,000 đồng; 2,000,000 đồng otherwise.
net is gross - tax.
sessions made is hours worked / 4 hours per session, rounded down.
pay for hours is hours worked × 250,000 đồng per hour, at most 900,000,000 đồng.
absence is 0 days when days away < 0.005 days; days away otherwise.
part is share when share <= 7,000 ; 0 otherwise.
bonuses together is total of bonus paid over bonuses (0 đồng if none).
for each bonus:
bonus kept is bonus paid, at most 1,000,000 đồng.

for each case:
"""
FALSE = {
    "more_gross_more_net": "that raising gross never lowers net",  # over 16,000,000
    "small_tax": "that tax <= 1,000,000 đồng",
    "few_sessions": "that sessions made <= 100,000 sessions",
    "never_the_ceiling": "that pay for hours < 900,000,000 đồng",  # at 3,600 hours, which no rule names
    "hours_go_on": "that pay for hours = hours worked × 250,000 đồng per hour",
    "no_small_absence": "that absence = days away",  # only below 0.005 days
    "part_is_share": "that part = share",
    "more_share_more_part": "that raising share never lowers part",
    "bonuses_end": "that bonuses together <= 3,000,000,000 đồng",
}
TRUE = {
    "tax_is_bounded": ("that tax <= 2,000,000 đồng", "proved"),
    "hours_end": ("that pay for hours <= 900,000,000 đồng", "proved"),
    "some_sessions": ("that sessions made × 4 hours per session <= hours worked", "proved"),
    "few_bonuses": ("that number of bonuses <= 2", "not refuted up to 2 bonuses (in each list)"),
    "kept_together": ("that total of bonus kept over bonuses (0 đồng if none) <= 2,000,000 đồng", "not refuted up to 2 bonuses (in each list)"),
    "together_not_less": ("that bonuses together >= total of bonus kept over bonuses (0 đồng if none)", "not refuted up to 2 bonuses"),
}


def ruleset(folder: Path, guarantees: dict[str, str]) -> Path:
    (folder / "wages").mkdir()
    lines = [f'guarantee {key} en "{key}" vi "{key}" {that}.' for key, that in guarantees.items()]
    (folder / "wages" / "wages.law").write_text(LAW + "\n".join(lines) + "\n", "utf-8")
    return folder / "wages"


def test_false_guarantees_on_every_unit_are_refuted(tmp_path: Path) -> None:
    book = ruleset(tmp_path, FALSE)
    done = CliRunner().invoke(main, ["guarantees", str(book), "--out", str(tmp_path / "out"), "--seconds", "60"])
    assert {key for key in FALSE if f"✗ {key}" not in done.output} == set(), done.output
    rules = la.load(book)
    tax = rules.evaluate((tmp_path / "out" / "small_tax.json").read_text("utf-8"))
    assert "guarantee_small_tax" in [f.code for f in tax.findings]


def test_what_is_proved_is_proved_of_every_number_and_the_rest_says_how_far(tmp_path: Path) -> None:
    book = ruleset(tmp_path, {key: that for key, (that, _) in TRUE.items()})
    for lang, spoken in (("en", "Proved: for every complete case"), ("vi", "Đã chứng minh: với mọi hồ sơ đầy đủ")):
        done = CliRunner().invoke(main, ["guarantees", str(book), "--seconds", "60", "--lang", lang])
        assert done.exit_code == 0, done.output
        assert spoken in done.output
        if lang == "en":
            for key, (_, said) in TRUE.items():
                verdict = done.output.split(f"✓ {key} ")[1].splitlines()[2].strip()
                assert verdict.startswith(said), (key, verdict)
        else:
            assert "chưa bị bác bỏ với tối đa 2 khoản thưởng (trong mỗi danh sách)" in done.output


def test_of_each_item_by_itself_it_is_proved_for_any_number(tmp_path: Path) -> None:
    book = ruleset(tmp_path, {})
    with (book / "wages.law").open("a", encoding="utf-8") as file:
        file.write('for each bonus:\nguarantee kept_at_most en "k" vi "k" that bonus kept <= 1,000,000 đồng.\n')
    done = CliRunner().invoke(main, ["guarantees", str(book)])
    assert "    proved (" in done.output, done.output
