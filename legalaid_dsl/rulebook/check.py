"""What can be known to be wrong before any case runs: gaps, conflicts, cycles, loose figures."""

from __future__ import annotations

from collections.abc import Iterator

from ..basics.bilingual import Bilingual
from ..basics.problem import Problem, problem
from .figures import gaps
from .glossary import Glossary
from .headings import addressed
from .model import Rule
from .parts import dependencies, grounds_at
from .rules import Collector


def check(collector: Collector) -> list[Problem]:
    """Every problem of the rules as a whole."""
    problems: list[Problem] = []
    for key, rules in collector.rules.items():
        problems += _conflicts([r for r in rules if not any(r.citation.within(c) for c in collector.doubtful)])
        if all(r.kind in ("limit", "open", "requirement") for r in rules) and rules[0].span is not None:
            name = collector.glossary.terms[key].names
            problems.append(problem("nothing-to-limit", rules[0].span, name=name, provision=rules[0].citation))
    problems += _undecided(collector)
    problems += gaps(collector)
    problems += _cycles(collector)
    return problems


def _overlapping_readings(a: Rule, b: Rule) -> bool:
    mine, theirs = dict(a.readings), dict(b.readings)
    return all(theirs.get(key, choice) == choice for key, choice in mine.items())


def _conflicts(rules: list[Rule]) -> Iterator[Problem]:
    """Two rules that decide one thing whenever one of them applies."""
    values = [r for r in rules if r.kind == "value"]
    for i, rule in enumerate(values):
        for other in values[:i]:
            if rule.otherwise != other.otherwise or not _overlapping_readings(rule, other):
                continue
            if rule.displaces(other) or other.displaces(rule) or rule.span is None or other.span is None:
                continue
            mine = [*(c for _, c in rule.applies), rule.when]
            theirs = [*(c for _, c in other.applies), other.when]
            always = not any(c is not None for c in mine) or not any(c is not None for c in theirs)
            if always or mine == theirs:
                yield problem(
                    "conflict", rule.span, provision=rule.citation, also=[(other.span, "conflict-other")], address=addressed(other.citation),
                    other=Bilingual(other.citation.name("en"), other.citation.name("vi")),
                )  # fmt: skip


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


def _cycles(collector: Collector) -> Iterator[Problem]:
    every = [r for rules in collector.rules.values() for r in rules]
    grounds = grounds_at(every)
    reads = {
        key: sorted(set().union(*(dependencies(r, grounds) for r in rules)) & set(collector.rules))
        for key, rules in collector.rules.items()
    }
    done: set[str] = set()
    for start in reads:
        trail: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, True)]
        while waiting:
            key, entering = waiting.pop()
            if not entering:
                trail.pop()
                done.add(key)
                continue
            if key in done:
                continue
            if key in trail:
                yield _cycle(collector.glossary, collector.rules, [*trail[trail.index(key) :], key])
                return
            trail.append(key)
            waiting.append((key, False))
            waiting += [(n, True) for n in reads[key]]


def _cycle(glossary: Glossary, rules: dict[str, list[Rule]], trail: list[str]) -> Problem:
    def text(lang: str) -> str:
        return " → ".join(glossary.terms[key].names[lang] for key in trail)

    first = rules[trail[0]][0]
    assert first.span is not None
    also = [(s, "cycle-step") for key in trail[1:-1] if (s := rules[key][0].span) is not None]
    return problem("cycle", first.span, provision=first.citation, also=also, trail=Bilingual(text("en"), text("vi")))
