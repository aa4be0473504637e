"""Watching the files of rulesets: whenever one is saved, added or taken away, it is time again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..basics.source_text import real

PAUSE: Final = 0.3  # seconds between looks
State = dict[Path, tuple[int, int]]


def watched(folders: Iterable[Path]) -> State:
    """The rule files, examples and figures of rulesets and of the instruments beside them, as they are now."""
    found: State = {}
    for folder in folders:
        here = real(folder)
        own = [path for pattern in ("*.law", "*.case", "tables/*/*.csv") for path in here.glob(pattern)]
        for path in [*own, *here.parent.glob("*/*.law")]:
            if path not in found:
                with suppress(FileNotFoundError):  # gone between the two looks
                    stat = path.stat()
                    found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


def changes(look: Callable[[], State], wait: Callable[[float], None] = time.sleep) -> Iterator[State]:
    """The state at first, and again after every change."""
    seen = look()
    yield seen
    while True:
        wait(PAUSE)
        now = look()
        if now != seen:
            seen = now
            yield seen
