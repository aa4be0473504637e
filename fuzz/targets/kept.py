"""A damaged file of kept rules: the answer is that of a fresh load, and nothing is raised.

The input is a list of edits of the genuine file: ``[[where, cut, put], …]``, ``where`` in 10,000ths of its
length; or a whole file as it is, when it is no such list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import legalaid_dsl as la

from ..common import MINI, mini, place, promise
from .rules import CASES


@cache
def genuine() -> tuple[tuple[Path, bytes], ...]:
    """Every file that keeping the small ruleset writes."""
    where = place() / "kept"
    la.load(MINI, keep=where)
    return tuple((p, p.read_bytes()) for p in sorted(where.rglob("*")) if p.is_file())


@cache
def answers() -> tuple[Any, ...]:
    return tuple(mini().evaluate(case).to_dict() for case in CASES)


def damaged(data: bytes, whole: bytes) -> bytes:
    try:
        edits = json.loads(data)
        for where, cut, put in edits:
            at = abs(int(where)) * len(whole) // 10_000
            whole = whole[:at] + str(put).encode("utf-8", "surrogatepass") + whole[at + abs(int(cut)) :]
    except (ValueError, TypeError, RecursionError):
        return data
    return whole


def run(data: bytes) -> None:
    for path, whole in genuine():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(damaged(data, whole))
    rules = la.load(MINI, keep=place() / "kept")
    promise(rules.rulebook.digest == mini().rulebook.digest, "the digest of a fresh load")
    found = tuple(rules.evaluate(case).to_dict() for case in CASES)
    promise(found == answers(), "the answers of a fresh load", *(f for f, a in zip(found, answers()) if f != a))
    for case in CASES:
        promise(rules.evaluate(case).explain("vi"), "explained")


PUTS = ("", "0", "1", "-1", "null", "[", "]", "{", "}", '"', ",", ":", '"1/0"', "9" * 20, '{"n":"1/0"}', '{"o":0}', "true", "1e999", "[" * 2_000, "\x00", "\ud800")


def inputs() -> st.SearchStrategy[bytes]:
    edit = st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from(PUTS) | st.text(max_size=4))
    edits = st.lists(edit, min_size=1, max_size=3).map(lambda e: json.dumps(e).encode())
    whole = st.sampled_from([b"", b"{}", b"[]", b"null", b"[" * 100_000, b"\xff", b'{"version":1}', b'"', b"0"])
    return st.one_of(edits, edits, edits, whole, st.binary(max_size=30))


def seeds() -> Iterable[bytes]:
    yield from (b"[]", b"{}", b"\xff", b"[" * 2_000)
    for where in range(0, 10_000, 250):
        for put in ("1", '"1/0"', "[" * 2_000):
            yield json.dumps([[where, 1, put]]).encode()
