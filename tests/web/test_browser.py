"""In a real Chromium, in both tongues: a drafter's edits, an amendment from edit to report, a case from nothing to its statement, a
spreadsheet, a kill of the program in the middle of typing, and what axe says of every page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from legalaid_dsl.web.pages import HERE as WEB
from legalaid_dsl.workbench.official.attach import attach

pytestmark = pytest.mark.long
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = WEB / "editor" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 360)
WAIT = 60_000


@pytest.fixture(scope="module")
def rules_here(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(root / "rulesets", tmp_path_factory.mktemp("studio") / "rulesets") / "circular_02_2021"


class Program:
    """A studio as somebody starts it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "legalaid_dsl", "studio", str(folder), "--port", str(self.port), "--no-open"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "LEGALAID_LANG": "vi"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment)
        assert self.process.stdout is not None
        assert "Hãy mở đường dẫn này" in self.process.stdout.readline()
        self.link = self.process.stdout.readline().strip()

    def end(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="no playwright here (extra browser)")
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    with api.sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def page(rules_here: Path, browser: Any) -> Iterator[Any]:
    """The page that the printed link leads to, in Vietnamese."""
    program = Program(rules_here)
    try:
        found = browser.new_page(viewport={"width": 1280, "height": 900})
        found.set_default_timeout(WAIT)
        wrong: list[str] = []
        found.on("pageerror", lambda error: wrong.append(str(error)))
        found.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        outside: list[str] = []
        ours = (f"http://127.0.0.1:{program.port}/", "data:", "blob:", "about:")
        found.on("request", lambda asked: None if asked.url.startswith(ours) else outside.append(asked.url))
        found.on("websocket", lambda asked: None if asked.url == f"ws://127.0.0.1:{program.port}/studio/editor?window=" + asked.url.rpartition("=")[2] else outside.append(asked.url))
        found.goto(program.link)
        assert found.url == f"http://127.0.0.1:{program.port}/"
        yield found
        assert (wrong, outside) == ([], [])
    finally:
        program.end()


def fits(page: Any) -> None:
    """Nothing of a page is cut off at either width, every input has a name, and axe finds nothing, light and dark."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert (found := axe(page)) == [], (width, scheme, found)
    nameless = page.evaluate("""() => [...document.querySelectorAll('input, select, textarea')]
        .filter((i) => !i.labels.length && !i.getAttribute('aria-label')).map((i) => i.outerHTML)""")
    assert nameless == []
    levels = page.evaluate("() => [...document.querySelectorAll('h1, h2, h3, h4')].map((h) => Number(h.tagName[1]))")
    assert levels[0] == 1 and all(b <= a + 1 for a, b in pairwise(levels)), levels
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def axe(page: Any) -> list[Any]:
    """What WCAG 2.2 AA and good practice find wrong; nothing where axe is not installed (npm ci in web/editor)."""
    if not AXE.is_file():
        return []
    page.evaluate(AXE.read_text("utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found: list[Any] = page.evaluate("""async (tags) => (await axe.run(document, { runOnly: tags, iframes: false })).violations
        .map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))])""", tags)
    return found


def law(page: Any, name: str) -> None:
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + f"/?lang=vi#{name}")
    page.reload()
    page.wait_for_selector(f"#file:has-text('{name}')")
    page.wait_for_function("() => document.querySelector('.cm-content').textContent.trim().length > 10")


def written(page: Any) -> str:
    """The whole text of the editor, which shows only a part."""
    text: str = page.evaluate("async () => (await (await fetch('/studio/open', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({name: document.getElementById('file').textContent})})).json()).text")
    return text


def until(holds: Callable[[], bool]) -> None:
    for _ in range(WAIT // 100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("never")


def select(page: Any, words: str) -> None:
    """By the keyboard alone, as the line under the editor says."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+f")
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def test_the_edits_of_a_drafter(page: Any, rules_here: Path) -> None:
    law(page, "article_08.law")
    before = (rules_here / "article_08.law").read_text("utf-8")
    page.wait_for_selector("#trials li.passed")
    # 1 a mistake, told where it stands, and mended by the button of its hint
    select(page, "session ceiling at most 30")
    page.keyboard.type("session ceilin at most 30")
    page.wait_for_selector(".cm-lintRange-error")
    page.wait_for_selector("#problems .error button")
    page.locator("#problems .fix", has_text="session ceiling").first.click()
    page.wait_for_selector(".cm-lintRange-error", state="detached")
    # 2 a ceiling, and what it does to the examples beside it
    select(page, "session ceiling at most 30")
    page.keyboard.type("session ceiling at most 35")
    page.wait_for_selector("#trials li.failed")
    assert "khoản 1 Điều 8 phải được viện dẫn" in page.locator("#trials li.failed", has_text="art_8_base").inner_text()
    assert page.inner_text("#counted") == "Không có lỗi." and page.inner_text("#state") == "chưa lưu"
    # 3 what a name means; 4 where it is used; 5 where it is declared
    select(page, "session ceiling")
    page.keyboard.press("Alt+F1")
    page.wait_for_selector(".cm-told:has-text('mức trần số buổi')")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+F12")
    page.wait_for_selector(".cm-lsp-reference-panel")
    page.keyboard.press("Escape")
    select(page, "payable sessions")
    page.keyboard.press("F12")
    page.wait_for_selector("#file:has-text('glossary.law')")
    law(page, "article_08.law")
    # 6 the other tongue and back: the same rules
    page.click("#convert")
    page.wait_for_selector("#convert:has-text('tiếng Anh')")
    assert "mức trần số buổi tối đa 35 buổi" in written(page)
    page.wait_for_selector("#counted:has-text('Không có lỗi')")
    page.click("#convert")
    page.wait_for_selector("#convert:has-text('tiếng Việt')")
    # 7 one layout
    page.click("#format")
    # 8 a point by a form
    select(page, "Clause 2. en")
    page.click("#new")
    page.select_option("#new-level", "clause")
    page.fill("#new-label", "9")
    page.fill("#new-headnote_vi", "Khoản mới")
    page.fill("#new-headnote_en", "A new clause")
    page.click("#form button.main")
    page.wait_for_function("() => document.querySelector('.cm-content').textContent.includes('Clause 9.')")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+z")  # 9 and taken back
    page.wait_for_function("() => !document.querySelector('.cm-content').textContent.includes('Clause 9.')")
    fits(page)
    # 10 saved; somebody else writes the file; the next save is refused with both texts, and nothing is lost
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+s")
    page.wait_for_selector("#state:not(.unsaved)")
    assert "at most 35 sessions" in (rules_here / "article_08.law").read_text("utf-8")
    select(page, "session ceiling at most 35")
    page.keyboard.type("session ceiling at most 36")
    page.wait_for_selector("#state.unsaved")
    until(lambda: "at most 36" in written(page))
    (rules_here / "article_08.law").write_text(before + "# theirs\n", "utf-8")
    page.click("#save")
    page.wait_for_selector("#conflict[open]")
    assert page.input_value("#theirs").endswith("# theirs\n") and "at most 36" in page.input_value("#yours")
    page.click("#keep-yours")
    page.wait_for_selector("#conflict", state="hidden")
    page.wait_for_selector("#state:not(.unsaved)")
    page.click("#kept > summary")
    page.locator("#history button").first.click()  # what stood there before
    page.wait_for_function("() => document.getElementById('state').classList.contains('unsaved')")
    page.click("#save")
    page.wait_for_selector("#state:not(.unsaved)")
    (rules_here / "article_08.law").write_text(before, "utf-8")


def test_what_is_typed_while_an_answer_is_awaited_stays(page: Any, rules_here: Path) -> None:
    law(page, "article_08.law")
    before = (rules_here / "article_08.law").read_text("utf-8")
    page.evaluate("""() => {
        const ask = window.fetch; // the answers to these come late
        window.fetch = async (url, ...more) => {
            const found = await ask(url, ...more);
            if (/studio\\/(save|open|convert)/.test(url)) await new Promise((done) => { window.answer = done; });
            return found;
        };
    }""")
    saves: list[str] = []
    page.on("request", lambda asked: saves.append(asked.url) if "/studio/save" in asked.url else None)
    kept = page.locator("#history button").count()
    select(page, "session ceiling at most 30")
    page.keyboard.type("session ceiling at most 35")
    page.keyboard.press("Control+s")
    page.wait_for_function("() => window.answer")
    page.keyboard.type("0")
    page.evaluate("() => window.answer()")
    page.locator("#history button").nth(kept).wait_for(state="attached")  # the answer is there
    page.wait_for_selector("#counted:has-text('Không có lỗi')")
    assert page.inner_text("#state") == "chưa lưu" and len(saves) == 1
    assert page.locator(".cm-line:has-text('session ceiling at most 350')").count() == 1
    assert "at most 35 sessions" in (rules_here / "article_08.law").read_text("utf-8")
    page.evaluate("() => { window.answer = undefined; }")
    page.click("#convert")  # asked again: what is typed meanwhile is turned too
    page.wait_for_function("() => window.answer")
    page.locator(".cm-content").focus()
    page.keyboard.type("0")
    for _ in range(2):
        page.evaluate("() => { const answer = window.answer; window.answer = undefined; answer(); }")
        page.wait_for_function("() => window.answer")
    page.evaluate("() => window.answer()")
    page.wait_for_selector("#convert:has-text('tiếng Anh')")
    page.reload()
    page.wait_for_selector("#convert:has-text('tiếng Anh')")
    assert "mức trần số buổi tối đa 3500 buổi" in written(page)
    page.click("#drop")
    page.wait_for_selector("#state:not(.unsaved)")
    (rules_here / "article_08.law").write_text(before, "utf-8")


def test_a_save_that_overtakes_what_was_typed_before_it(page: Any, rules_here: Path) -> None:
    before = (rules_here / "article_08.law").read_text("utf-8")
    law(page, "article_08.law")
    page.wait_for_selector("#counted:has-text('Không có lỗi')")
    page.evaluate("""() => {
        const send = WebSocket.prototype.send; // what the editor sends comes late
        const held = [];
        WebSocket.prototype.send = function (...given) { held.push(() => send.apply(this, given)); };
        window.release = () => { WebSocket.prototype.send = send; held.forEach((one) => one()); };
    }""")
    select(page, "session ceiling at most 30")
    page.keyboard.type("session ceiling at most 35")
    page.wait_for_selector("#trials li.failed")
    page.keyboard.press("Control+z")
    page.wait_for_selector(".cm-line:has-text('session ceiling at most 30')")
    page.keyboard.press("Control+s")
    page.wait_for_selector("#state:not(.unsaved)")
    page.evaluate("() => window.release()")
    page.wait_for_selector("#trials li.failed", state="detached")
    assert page.inner_text("#state") == "đã lưu" and page.inner_text("#counted") == "Không có lỗi."
    assert written(page) == (rules_here / "article_08.law").read_text("utf-8") == before
    page.wait_for_selector(".cm-line:has-text('session ceiling at most 30')")


def test_a_name_is_changed_in_every_file(page: Any, rules_here: Path) -> None:
    law(page, "article_03.law")
    select(page, "hours left over > 0")
    page.keyboard.press("F2")
    page.wait_for_selector(".cm-ask input")
    page.keyboard.press("Control+a")
    page.keyboard.type("odd hours")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.cm-content').textContent.includes('odd hours')")
    names = sorted(p.name for p in rules_here.glob("*.*") if p.suffix in (".law", ".case") and "hours left over" in p.read_text("utf-8"))
    unsaved = "() => [...document.querySelectorAll('#outline details')].filter((d) => d.querySelector('summary em')).map((d) => d.dataset.file).sort()"
    page.wait_for_function(f"(names) => JSON.stringify(({unsaved})()) === JSON.stringify(names)", arg=names)
    assert "odd hours" in written(page) and len(names) > 1
    page.wait_for_selector("#counted:has-text('Không có lỗi')")
    for name in names:
        law(page, name)
        page.click("#drop")
        page.wait_for_selector("#state:not(.unsaved)")


def test_an_amendment_from_edit_to_report(page: Any, rules_here: Path) -> None:
    law(page, "article_08.law")
    page.wait_for_selector("#trials li.passed")
    select(page, "session ceiling at most 30")
    page.keyboard.type("session ceiling at most 35")
    page.wait_for_selector("#trials li.failed")
    page.click("nav >> text=Sửa đổi")
    page.wait_for_selector("#enact:not([hidden])")
    frame = page.frame_locator("#redline")
    assert frame.locator("del", has_text="30").count() == 1 and frame.locator("ins", has_text="35").count() == 1
    page.fill("#key", "tran_35")
    page.fill("#title", "Dự thảo nâng mức trần")
    page.fill("#from", "2027-07-01")
    page.click("#write")
    page.wait_for_selector("#act:not([hidden])")
    assert 'Thay thế cụm từ "30 buổi" bằng cụm từ "35 buổi" tại khoản 1 Điều 8.' in page.inner_text("#act")
    page.click("#instead")
    page.wait_for_selector("#days button[aria-pressed=true]:has-text('01 tháng 7 năm 2027')")
    assert page.input_value("#which") == "tran_35"
    page.click("#compare")
    page.wait_for_selector("#compared:not([hidden])", timeout=400_000)
    page.fill("#count", "200")
    page.click("#simulate")
    page.wait_for_selector("#simulated:not([hidden])", timeout=400_000)
    page.frame_locator("#simulated").locator(".front .money strong").wait_for()
    fits(page)
    with page.expect_download() as got:
        page.click("#zip")
    assert got.value.suggested_filename == "circular_02_2021-tran_35.zip"
    with zipfile.ZipFile(got.value.path()) as file:
        assert {"tran_35.law", "consolidated/article_08.law", "redline-2027-07-01-vi.html", "compare.html", "report.html"} <= set(file.namelist())
        assert "35 sessions" in file.read("consolidated/article_08.law").decode("utf-8")
    page.click("#carry-out")  # the other view, by one click
    page.wait_for_function("() => document.getElementById('which').value === ''")
    page.wait_for_selector("#changed:has-text('article_08.law')")
    for name in ("article_08.law", "amendments/tran_35.law"):
        law(page, name)
        page.click("#drop")
        page.wait_for_selector("#state:not(.unsaved)")


def test_a_kill_in_the_middle_of_typing(browser: Any, root: Path, tmp_path: Path) -> None:
    books = shutil.copytree(root / "tests" / "rulesets_small" / "late_books", tmp_path / "rules" / "late_books")
    program = Program(books)
    page = browser.new_context().new_page()
    page.set_default_timeout(WAIT)
    page.goto(program.link)
    page.wait_for_selector(".cm-line:has-text('Article 1')")
    select(page, "fine is 5 coins")
    page.keyboard.type("fine is 7 coins")
    page.wait_for_selector("#outline summary em")  # the outline too says what is not saved
    until(lambda: any("fine is 7 coins" in p.read_text("utf-8") for p in tmp_path.rglob("draft-*.json")))
    page.keyboard.type(" or")
    program.end(signal.SIGKILL)
    page.wait_for_selector("#trouble:has-text('Chương trình đã dừng')")
    assert "fine is 5 coins" in (books / "article_01.law").read_text("utf-8")
    page.close()
    attach(books, "Điều 1. Tiền phạt\n1. Sách đọc tại chỗ.\n2. Sách trả muộn.\na) Không quá ba ngày: không phạt.\nb) Quá ba ngày: phạt.\n", "vi", "late_books", "x.txt")
    program = Program(books)
    try:
        page = browser.new_context().new_page()
        page.set_default_timeout(WAIT)
        page.goto(program.link)
        page.wait_for_selector("#state.unsaved")
        assert "fine is 7 coins" in written(page)
        select(page, "fine is 7 coins")  # the official text of the point in which the cursor stands
        page.wait_for_selector("#official section.current:has-text('Quá ba ngày: phạt.')")
        fits(page)
        # a second window: what it types is told in the first, and nobody writes over anybody
        other = page.context.new_page()
        other.goto(page.url)
        other.wait_for_selector(".cm-line:has-text('Article 1')")
        other.locator(".cm-content").focus()
        other.keyboard.press("Control+End")
        other.keyboard.type("# from the other window")
        page.wait_for_selector("#elsewhere:not([hidden])")
        page.wait_for_function("() => document.querySelector('.cm-content').textContent.includes('# from the other window')")
    finally:
        program.end()


def test_typing_in_the_largest_article_is_answered(page: Any, rules_here: Path) -> None:
    largest = max(rules_here.glob("article_*.law"), key=lambda p: p.stat().st_size)
    law(page, largest.name)
    page.wait_for_selector("#trials li, #summary:has-text('Không có')")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+End")
    for _ in range(3):
        page.keyboard.type("q")
        page.wait_for_selector(".cm-lintRange-error", state="attached")
        page.keyboard.press("Backspace")
        page.wait_for_selector(".cm-lintRange-error", state="detached")
    page.click("#drop", force=True)


def test_a_case_from_nothing_to_its_statement(page: Any, root: Path) -> None:
    page.click("nav >> text=Tính một vụ việc")
    page.wait_for_selector(".status.undetermined")
    page.wait_for_selector("#next:has-text('Câu hỏi tiếp theo')")
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
    for button, ending in (("#save-page", "-statement.html"), ("#receipt", "-receipt.json")):
        with page.expect_download() as file:
            page.click(button)
        assert file.value.suggested_filename.endswith(ending)
    page.locator(".rests > summary").click()
    page.locator(".rests a", has_text="Điều 9").first.click()  # a citation opens the clause, and one comes back
    page.wait_for_selector("#file:has-text('article_09.law')")
    page.wait_for_selector(".cm-content")
    page.click("#back a")
    page.wait_for_selector(".status.determined")
    page.click("#statement")
    page.pdf(path=str(root / ".pytest_cache" / "statement.pdf")) if (root / ".pytest_cache").is_dir() else None
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


def test_a_spreadsheet_is_understood(page: Any, tmp_path: Path) -> None:
    page.goto(f"http://{page.url.split('/')[2]}/studio/case?lang=en")
    page.wait_for_selector("#next:not([hidden])")
    path = tmp_path / "cases.csv"
    path.write_text("id,form,closed_on,colour\nA1,civil_proceedings,2026-03-02,red\nA2,civil_proceedings,2026-03-02,blue\n", "utf-8")
    page.set_input_files("#tables", str(path))
    page.wait_for_selector("#studying:has-text('2 cases read')")
    assert "colour" in page.inner_text("#studied .note") and page.locator("#studied tbody tr").count() == 2
    assert json.dumps(axe(page)) == "[]"
