"""A model of the file system: whatever is copied, edited, deleted, renamed, linked or dated back, a ruleset that was
kept answers as one that is read now, errors too."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import legalaid_dsl as la
from legalaid_dsl.basics import keywords
from legalaid_dsl.rulebook.files import which as reading
from tests.campaign import size

HOME = """Instrument "Fares" key fares en "Fares" vi "Giá vé", from 2020-01-01, uses rates, uses days.
thing en "case | cases" vi "vụ việc" key case.
fact en "trips" vi "số chuyến" key case.trips, a number.
fact en "day of travel" vi "ngày đi" key case.day, a date, date of law.
term en "fare" vi "tiền vé" key case.fare, a number of coins, decisive, result fare.
"""
RULE = 'Article 1. en "Fares" vi "Giá vé"\nfor each case:\nfare is {} coins × trips + rate on day of travel.\n'
USED = {
    "rates": 'Instrument "Rates" key rates en "Rates" vi "Mức", from 2020-01-01, uses days.\n'
    'unit en "coin | coins" vi "xu" key coins.\nterm en "rate" vi "mức" key rate, a number of coins.\n'
    'Article 1. en "Rates" vi "Mức"\nrate is {} coins from 2020-01-01, secondary source en "x" vi "x".\n',
    "days": 'Instrument "Days" key days en "Days" vi "Ngày", from 2020-01-0{}.\n',
}
ACT = """Instrument "Fares 2" key dearer en "Fares 2" vi "Giá vé 2"{}, from 2021-01-01, amends fares.
Article 1. in Article 1 replace "{} coins" with "{} coins".
"""
CASE = {"trips": "3", "day": "2021-06-01"}
NUMBERS = st.integers(1, 4)
PLACES = st.sampled_from(["home", "rates", "days", "shipped/rates", "shipped/days"])
FILES = st.sampled_from([
    "home/instrument.law", "home/article_01.law", "home/more.law", "home/amendments/dearer.law", "rates/instrument.law",
    "days/instrument.law", "shipped/rates/instrument.law", "elsewhere.law",
])  # fmt: skip


def said(folder: Path, keep: Path | None) -> Any:
    """All that a ruleset answers, or all that is wrong with it."""
    try:
        rules = la.load(folder, keep=keep)
    except la.RulesetError as error:
        return [(p.code, str(p.span)) for p in error.problems]
    texts = [(day, r.rulebook.digest, r.evaluate(CASE).to_dict()) for day, r in rules.timeline.periods] if rules.timeline else []
    return rules.rulebook.digest, rules.evaluate(CASE).to_dict(), texts


class Folders(RuleBasedStateMachine):
    """A ruleset, instruments beside it or shipped, an act; a folder where rules are kept."""

    @initialize(beside=st.booleans(), amended=st.booleans())
    def begin(self, beside: bool, amended: bool) -> None:
        self.room = Path(tempfile.mkdtemp())
        self.top, self.keep = self.room / "rules", self.room / "kept"
        for key, text in USED.items():
            for place in ("shipped", *(["."] if beside else [])):
                self.write(f"{place}/{key}/instrument.law", text.format(1))
        self.write("home/instrument.law", HOME)
        self.write("home/article_01.law", RULE.format(1))
        if amended:
            self.enact(False, 1, 2)
        self.shipped = keywords.shipped
        reading.shipped = lambda name: self.top / "shipped" if name == "rulesets" else self.shipped(name)

    def teardown(self) -> None:
        reading.shipped = self.shipped
        shutil.rmtree(self.room)

    def write(self, name: str, text: str) -> None:
        path = self.top / name
        if self.blocked(path):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.stat() if path.exists() else None
        path.write_text(text, "utf-8")
        if before is not None:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # dated back: as if nothing had been written

    def blocked(self, path: Path) -> bool:
        """Whether something stands there, or on the way there, that a file cannot be written over."""
        return path.is_symlink() or path.is_dir() or any(p.is_symlink() or p.is_file() for p in path.parents)

    @rule(number=NUMBERS)
    def edit_the_rule(self, number: int) -> None:
        self.write("home/article_01.law", RULE.format(number))

    @rule(place=st.sampled_from(["rates", "days", "shipped/rates", "shipped/days"]), number=NUMBERS)
    def edit_or_put_an_instrument(self, place: str, number: int) -> None:
        self.write(f"{place}/instrument.law", USED[place.rpartition("/")[2]].format(number))

    @rule(draft=st.booleans(), old=st.sampled_from([1, 1, 1, 2]), new=NUMBERS)
    def enact(self, draft: bool, old: int, new: int) -> None:
        self.write("home/amendments/dearer.law", ACT.format(", a draft" if draft else "", old, new))

    @rule(file=FILES, text=st.sampled_from(["", "x", "# only a word\n", "\ufeff# a mark\r\n", "fare is 1 coin.\n", "\x00"]))
    def spoil(self, file: str, text: str) -> None:
        path = self.top / file
        if not self.blocked(path):
            before = path.read_text("utf-8") if path.is_file() else ""
            self.write(file, before + text)

    @rule(file=FILES)
    def delete(self, file: str) -> None:
        path = self.top / file
        if path.is_symlink() or path.is_file():
            path.unlink()

    @rule(place=PLACES)
    def delete_a_folder(self, place: str) -> None:
        path = self.top / place
        if path.is_symlink():
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)

    @rule(old=FILES, new=FILES)
    def rename(self, old: str, new: str) -> None:
        before, after = self.top / old, self.top / new
        if before.exists() and not self.blocked(after):
            after.parent.mkdir(parents=True, exist_ok=True)
            before.replace(after)

    @rule(old=FILES, new=FILES)
    def link_a_file(self, old: str, new: str) -> None:
        after = self.top / new
        if not self.blocked(after) and not after.exists():
            after.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # not everyone may make links
                after.symlink_to(self.top / old)

    @rule(old=PLACES, new=PLACES)
    def link_a_folder(self, old: str, new: str) -> None:
        after = self.top / new
        if not after.exists() and not self.blocked(after):
            after.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):
                after.symlink_to(self.top / old, target_is_directory=True)

    @rule(data=st.sampled_from([b"", b"[" * 9999, b"{}"]), whole=st.booleans())
    def damage_what_is_kept(self, data: bytes, whole: bool) -> None:
        for file in self.keep.glob("*.json"):
            file.write_bytes(data if whole else file.read_bytes()[:-9] + data)

    @rule()
    def nothing(self) -> None:
        """What is kept is asked again."""

    @invariant()
    def the_kept_answer_is_the_fresh_one(self) -> None:
        home = self.top / "home"
        assert said(home, self.keep) == said(home, None)


TestFolders = pytest.mark.longer(Folders.TestCase)
TestFolders.settings = settings(
    max_examples=size(6, 60), stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
