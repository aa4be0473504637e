"""Which group each case, or each of its items, is in: by a fact of the glossary or a further column of the cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...basics.bilingual import Bilingual
from ...basics.worded import said
from ...engine.columns.batch import Array
from ...engine.lowered.from_rulebook import shapes
from ...rulebook.model import ROOT, Rulebook, Term
from ..comparison.breakdown import column, facts_of, held, items_of, texts_of
from ..comparison.rulesets import NotThere
from ..outcomes.outcome import shares
from ..portfolio.pieces import Lines, Part, Piece
from ..portfolio.sources import columns_of
from ..sheets.reading import Understanding
from ..sheets.saved import Saved, read_saved
from ..sheets.words import words_of

WORDS: Final = Path(__file__).with_name("words.toml")
Label = tuple[str, ...]  # raw values; none when the case does not say


@attrs.frozen(slots=True)
class By:
    """A column to break down by. ``term``: the fact, None for a column that no rule knows.
    ``of_items``: each item is in a group of its own, and has numbers of its own."""

    name: str
    term: Term | None
    of_items: bool = False
    title: Bilingual | None = None  # of a column that no rule knows
    value: str = ""  # what its values begin with, if they are this and a number


@attrs.frozen(slots=True, eq=False)
class Grouping:
    """``codes``: the group of each case or item; ``case_of``: of items, the place of their case."""

    by: By
    labels: tuple[Label, ...]
    codes: Array
    case_of: Array | None = None
    keys: pa.Array | None = None  # of items: case and id, as one text


def columns_by(
    names: Iterable[str], rulebook: Rulebook, cases: Any, *, strict: bool = True, group: Mapping[str, Any] | None = None,
    columns: str | Path | None = None,
) -> tuple[By, ...]:
    """What names mean. Not strict: those that mean nothing here are passed over.
    ``group``: the names of a further column, as a data file of proportions gives them; ``columns``: a columns.toml.
    Raises UnknownColumn, NotThere, SourceError."""
    words = words_of(rulebook, shapes(rulebook))
    others = columns_of(cases, Understanding(words, Saved() if columns is None else read_saved(Path(columns), words)))
    found = []
    for name in dict.fromkeys(names):
        if name in others and f"{ROOT}.{name}" not in rulebook.terms:
            titled = group is not None and group["column"] == name
            title = Bilingual(group["en"], group["vi"]) if group is not None and titled else None
            found.append(By(name, None, False, title, group["value"] if group is not None and titled else ""))
            continue
        if not strict and name not in rulebook.terms and f"{ROOT}.{name}" not in rulebook.terms:
            continue
        term = column(rulebook, name)
        if not term.fact:
            raise NotThere.of(said(WORDS, "no_fact", name=name))
        found.append(By(term.key, term, term.thing in shares(rulebook)))
    return tuple(found)


def usual(rulebook: Rulebook) -> list[str]:
    """Where nobody says: the facts of a case that have choices."""
    return [t.key for t in rulebook.terms_of(ROOT) if t.fact and t.type.kind == "choice"]


def grouping(by: By, piece: Piece, part: Part, rulebook: Rulebook) -> Grouping:
    """The groups of a piece."""
    if isinstance(piece, Lines):
        return _of_lines(by, piece, part, rulebook)
    table = piece.cases if by.term is None or by.term.thing == ROOT else piece.items.get(by.term.thing)
    size = piece.cases.num_rows
    if by.of_items:
        assert by.term is not None
        if table is None or not table.num_rows:
            return Grouping(by, ((),), np.zeros(0, np.int64), np.zeros(0, np.int64), pa.array([], pa.string()))
        codes, labels = _codes(by, table)
        case_of = piece.case_of[by.term.thing].to_numpy(zero_copy_only=False).astype(np.int64)
        keys = joined(table["case"], table["id"]) if "id" in table.column_names else pa.nulls(len(codes), pa.string())
        return Grouping(by, labels, codes, case_of, keys)
    if table is None:
        return Grouping(by, ((),), np.zeros(size, np.int64))
    codes, labels = _codes(by, table)
    if by.term is None or by.term.thing == ROOT:
        return Grouping(by, labels, codes)
    case_of = piece.case_of[by.term.thing].to_numpy(zero_copy_only=False).astype(np.int64)
    return _together(by, labels, codes, case_of, size)


def joined(cases: Any, ids: Any) -> pa.Array:
    """Case and item as one text."""
    found = pc.binary_join_element_wise(cases.cast(pa.string()), ids.cast(pa.string()), "\n")
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _codes(by: By, table: pa.Table) -> tuple[Array, tuple[Label, ...]]:
    """The values of a column as codes, and what each code means."""
    name = by.name if by.term is None else ".".join(by.term.path)
    if name not in table.column_names:
        return np.zeros(table.num_rows, np.int64), ((),)
    values = table[name].combine_chunks()
    if pa.types.is_date(values.type):
        values = pc.year(values)
    if pa.types.is_list(values.type):
        values = pc.binary_join(values, ";")
    values = values.cast(pa.string())
    if by.term is not None and by.term.type.kind == "date":
        values = pc.utf8_slice_codeunits(values, 0, 4)
    encoded = values.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    labels = [_label(by, t) for t in texts] + [()]
    codes = encoded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, tuple(labels)


def _label(by: By, text: str) -> Label:
    if by.term is not None and by.term.type.kind == "choices":
        return tuple(sorted({t.strip() for t in text.split(";") if t.strip()}))
    if by.term is not None and by.term.type.kind == "yes_or_no":
        return ({"true": "yes", "false": "no"}.get(text.lower(), text),)
    return (text,) if text else ()


def _together(by: By, labels: tuple[Label, ...], codes: Array, case_of: Array, size: int) -> Grouping:
    """A case with several values is in the group of all of them."""
    if len(labels) > 62:
        raise NotThere.of(said(WORDS, "too_many_values", name=by.name))
    bits = np.zeros(size, np.int64)
    np.bitwise_or.at(bits, case_of, np.left_shift(np.int64(1), codes))
    distinct, places = np.unique(bits, return_inverse=True)
    found = []
    for bit in distinct.tolist():
        values = {v for i, label in enumerate(labels) if bit >> i & 1 for v in label}
        found.append(tuple(sorted(values)))
    return Grouping(by, tuple(found), places.reshape(-1).astype(np.int64))


def _of_lines(by: By, piece: Lines, part: Part, rulebook: Rulebook) -> Grouping:
    """The same from case files."""
    labels: dict[Label, int] = {}
    codes, case_of, keys = [], [], []
    ids = part.ids().to_pylist()
    for place, line in enumerate(piece.lines):
        items = items_of(rulebook, facts_of(line), by.term.thing) if by.term is not None else []
        if by.of_items:
            for item in items:
                codes.append(_place(labels, _texts(by, [item])))
                case_of.append(place)
                keys.append(f"{ids[place]}\n{item.get('id')}")
        else:
            codes.append(_place(labels, _texts(by, items)))
    made = np.array(codes, np.int64)
    found = tuple(labels) or ((),)
    if by.of_items:
        return Grouping(by, found, made, np.array(case_of, np.int64), pa.array(keys, pa.string()))
    return Grouping(by, found, made)


def _texts(by: By, items: Iterable[Mapping[str, Any]]) -> Label:
    assert by.term is not None
    return tuple(sorted({t for i in items for t in texts_of(by.term, held(i, by.term))}))


def _place(labels: dict[Label, int], label: Label) -> int:
    return labels.setdefault(label, len(labels))
