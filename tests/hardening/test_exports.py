"""What goes out: explanations, templates, tables for spreadsheets, names of files, personal data (X34, X41-X50)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jinja2 import Environment, TemplateError, meta, nodes

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from legalaid_dsl.explain import records, render

FORMS = ("text", "markdown", "html")
EVIL = [
    "{{7*7}}", "{% for x in y %}", "{# gone #}", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "' onload='x",
    "[a](javascript:x)", "![a](x)", "`code`", "**bold**", "# heading", "| a | b |", "</td></tr>", "&lt;", "${7*7}",
]  # fmt: skip
LINES = ["\n\n1. WHAT IS PAYABLE\n   9 đồng", "a\r\nb", "a\x1b[2Jb", "a\x07b", "a\x00b", "a\x85b", "a\u2028b", "a\u2029b", "a\x9bb"]
BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0x200B, 0x200C, 0x200D, 0x2060, 0x00AD, 0xFEFF, 0xFE0F]


def case(text: str) -> dict[str, Any]:
    """A case in which a text from outside stands wherever one may."""
    return {
        "case_id": text, "form": "civil_proceedings", "complexity": "ordinary", "stages": ["first_instance"], "assigned_on": "2026-01-05",
        "closed_on": "2026-09-30", "offences": [{"name": text}],
        "providers": [{"id": text, "kind": "lawyer", "method": "actual_sessions", "method_chosen_on": "2026-01-05"}],
        "entries": [
            {"id": text, "provider": text, "date": "2026-02-02", "task": "court_hearing", "stage": "first_instance", "hours": "6", "certified_by": ["judge"]},
            {"id": f"{text}2", "provider": text, "date": "2026-02-02", "task": "court_hearing", "hours": "6"},
        ],
    }  # fmt: skip


# ------------------------------------------------------------------ facts in explanations


@pytest.mark.parametrize("number", BIDI, ids=lambda n: f"U+{n:04X}")
def test_x34_hidden_characters_of_facts_are_kept_and_shown_escaped(rules: la.Rules, number: int) -> None:
    text = f"A{chr(number)}B"
    result = rules.evaluate(case(text))
    assert result.to_dict()["case_id"] == text
    for form in FORMS:
        shown = result.explain(format=form)
        assert chr(number) not in shown
        assert f"U+{number:04X}" in shown


@pytest.mark.parametrize("text", EVIL[:3])
@pytest.mark.parametrize("form", FORMS)
def test_x41_what_looks_like_a_template_is_printed_as_it_is(rules: la.Rules, text: str, form: str) -> None:
    shown = rules.evaluate(case(text)).explain(format=form)
    plain = re.sub(r"\\(.)", r"\1", shown).replace("&#39;", "'").replace("&#34;", '"')
    assert plain.count(text) >= 3
    assert "49" not in re.sub(r"[0-9a-f]{12,}", "", shown.replace(text, ""))  # a digest has any digits


@pytest.mark.parametrize("text", LINES, ids=range(len(LINES)))
@pytest.mark.parametrize("form", FORMS)
def test_x41_a_value_is_one_line_and_makes_no_heading(rules: la.Rules, text: str, form: str) -> None:
    shown = rules.evaluate(case(text)).explain(format=form)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", shown)
    plain = rules.evaluate(case("A")).explain(format=form)
    assert len(shown.split("\n")) == len(plain.split("\n"))
    assert len(re.findall(r"^\W*1\. WHAT IS PAYABLE", shown, re.MULTILINE)) == len(re.findall(r"^\W*1\. WHAT IS PAYABLE", plain, re.MULTILINE))


# ------------------------------------------------------------------ templates


@pytest.fixture
def fill(tmp_path: Path, rules: la.Rules) -> Callable[..., str]:
    """A template written by somebody, filled with a result."""
    count = 0

    def filled(text: str, form: str = "html", **values: Any) -> str:
        nonlocal count
        count += 1
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / f"page.{render.FORMATS[form]}.j2").write_text(text, "utf-8")
        return render.fill(folder, "page", form, **{"v": "A", **values})

    return filled


ESCAPES = [
    "{{ cycler.__init__.__globals__ }}", "{{ ''.__class__ }}", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ v.__class__ }}", "{{ self.__dict__ }}",
    "{{ lipsum.__globals__ }}", "{{ namespace }}", "{{ dict }}", "{{ range(9) }}", "{{ joiner }}", "{{ v|attr('__class__') }}", "{{ '{0.__class__}'.format(v) }}",
    "{{ '{a.__class__}'.format_map({'a': v}) }}", "{{ v.format.__self__ }}", "{{ loop }}", "{% include '/etc/passwd' %}",
    "{% include '../page.html.j2' %}", "{% import 'os' as os %}{{ os }}", "{{ v|pprint }}", "{{ v|map(attribute='__class__')|list }}", "{{ x.update({}) }}",
    "{{ x.__init__.__globals__ }}", "{{ x.append(1) }}", "{{ v.encode() }}", "{{ v is sameas v }}",
]  # fmt: skip


@pytest.mark.parametrize("text", ESCAPES)
@pytest.mark.parametrize("form", FORMS)
def test_x42_a_template_reaches_nothing_but_what_it_is_given(fill: Callable[..., str], text: str, form: str) -> None:
    with pytest.raises((TemplateError, ValueError)):
        fill(text, form, x=[1])


def test_x42_templates_are_never_taken_from_facts(root: Path) -> None:
    for file in (root / "legalaid_dsl").rglob("*.py"):
        assert "from_string" not in file.read_text("utf-8"), file


BOMBS = ["{{ 'a' * 100000000 }}", "{{ 100000000 * 'a' }}", "{{ [1] * 100000000 }}", "{{ 9 ** 9 ** 9 }}", "{{ 'a'|center(900000000) }}", "{{ 'a'|indent(900000000) }}",
         "{{ '%900000000d' % 1 }}", "{{ '{:900000000}'.format(1) }}", "{{ 'a'.ljust(900000000) }}", "{{ 'a'.center(900000000) }}", "{{ 'a'.zfill(900000000) }}"]  # fmt: skip


@pytest.mark.parametrize("text", BOMBS)
def test_x43_what_would_fill_the_memory_is_refused(fill: Callable[..., str], text: str) -> None:
    with pytest.raises((TemplateError, ValueError)):
        fill(text)


DOUBLING = "{% set a = 'xxxxxxxx' %}" + "".join("{% set a = a ~ a ~ a ~ a %}" for _ in range(11)) + "{{ a }}"  # 32 MB


@pytest.mark.parametrize("text", [DOUBLING, "{% for a in x %}{% for b in x %}{% for c in x %}abcdefghij{% endfor %}{% endfor %}{% endfor %}"])
def test_x43_a_page_has_a_limit(fill: Callable[..., str], text: str) -> None:
    with pytest.raises((TemplateError, ValueError)):
        fill(text, x=list(range(130)))


@pytest.mark.parametrize("text", ["{{ nothing }}", "{{ v.nothing }}", "{% if nothing %}{% endif %}", "{% for a in nothing %}{% endfor %}", "{{ nothing.more }}"])
@pytest.mark.parametrize("form", FORMS)
def test_x44_a_name_that_is_not_there_is_an_error(fill: Callable[..., str], text: str, form: str) -> None:
    with pytest.raises(TemplateError):
        fill(text, form)


LAYOUTS = sorted((Path(la.__file__).parent / "explain" / "templates").rglob("*.j2"))


PLAIN = Environment()
PLAIN.filters["over"] = dict  # the sandbox's own: one table laid over another


def made_in(path: Path) -> set[str]:
    """What a file of words gives to the layouts that import it."""
    body = PLAIN.parse(path.read_text("utf-8")).body
    return {n.name for n in body if isinstance(n, nodes.Macro)} | {n.target.name for n in body if isinstance(n, nodes.Assign) and isinstance(n.target, nodes.Name)}


WORDS = set.intersection(*(made_in(p) for p in LAYOUTS if p.name == "words.j2"))


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_x44_every_name_in_our_templates_is_a_field_of_a_record(path: Path) -> None:
    fields = {f.name for kind in vars(records).values() if isinstance(kind, type) and hasattr(kind, "__attrs_attrs__") for f in kind.__attrs_attrs__}
    tree = PLAIN.parse(path.read_text("utf-8"))
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name in ("w", "en", "vi"):
            assert node.attr in WORDS, node.attr
        elif isinstance(node.node, nodes.Name) and node.node.name not in ("t", "loop", "words"):
            assert node.attr in fields | {"lower", "split"}, node.attr
    given = {"en_view", "vi_view"} if path.name.startswith("brief.") else {"v"}
    assert meta.find_undeclared_variables(tree) <= given | {"t"} | fields


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(attributes)))


def tags(page: str) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
    reader = Tags()
    reader.feed(page)
    return reader.found


@pytest.mark.parametrize("text", EVIL)
def test_x45_no_text_from_outside_becomes_html(rules: la.Rules, text: str) -> None:
    page = rules.evaluate(case(text)).explain(format="html")
    assert tags(page) == tags(rules.evaluate(case("A")).explain(format="html"))


@pytest.mark.parametrize("text", EVIL)
def test_x45_no_text_from_outside_becomes_markdown(rules: la.Rules, text: str) -> None:
    shown = rules.evaluate(case(text)).explain(format="markdown")
    bare = re.sub(r"\\.", "·", shown)  # in place of each mark that is made neutral, also beside marks of our own
    assert text not in bare or not re.search(r"[\\`*_\[\]<>#|]", text)
    assert not re.search(r"<(?:script|img)", bare)


@pytest.mark.parametrize("name", ["x.html.j2", "x.md.j2", "x.txt.j2"])
def test_x45_escaping_does_not_depend_on_the_name_of_a_file(tmp_path: Path, name: str) -> None:
    form = {v: k for k, v in render.FORMATS.items()}[name.split(".")[1]]
    (tmp_path / name).write_text("<b>{{ v }}</b>", "utf-8")
    shown = render.fill(tmp_path, "x", form, v="<i>*a*</i>")
    assert shown.startswith("<b>")
    if form != "text":
        assert "<i>" not in re.sub(r"\\.", "", shown)


def test_x45_attributes_in_our_layouts_are_quoted_and_hold_no_address(root: Path) -> None:
    for path in (root / "legalaid_dsl").rglob("*.html.j2"):
        text = path.read_text("utf-8")
        assert not re.search(r"\s[\w-]+\s*=\s*\{\{", text), path
        for value in re.findall(r"(?:href|src|action|formaction|on\w+)\s*=\s*[\"']([^\"']*)", text):
            ours = value.startswith(("#", "/", "../")) or "book" in path.parts  # a book leads to its own pages (tests/book)
            assert "{{" not in value or ours, (path, value)
        assert "|safe" not in text and "| safe" not in text and "autoescape" not in text


@pytest.mark.parametrize(
    "text",
    ["{% if v %}" * 200 + "{% endif %}" * 200, "{{ " + "(" * 1_000 + "1" + ")" * 1_000 + " }}", "{{ " + "[" * 1_000 + "]" * 1_000 + " }}",
     "{{ " + "not " * 3_000 + "v }}", "{{ v" + ".a" * 3_000 + " }}", "{% if", "{{", "{% endfor %}", "{{ v |nosuch }}", "{% for a in v %}" * 30 + "{% endfor %}" * 30,
     "{% include 'page.html.j2' %}", "{% extends 'page.html.j2' %}", "{% import v as x %}", "{{ v / 0 }}", "{{ v + 1 }}", "{{ 1() }}", "{{ v|join(1, 2, 3) }}"],
    ids=range(17),
)  # fmt: skip
def test_x46_a_template_that_cannot_be_used_is_a_templates_error(fill: Callable[..., str], text: str) -> None:
    with pytest.raises(TemplateError):
        fill(text)


# ------------------------------------------------------------------ spreadsheets


CELLS = ["=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", '=HYPERLINK("x")', "=cmd|' /C calc'!A0", "＝1+1"]


@pytest.mark.parametrize("cell", CELLS)
def test_x47_a_cell_that_would_be_a_formula_is_text(tmp_path: Path, cell: str) -> None:
    files = pytest.importorskip("legalaid_dsl.study.files")
    files.write_csv(tmp_path / "a.csv", ["id", "pay"], [{"id": cell, "pay": "-3.5"}, {"id": f'a",{cell}', "pay": None}, {"id": f"a;{cell}", "pay": 3}])
    rows = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"), newline="")))
    assert not re.match(r"[=+\-@\t\r\n＝]", rows[1][0].lstrip(" "))
    assert rows[1][1] == "-3.5"  # a number stays one
    assert not re.match(r"[=+\-@\t\r]", rows[2][0])


def test_x48_nothing_here_writes_workbooks_by_a_librarys_guess(root: Path) -> None:
    """openpyxl makes any text that begins with “=” a formula; who writes a workbook says that a cell is text."""
    for file in (root / "legalaid_dsl").rglob("*.py"):
        text = file.read_text("utf-8")
        if re.search(r"(openpyxl|xlsxwriter)\.Workbook\(", text):
            assert re.search(r"data_type\s*=\s*[\"']s[\"']|write_string", text), file


# ------------------------------------------------------------------ names of files, logs


NAMES = ["../x", "..", "/etc/x", "CON", "nul.txt", "x" * 300, "a\nb", "a/b", "a\\b", "C:x", "", ".", "a:b", "*?", "đ" * 200, "~", "-rf", "a\x00b"]


def lines_of(ids: list[str]) -> str:
    return "".join(json.dumps({"case_id": i, "form": "civil_proceedings", "providers": [], "entries": [], "closed_on": "2026-09-30"}) + "\n" for i in ids)


def test_x49_no_text_of_a_case_names_a_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    above = tmp_path / "above"
    above.mkdir()
    (above / "cases.jsonl").write_text(lines_of(NAMES[:-1]), "utf-8")
    before = set(tmp_path.rglob("*"))
    ran = CliRunner().invoke(main, ["study", str(above / "cases.jsonl"), "--out", str(above / "out"), "--parts", "2"])
    assert ran.exception is None or isinstance(ran.exception, SystemExit)
    new = set(tmp_path.rglob("*")) - before
    assert all((above / "out") in [p, *p.parents] for p in new)
    for path in new:
        assert re.fullmatch(r"[A-Za-z0-9_.=%-]{1,100}", path.name), path.name
        assert path.stem.upper() not in ("CON", "NUL", "AUX", "PRN")


def test_x49_the_values_that_cut_a_portfolio_become_safe_names(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    folder = tmp_path / "in"
    folder.mkdir()
    values = ["../x", "a/b", "CON", "a:b", "đ", "=1", ".."]
    rows = "".join(f'{i},civil_proceedings,"{v}"\n' for i, v in enumerate(values))
    (folder / "cases.csv").write_text("id,form,office\n" + rows, "utf-8")
    ran = CliRunner().invoke(main, ["spread", str(folder), "--out", str(tmp_path / "out"), "--by", "office"])
    assert ran.exception is None or isinstance(ran.exception, SystemExit)
    assert {p.name for p in tmp_path.iterdir()} <= {"in", "out"}
    for path in (tmp_path / "out").rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9_.=%-]{1,120}", path.name), path.name
        assert path.name not in ("office=..", "office=.")


@pytest.mark.parametrize("name", NAMES)
def test_x49_what_is_said_of_a_case_is_one_line(tmp_path: Path, name: str) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps({"case_id": name, "hourz\nERROR": 1}), "utf-8")
    ran = CliRunner().invoke(main, ["evaluate", str(file)])
    assert ran.exit_code == 2
    assert "\nERROR" not in ran.output
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", ran.output)


# ------------------------------------------------------------------ personal data


PERSON = "Nguyễn Thị Hòa"


def test_x50_a_mask_takes_personal_data_out_of_every_part_of_a_result(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps({**case("A"), "offences": [{"name": PERSON}], "case_id": f"HS {PERSON}"}), "utf-8")
    for form in (*FORMS, "json"):
        ran = CliRunner().invoke(main, ["evaluate", str(file), "--format", form, "--mask", "offences.name", "--mask", "case_id"])
        assert ran.exit_code in (0, 3), ran.output
        assert PERSON not in ran.output
        assert "Nguyễn" not in ran.output


def test_x50_a_mask_is_told_with_the_result(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case("A")), "utf-8")
    ran = CliRunner().invoke(main, ["evaluate", str(file), "--format", "json", "--mask", "case_id"])
    assert "case_id" in json.dumps(json.loads(ran.stdout).get("masked"))


def test_x50_labels_reach_no_rule_no_digest_and_no_trace(rules: la.Rules) -> None:
    """Contract 0.18: names and addresses are labels, which no rule reads."""
    named = {**case("A"), "labels": {"name": PERSON}}
    with_name, without = rules.evaluate(named), rules.evaluate(case("A"))
    assert with_name.status == without.status
    assert PERSON not in json.dumps(with_name.to_dict()["trace"], ensure_ascii=False)
    assert with_name.to_dict()["ruleset"] == without.to_dict()["ruleset"]


@pytest.mark.parametrize("labels", [{str(i): "a" for i in range(51)}, {"name": "x" * 201}, {"name": 3}, ["name"]])
def test_x50_labels_have_limits(rules: la.Rules, labels: Any) -> None:
    assert rules.evaluate({"labels": {"name": PERSON}}).status != "refused"
    assert rules.evaluate({"labels": labels}).status == "refused"
