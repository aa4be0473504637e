"""In a real Chromium: the pages of the studio on paper. No sheet is empty, and nothing that is told on a page within the page is lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.web.browsing import Tongue, given_up, law, select

pytestmark = [pytest.mark.long, pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")]


def sheets(page: Any, tmp_path: Path) -> list[list[str]]:
    """The words of each sheet."""
    page.pdf(path=tmp_path / "x.pdf", format="A4")
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "x.pdf", "-"], check=True, capture_output=True).stdout.decode("utf-8")
    assert page.locator(".printed").count() == 0  # the page is as it was
    return [sheet.split() for sheet in text.removesuffix("\f").split("\f")]


def few(found: list[list[str]]) -> list[tuple[int, list[str]]]:
    """The sheets that have next to nothing on them."""
    return [(number, words) for number, words in enumerate(found, 1) if len(words) < 5]


def held(page: Any, frame: str, found: list[list[str]]) -> None:
    """No sheet has no text, and what stands in a frame is there to its last words."""
    assert few(found) == []
    inside = page.frame_locator(frame).locator("body").inner_text().split()
    assert len(inside) > 40 and inside[-1] in [word for sheet in found for word in sheet]


def test_a_case(page: Any, root: Path, tongue: Tongue, tmp_path: Path) -> None:
    page.goto(page.home.replace("?", "studio/case?"))
    page.wait_for_selector("#form .field")
    assert few(sheets(page, tmp_path)) == []  # before anything is known of it
    page.set_input_files("#load", root / "docs" / "cases" / "two_providers.json")
    page.wait_for_selector("#answer .status.determined")
    page.frame_locator("#page").locator(".money strong").first.wait_for()
    held(page, "#page", sheets(page, tmp_path))


def test_a_law_and_what_is_changed(page: Any, tongue: Tongue, tmp_path: Path) -> None:
    law(page, "article_08.law")
    page.wait_for_selector("#trials li.passed")
    text = sheets(page, tmp_path)
    assert few(text) == [] and tongue["at most"] in " ".join(word for sheet in text for word in sheet)
    select(page, tongue["at most"])
    page.keyboard.type(tongue["at most 35"])
    page.wait_for_selector("#trials li.failed")
    page.click("#edited a")
    page.frame_locator("#redline").locator("ins", has_text="35").wait_for()
    held(page, "#redline", sheets(page, tmp_path))
    page.fill("#count", "20")
    page.click("#simulate")
    page.wait_for_selector("#simulated:not([hidden])", timeout=400_000)
    page.frame_locator("#simulated").locator(".front .money strong").wait_for()
    held(page, "#simulated", sheets(page, tmp_path))
    given_up(page, "article_08.law")
