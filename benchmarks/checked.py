"""Every peer gives what integers by hand give, on the same cases, before anybody is timed."""

from __future__ import annotations

from benchmarks.peers.hand import integers, integers_with_reasons, whole_numbers
from benchmarks.peers.shape import Answer, Peer
from benchmarks.w1_cases import Portfolio


def check(peer: Peer, cases: Portfolio) -> None:
    """Raises AssertionError naming the first case that differs."""
    facts = [whole_numbers(case) for case in cases.facts()]
    wanted = [(halves, dong, tuple(paid)) for halves, dong, paid in map(integers, facts)]
    if peer.singly:
        _compare(peer, wanted, [peer.told(peer.one(peer.given(case))) for case in cases.facts()])
    if peer.together:
        answer = peer.many(peer.many_given(cases))
        _compare(peer, wanted, peer.many_told(answer))
        told = getattr(peer, "reasons_told", None)
        if told is not None and peer.reasons != "none":
            assert told(answer) == [integers_with_reasons(lines)[3] for lines in facts], f"{peer.name}: reasons"


def _compare(peer: Peer, wanted: list[Answer], found: list[Answer]) -> None:
    assert len(found) == len(wanted), f"{peer.name}: {len(found)} answers to {len(wanted)} cases"
    for place, (mine, theirs) in enumerate(zip(wanted, found, strict=True)):
        said = theirs if theirs[2] is not None else (*theirs[:2], mine[2])
        assert said == mine, f"{peer.name}: case {place} gives {theirs}, not {mine}"
