"""What failed about a yes-or-no that is no: the facts as stated, and what would have been right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from ..basics.citation import Citation
from ..rulebook.model import Term
from .phrases import Phrases
from .records import Failed
from .sums import Entry, Node, Trace

GUARDS: Final = ("is not", "none of", "stated", "not stated", "no", "not within")  # beside “or”: when the rest is not asked for
Told = tuple[Failed, list[str]]  # and the paths of the provisions that ask for it
_DEEP: Final = 4  # yes-or-no terms that rest on one another


def why_not(phrases: Phrases, trace: Trace, entry: Entry) -> tuple[Failed, ...]:
    """Each part that failed: of requirements that are not met all, else of grounds, of which any would do."""
    found: list[Failed] = []
    for failed in _merged(phrases, _parts(phrases, trace, entry, 0)):
        last = found[-1] if found else attrs.evolve(failed, left="")
        again = failed.instead and (failed.left, failed.value) == (last.left, last.value)  # the fact is said already
        found.append(attrs.evolve(failed, left="", value="") if again else attrs.evolve(failed, instead=bool(found) and failed.instead))
    return tuple(found)


def _parts(phrases: Phrases, trace: Trace, entry: Entry, deep: int) -> list[Told]:
    kept_out = [x for x in entry.get("not_applied", ()) if "failed" in x]
    missed = [x for x in kept_out if x["kind"] == "requirement"]
    if missed:
        return [f for x in missed for f in _told(phrases, trace, entry, x["failed"], x["cites"], deep)]
    return _any_of([_told(phrases, trace, entry, x["failed"], x["cites"], deep) for x in kept_out if x["kind"] == "ground"])


def _any_of(parts: list[list[Told]]) -> list[Told]:
    """Parts of which any would do: each but the first in place of the one before it."""
    return [
        (attrs.evolve(failed, instead=True), cites) if i and not j else (failed, cites)
        for i, part in enumerate(parts) for j, (failed, cites) in enumerate(part)
    ]  # fmt: skip


def _told(
    phrases: Phrases, trace: Trace, entry: Entry, node: Node, cites: list[str], deep: int
) -> list[Told]:
    if "all" in node:
        return [f for part in node["all"] for f in _told(phrases, trace, entry, part, cites, deep)]
    if "any" in node:
        parts = [_told(phrases, trace, entry, part, cites, deep) for part in node["any"]]
        asked = [told for told in parts if any(f.test not in GUARDS for f, _ in told)]
        return _any_of(asked or parts[-1:])
    there = trace.read(entry, node["left"]) if "left" in node else {}
    if node["test"] == "yes" and "subject" in there and there.get("value") is False and deep < _DEEP:
        inner = _parts(phrases, trace, there, deep + 1)
        if inner:
            return inner
    return [(_failed(phrases, trace, entry, node, there, cites), cites)]


def _failed(phrases: Phrases, trace: Trace, entry: Entry, node: Node, there: Node, cites: list[str]) -> Failed:
    term = phrases.rulebook.terms.get(there.get("term", ""))
    right = trace.read(entry, node["right"]) if "right" in node else {}
    other = phrases.rulebook.terms.get(right.get("term", ""))
    value = _stated(phrases, term, there.get("value"))
    empty = value is None or value == []
    choices = _choices(phrases, term, node.get("choices", ()))
    return Failed(
        test=node["test"], left=_left(phrases, term, entry, node["test"]),
        value="" if empty or term is None else phrases.value(term, value),
        right=_shown(phrases, other or term, right.get("value")) if right and "choices" not in node else "",
        right_name=phrases.named(other) if other is not None and other is not term else "",
        choices=choices, lead=phrases.lead(term.key, len(choices)) if term is not None else "",
        cites=phrases.cites([*cites, *there.get("cites", ()), *right.get("cites", ())]),
        within=phrases.places(node["cites"]) if "cites" in node else "",
    )  # fmt: skip


def _left(phrases: Phrases, term: Term | None, entry: Entry, test: str) -> str:
    """What failed; of work that does not belong where it should, the thing itself."""
    if term is not None:
        return phrases.named(term)
    return phrases.rulebook.things[entry["subject"]["thing"]].names[phrases.lang] if test in ("within", "not within") else ""


def _stated(phrases: Phrases, term: Term | None, value: Any) -> Any:
    """Choices as they were stated, without what each of them is too (a judge is an officer of the proceedings)."""
    if term is None or not term.fact or term.type.kind != "choices" or not isinstance(value, list):
        return value
    choices = phrases.rulebook.vocabularies[term.type.key].choices
    return [key for key in value if not any(key in choices[other].also for other in value if other != key)]


def _shown(phrases: Phrases, term: Term | None, value: Any) -> str:
    return str(value) if term is None or value is None else phrases.value(term, value)


def _choices(phrases: Phrases, term: Term | None, keys: Iterable[str]) -> tuple[str, ...]:
    """Names of choices, without those that another of them is too."""
    if term is None or term.type.kind not in ("choice", "choices"):
        return tuple(keys)
    choices = phrases.rulebook.vocabularies[term.type.key].choices
    return tuple(choices[k].names[phrases.lang] for k in sorted(keys, key=list(choices).index))


def _merged(phrases: Phrases, found: list[Told]) -> Iterable[Failed]:
    """Several grounds that ask for one choice each of the same fact are one that asks for any of them."""
    asked: dict[str, list[Told]] = {}
    for failed, cites in found:
        asked.setdefault(failed.left if failed.test in ("is", "one of") else str(id(failed)), []).append((failed, cites))
    for same in asked.values():
        first = same[0][0]
        if len(same) == 1:
            yield first
            continue
        choices = dict.fromkeys(c for f, _ in same for c in (f.choices or (f.right,)))
        places = [Citation.from_path(path) for _, paths in same for path in paths]
        common = next((c for c in places[0].chain() if all(p.within(c) for p in places)), places[0])
        yield attrs.evolve(first, test="one of", right="", choices=tuple(choices), cites=phrases.cites([common.path]))


def facts_read(trace: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Item path → the facts of it that some decision read."""
    found: dict[str, dict[str, Any]] = {}
    for entry in trace:
        for read in entry["reads"]:
            head = read["path"].partition(".")[0]
            if "[" in head and "." in read["path"]:
                found.setdefault(head, {})[read["term"]] = read["value"]
    return found
