"""What a key costs an editor: calls of functions, against those that opening the file took."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from legalaid_dsl.language import grammar
from tests.counting import calls

pytest.importorskip("pygls")

from legalaid_dsl.workbench.server.desk import Desk


def put(desk: Desk, path: Path, text: str) -> int:
    """The calls until all diagnostics of a changed text are there."""

    def work() -> None:
        desk.put(path.as_uri(), text)
        list(desk.diagnose())
        while desk.unsettled:
            list(desk.diagnose())

    return calls(work)


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "rulesets" / "circular_02_2021"


@pytest.mark.parametrize("name", ["glossary.law", "article_04.law", "article_04.case"])
def test_a_key_costs_a_fiftieth_of_opening_the_file(folder: Path, name: str) -> None:
    """Our largest files, opened by an editor that begins, and a note at their end."""
    for kept in vars(grammar).values():
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()
    path, desk = folder / name, Desk()
    text = path.read_text("utf-8")
    opening = put(desk, path, text)
    assert max(put(desk, path, f"{text}\n# {'x' * i}") for i in range(3)) * 50 < opening


@pytest.mark.long
def test_a_key_of_a_sentence_half_written_costs_a_fifth(folder: Path) -> None:
    path, desk = folder / "article_10.law", Desk()
    text = path.read_text("utf-8")
    opening = put(desk, path, text)
    place = text.index("Clause 2.")
    sentence = "level in base salaries at most 12 base salaries when shared work.\n"
    costs = [put(desk, path, text[:place] + sentence[:i] + text[place:]) for i in range(1, len(sentence), 5)]
    assert statistics.median(costs) * 5 < opening
    assert max(costs) < opening
