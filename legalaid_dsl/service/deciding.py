"""Cases decided for requests. All of it may run in any thread; none of it waits for anything but the log."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from .. import __version__
from ..api import Result
from ..asking import places
from ..asking.question import Question
from ..basics.canonical import digest, digest_of_bytes
from ..basics.neutral import json_text, visible
from ..explain.masking import checked, personal
from ..receipts.kept import kept_facts
from ..receipts.log import Log, OtherRequest
from ..receipts.log_replay import results_of
from ..receipts.receipt import receipt_of
from ..study.as_json import report_dict
from ..study.comparison.report import Wanted, report
from ..study.outcomes.outcome import Options
from .asked import (
    OPTIONS,
    Asked,
    asked,
    case_of,
    known,
    needed,
    one_of,
    readings_of,
    repeated,
    text_of,
    texts_of,
    usable,
    yes_of,
)
from .config import Config
from .problems import Problem, wrong_member
from .rulesets import Rulesets

FORMATS: Final = ("text", "markdown", "html")
LAYERS: Final = ("explanation", "statement", "full")
LANGS: Final = ("en", "vi")
MOST_ASKED: Final = 1_000  # objects in a case that is asked about: every question tries many cases as large
_SHOWN: Final = ("term", "subject", "value", "cites")


@attrs.frozen(slots=True)
class Call:
    """What a decision is logged under. ``key``: of the caller, "" without one; ``request``: the digest of what was sent."""

    request_id: str
    key: str = ""
    request: str = ""


@attrs.frozen(slots=True)
class Reply:
    """The text of an answer; ``statuses``: of each case, for the counters; ``again``: it is one that was given before."""

    text: str
    statuses: tuple[str, ...] = ()
    again: bool = False
    ruleset: str = ""


@attrs.define(slots=True, eq=False)
class Deciding:
    """The work behind the routes."""

    config: Config
    rulesets: Rulesets
    log: Log | None

    def before(self, call: Call) -> Reply | None:
        """What was answered to this call before. Raises Problem."""
        if not call.key or self.log is None:
            return None
        try:
            found = self.log.answered(call.key, call.request)
        except OtherRequest:
            raise Problem("other-request") from None
        return None if found is None else Reply(found.text, again=True)

    def evaluate(self, given: Mapping[str, Any], query: Mapping[str, str], call: Call) -> Reply:
        known(given, ("case", *OPTIONS))
        wanted = asked(self.rulesets, given, query)
        return self._one(wanted, case_of(given), wanted.heading(__version__), call)

    def explain(self, given: Mapping[str, Any], query: Mapping[str, str], call: Call) -> Reply:
        """As ``evaluate``, with the explanation beside the result."""
        known(given, ("case", *OPTIONS, "lang", "format", "layer", "for", "what_if"))
        wanted = asked(self.rulesets, given, query)
        lang, form, layer = (one_of(given, n, c) for n, c in (("lang", LANGS), ("format", FORMATS), ("layer", LAYERS)))
        who = texts_of(given, "for")
        heading = wanted.heading(__version__)
        words = {"lang": lang, "format": form, "layer": layer, "who": who, "what_if": yes_of(given, "what_if")}
        return self._one(wanted, case_of(given), heading, call, words)

    def ask(self, given: Mapping[str, Any], query: Mapping[str, str], call: Call) -> Reply:
        """The next question about a case, after an answer to the one before where it is given. No decision: nothing is logged."""
        known(given, ("case", "answer", *OPTIONS))
        wanted = asked(self.rulesets, given, query)
        case = repeated(case_of(given))
        if given.get("answer") is not None:
            case = repeated(_answered(case, given["answer"], self._question(wanted, case)))
        question = self._question(wanted, case)
        result = self._result(wanted, places.closed(case), trace=False)
        answer = {
            **wanted.heading(__version__), "case": case,
            "question": None if question is None else question.to_dict(), "result": _shown(result, "none"),
        }  # fmt: skip
        return self._committed([], json_text(answer), call)

    def _question(self, wanted: Asked, case: dict[str, Any]) -> Question | None:
        if _objects(case) > MOST_ASKED:
            raise Problem("too-many-items", most=MOST_ASKED)
        readings = wanted.readings if wanted.rules.timeline is not None else wanted.rules.own(wanted.readings)
        found: Question | None = usable(lambda: wanted.rules.ask(case, figures=wanted.figures, readings=readings))
        return found

    def compare(self, given: Mapping[str, Any], query: Mapping[str, str]) -> Reply:
        """Two rulesets that serve, or one and a draft beside it, over some cases."""
        known(given, ("base", "amended", "cases", "figures", "readings", "by", "claim"))
        known(query, ())
        for name in ("base", "amended"):
            needed(given, name)
        names = (text_of(given, "base") or "", text_of(given, "amended") or "")
        (_, base), (_, amended) = (self.rulesets.with_drafts(name) for name in names)
        cases = needed(given, "cases")
        if not isinstance(cases, list) or not 0 < len(cases) <= self.config.items or not all(isinstance(c, dict) for c in cases):
            raise wrong_member("cases", "cases", most=self.config.items)
        options = asked(self.rulesets, {"ruleset": names[0], **{k: given[k] for k in ("figures",) if k in given}}, {})
        wanted = Wanted(tuple(texts_of(given, "by")), text_of(given, "claim") or "")
        readings = readings_of(given)
        found = _compared(lambda: report(base, amended, cases, Options(options.figures, readings), wanted, names))
        return Reply(json_text({"engine": __version__, "comparison": report_dict(found)}))

    def line(self, wanted: Asked, heading: Mapping[str, Any], text: str, call: Call) -> Reply:
        """One case of a batch, by its text."""
        return self._one(wanted, text, heading, call)

    def _one(self, wanted: Asked, case: Any, heading: Mapping[str, Any], call: Call, words: Mapping[str, Any] | None = None) -> Reply:
        logged = self.log is not None and self.log.kept
        whole = wanted.trace != "none" or wanted.receipt or logged or words is not None
        result = self._result(wanted, case, trace=whole)
        text = case if isinstance(case, str) else ""
        receipt = receipt_of(result, text or _text_of(case)) if wanted.receipt or logged else None
        answer: dict[str, Any] = {**heading, "result": _shown(result, wanted.trace)}
        if wanted.receipt:
            answer["receipt"] = receipt
        if words is not None:
            said = functools.partial(result.explain, words["lang"], words["format"], layer=words["layer"], who=words["who"], what_if=words["what_if"])
            answer["explanation"] = usable(said)
        entries = [self._entry(wanted, case, result, receipt, call)] if logged and receipt is not None else []
        return self._committed(entries, json_text(answer), call, result.status, str(heading["ruleset"]["id"]))

    def _committed(self, entries: list[dict[str, Any]], answer: str, call: Call, status: str = "", ruleset: str = "") -> Reply:
        statuses = (status,) if status else ()
        if self.log is None:
            return Reply(answer, statuses, ruleset=ruleset)
        try:
            found = self.log.commit(entries, answer, call.key, call.request)
        except OtherRequest:
            raise Problem("other-request") from None
        return Reply(found.text, statuses, found.again, ruleset)

    def _result(self, wanted: Asked, case: Any, *, trace: bool) -> Result:
        readings = wanted.readings if wanted.rules.timeline is not None else wanted.rules.own(wanted.readings)
        found: Result = usable(lambda: wanted.rules.evaluate(case, figures=wanted.figures, readings=readings, trace=trace))
        return found

    def _entry(self, wanted: Asked, case: Any, result: Result, receipt: dict[str, Any], call: Call) -> dict[str, Any]:
        """What the log keeps of a decision: its receipt, and facts only where that was asked for."""
        entry = {"request_id": call.request_id, "asked": dict(wanted.given), **receipt}
        if self.config.keep_facts and result.determination is not None:
            book = result._rules.rulebook
            masks = tuple(dict.fromkeys([*personal(book), *checked_masks(book, self.config.masks)]))
            facts = kept_facts(book, json.loads(case.removeprefix("\ufeff")) if isinstance(case, str) else case, masks)
            again = self._result(wanted, facts, trace=True)
            entry |= {"facts": facts, "masked": list(masks), "kept": receipt_of(again)["receipt"]}
            entry["results"] = results_of(again)
            entry["replayable"] = again.status == result.status and again._texts() == result._texts()
        return entry


def _answered(case: dict[str, Any], answer: Any, question: Question | None) -> dict[str, Any]:
    """The case with an answer to the question that is open: ``path`` and ``value``, or ``path`` alone for “I do not know”."""
    if not isinstance(answer, dict):
        raise wrong_member("answer", "object")
    known(answer, ("path", "value"))
    path = needed(answer, "path")
    if question is None or question.path != path:
        raise Problem("other-question", given=visible(str(path))[:80], there="–" if question is None else question.path)
    if "value" not in answer:
        return question.unknown(case)
    value = answer["value"]
    if question.type in ("list", "more") and not isinstance(value, bool | str | list | dict):
        raise wrong_member("answer.value", "items")
    return question.answered(case, value)


def _objects(value: Any) -> int:
    """How many objects a case holds."""
    if isinstance(value, dict):
        return 1 + sum(map(_objects, value.values()))
    return sum(map(_objects, value)) if isinstance(value, list) else 0


def checked_masks(book: Any, masks: Iterable[str]) -> tuple[str, ...]:
    """The masks that this ruleset has a fact for."""
    found: list[str] = []
    for mask in masks:
        try:
            found += checked(book, [mask])
        except ValueError:
            continue  # a path of another ruleset that is served
    return tuple(found)


def request_digest(route: str, query: str, data: bytes) -> str:
    return digest([route, query, digest_of_bytes(data)])


def _shown(result: Result, trace: str) -> dict[str, Any]:
    found = result.to_dict()
    if trace == "none":
        found["trace"] = []
    elif trace == "cites":
        found["trace"] = [{key: entry[key] for key in _SHOWN} for entry in found["trace"]]
    return found


def _text_of(case: Any) -> str:
    """A text for facts that could not be read; what JSON does not allow in it is null."""
    return json.dumps(case, ensure_ascii=False, sort_keys=True, default=lambda _: None)


def _compared(work: Any) -> Any:
    from ..study.comparison.breakdown import UnknownColumn
    from ..study.comparison.claims import UnknownClaim
    from .problems import wrong

    try:
        return usable(work)
    except (UnknownClaim, UnknownColumn) as error:
        raise wrong(error.message) from None
