"""The receipt of a decision: digests of its facts, of the law, of the figures and of the result, and each decision behind it.

A receipt holds no fact but the ids that stand in places of items. The version of the program stands beside it: it is in no
digest, so two versions that decide alike give the same receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ..basics.bilingual import BilingualError
from ..basics.canonical import canonical, digest, digest_of_bytes
from ..basics.worded import beside
from ..engine.tables import Figures
from ..rulebook.files.meant import meaning_digest, rules_by_address
from .facts import read_back

if TYPE_CHECKING:
    from ..api import Result, Rules

_SAY: Final = beside(__file__)
FORM: Final = 1
_APART: Final = ("ruleset", "trace", "masked")  # of a result: stand in the receipt by themselves
_GROUNDS: Final = ("figures", "reliability", "readings", "law_at")
_TOLD: Final = ("term", "subject", "value", "exact", "cites", "reads", "missing", "left_open")  # of a decision
_PROSE: Final = {"en", "vi"}


class NoReceipt(BilingualError):
    """A result without a receipt: its facts could not be read, or another process decided it."""


def receipt_of(result: Result, case: str | None = None) -> dict[str, Any]:
    """The receipt and the version of the program beside it: ``{"receipt": …, "engine": …}``.

    ``case``: the text of the case, whose digest stands for facts that could not be read. Without it these raise NoReceipt.
    """
    from .. import __version__

    return {"receipt": _body(result, case), "engine": __version__}


def ruleset_of(rules: Rules) -> dict[str, str]:
    """The name and the meaning of a ruleset."""
    return {"id": rules.rulebook.id, "meaning": rules.meaning}


def figures_digest(figures: Figures) -> str:
    """The digest of the tables that were supplied, and of their status; not of where they are kept."""
    rows = {key: [[*cell, str(value)] for cell, value in sorted(rows.items())] for key, rows in figures.rows.items()}
    return digest({"status": figures.status, "rows": rows} if rows else {})


def meaning_of(rules: Rules) -> str:
    """The digest of what a ruleset decides, over all its periods."""
    return meaning_digest(rules.books)


def result_digest(found: Mapping[str, Any]) -> str:
    """Of what a result says: not of its words, nor of its trace."""
    return digest(_plain({key: value for key, value in found.items() if key not in _APART}))


def answer_digest(found: Mapping[str, Any]) -> str:
    """Of what comes out, whatever it rests on: not of provisions, figures and readings."""
    return digest(_plain({key: _bare(value) for key, value in found.items() if key not in (*_APART, *_GROUNDS)}))


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _bare(inner) for key, inner in value.items() if key != "cites"}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def _body(result: Result, case: str | None) -> dict[str, Any]:
    found, book, ready = result.to_dict(), result._rules.rulebook, result._ready
    if ready is None:
        raise NoReceipt.of(_SAY("from_another_process"))
    determined = result.determination
    if determined is not None and determined.facts is not None:
        facts = digest(read_back(determined.facts))
    elif case is not None:
        facts = digest_of_bytes(case.encode("utf-8", "surrogatepass"))
    else:
        raise NoReceipt.of(_SAY("unreadable_facts"))
    terms = dict.fromkeys(entry["term"] for entry in found["trace"])
    return {
        "form": FORM, "facts": facts, "ruleset": ruleset_of(result._rules), "figures": figures_digest(ready.figures),
        "readings": dict(ready.prepared.readings), "law_at": found["law_at"], "status": found["status"],
        "result": result_digest(found), "answer": answer_digest(found),
        "decisions": [_decision(entry) for entry in found["trace"]],
        "rules": {"": rules_by_address(book), **{term: rules_by_address(book, term) for term in terms}},
        "used": [_used(figure) for figure in found["figures"]],
    }  # fmt: skip


def _decision(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Its place, the provisions that decided, and the digest of what it said and of what it read."""
    told = {key: entry[key] for key in _TOLD if key in entry}
    more = {"figures": entry["figures"]} if entry.get("figures") else {}
    return {"term": entry["term"], "path": entry["subject"]["path"], "cites": entry["cites"], "digest": digest(told), **more}


def _used(figure: Mapping[str, Any]) -> dict[str, Any]:
    """A figure that a number rests on; ``given``: it came with a table, not with the rules."""
    said = {"key": figure["key"], "value": figure["value"], "status": figure["status"]}
    given = figure["status"] in ("supplied", "illustrative")
    return {"key": figure["key"], "digest": digest(said), "cites": figure["cites"], "given": given}


def _plain(value: Any) -> Any:
    """Without texts for people, which stand in both tongues."""
    if isinstance(value, Mapping):
        if value.keys() == _PROSE:
            return None
        return {key: _plain(inner) for key, inner in value.items() if key != "source"}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value



def receipt_text(receipt: Mapping[str, Any]) -> str:
    """As it is written: the canonical form, and a line end."""
    return canonical(receipt).decode("utf-8") + "\n"
