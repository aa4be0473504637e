"""The Python door: load a ruleset once, evaluate many cases, from any thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from .basics.bilingual import LANGUAGES, Bilingual, BilingualError
from .basics.citation import Citation
from .basics.keywords import shipped
from .basics.problem import did_you_mean
from .basics.recent import Recent
from .cases.results.records import Grounds, copied
from .cases.results.result import item_values, root_values
from .cases.strategy import Ready, Telling, Told, tell
from .engine.budget import DEFAULT, Budget
from .engine.interpreter.determine import Determination
from .engine.interpreter.facts import Item
from .engine.plan import Prepared
from .engine.tables import Figures, load_figures
from .in_time import Timeline, UnknownAmendment, acts_for, in_force, undated
from .rulebook.files.as_data import Period, packed, unpacked
from .rulebook.files.installed import folder_named
from .rulebook.files.official import texts_of
from .rulebook.model import ROOT, Rulebook

if TYPE_CHECKING:
    from .asking.question import Question
    from .cases.results.outcome import Outcome
    from .rulebook.amend.load import InForce

LOG: Final = logging.getLogger("legalaid_dsl")  # of rules and of how cases went; never a fact of a case
LOG.addHandler(logging.NullHandler())
SHIPPED = "circular_02_2021"
SHOWN: Final = 40  # characters of a value in a repr
SHOWN_RESULTS: Final = 8
MOST_CHOICES: Final = 64  # of readings and figures for which rules stay ready, some 4 MB each


class UnknownReading(BilingualError):
    """A reading, or a choice of one, that the ruleset does not have."""


@attrs.frozen(slots=False, eq=False, repr=False)  # frozen and slotted takes a microsecond more for every case
class Result(Grounds):
    """What the rules say of one case. It never changes, and what it gives is a copy.

    The results that the ruleset declares for the case are attributes (``amount``,
    ``sessions``, …): decimal text, or None where they are withheld. They are there at once;
    the rest (the trace, what was cited, the explanation) is made when it is first asked for,
    by the interpreter, from the same facts. Two results are equal that say the same. Pickled, it is
    what was decided, with the rules as data; another process explains it alike.
    """

    _rules: Rules
    _ready: Ready | None  # None in a result that another process gave
    _outcome: Outcome | None
    _telling: Telling
    _told: Told | None = None

    @property
    def status(self) -> Literal["determined", "undetermined", "refused"]:
        status: Literal["determined", "undetermined", "refused"]
        status = self._all.status if self._outcome is None else self._outcome.row.status  # type: ignore[assignment]
        return status

    def __getitem__(self, key: str) -> Any:
        """A result that the ruleset declares, of the case (``amount``) or by thing (``providers``). Raises KeyError."""
        shown = {t.result.key for t in self._rules.rulebook.terms.values() if t.result is not None and t.thing == ROOT}
        if key in shown or key in self._rules.rulebook.things:
            return getattr(self, key)
        near = did_you_mean(key, shown)
        raise KeyError(f"{key}: did you mean {near}?" if near else key)

    @property
    def determination(self) -> Determination | None:
        """The interpreter's own record; None when the facts could not be read, or another process decided."""
        return self._all.determination

    @property
    def _found(self) -> Mapping[str, Any]:
        return self._all.found

    @property
    def _all(self) -> Told:
        told = self._told
        if told is None:
            assert self._outcome is not None
            assert self._ready is not None
            facts = self._ready.facts(self._outcome)
            told = tell(self._ready.prepared, self._ready.figures, facts, self._telling)
            object.__setattr__(self, "_told", told)
        return told

    if not TYPE_CHECKING:  # so that a misspelt name is an error; the stubs of a ruleset have its own

        def __getattr__(self, name: str) -> Any:
            if not name.startswith("_"):
                outcome = self._outcome
                if outcome is not None and name in outcome.compiled.of_case:
                    return outcome.text(name)
                if name in self._all.found:
                    return copied(self._all.found[name])
            raise AttributeError(name)

    def case_values(self) -> dict[str, Any]:
        """The results of the case, by their keys: exact values, not text."""
        if self._outcome is not None:
            return self._outcome.case_values()
        if self._all.values is not None:
            return dict(self._all.values[0])
        found = self._all.determination
        return {} if found is None else root_values(found)

    def items(self, thing: str) -> list[dict[str, Any]]:
        """The results of each item of a thing (``entries``), by their keys: exact values, not text."""
        if self._outcome is not None:
            return self._outcome.items(thing)
        if self._all.values is not None:
            return [dict(item) for item in self._all.values[1].get(thing, [])]
        found = self._all.determination
        return [] if found is None else item_values(found, thing)

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON."""
        return self._all.given()

    def explain(
        self, lang: str = "en", format: str = "text", *, layer: str = "explanation", who: Iterable[str] = (),
        template: str | Path | None = None, what_if: bool = False,
        link: Callable[[str], str] | None = None,
    ) -> str:  # fmt: skip
        """The explanation: ``lang`` en or vi; ``format`` text, markdown or html; ``layer`` statement (of those in ``who``, by
        id, or of everybody), explanation or full; ``template``: a folder of templates and words that come first;
        ``what_if``: whether it tells what other readings and facts would have made of it; ``link``: from
        the path of a provision to where it can be read, for citations in HTML."""
        from .explain.render import explain

        texts = self._rules.texts(lang) if lang in LANGUAGES else {}
        return explain(self._rules.rulebook, self._all.found, lang, format, texts, layer=layer, who=who, template=template,
                       what_if=self.what_if() if what_if else None, link=link)  # fmt: skip

    def what_if(self) -> list[dict[str, Any]]:
        """What other readings, and single other facts of lines that are refused or cut, would have made of the results;
        the case is decided anew for each (docs/explanations.md has the shape)."""
        from .asking.what_if import what_if

        return what_if(self)

    def receipt(self) -> dict[str, Any]:
        """What the decision rests on, as digests (docs/receipts.md): ``{"receipt": …, "engine": version}``.
        Raises NoReceipt where the facts could not be read, or another process decided."""
        from .receipts.receipt import receipt_of

        return receipt_of(self)

    def _texts(self) -> list[tuple[str, Any]]:
        """The results of the case as JSON writes them."""
        keys = [t.result.key for t in self._rules.rulebook.terms_of(ROOT) if t.result is not None]
        if self._outcome is None:
            return [(key, self._all.found.get(key)) for key in keys]
        return [(key, self._outcome.text(key)) for key in keys]

    def __repr__(self) -> str:
        found = self._texts()
        said = [f"{key}={str(value)[:SHOWN] if value is not None else None!r}" for key, value in found[:SHOWN_RESULTS]]
        return f"<Result {', '.join([self.status, *said, *(['…'] if len(found) > SHOWN_RESULTS else [])])}>"

    def _repr_html_(self) -> str:
        from .explain.render import brief

        return brief(self._rules.rulebook, self._all.found)

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *self._all.found})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return self is other or (self.status == other.status and self._all.found == other._all.found)

    def __hash__(self) -> int:
        return hash((self._rules.rulebook.digest, self.status, repr(self._texts())))

    def __copy__(self) -> Result:
        return self

    def __deepcopy__(self, memo: Any) -> Result:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        things = [t for t in self._rules.rulebook.things if t != ROOT]
        values = _plain(self.case_values()), {t: [_plain(i) for i in self.items(t)] for t in things}
        return _result_from, (self._rules, self._all.found, values)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Exact values, with items by their ids."""
    return {key: value.id or value.path if isinstance(value, Item) else value for key, value in values.items()}


def _result_from(rules: Rules, found: dict[str, Any], values: Any) -> Result:
    return Result(rules, None, None, Telling(), Told([found], None, values))


@attrs.frozen(slots=True, eq=False)
class Rules:
    """A loaded ruleset. Nothing in it changes, so one serves many threads, and a copy is itself.

    Pickled, it is the rules as data, with the figures and the official text that it holds: they decide and explain
    in another process, which must run the same version, but have no written text for drafters' tools.
    """

    rulebook: Rulebook = attrs.field(repr=lambda book: book.id)
    _prepared: Recent[Prepared] = attrs.field(factory=lambda: Recent(MOST_CHOICES), repr=False)
    _figures: dict[str, Figures] = attrs.field(factory=dict, repr=False)
    _texts: dict[str, Mapping[Citation, str]] = attrs.field(factory=dict, repr=False)
    _ready: Recent[Ready] = attrs.field(factory=lambda: Recent(MOST_CHOICES), repr=False)
    timeline: Timeline[Rules] | None = attrs.field(default=None, repr=False)
    _data: list[bytes] = attrs.field(factory=list, repr=False)
    _meaning: list[str] = attrs.field(factory=list, repr=False)

    @property
    def meaning(self) -> str:
        """A digest of what the rules decide: the same in every layout and tongue (``sha256:…``)."""
        if not self._meaning:
            from .receipts.receipt import meaning_of

            self._meaning.append(meaning_of(self))
        return self._meaning[0]

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """For notebooks and Hypothesis, which would print every field."""
        printer.text(repr(self))

    def __copy__(self) -> Rules:
        return self

    def __deepcopy__(self, memo: Any) -> Rules:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if not self._data:  # written once, though a pool may send it with every case
            self._data.append(packed(self.books))
        held = [(dict(r._figures), {lang: r.texts(lang) for lang in LANGUAGES}) for r in self.every]
        return rules_from_data, (self._data[0], held)

    @property
    def books(self) -> list[Period]:
        """(first day, rulebook) of each of its texts, the oldest first."""
        return [(d, r.rulebook) for d, r in self.timeline.periods] if self.timeline is not None else [(date.min, self.rulebook)]

    @property
    def every(self) -> list[Rules]:
        """Itself, and the rules of each of its periods, the oldest first."""
        return [self, *(rules for _, rules in self.timeline.periods)] if self.timeline is not None else [self]

    def evaluate(
        self, case: Any, *, figures: str | Path | None = None, readings: Mapping[str, str] | None = None,
        trace: bool = True, bounds: bool = True, budget: Budget | None = None, by: Literal["rows", "interpreter"] = "rows",
    ) -> Result:  # fmt: skip
        """Decide one case: a mapping of facts, or its JSON text.

        Raises UnknownReading and FiguresError for wrong options; facts that cannot be used
        give a result that is refused. Under amendments the text that governs the case decides it.
        ``trace`` and ``bounds``: whether they are wanted. ``budget``: the most that the case may cost, counted in
        decisions, steps and bytes of its trace (``Budget``); past it the case is refused with the code ``limit``.
        ``by``: rows are the quick form of the same rules; the interpreter is asked where they cannot
        decide, when it is named, or when a budget is. Dates are days of the calendar in Viet Nam (Asia/Ho_Chi_Minh);
        who has moments turns them into such days first.
        """
        telling = Telling(trace, bounds, budget or DEFAULT)
        if self.timeline is not None:
            return self._in_time(self.timeline, case, figures, readings or {}, telling, by)
        return self._evaluated(case, self.ready(figures, readings), telling, by)

    def _evaluated(self, case: Any, ready: Ready, telling: Telling, by: str) -> Result:
        outcome = ready.outcome(case) if by == "rows" and telling.budget is DEFAULT else None
        told = tell(ready.prepared, ready.figures, case, telling) if outcome is None else None
        if LOG.isEnabledFor(logging.DEBUG):
            status = told.status if told is not None else outcome.row.status if outcome is not None else ""
            LOG.debug("%s: %s, by %s", self.rulebook.id, status, "rows" if told is None else "the interpreter")
        return Result(self, ready, outcome, telling, told)

    def ask(
        self, facts: Mapping[str, Any] | str, *, figures: str | Path | None = None, readings: Mapping[str, str] | None = None
    ) -> Question | None:
        """The next best question about a case; None when no answer could change what the rules say of it.

        What the engine wants comes first, what helps most before the rest; then what is presumed because nothing is
        said of it, where another answer would change the result. Raises UnknownReading and FiguresError.
        """
        from .asking.next_question import ask

        return ask(self, facts, figures, readings)

    def ready(self, figures: str | Path | None = None, readings: Mapping[str, str] | None = None) -> Ready:
        """The rules under a choice of figures and readings, as evaluations share them."""
        slot = (figures, tuple(sorted(readings.items())) if readings else ())
        return self._ready.get(slot, lambda: Ready(self.prepared(readings or {}), self.figures(figures)))

    def at(self, day: date) -> Rules:
        """The rules as their text stands on a day, for every case."""
        return self.timeline.at(day) if self.timeline is not None else self

    def _in_time(
        self, timeline: Timeline[Rules], case: Any, figures: str | Path | None, readings: Mapping[str, str],
        telling: Telling, by: str,
    ) -> Result:  # fmt: skip
        self.check_readings(readings)

        def decided(rules: Rules) -> Result:
            return rules._evaluated(case, rules.ready(figures, rules.own(readings)), telling, by)

        governing = timeline.governing(case, self.figures(figures), readings)
        if governing is not None:
            return decided(governing)
        results = [decided(rules) for _, rules in timeline.periods]
        return Result(self, timeline.periods[-1][1].ready(figures, {}), None, telling, undated(results, self.rulebook))

    def check_readings(self, readings: Mapping[str, str]) -> None:
        """Raises UnknownReading for one that no text has."""
        known = {k: r for rules in self.every for k, r in rules.rulebook.readings.items()}
        for key in readings:
            if key not in known:
                raise _unknown(Bilingual("reading", "cách hiểu"), key, known)

    def own(self, readings: Mapping[str, str]) -> dict[str, str]:
        """Those readings that this text still leaves open."""
        return {k: c for k, c in readings.items() if k in self.rulebook.readings}

    def prepared(self, readings: Mapping[str, str]) -> Prepared:
        """The rulebook under a choice of readings; those not named keep their default."""
        chosen = {key: r.default for key, r in self.rulebook.readings.items()}
        for key, choice in readings.items():
            if key not in chosen:
                raise _unknown(Bilingual("reading", "cách hiểu"), key, chosen)
            if choice not in self.rulebook.readings[key].choices:
                raise _unknown(Bilingual(f"choice of {key}", f"lựa chọn của {key}"), choice, self.rulebook.readings[key].choices)
            chosen[key] = choice
        return self._prepared.get(tuple(sorted(chosen.items())), lambda: Prepared.make(self.rulebook, chosen))

    def texts(self, lang: str) -> Mapping[Citation, str]:
        """The official text attached to the ruleset (``legalaid law attach``), to be quoted."""
        if lang not in self._texts:
            self._texts[lang] = texts_of(Path(self.rulebook.folder), self.rulebook.instruments, lang)
        return self._texts[lang]

    def figures(self, choice: str | Path | None) -> Figures:
        slot = str(choice or "")
        if slot not in self._figures:
            self._figures[slot] = load_figures(self.rulebook, choice)
        return self._figures[slot]


def _unknown(what: Bilingual, key: str, known: Mapping[str, Any]) -> UnknownReading:
    near, there = did_you_mean(key, known), ", ".join(known) or "–"
    en = f"did you mean “{near}”?" if near else f"there are: {there}"
    vi = f"có phải ý là “{near}”?" if near else f"hiện có: {there}"
    return UnknownReading(f"no {what.en} “{key}”; {en}", f"không có {what.vi} “{key}”; {vi}")


def load(
    folder: str | Path | None = None, *, amendments: Iterable[str | Path] = (), at: date | None = None,
    keep: Path | None = None,
) -> Rules:  # fmt: skip
    """Load a ruleset: a folder, the name of one that is shipped or installed (``legalaid rulesets``), or the shipped circular. Raises RulesetError with every problem.

    ``amendments``: amending acts, as files or by the name under which they stand beside the ruleset;
    those in force there are always read, drafts only when named. ``at``: only what takes effect by
    that day is known. A ruleset is never changed: amending gives a new one.
    ``keep``: a folder of your own where the checked rules are kept as data, so that the next process need
    not parse them. Rules are kept under all that a load would read: a change of any of it is read. Rules so loaded
    decide and explain, but may have no written text for drafters' tools.
    """
    path = Path(folder) if folder is not None else shipped("rulesets") / SHIPPED
    if isinstance(folder, str) and not path.is_dir():
        path = folder_named(folder) or path
    acts = acts_for(path, amendments)
    if keep is not None:
        from .rulebook.files.cache import load_kept

        rules = _of_periods(load_kept(path, keep, acts, at), dated=bool(acts))
    elif acts:
        rules = rules_of(in_force(path, acts, at))
    else:
        from .rulebook.load import load_rulebook

        rules = Rules(load_rulebook(path))
    LOG.info("loaded %s, %s", rules.rulebook.id, rules.rulebook.digest)
    return rules


def rules_of(periods: list[InForce]) -> Rules:
    """The rules whose text changes from period to period."""
    return _of_periods([(p.from_date, p.rulebook) for p in periods], True, tuple(periods))


def _of_periods(periods: Sequence[Period], dated: bool, texts: tuple[InForce, ...] = ()) -> Rules:
    if not dated:
        return Rules(periods[-1][1])
    rules = tuple((day, Rules(rulebook)) for day, rulebook in periods)
    return Rules(rules[-1][1].rulebook, timeline=Timeline(rules, texts))


def rules_from_data(data: bytes, held: Sequence[tuple[dict[str, Figures], dict[str, Mapping[Citation, str]]]]) -> Rules:
    """The rules of compressed data (``periods_to_json``); ``held``: the figures and texts of each of ``every``."""
    rules = _of_periods(unpacked(data), dated=len(held) > 1)
    for one, (figures, texts) in zip(rules.every, held, strict=True):
        one._figures.update(figures)
        one._texts.update(texts)
    rules._data.append(data)
    return rules


__all__ = ["ROOT", "Result", "Rules", "UnknownAmendment", "UnknownReading", "load", "rules_of"]
