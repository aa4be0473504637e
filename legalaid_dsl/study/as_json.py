"""A comparison, and a survey of readings, as data."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..basics.bilingual import LANGUAGES
from ..basics.quantity import decimal_text, is_decimal
from ..making.search import Search
from ..rulebook.model import Rulebook, Term
from .choices.survey import CaseReadings, Effect, Survey
from .comparison.attribution import Attribution
from .comparison.breakdown import Breakdown
from .comparison.compare import Compared
from .comparison.reasons import Reason, Step
from .comparison.report import Report
from .comparison.words import Teller
from .outcomes.difference import difference
from .outcomes.outcome import result_key
from .render import because


def number(value: Fraction | None) -> str | None:
    """Decimal text; a fraction where decimals do not end."""
    if value is None:
        return None
    return decimal_text(value) if is_decimal(value) else f"{value.numerator}/{value.denominator}"


def numbers(values: Mapping[str, Fraction | None]) -> dict[str, str | None]:
    return {key: number(value) for key, value in values.items()}


def report_dict(made: Report) -> dict[str, Any]:
    """Everything of a comparison."""
    comparison = made.comparison
    books = (comparison.base.rulebook, comparison.amended.rulebook)
    found: dict[str, Any] = {
        "base": _ruleset(books[0], made.names[0]), "amended": _ruleset(books[1], made.names[1]),
        "reliability": made.reliability,
        "provisions": [c.path for c in difference(*books).provisions],
        "measures": [_measure(books[1], t) for t in comparison.measures],
        "number": len(comparison.rows), "counts": comparison.counts,
        "totals": {result_key(t): _total(made, result_key(t)) for t in comparison.measures},
        "not_in_totals": [row.place for row in comparison.not_in_totals],
        "by": [_breakdown(b) for b in made.breakdowns],
        "cases": [_row(made, row) for row in comparison.rows],
        "smallest": [
            {**_row(made, s.compared), "case": s.compared.case, **({"like": s.like.place} if s.like is not None else {})}
            for s in made.smallest
        ],
    }  # fmt: skip
    if made.search is not None:
        found["search"] = search_dict(made.search)
    if made.claimed is not None:
        found["claim"] = {
            "text": made.claimed.claim.text, "holds": not made.claimed.broken, "looked_at": made.claimed.looked_at,
            "broken": [r.place for r in made.claimed.broken], "silent": [r.place for r in made.claimed.silent],
        }  # fmt: skip
    if made.attribution is not None:
        found["attribution"] = attribution_dict(made.attribution)
    return found


def _ruleset(book: Rulebook, name: str) -> dict[str, str]:
    return {"name": name, "id": book.id, "digest": book.digest}


def _measure(book: Rulebook, term: Term) -> dict[str, Any]:
    units = {k: book.units[k][1].to_dict() for k, _ in term.type.unit.powers}
    return {"key": result_key(term), "name": term.names.to_dict(), "units": units}


def _total(made: Report, key: str) -> dict[str, str | None]:
    before, after = made.comparison.totals(key)
    return {"before": number(before), "after": number(after), "change": number(after - before)}


def _breakdown(found: Breakdown) -> dict[str, Any]:
    groups = [
        {"values": list(g.keys), "number": g.number, "counts": g.counts, "changes": numbers(g.changes), "not_in_totals": g.left_out}
        for g in found.groups
    ]
    return {"column": found.term.key, "of": found.term.thing if found.of_items else "case", "groups": groups}


def _row(made: Report, row: Compared) -> dict[str, Any]:
    keys = [result_key(t) for t in made.comparison.measures]
    found: dict[str, Any] = {
        "place": row.place, "case_id": row.case_id or None, "kind": row.kind,
        "before": {"status": row.before.status, **numbers(row.before.numbers)},
        "after": {"status": row.after.status, **numbers(row.after.numbers)},
        "changes": numbers({k: row.change(k) for k in keys}),
    }  # fmt: skip
    if row.kind != "unchanged":
        found["because"] = reason_dict(made.reason(row), made.comparison.base.rulebook, made.comparison.amended.rulebook)
    return found


def reason_dict(reason: Reason, base: Rulebook, amended: Rulebook) -> dict[str, Any]:
    """The decisions that differ, and the same in words."""
    words = {lang: because(Teller.of(base, amended, lang).because(reason), lang) for lang in LANGUAGES}
    return {
        "first": _step(reason.first), "then": [_step(s) for s in reason.then],
        "beside": [_step(s) for s in reason.beside], "findings": [dict(f) for f in reason.said],
        "findings_before": [dict(f) for f in reason.unsaid],
        "cites": reason.cites, "words": words,
    }  # fmt: skip


def _step(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    sides = {
        name: {"value": e["value"], "cites": e["cites"]} if e is not None else None
        for name, e in (("before", step.before), ("after", step.after))
    }
    return {"term": step.slot[0], "path": step.slot[1], **sides}


def search_dict(found: Search) -> dict[str, Any]:
    """Where was looked: the stated domain, and how many cases of it."""
    return {
        "tried": found.tried, "not_refused": found.usable, "worked_examples": found.from_examples,
        "boundary_rows": found.from_boundaries, "seed": found.seed, "domain": found.domain.stated(),
    }  # fmt: skip


def attribution_dict(found: Attribution) -> dict[str, Any]:
    keys = list(found.split[0].whole or {}) if found.split else []
    return {
        "exact": found.exact, "orders": found.orders, "seed": found.seed, "dependent": list(found.dependent),
        "whole": {k: number(found.whole(k)) for k in keys},
        "parts": [
            {
                "part": p, "shares": {k: number(found.total(p, k)) for k in keys},
                **({} if found.exact else {"plus_or_minus": numbers(dict(found.errors.get(p, {})))}),
            }
            for p in found.parts
        ],
        "cases": [
            {
                "place": c.place, "case_id": c.case_id or None,
                "whole": numbers(dict(c.whole)) if c.whole is not None else None,
                "parts": {p: numbers(dict(shares)) for p, shares in c.parts.items()}, "joint": c.joint,
            }
            for c in found.cases
        ],
    }  # fmt: skip


# ------------------------------------------------------------------ readings


def survey_dict(found: Survey, reasons: Mapping[tuple[int, tuple[str, str]], Reason]) -> dict[str, Any]:
    """Everything of a survey; ``reasons``: by case and choice, where they were looked for."""
    book = found.rules.rulebook
    return {
        "ruleset": _ruleset(book, book.folder),
        "measures": [_measure(book, t) for t in found.measures],
        "number": len(found.cases),
        "alone": [_effect(e) for e in found.alone],
        "combined": [_effect(e) for e in found.combined], "combinations_not_looked_at": found.skipped,
        "cases_without_pairs": found.unpaired,
        "cases": [_case(found, c, reasons) for c in found.cases],
    }  # fmt: skip


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "readings": dict(effect.chosen), "decided": effect.decided, "counts": dict(effect.counts),
        "changes": numbers(dict(effect.changes)), "alone_added_up": numbers(dict(effect.apart)),
        "not_in_totals": effect.left_out,
    }  # fmt: skip


def _case(
    found: Survey, case: CaseReadings, reasons: Mapping[tuple[int, tuple[str, str]], Reason]
) -> dict[str, Any]:
    book = found.rules.rulebook
    rows = []
    for choice, outcome in case.alone.items():
        row: dict[str, Any] = {"reading": choice[0], "choice": choice[1], "kind": case.kind(outcome)}
        row |= {"status": outcome.status, **numbers(outcome.numbers)}
        if (case.place, choice) in reasons:
            row["because"] = reason_dict(reasons[case.place, choice], book, book)
        rows.append(row)
    head = {"place": case.place, "case_id": case.default.raw["case_id"], "status": case.default.status}
    return {**head, **numbers(case.default.numbers), "choices": rows, "combined": sorted(case.together)}
