"""Results that may be shared: facts taken out by their path, and the result says which.

A path is that of a case file without places: ``case_id``, ``entries.date``; ``providers`` covers all below it. An id that
is taken out becomes its place in the list, so that a reader still tells the items apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from ..basics.bilingual import BilingualError
from ..basics.problem import did_you_mean
from ..rulebook.model import ROOT, Rulebook

_QUOTED: Final = re.compile("“[^”]*”")
_LABELS: Final = "labels"  # texts that no rule reads


class UnknownPath(BilingualError):
    """A path under which no fact stands."""


def personal(rulebook: Rulebook) -> tuple[str, ...]:
    """What names people and files: every free text of a case, every id, every label."""
    texts = [(t.thing, *t.path) for t in rulebook.terms.values() if t.fact and t.type.kind == "text"]
    ids = [(t.key, "id") for t in rulebook.things.values() if t.identified and t.key != ROOT]
    found = [*texts, *ids, *((key, _LABELS) for key in rulebook.things)]
    return tuple(dict.fromkeys(p for place in found for p in _paths(rulebook, *place)))


def checked(rulebook: Rulebook, paths: Iterable[str]) -> tuple[str, ...]:
    """The paths as given. Raises UnknownPath."""
    facts = [t for t in rulebook.terms.values() if t.fact]
    known = {*personal(rulebook), *(p for t in facts for p in _paths(rulebook, t.thing, *t.path))}
    known |= {".".join(path.split(".")[:i]) for path in known for i in range(1, path.count(".") + 1)}
    for path in (given := tuple(paths)):
        if path not in known:
            near = did_you_mean(path, known)
            en, vi = (f"; did you mean “{near}”?", f"; có phải ý là “{near}”?") if near else ("", "")
            raise UnknownPath(f"no fact stands under “{path}”{en}", f"không có dữ kiện nào tại “{path}”{vi}")
    return given


def masked(rulebook: Rulebook, result: Mapping[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    """The result without those facts; ``masked`` in it lists the paths. The one given stays as it is."""
    return _Mask(rulebook, paths).of(result)


@attrs.frozen(slots=True)
class _Mask:
    rulebook: Rulebook
    paths: tuple[str, ...]

    def of(self, result: Mapping[str, Any]) -> dict[str, Any]:
        found = {**result, "masked": list(self.paths)}
        if self.covers("case_id"):
            found["case_id"] = None
        places: dict[str, dict[str, str]] = {}
        for key in self.rulebook.things:
            items = result.get(key)
            if isinstance(items, list) and self.covers(f"{key}.id"):
                places[key] = {item["id"]: str(i) for i, item in enumerate(items, 1)}
                found[key] = [{**item, "id": str(i)} for i, item in enumerate(items, 1)]
        unread = result["status"] == "refused" and not result["trace"]
        found["findings"] = [self._finding(f, unread) for f in result["findings"]]
        found["trace"] = [self._decision(entry, places) for entry in result["trace"]]
        return found

    def covers(self, path: str) -> bool:
        plain = re.sub(r"\[[0-9]+\]", "", path)
        return any(plain == p or plain.startswith(f"{p}.") for p in self.paths)

    def _finding(self, finding: Mapping[str, Any], unread: bool) -> Mapping[str, Any]:
        """Why facts could not be read is told with words of theirs, which stand in quotes."""
        if not unread:
            return finding
        said = {lang: _QUOTED.sub("“…”", text) for lang, text in finding["message"].items()}
        where = {"path": ""} if finding["code"] == "unknown-key" else {}  # the path itself is what somebody wrote
        return {**finding, "message": said, **where}

    def _decision(self, entry: Mapping[str, Any], places: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        subject = entry["subject"]
        if self.covers(f"{subject['path']}.id"):
            place = re.search(r"\[([0-9]+)\]$", subject["path"])
            subject = {**subject, "id": str(int(place[1]) + 1) if place else ""}
        reads = [{**r, "value": self._value(r["term"], r["path"], r["value"], places)} for r in entry["reads"]]
        value = self._value(entry["term"], "", entry["value"], places)
        found = {**entry, "subject": subject, "value": value, "reads": reads}
        for key in ("sum", "rounding", "limits", "not_applied"):
            if key in entry:
                found[key] = self._inside(entry[key], places)
        return found

    def _inside(self, node: Any, places: Mapping[str, Mapping[str, str]]) -> Any:
        """Operands of sums and of conditions that failed, where they stand with their value."""
        if isinstance(node, list):
            return [self._inside(inner, places) for inner in node]
        if not isinstance(node, Mapping):
            return node
        found = {key: self._inside(inner, places) for key, inner in node.items()}
        if "term" in node and "path" in node:
            found["value"] = self._value(node["term"], node["path"], node["value"], places)
            if found["value"] != node["value"]:
                found.pop("exact", None)
        return found

    def _value(self, key: str, path: str, value: Any, places: Mapping[str, Mapping[str, str]]) -> Any:
        term = self.rulebook.terms[key]
        if term.fact and self.covers(path):
            return None
        if term.type.kind == "reference" and self.covers(f"{term.type.key}.id"):
            return places.get(term.type.key, {}).get(str(value))
        return value


def _paths(rulebook: Rulebook, thing: str, *path: str) -> list[str]:
    """Where a fact of a thing stands in a case file, without places: once for each list that the thing stands in."""
    if thing == ROOT:
        return [".".join(path)]
    above = rulebook.things[thing].listed_in
    return [".".join([*([list_] if list_ != ROOT else []), thing, *path]) for list_ in above]
