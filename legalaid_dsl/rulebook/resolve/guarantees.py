"""Guarantees that compare two cases: more of a fact never gives less of a result."""

from __future__ import annotations

from ...language import tree
from ..model import ROOT, NeverLowers
from .expressions import Resolver


def never_lowers(node: tree.NeverLowers, resolver: Resolver) -> NeverLowers:
    """The fact that is raised, a number; the term of the case that may not fall, a number."""
    found = []
    for name, fact in ((node.raised, True), (node.lowered, False)):
        terms = [resolver.glossary.terms[e.key] for e in resolver.lookup(name, ("term",))]
        right = [t for t in terms if t.fact is fact and (fact or t.thing == ROOT)]
        if not right:
            raise resolver.fail("not-to-be-raised" if fact else "not-to-be-lowered", name, name=name.words)
        if right[0].type.kind != "number":
            raise resolver.fail("no-number", name, kind=resolver.type_name(right[0].type))
        found.append(right[0].key)
    return NeverLowers(node.code, node.text, resolver.citation, found[0], found[1], span=node.span)
