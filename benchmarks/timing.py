"""CPU time, the least of several rounds: other work on the machine only adds. And memory, where Linux tells."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")


def least(work: Callable[[], Any], seconds: float, clock: Callable[[], float | None] = lambda: None) -> float:
    """CPU seconds of one call; ``clock``: the CPU seconds of the last call where another process works.

    ``seconds``: of wall time, for all rounds; at least two.
    """
    work()
    best, end, rounds = float("inf"), time.perf_counter() + seconds, 0
    while time.perf_counter() < end or rounds < 2:
        start, count, elsewhere = time.process_time(), 0, 0.0
        while time.process_time() - start + elsewhere < 0.01:
            work()
            count += 1
            elsewhere += clock() or 0.0
        best = min(best, (elsewhere or time.process_time() - start) / count)
        rounds += 1
    return best


def cpu() -> float:
    """CPU seconds of this process and of those it waited for."""
    mine, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + others.ru_utime + others.ru_stime


def _status(name: str) -> int:
    """KiB, or 0 where there is no such file."""
    if not STATUS.exists():
        return 0
    return next((int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith(name)), 0)


def resident() -> float:
    """Megabytes now."""
    return _status("VmRSS:") * 1024 / 1e6


def peak() -> float:
    """Megabytes at most, since the start or since ``forget_peak``."""
    return (_status("VmHWM:") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * 1024 / 1e6


def forget_peak() -> None:
    """Measure the peak anew from here on."""
    if STATUS.exists():
        Path("/proc/self/clear_refs").write_text("5")
