"""``legalaid ask``: a case by questions, each of which can still change the answer."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import click

from ...basics.neutral import json_text, visible
from ...basics.output import write_whole
from ..common import amend_option, at_option, kept_in, lang_option, load_rules
from ..door import Exit
from ..evaluate import ENDS
from ..options import figures_option, reading_option, readings_from, ruleset_option
from ..wording.saying import Wrong, told, wrong
from ..wording.spoken import Command


@click.command(cls=Command)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="The case file: written after every answer; what it holds already is not asked again.")  # fmt: skip
@ruleset_option
@figures_option
@reading_option
@amend_option
@at_option
@lang_option
def ask(
    out: Path | None, ruleset: str | None, figures: str | None, readings: tuple[str, ...], amendments: tuple[str, ...],
    at: datetime | None, lang: str,
) -> None:  # fmt: skip
    """Ask for a case, question by question, and explain what the rules say of it.

    Only what can still change the answer is asked; what is presumed when nothing is said is confirmed. Exit 0
    determined, 3 undetermined, 2 refused; 4 when an option or a file is wrong.
    """
    from ...api import UnknownReading
    from ...engine.tables import FiguresError

    rules = load_rules(ruleset, lang, amendments, at, kept_in())
    talk = _Talk(rules, out, lang, {"figures": figures, "readings": readings_from(readings)})
    try:
        result = talk.hold(_begun(out))
    except (FiguresError, UnknownReading) as error:
        raise Wrong(error.message) from None
    click.echo(result.explain(lang=lang))
    sys.exit(ENDS.get(result.status, Exit.OK))


def _begun(out: Path | None) -> Any:
    """What the case file holds; an empty case where there is none yet."""
    from ...cases.facts.strict_json import Refused, read_json

    if out is None or not out.exists():
        return {}
    try:
        begun = read_json(out.read_text("utf-8", "surrogateescape"))
    except Refused as error:
        raise Wrong(error.refusals[0].message) from None
    if not isinstance(begun, Mapping):
        raise wrong("no-case", path=out)
    return begun


@attrs.define(slots=True)
class _Talk:
    """Questions on standard error, answers from standard input, the case file in between."""

    rules: Any
    out: Path | None
    lang: str
    options: dict[str, Any]

    def hold(self, facts: Any) -> Any:
        """Ask until nothing can change the answer any more, or nobody answers; what the rules say then."""
        from ...asking.places import closed
        from ...asking.understood import Said

        self.say(told("begin")[self.lang])
        while (question := self.rules.ask(facts, **self.options)) is not None:
            answer = self.answer(question, facts)
            if answer is None:
                held = self.out is not None and self.out.exists()  # nothing was answered yet, else
                kept = told("kept", path=visible(str(self.out))) if held else told("nothing" if self.out is not None else "not-kept")
                self.say(f"\n{kept[self.lang]}")
                break
            facts = question.unknown(facts) if answer[0] is Said.UNKNOWN else question.answered(facts, answer[0])
            if self.out is not None:
                write_whole(self.out, json_text(facts, 2) + "\n")
        return self.rules.evaluate(closed(facts), **self.options)

    def answer(self, question: Any, facts: Any) -> tuple[Any] | None:
        """One answer that the rules can read; None where nobody answers any more."""
        from ...asking.understood import NotUnderstood, Said, understood

        self.put(question)
        while True:
            click.echo("> ", err=True, nl=False)
            line = sys.stdin.readline() if sys.stdin is not None else ""
            if not line:
                return None
            try:
                answer = understood(question, line, self.lang)
            except NotUnderstood as error:
                self.say(error.message[self.lang])
                continue
            if answer is Said.WHY:
                self.why(question)
            elif complaint := self.refused(question, facts, answer):
                self.say(complaint)
            else:
                return (answer,)

    def refused(self, question: Any, facts: Any, answer: Any) -> str:
        """Why the facts could not be read with an answer, in one line."""
        from ...asking.places import closed
        from ...asking.understood import Said
        from ...cases.facts.reader import read_facts
        from ...cases.facts.strict_json import Refused

        if answer is Said.UNKNOWN:
            return ""
        try:
            read_facts(self.rules.rulebook, closed(question.answered(facts, answer)))
        except Refused as error:
            return str(error.refusals[0].message[self.lang])
        return ""

    def put(self, question: Any) -> None:
        about = f"{visible(question.about[self.lang])}: " if question.about[self.lang] else ""
        hints = []
        if question.unit is not None:
            hints.append(told("unit", unit=question.unit[self.lang])[self.lang])
        if question.type in ("list", "more"):
            hints.append(told("list" if question.identified else "yes_or_no")[self.lang])
        if question.type == "yes_or_no":
            hints.append(told("yes_or_no")[self.lang])
        if question.type == "choices":
            hints.append(told("several")[self.lang])
        if question.presumed:
            hints.append(told("presumed", value=told("none")[self.lang])[self.lang])
        self.say("\n" + about + " ".join([question.text[self.lang], *hints]))
        for place, (key, names) in enumerate(question.choices.items(), 1):
            self.say(f"  {place}  {visible(names[self.lang] or key)}")

    def why(self, question: Any) -> None:
        from ...explain.numbers import number

        self.say(question.why[self.lang] or told("no-reason")[self.lang])
        named = {t.result.key: t.names for t in self.rules.rulebook.terms.values() if t.result is not None}
        for key, found in question.settles.items():
            low, high, left = (number(x, self.lang) for x in (found.low, found.high, found.left))
            self.say(told("settles", name=named[key][self.lang], low=low, high=high, left=left)[self.lang])

    def say(self, text: str) -> None:
        click.echo(text, err=True)
