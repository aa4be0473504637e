"""What a process elsewhere needs to decide cases: the rules as data, never objects, never text to be parsed.

Rulebook, figures and readings travel as JSON (compressed). A process makes its columns of them once and keeps
them for as long as it lives.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from ...api import Rules, rules_from_data
from ...engine.tables import Figures
from ...rulebook.files.as_data import periods_to_json
from ...rulebook.model import STATUSES
from ..files import digest_of_rules
from ..portfolio.run import Decider, Lines, Part, Piece, Study
from ..portfolio.sources import SourceError
from .nested import chunk_of, nested_results, result_schema

ROOMS: Final = ("basics", "cases", "engine", "rulebook", "study")
KEPT: Final = 4  # jobs that a process keeps ready


@attrs.frozen(slots=True)
class Job:
    """What is asked of every case. ``data``: all of it, as bytes; ``inputs``: by digest, what results depend on.

    ``schema``: the columns of the results.
    """

    data: bytes
    inputs: Mapping[str, Any]
    schema: pa.Schema


def make_job(
    rules: Rules, *, figures: str | Path | None = None, readings: Mapping[str, str] | None = None, reasons: bool = True,
    items: bool = False, keep: Sequence[str] = (),
) -> Job:  # fmt: skip
    """A job of rules under a choice of figures and readings.

    ``reasons``: also the clause that made each decision, and what each ceiling took; ``items``: also the results of
    each item of a case; ``keep``: columns of the cases that results carry, as text. Raises SourceError for rules that columns cannot hold, and as ``Rules.evaluate`` does.
    """
    decider = Study(rules, None, figures, readings, reasons).decider()
    options = {
        "readings": dict(sorted((readings or {}).items())), "reasons": reasons, "items": items, "keep": list(keep),
    }  # fmt: skip
    given = None if figures is None else [_figures(text.figures(figures)) for text in rules.every]
    kept = {**options, "code": code(), "rules": periods_to_json(rules.books), "texts": len(rules.every), "figures": given}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    inputs = {
        "rules": digest_of_rules(rules), "status_of_figures": reliability(rules, figures),
        "figures": None if given is None else f"sha256:{hashlib.sha256(json.dumps(given).encode()).hexdigest()}", **options,
    }  # fmt: skip
    return Job(zlib.compress(text.encode(), 9), inputs, result_schema(decider, items, keep))


def reliability(rules: Rules, figures: str | Path | None) -> str:
    """The weakest status among the figures at hand, whether a case uses them or not."""
    found: set[str] = {f.status for text in rules.every for values in text.rulebook.figures.values() for f in values}
    if figures is not None:
        found.add(rules.figures(figures).status)
    return max(found, key=[str(s) for s in STATUSES].index, default="official")


def _figures(figures: Figures) -> dict[str, Any]:
    rows = {t: [[list(cell), str(v)] for cell, v in sorted(found.items())] for t, found in sorted(figures.rows.items())}
    return {"status": figures.status, "source": figures.source, "rows": rows}


def _read_figures(kept: dict[str, Any]) -> Figures:
    rows = {t: {tuple(cell): Fraction(v) for cell, v in found} for t, found in kept["rows"].items()}
    return Figures(kept["status"], kept["source"], rows)


def code() -> str:
    """Which program this is: a digest of what decides and writes."""
    found = hashlib.sha256(f"pyarrow {pa.__version__}\n".encode())
    package = Path(__file__).resolve().parent.parent.parent
    for room in ROOMS:
        for file in sorted((package / room).rglob("*.py")):
            data = file.read_bytes()
            found.update(f"{file.relative_to(package).as_posix()} {len(data)}\n".encode())
            found.update(data)
    return found.hexdigest()


@attrs.frozen(slots=True, eq=False)
class Worker:
    """A job made ready in this process."""

    decider: Decider
    schema: pa.Schema
    keep: Sequence[str]

    def decide(self, cases: pa.Table) -> pa.Table:
        """Nested cases → nested results, in the same order."""
        return self.decide_piece(chunk_of(cases, self.decider.things))

    def decide_piece(self, piece: Piece) -> pa.Table:
        part: Part = self.decider.part(piece)
        given = pa.table({}) if isinstance(piece, Lines) else piece.cases
        return nested_results(self.decider.tables(part), self.schema, given, self.keep)


@lru_cache(maxsize=KEPT)
def worker(data: bytes) -> Worker:
    """What decides a job; made once in a process. Raises SourceError where another version made the job."""
    try:
        kept = json.loads(zlib.decompress(data))
    except (zlib.error, ValueError) as error:
        raise SourceError.of("job-damaged", why=error) from None
    if kept["code"] != code():
        raise SourceError.of("another-version")
    given = kept["figures"]
    choice = None if given is None else "given"
    held = [{} if given is None else {"given": _read_figures(f)} for f in given or [None] * kept["texts"]]
    rules = rules_from_data(zlib.compress(kept["rules"].encode()), [(figures, {}) for figures in held])
    decider = Study(rules, None, choice, kept["readings"], kept["reasons"], others=kept["keep"]).decider()
    return Worker(decider, result_schema(decider, kept["items"], kept["keep"]), kept["keep"])
