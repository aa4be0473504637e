"""What a result says beside its numbers, as typed records that can also be read as the JSON they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

import attrs

from ...basics.bilingual import Bilingual


class Record(Mapping[str, Any]):
    """Frozen, with attributes; ``record["key"]``, ``dict(record)`` and comparing give the plain values of the JSON."""

    __slots__ = ()

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """From the JSON of a result; keys that this version does not name are passed over."""
        names = {f.name for f in attrs.fields(cls)}  # type: ignore[arg-type]
        return cls(**{k: _record(v) for k, v in found.items() if k in names})

    def to_dict(self) -> dict[str, Any]:
        """The JSON: what is not stated is left out."""
        fields = attrs.fields(type(self))  # type: ignore[arg-type]
        return {f.name: _plain(v) for f in fields if (v := getattr(self, f.name)) is not None or f.default is attrs.NOTHING}

    def __getitem__(self, key: str) -> Any:
        return self.to_dict()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __len__(self) -> int:
        return len(self.to_dict())


def _record(value: Any) -> Any:
    if isinstance(value, Mapping) and value.keys() == {"en", "vi"}:
        return Bilingual(**value)
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Bilingual):
        return value.to_dict()
    return list(value) if isinstance(value, tuple) else value


@attrs.frozen(slots=True, eq=False)
class Need(Record):
    """A fact or figure to ask for: ``path`` is where it belongs in the case file, ``cites`` the provisions that ask."""

    what: Literal["fact", "figure"]
    key: str
    path: str
    question: Bilingual
    cites: tuple[str, ...]


@attrs.frozen(slots=True, eq=False)
class Opening(Record):
    """What the law leaves open: about the item at ``path`` ("": several, or the case), and the results it withholds."""

    code: str
    message: Bilingual
    cites: tuple[str, ...]
    path: str
    withholds: tuple[str, ...]


@attrs.frozen(slots=True, eq=False)
class TraceEntry(Record):
    """One decision: ``term`` of ``subject`` (``thing``, ``id``, ``path``), what it came to, the provisions that decided and
    what it read. The rest is there where it says something; what the nested parts are stands in the schema of the trace."""

    term: str
    subject: Mapping[str, str]
    value: str | bool | tuple[str, ...] | None
    cites: tuple[str, ...]
    reads: tuple[Mapping[str, Any], ...]
    exact: str | None = None
    unit: Mapping[str, int] | None = None
    rule: Mapping[str, Any] | None = None
    sum: Mapping[str, Any] | None = None
    rounding: Mapping[str, Any] | None = None
    limits: tuple[Mapping[str, Any], ...] | None = None
    slices: tuple[Mapping[str, str], ...] | None = None
    not_applied: tuple[Mapping[str, Any], ...] | None = None
    readings: tuple[str, ...] | None = None
    figures: tuple[str, ...] | None = None
    missing: tuple[str, ...] | None = None
    left_open: tuple[str, ...] | None = None


@attrs.frozen(slots=True, eq=False)
class Finding(Record):
    """Something for a person to judge, or why a case is refused."""

    code: str
    message: Bilingual
    cites: tuple[str, ...]
    path: str | None = None


@attrs.frozen(slots=True, eq=False)
class Figure(Record):
    """A figure that the answer rests on, and where it comes from."""

    key: str
    value: str
    status: Literal["official", "secondary", "supplied", "illustrative"]
    source: str
    source_text: Bilingual
    cites: tuple[str, ...]


@attrs.frozen(slots=True, eq=False)
class ChosenReading(Record):
    """A choice that the text leaves open, and what was chosen."""

    id: str
    chosen: str
    others: tuple[str, ...]
    cites: tuple[str, ...]


class Grounds:
    """What a result rests on and what is said about it. Each access gives a copy."""

    @property
    def _found(self) -> Mapping[str, Any]:
        raise NotImplementedError

    @property
    def needs(self) -> list[Need]:
        """What to ask, in the order in which asking helps most."""
        return [Need.of(x) for x in self._found["needs"]]

    @property
    def openings(self) -> list[Opening]:
        """What the law leaves open."""
        return [Opening.of(x) for x in self._found["openings"]]

    @property
    def findings(self) -> list[Finding]:
        """What a person should judge; of a refused case why it is refused."""
        return [Finding.of(x) for x in self._found["findings"]]

    @property
    def problems(self) -> list[Finding]:
        """Why the case is refused; nothing where it is not."""
        return self.findings if self._found["status"] == "refused" else []

    @property
    def figures(self) -> list[Figure]:
        """The figures that the answer rests on."""
        return [Figure.of(x) for x in self._found["figures"]]

    @property
    def readings(self) -> list[ChosenReading]:
        """The readings that could have mattered, with what was chosen."""
        return [ChosenReading.of(x) for x in self._found["readings"]]

    @property
    def reliability(self) -> str | None:
        """The weakest status among the figures; None where none was used."""
        found: str | None = self._found["reliability"]
        return found

    @property
    def bounds(self) -> dict[str, list[str]]:
        """For each withheld number of the case that has an interval, the least and the most it could be."""
        return {key: list(pair) for key, pair in self._found.get("bounds", {}).items()}

    @property
    def trace(self) -> list[TraceEntry]:
        """Every decision, those that others rest on first, as ``legalaid schema trace`` describes them."""
        return [TraceEntry.of(x) for x in copied(self._found["trace"])]


def copied(value: Any) -> Any:
    """What JSON holds, anew."""
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list) else value
