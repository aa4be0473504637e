"""Looking for a case of which something is true, over a stated domain; the smallest is shown."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from ..api import Rules
from ..cases.case_file import read_cases
from ..rulebook.amend.draft_acts import shipped_acts
from ..rulebook.model import Rulebook
from ..study.outcomes.outcome import Options, Outcome, decide
from .domain import Domain, domain_of
from .places import Case
from .random_cases import Generator, boundary_rows
from .shrink import shrink

TRIES: Final = 600
MOST_KEPT: Final = 80
_PLAIN: Final = 24  # random cases before any is changed


@attrs.frozen(slots=True)
class Seen:
    """What is noted of a case: ``label``, when it is one that is looked for; ``features``, whatever
    tells cases apart, so that those which reach something new are followed up."""

    label: Hashable | None
    features: frozenset[Hashable] = frozenset()


Look = Callable[[Case], Seen]


@attrs.frozen(slots=True, eq=False)
class Search:
    """What was found, by label, each made small; and where it was looked for."""

    found: Mapping[Hashable, Case]
    tried: int
    from_examples: int
    from_boundaries: int
    usable: int  # not refused
    seed: int
    domain: Domain

    @property
    def case(self) -> Case | None:
        return next(iter(self.found.values()), None)


def find(
    domain: Domain, look: Look, *, starts: Iterable[Case] = (), tries: int = TRIES, seed: int = 0,
    enough: Callable[[Mapping[Hashable, Case], int], bool] | None = None,
) -> Search:  # fmt: skip
    """Look at up to ``tries`` cases: given starts, random ones, boundary rows, then changes of those
    that reached something new. ``enough(found, tries since the last new label)`` ends it early.
    """
    hunt = _Hunt(domain, look, Generator.of(domain, seed), tries, enough or (lambda found, _: bool(found)))
    hunt.run(list(starts)[: tries // 2])
    small = {label: shrink(case, lambda c, wanted=label: look(c).label == wanted) for label, case in hunt.found.items()}  # type: ignore[misc]
    return Search(small, hunt.tried, hunt.started, hunt.rows, hunt.usable, seed, domain)


@attrs.define(slots=True)
class _Hunt:
    domain: Domain
    look: Look
    generator: Generator
    most: int
    enough: Callable[[Mapping[Hashable, Case], int], bool]
    found: dict[Hashable, Case] = attrs.Factory(dict)
    kept: list[Case] = attrs.Factory(list)
    known: set[Hashable] = attrs.Factory(set)
    tried: int = 0
    started: int = 0
    rows: int = 0
    usable: int = 0
    _since: int = 0

    def run(self, starts: list[Case]) -> None:
        for case in starts:
            if self._done():
                return
            self.started += 1
            self._try(case)
        for _ in range(_PLAIN):
            if self._done():
                return
            self._try(self.generator.random_case())
        for case in self._rows():
            if self._done():
                return
            self.rows += 1
            self._try(case)
        while not self._done():
            self._try(self._next())

    def _rows(self) -> Iterator[Case]:
        """Boundary rows of the cases that reached most, for a third of the tries."""
        left = self.most // 3
        for case in reversed(self.kept[-6:]):
            for row in boundary_rows(self.domain, case):
                if left == 0:
                    return
                left -= 1
                yield row

    def _next(self) -> Case:
        chance = self.generator.chance
        if not self.kept or chance.randrange(10) == 0:
            return self.generator.random_case()
        recent = self.kept[-12:] if chance.randrange(2) else self.kept
        return self.generator.changed(chance.choice(recent))

    def _done(self) -> bool:
        return self.tried >= self.most or self.enough(self.found, self._since)

    def _try(self, case: Case) -> None:
        self.tried += 1
        self._since += 1
        seen = self.look(case)
        self.usable += ("status", "refused") not in seen.features
        if seen.label is not None and seen.label not in self.found:
            self.found[seen.label] = copy.deepcopy(case)
            self._since = 0
        if seen.features - self.known:
            self.known |= seen.features
            self.kept = [*self.kept[-MOST_KEPT:], case]


def features(outcome: Outcome) -> frozenset[Hashable]:
    """What a result shows of the rules it went through."""
    raw = outcome.raw
    found: set[Hashable] = {("status", outcome.status)}
    found |= {("number", k, bool(v)) for k, v in outcome.numbers.items() if v is not None}
    found |= {("finding", f["code"]) for f in (*raw["openings"], *raw["findings"])} | {("need", n["key"]) for n in raw["needs"]}
    found |= {("reading", r["id"]) for r in raw["readings"]}
    for value in raw.values():
        for item in value if isinstance(value, list) else ():
            found |= {("cite", path) for path in item.get("cites", ())}
            found |= {("item", k, v) for k, v in item.items() if isinstance(v, bool)}
            found |= {("fraction", k) for k in item if k.endswith("_exact")}
    return frozenset(found)


def watching(rules: Rules, test: Callable[[Case, Outcome], bool], options: Options | None = None) -> Look:
    """A look at cases under one ruleset: those of whose result ``test`` holds are looked for."""
    chosen = options or Options()

    def look(case: Case) -> Seen:
        outcome = decide(rules, case, chosen)
        return Seen(True if test(case, outcome) else None, features(outcome))

    return look


def find_case(
    rules: Rules, test: Callable[[Case, Outcome], bool], *, options: Options | None = None,
    tries: int = TRIES, seed: int = 0,
) -> Search:  # fmt: skip
    """The smallest case found of whose result ``test`` holds (a guarantee that is broken, …)."""
    domain = domain_of(rules.rulebook)
    return find(domain, watching(rules, test, options), starts=examples(rules.rulebook), tries=tries, seed=seed)


def examples(book: Rulebook) -> list[Case]:
    """The facts of the worked examples beside the rules, of every file by turns: cases to start from."""
    folder = Path(book.folder)
    files = sorted(folder.glob("*.case")) if book.folder and folder.is_dir() else []
    return _by_turns(book, files)


def examples_of_acts(book: Rulebook) -> list[Case]:
    """Those that stand beside the amending acts which the text went through."""
    beside = shipped_acts(Path(book.folder)) if book.folder else {}
    files = [path.with_suffix(".case") for name, path in beside.items() if name in book.act_names]
    return _by_turns(book, [f for f in files if f.is_file()])


def _by_turns(book: Rulebook, files: list[Path]) -> list[Case]:
    rows: dict[str, list[Case]] = {}
    for case in read_cases(book, files) if files else ():
        name = case.node.span.source.name if case.node.span is not None else ""
        rows.setdefault(name, []).append({k: v for k, v in case.facts.items() if _known(book, k, v)})
    longest = max((len(r) for r in rows.values()), default=0)
    return [r[turn] for turn in range(longest) for r in rows.values() if turn < len(r)]


def _known(book: Rulebook, key: str, value: Any) -> bool:
    return key != "case_id" and value is not None
