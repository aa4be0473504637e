"""The studio in this process, over a copy of a small ruleset; and one in a browser where there is any."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from legalaid_dsl.web.app import make_studio

HERE = "http://127.0.0.1:8322"
TOKEN = "a-token-of-the-tests"


def studio(folder: Path, **options: object) -> TestClient:
    app = make_studio(folder, 8322, TOKEN, keep=os.environ["LEGALAID_CACHE"], **options)  # type: ignore[arg-type]
    return TestClient(app, base_url=HERE, headers={"Origin": HERE}, raise_server_exceptions=False, follow_redirects=False)


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
