"""The rules of the house: one-way imports, no word of the law in Python, small files, exact numbers."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from legalaid_dsl.basics.worded import words

PACKAGE = Path(__file__).resolve().parent.parent / "legalaid_dsl"
FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = {p.relative_to(PACKAGE).with_suffix("").as_posix() for p in FILES} | {p.parent.relative_to(PACKAGE).as_posix() for p in FILES}
TEXTS = {p: p.read_text("utf-8") for p in FILES}
Nodes = dict[Path, list[ast.AST]]
MOST_FILES = 18  # of a room
MOST_NAMED = 12  # files that the page on architecture follows a case through


@pytest.fixture(scope="module")
def nodes() -> Nodes:
    """Every file parsed once; nothing changes it."""
    return {p: list(ast.walk(ast.parse(text))) for p, text in TEXTS.items()}


# Each may use those before it. A room stands for its files, save those that are named by themselves; the longest name counts.
ORDER = """
    basics
    language  language/recovery  language/parsing  language/printing
    rulebook  rulebook/resolve  rulebook/check  rulebook/files  rulebook/load  rulebook/amend  rulebook/files/cache
    engine  engine/interpreter  engine/lowered  engine/lowered/passes  engine/rows  engine/script
    cases/facts  cases/results  cases  in_time  explain  asking  result  api  receipts
    engine/columns
    study/portfolio/limits  study/portfolio/opened  study/portfolio/file_kinds
    study/sheets/written  study/sheets/words  study/sheets/cells  study/sheets/grid  study/sheets/formats  study/sheets
    study/portfolio  study/outcomes  study  making  study/comparison  study/choices  study/as_json
    workbench  workbench/examples  workbench/coverage  workbench/mutation  workbench/official  workbench/lint  workbench/editors
    study/proof/words  study/proof/bounds  study/proof/formulas  study/proof  study/simulation  study/spread
    workbench/server  papers  book  service  web/files  web  cli  cli/drafting  cli/talk
""".split()  # noqa: SIM905
DOORS = {"__init__", "__main__"}  # they load what is asked for, when it is asked for
BACK = {  # what a door gives on demand, and the one package that can be called
    ("result", "result", "receipts"),
    ("api", "api", "receipts"),
    ("study/__init__", "study", "study/portfolio"),
}


def room(path: Path) -> str:
    """The first part of a module's path."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


@cache
def layer(module: str) -> str:
    """The longest entry of ORDER that a module stands under."""
    return max((o for o in ORDER if module == o or module.startswith(f"{o}/")), key=len, default=module)


def imported(path: Path, nodes: Nodes) -> set[str]:
    """The modules of ours that a module imports, wherever in it; but those that only its types name."""
    package = path.relative_to(PACKAGE).parent.parts
    types = {
        id(inner) for node in nodes[path] if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for line in node.body for inner in ast.walk(line)
    }  # fmt: skip
    found = set()
    for node in nodes[path]:
        if isinstance(node, ast.ImportFrom) and node.level and id(node) not in types:
            base = [*package[: len(package) - node.level + 1], *(node.module.split(".") if node.module else ())]
            for alias in node.names:
                whole = "/".join([*base, alias.name])
                found.add(whole if whole in MODULES else "/".join(base))
    return found


def test_every_module_has_its_place() -> None:
    assert [n for n in map(name, FILES) if layer(n) not in ORDER and n not in DOORS] == []


def test_imports_point_one_way(nodes: Nodes) -> None:
    wrong = [
        (name(path), other)
        for path in FILES if name(path) not in DOORS
        for other in sorted(imported(path, nodes))
        if layer(other) in ORDER and ORDER.index(layer(other)) > ORDER.index(layer(name(path)))
        and (name(path), layer(name(path)), layer(other)) not in BACK
    ]  # fmt: skip
    assert wrong == []


def test_rooms_stay_small() -> None:
    """A room that holds more than about a dozen files has rooms of its own."""
    rooms: dict[Path, int] = {}
    for path in FILES:
        rooms[path.parent] = rooms.get(path.parent, 0) + (path.name != "__init__.py")
    assert {str(r.relative_to(PACKAGE)): n for r, n in rooms.items() if n > MOST_FILES} == {}


def test_the_architecture_names_every_room() -> None:
    """And lists no files: those say themselves what they are."""
    said = (PACKAGE.parent / "docs" / "architecture.md").read_text("utf-8")
    rooms = {path.parent.relative_to(PACKAGE).as_posix() for path in FILES} - {"."}
    assert [r for r in sorted(rooms) if f"{r}/" not in said] == []
    named = set(re.findall(r"\b[a-z_]+\.py\b", said)) - {"test_house.py", "api.py", "in_time.py", "result.py"}
    assert len(named) <= MOST_NAMED, named


def test_the_engine_never_knows_lark_and_the_language_never_knows_the_law() -> None:
    for path in FILES:
        if room(path) not in ("language", "basics"):
            assert not re.search(r"^\s*(?:from|import) lark", TEXTS[path], re.MULTILINE), path


# Words of the circular: its tasks, roles, forms, classes, stages and numbers of law.
LAW = (
    r"file_study|preparing_arguments|court_hearing|interrogation|confrontation|evidence_work|meeting_(?:in|at)|mediation"
    r"|dialogue_session|appendix|very_serious|less_serious|extremely|lump_sum|actual_sessions|state_legal_aid_officer|lawyer"
    r"|criminal|civil|administrative|extrajudicial|first_instance|pre_charge|prosecution|custody|procurator|investigator"
    r"|base_salar|offence|provider|0\.38|0\.31|130|4 hours|luật sư|tội phạm|thù lao"
)


def executed(inside: list[ast.AST]) -> list[str | int | float]:
    """The names, texts and numbers of a file, without docstrings."""
    docs = {
        id(node.body[0].value)
        for node in inside
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
        and node.body and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
    }  # fmt: skip
    return [
        value
        for node in inside if id(node) not in docs
        for _, field in ast.iter_fields(node)
        for value in (field if isinstance(field, list) else [field]) if isinstance(value, str | int | float)
    ]  # fmt: skip


def test_no_word_of_the_law_stands_in_python(nodes: Nodes) -> None:
    """In what is executed; docstrings and comments may give examples."""
    found = {}
    for path, inside in nodes.items():
        if words := re.findall(LAW, "\n".join(map(str, executed(inside))), re.IGNORECASE):
            found[str(path.relative_to(PACKAGE))] = words
    assert found == {}


def test_files_stay_small() -> None:
    assert [str(p.relative_to(PACKAGE)) for p, text in TEXTS.items() if len(text.splitlines()) > 400] == []


def test_floats_never_touch_law(nodes: Nodes) -> None:
    for path in FILES:
        searches = "proof" in path.parts  # seconds, and the chances of a random case: no number of law
        if room(path) in ("rulebook", "engine", "cases", "study") and not searches:
            for node in nodes[path]:
                assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
                assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"), path


def test_functions_of_studies_stay_short(nodes: Nodes) -> None:
    for path in FILES:
        if room(path) == "study":
            for node in nodes[path]:
                if isinstance(node, ast.FunctionDef):
                    assert (node.end_lineno or 0) - node.lineno < 40, f"{path.name}: {node.name}"


def test_layouts_hold_no_word_of_the_law() -> None:
    """Layouts of studies speak of cases and provisions, not of the circular."""
    for path in (PACKAGE / "study" / "templates").rglob("*.j2"):
        assert not re.findall(LAW, path.read_text("utf-8"), re.IGNORECASE), path


WITH_ARRAYS = ("engine/columns", "study", "making/portfolios", "making/proportions", "papers")


def test_the_core_needs_no_numpy(nodes: Nodes) -> None:
    """Only columns and studies want NumPy and Arrow, and only papers a writer of workbooks; nothing before them imports these, or them."""
    for path in FILES:
        if name(path).startswith(WITH_ARRAYS):
            continue
        found = {
            imported.split(".")[0]
            for node in nodes[path]
            for imported in (
                [a.name for a in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            )
        }  # fmt: skip
        assert not found & {"numpy", "pyarrow", "openpyxl", "xlsxwriter"}, path


def test_spark_stays_in_its_corner() -> None:
    """One module knows it, and the command that starts it: everything else runs without."""
    found = {str(p.relative_to(PACKAGE)) for p in FILES if re.search(r"^\s*(?:from|import) pyspark", TEXTS[p], re.M)}
    assert found == {"study/spread/spark.py", "cli/studies/study.py"}


# Python in which Vietnamese stands that is no sentence for people: letters and their order, or what is read or written as the
# language of rules has it (dates and percentages as people write them, addresses, claims, waivers of lint, a case to complete in).
READ = {
    "basics/keywords", "basics/source_text",
    "language/parsing/parse", "language/parsing/sentences", "language/printing/expressions", "language/printing/sentences",
    "language/recovery/lines", "language/recovery/missing", "language/recovery/shapes", "language/recovery/typography",
    "study/comparison/claims", "workbench/lint/waivers", "workbench/upgrade",
}  # fmt: skip
NOT_YET = ("explain/", "engine/interpreter/")  # rooms that still word some sentences themselves
SAID = """
    words basics/words engine/words engine/questions cases/facts/refusals language/recovery/words rulebook/resolve/words
    receipts/words papers/words service/words web/trials cli/wording/drafting cli/wording/said
    study/comparison/words study/proof/words study/simulation/words
    workbench/enacting/words workbench/examples/words workbench/lint/words workbench/mutation/words workbench/official/words
""".split()  # noqa: SIM905


def test_sentences_for_people_stand_in_files_of_words(nodes: Nodes) -> None:
    vietnamese = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
    found = {
        name(path): said
        for path, inside in nodes.items() if not name(path).startswith(NOT_YET) and name(path) not in READ
        if (said := [s for s in executed(inside) if isinstance(s, str) and vietnamese.search(s)])
    }  # fmt: skip
    assert found == {}


@pytest.mark.parametrize("file", SAID)
def test_what_is_said_is_there_in_both_languages_and_asked_for(file: str) -> None:
    asked = set(re.findall(r"""["']([a-z_-]+)["']""", "".join(TEXTS.values())))
    for code, entry in words(PACKAGE / f"{file}.toml").items():
        assert code in asked, code
        for texts in [entry] if "en" in entry and isinstance(entry["en"], str) else entry.values():  # or a table of entries
            assert texts.keys() == {"en", "vi"}, code
            assert set(re.findall("{[a-z]+", texts["vi"])) <= {*re.findall("{[a-z]+", texts["en"]), "{column"}, code
