"""In a real Chromium: a ceiling changed and its effect on an example seen; a case from nothing to its statement."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.long
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTHS = (1280, 360)


@pytest.fixture(scope="module")
def rules_here(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(root / "rulesets", tmp_path_factory.mktemp("studio") / "rulesets") / "circular_02_2021"


@pytest.fixture(scope="module")
def page(rules_here: Path) -> Iterator[Any]:
    """The page that the printed link leads to, in Vietnamese."""
    api = pytest.importorskip("playwright.sync_api", reason="no playwright here (extra browser)")
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "legalaid_dsl", "studio", str(rules_here), "--port", str(port), "--no-open"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "LEGALAID_LANG": "vi"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as process:
        try:
            assert process.stdout is not None
            assert "Hãy mở đường dẫn này" in process.stdout.readline()
            link = process.stdout.readline().strip()
            with api.sync_playwright() as play:
                browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                found = browser.new_page(viewport={"width": 1280, "height": 900})
                found.set_default_timeout(15_000)
                wrong: list[str] = []
                found.on("pageerror", lambda error: wrong.append(str(error)))
                found.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
                outside: list[str] = []
                ours = (f"http://127.0.0.1:{port}/", "data:", "blob:", "about:")
                found.on("request", lambda asked: None if asked.url.startswith(ours) else outside.append(asked.url))
                found.goto(link)
                assert found.url == f"http://127.0.0.1:{port}/"
                yield found
                assert (wrong, outside) == ([], [])
                browser.close()
        finally:
            process.terminate()
            process.wait(30)


def fits(page: Any) -> None:
    """Nothing of a page is cut off at either width, and every input has a name."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    nameless = page.evaluate("""() => [...document.querySelectorAll('input, select, textarea')]
        .filter((i) => !i.labels.length && !i.getAttribute('aria-label')).map((i) => i.outerHTML)""")
    assert nameless == []
    levels = page.evaluate("() => [...document.querySelectorAll('h1, h2, h3, h4')].map((h) => Number(h.tagName[1]))")
    assert levels[0] == 1 and all(b <= a + 1 for a, b in pairwise(levels)), levels
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_ceiling_is_changed_and_its_effect_seen(page: Any, rules_here: Path) -> None:
    page.goto(page.url.split("#")[0] + "#article_08.law")
    page.reload()
    page.wait_for_selector("#trials li.passed")
    before = page.input_value("#text")
    # a mistake first: it is told with its line, and a click goes there
    page.fill("#text", before.replace("session ceiling at most 30 sessions", "session ceilin at most 30 sessions"))
    page.click("#problems .error button")
    start = page.evaluate("() => document.getElementById('text').selectionStart")
    assert before[:start].count("\n") + 1 == before[: before.index("session ceiling at most 30")].count("\n") + 1
    page.fill("#text", before.replace("session ceiling at most 30", "session ceiling at most 35"))
    page.wait_for_selector("#trials li.failed")
    failed = page.locator("#trials li.failed", has_text="art_8_base")
    assert "khoản 1 Điều 8 phải được viện dẫn" in failed.inner_text()
    assert page.inner_text("#counted") == "Không có lỗi." and page.inner_text("#state") == "chưa lưu"
    fits(page)
    page.keyboard.press("Control+s")
    page.wait_for_selector("#state:not(.unsaved)")
    assert "at most 35 sessions" in (rules_here / "article_08.law").read_text("utf-8")
    page.click("nav >> text=Sửa đổi")
    page.wait_for_selector("#changed:has-text('article_08.law')")
    frame = page.frame_locator("#redline")
    assert frame.locator("del", has_text="30").count() == 1 and frame.locator("ins", has_text="35").count() == 1
    with page.expect_download() as got:
        page.click("#zip")
    assert got.value.suggested_filename == "circular_02_2021-changes.zip"
    page.click("#run")
    page.wait_for_selector("#trials .failed:has-text('art_8_base')")
    page.wait_for_selector("#run:not([disabled])", timeout=240_000)
    fits(page)
    # somebody else writes the file; the save is refused with both texts, and undone after all
    page.click("nav >> text=Luật")
    page.goto(page.url.split("#")[0] + "#article_08.law")
    page.reload()
    page.wait_for_selector("#undo:not([disabled])")
    (rules_here / "article_08.law").write_text(before + "# theirs\n", "utf-8")
    page.click("#undo")
    page.wait_for_selector("#conflict[open]")
    assert page.input_value("#theirs").endswith("# theirs\n")
    page.click("#keep-yours")
    page.wait_for_selector("#conflict", state="hidden")
    page.wait_for_selector("#trials li.passed")
    assert (rules_here / "article_08.law").read_text("utf-8") == before


def test_a_case_from_nothing_to_its_statement(page: Any, root: Path) -> None:
    page.click("nav >> text=Tính một vụ việc")
    page.wait_for_selector(".status.undetermined")
    page.get_by_label("Hình thức trợ giúp pháp lý").first.select_option(label="tham gia tố tụng hình sự")
    page.locator("[data-path=closed_on]").fill("2026-09-30")
    assert "2026" in page.locator("[data-path=closed_on] + output").inner_text()
    page.locator("[data-path=assigned_on]").fill("2026-01-05")
    page.locator("details[data-path=stages] > summary").click()
    page.get_by_label("điều tra", exact=True).first.check()
    page.get_by_role("button", name="Thêm người thực hiện trợ giúp pháp lý").click()
    page.locator("[data-path='providers[0].kind']").select_option(label="luật sư")
    page.locator("[data-path='providers[0].method']").select_option(index=1)
    lines = page.locator("section[data-path=entries]")
    lines.get_by_text("Dán từ bảng tính").click()
    heads = [h.strip() for h in lines.locator("textarea").get_attribute("placeholder").split("\t")]
    cells = ["L1", "P1", "02/02/2026", "nghiên cứu hồ sơ", "điều tra", "4,0", "Trung tâm"]
    lines.locator("textarea").fill("\t".join(heads[: len(cells)]) + "\n" + "\t".join(cells))
    lines.get_by_role("button", name="Thêm các dòng này").click()
    page.get_by_role("button", name="Danh sách tội danh").click()  # what is asked for leads to where it is said
    assert page.evaluate("() => document.activeElement.dataset.path") == "offences"
    page.get_by_role("button", name="Thêm tội danh").click()
    page.locator("[data-path='offences[0].class']").select_option(label="nghiêm trọng")
    page.wait_for_selector("#answer:has-text('Phụ lục số 01')")  # a figure that no source gives
    page.check("#illustrative")
    page.wait_for_selector(".status.determined")
    amount = page.locator("#answer .money strong").inner_text()
    assert amount == "961.400 đồng" and page.locator("#answer .warning").count() == 1
    hours = page.locator("[data-path='entries[0].hours']")
    hours.fill("1.000")  # a thousand, or one: not guessed
    page.wait_for_selector(".status.undetermined")
    assert hours.get_attribute("aria-invalid") == "true"
    hours.fill("4,0")
    page.wait_for_selector(".status.determined")
    page.click("#statement")
    page.wait_for_selector("#statement[aria-pressed=true]")
    page.frame_locator("#page").locator(".sign").first.wait_for()
    assert amount in page.frame_locator("#page").locator("body").inner_text()
    fits(page)
    with page.expect_download() as got:
        page.click("#save")
    saved = Path(got.value.path()).read_text("utf-8")
    page.click("#new")
    page.wait_for_selector(".status.undetermined")
    page.set_input_files("#load", {"name": "case.json", "mimeType": "application/json", "buffer": saved.encode("utf-8")})
    page.wait_for_selector(".status.determined")
    assert page.locator("#answer .money strong").inner_text() == amount
    page.click("#tongue")
    page.wait_for_selector("h1:has-text('Decide a case')")
    page.wait_for_selector(".status.determined:has-text('Determined')")
    assert page.locator("[data-path='entries[0].hours']").input_value() == "4.0"
