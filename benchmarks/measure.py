"""One module of peers, measured in a process of its own: `python -m benchmarks.measure zen`. Prints JSON.

With ``--first``: only the cold start, the first case that a new process decides.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from typing import Any

from benchmarks import timing
from benchmarks.peers import load
from benchmarks.peers.shape import NotHere, Peer

SINGLE = 32  # different cases that "one case" is the mean of
CHECKED = 200
CASE = {"entries": [
    {"id": f"e{i}", "task": task, "hours": hours, "certified_by": [role]}
    for i, (task, hours, role) in enumerate([
        ("meeting", "9", "person_met"), ("study", "16", "centre"), ("study", "7.5", "branch"), ("arguments", "4", "centre"),
        ("other", "2.75", "branch"), ("hearing", "8.25", "judge"), ("testimony", "3", "clerk"), ("custody", "4.5", "judge"),
        ("evidence", "12", "person_met"), ("meeting", "1", "centre"),
    ])
]}  # fmt: skip


def measured(peer: Peer, seconds: float, most: int) -> dict[str, Any]:
    """Seconds of CPU of one case, and of a case among many; megabytes beyond the facts."""
    from benchmarks.checked import check
    from benchmarks.w1_cases import portfolio

    check(peer, portfolio(CHECKED))
    found: dict[str, Any] = {
        "name": peer.name, "reasons": peer.reasons, "leaves_out": peer.leaves_out, "one": None, "many": None, "batch": None,
        "memory": None,
    }  # fmt: skip
    if peer.singly:
        given = [peer.given(case) for case in portfolio(SINGLE).facts()]
        found["one"] = timing.least(lambda: [peer.one(g) for g in given], seconds, peer.seconds) / SINGLE
    if peer.together:
        batch = min(peer.batch, most)
        facts = peer.many_given(portfolio(batch))
        gc.collect()
        timing.forget_peak()
        before = timing.resident()
        answer = peer.many(facts)
        found["memory"] = timing.peak() - before
        del answer
        found["many"] = timing.least(lambda: peer.many(facts), seconds, peer.seconds) / batch
        found["batch"] = batch
        if peer.each:
            found["one"], found["memory"] = found["many"], None
    return found


def first(peer: Peer) -> dict[str, Any]:
    """CPU seconds and megabytes of this process once it has decided its first case, starting Python included."""
    if peer.singly:
        peer.told(peer.one(peer.given(CASE)))
    else:
        from benchmarks.w1_cases import portfolio

        peer.many_told(peer.many(peer.many_given(portfolio(1))))
    return {"name": peer.name, "first": timing.cpu(), "peak": timing.peak()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("module")
    options.add_argument("--seconds", type=float, default=1.0, help="of wall time a measure")
    options.add_argument("--most", type=int, default=1_000_000, help="cases together")
    options.add_argument("--first", type=int, default=None, help="the cold start of this peer of the module, from 0")
    asked = options.parse_args()
    try:
        makers = load(asked.module)
    except NotHere as why:
        json.dump({"not here": str(why)}, sys.stdout)
        return
    found = (
        first(makers[asked.first]()) if asked.first is not None
        else [measured(maker(), asked.seconds, asked.most) for maker in makers]
    )  # fmt: skip
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
