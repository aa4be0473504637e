"""Papers are made by typst, which keeps what it worked out for the last ten of them: a quarter of a gigabyte."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typst

REMEMBERED = 10


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    """Papers of nothing take the place of the last ones."""
    yield
    for _ in range(REMEMBERED + 1):
        typst.compile(b"")
