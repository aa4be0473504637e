"""What the rules say of one case: there at once, or made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from .basics.bilingual import LANGUAGES
from .basics.problem import did_you_mean
from .cases.results.records import Grounds, copied
from .cases.results.result import item_values, root_values
from .cases.strategy import Ready, Telling, Told, tell
from .engine.interpreter.determine import Determination
from .engine.interpreter.facts import Item
from .rulebook.model import ROOT

if TYPE_CHECKING:
    from .api import Rules
    from .cases.results.outcome import Outcome

SHOWN: Final = 40  # characters of a value in a repr
SHOWN_RESULTS: Final = 8


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
