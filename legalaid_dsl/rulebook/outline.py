"""The first pass over the rule files: provisions and readings, so that rules may refer to them before they come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..basics.citation import Citation
from ..basics.problem import problem
from ..language import tree
from .headings import heading_span, labelled, named, out_of_order
from .model import Provision
from .readings import add_reading

if TYPE_CHECKING:
    from .rules import Collector

LEVELS = ("article", "clause", "point", "example")
Last = dict[tuple[Citation, str], tree.Provision]  # the heading before, inside a provision and of a level


def outline(c: Collector, instrument: str, blocks: Iterable[tree.Block]) -> None:
    """The provisions and readings of one file."""
    at = Citation(instrument)
    last: Last = {}
    for block in blocks:
        if isinstance(block.heading, tree.Provision):
            at = _provision(c, block.heading, under(block.heading, at), last)
        for statement in block.statements:
            if isinstance(statement, tree.Reading):
                add_reading(c, statement, at)


def under(heading: tree.Provision, at: Citation) -> Citation:
    """The address of a heading that comes after one at ``at``."""
    above = {name: getattr(at, name) for name in LEVELS[: LEVELS.index(heading.level)]}
    if heading.level == "example":
        above["point"] = ""
    return Citation(at.instrument, **{**above, heading.level: heading.label})


def _provision(c: Collector, heading: tree.Provision, here: Citation, last: Last) -> Citation:
    found = list(labelled(heading, here))
    if here in c.provisions and any(above in c.doubled for above in here.chain()[1:]):
        return here  # said of the provision around it
    if here in c.provisions:
        c.doubled.add(here)
        c.doubtful.add(here)
        first = c.provisions[here].span
        also = [(first, "name-first-here")] if first is not None else []
        found.append(problem("provision-twice", heading_span(heading), provision=here, also=also, name=named(here)))
    else:
        c.provisions[here] = Provision(here, heading.headnote, heading.span)
        found += found or out_of_order(heading, here, last)
    c.problems += found
    c.mislabelled |= {here.chain()[1]} if found else set()
    return here
