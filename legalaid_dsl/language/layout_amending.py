"""Sentences of amending law and guarantees, laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..basics.citation import printed_point
from . import tree

if TYPE_CHECKING:
    from .layout import Layout

AMENDING = (
    tree.InCases | tree.Guarantee | tree.NeverLowers | tree.ReplacePhrase | tree.ReplaceProvision | tree.AddAfter
    | tree.AddTo | tree.Repeal | tree.Suspend | tree.Renumber | tree.Rename | tree.Settle
)  # fmt: skip


def amending(layout: Layout, node: AMENDING) -> str:
    """A sentence in one layout; lines that must not be broken are held together."""
    p, w = layout.printer, layout.w
    match node:
        case tree.InCases(condition=None, other=other):
            return f"{w('IN_OTHER_CASES' if other else 'IN_EVERY_CASE')}:"
        case tree.InCases(condition=condition):
            assert condition is not None
            return layout.sentence(f"{w('IN_CASES_WHERE')} {p.expression(condition)}", end=":")
        case tree.Guarantee(code=code, text=text, condition=condition):
            that = f"{w('THAT')} {p.expression(condition)}"
            return layout.sentence(f"{w('GUARANTEE')} {code}", [*layout.texts(text), that])
        case tree.NeverLowers(code=code, text=text, raised=raised, lowered=lowered):
            that = f"{w('THAT')} {w('RAISING')} {p.name(raised)} {w('NEVER_LOWERS')} {p.name(lowered)}"
            return layout.sentence(f"{w('GUARANTEE')} {code}", [*layout.texts(text), that])
        case tree.ReplacePhrase(at=at, old=old, new=new):
            words = f'{w("REPLACE_PHRASE")} "{p.expression(old)}" {w("WITH_PHRASE")} "{p.expression(new)}"'
            return _with_terms(layout, f"{w('IN')} {p.address(at)} {words}", node.terms, ".")
        case tree.ReplaceProvision(at=at):
            return _with_terms(layout, f"{w('REPLACE')} {p.address(at)}", node.terms, ":")
        case tree.AddAfter(at=at):
            return _with_terms(layout, f"{w('ADD_AFTER')} {p.address(at)}", node.terms, ":")
        case tree.AddTo(at=at):
            return _with_terms(layout, f"{w('ADD_TO')} {p.address(at)}", node.terms, ":")
        case tree.Repeal(at=at):
            return _with_terms(layout, f"{w('REPEAL')} {p.address(at)}", node.terms, ".")
        case tree.Suspend(at=at, from_date=first, to_date=last):
            days = f"{w('FROM')} {first.isoformat()} {w('TO')} {last.isoformat()}"
            return layout.sentence(f"{w('SUSPEND')} {p.address(at)} {days}")
        case tree.Renumber(at=at, level=level, label=label):
            shown = printed_point(label, p.lang) if level == "point" else label
            renumbered = f"{layout.level(level)} {shown}".replace(" ", "\u00a0")
            return _with_terms(layout, f"{w('RENUMBER')} {p.address(at)} {w('INTO')} {renumbered}", node.terms, ".")
        case tree.Settle(reading=reading, choice=choice):
            return _with_terms(layout, f"{w('SETTLE')} {reading} {w('AS')} {choice}", node.terms, ".")
        case tree.Rename(name=name, names=names):
            return _with_terms(
                layout, f"{w('RENAME')} {p.name(name)} {w('INTO')} {' '.join(layout.texts(names))}", node.terms, "."
            )


def _with_terms(layout: Layout, head: str, terms: tree.Terms, end: str) -> str:
    p, w = layout.printer, layout.w
    parts = [f"{w('FROM')} {terms.from_date.isoformat()}"] if terms.from_date is not None else []
    if terms.old_text_when is not None:
        parts.append(f"{w('OLD_TEXT_HOLDS_WHEN')} {p.expression(terms.old_text_when)}")
    start, tails = layout.comma(head, parts)
    return layout.sentence(start, tails, end)
