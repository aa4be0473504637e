"""Statements in one layout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

import attrs

from ...basics.bilingual import Bilingual
from ...basics.citation import DEFINITIONS, printed_label
from .. import tree
from .expressions import NO_BREAK, WIDTH, clean
from .expressions import could_be as could_be_text
from .layout_amending import amending
from .sentences import Sentences

_STATUS: Final = {s: s.upper() for s in ("official", "secondary", "supplied", "illustrative")}


@attrs.frozen(slots=True)
class Layout(Sentences):
    """Lays out the nodes of one file in one language."""

    # -------------------------------------------------------------- pieces

    def _condition(self, node: tree.Condition | None) -> list[str]:
        text = self.printer.condition(node).strip()
        return [text] if text else []

    def heading(self, node: tree.Heading) -> str:
        w = self.w
        if isinstance(node, tree.Instrument):
            tails = self.texts(node.names)
            options = [f"{w('FROM')} {node.in_force_from.isoformat()}"] if node.in_force_from else []
            options += [f"{w('USES')} {key}" for key in node.uses]
            options += [f"{w('AMENDS')} {key}" for key in node.amends]
            options += [w("A_DRAFT")] if node.draft else []
            options += [f'{w("CITED_AS")} "{node.cited_as}"'.replace(" ", NO_BREAK)] if node.cited_as else []
            options += [w("ONLY_ENGLISH" if node.only == "en" else "ONLY_VIETNAMESE")] if node.only else []
            if options:
                tails[-1] += ","
                tails.append(", ".join(options))
            return self.sentence(f'{w("INSTRUMENT")} "{node.number}" {w("KEY_IS")} {node.key}', tails)
        if node.label == DEFINITIONS:
            return f"{w('DEFINITIONS')}."
        word = self.level(node.level)
        head = f"{word[:1].upper()}{word[1:]} {printed_label(node.label, self.printer.lang)}."
        return self.sentence(head, self.texts(node.headnote) if node.headnote else (), end="")

    # -------------------------------------------------------------- statements

    def statement(self, node: tree.Statement) -> str:
        """A sentence, laid out."""
        return clean(self._statement(node))

    def _statement(self, node: tree.Statement) -> str:
        p, w = self.printer, self.w
        match node:
            case tree.Applies(condition=condition):
                return self.sentence(f"{w('APPLIES_WHEN')} {p.expression(condition)}")
            case tree.Despite(addresses=addresses):
                return f"{w('DESPITE')} {', '.join(p.address(a) for a in addresses)}."
            case tree.Scope(thing=thing):
                return f"{w('FOR_EACH')} {p.name(thing)}:"
            case tree.Define(name=name, value=value, modifiers=modifiers, condition=condition):
                head, tails = self.comma(f"{p.name(name)} {w('IS')} {p.expression(value)}", map(p.modifier, modifiers))
                return self.sentence(head, [*tails, *self._condition(condition)])
            case tree.ByCases():
                return self._by_cases(node)
            case tree.Ground(name=name, condition=condition):
                return self.sentence(f"{p.name(name)} {w('WHEN')} {p.expression(condition)}")
            case tree.Requirement(name=name, condition=condition):
                return self.sentence(f"{p.name(name)} {w('ONLY_WHEN')} {p.expression(condition)}")
            case tree.Supports(name=name, condition=condition):
                return self.sentence(f"{w('SUPPORTS')} {p.name(name)} {w('WHEN')} {p.expression(condition)}")
            case tree.Limit(name=name, at_most=at_most, limit=limit, condition=condition):
                word = w("AT_MOST" if at_most else "AT_LEAST")
                return self.sentence(f"{p.name(name)} {word} {p.expression(limit)}", self._condition(condition))
            case tree.LeftOpen(names=names, code=code, message=message, condition=condition, could_be=could_be):
                head = ", ".join(p.name(n).replace(" ", NO_BREAK) for n in names)
                when = f"{w('WHEN')} {p.expression(condition)}"
                could = [] if could_be is None else [could_be_text(p, could_be)]
                return self.sentence(head, [f"{w('IS_LEFT_OPEN')} {code}", *self.texts(message), *could, when])
            case tree.Refuse(name=name, code=code, message=message, condition=condition):
                when = f"{w('WHEN')} {p.expression(condition)}"
                return self.sentence(f"{w('REFUSE')} {p.name(name)} {code}", [*self.texts(message), when])
            case tree.Finding(code=code, message=message, condition=condition):
                when = f"{w('WHEN')} {p.expression(condition)}"
                return self.sentence(f"{w('FINDING')} {code}", [*self.texts(message), when])
            case tree.Reading():
                return self._reading(node)
            case tree.Read(choices=choices):
                if not choices:
                    return f"{w('IN_EVERY_READING')}:"
                as_ = w("AS")
                return f"{w('READ')} {', '.join(f'{key} {as_} {choice}' for key, choice in choices)}:"
            case tree.Figure(name=name, value=value, from_date=start, to_date=end, note=note):
                period = self._period(start, end)
                return self.sentence(f"{p.name(name)} {w('IS')} {p.expression(value)} {period},", self._source(note))
            case tree.Cell(table=table, arguments=arguments, value=value, note=note):
                head = f"{w('FIGURE')} {p.name(table)} {p.list(arguments)} {w('IS')} {p.expression(value)},"
                return self.sentence(head, self._source(note))
            case tree.Figures(name=name, note=note, lines=lines):
                listed = [f"{p.expression(x.value)} {self._period(x.from_date, x.to_date)}" for x in lines]
                return self._listed(p.name(name), note, listed)
            case tree.Cells(table=table, note=note, lines=cells):
                listed = [f"{p.list(x.arguments)} {w('IS')} {p.expression(x.value)}" for x in cells]
                return self._listed(f"{w('FIGURES')} {p.name(table)}", note, listed)
            case tree.Thing() | tree.Unit() | tree.Choices() | tree.Table() | tree.Term() | tree.NamedGroup():
                return self._glossary(node)
            case _:
                return amending(self, node)

    def _by_cases(self, node: tree.ByCases) -> str:
        p = self.printer
        lines, lead = [], f"{p.name(node.name)} {self.w('IS')} "
        for branch in node.branches:
            head, tails = self.comma(f"{lead}{p.expression(branch.value)}", map(p.modifier, branch.modifiers))
            end = "." if branch is node.branches[-1] else ";"
            tails += self._condition(branch.condition)
            lines.append(self.sentence(head, tails, end, "    "))
            lead = "  "
        whole = " ".join(line.lstrip(" ") for line in lines)
        return whole if len(whole) <= WIDTH and "\n" not in whole else "\n".join(lines)

    def _period(self, start: date, end: date | None) -> str:
        return f"{self.w('FROM')} {start.isoformat()}" + (f" {self.w('TO')} {end.isoformat()}" if end else "")

    def _listed(self, head: str, note: tree.SourceNote, lines: Sequence[str]) -> str:
        """Figures of one source, a line each."""
        return "\n".join([self.sentence(f"{head},", self._source(note), end=":"), "  " + ";\n  ".join(lines) + "."])

    def _source(self, note: tree.SourceNote) -> list[str]:
        return [f"{self.w(_STATUS[note.status])} {self.w('SOURCE')} {' '.join(self.texts(note.source))}"]

    def _reading(self, node: tree.Reading) -> str:
        w = self.w
        lines = [self.sentence(f"{w('READING')} {node.key}", self.texts(node.question), end=":")]
        for choice in node.choices:
            head = f"  {choice.key}" + (f" {w('DEFAULT')}" if choice.default else "")
            tails = self.texts(choice.text)
            if choice.because is not None:
                tails += [
                    f"{w('BECAUSE')} {text}" if i == 0 else text for i, text in enumerate(self.texts(choice.because))
                ]
            if choice.carried is not None:
                tails.append(f": {self.printer.carried(choice.carried)}")
            end = "." if choice is node.choices[-1] else ";"
            lines.append(self.sentence(head, tails, end, "    ").replace('" : ', '": '))
        return "\n".join(lines)

    # -------------------------------------------------------------- glossary

    def _glossary(self, node: tree.Statement) -> str:
        w, p = self.w, self.printer
        match node:
            case tree.Thing():
                options = [f"{w('LISTED_IN')} {key}" for key in node.listed_in]
                options += [f"{w('IN_ORDER_OF')} {node.in_order_of}"] if node.in_order_of else []
                options += [w("IDENTIFIED")] if node.identified else []
                options += [w("NONE_UNLESS_STATED")] if node.none_unless_stated else []
                return self._declared(w("THING"), node.names, node.key, options)
            case tree.Unit():
                return self._declared(w("UNIT_IS"), node.names, node.key, [])
            case tree.Choices(key=key, rising=rising, items=items):
                order = f" {w('IN_RISING_ORDER')}" if rising else ""
                lines = [f"{w('CHOICES')}{order} {w('KEY_IS')} {key}:"]
                for item in items:
                    also = f" {w('ALSO')} {item.also}" if item.also else ""
                    end = "." if item is items[-1] else ";"
                    lines.append(f"  {' '.join(self.texts(item.names))} {w('KEY_IS')} {item.key}{also}{end}")
                return clean("\n".join(lines))
            case tree.Table():
                options = [f"{w('BY')} {', '.join(node.by)}", f"{w('A_NUMBER')} {node.unit}"]
                options += [f"{w('COMPLETE_FOR')} {', '.join(node.complete_for)}"] if node.complete_for else []
                return self._declared(w("TABLE"), node.names, node.key, options)
            case tree.Term():
                return self._term(node)
            case tree.NamedGroup(names=names, key=key, group=group):
                head = f"{w('GROUP')} {' '.join(self.texts(names))} {w('KEY_IS')} {key}"
                return self.sentence(head, [f"{w('IS')} {p.group(group)}"])
            case _:
                raise TypeError(type(node).__name__)

    def _declared(self, word: str, names: Bilingual, key: str, options: list[str]) -> str:
        head = f"{word} {' '.join(self.texts(names))} {self.w('KEY_IS')} {key}"
        start, tails = self.comma(head, options)
        return self.sentence(start, tails)

    def _term(self, node: tree.Term) -> str:
        w, p = self.w, self.printer
        kind = node.type
        head = f"{w('FACT' if node.fact else 'DERIVED')} {' '.join(self.texts(node.names))} {w('KEY_IS')} {node.key}"
        shown = self._type(kind)
        options = [shown]
        flags = (
            "none_unless_stated",
            "no_unless_stated",
            "each_once",
            "decisive",
            "date_of_law",
            "in_passing",
            "decided_elsewhere",
        )
        options += [w(flag.upper()) for flag in flags if getattr(node, flag)]
        options += [f"{w('AS_OF')} {p.expression(node.as_of)}"] if node.as_of is not None else []
        if node.result is not None:
            when = f" {w('WHEN')} {p.expression(node.result.condition)}" if node.result.condition is not None else ""
            options.append(f"{w('RESULT')} {node.result.key}{when}")
        start, tails = self.comma(head, options)
        if node.asked is not None:
            asked = self.texts(node.asked)
            first = " ".join([start, *tails])
            return clean("\n".join([first + ",", f"  {w('ASKED')} {asked[0]}", *(f"    {a}" for a in asked[1:])])) + "."
        return self.sentence(start, tails)

    def _type(self, kind: tree.TypeName) -> str:
        w = self.w
        match kind.kind:
            case "number" if kind.key == "percent":
                shown = w("A_PERCENTAGE")
            case "number":
                shown = w("A_NUMBER").removesuffix("" if kind.unit else " of")
                shown += f" {kind.unit}" if kind.unit else ""
                shown += f" {w('PER')} {kind.per}" if kind.per else ""
            case "scale":
                assert kind.of is not None
                shown = f"{w('A_SCALE')} {kind.of.unit}"
            case "ranges":
                assert kind.of is not None
                value = self._type(attrs.evolve(kind, kind="number", of=None))
                shown = f"{w('BY_RANGES_OF')} {self._type(kind.of)}, {value}"
            case "choice" | "choices" | "reference":
                words = {"choice": "ONE_OF", "choices": "SOME_OF", "reference": "REFERENCE_TO"}
                shown = f"{w(words[kind.kind])} {kind.key}"
                if kind.inverse is not None:
                    shown += f" {w('INVERSELY')} {' '.join(self.texts(kind.inverse))} {w('KEY_IS')} {kind.inverse_key}"
            case _:
                shown = w({"date": "A_DATE", "yes_or_no": "YES_OR_NO", "text": "SOME_TEXT"}[kind.kind])
        return shown

    # -------------------------------------------------------------- worked examples

    def example(self, node: tree.Example) -> list[tuple[tree.Node, str]]:
        """The lines of an example, each with its node (so that comments find their place)."""
        head = f"{self.w('CASE')} {node.key}."
        title = self.sentence(head, self.texts(node.text) if node.text else (), end="")
        return [(node, title), *((line, self.case_line(line)) for line in node.lines)]

    def case_line(self, node: tree.CaseLine) -> str:
        """A sentence of an example, laid out."""
        return clean(self._case_line(node))

    def _case_line(self, node: tree.CaseLine) -> str:
        w, p = self.w, self.printer
        match node:
            case tree.Like(key=key):
                return f"{w('LIKE')} {key}."
            case tree.Pair():
                return self.sentence(self._pair(node))
            case tree.GivenThing(thing=thing, identifier=identifier, owner=owner, pairs=pairs):
                head = f"{p.name(thing)} {_label(identifier)}"
                if owner is not None:
                    head += f" {w('OF')} {p.name(owner[0])} {_label(owner[1])}"
                return self.sentence(head + ":", self._pairs(pairs)) if pairs else head + ":."
            case tree.Without(name=name, identifier=identifier):
                return f"{w('WITHOUT')} {p.name(name)}" + (f" {_label(identifier)}." if identifier else ".")
            case tree.WithFigures(key=key):
                return f"{w('WITH_FIGURES')} {key}."
            case tree.WithReading(key=key, choice=choice):
                return f"{w('WITH_READING')} {key} {w('AS')} {choice}."
            case tree.ExpectStatus(status=status):
                return f"{w('EXPECT')} {w(status.upper())}."
            case tree.ExpectFinding(code=code, negated=negated):
                return f"{w('EXPECT')} {w('NO') + ' ' if negated else ''}{w('FINDING')} {code}."
            case tree.ExpectFact(pair=pair):
                return self.sentence(f"{w('EXPECT')} {self._pair(pair)}")
            case tree.ExpectThing(thing=thing, identifier=identifier, pairs=pairs):
                return self.sentence(f"{w('EXPECT')} {p.name(thing)} {_label(identifier)}:", self._pairs(pairs))
            case tree.Because(addresses=addresses, negated=negated):
                word = w("NOT_BECAUSE" if negated else "BECAUSE")
                return f"{word} {', '.join(p.address(a) for a in addresses)}."

    def _pairs(self, pairs: tuple[tree.Pair, ...]) -> list[str]:
        return ["; ".join(self._pair(x) for x in pairs)]

    def _pair(self, node: tree.Pair) -> str:
        return f"{self.printer.name(node.name)} {self.w('IS')} {', '.join(self._value(v) for v in node.values)}"

    def _value(self, node: tree.CaseValue) -> str:
        match node:
            case tree.Quantity():
                return self.printer.quantity(node)
            case tree.DateValue(value=value):
                return value.isoformat()
            case tree.Name():
                return self.printer.name(node)
            case tree.Word(kind="text", text=text):
                return f'"{text}"'
            case tree.Word(kind="identifier", text=text):
                return _label(text)
            case tree.Word(kind=kind):
                return self.w(kind.upper())


def _label(identifier: str) -> str:
    return identifier if re.fullmatch(r"[A-Za-z]+[0-9][A-Za-z0-9_-]*", identifier) else f'"{identifier}"'
