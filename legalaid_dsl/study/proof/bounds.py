"""What a proof is about: how many things of each kind a case has at most, and which values its facts take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import attrs

from ...basics.bilingual import Bilingual
from ...basics.quantity import grouped
from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Rule, Rulebook, Term, Thing

FIRST_YEAR, LAST_YEAR = 1900, 2200  # the days that a case file may state


@attrs.frozen(slots=True)
class Bounds:
    """``most``: how many of each thing, in each list. Numbers: from 0 to ``highest`` by ``step``."""

    most: Mapping[str, int]
    step: Fraction = Fraction(1, 100)
    highest: int = 1000
    highest_figure: int = 100  # a cell of a table that is not supplied: 0 to this, by halves

    @classmethod
    def default(cls, book: Rulebook, **more: int) -> Bounds:
        """Three of what is put in order of date, one of what need not be there, two of anything else."""
        most = {t.key: _usual(t) for t in book.things.values() if t.key != ROOT}
        return cls({**most, **more})

    def words(self, book: Rulebook, tables: bool) -> Bilingual:
        """What the proof holds for, as a drafter would say it."""
        return Bilingual(*(self._words(book, lang, tables) for lang in ("en", "vi")))

    def _words(self, book: Rulebook, lang: str, tables: bool) -> str:
        vi = lang == "vi"
        counts = [
            f"{n} {book.things[k].names[lang] if vi or n == 1 else book.things[k].plurals[lang]}"
            for k, n in self.most.items() if k in book.things
        ]  # fmt: skip
        highest, step = grouped(Fraction(self.highest), lang), grouped(self.step, lang)
        text = (
            f"hồ sơ đầy đủ có tối đa {', '.join(counts)} (trong mỗi danh sách); số từ 0 đến {highest} theo bước {step}; mọi ngày"
            if vi
            else f"complete cases with at most {', '.join(counts)} (in each list); numbers from 0 to {highest} by {step}; any day"
        )
        if tables:
            cell = grouped(Fraction(self.highest_figure), lang)
            text += (
                f"; bảng số liệu không có hoặc có bất kỳ số liệu nào từ 0 đến {cell} theo bước 1/2"
                if vi
                else f"; tables not supplied, or with any figures from 0 to {cell} by halves"
            )
        return text


def _usual(thing: Thing) -> int:
    if thing.none_unless_stated:
        return 1
    return 3 if thing.in_order_of else 2


def every_rule(book: Rulebook) -> Iterator[Rule]:
    for rules in book.rules.values():
        yield from rules
    yield from (*book.refusals, *book.guarantees)


def asked_whether_stated(book: Rulebook) -> frozenset[str]:
    """Facts, and things whose list, some rule asks to be stated: they may be absent from a complete case."""
    found = set()
    for rule in every_rule(book):
        for top in rule.expressions():
            for node in m.walk(top):
                if isinstance(node, m.Stated) and isinstance(node.value, m.Reference):
                    found.add(node.value.term)
                elif isinstance(node, m.Stated) and isinstance(node.value, m.Aggregate):
                    found.add(node.value.group.thing)
    return frozenset(found)


def optional(term: Term, asked: frozenset[str]) -> bool:
    """Whether a complete case may leave the fact out."""
    return term.none_unless_stated or term.no_unless_stated or term.key in asked
