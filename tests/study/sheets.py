"""The same two cases as people's tables have them: written into sheets of many kinds, and read back as case files."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

import legalaid_dsl as la
from legalaid_dsl.study.portfolio.run import Decider, TablePart, pieces_of
from legalaid_dsl.study.sheets.saved import read_saved

Row = list[Any]

# file number, provider, kind, method, day, task, stage, hours, certifiers
KEYS = ["case_id", "provider", "kind", "method", "date", "task", "stage", "hours", "certified_by"]
LINES: list[Row] = [
    ["TG-01", "Lê An", "lawyer", "actual_sessions", "2026-08-10", "mediation", "first_instance", "8", ["judge", "court_clerk"]],
    ["TG-01", "Lê An", "lawyer", "actual_sessions", "2026-08-13", "file_study", "first_instance", "3.5", ["centre"]],
    ["TG-01", "Vũ Bình", "state_legal_aid_officer", "actual_sessions", "2026-09-04", "court_hearing", "first_instance", "4", ["judge"]],
    ["TG-02", "Lê An", "lawyer", "actual_sessions", "2026-08-12", "preparing_arguments", "first_instance", "2.5", ["centre"]],
    ["TG-02", "Lê An", "lawyer", "actual_sessions", "2026-08-20", "court_hearing", "appeal", "3.1", ["judge", "court_clerk"]],
]
OF_CASE = ["form", "assigned_on", "closed_on", "complexity", "stages"]
CASES: dict[str, Row] = {
    "TG-01": ["civil_proceedings", "2026-08-01", "2026-09-30", "ordinary", ["first_instance"]],
    "TG-02": ["civil_proceedings", "2026-08-02", "2026-09-12", "complex", ["first_instance", "appeal"]],
}


def wanted() -> dict[str, Any]:
    """The cases as case files, without ids of work."""
    found = {}
    for case, values in CASES.items():
        lines = [x for x in LINES if x[0] == case]
        providers = {x[1]: {"id": x[1], "kind": x[2], "method": x[3]} for x in lines}
        entries = [dict(zip(["provider", *KEYS[4:]], [x[1], *x[4:]], strict=True)) for x in lines]
        found[case] = dict(zip(OF_CASE, values, strict=True)) | {"case_id": case, "providers": list(providers.values()), "entries": entries}
    return found


def read(decider: Decider, source: Any, columns: Path | None = None) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Case files by id, without ids of work, and the cells that were refused."""
    how = decider.understanding()
    if columns is not None:
        how.saved = read_saved(columns, how.words)
    found: dict[str, Any] = {}
    for piece in pieces_of(source, decider.things, 2, how):
        part = decider.part(piece)
        assert isinstance(part, TablePart)
        for i, case in enumerate(part.ids().to_pylist()):
            facts = part.facts(i)
            for entry in facts.get("entries", ()):
                entry.pop("id")
            found[case] = facts
    return found, [r.row() for r in how.refusals.take()]


class Names:
    """What things are called in one tongue."""

    def __init__(self, rules: la.Rules, lang: str) -> None:
        self.book, self.lang = rules.rulebook, lang

    def fact(self, key: str) -> str:
        return str(self.book.terms[key].names[self.lang])

    def choice(self, fact: str, key: str) -> str:
        return str(self.book.vocabularies[self.book.terms[fact].type.key].choices[key].names[self.lang])

    def header(self) -> Row:
        keys = ["case.case_id", *(f"case.{k}" for k in OF_CASE), "entries.provider", "providers.kind", "providers.method", *(f"entries.{k}" for k in KEYS[4:])]
        return [self.fact(k) for k in keys]

    def line(self, line: Row) -> Row:
        """A row of everything, its values by their names; days and hours as they are."""
        case, provider, kind, method, day, task, stage, hours, certified = line
        form, assigned, closed, complexity, stages = CASES[case]
        return [
            case, self.choice("case.form", form), assigned, closed, self.choice("case.complexity", complexity),
            "; ".join(self.choice("case.stages", s) for s in stages), provider, self.choice("providers.kind", kind),
            self.choice("providers.method", method), day, self.choice("entries.task", task), self.choice("entries.stage", stage), hours,
            "; ".join(self.choice("entries.certified_by", c) for c in certified),
        ]  # fmt: skip


def flat(rules: la.Rules, lang: str) -> list[Row]:
    """One table with a row a line, header first."""
    names = Names(rules, lang)
    return [names.header(), *(names.line(x) for x in LINES)]


def in_sheets(rules: la.Rules, lang: str) -> dict[str, list[list[Any]]]:
    """A sheet a thing, named by the glossary."""
    book = rules.rulebook
    rows = flat(rules, lang)
    cases: dict[str, Any] = {row[0]: row[:6] for row in rows}
    people = {(row[0], row[6]): [row[0], row[6], row[7], row[8]] for row in rows}
    head = next(iter(people))
    people[head][1] = "id"
    work = [[row[0], row[6], *row[9:]] for row in rows]
    return {
        str(book.things["case"].plurals[lang]).capitalize(): list(cases.values()),
        str(book.things["providers"].plurals[lang])[:31].upper(): list(people.values()),
        str(book.things["entries"].plurals[lang]).title(): work,
    }  # fmt: skip


def workbook(rows: list[Row], path: Path, title: str = "Sheet1") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def as_ods(rows: list[Row], path: Path, name: str = "Sheet1") -> Path:
    """A minimal .ods, its blank tail repeated as LibreOffice does; a formula has never been computed."""

    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, str) and value.startswith("#"):  # as LibreOffice writes an error
            return (
                f'<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>{value}</text:p></table:table-cell>'
            )
        if isinstance(value, str) and value.startswith("="):
            return f'<table:table-cell table:formula="of:{escape(value)}"/>'
        if isinstance(value, float | int):
            return f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    tail = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="{name}">{body}{tail}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path
