"""Sentences of amending law and guarantees, laid out."""

from __future__ import annotations

from collections.abc import Sequence

from ...basics.citation import printed_label
from ...basics.keywords import forms_of
from .. import tree
from .expressions import NO_BREAK, Printer
from .sentences import Sentences

AMENDING = (
    tree.InCases | tree.Guarantee | tree.NeverLowers | tree.ReplacePhrase | tree.InsertPhrase | tree.OmitPhrase
    | tree.ReplaceProvision | tree.Retitle | tree.AddAfter | tree.AddTo | tree.Repeal | tree.Suspend | tree.Renumber
    | tree.Rename | tree.Settle | tree.TakesEffect | tree.OldTextContinues
)  # fmt: skip


def amending(layout: Sentences, node: AMENDING) -> str:
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
        case tree.Suspend(at=(at,), from_date=first, to_date=last):
            days = f"{w('FROM')} {first.isoformat()} {w('TO')} {last.isoformat()}"
            return layout.sentence(f"{w('SUSPEND')} {p.address(at)} {days}")
        case tree.Renumber(at=(at,), level=level, label=label):
            renumbered = f"{layout.level(level)} {printed_label(label, p.lang)}".replace(" ", "\u00a0")
            return _with_terms(layout, f"{w('RENUMBER')} {p.address(at)} {w('INTO')} {renumbered}", node.terms, ".")
        case tree.Settle(reading=reading, choice=choice):
            return _with_terms(layout, f"{w('SETTLE')} {reading} {w('AS')} {choice}", node.terms, ".")
        case tree.Rename(name=name, names=names):
            return _with_terms(
                layout, f"{w('RENAME')} {p.name(name)} {w('INTO')} {' '.join(layout.texts(names))}", node.terms, "."
            )
        case tree.TakesEffect() | tree.OldTextContinues():
            return _of_the_whole(layout, node)
        case _:
            return _of_provisions(layout, node)


def _of_provisions(layout: Sentences, node: tree.Amending) -> str:
    """A sentence that changes provisions, as statutes write it."""
    p, w = layout.printer, layout.w
    there = _addresses(layout, node.at, node.joints)
    match node:
        case tree.ReplacePhrase(old=old, new=new):
            words = f"{w('SUBSTITUTE')} {_quoted(p, old)} {w('WITH_PHRASE')} {_quoted(p, new)}"
            return _with_terms(layout, f"{words} {w('IN')} {there}", node.terms, ".")
        case tree.InsertPhrase(old=old, new=new):
            words = f"{w('INSERT_PHRASE')} {_quoted(p, new)} {w('AFTER_PHRASE')} {_quoted(p, old)}"
            return _with_terms(layout, f"{words} {w('IN')} {there}", node.terms, ".")
        case tree.OmitPhrase(old=old):
            return _with_terms(layout, f"{w('OMIT_PHRASE')} {_quoted(p, old)} {w('IN')} {there}", node.terms, ".")
        case tree.Repeal(ends=True):
            whole = f"{there[:1].upper()}{there[1:]} {w('ENDS')}"
            if node.terms.from_date is not None:
                whole += f" {w('FROM')} {node.terms.from_date.isoformat()}"
            return _with_terms(layout, whole, tree.Terms(None, node.terms.old_text_when), ".")
        case tree.Repeal():
            return _with_terms(layout, f"{w('REPEAL')} {there}", node.terms, ".")
        case tree.ReplaceProvision(verb=verb):
            head = f"{w(verb.upper())} {there}"
        case tree.Retitle():
            head = f"{w('AMEND_TITLE')} {there}"
        case tree.AddAfter(new=new, new_joints=joints):
            named = f"{_addresses(layout, new, joints)} " if new else ""
            head = f"{w('ADD')} {named}{w('AFTER_PROVISION')} {there}"
        case _:
            head = f"{w('ADD')} {w('INTO_PROVISION')} {there}"
    return _with_terms(layout, f"{head} {w('AS_FOLLOWS')}", node.terms, ":")


def _of_the_whole(layout: Sentences, node: tree.TakesEffect | tree.OldTextContinues) -> str:
    p, w = layout.printer, layout.w
    match node:
        case tree.OldTextContinues(condition=condition):
            start = w("IN_CASES_WHERE")
            return layout.sentence(f"{start[0].upper()}{start[1:]} {p.expression(condition)}", [w("OLD_TEXT_CONTINUES")])
        case tree.TakesEffect(kind=kind, day=day):
            this = forms_of(p.lang, "THIS_INSTRUMENT")[kind]
            return layout.sentence(f"{this} {w('TAKES_EFFECT')} {w('FROM')} {day.isoformat()}")


def _addresses(layout: Sentences, at: Sequence[tree.Address], joints: Sequence[str]) -> str:
    """Addresses as they were joined; never broken over lines, for a line that begins so is a heading."""
    p, text = layout.printer, ""
    for address, joint in zip(at, ("", *joints), strict=True):
        text += {"": "", ",": ", ", "and": f" {layout.w('AND')} "}[joint] + p.address(address)
    return text.replace(" ", NO_BREAK)


def _quoted(printer: Printer, phrase: tree.Phrase) -> str:
    """On one line, however long: a quotation ends where its line ends."""
    return f'"{" ".join(printer.phrase(phrase).split())}"'.replace(" ", NO_BREAK)


def _with_terms(layout: Sentences, head: str, terms: tree.Terms, end: str) -> str:
    p, w = layout.printer, layout.w
    parts = [f"{w('FROM')} {terms.from_date.isoformat()}"] if terms.from_date is not None else []
    if terms.old_text_when is not None:
        parts.append(f"{w('OLD_TEXT_HOLDS_WHEN')} {p.expression(terms.old_text_when)}")
    start, tails = layout.comma(head, parts)
    return layout.sentence(start, tails, end)
