"""What targets share: the small ruleset, a place for files, and the words of the language."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.keywords import surface, word_of
from legalaid_dsl.language.grammar import declared_names

ROOT: Final = Path(__file__).resolve().parent.parent
MINI: Final = Path(__file__).parent / "mini"


class Wrong(AssertionError):
    """An answer that breaks a promise: the message begins with the name of the promise."""


def promise(held: object, name: str, *about: object) -> None:
    if not held:
        raise Wrong(f"{name}: {' · '.join(map(str, about))}"[:2_000])


@cache
def place() -> Path:
    """A folder of this process, gone when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


@cache
def mini() -> la.Rules:
    return la.load(MINI)


@cache
def circular() -> la.Rules:
    return la.load()


@cache
def mini_text() -> str:
    return (MINI / "rules.law").read_text("utf-8")


@cache
def words(lang: str) -> tuple[str, ...]:
    """Every keyword of a tongue, and every name of the small ruleset."""
    names = [w for where, w in [*_names().terms, *_names().units] if where == lang]
    return tuple(dict.fromkeys([*(word_of(lang, t) for t in surface(lang) if t not in ("NUMBER", "PERCENT")), *names]))


@cache
def _names():  # type: ignore[no-untyped-def]
    return declared_names(mini_text())


def broken(whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Mostly as it is; else cut short, or with some bytes changed."""
    edits = st.lists(st.tuples(st.integers(0, 9_999), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4)

    def change(data: bytes, at: list[tuple[int, bytes]]) -> bytes:
        for where, put in at:
            where = where * len(data) // 10_000
            data = data[:where] + put + data[where + len(put) :]
        return data

    cut = st.builds(lambda data, n: data[: len(data) * n // 100], whole, st.integers(0, 99))
    return st.one_of(whole, whole, cut, st.builds(change, whole, edits))
