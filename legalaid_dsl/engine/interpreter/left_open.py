"""What the law leaves open, told of a term and an item: no rule, several rules, a circle, a division by zero."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.citation import Citation
from ...basics.worded import said
from ...rulebook import meaning as m
from ...rulebook.model import Rule
from .. import values as v
from ..budget import WORDS
from ..dates import FIRST_DAY, LAST_DAY
from ..values import Opening, Unknown
from .evaluation import Evaluation
from .facts import Item


def gap(ev: Evaluation, key: str, item: Item) -> Opening:
    """No rule decides. The provisions cited are those that decide the term in other cases."""
    rules = [r for r in ev.prepared.rules.get(key, ()) if r.kind == "value"]
    cites = tuple(dict.fromkeys(r.citation for r in rules)) or (Citation(ev.rulebook.id),)
    return Opening("no_rule", _said("no_rule", ev, key), cites, item.path, (key, id(item)))


def conflict(ev: Evaluation, key: str, item: Item, rules: Iterable[Rule]) -> Opening:
    """Several rules decide at once."""
    cites = tuple(dict.fromkeys(r.citation for r in rules))
    places = Bilingual(*(" / ".join(ev.rulebook.cite(c, lang) for c in cites) for lang in LANGUAGES))
    return Opening("conflict", _said("conflict", ev, key, places=places), cites, item.path, (key, id(item)))


def below_floor(ev: Evaluation, key: str, item: Item, ceilings: Iterable[Citation], floors: Iterable[Citation]) -> Opening:
    """A ceiling lies below a floor: which of them gives way is not said."""
    cites = tuple(dict.fromkeys([*floors, *ceilings]))
    return Opening("ceiling_below_floor", _said("ceiling_below_floor", ev, key), cites, item.path, (key, id(item)))


def circle(item: Item, provision: Citation) -> Opening:
    return Opening("circle", said(WORDS, "circle"), (provision,), item.path)


def undivided(ev: Evaluation, node: m.Arithmetic, item: Item, key: str) -> Opening:
    """A number divided by zero: for which term (``key``, or none), and in which provision."""
    return Opening("division_by_zero", _said("division_by_zero", ev, key), (_home(ev, node, key),), item.path, (key, id(item)))


def no_such_day(ev: Evaluation, node: m.Operation, item: Item, key: str) -> Opening:
    """A day outside the calendar, or a part of a unit of time: for which term (``key``, or none)."""
    message = _said("no_such_day", ev, key, first=FIRST_DAY.year, last=LAST_DAY.year, unit=node.unit)
    return Opening("no_such_day", message, (_home(ev, node, key),), item.path, (key, id(item)))


def _said(code: str, ev: Evaluation, key: str, **values: Any) -> Bilingual:
    """What is said of a term, or of none."""
    return said(WORDS, code, name=ev.rulebook.terms[key].names if key else "–", **values)


def _home(ev: Evaluation, node: m.Expression, key: str) -> Citation:
    """The provision in which an expression stands, of the rules on a term."""
    rules = ev.rulebook.rules.get(key, ())
    home = (r.citation for r in rules if any(node is n for e in r.expressions() for n in m.walk(e)))
    return next(home, Citation(ev.rulebook.id))


def declared(ev: Evaluation, rule: Rule, item: Item) -> Opening:
    """What a rule says that the law leaves open, with what it could give where the rule says that too."""
    ends = [ev.of(side, item) for side in rule.between or ()]
    least, most = map(v.interval, ends) if ends else ((None, None), (None, None))
    return Opening(
        rule.code, rule.message or Bilingual(), (rule.citation,), item.path, (rule.term, id(item)), least, most,
        id(rule) if rule.alone else 0, v.unknown(x for x in ends if isinstance(x, Unknown)).needs,
    )  # fmt: skip


def open_value(openings: Iterable[Opening], doubts: Iterable[Unknown] = ()) -> Unknown:
    """The value of what is left open: any of what it could be."""
    found = tuple(openings)
    ends = [pair for o in found for pair in (o.least, o.most)]  # of a rule whose ends have changed places, too
    low, high = v.hull(Unknown(low=a, high=b) for a, b in ends)
    return Unknown(open=found, low=low, high=high, parts=tuple(doubts))
