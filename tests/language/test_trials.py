"""A sentence read from a little before a change stops where it stops when all of it is read."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedInput

from legalaid_dsl.language.grammar import build_parser, untreed
from legalaid_dsl.language.recovery.reparse import Trials
from legalaid_dsl.rulebook.load import load_rulebook
from tests.campaign import examples

RULES = "rulesets/circular_02_2021"
NEW = ["", ".", ":", ", ", " and ", " when ", "session", "sessions worked", "(", ")", '"', "3", "=", " is ", "Clause 9.", "#", "\n"]


@pytest.fixture(scope="module")
def parser(root: Path) -> Lark:
    return build_parser("en", load_rulebook(root / RULES).glossary.lexicon())


@pytest.fixture(scope="module")
def sentences(root: Path) -> list[str]:
    texts = [p.read_text("utf-8") for p in sorted((root / RULES).glob("article_*.law"))]
    found = [s.strip() + "." for t in texts for s in re.split(r"\.\n", re.sub(r"#[^\n]*", "", t))]
    return [s for s in found if len(s) > 250]


def stopped(read: Any, text: str) -> Any:
    try:
        read(text)
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        accepts = getattr(error, "accepts", None) or getattr(error, "allowed", None)
        return type(error), token and (token.type, str(token)), error.pos_in_stream, accepts and set(accepts)
    return None


@given(st.integers(0, 2**32))
@examples(50, 150)
def test_it_stops_at_the_same_place_for_the_same_reason(parser: Lark, sentences: list[str], seed: int) -> None:
    rng = random.Random(seed)
    text = rng.choice(sentences)
    cut = rng.randrange(100, len(text))
    base = text[:cut] + rng.choice(NEW) + text[cut + rng.randrange(0, 12) :]
    trials = Trials(parser, "block", 110)
    trials.begin(base)
    for _ in range(6):
        at = rng.randrange(60, len(base))
        changed = base[:at] + rng.choice(NEW) + base[at + rng.randrange(0, 9) :]
        mine = stopped(trials.read, changed)
        assert mine == stopped(lambda t: parser.parse(t, start="block"), changed), changed
        assert mine == stopped(lambda t: untreed(parser).parse(t, start="block"), changed)
