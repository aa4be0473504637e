"""The lowered form of a ruleset as a format for other engines (docs/lowered.md): plain JSON, every reading and figure in it.

Whole numbers that may pass 2^53 (numerators, factors, sets of bits) are decimal text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from ...basics.bilingual import Bilingual
from ...rulebook.model import ROOT, Rulebook
from ..lowered.every_reading import UNDER, fact_of, with_every_reading
from ..lowered.from_rulebook import lower
from ..lowered.from_tables import table_rows
from ..lowered.passes.schedule import needed
from ..lowered.sizes import MOST
from ..lowered.steps import FACT_SCALE, FactColumn, Lowered, Node, TableRows, ThingShape
from ..tables import Figures

FORMAT: Final = "legalaid-lowered"
VERSION: Final = 1


def form_of(rulebook: Rulebook, figures: Mapping[str, Figures], readings: Mapping[str, str] = {}) -> dict[str, Any]:
    """The whole form. ``figures``: the supplies of figures that a case may be decided with, by name; the first one is used
    where none is named, as ``readings`` are in place of the rules' own defaults. Raises NotLowerable where only the interpreter can decide these rules."""
    first, *others = figures.values()
    prepared = with_every_reading(rulebook)
    lowered = _pruned(lower(prepared, first, *others))
    tables = [prepared.rulebook.tables[t.key] for t in lowered.tables]
    supplies = {
        name: {t.key: _rows(table_rows(rulebook, one, t, (first, *others))) for t in tables} for name, one in figures.items()
    }  # fmt: skip
    return {
        "format": FORMAT, "version": VERSION, "ruleset": {"id": rulebook.id, "digest": rulebook.digest},
        "fact_scale": str(FACT_SCALE), "largest": str(MOST),
        "readings": [
            {"id": r.id, "term": fact_of(r.id), "choices": list(r.choices), "default": readings.get(r.id, r.default), "question": r.question.to_dict(),
             "cites": r.citation.path}
            for r in rulebook.readings.values()
        ],
        "things": [_shape(rulebook, s) for s in lowered.shapes],
        "tables": {t.key: _table(rulebook, t) for t in lowered.tables},
        "figures": supplies,
        "citations": list(lowered.citations),
        "steps": [_step(n) for n in lowered.nodes],
        "refusals": [
            {"step": step, "code": r.code, "cites": r.citation.path, "message": (r.message or Bilingual()).to_dict()}
            for step, r in zip(lowered.refusals, rulebook.refusals, strict=True)
        ],
        "shown": [{**attrs.asdict(s), "choices": _choices(rulebook, s.term)} for s in lowered.shown],
        "deciding": [attrs.asdict(d) for d in lowered.deciding],
        "took": [attrs.asdict(t) for t in lowered.took],
    }  # fmt: skip


def _pruned(lowered: Lowered) -> Lowered:
    """Only the steps that something rests on, numbered anew."""
    ends = {*lowered.refusals, *(d.node for d in lowered.deciding), *(t.node for t in lowered.took)}
    ends |= {n for s in lowered.shown for n in (s.value, s.condition) if n is not None}
    kept = needed(lowered, ends)
    new = {old: place for place, old in enumerate(kept)}
    return attrs.evolve(
        lowered,
        nodes=tuple(attrs.evolve(lowered.nodes[p], args=tuple(new[a] for a in lowered.nodes[p].args)) for p in kept),
        refusals=tuple(new[r] for r in lowered.refusals),
        shown=tuple(
            attrs.evolve(s, value=new[s.value], condition=None if s.condition is None else new[s.condition]) for s in lowered.shown
        ),
        deciding=tuple(attrs.evolve(d, node=new[d.node]) for d in lowered.deciding),
        took=tuple(attrs.evolve(t, node=new[t.node]) for t in lowered.took),
    )  # fmt: skip


def _step(node: Node) -> dict[str, Any]:
    size = str(node.size) if node.kind == "number" else node.size
    found = {"op": node.op, "of": node.thing, "kind": node.kind, "args": list(node.args), "data": _data(node), "size": size}
    return {key: value for key, value in found.items() if value not in ([], 0, "")}


def _data(node: Node) -> list[Any]:
    """What a step holds beside what it reads; see the module on text for numbers."""
    data = node.data
    match node.op:
        case "const" if node.kind in ("number", "choices"):
            return [_text(data[0])]
        case "among" | "includes" | "times" | "div":
            return [_text(x) for x in data]
        case "round":
            return [data[0], *(_text(x) for x in data[1:])]
        case "dated":
            return [list(data[0]), [_text(x) if node.kind == "number" else x for x in data[1]], data[2]]
        case "agg" | "run":
            return list(data[:4]) + list(data[5:])
        case "share":
            return list(data[:3])
        case "add_up":
            return [data[0], *(_text(x) for x in data[1:])]
    return list(data)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _shape(rulebook: Rulebook, shape: ThingShape) -> dict[str, Any]:
    return {
        "key": shape.key, "identified": shape.identified, "owners": list(shape.owners),
        "lists": [{"thing": t, "none_unless_stated": none} for t, none in shape.lists],
        "facts": [_fact(rulebook, f) for f in shape.facts if f.path[0] != UNDER],
        "asked": _asked_list(rulebook, shape.key),
    }  # fmt: skip


def _fact(rulebook: Rulebook, fact: FactColumn) -> dict[str, Any]:
    term = rulebook.terms[fact.term]
    named = term.asked or Bilingual(f"What is: {term.names.en}?", f"{term.names.vi[:1].upper()}{term.names.vi[1:]} là gì?")
    found = {**attrs.asdict(fact), "also": [str(bits) for bits in fact.also], "asked": named.to_dict()}
    return {key: value for key, value in found.items() if value not in ((), [], "", False)}


def _asked_list(rulebook: Rulebook, thing: str) -> dict[str, str] | None:
    if thing == ROOT:
        return None
    names = rulebook.things[thing].plurals
    return Bilingual(f"Which are the {names.en} (none, or a list)?", f"Danh sách {names.vi} gồm những gì (hoặc không có)?").to_dict()


def _choices(rulebook: Rulebook, term: str) -> list[str]:
    kind = rulebook.terms[term].type
    return list(rulebook.vocabularies[kind.key].choices) if kind.kind in ("choice", "choices") else []


def _table(rulebook: Rulebook, rows: TableRows) -> dict[str, Any]:
    by = rulebook.tables[rows.key].by
    return {
        "by": [{"column": name, "choices": list(rulebook.vocabularies[v].choices)} for name, v in by],
        "complete": list(rows.complete), "scale": str(rows.scale), "totals": [[list(map(_listed, s)), str(n)] for s, n in rows.totals],
    }  # fmt: skip


def _listed(codes: tuple[int, ...] | None) -> list[int] | None:
    return None if codes is None else list(codes)


def _rows(rows: TableRows) -> list[Any]:
    return [[list(cell), str(n)] for cell, n in rows.rows]
