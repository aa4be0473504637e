"""The corpus of the fuzzers, once through each target: what was found once does not come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pygls")
pytest.importorskip("pyarrow")
pytest.importorskip("openpyxl")

from fuzz.finds import CORPUS, signature
from fuzz.targets import NAMES, target

pytestmark = pytest.mark.long


def kept(name: str) -> Iterator[Path]:
    return (path for path in sorted((CORPUS / name).iterdir()) if path.is_file())


@pytest.mark.parametrize("name", NAMES)
def test_the_kept_inputs_find_nothing(name: str) -> None:
    fuzzed, found = target(name), {}
    for path in kept(name):
        try:
            fuzzed.run(path.read_bytes())
        except Exception as error:
            found[path.name] = signature(error)
    assert found == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_corpus_is_small(name: str) -> None:
    sizes = [path.stat().st_size for path in kept(name)]
    assert 0 < len(sizes) <= 200
    assert max(sizes) <= 8_192
