"""Fixtures that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import legalaid_dsl as la

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def rules() -> la.Rules:
    """The shipped ruleset, loaded once."""
    return la.load()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def kept_rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Commands keep checked rules in a folder of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEGALAID_CACHE", str(tmp_path_factory.mktemp("kept")))
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="Rewrite the golden texts; read the diff as prose.")
