"""Which columns a table may have, and of what kind. A column that is nearly a fact's is an error, never passed over."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs
import pyarrow as pa

from ...basics.spelling import folded, likeness
from ...basics.tabular import wording
from ...engine.lowered.steps import ThingShape
from ...rulebook.model import ROOT, Rulebook
from .opened import ColumnsIgnored, is_text
from .sources import CASES, Chunk, SourceError

MARK: Final = "synthetic"  # says of made-up cases that they are
LABELS: Final = "labels."  # names and addresses, which no rule reads
NEAR: Final = 80  # per cent of the letters that are the same: a slip, not another word (“centre” is not “entries”)
SHORT: Final = 4  # letters; of shorter names one letter makes another word
BETWEEN: Final = str.maketrans("", "", " \t\n\u00a0_-.")


def names_in(rulebook: Rulebook) -> dict[str, tuple[str, str]]:
    """The names of facts in either language, plainly written: (thing, column)."""
    return {
        _plain(name): (term.thing, ".".join(term.path))
        for term in rulebook.terms.values() if term.fact and term.thing
        for name in (term.names.en, term.names.vi) if name
    }  # fmt: skip


def known_columns(shape: ThingShape) -> dict[str, str]:
    """The columns that a thing's table may have, and the kind of each."""
    owners = [o for o in shape.owners if o != ROOT]
    found = {".".join(f.path): f.kind for f in shape.facts}
    found |= {t: "yes_or_no" for t, _ in shape.lists} | dict.fromkeys(owners, "place")
    found |= {"id": "text"} if shape.key == ROOT or shape.identified else {}
    return found | ({"case": "text"} if shape.key != ROOT else {})


@attrs.define(slots=True, eq=False)
class Headers:
    """Looks at the columns of tables, at each set of them once.

    ``words``: names of facts (``names_in``); ``others``: columns of the cases that are named by whoever asks, so are no slips.
    ``telling``: whether what is not read is told (by ColumnsIgnored).
    """

    shapes: Mapping[str, ThingShape]
    words: Mapping[str, tuple[str, str]] = attrs.Factory(dict)
    others: frozenset[str] = frozenset()
    telling: bool = True
    looked_at: set[Any] = attrs.Factory(set)

    def check(self, chunk: Chunk) -> None:
        for thing in self.shapes:
            table = chunk.cases if thing == ROOT else chunk.items.get(thing)
            if table is None:
                continue
            slot = (thing, *zip(table.schema.names, map(str, table.schema.types), strict=True))
            if slot not in self.looked_at:
                self.names(thing, table.schema.names, chunk)
                self.kinds(thing, table.schema, chunk)
                self.looked_at.add(slot)

    def names(self, thing: str, names: Iterable[str], chunk: Chunk) -> None:
        known = known_columns(self.shapes[thing])
        ignored = []
        for name in names:
            if name in known or (thing == ROOT and name in {*self.others, MARK}) or name.startswith(LABELS):
                continue
            where = chunk.at(thing, None, name)
            meant = self._near(thing, name, known)
            if meant:
                raise SourceError.of("header-near", where, meant=meant)
            there = self._elsewhere(thing, name)
            if there is not None:
                raise SourceError.of("header-elsewhere", where, meant=there[1], there=CASES if there[0] == ROOT else there[0])
            ignored.append(name)
        if ignored and self.telling:
            said = wording("columns-ignored", chunk.at(thing), names=ignored)
            warnings.warn(ColumnsIgnored(said.en, said.vi), stacklevel=2)

    def _near(self, thing: str, name: str, known: Mapping[str, str]) -> str:
        plain = _plain(name)
        for column in known:
            if plain == _plain(column) or column.startswith(f"{name}."):
                return column
        if self.words.get(plain, ("", ""))[0] == thing:
            return self.words[plain][1]
        found = {c: likeness(plain, _plain(c)) for c in known}
        found |= {c: max(NEAR, found[c]) for c in known if _slip(plain, _plain(c))}
        best = max(found, key=found.__getitem__)
        return best if found[best] >= NEAR else ""

    def _elsewhere(self, thing: str, name: str) -> tuple[str, str] | None:
        plain = _plain(name)
        for other, shape in self.shapes.items():
            for fact in shape.facts:
                if other != thing and plain == _plain(".".join(fact.path)):
                    return other, ".".join(fact.path)
        return self.words.get(plain)

    def kinds(self, thing: str, schema: pa.Schema, chunk: Chunk) -> None:
        known = known_columns(self.shapes[thing])
        for field in schema:
            kind = known.get(field.name, "")
            if kind and not _fits(kind, field.type):
                wanted = wording(f"kind.{kind if kind in KINDS else 'text'}")
                raise SourceError.of("column-kind", chunk.at(thing, None, field.name), found=str(field.type), wanted=wanted)


KINDS: Final = ("number", "date", "yes_or_no", "choices", "place")


def _fits(kind: str, found: Any) -> bool:
    """Whether a column of a type says without doubt what a fact of a kind is."""
    t = pa.types
    if t.is_dictionary(found):
        found = found.value_type
    if t.is_null(found) or is_text(found):
        return True
    match kind:
        case "number":
            return bool(t.is_integer(found) or t.is_decimal(found))
        case "date":
            return bool(t.is_date32(found))
        case "yes_or_no":
            return bool(t.is_boolean(found))
        case "choices":
            return bool((t.is_list(found) or t.is_large_list(found)) and (is_text(found.value_type) or t.is_null(found.value_type)))
        case "choice":
            return False
        case _:
            return bool(t.is_integer(found))


def _slip(a: str, b: str) -> bool:
    """One letter too few, too many or another; or letters that changed places."""
    if min(len(a), len(b)) < SHORT:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a_rest, b_rest = a[start:], b[start:]
    return sorted(a) == sorted(b) or a_rest[1:] == b_rest[1:] or a_rest[1:] == b_rest or a_rest == b_rest[1:]


def _plain(name: str) -> str:
    return folded(name).translate(BETWEEN)


__all__ = ["ColumnsIgnored", "Headers", "known_columns", "names_in"]
