"""Explanations and templates that must not be turned against who reads them (hardening X41-X46, X49, X50)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
import jinja2
import pytest
from jinja2.exceptions import SecurityError

import legalaid_dsl as la
from legalaid_dsl.explain.masking import UnknownPath, checked, masked, personal
from legalaid_dsl.explain.render import FORMATS, environment, explain, fill

SECRET = "Nguyễn Thị Kín"
CASE: dict[str, Any] = {
    "case_id": SECRET, "form": "criminal_proceedings", "assigned_on": "2026-01-05", "closed_on": "2026-09-30", "stages": ["investigation"],
    "offences": [{"name": SECRET, "class": "very_serious"}],
    "providers": [{"id": f"{SECRET} 1", "kind": "lawyer", "method": "actual_sessions", "method_chosen_on": "2026-01-05"}],
    "entries": [
        {"id": f"{SECRET} 2", "provider": f"{SECRET} 1", "date": "2026-02-03", "task": "interrogation_or_testimony",
         "stage": "investigation", "hours": "7", "certified_by": ["investigator"]},
        {"id": f"{SECRET} 3", "provider": f"{SECRET} 1", "date": "2026-02-04", "task": "interrogation_or_testimony",
         "stage": "investigation", "hours": "7", "certified_by": ["accused"]},
    ],
}  # fmt: skip


@attrs.frozen
class Record:
    items: str = "of the record"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def filled(folder: Path, text: str, **values: Any) -> str:
    (folder / "t.txt.j2").write_text(text, "utf-8")
    environment.cache_clear()
    return fill(folder, "t", "text", **values)


@pytest.mark.parametrize("form", FORMATS)
def test_x41_braces_in_a_fact_are_printed_as_they_are(rules: la.Rules, form: str) -> None:
    text = rules.evaluate({**CASE, "case_id": "{{7*7}}{% if 1 %}"}).explain("en", form).replace("\\", "")
    assert "{{7*7}}{% if 1 %}" in text


@pytest.mark.parametrize(
    "text",
    ["{{ cycler.__init__ }}", "{{ ''.__class__ }}", "{{ v.__class__.__mro__ }}", "{{ [].append(1) }}", "{{ ''.join([]) }}", "{{ v.x }}",
     "{{ 'a'.format(1) }}", "{{ 'a'.center(9) }}", "{{ range(9) }}", "{{ d.pop('a') }}", "{{ self._TemplateReference__context }}"],
)  # fmt: skip
def test_x42_a_template_reaches_the_fields_of_records_and_nothing_else(folder: Path, text: str) -> None:
    with pytest.raises((SecurityError, jinja2.UndefinedError)):
        filled(folder, text, v=Record(), d={"a": 1})


@pytest.mark.parametrize("text", ["{{ 'a' * 5 }}", "{{ 9 ** 9 }}", "{{ [1] * 5 }}", "{{ 99999999 * 99999999 * 9 }}"])
def test_x43_a_template_cannot_make_much_of_little(folder: Path, text: str) -> None:
    with pytest.raises((SecurityError, jinja2.UndefinedError)):
        filled(folder, text)
    for name in ("center", "indent", "format", "map", "attr", "replace", "xmlattr", "tojson"):
        with pytest.raises(jinja2.TemplateAssertionError):
            filled(folder, f"{{{{ 'a' | {name} }}}}")


def test_x44_a_missing_name_is_an_error_and_a_key_is_never_a_method(folder: Path) -> None:
    with pytest.raises(jinja2.UndefinedError):
        filled(folder, "{{ v.amonut }}", v=Record())
    assert filled(folder, "{{ v.items }}, {{ d.items }}", v=Record(), d={"items": "of the table"}) == "of the record, of the table\n"
    with pytest.raises(jinja2.UndefinedError):
        filled(folder, "{{ d.keys }}", d={})


def test_x46_a_template_nested_too_deep_is_an_error_of_the_template(folder: Path) -> None:
    for text in ("{% if 1 %}" * 200 + "{% endif %}" * 200, "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}"):
        with pytest.raises((jinja2.TemplateError, SyntaxError, RecursionError)):
            filled(folder, text)


def test_x49_no_name_of_a_file_is_a_text_of_a_case() -> None:
    pytest.importorskip("pyarrow")
    from legalaid_dsl.study.spread.one_process import _directory

    for value in ("../x", "/etc", "CON", "a/b\\c", "x.", "x ", "a\nb", "\x1b", ".."):
        name = _directory("region", value)
        assert name.startswith("region=") and name.endswith("/") and name.count("/") == 1
        assert "\\" not in name and name.isprintable() and name[:-1] == name[:-1].rstrip(". ")
        assert quote(value, safe=" ").rstrip(". ") in name


@pytest.mark.parametrize("form", [*FORMATS, "json"])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_x50_what_is_masked_is_nowhere_and_the_copy_says_so(rules: la.Rules, form: str, lang: str) -> None:
    result = rules.evaluate(CASE).to_dict()
    before = json.dumps(result)
    paths = personal(rules.rulebook)
    found = masked(rules.rulebook, result, paths)
    text = json.dumps(found, ensure_ascii=False) if form == "json" else explain(rules.rulebook, found, lang, form)
    assert SECRET not in text and "Kín" not in text
    assert json.dumps(result) == before
    assert found["masked"] == list(paths)
    assert "case_id" in text.replace("\\", "") and "entries.id" in text
    assert [e["id"] for e in found["entries"]] == ["1", "2"]
    assert [e["sessions"] for e in found["entries"]] == [e["sessions"] for e in result["entries"]]


def test_x50_a_fact_is_masked_by_its_path_and_a_wrong_path_is_an_error(rules: la.Rules) -> None:
    result = rules.evaluate(CASE).to_dict()
    assert "3 February 2026" in explain(rules.rulebook, result)
    dates = masked(rules.rulebook, result, checked(rules.rulebook, ["entries.date"]))
    assert "2026-02-03" not in json.dumps([e["reads"] for e in dates["trace"]])
    assert "3 February 2026" not in explain(rules.rulebook, dates)
    assert checked(rules.rulebook, ["entries", "offences.name"]) == ("entries", "offences.name")
    with pytest.raises(UnknownPath, match=r"entries\.date"):
        checked(rules.rulebook, ["entries.dat"])


def test_x50_what_could_not_be_read_is_masked_too(rules: la.Rules) -> None:
    for case in ({**CASE, SECRET: 1}, {**CASE, "form": SECRET}, {**CASE, "entries": [{**CASE["entries"][0], "provider": SECRET}]}):
        result = rules.evaluate(case).to_dict()
        assert result["status"] == "refused"
        found = masked(rules.rulebook, result, personal(rules.rulebook))
        assert "Kín" not in json.dumps(found, ensure_ascii=False) + explain(rules.rulebook, found, "vi")
