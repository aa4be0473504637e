"""A small ruleset with a table of its own, and a helper that loads it with amending acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import legalaid_dsl as la

RULES = """
Instrument "1/2026" key mini en "Mini | A small circular" vi "Thông tư mẫu | Thông tư mẫu", from 2026-01-01.

thing en "case | cases" vi "vụ việc" key case.
unit en "hour | hours" vi "giờ" key hours.
unit en "session | sessions" vi "buổi" key sessions.
unit en "đồng" vi "đồng" key dong.
choices key form: en "trial" vi "xét xử" key trial; en "advice" vi "tư vấn" key advice.
fact en "form" vi "hình thức" key case.form, one of form.
fact en "time spent" vi "số giờ" key case.hours, a number of hours.
fact en "day of completion" vi "ngày hoàn thành" key case.closed_on, a date.
fact en "day of assignment" vi "ngày phân công" key case.assigned_on, a date.
term en "sessions worked" vi "số buổi" key case.sessions, a number of sessions, decisive, result sessions.
term en "day of the law" vi "ngày áp dụng" key case.law, a date, date of law.
term en "pay of a session" vi "mức trả một buổi" key session_pay, a number of dong per sessions.
term en "amount payable" vi "số tiền" key case.amount, a number of dong, decisive, result amount.
table en "Appendix" vi "Phụ lục" key appendix, by form, a number of sessions, complete for form.

Article 1. en "Hours become sessions, at most 30 sessions." vi "Giờ thành buổi, tối đa 30 buổi."
for each case:
Clause 1.
sessions worked is time spent / 4 hours per session, at most 30 sessions when form is trial.
sessions worked is Appendix (form) when form is advice.
figure Appendix (advice) is 5 sessions, official source en "Circular 1" vi "Thông tư 1".
Clause 2.
Point a.
finding long en "More than 10 sessions." vi "Trên 10 buổi." when sessions worked > 10 sessions.
Point b.
finding short en "Few sessions." vi "Ít buổi." when within point a clause 3 or sessions worked < 1 session.
Clause 3.
reading kind en "Which?" vi "Thế nào?": one by default en "one" vi "một" because en "so" vi "vì"; two en "two" vi "hai".
Point a.
finding exact en "Exactly 3." vi "Đúng 3." when sessions worked = 3 sessions.
Article 2.
pay of a session is 100 đồng per session from 2026-01-01, official source en "Circular 1" vi "Thông tư 1".
for each case:
day of the law is day of completion.
read art_1_cl_3_kind as one:
amount payable is sessions worked × pay of a session on day of the law.
read art_1_cl_3_kind as two:
amount payable is sessions worked × pay of a session on day of the law × 2.
""".lstrip()

HEAD = 'Instrument "2/2027" key change en "A change" vi "Sửa đổi", from 2027-01-01, amends mini, a draft.\n\n'

Amended = Callable[..., la.Rules]


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    folder = tmp_path / "mini"
    folder.mkdir()
    (folder / "rules.law").write_text(RULES, "utf-8")
    return folder


@pytest.fixture
def amended(mini: Path) -> Amended:
    """The rules with acts given as the text after the heading, or as whole texts."""

    def load(*acts: str, at: date | None = None) -> la.Rules:
        paths = []
        for i, act in enumerate(acts):
            path = mini.parent / f"act{i}.law"
            path.write_text(act if act.startswith("Instrument") else HEAD + act, "utf-8")
            paths.append(path)
        return la.load(mini, amendments=paths, at=at)

    return load


def case(closed: str = "2027-06-30", hours: str = "200", assigned: str = "2026-06-01", form: str = "trial") -> dict[str, str]:
    return {"form": form, "hours": hours, "closed_on": closed, "assigned_on": assigned}
