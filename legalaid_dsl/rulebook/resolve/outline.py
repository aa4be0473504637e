"""The first pass over the rule files: provisions and readings, so that rules may refer to them before they come."""

from __future__ import annotations

from collections.abc import Iterable

from ...basics.citation import Citation
from ...basics.problem import problem
from ...language import tree
from ..model import Provision
from .asking import home_of
from .headings import heading_span, labelled, named, out_of_order
from .readings import add_reading
from .resolving import Collecting

DIVISIONS = ("part", "chapter", "section")
DEPTHS = {level: i for i, level in enumerate((*DIVISIONS, "article", "clause", "point", "sub"), 1)} | {"example": 6}
Divisions = tuple[tuple[str, str], ...]  # the part, chapter, section in which an article stands, by their labels
Last = dict[tuple[Citation, str], tree.Provision]  # the heading before, inside a provision and of a level


def outline(c: Collecting, instrument: str, blocks: Iterable[tree.Block]) -> None:
    """The provisions and readings of one file."""
    at = Citation(instrument)
    last: Last = {}
    divisions: dict[str, str] = {}
    for block in blocks:
        if isinstance(block.heading, tree.Division):
            depth = DEPTHS[block.heading.level]
            divisions = {k: v for k, v in divisions.items() if DEPTHS[k] < depth} | {block.heading.level: block.heading.label}
        if isinstance(block.heading, tree.Provision):
            _provision(c, block.heading, at_heading(block.heading, at), last, tuple(divisions.items()))
        at = at_heading(block.heading, at)
        for statement in block.statements:
            if isinstance(statement, tree.Reading):
                add_reading(c, statement, at)
            elif isinstance(statement, tree.NamedGroup):
                home_of(c, statement, at)


def at_heading(heading: tree.Heading | None, at: Citation) -> Citation:
    """The address of a block, from that of the block before it."""
    match heading:
        case tree.Provision():
            return at.under(heading.level, heading.label)
        case tree.Division():
            return Citation(at.instrument)
        case _:
            return at


def _provision(c: Collecting, heading: tree.Provision, here: Citation, last: Last, divisions: Divisions) -> None:
    own = c.instruments.get(here.instrument)
    patterned = own is not None and bool(own.cited_as)  # another country's law numbers as it does
    found = list(labelled(heading, here, free=patterned))
    if here in c.provisions and (here.defines or any(above in c.doubled for above in here.chain()[1:])):
        return  # in parts; or said of the provision around it
    if here in c.provisions:
        c.doubled.add(here)
        c.doubtful.add(here)
        first = c.provisions[here].span
        also = [(first, "name-first-here")] if first is not None else []
        found.append(problem("provision-twice", heading_span(heading), provision=here, also=also, name=named(here)))
    else:
        c.provisions[here] = Provision(here, heading.headnote, divisions, heading.span)
        found += found or ([] if patterned else out_of_order(heading, here, last))
    c.problems += found
    c.mislabelled |= {here.chain()[1]} if found else set()
