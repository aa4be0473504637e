"""The studio in this process, over a copy of a small ruleset; and one in a browser where there is any."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from legalaid_dsl.web.app import make_studio
from tests.web.browsing import CHROMIUM, WAIT, Program, Tongue, tongue_of, watched

HERE = "http://127.0.0.1:8322"
TOKEN = "a-token-of-the-tests"


def studio(folder: Path, **options: object) -> TestClient:
    app = make_studio(folder, 8322, TOKEN, keep=os.environ["LEGALAID_CACHE"], **options)  # type: ignore[arg-type]
    return TestClient(
        app, base_url=HERE, headers={"Origin": HERE}, raise_server_exceptions=False, follow_redirects=False
    )


@pytest.fixture
def books(root: Path, tmp_path: Path) -> Path:
    return shutil.copytree(root / "tests" / "rulesets_small" / "late_books", tmp_path / "rules" / "late_books")


@pytest.fixture
def shut(books: Path) -> Iterator[TestClient]:
    """Nobody has opened the link yet."""
    with studio(books) as found:
        yield found


@pytest.fixture
def desk(shut: TestClient) -> TestClient:
    assert shut.get(f"/?token={TOKEN}").status_code == 303
    return shut


# ------------------------------------------------------------------ in a browser


@pytest.fixture(scope="module", params=["vi", "en"])
def tongue(request: pytest.FixtureRequest) -> Tongue:
    """Of the pages and of the rules: all that is tried in one is tried in the other, in one browser."""
    return tongue_of(request.param)


@pytest.fixture(scope="module")
def rules_here(
    tongue: Tongue, root: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    rules = root / "rulesets" if tongue.lang == "en" else request.getfixturevalue("vietnamese")
    return shutil.copytree(rules, tmp_path_factory.mktemp("studio") / "rulesets") / "circular_02_2021"


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
def page(tongue: Tongue, rules_here: Path, browser: Any) -> Iterator[Any]:
    """The page that the printed link leads to."""
    program = Program(rules_here, tongue)
    try:
        found = browser.new_page(viewport={"width": 1280, "height": 900})
        found.set_default_timeout(WAIT)
        wrong = watched(found, "status of 409 (Conflict)")  # somebody else has written: the page shows both texts
        outside: list[str] = []
        ours = (f"http://127.0.0.1:{program.port}/", "data:", "blob:", "about:")
        found.on("request", lambda asked: None if asked.url.startswith(ours) else outside.append(asked.url))
        found.on(
            "websocket",
            lambda asked: (
                None
                if asked.url == f"ws://127.0.0.1:{program.port}/studio/editor?window=" + asked.url.rpartition("=")[2]
                else outside.append(asked.url)
            ),
        )
        found.goto(program.link)
        assert found.url == f"http://127.0.0.1:{program.port}/"
        assert found.get_attribute("html", "lang") == tongue.lang
        found.home = f"{found.url}?lang={tongue.lang}"
        yield found
        assert (wrong, outside) == ([], [])
        found.close()
    finally:
        program.end()


@pytest.fixture
def pictures(request: pytest.FixtureRequest, root: Path, page: Any, tongue: Tongue) -> Callable[..., None]:
    """Takes the pictures of docs/studio.md when goldens are updated: ``pictures(name=(width, scheme))``, the page from its top."""

    def take(**wanted: tuple[int, str]) -> None:
        for name, (width, scheme) in wanted.items() if tongue.lang == "vi" and request.config.getoption("--update-goldens") else ():
            page.set_viewport_size({"width": width, "height": 900 if width > 360 else 800})
            page.emulate_media(color_scheme=scheme)
            page.evaluate("() => window.scrollTo(0, 0)")
            page.screenshot(path=root / "docs" / "studio" / f"{name}.png")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")

    return take
