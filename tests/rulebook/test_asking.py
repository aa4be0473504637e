"""Sentences that ask for readings mean what the same sentences written once for each choice mean."""

from __future__ import annotations

from pathlib import Path

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.source import Source
from legalaid_dsl.rulebook.amend.load import amended
from legalaid_dsl.rulebook.load import load_rulebook
from legalaid_dsl.rulebook.model import Rule, Rulebook
from legalaid_dsl.workbench.rewrite import rewrite_source
from tests.engine.agreement import agree

HEAD = """Instrument "1/2026" key small en "A small circular" vi "Thông tư mẫu", from 2026-01-01.

thing en "case | cases" vi "vụ việc" key case.
thing en "work entry | work entries" vi "công việc" key entries, listed in case, in order of date.
unit en "hour | hours" vi "giờ" key hours.
unit en "session | sessions" vi "buổi" key sessions.
choices key task: en "study" vi "nghiên cứu" key study; en "meeting" vi "gặp gỡ" key meeting.
fact en "task" vi "loại việc" key entries.task, one of task.
fact en "date of work" vi "ngày làm việc" key entries.date, a date.
fact en "time spent" vi "số giờ" key entries.hours, a number of hours.
term en "counts" vi "được tính" key entries.counts, yes or no.
term en "hours before it" vi "số giờ trước đó" key entries.before, a number of hours.
term en "sessions worked" vi "số buổi" key entries.sessions, a number of sessions.
term en "total sessions" vi "số buổi cả vụ việc" key case.sessions, a number of sessions, decisive, result sessions.

Article 1.
reading unit en "Are hours added up?" vi "Có cộng dồn số giờ không?":
  alone by default en "no" vi "không"CARRY0;
  day en "by day" vi "theo ngày"CARRY1;
  all en "over the case" vi "trong cả vụ việc".
reading sharing en "Who bears the cut?" vi "Ai chịu phần giảm?":
  order by default en "the last" vi "người sau"CARRY2;
  rata en "all" vi "tất cả"CARRY3.
for each case:
total sessions is total of sessions worked over work entries (0 sessions if none).
for each work entry:
counts when time spent > 0 hours.
"""
CARRIED = {"CARRY0": ": each alone", "CARRY1": ": with the same (date of work)", "CARRY2": ": filled in order", "CARRY3": ": shared pro rata"}
ONCE_EACH = """read unit as alone:
hours before it is 0 hours.
read unit as day:
hours before it is total of time spent over work entries with the same (date of work) before this one where (counts) (0 hours if none).
read unit as all:
hours before it is total of time spent over work entries before this one where (counts) (0 hours if none).
"""
FIRST_EDITION = ONCE_EACH + "".join(
    f"read sharing as {choice}, unit as {unit}:\n"
    f"sessions worked is time spent / 4 hours per session, at most 10 sessions{together} when {when}.\n"
    for choice, way in (("order", " filled in order"), ("rata", " shared pro rata"))
    for unit, together, when in (
        ("alone", "", "counts and hours before it < 8 hours"),
        ("day", f" together with the same (date of work){way}", "counts"),
        ("all", f" together{way}", "counts and hours before it < 8 hours"),
    )
) + "in every reading:\nsessions worked is 0 sessions otherwise.\n"  # fmt: skip
SECOND_EDITION = """group en "earlier work" vi "công việc trước" key earlier is work entries grouped as unit before this one where (counts).
hours before it is total of time spent over earlier work (0 hours if none).
sessions worked is time spent / 4 hours per session,
  at most 10 sessions together, grouped as unit, shared as sharing
  when counts and (art_1_unit is read as day or hours before it < 8 hours);
  0 sessions otherwise.
"""


def _made(folder: Path, law: str, carried: bool = True) -> Rulebook:
    folder.mkdir(parents=True, exist_ok=True)
    text = HEAD
    for mark, words in CARRIED.items():
        text = text.replace(mark, words if carried else "")
    (folder / "rules.law").write_text(text + law, "utf-8")
    return load_rulebook(folder)


def _said(book: Rulebook, key: str) -> set[tuple[object, ...]]:
    """What the rules on a term say under every choice of the two readings."""

    def chosen(rule: Rule, unit: str, sharing: str) -> bool:
        choices = {"art_1_unit": unit, "art_1_sharing": sharing}
        return all(choices[k] == c for k, c in rule.readings)

    return {
        (unit, sharing, rule.kind, rule.value, rule.limits, rule.when, rule.otherwise, rule.citation)
        for unit in ("alone", "day", "all") for sharing in ("order", "rata")
        for rule in book.rules[key] if chosen(rule, unit, sharing)
    }  # fmt: skip


def test_one_sentence_means_what_a_sentence_for_each_choice_means(tmp_path: Path) -> None:
    first, second = _made(tmp_path / "first", FIRST_EDITION, carried=False), _made(tmp_path / "second", SECOND_EDITION)
    for key in ("entries.before", "entries.sessions"):
        assert _said(first, key) == _said(second, key)


def test_the_rules_hold_no_question_that_only_readings_answer(tmp_path: Path) -> None:
    book = _made(tmp_path, SECOND_EDITION)
    assert {r.kind for r in book.rules["entries.sessions"]} == {"value"}
    assert all("0 = " not in str(r.when) for r in book.rules["entries.sessions"])
    assert len({r.span for r in book.rules["entries.sessions"]}) == 2  # a branch each: the place in the file is kept


def test_a_choice_gives_a_value(tmp_path: Path) -> None:
    law = """reading least en "From when?" vi "Từ khi nào?": two by default en "2" vi "2": gives 2 hours; three en "3" vi "3": gives 3 hours.
hours before it is what least gives when unit is not read as day; time spent otherwise.
sessions worked is time spent / 4 hours per session, at most 1 session together, grouped as unit, shared as sharing.
"""
    book = _made(tmp_path, law)
    values = {(dict(r.readings)["art_1_least"], str(r.value.value)) for r in book.rules["entries.before"] if not r.otherwise}  # type: ignore[union-attr]
    assert values == {("two", "2"), ("three", "3")}


def test_a_condition_is_carried_and_asked_for(tmp_path: Path) -> None:
    law = """reading work en "What counts?" vi "Việc nào được tính?":
  study by default en "study" vi "nghiên cứu": gives task is study;
  long en "long work" vi "việc dài": gives time spent > 2 hours.
hours before it is 1 hour when what work gives and unit is read as day; 0 hours otherwise.
sessions worked is 1 session when not (what work gives); 2 sessions when what work gives and sharing is read as order.
counts when unit is read as all.
"""
    book = _made(tmp_path, law)
    assert len(book.rules["entries.before"]) == 3
    assert len(book.rules["entries.sessions"]) == 4


@pytest.mark.parametrize("choice", ["alone", "day", "all"])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_a_reading_settled_leaves_the_rules_of_its_choice(tmp_path: Path, choice: str, lang: str) -> None:
    book = _made(tmp_path / "small", SECOND_EDITION)
    if lang == "vi":
        path = tmp_path / "small" / "rules.law"
        path.write_text(rewrite_source(Source("rules.law", path.read_text("utf-8")), book.glossary, "vi"), "utf-8")
    act = tmp_path / "act.law"
    act.write_text(
        'Instrument "2/2026" key act en "Act" vi "Văn bản", from 2027-01-01, amends small.\nArticle 1.\n'
        f"settle art_1_unit as {choice}.\n",
        "utf-8",
    )
    after = amended(tmp_path / "small", [act])[-1].rulebook
    assert set(after.readings) == {"art_1_sharing"}
    for key in ("entries.before", "entries.sessions"):
        wanted = {(s, *rest) for unit, s, *rest in _said(book, key) if unit == choice}
        assert {(s, *rest) for _, s, *rest in _said(after, key)} == wanted


def test_the_sentences_go_into_the_other_tongue_and_back(tmp_path: Path) -> None:
    book = _made(tmp_path, "# why\n" + SECOND_EDITION + "# the end\n")
    laid_out = rewrite_source(Source("rules.law", (tmp_path / "rules.law").read_text("utf-8")), book.glossary)
    vietnamese = rewrite_source(Source("rules.law", laid_out), book.glossary, "vi")
    assert "gộp theo unit, chia theo cách sharing" in vietnamese
    assert "art_1_unit được hiểu là day" in vietnamese
    assert "# why" in vietnamese
    assert rewrite_source(Source("rules.law", vietnamese), book.glossary, "en") == laid_out
    assert rewrite_source(Source("rules.law", laid_out), book.glossary) == laid_out


@pytest.mark.parametrize("unit", ["alone", "day", "all"])
@pytest.mark.parametrize("sharing", ["order", "rata"])
def test_rows_say_the_same_under_every_choice(tmp_path: Path, unit: str, sharing: str) -> None:
    _made(tmp_path, SECOND_EDITION)
    ready = la.load(tmp_path).ready(readings={"art_1_unit": unit, "art_1_sharing": sharing})
    for hours in (["20", "20", "8"], ["0", "44", "7"], ["4", None, "4"], []):
        entries = [{"hours": h, "task": "study", "date": f"2026-02-0{1 + i // 2}"} for i, h in enumerate(hours)]
        assert agree(ready, {"entries": entries}) in ("determined", "undetermined")
