"""Fixtures that all tests share."""

from __future__ import annotations

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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="Rewrite the golden texts; read the diff as prose.")
