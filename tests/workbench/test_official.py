"""The official text: cut, kept, compared; the ledger that accounts for every provision."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import legalaid_dsl as la
from legalaid_dsl.basics.citation import Citation
from legalaid_dsl.cases.case_file import read_cases
from legalaid_dsl.cli.main import main
from legalaid_dsl.rulebook.files.official import attached
from legalaid_dsl.workbench.examples.runner import case_files, run_case
from legalaid_dsl.workbench.official import attach as official
from legalaid_dsl.workbench.official.cutting import Cut, cut
from legalaid_dsl.workbench.official.ledger import LedgerError, make_ledger

INVENTED = """\ufeffTHÔNG TƯ
Về một việc tưởng tượng

Chương I
QUY ĐỊNH CHUNG

Điều 1. Phạm vi

Thông tư này nói về một việc không có thật.

Điều 2. Các việc
1. Gồm những việc sau:
a) Việc thứ nhất;
b) Việc thứ hai.
Đoạn thứ hai của điểm b.
c) Việc thứ ba;
d) Việc thứ tư;
đ) Việc thứ năm;
e) Việc thứ sáu.
Đoạn cuối thuộc về khoản, không thuộc điểm nào.
2. Dòng này dài nên được ngắt ở
giữa câu mà vẫn là một đoạn theo khoản
5. Nghị định khác, rồi kết thúc.
2a. Khoản được bổ sung.
3. Khoản có hai điểm, điểm nào cũng có đoạn tiếp:
a) Điểm một.
Tiếp điểm một.
b) Điểm hai.
Tiếp điểm hai.
Ví dụ 01: Một ví dụ tưởng tượng.

Chương II
HIỆU LỰC

Điều 3. Hiệu lực
a) Điểm đứng ngay trong điều;
b) Điểm thứ hai.

Nơi nhận:
- Lưu: VT.
"""


def pieces(text: str = INVENTED, lang: str = "vi") -> dict[str, str]:
    return {p.citation.path.partition("/")[2]: p.text for p in cut(text, lang, "x").passages}


def test_articles_clauses_points_and_what_belongs_to_which() -> None:
    found = pieces()
    assert list(found) == [
        "art_1", "art_2", "art_2/cl_1", *(f"art_2/cl_1/pt_{p}" for p in ("a", "b", "c", "d", "dd", "e")),
        "art_2/cl_2", "art_2/cl_2a", "art_2/cl_3", "art_2/cl_3/pt_a", "art_2/cl_3/pt_b", "art_2/cl_3/ex_01",
        "art_3", "art_3/pt_a", "art_3/pt_b",
    ]  # fmt: skip
    assert found["art_1"] == "Thông tư này nói về một việc không có thật."
    assert found["art_2/cl_1/pt_b"].endswith("Đoạn thứ hai của điểm b.")
    assert found["art_2/cl_1"].endswith("Đoạn cuối thuộc về khoản, không thuộc điểm nào.")
    assert found["art_2/cl_1/pt_e"] == "Việc thứ sáu."
    assert found["art_2/cl_3/pt_b"] == "Điểm hai.\nTiếp điểm hai."
    assert found["art_3/pt_b"] == "Điểm thứ hai."


def test_chapters_the_ending_and_lines_in_doubt_are_kept_apart() -> None:
    found: Cut = cut(INVENTED, "vi", "x")
    assert found.parts == ("Chương I QUY ĐỊNH CHUNG", "Chương II HIỆU LỰC")
    assert found.preamble == "THÔNG TƯ\nVề một việc tưởng tượng"
    assert found.ending.startswith("Nơi nhận")
    assert [(d.line, d.text[:10]) for d in found.doubts] == [(23, "5. Nghị đị")]
    assert "theo khoản 5. Nghị định khác" in pieces()["art_2/cl_2"]


def test_the_letter_between_d_and_e_in_both_alphabets() -> None:
    english = "Article 1. Things\n1. These:\nd) four;\ndd) five;\ne) six.\n"
    assert list(pieces(english, "en"))[2:] == ["art_1/cl_1/pt_d", "art_1/cl_1/pt_dd", "art_1/cl_1/pt_e"]


def test_line_ends_and_forms_of_letters_are_no_difference() -> None:
    import unicodedata

    other = unicodedata.normalize("NFD", INVENTED).replace("\n", "\r\n")
    assert [p.digest for p in cut(other, "vi", "x").passages] == [p.digest for p in cut(INVENTED, "vi", "x").passages]


# ------------------------------------------------------------------ a small ruleset

RULES = """Instrument "1/2020" key invented en "Invented" vi "Tưởng tượng", from 2020-01-01.

thing en "case" vi "vụ việc" key case.
unit en "hour | hours" vi "giờ" key hours.
fact en "time spent" vi "thời gian" key case.time, a number of hours.
term en "time that counts" vi "thời gian được tính" key case.counted, a number of hours, decisive, result counted.

Article 1. en "Scope" vi "Phạm vi"

Article 2. en "Work" vi "Công việc"
for each case:

Clause 1. en "What counts." vi "Được tính."

Point a. en "At most four." vi "Tối đa bốn."
time that counts is time spent, at most 4 hours.
"""
TEXT = "Article 1. Scope\nInvented.\nArticle 2. Work\n1. It counts:\na) up to four hours;\nb) if it is good.\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "invented"
    folder.mkdir()
    (folder / "all.law").write_text(RULES, "utf-8")
    return folder


def statuses(folder: Path) -> dict[str, str]:
    return {e.citation.path.partition("/")[2]: e.status for e in make_ledger(la.load(folder).rulebook, folder)}


def test_the_ledger_accounts_for_every_provision(small: Path) -> None:
    official.attach(small, TEXT, "en", "invented", "text.txt")
    assert statuses(small) == {
        "art_1": "unaccounted", "art_2": "partly", "art_2/cl_1": "partly", "art_2/cl_1/pt_a": "encoded",
        "art_2/cl_1/pt_b": "unaccounted",
    }  # fmt: skip
    (small / "ledger.csv").write_text(
        "address,status,reason_en,reason_vi\n"
        'art_1,outside,"no rule, only words",chỉ là lời văn\n'
        "art_2/cl_1/pt_b,stated by a person,what is good,thế nào là tốt\n", "utf-8",
    )  # fmt: skip
    assert statuses(small) == {
        "art_1": "outside", "art_2": "partly", "art_2/cl_1": "partly", "art_2/cl_1/pt_a": "encoded",
        "art_2/cl_1/pt_b": "stated by a person",
    }  # fmt: skip


def test_sentences_of_a_provision(small: Path) -> None:
    (small / "ledger.csv").write_text(
        "address,sentence,status,reason_en,reason_vi\n"
        "art_2/cl_1/pt_b,2,left open,who says,ai xác định\n"
        "art_2/cl_1/pt_b,1,encoded,a case shows it,có tình huống\n", "utf-8",
    )  # fmt: skip
    found = {e.citation.path: e for e in make_ledger(la.load(small).rulebook, small)}["invented/art_2/cl_1/pt_b"]
    assert (found.status, [(n, x.status) for n, x in found.sentences.items()]) == ("partly", [(1, "encoded"), (2, "left open")])
    assert "sentence 2: left open (who says)" in run("ledger", "--ruleset", small)[1]
    assert "câu 2: chưa xác định được (ai xác định)" in run("ledger", "--ruleset", small, "--lang", "vi")[1]
    (small / "ledger.csv").write_text("address,sentence,status,reason_en,reason_vi\nart_1,two,outside,a,b\n", "utf-8")
    with pytest.raises(LedgerError, match="no number of a sentence"):
        statuses(small)


@pytest.mark.parametrize(
    ("line", "says"),
    [("art_1,done,a,b", "“done” is none of"), ("clause 1,encoded,a,b", "no address"), ("art_1,partly,,b", "reason")],
)
def test_a_ledger_line_that_cannot_be_used_says_why(small: Path, line: str, says: str) -> None:
    (small / "ledger.csv").write_text(f"address,status,reason_en,reason_vi\n{line}\n", "utf-8")
    with pytest.raises(LedgerError, match=says) as caught:
        statuses(small)
    assert "dòng 2" in caught.value.message.vi


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    return done.exit_code, done.output


def test_attach_change_a_word_and_confirm(small: Path) -> None:
    text = small.parent / "text.txt"
    text.write_text(TEXT, "utf-8")
    code, said = run("law", "attach", text, "--lang", "en", "--ruleset", small)
    assert code == 0
    assert "2 articles, 1 clauses, 2 points" in said
    text.write_text(TEXT.replace("four hours", "five hours"), "utf-8")
    code, said = run("law", "attach", text, "--lang", "en", "--ruleset", small)
    assert "Point a, Clause 1, Article 2" in said
    code, said = run("ledger", "--ruleset", small)
    assert code == 1
    (stale,) = [line for line in said.splitlines() if "STALE" in line]
    assert "invented/all.law:16" in stale
    code, said = run("ledger", "--ruleset", small, "--confirm", "art_2/cl_1/pt_a")
    assert "STALE" not in said
    code, said = run("ledger", "--ruleset", small, "--confirm", "art_9")
    assert code == 4
    assert "art_9" in said
    code, said = run("ledger", "--ruleset", small, "--lang", "vi")
    assert "CHƯA THEO DÕI" in said
    entries = json.loads(run("ledger", "--ruleset", small, "--format", "json")[1])
    assert entries[0]["address"] == "invented/art_1"


def test_a_provision_that_vanishes_is_stale_and_a_text_without_articles_is_refused(small: Path) -> None:
    official.attach(small, TEXT, "en", "invented", "t")
    official.attach(small, TEXT.replace("b) if it is good.\n", ""), "en", "invented", "t")
    assert official.stale(small, "invented") == {Citation("invented", "2", "1", "b"): ("en",)}
    with pytest.raises(official.NothingFound):
        official.attach(small, "Only words.", "en", "invented", "t")
    assert len(attached(small, "en")) == 4  # what was attached before stays


# ------------------------------------------------------------------ the shipped ledger, and the real texts where they are

LAW = Path(__file__).resolve().parents[3] / "shared" / "law"
TEXTS = {"en": "circular.en.txt", "vi": "circular_02_2021.vi.txt"}
POINTS = {  # Articles 3 to 10: points of each clause
    "art_3/cl_2": "ab", "art_4/cl_1": "abcd+eghikl", "art_4/cl_3": "abcd+egh", "art_5/cl_1": "abcd+eghiklm",
    "art_5/cl_3": "abcd+egh", "art_6/cl_1": "ab", "art_6/cl_3": "ab", "art_7/cl_1": "abcd+", "art_7/cl_2": "ab",
    "art_8/cl_2": "ab", "art_8/cl_3": "ab", "art_8/cl_4": "abcd", "art_9/cl_2": "abc", "art_9/cl_3": "ab",
    "art_10/cl_2": "ab", "art_10/cl_3": "ab", "art_10/cl_4": "ab",
}  # fmt: skip


def test_nothing_that_the_shipped_rules_name_is_unaccounted_for(root: Path, rules: la.Rules) -> None:
    entries = make_ledger(rules.rulebook, root / "rulesets" / rules.rulebook.id)
    assert [e.citation.path for e in entries if e.status == "unaccounted"] == []
    assert all(e.reason.en and e.reason.vi for e in entries if e.status in ("stated by a person", "outside"))


@pytest.mark.parametrize("name", ["circular_02_2021", "decree_144_2017", "criminal_code"])
def test_what_the_ledger_calls_encoded_is_shown_by_an_example(root: Path, rules: la.Rules, name: str) -> None:
    folder = root / "rulesets" / rules.rulebook.id
    examples = {c.key: c for c in read_cases(rules.rulebook, case_files(folder))}
    every = make_ledger(la.load(root / "rulesets" / name).rulebook, root / "rulesets" / name)
    named = [(e, key) for e in every for n in (e, *e.sentences.values()) for key in re.findall(r"worked example (\w+)", n.reason.en)]
    assert named
    for entry, key in named:
        cited = run_case(rules, examples[key]).cited
        assert not entry.rules or any(c.within(entry.citation) for c in cited), (entry.citation.path, key)


@pytest.mark.skipif(not LAW.is_dir(), reason="the texts of the law are not part of the project")
def test_every_point_of_the_circular_is_found_and_none_unaccounted_for(
    root: Path, rules: la.Rules, tmp_path: Path
) -> None:
    folder = tmp_path / "rulesets" / rules.rulebook.id
    shutil.copytree(root / "rulesets", tmp_path / "rulesets", ignore=shutil.ignore_patterns("official_text"))
    for lang, name in TEXTS.items():
        done = official.attach(folder, (LAW / name).read_text("utf-8"), lang, rules.rulebook.id, name)
        assert (done.cut.doubts, done.only_here, done.only_there, done.first) == ((), (), (), False)
        found = [p.citation.path.partition("/")[2] for p in done.cut.passages]
        for clause, letters in POINTS.items():
            points = [p.rpartition("_")[2] for p in found if p.startswith(f"{clause}/pt_")]
            assert points == ["dd" if c == "+" else c for c in letters], clause
        assert sum("/pt_" in p for p in found if int(p.split("/")[0][4:]) in range(3, 11)) == sum(
            map(len, POINTS.values())
        )
    entries = make_ledger(rules.rulebook, folder)
    assert len(entries) == 125
    assert [e.citation.path for e in entries if e.status == "unaccounted" or e.stale or not e.in_text] == []


def test_the_attached_text_is_no_part_of_the_project(root: Path) -> None:
    assert "official_text/" in (root / ".gitignore").read_text("utf-8").splitlines()


def test_explanations_quote_the_attached_text(small: Path) -> None:
    official.attach(small, TEXT, "en", "invented", "text.txt")
    result = la.load(small).evaluate({"time": "9"})
    assert result.counted == "4"
    assert "       | up to four hours;" in result.explain("en", layer="full")
    assert "  > up to four hours;" in result.explain("en", "markdown", layer="full")
    assert "<blockquote><p>up to four hours;</p></blockquote>" in result.explain("en", "html", layer="full")
    assert "up to" not in result.explain("vi", layer="full")
