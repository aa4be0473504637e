"""What can be known to be wrong before any case runs: gaps, conflicts, cycles, loose figures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ...basics.bilingual import Bilingual
from ...basics.problem import MAX_PROBLEMS, Problem, problem
from .. import meaning as m
from ..model import ROOT, Rule
from ..parts import dependencies, grounds_at
from ..resolve.figures import gaps
from ..resolve.glossary import Glossary
from ..resolve.rules import Collector
from .overlaps import Overlaps
from .ranges import Ranges, below_floors


def check(collector: Collector) -> list[Problem]:
    """Every problem of the rules as a whole."""
    problems: list[Problem] = []
    overlaps, ranges = Overlaps.of(collector), Ranges(collector.glossary.terms, collector.figures, collector.rules)
    for key, rules in collector.rules.items():
        sure = [r for r in rules if not any(r.citation.within(c) for c in collector.doubtful)]
        problems += islice(overlaps.conflicts(sure), MAX_PROBLEMS)
        problems += below_floors(overlaps, ranges, sure)
        if all(r.kind in ("limit", "open", "requirement", "support") for r in rules) and rules[0].span is not None:
            name = collector.glossary.terms[key].names
            problems.append(problem("nothing-to-limit", rules[0].span, name=name, provision=rules[0].citation))
    problems += _undecided(collector)
    problems += gaps(collector)
    problems += _no_way_back(collector)
    problems += _cycles(collector)
    return problems


def nothing_decisive(glossary: Glossary) -> list[Problem]:
    """Results without any that makes the status; asked last, of a ruleset that is otherwise right."""
    shown = [t for key in glossary.results if not (t := glossary.terms[key]).fact and not t.decided_elsewhere]
    if not shown or any(t.decisive for t in glossary.terms.values()):
        return []
    first = min(shown, key=lambda t: t.thing != ROOT)
    return [problem("nothing-decisive", first.span, name=first.names)] if first.span is not None else []


def _undecided(collector: Collector) -> Iterator[Problem]:
    glossary = collector.glossary
    for term in glossary.terms.values():
        if term.fact or term.inverse_of or term.span is None:
            continue
        if not term.thing:
            if term.key not in collector.figures:
                yield problem("no-figure", term.span, name=term.names)
        elif term.key not in collector.rules and not term.decided_elsewhere:
            code = "never-yes" if term.type.kind == "yes_or_no" else "never-decided"
            yield problem(code, term.span, name=term.names)


def _no_way_back(collector: Collector) -> Iterator[Problem]:
    """Scales that are asked for an amount, and give the same for several."""
    for rule in (r for rules in collector.rules.values() for r in rules):
        for node in (n for top in rule.expressions() for n in m.walk(top) if isinstance(n, m.OnScale) and n.kind == "inverse"):
            flat = any(b.value == 0 for v in collector.figures.get(node.figure, ()) for b in v.brackets[min(1, len(v.brackets) - 1) :])
            if flat and node.written is not None and node.written.span is not None:
                name = collector.glossary.terms[node.figure].names
                yield problem("scale-no-way-back", node.written.span, provision=rule.citation, name=name)


def _cycles(collector: Collector) -> Iterator[Problem]:
    every = [r for rules in collector.rules.values() for r in rules]
    grounds = grounds_at(every)
    reads = {
        key: sorted(set().union(*(dependencies(r, grounds) for r in rules)) & set(collector.rules))
        for key, rules in collector.rules.items()
    }
    done: set[str] = set()
    for start in reads:
        trail: dict[str, None] = {}
        waiting: list[tuple[str, bool]] = [(start, True)]
        while waiting:
            key, entering = waiting.pop()
            if not entering:
                trail.popitem()
                done.add(key)
                continue
            if key in done:
                continue
            if key in trail:
                places = list(trail)
                yield _cycle(collector.glossary, collector.rules, [*places[places.index(key) :], key])
                return
            trail[key] = None
            waiting.append((key, False))
            waiting += [(n, True) for n in reads[key]]


def _cycle(glossary: Glossary, rules: dict[str, list[Rule]], trail: list[str]) -> Problem:
    def text(lang: str) -> str:
        return " → ".join(glossary.terms[key].names[lang] for key in trail)

    first = rules[trail[0]][0]
    assert first.span is not None
    also = [(s, "cycle-step") for key in trail[1:-1] if (s := rules[key][0].span) is not None]
    return problem("cycle", first.span, provision=first.citation, also=also, trail=Bilingual(text("en"), text("vi")))
