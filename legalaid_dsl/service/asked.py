"""What a request asks for: read strictly, each member known and of its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import attrs

from ..api import Rules, UnknownReading
from ..basics.worded import beside
from ..cases.facts.strict_json import Refused, plain, read_json
from ..explain.masking import UnknownPath
from ..explain.render import UnknownPerson
from ..receipts.receipt import figures_digest
from .problems import Problem, wrong, wrong_member
from .rulesets import Rulesets, Served

_SAY: Final = beside(__file__)
TRACES: Final = ("none", "cites", "full")
YES_NO: Final = ("true", "false")


@attrs.frozen(slots=True)
class Asked:
    """Under which rules a case is decided, and how much of the result is wanted. ``given``: what the log says of it."""

    served: Served
    rules: Rules
    figures: Any
    readings: Mapping[str, str]
    trace: str
    receipt: bool
    given: Mapping[str, Any]
    whole: Rules  # of every day, which is what is pinned

    def heading(self, engine: str) -> dict[str, Any]:
        """What every answer repeats."""
        book = self.whole.rulebook
        ready = self.rules.prepared(self.rules.own(self.readings))
        return {
            "engine": engine, "ruleset": {"id": book.id, "digest": book.digest, "meaning": self.whole.meaning},
            "figures": {"choice": self.given["figures"], "digest": figures_digest(self.rules.figures(self.figures))},
            "readings": dict(ready.readings), "law_at": self.given["law_at"],
        }  # fmt: skip


OPTIONS: Final = ("ruleset", "pin", "figures", "readings", "law_at")


def body(data: bytes) -> dict[str, Any]:
    """A JSON object; its numbers with fractions are kept for the reader of facts to refuse. Raises Problem."""
    try:
        found = read_json(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Problem("no-json", why=_SAY("not_utf", byte=error.start)) from None
    except Refused as error:
        raise Problem("no-json", why=error.refusals[0].message) from None
    if not isinstance(found, dict):
        raise Problem("no-json", why="")
    return found


def known(given: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Raises Problem for a member that there is not."""
    for name in given:
        if name not in names:
            raise Problem("unknown-member", name=str(name)[:40], known=", ".join(names))


def asked(rulesets: Rulesets, given: Mapping[str, Any], query: Mapping[str, str]) -> Asked:
    """The options of a request: members ``OPTIONS`` of its body, ``trace`` and ``receipt`` of its query. Raises Problem."""
    name = text_of(given, "ruleset")
    if name:
        served, rules = rulesets.with_drafts(name)
    else:
        served = rulesets.get(None)
        rules = served.rules
    pin = object_of(given, "pin")
    known(pin, ("ruleset", "figures"))
    _pinned(pin, "ruleset", (rules.rulebook.digest, rules.meaning))
    day = _day(given)
    whole, rules = rules, rules.at(day) if day is not None else rules
    choice = text_of(given, "figures")
    if choice not in served.figures:
        raise wrong_member("figures", "one_of", there=", ".join(str(c) for c in served.figures if c))
    tables, digest = served.figures[choice]
    _pinned(pin, "figures", (digest,))
    readings = readings_of(given)
    _check_readings(rules, readings)
    options = {"ruleset": name or served.key, "figures": choice, "readings": readings, "law_at": day.isoformat() if day else None}
    return Asked(served, rules, tables, readings, one_of(query, "trace", TRACES), one_of(query, "receipt", YES_NO, "false") == "true", options, whole)


def from_query(query: Mapping[str, str], many: list[str]) -> dict[str, Any]:
    """The options of a batch, which has them in its query: ``reading=ID=CHOICE`` as often as wanted."""
    known(query, ("ruleset", "pin_ruleset", "pin_figures", "figures", "reading", "law_at", "trace", "receipt"))
    found: dict[str, Any] = {key: query[key] for key in ("ruleset", "figures", "law_at") if key in query}
    found["pin"] = {key: query[f"pin_{key}"] for key in ("ruleset", "figures") if f"pin_{key}" in query}
    found["readings"] = {}
    for text in many:
        key, mark, choice = text.partition("=")
        if not mark:
            raise wrong_member("reading", "reading")
        found["readings"][key] = choice
    return found


def one_of(query: Mapping[str, Any], name: str, choices: tuple[str, ...], default: str | None = None) -> str:
    found = query.get(name)
    if found is None:
        return default or choices[0]
    if found not in choices:
        raise wrong_member(name, "one_of", there=", ".join(choices))
    return str(found)


def needed(given: Mapping[str, Any], name: str) -> Any:
    if given.get(name) is None:
        raise Problem("missing-member", name=name)
    return given[name]


def yes_of(given: Mapping[str, Any], name: str) -> bool:
    found = given.get(name)
    if found is not None and not isinstance(found, bool):
        raise wrong_member(name, "yes_or_no")
    return found is True


def case_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The case of a request; whether it can be used as facts is for the result to say."""
    needed(given, "case")
    return object_of(given, "case")


def repeated(case: dict[str, Any]) -> dict[str, Any]:
    """A case that the answer repeats: one with what no facts in JSON can hold, and JSON could not give back, is not taken."""
    try:
        plain(case)
    except Refused as error:
        raise wrong(error.refusals[0].message) from None
    return case


def usable(work: Callable[[], Any]) -> Any:
    """What the work gives; a choice that the rules do not have is a problem of the request."""
    try:
        return work()
    except (UnknownPath, UnknownPerson, UnknownReading) as error:
        raise wrong(error.message) from None


def readings_of(given: Mapping[str, Any]) -> dict[str, str]:
    found = object_of(given, "readings")
    for key, choice in found.items():
        if not isinstance(choice, str):
            raise wrong_member(f"readings.{key[:40]}", "text")
    return found


def _check_readings(rules: Rules, readings: Mapping[str, str]) -> None:
    every = [r for _, r in rules.timeline.periods] if rules.timeline is not None else [rules]
    for key, choice in readings.items():
        having = [r for r in every if key in r.rulebook.readings] or every[-1:]
        usable(lambda having=having, key=key, choice=choice: having[-1].prepared({key: choice}))  # type: ignore[misc]


def _pinned(pin: Mapping[str, Any], what: str, there: tuple[str, ...]) -> None:
    given = pin.get(what)
    if given is not None and given not in there:
        raise Problem("other-digest", what=what, given=str(given)[:80], there=there[-1], more={"there": list(there)})


def text_of(given: Mapping[str, Any], name: str) -> str | None:
    found = given.get(name)
    if found is not None and not isinstance(found, str):
        raise wrong_member(name, "text")
    return found


def texts_of(given: Mapping[str, Any], name: str) -> list[str]:
    found = given.get(name)
    if found is not None and not (isinstance(found, list) and all(isinstance(one, str) for one in found)):
        raise wrong_member(name, "texts")
    return found or []


def object_of(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = given.get(name)
    if found is not None and not isinstance(found, dict):
        raise wrong_member(name, "object")
    return found or {}


def _day(given: Mapping[str, Any]) -> date | None:
    text = text_of(given, "law_at")
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise wrong_member("law_at", "day") from None
