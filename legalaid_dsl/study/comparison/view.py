"""A comparison in words: the records that its templates print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from ...api import Rules
from ...basics.citation import Citation
from ...basics.quantity import parse_decimal
from ...making.domain import Domain
from ...making.search import Search
from ...rulebook.model import Term
from .. import records
from ..outcomes.difference import difference
from ..outcomes.kinds import KINDS
from ..outcomes.outcome import result_key
from .attribution import Attribution
from .breakdown import Breakdown, Group
from .report import Report
from .smallest import Smallest
from .words import Teller, case_text

MOST_VALUES = 12  # of a fact, in prose


def compare_view(made: Report, lang: str) -> records.CompareView:
    """What a comparison says, in one language."""
    comparison = made.comparison
    base, amended = comparison.base.rulebook, comparison.amended.rulebook
    teller = Teller.of(base, amended, lang)
    terms = comparison.measures
    listed = sorted(made.changed, key=lambda r: (KINDS.index(r.kind), r.place))
    return records.CompareView(
        lang=lang, ruleset=amended.instruments[amended.id].names[lang], base=made.names[0], amended=made.names[1],
        digest_before=base.digest, digest_after=amended.digest, reliability=made.reliability,
        provisions=teller.after.cites(c.path for c in difference(base, amended).provisions),
        number=len(comparison.rows), columns=tuple(teller.after.title(t.names) for t in terms),
        kinds=tuple(_kinds(made, teller, terms)), totals=tuple(_totals(made, teller, terms)),
        left_out=len(comparison.not_in_totals),
        breakdowns=tuple(_breakdown(b, teller, terms) for b in made.breakdowns),
        cases=tuple(teller.case(row, made.reason(row)) for row in listed[: made.wanted.listed]),
        more_cases=max(len(listed) - made.wanted.listed, 0),
        smallest=tuple(_smallest(made, s, teller) for s in made.smallest),
        search=_search(made.search, teller) if made.search is not None else None,
        attribution=_attribution(made.attribution, made.comparison.amended, teller) if made.attribution else None,
        claim=_claim(made),
    )  # fmt: skip


def _kinds(made: Report, teller: Teller, terms: list[Term]) -> Iterable[records.Kind]:
    for kind in KINDS:
        rows = made.comparison.of(kind)
        if rows:
            known = any(r.counts for r in rows)
            sums = [made.comparison.total(result_key(t), rows) for t in terms]
            changes = [teller.change(t, s) if known and s else "" for t, s in zip(terms, sums, strict=True)]
            yield records.Kind(kind, len(rows), tuple(changes))


def _totals(made: Report, teller: Teller, terms: list[Term]) -> Iterable[records.Total]:
    for term in terms:
        old, new = made.comparison.totals(result_key(term))
        values = teller.number(term, old), teller.number(term, new)
        yield records.Total(teller.after.title(term.names), *values, teller.change(term, new - old))


def _breakdown(found: Breakdown, teller: Teller, terms: list[Term]) -> records.Breakdown:
    things = teller.after.rulebook.things[found.term.thing].plurals[teller.lang] if found.of_items else ""
    groups = tuple(_group(g, found.term, teller, terms) for g in found.groups)
    return records.Breakdown(teller.after.title(found.term.names), things, groups)


def _group(group: Group, term: Term, teller: Teller, terms: list[Term]) -> records.Group:
    changes = [teller.change(t, group.changes[result_key(t)]) if group.changes[result_key(t)] else "" for t in terms]
    kinds = tuple((kind, n) for kind, n in group.counts.items() if n)
    return records.Group(_label(group, term, teller), group.number, kinds, tuple(changes), group.left_out)


def _label(group: Group, term: Term, teller: Teller) -> str:
    """The values in words; empty where the file does not say."""
    return " + ".join(named(key, term, teller) for key in group.keys)


def named(key: str, term: Term, teller: Teller) -> str:
    """A value in words. What no such fact can be (the case is refused) stays as it was written."""
    match term.type.kind:
        case "choice" | "choices":
            choices = teller.after.rulebook.vocabularies[term.type.key].choices
            return choices[key].names[teller.lang] if key in choices else key
        case "yes_or_no" if key in ("yes", "no"):
            return teller.after.value(term, key == "yes")
        case "number" if _is_number(key):
            return teller.after.value(term, key)
    return key


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,30})?", text) is not None


def _smallest(made: Report, found: Smallest, teller: Teller) -> records.Case:
    like = teller.name(found.like.case_id, found.like.place) if found.like is not None else ""
    row = found.compared
    return teller.case(row, made.reason(row), facts=case_text(row.case), like=like)


# ------------------------------------------------------------------ search


def _search(found: Search, teller: Teller) -> records.Search:
    things = teller.after.rulebook.things
    counts = tuple((things[k].plurals[teller.lang], n) for k, n in found.domain.counts.items() if k in things)
    values = tuple(_values(found.domain, t, teller) for t in found.domain.facts if found.domain.values(t))
    return records.Search(
        found.tried, found.usable, found.from_examples, found.from_boundaries, found.seed, counts, values
    )


def _values(domain: Domain, term: Term, teller: Teller) -> records.Value:
    """What a fact was given; of many values the first and the last."""
    values = domain.values(term)
    if term.type.kind == "number":
        shown = [teller.number(term, parse_decimal(v)) for v in values]
    else:
        shown = [teller.after.value(term, [v] if term.type.kind == "choices" else v) for v in values]
    if len(shown) > MOST_VALUES:
        shown = [*shown[: MOST_VALUES // 2], "…", *shown[-MOST_VALUES // 2 :]]
    return records.Value(teller.after.title(term.names), len(values), "; ".join(shown))


def _claim(made: Report) -> records.Claim | None:
    if made.claimed is None:
        return None
    found = made.claimed
    return records.Claim(found.claim.text, not found.broken, found.looked_at, len(found.broken), len(found.silent))


# ------------------------------------------------------------------ attribution


def _attribution(found: Attribution, amended: Rules, teller: Teller) -> records.Attribution:
    terms = [t for t in amended.rulebook.terms.values() if _decisive(t)]
    parts = []
    for part in found.parts:
        shares = tuple(_share(found, part, t, teller) for t in terms)
        errors = tuple(teller.number(t, found.errors[part][result_key(t)]) for t in terms) if found.errors.get(part) else ()
        parts.append(records.Part(part_name(part, teller), shares, errors, part not in found.dependent))
    whole = tuple(teller.change(t, found.whole(result_key(t))) for t in terms)
    cases = tuple(_case_parts(found, c.place, terms[-1], teller) for c in found.split) if terms else ()
    names = tuple(teller.after.title(t.names) for t in terms)
    return records.Attribution(
        found.exact, found.orders, found.seed, names, tuple(parts), whole,
        tuple(c for c in cases if c.shares), len(found.cases) - len(found.split), sum(1 for c in found.split if c.joint),
    )  # fmt: skip


def _decisive(term: Term) -> bool:
    return term.decisive and term.result is not None and term.type.kind == "number"


def _whole_numbers(found: Attribution, key: str) -> bool:
    """Whether a number is whole in every case, as money is."""
    return all(c.whole is not None and c.whole[key].denominator == 1 for c in found.split)


def _share(found: Attribution, part: str, term: Term, teller: Teller) -> str:
    key = result_key(term)
    if term is _last(found, teller) and _whole_numbers(found, key):
        return teller.change(term, Fraction(found.rounded_total(key)[part]))
    return teller.change(term, found.total(part, key))


def _last(found: Attribution, teller: Teller) -> Term | None:
    terms = [t for t in teller.after.rulebook.terms.values() if _decisive(t)]
    return terms[-1] if terms else None


def _case_parts(found: Attribution, place: int, term: Term, teller: Teller) -> records.CaseParts:
    """A case in which something is split, by the last of the numbers."""
    case = next(c for c in found.split if c.place == place)
    key = result_key(term)
    assert case.whole is not None
    whole_number = _whole_numbers(found, key)
    rounded = found.rounded(case, key) if whole_number else {}
    shares = [(p, Fraction(rounded[p]) if whole_number else case.parts[p][key]) for p in found.parts]
    told = tuple((part_name(p, teller), teller.change(term, share)) for p, share in shares if share)
    return records.CaseParts(teller.name(case.case_id, place), teller.change(term, case.whole[key]), told)


def part_name(part: str, teller: Teller) -> str:
    """A provision as it is cited; the name of a part that is none."""
    try:
        return teller.after.cites([Citation.from_path(part).path])
    except (ValueError, KeyError):
        return part
