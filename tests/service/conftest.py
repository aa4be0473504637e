"""A service in this process, over the shipped rules or a copy of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from starlette.testclient import TestClient

from legalaid_dsl.service.app import make_app
from legalaid_dsl.service.config import Config


def client(config: Config, headers: dict[str, str] | None = None) -> TestClient:
    config = attrs.evolve(config, keep=os.environ["LEGALAID_CACHE"])
    return TestClient(make_app(config), base_url="http://localhost", headers=headers, raise_server_exceptions=False)


@pytest.fixture(scope="package")
def case(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "docs" / "cases" / "two_providers.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="package")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """As it is started without options, with a log."""
    store = tmp_path_factory.mktemp("store") / "log.sqlite"
    with client(Config(store=str(store), log=True, watch=0)) as found:
        found.store = store  # type: ignore[attr-defined]
        yield found


@pytest.fixture
def books(root: Path, tmp_path: Path) -> Path:
    """A small ruleset in a folder of rulesets, which a test may change."""
    return shutil.copytree(root / "tests" / "rulesets_small" / "late_books", tmp_path / "rules" / "late_books")
