"""What tests in a real Chromium use: a studio as somebody starts it, the pages by the keyboard, and what axe says of them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import attrs

from legalaid_dsl.web.pages import HERE as WEB
from legalaid_dsl.web.pages import words

CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE: Final = WEB / "editor" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS: Final = (1280, 360)
SCHEMES: Final = {"vi": ("light", "dark"), "en": ("dark", "light")}  # at these widths
WAIT: Final = 60_000  # milliseconds, for whatever is awaited


@attrs.frozen
class Tongue:
    """A tongue of pages and rules. ``said``: the pages' own words; ``read``: those of the rules and of the commands."""

    lang: str
    said: dict[str, str]
    read: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.read[name] if name in self.read else self.said[name]


_READ: Final = {
    "vi": {
        "open it": "Hãy mở đường dẫn này", "ceiling": "mức trần số buổi", "at most": "mức trần số buổi tối đa 30 buổi", "at most 35": "mức trần số buổi tối đa 35 buổi",
        "of the other tongue": "session ceiling at most 35 sessions", "failure": "khoản 1 Điều 8 phải được viện dẫn", "payable": "số buổi được chi trả",
        "clause": "Khoản", "article": "Điều", "phrase": 'Thay thế cụm từ "30 buổi" bằng cụm từ "35 buổi" tại khoản 1 Điều 8.', "day": "01 tháng 7 năm 2027",
        "fine is 5": "tiền phạt là 5 xu", "fine is 7": "tiền phạt là 7 xu", "left over": "số giờ lẻ", "odd hours": "giờ dư",
        "proceedings": "tham gia tố tụng hình sự", "investigation": "điều tra", "lawyer": "luật sư", "serious": "nghiêm trọng", "appendix": "Phụ lục số 01",
        "offences": "Danh sách tội danh", "an offence": "tội danh", "a provider": "người thực hiện trợ giúp pháp lý", "form": "Hình thức trợ giúp pháp lý",
        "row": "L1\tP1\t02/02/2026\tnghiên cứu hồ sơ\tđiều tra\t4,0\tTrung tâm", "hours": "4,0", "unclear hours": "1.000", "amount": "961.400 đồng",
        "official": "Điều 1. Tiền phạt\n1. Sách đọc tại chỗ.\n2. Sách trả muộn.\na) Không quá ba ngày: không phạt.\nb) Quá ba ngày: phạt.\n",
        "official point": "Quá ba ngày: phạt.", "other page": "Decide a case", "other hours": "4.0", "cases read": "2 hồ sơ đã đọc",
    },
    "en": {
        "open it": "Open this link", "ceiling": "session ceiling", "at most": "session ceiling at most 30 sessions", "at most 35": "session ceiling at most 35 sessions",
        "of the other tongue": "mức trần số buổi tối đa 35 buổi", "failure": "Clause 1, Article 8 should be cited", "payable": "payable sessions",
        "clause": "Clause", "article": "Article", "phrase": 'Replace the phrase "30 sessions" with the phrase "35 sessions" in clause 1 Article 8.', "day": "1 July 2027",
        "fine is 5": "fine is 5 coins", "fine is 7": "fine is 7 coins", "left over": "hours left over", "odd hours": "odd hours",
        "proceedings": "criminal proceedings", "investigation": "investigation", "lawyer": "lawyer", "serious": "serious", "appendix": "Appendix 01",
        "offences": "offences", "an offence": "offence", "a provider": "provider", "form": "form",
        "row": "L1\tP1\t02/02/2026\tfile study\tinvestigation\t4.0\tCentre", "hours": "4.0", "unclear hours": "1,000", "amount": "961,400 đồng",
        "official": "Article 1. Fines\n1. Books read in the hall.\n2. Books brought back late.\na) Within three days: no fine.\nb) After three days: a fine.\n",
        "official point": "After three days: a fine.", "other page": "Tính một vụ việc", "other hours": "4,0", "cases read": "2 cases read",
    },
}  # fmt: skip


def tongue_of(lang: str) -> Tongue:
    return Tongue(lang, words(lang), _READ[lang])


class Program:
    """A studio as somebody starts it."""

    def __init__(self, folder: Path, tongue: Tongue) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "legalaid_dsl", "studio", str(folder), "--port", str(self.port), "--no-open"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "LEGALAID_LANG": tongue.lang}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment)
        assert self.process.stdout is not None
        assert tongue["open it"] in self.process.stdout.readline()
        self.link = self.process.stdout.readline().strip()

    def end(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(30)


def watched(page: Any, *expected: str) -> list[str]:
    """What goes wrong on a page, as it comes: its errors and what the console calls one, but for what a test wants to happen (parts of it)."""
    wrong: list[str] = []

    def told(text: str) -> None:
        if not any(part in text for part in expected):
            wrong.append(text)

    page.on("pageerror", lambda error: told(error.stack or str(error)))
    page.on("console", lambda said: told(f"{said.text} {said.location['url']}") if said.type == "error" else None)
    return wrong


def fits(page: Any, tongue: Tongue) -> None:
    """Nothing of a page is cut off at either width, every input has a name, and axe finds nothing: light where it is wide and dark
    where it is narrow in one tongue, the other way round in the other."""
    for width, scheme in zip(WIDTHS, SCHEMES[tongue.lang], strict=True):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
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
    found: list[Any] = page.evaluate(
        """async (tags) => (await axe.run(document, { runOnly: tags, iframes: false })).violations
        .map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))])""",
        tags,
    )
    return found


def law(page: Any, name: str) -> None:
    page.goto("about:blank")  # else only what follows the # would change
    page.goto(f"{page.home}#{name}")
    page.wait_for_selector(f"#file:has-text('{name}')")
    page.wait_for_function("() => document.querySelector('.cm-content').textContent.trim().length > 10")


def written(page: Any) -> str:
    """The whole text of the file that is open, as the program has it: the editor shows only a part."""
    text: str = page.evaluate("""async () => (await (await fetch('/studio/open', {method: 'POST', headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({name: document.getElementById('file').textContent})})).json()).text""")
    return text


def typed(page: Any, words: str) -> None:
    """Typed, and the program has answered the question that brought it."""
    with page.expect_response(
        lambda found: (
            found.url.split("?")[0].endswith("/studio/check") and words in found.request.post_data_json["text"]
        )
    ):
        page.keyboard.type(words)


def select(page: Any, words: str) -> None:
    """By the keyboard alone, as the line under the editor says."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+f")
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def given_up(page: Any, *names: str) -> None:
    """What is not saved of these files is dropped."""
    for name in names:
        law(page, name)
        page.click("#drop")
        page.wait_for_selector("#state:not(.unsaved)")
