"""Fixtures that all tests share."""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.basics.recent import Recent
from legalaid_dsl.study.comparison import rulesets
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite
from tests import campaign

SMALL = 350_000_000  # bytes of a worker
ROOT = Path(__file__).resolve().parent.parent


def resident() -> int:
    """The bytes that this process holds now; where the system does not say, more than any number."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return sys.maxsize


@pytest.fixture(scope="session")
def rules() -> la.Rules:
    """The shipped ruleset, loaded once."""
    return la.load()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def stays() -> None:
    """What is there before the first test stays to the end: it is not looked through after every module.

    Nor are the rules that a worker holds looked through again and again meanwhile: what turns in circles is few, and is
    found less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="module", autouse=True)
def let_go(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a module and the helpers beside it have made and kept goes with it: each worker stays under a gigabyte."""
    yield
    here = str(request.path.parent)
    beside = [m for m in list(sys.modules.values()) if os.path.dirname(getattr(m, "__file__", None) or "") == here]
    for module in beside:
        for kept in list(vars(module).values()):
            if hasattr(kept, "cache_clear") and kept.__module__ == module.__name__:
                kept.cache_clear()
    if resident() < SMALL:
        return  # to look through all that it holds would take longer than most modules
    gc.collect()
    if arrow := sys.modules.get("pyarrow"):
        arrow.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):  # where there is glibc: what was freed goes back to the system
        ctypes.CDLL("libc.so.6").malloc_trim(0)


@pytest.fixture(scope="session")
def vietnamese(rules: la.Rules, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All shipped rulesets, translated once; who changes a file of them takes a copy."""
    target = tmp_path_factory.mktemp("vietnamese")
    for file in sorted((ROOT / "rulesets").rglob("*.*")):
        copy = target / file.relative_to(ROOT / "rulesets")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in (".law", ".case"):
            glossary = glossary_for(file) if file.parent.name == "amendments" else rules.rulebook.glossary
            copy.write_text(rewrite(file, glossary, "vi"), "utf-8")
        elif file.is_file():
            shutil.copy(file, copy)
    return target


@pytest.fixture(scope="session", autouse=True)
def kept_rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Commands keep checked rules in a folder of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEGALAID_CACHE", str(tmp_path_factory.mktemp("kept")))
        yield


@pytest.fixture(scope="session", autouse=True)
def shipped_once() -> Iterator[None]:
    """Commands of studies get the rules of a shipped folder as they were loaded first: rules are frozen, no test writes there."""
    real, kept = rulesets.load, Recent[la.Rules](8)

    def load(folder: Path, **more: Any) -> la.Rules:
        if ROOT / "rulesets" not in folder.resolve().parents or any(Path(a).exists() for a in more["amendments"]):
            return real(folder, **more)
        return kept.get((folder.resolve(), *more.items()), lambda: real(folder, **more))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rulesets, "load", load)
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="Rewrite the golden texts; read the diff as prose.")
    parser.addoption("--long", action="store_true", help="The campaigns, and only these (docs/testing.md).")


def pytest_configure(config: pytest.Config) -> None:
    """Before any test is read: how many cases a campaign tries is asked while they are."""
    campaign.LONG = config.getoption("--long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def wanted(item: pytest.Item) -> bool:
        if campaign.LONG:
            return any(item.iter_markers("long")) or any(item.iter_markers("longer"))
        return not any(item.iter_markers("long"))

    left = [i for i in items if not wanted(i)]
    items[:] = [i for i in items if wanted(i)]
    config.hook.pytest_deselected(items=left)
