"""The rules of the house: one-way imports, no word of the law in Python, small files, exact numbers."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "legalaid_dsl"
FILES = sorted(PACKAGE.rglob("*.py"))

# A room may use those before it; the doors may use everything.
ROOMS = ["basics", "language", "rulebook", "engine", "cases", "explain", "in_time", "api", "workbench", "study", "web", "cli"]


def room(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The rooms that a module imports, wherever in it."""
    package = path.relative_to(PACKAGE).parent.parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            names = [node.module] if node.module else [a.name for a in node.names]
            found |= {([*base, *name.split(".")])[0] for name in names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    if room(path) in ("__init__", "__main__"):
        return
    order = ROOMS.index(room(path))
    later = {r for r in imported(path) if r in ROOMS and ROOMS.index(r) > order}
    # the Python door explains a result on demand
    assert later <= ({"explain"} if room(path) == "api" else set())


def test_the_engine_never_knows_lark_and_the_language_never_knows_the_law() -> None:
    for path in FILES:
        if room(path) not in ("language", "basics"):
            assert not re.search(r"^\s*(?:from|import) lark", path.read_text("utf-8"), re.MULTILINE), path


# Words of the circular: its tasks, roles, forms, classes, stages and numbers of law.
LAW = (
    r"file_study|preparing_arguments|court_hearing|interrogation|confrontation|evidence_work|meeting_(?:in|at)|mediation"
    r"|dialogue_session|appendix|very_serious|less_serious|extremely|lump_sum|actual_sessions|state_legal_aid_officer|lawyer"
    r"|criminal|civil|administrative|extrajudicial|first_instance|pre_charge|prosecution|custody|procurator|investigator"
    r"|base_salar|offence|provider|0\.38|0\.31|130|4 hours|luật sư|tội phạm|thù lao"
)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_word_of_the_law_stands_in_python(path: Path) -> None:
    """In what is executed; docstrings and comments may give examples."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                first.value.value = ""
    found = re.findall(LAW, ast.unparse(tree), re.IGNORECASE)
    assert not found, found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 430


def test_floats_never_touch_law() -> None:
    for path in FILES:
        searches = "proof" in path.parts  # seconds, and the chances of a random case: no number of law
        if room(path) in ("rulebook", "engine", "cases", "study") and not searches:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
                assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"), path


def test_functions_of_studies_stay_short() -> None:
    for path in FILES:
        if room(path) == "study":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    assert (node.end_lineno or 0) - node.lineno < 40, f"{path.name}: {node.name}"


def test_layouts_hold_no_word_of_the_law() -> None:
    """Layouts of studies speak of cases and provisions, not of the circular."""
    for path in (PACKAGE / "study" / "templates").rglob("*.j2"):
        assert not re.findall(LAW, path.read_text("utf-8"), re.IGNORECASE), path


def test_the_core_needs_no_numpy() -> None:
    """Only columns, loops and studies want NumPy and Arrow; nothing else imports them."""
    for path in FILES:
        if room(path) == "study" or (room(path) == "engine" and path.name.startswith(("column", "batch", "loop", "tops"))):
            continue
        found = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            for name in (
                [a.name for a in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            )
        }  # fmt: skip
        assert not found & {"numpy", "pyarrow", "openpyxl"}, path
        relative = {
            name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom) and node.level
            for name in [(node.module or "").split(".")[-1]] if room(path) == "engine" or "engine" in (node.module or "")
        }  # fmt: skip
        if room(path) != "__init__":
            assert not {n for n in relative if n.startswith(("column", "loop")) or n in ("batch", "tops")}, path


def test_spark_stays_in_its_corner() -> None:
    """One module knows it, and the command that starts it: everything else runs without."""
    found = {str(p.relative_to(PACKAGE)) for p in FILES if re.search(r"^\s*(?:from|import) pyspark", p.read_text("utf-8"), re.M)}
    assert found == {"study/spark.py", "cli/study.py"}
