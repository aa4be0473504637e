"""One of several processes that write one log."""

from __future__ import annotations

from pathlib import Path

from legalaid_dsl.receipts.log import Log


def write(where: str | Path, who: int, most: int) -> int:
    """Entries of one process, every second one under a key that all the others use too."""
    log = Log(where)
    again = 0
    for number in range(most):
        shared = number % 2 == 0
        key, name = (f"k{number}", f"all {number}") if shared else ("", f"{who} {number}")
        again += log.commit([{"n": name}, {"n": f"{name} too"}], str(who), key, "r").again
    return again
