"""Papers: the numbers are those of the decision, to the đồng; nothing from outside is more than text; one page; an office's layouts."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from docx import Document

import legalaid_dsl as la
from legalaid_dsl.basics.neutral import visible
from legalaid_dsl.cli.main import main
from legalaid_dsl.papers.payments import PaymentList, as_texts, list_of, workbook
from legalaid_dsl.papers.printed import UnusableLayout, docx, office_words, pdf
from legalaid_dsl.papers.printing import Asked, printed
from legalaid_dsl.papers.read_back import read_workbook
from legalaid_dsl.papers.record import TEMPLATES, CasePapers
from legalaid_dsl.papers.schedule_form import schedule
from tests.papers.given import HOSTILE, LUMP, hostile, sessions

NUMBER = re.compile(r"\d[\d.,]*\d|\d")
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def papers_of(rules: la.Rules, case: Any, lang: str, office: dict[str, str] | None = None) -> CasePapers:
    return CasePapers(rules.evaluate(case), case, lang, office or {})


def text_of(data: bytes) -> str:
    """Everything that a Word document says, its tables too."""
    document = Document(io.BytesIO(data))
    return "\n".join("".join(t.text or "" for t in p.iter() if t.tag.endswith("}t")) for p in document.element.body.iter() if p.tag.endswith("}p"))


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", data))


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("case", [LUMP, sessions(5)], ids=["lump sum", "sessions"])
def test_the_numbers_of_a_statement_are_those_of_the_text(rules: la.Rules, case: Any, lang: str) -> None:
    papers = papers_of(rules, case, lang)
    told = papers.result.explain(lang, layer="statement")
    labels = json.dumps([case.get("labels"), *(p.get("labels") for p in case["providers"])])
    known = set(NUMBER.findall(told + labels + papers.view.digest + papers.view.ruleset))
    for person in papers.view.people:
        data = papers.statement(person)
        assert data["money"]["value"] in told
        assert all(line["text"] in told and line["cites"] in told for line in data["sums"])
        said = text_of(docx("statement", data))
        rows = {str(n) for n in range(1, 100)}  # lines are counted
        findings = {n for f in data["findings"] for n in NUMBER.findall(f["text"] + f["cites"] + f["subject"])}
        assert set(NUMBER.findall(said)) - known - rows - findings == set()
        assert data["money"]["value"] in said
        amount = next(p["amount"] for p in papers.result.to_dict()["providers"] if p["id"] == person.id)
        assert NUMBER.findall(data["money"]["value"])[0].replace(".", "").replace(",", "") == amount


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_pdf_and_word_say_the_same(rules: la.Rules, lang: str, tmp_path: Path) -> None:
    papers = papers_of(rules, LUMP, lang, office_words(None, lang))
    for paper, data in (("statement", papers.statement(papers.view.people[0])), ("notice", papers.notice(papers.view.people[0])), ("schedule", papers.schedule())):
        (tmp_path / "x.pdf").write_bytes(pdf(paper, data))
        printed_text = subprocess.run(["pdftotext", "-layout", tmp_path / "x.pdf", "-"], capture_output=True, check=True).stdout.decode("utf-8")
        word = text_of(docx(paper, data))
        assert set(NUMBER.findall(printed_text)) - {"1", "2", "3"} <= set(NUMBER.findall(word + data["ruleset"] + data["digest"])) | {"1/1"}, paper
        assert "Trần Văn Ưng" in printed_text
        assert "Trần Văn Ưng" in word


def payments(rules: la.Rules, cases: Iterable[Any], lang: str = "vi", **more: Any) -> PaymentList:
    return list_of([papers_of(rules, c, lang) for c in cases], lang, **more)


def test_the_list_adds_up_to_the_dong(rules: la.Rules) -> None:
    cases = [LUMP, sessions(4), sessions(7, "TT.TT.03.2026")]
    listed = payments(rules, cases, month="2026-09")
    amounts = [int(p["amount"]) for c in cases for p in rules.evaluate(c).to_dict()["providers"]]
    assert [int(p.numbers["amount"] or 0) for p in listed.payments] == amounts
    assert listed.total == sum(amounts) == sum(a for _, _, a in listed.by_person())
    assert [(w.key, n) for w, n, _ in listed.by_person()] == [("001", 1), ("lê thị ữ", 1), ("002", 2)]
    assert as_texts(listed)["total"].replace(".", "") == str(sum(amounts))


def test_what_is_in_the_workbook_is_text_or_number(rules: la.Rules) -> None:
    listed = payments(rules, [hostile(), sessions(4)])
    data = workbook(listed)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheets = [packed.read(n) for n in packed.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not [n for n in packed.namelist() if "hyperlink" in n.lower() or "external" in n.lower()]
    assert not [s for s in sheets if b"<f>" in s or b"<f " in s or b"<hyperlink" in s]
    cells = ElementTree.fromstring(sheets[0]).iter(f"{CELL}c")
    numbers = [Fraction(c.findtext(f"{CELL}v") or "0") for c in cells if c.get("t") is None and c.find(f"{CELL}v") is not None]
    assert listed.total in numbers
    assert {p.numbers["amount"] for p in listed.payments} <= set(numbers)
    assert workbook(listed) == data


def test_a_file_that_comes_twice_is_paid_once(rules: la.Rules) -> None:
    once, twice = payments(rules, [LUMP]), payments(rules, [LUMP, LUMP])
    assert twice.total == once.total
    assert [(x.case_id, x.reason) for x in twice.left] == [("TT.TT.01.2026", "hồ sơ đã có trong danh sách")]
    assert [f.kind for f in twice.found] == ["case_twice"]


def test_what_is_not_determined_or_of_another_month_is_left_out_and_told(rules: la.Rules) -> None:
    later = {**LUMP, "case_id": "L", "closed_on": "2026-10-01"}
    unknown = {k: v for k, v in sessions(2, "U").items() if k != "closed_on"}
    listed = payments(rules, [LUMP, later, unknown, {"form": "x"}, {**LUMP, "case_id": "D", "tasks_complete": None}], month="2026-09", lang="en")
    assert {p.case_id for p in listed.payments} == {"TT.TT.01.2026"}
    assert [(x.case_id, x.reason.partition(":")[0].partition("(")[0].strip()) for x in listed.left] == [
        ("L", "of another month"), ("U", "no day by which it belongs to a month"), ("", "refused"),
        ("D", "Not determined"),
    ]  # fmt: skip


# ------------------------------------------------------------------ text from outside


def test_nothing_from_outside_is_more_than_text(rules: la.Rules) -> None:
    case = hostile()
    papers = papers_of(rules, case, "vi", {"head": HOSTILE[1]})
    person = papers.view.people[0]
    for paper, data in (("statement", papers.statement(person)), ("notice", papers.notice(person)), ("schedule", papers.schedule())):
        made = docx(paper, data)
        said = text_of(made)
        given = [case["labels"]["name"], case["labels"]["address"], *case["providers"][0]["labels"].values(), case["case_id"]]
        assert [x for x in given if visible(x) not in said] == [], paper
        with zipfile.ZipFile(io.BytesIO(made)) as packed:
            assert b"49" not in packed.read("word/document.xml").split(b"{{ 7*7 }}")[0][-3:]
            assert not [n for n in packed.namelist() if b"HYPERLINK" in packed.read(n) and b"instrText" in packed.read(n)]
        assert pdf(paper, data).startswith(b"%PDF")
    assert visible(case["providers"][1]["labels"]["name"]) in text_of(docx("schedule", papers.schedule()))  # long, and whole


def test_cases_that_cannot_be_read_have_papers_that_say_so(rules: la.Rules) -> None:
    odd: list[Any] = [
        {}, {"labels": "x"}, {"providers": 3, "entries": [None, {"labels": [1]}]}, {"case_id": ["x"], "labels": {"name": 7}},
        {**LUMP, "case_id": "R", "closed_on": "2021-01-01"}, {**LUMP, "providers": [], "entries": []},
    ]  # fmt: skip
    names = [n for n, _ in printed([(rules.evaluate(c), c) for c in odd], Asked(formats=("docx", "xlsx")))]
    assert "payments.en.xlsx" in names
    listed = payments(rules, odd, "en")
    assert len(listed.left) == 5
    assert listed.total == 0


def test_names_of_files_cannot_lead_anywhere(rules: la.Rules) -> None:
    case = hostile()
    decided = [(rules.evaluate(c), c) for c in (case, {**case, "case_id": "..//=1+1"})]
    names = [n for n, _ in printed(decided, Asked(papers=("schedule",), formats=("docx",)))]
    assert names == ["schedule_.._..__1_1.en.docx", "schedule_..___1_1.en.docx"]
    assert len({n for n, _ in printed([decided[0]] * 2, Asked(papers=("schedule",), formats=("docx",)))}) == 2


# ------------------------------------------------------------------ layouts


@pytest.mark.parametrize("lines", [1, 12, 36])
def test_a_statement_is_one_page(rules: la.Rules, lines: int) -> None:
    papers = papers_of(rules, sessions(lines), "vi", office_words(None, "vi"))
    assert pages(pdf("statement", papers.statement(papers.view.people[0]))) == 1


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.long
@pytest.mark.parametrize("lines", [1, 12, 25, 36])
def test_a_statement_in_word_is_one_page(rules: la.Rules, tmp_path: Path, lines: int) -> None:
    for lang in ("vi", "en"):
        papers = papers_of(rules, sessions(lines), lang, office_words(None, lang))
        (tmp_path / f"{lang}.docx").write_bytes(docx("statement", papers.statement(papers.view.people[0])))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "vi.docx", tmp_path / "en.docx"]
    subprocess.run(command, check=True, capture_output=True)
    assert [pages((tmp_path / f"{lang}.pdf").read_bytes()) for lang in ("vi", "en")] == [1, 1]


def words_of(paper: Path) -> list[str]:
    """What stands on each page."""
    told = subprocess.run(["pdftotext", "-layout", paper, "-"], check=True, capture_output=True, text=True)
    return told.stdout.removesuffix("\f").split("\f")


def runs_on(found: list[str], amount: str) -> None:
    """A statement of more than a page: the header on each page with lines, the amount where the names are to be signed."""
    assert len(found) == 2
    assert all("Số buổi làm việc" in page for page in found)  # a column of the table of work
    assert [("ký, ghi rõ họ tên" in page, "Người lập" in page) for page in found] == [(False, False), (True, True)]
    assert all(amount in page for page in found)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_a_statement_with_many_lines_runs_on(rules: la.Rules, tmp_path: Path) -> None:
    papers = papers_of(rules, sessions(70), "vi", office_words(None, "vi"))
    data = papers.statement(papers.view.people[0])
    (tmp_path / "a.pdf").write_bytes(pdf("statement", data))
    found = words_of(tmp_path / "a.pdf")
    runs_on(found, data["money"]["value"])
    assert data["case_id"] in found[1] and data["person"]["name"] in found[1]


@pytest.mark.skipif(shutil.which("soffice") is None or shutil.which("pdftotext") is None, reason="LibreOffice or poppler is not installed")
@pytest.mark.long
def test_a_statement_in_word_with_many_lines_runs_on(rules: la.Rules, tmp_path: Path) -> None:
    papers = papers_of(rules, sessions(70), "vi", office_words(None, "vi"))
    data = papers.statement(papers.view.people[0])
    (tmp_path / "a.docx").write_bytes(docx("statement", data))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    subprocess.run(["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "a.docx"], check=True, capture_output=True)
    found = words_of(tmp_path / "a.pdf")
    *others, last = found
    assert len(others) in (1, 2) and all("Số buổi làm việc" in page for page in others)
    assert data["money"]["value"] in last and "ký, ghi rõ họ tên" in last and not any("ký, ghi rõ họ tên" in page for page in others)


def test_an_office_changes_words_and_layouts(rules: la.Rules, tmp_path: Path) -> None:
    (tmp_path / "office.toml").write_text('[vi]\nhead = "TRUNG TÂM TRỢ GIÚP PHÁP LÝ\\nTỈNH X"\nprepared = "Kế toán"\n', "utf-8", newline="\n")
    office = office_words(tmp_path, "vi")
    papers = papers_of(rules, LUMP, "vi", office)
    data = papers.statement(papers.view.people[0])
    said = text_of(docx("statement", data, tmp_path))
    assert {"TRUNG TÂM TRỢ GIÚP PHÁP LÝ", "TỈNH X", "Kế toán"} <= set(said.splitlines())
    assert "Chữ in nghiêng do cơ quan lập giấy tờ tự ghi" in said
    document = Document(io.BytesIO(docx("statement", data, tmp_path)))
    own = [p for c in document.tables[0].row_cells(0) for p in c.paragraphs if p.text == "TỈNH X"]
    assert [p.style.font.italic for p in own] == [True]
    (tmp_path / "statement.typ").write_text('#let d = json(bytes(sys.inputs.data))\n#d.money.value', "utf-8", newline="\n")
    assert pdf("statement", data, tmp_path) != pdf("statement", data)
    (tmp_path / "statement.typ").write_text("#nothing-of-this-name", "utf-8", newline="\n")
    with pytest.raises(UnusableLayout, match=r"statement\.typ"):
        pdf("statement", data, tmp_path)
    with pytest.raises(UnusableLayout, match=r"office\.toml"):
        office_words(tmp_path, "en")
    bad = Document(TEMPLATES / "statement.docx")
    bad.add_paragraph("{{ v.money.__class__ }}")
    bad.save(str(tmp_path / "statement.docx"))
    with pytest.raises(UnusableLayout, match=r"statement\.docx"):
        docx("statement", data, tmp_path)


def test_every_paper_is_made_and_made_alike(rules: la.Rules) -> None:
    decided = [(rules.evaluate(c), c) for c in (LUMP, sessions(3))]
    made = dict(printed(decided, Asked(lang="vi", month="2026-09")))
    assert {n.partition("_")[0] for n in made} == {"statement", "schedule", "notice", "payments"}
    assert len(made) == 2 * (2 + 3) + 2 * 2 + 2
    again, alone = (dict(printed(decided[:1], Asked(papers=("schedule", "payments"), lang="en"))) for _ in range(2))
    assert again == alone  # the same bytes


def test_illustrative_figures_stand_on_every_paper(rules: la.Rules) -> None:
    case = {**LUMP, "offences": [{"class": "serious"}]}
    result = rules.evaluate(case, figures="illustrative")
    papers = CasePapers(result, case, "en")
    for data in (papers.statement(papers.view.people[0]), papers.schedule(), papers.notice(papers.view.people[0]), as_texts(list_of([papers], "en"))):
        assert "ILLUSTRATIVE" in data["warning"]


# ------------------------------------------------------------------ the command


def test_papers_from_the_command_line(rules: la.Rules, tmp_path: Path) -> None:
    def run(*arguments: object) -> tuple[int, str, str]:
        done = CliRunner(env={"LEGALAID_LANG": None}).invoke(main, ["papers", *map(str, arguments)])
        return done.exit_code, done.stdout, done.stderr

    case, out = tmp_path / "case.json", tmp_path / "out"
    case.write_text(json.dumps(LUMP), "utf-8", newline="\n")
    status, said, _ = run("print", case, "--out", out, "--only", "statement", "--as", "docx", "--for", "P2", "--lang", "vi")
    assert (status, said.splitlines()) == (0, ["statement_TT.TT.01.2026_P2.vi.docx"])
    assert (out / "statement_TT.TT.01.2026_P2.vi.docx").is_file()
    book = tmp_path / "schedule.xlsx"
    book.write_bytes(schedule(rules.rulebook, "vi", LUMP))
    status, said, _ = run("print", book, "--out", tmp_path / "list", "--only", "payments", "--as", "xlsx", "--month", "2026-09")
    assert (status, said.splitlines()) == (0, ["payments_2026-09.en.xlsx"])
    read = read_workbook(tmp_path / "list" / "payments_2026-09.en.xlsx")
    total = next(row for row in read.sheets["List of payments"] if str(row[0]).startswith("Total"))
    assert f"{total[5]:.0f}" == rules.evaluate(LUMP).amount  # filled in, read back, paid: to the đồng
    status, _, said = run("print", case, "--out", out, "--month", "9/2026")
    assert (status, "2026-09" in said) == (4, True)
    status, said, _ = run("layouts", "--out", tmp_path / "own")
    assert (status, "office.toml" in said.splitlines()) == (0, True)
    (tmp_path / "own" / "office.toml").write_text("# ours", "utf-8")
    status, _, said = run("layouts", "--out", tmp_path / "own", "--lang", "vi")  # what an office changed stays
    assert (status, "đã được sửa" in said, (tmp_path / "own" / "office.toml").read_text("utf-8")) == (4, True, "# ours")
    status, _, said = run("print", case, "--out", out, "--for", "P2", "--for", "P9", "--lang", "vi")
    assert (status, "không có ai là “P9”; hiện có: P1, P2" in said) == (4, True)
