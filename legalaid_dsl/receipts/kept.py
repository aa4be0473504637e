"""Facts of a case as a log may keep them: without what was masked. An id that is taken out becomes its place in its list,
wherever it stands, so that the case can still be decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from ..rulebook.model import ROOT, Rulebook

LABELS: Final = "labels"


def kept_facts(book: Rulebook, case: Mapping[str, Any], masks: Iterable[str]) -> dict[str, Any]:
    """A copy without the paths (of ``explain.masking.checked``) and without labels. ``case``: facts that could be read."""
    keeper = _Keeper(book, tuple(masks))
    keeper.number(ROOT, case)
    return keeper.without(ROOT, case)


@attrs.define(slots=True)
class _Keeper:
    book: Rulebook
    masks: tuple[str, ...]
    places: dict[str, dict[str, str]] = attrs.Factory(dict)  # thing → id → its place

    def number(self, thing: str, item: Mapping[str, Any]) -> None:
        """Give each item whose id is taken out its place."""
        for key, inner in item.items():
            if self._lists(thing, key, inner):
                places = self.places.setdefault(key, {})
                for one in inner:
                    if self.covers(self._path(thing, key), "id"):
                        places[str(one.get("id"))] = str(len(places) + 1)
                    self.number(key, one)

    def without(self, thing: str, item: Mapping[str, Any], owner: str = ROOT) -> dict[str, Any]:
        at = "" if thing == ROOT else self._path(owner, thing)
        return self._facts(thing, item, at, ())

    def _facts(self, thing: str, values: Mapping[str, Any], at: str, above: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in values.items():
            path = (*above, key)
            if key == LABELS or (key != "id" and self.covers(at, *path)):
                continue
            if self._lists(thing, key, value):
                found[key] = [self.without(key, one, thing) for one in value]
            elif isinstance(value, Mapping):
                found[key] = self._facts(thing, value, at, path)
            elif key == "id" and not above and thing != ROOT:
                found[key] = self.places.get(thing, {}).get(value, value)
            else:
                found[key] = self._referred(thing, path, value)
        return found

    def _referred(self, thing: str, path: tuple[str, ...], value: Any) -> Any:
        term = next((t for t in self.book.terms_of(thing) if t.fact and t.path == path), None)
        if term is None or term.type.kind != "reference" or not isinstance(value, str):
            return value
        return self.places.get(term.type.key, {}).get(value, value)

    def covers(self, at: str, *path: str) -> bool:
        plain = ".".join([*([at] if at else []), *path])
        return any(plain == mask or plain.startswith(f"{mask}.") for mask in self.masks)

    def _lists(self, thing: str, key: str, value: Any) -> bool:
        declared = self.book.things.get(key)
        return declared is not None and thing in declared.listed_in and isinstance(value, list)

    def _path(self, owner: str, thing: str) -> str:
        return thing if owner == ROOT else f"{owner}.{thing}"
