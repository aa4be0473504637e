"""Amending acts over the small ruleset: carried out, or refused with every problem. The input stands under a heading."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.problem import RulesetError

from .. import grammar
from ..common import MINI, ROOT, broken, place, promise
from .rules import CASES, decided

HEAD: Final = b'Instrument "2/2026" key change en "A change" vi "S\xe1\xbb\xada \xc4\x91\xe1\xbb\x95i", from 2026-07-01, amends mini, a draft.\n'


def run(data: bytes) -> None:
    act = place() / "change.law"
    act.write_bytes(data if data.startswith(b"Instrument") else HEAD + data)
    try:
        rules = la.load(MINI, amendments=[act])
    except RulesetError as error:
        promise(error.problems, "refused says why")
        for p in error.problems:
            promise(p.render("en") and p.render("vi"), "problems are said", p.code)
        return
    for case in CASES:
        if rules.timeline is None:
            decided(rules, case)
            continue
        promise(rules.evaluate(case).to_dict()["status"], "decided")
        for _, text in rules.timeline.periods:
            decided(text, case)


# ------------------------------------------------------------------ made up

ADDRESSES: Final = (
    "Article 1", "Article 2", "clause 1 Article 1", "clause 2 Article 1", "clause 1 Article 2", "clause 2 Article 2", "Article 9", "clause 9 Article 1",
    "clause 1", "point a clause 1 Article 1", 'clause 1 Article 1 of instrument "1/2026"',
)  # fmt: skip
PHRASES: Final = ("2 hours", "3 turns", "rate", "pay", "rounded half up", "at least 0 coins", "counts", "4 coins per turn", "× 2", "nothing", "")
PARTS: Final = ("", ", from 2026-09-01", ", from 2025-01-01", ", the old text holds when closing day is before 2026-08-01", ", from 2026-02-30")


@st.composite
def act(draw: st.DrawFn) -> str:
    where, part = st.sampled_from(ADDRESSES), st.sampled_from(PARTS)
    phrase = st.sampled_from(PHRASES)
    said = []
    for _ in range(draw(st.integers(1, 4))):
        a, b, p = draw(where), draw(where), draw(part)
        body = draw(st.one_of(grammar.typed(), grammar.sentences(), st.just('Clause 1. en "x" vi "y"\nfor each line:\ncounts when urgent.\n')))
        said.append(
            draw(st.sampled_from([
                f'in {a} replace "{draw(phrase)}" with "{draw(phrase)}"{p}.\n', f"replace {a}{p}:\n{body}\n", f"add after {a}{p}:\n{body}\n",
                f"add to {a}{p}:\n{body}\n", f"repeal {a}{p}.\n", f"suspend {a} from 2026-08-01 to 2026-08-31.\n", f"renumber {a} as {b}{p}.\n",
                f'rename {draw(phrase)} as en "new" vi "mới"{p}.\n', f"settle art_2_cl_1_urgency as twice{p}.\n", f"settle {draw(phrase)} as once.\n",
            ]))
        )  # fmt: skip
    return "".join(said)


def inputs() -> st.SearchStrategy[bytes]:
    return broken(act().map(lambda text: text.encode("utf-8", "surrogatepass")))


def seeds() -> Iterable[bytes]:
    for file in sorted(ROOT.glob("rulesets/*/amendments/*.law")):
        text = file.read_text("utf-8")
        yield text.encode()
        yield from (part.encode() for part in re.split(r"\n\n+", text)[1:])
    for a in ADDRESSES[:6]:
        yield f"repeal {a}.\n".encode()
        yield f'in {a} replace "rate" with "rate × 2", from 2026-09-01.\n'.encode()
    yield b"settle art_2_cl_1_urgency as twice.\n"
    yield b"replace clause 1 Article 1:\nfor each line:\ncounts when time > 1 hour.\nturns of the line is 1 turn.\n"
