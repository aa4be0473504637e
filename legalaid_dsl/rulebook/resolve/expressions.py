"""Written expressions to meant ones: names found, units checked, in the scope of a thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.citation import Citation
from ...basics.problem import Problem, listed, problem
from ...basics.source import Span
from ...basics.worded import said
from ...language import tree
from ...language.grammar import word_of
from ...language.recovery.words import language_name
from .. import meaning as m
from ..model import DATE, TEXT, YES_OR_NO, Type
from ..units import Unit
from .asking import Asked
from .glossary import Entry, Glossary
from .groups import aggregate
from .operations import one_of, operation, several
from .resolving import WORDS
from .scopes import steps_to
from .type_errors import mixed, no_condition, no_name, of_node, percent_missing, slashed, units_differ, wrong_sign
from .unresolved import Unresolved as Unresolved

Places = Iterable[tuple[Span, str]]
_COMPARABLE = ("<", "<=", ">", ">=", "=")


@attrs.define(slots=True)
class Resolver:
    """Resolves the expressions of one statement."""

    glossary: Glossary
    lang: str
    scope: str  # the thing in hand
    citation: Citation
    problems: list[Problem]
    addresses: Callable[[tree.Address, Citation], tuple[Citation, ...]]
    term_key: str = ""  # the term that the statement decides
    asked: Asked | None = None  # what it may ask of readings and named groups

    def moved(self, **changes: Any) -> Resolver:
        """One that resolves the same in another scope, language or provision."""
        return attrs.evolve(self, **changes)

    def fail(self, code: str, node: tree.Node, **values: Any) -> Unresolved:
        assert node.span is not None
        self.problems.append(problem(code, node.span, provision=self.citation, **values))
        return Unresolved()

    def unit_name(self, unit: Unit) -> Bilingual:
        """A unit for a reader: "metres per second"; plain numbers have none."""

        def text(lang: str) -> str:
            def name(key: str, plural: bool) -> str:
                return self.glossary.units[key][plural][lang] if key in self.glossary.units else key

            over = [name(k, True) for k, n in unit.powers for _ in range(n)]
            under = [name(k, False) for k, n in unit.powers for _ in range(-n)]
            return said(WORDS, "per")[lang].join([" × ".join(over) or said(WORDS, "no_unit")[lang], *under])

        return Bilingual(*map(text, LANGUAGES))

    def type_name(self, kind: Type) -> Bilingual:
        return self.unit_name(kind.unit) if kind.kind == "number" else said(WORDS, "types", kind.kind)

    # -------------------------------------------------------------- names

    def lookup(self, name: tree.Name, kinds: Iterable[str]) -> list[Entry]:
        wanted = tuple(kinds)
        found = [e for e in self.glossary.find(self.lang, name.words) if e.kind in wanted]
        if not found:
            raise no_name(self, name, wanted)
        return found

    def term(self, name: tree.Name, scope: str | None = None) -> m.Reference:
        """A term as reached from the scope."""
        place = self.scope if scope is None else scope
        entries = self.lookup(name, ("term",))
        ways = []
        for entry in entries:
            term = self.glossary.terms[entry.key]
            steps = steps_to(self.glossary, place, term.thing)
            if steps is not None:
                ways.append((len(steps), m.Reference(steps, entry.key)))
        if not ways:
            thing, here = self._thing_names(self.glossary.terms[entries[0].key].thing), self._thing_names(place)
            raise self.fail("out-of-reach", name, name=name.words, thing=thing, here=here)
        return min(ways, key=lambda w: w[0])[1]

    def _thing_names(self, key: str) -> Bilingual:
        """Of a thing that may not be declared: a slip in its key is a problem of its own."""
        return self.glossary.things[key].names if key in self.glossary.things else Bilingual(key, key)

    def thing(self, name: tree.Name) -> str:
        return self.lookup(name, ("thing",))[0].key

    def choice(self, name: tree.Name, vocabulary: str, also: Places = ()) -> m.Constant:
        entries = [e for e in self.glossary.find(self.lang, name.words) if e.kind == "choice" and e.vocabulary == vocabulary]
        if not entries:
            other = "vi" if self.lang == "en" else "en"
            for entry in self.glossary.find(other, name.words):
                if entry.kind == "choice" and entry.vocabulary == vocabulary:
                    own = self.glossary.words(entry, self.lang)
                    raise self.fail("name-other-language", name, found=name.words, word=own, own=language_name(self.lang))
            words = self._choices(vocabulary)
            raise self.fail("foreign-choice", name, name=name.words, near=(name.words, words), there=listed(words), also=also)
        return m.Constant(entries[0].key, vocabulary=vocabulary)

    def _choices(self, vocabulary: str) -> list[str]:
        """The choices of a list, in the words of the file's language."""
        known = self.glossary.vocabularies.get(vocabulary)
        return [c.names[self.lang] for c in known.choices.values()] if known is not None else []

    # -------------------------------------------------------------- conditions

    def condition(self, node: tree.Expression) -> m.Expression:
        meant, kind = self.expression(node)
        if kind.kind != "yes_or_no":
            raise no_condition(self, node, kind)
        return meant

    def conditions(self, nodes: Iterable[tree.Expression]) -> tuple[m.Expression, ...]:
        return tuple(self.condition(n) for n in nodes)

    # -------------------------------------------------------------- expressions

    def expression(self, node: tree.Expression, wanted: Type | None = None) -> tuple[m.Expression, Type]:
        """The meaning of a node and its type. ``wanted`` lets a bare name be a choice."""
        match node:
            case tree.Quantity():
                return self._quantity(node)
            case tree.DateValue(value=value):
                return m.Constant(value, written=node), DATE
            case tree.TextConstant(value=value):
                if wanted is not None and wanted.kind in ("choice", "choices"):
                    raise self.fail("name-quoted", node, word=value)
                return m.Constant(value, written=node), TEXT
            case tree.Operation():
                return operation(self, node, wanted)
            case tree.Path():
                return self._path(node, wanted)
            case tree.Lookup():
                return self._cells(node)
            case tree.Dated():
                return self._figure(self.lookup(node.figure, ("term",))[0].key, node.figure, node.on, node)
            case tree.OnScale():
                return self._on_scale(node)
            case tree.Scale():
                raise self.fail("list-out-of-place", node)
            case tree.Arithmetic():
                return self._arithmetic(node)
            case tree.Aggregate():
                return aggregate(self, node)
            case tree.Compare():
                return self._compare(node)
            case tree.Same():
                return self._same(node)
            case tree.Among():
                return self._among(node)
            case tree.Includes():
                return self._includes(node)
            case tree.Stated():
                return self._stated(node), YES_OR_NO
            case tree.Within():
                provisions = self.addresses(node.address, self.citation)
                return m.Within(provisions, written=node), YES_OR_NO
            case tree.Negated():
                return m.negation(self.condition(node.operand), node), YES_OR_NO
            case tree.Logic():
                return m.joined(node.kind, self.conditions(node.operands), node), YES_OR_NO
            case tree.ReadAs():
                return self.asking(node).is_read_as(self, node), YES_OR_NO
            case tree.Gives():
                return self._given(node, wanted)
            case tree.Several():
                return self._several(node, wanted)
            case tree.AsUnder():
                if not self.term_key or wanted is None:
                    raise self.fail("as-under-out-of-place", node)
                provisions = self.addresses(node.address, self.citation)
                return m.AsUnder(self.term_key, provisions, written=node), wanted

    def number(self, node: tree.Expression, unit: Unit | None = None) -> tuple[m.Expression, Unit]:
        meant, kind = self.expression(node)
        if kind.kind != "number":
            raise self.fail("no-number", node, kind=self.type_name(kind))
        if unit is not None and kind.unit != unit:
            raise units_differ(self, node, unit, kind.unit)
        return meant, kind.unit

    def _quantity(self, node: tree.Quantity) -> tuple[m.Expression, Type]:
        keys = []
        for words in (node.unit, node.per):
            if words is not None:
                entries = [e for e in self.glossary.find(self.lang, words) if e.kind == "unit"]
                if not entries:  # its declaration could be found in the text, but not be read
                    there = ", ".join(self.glossary.names(self.lang, ("unit",)))
                    raise self.fail("unknown-unit-there", node, found=words, there=there)
                keys.append(entries[0].key)
        unit = Unit.of(*keys)
        return m.Constant(node.value, unit, written=node), Type("number", unit)

    def _path(self, node: tree.Path, wanted: Type | None) -> tuple[m.Expression, Type]:
        *first, last = node.names
        if not first and wanted is not None and wanted.kind in ("choice", "choices"):
            entries = self.glossary.find(self.lang, last.words)
            if any(e.kind == "choice" and e.vocabulary == wanted.key for e in entries):
                constant = self.choice(last, wanted.key)
                return attrs.evolve(constant, written=node), Type("choice", key=wanted.key)
            if not any(e.kind == "term" for e in entries):
                self.choice(last, wanted.key)
        if not first:
            reference = self.term(last)
            found = self.glossary.terms[reference.term]
            if not found.thing:
                return self._figure(found.key, last, None, node)
            return m.Reference(reference.steps, reference.term, written=node), found.type
        # "date of replacement of predecessor": walk from the right
        steps: tuple[m.Step, ...] = ()
        scope = self.scope
        for name in reversed(node.names[1:]):
            reference = self.term(name, scope)
            term = self.glossary.terms[reference.term]
            if term.type.kind != "reference":
                raise self.fail("no-reference", name, name=name.words)
            kind = "inverse" if term.inverse_of else "reference"
            steps = (*steps, *reference.steps, m.Step(kind, term.key))  # type: ignore[arg-type]
            scope = term.type.key
        reference = self.term(node.names[0], scope)
        found = self.glossary.terms[reference.term]
        return m.Reference((*steps, *reference.steps), reference.term, written=node), found.type

    def _cells(self, node: tree.Lookup) -> tuple[m.Expression, Type]:
        table = self.glossary.tables[self.lookup(node.table, ("table",))[0].key]
        if len(node.arguments) > len(table.by):
            raise self.fail("too-many-columns", node, count=len(table.by), there=", ".join(key for key, _ in table.by))
        arguments: list[m.Expression | m.Several | None] = []
        for argument, (_, vocabulary) in zip(node.arguments, table.by, strict=False):
            wanted = Type("choice", key=vocabulary)
            items = argument.items if isinstance(argument, tree.Several) else (argument,)
            meant = []
            for item in items:
                value, kind = self.expression(item, wanted)
                if kind.kind not in ("choice", "choices") or kind.key != vocabulary:
                    there = listed(self._choices(vocabulary))
                    raise self.fail("wrong-column", item, kind=self.type_name(kind), there=there)
                meant.append(value)
            arguments.append(several(meant, None) if len(items) > 1 else meant[0])
        arguments += [None] * (len(table.by) - len(arguments))
        return m.Cells(table.key, tuple(arguments), written=node), Type("number", table.unit)

    def _figure(self, key: str, figure: tree.Name, on: tree.Name | None, node: tree.Expression) -> tuple[m.Expression, Type]:
        """A figure on a day: the one said, or its own."""
        kind = self.glossary.terms[key].type
        if kind.kind in ("scale", "ranges"):
            raise self.fail("scale-alone", figure, name=figure.words)
        return m.FigureOn(key, self.day_of(key, on, figure), written=node), kind

    def day_of(self, key: str, said: tree.Name | None, figure: tree.Name) -> m.Expression:
        """The date at which a figure is read: the one said, else the figure's own, written in the glossary's language."""
        if said is not None:
            on = self.term(said)
            if self.glossary.terms[on.term].type.kind != "date":
                raise self.fail("no-date", said)
            return on
        own = self.glossary.as_of.get(key)
        if own is None:
            raise self.fail("figure-without-date", figure, name=figure.words)
        assert own.span is not None
        meant, kind = attrs.evolve(self, lang=own.span.source.lang).expression(own, DATE)
        if kind.kind != "date":
            raise self.fail("no-date", own)
        return meant

    def _on_scale(self, node: tree.OnScale) -> tuple[m.Expression, Type]:
        """A scale gives the unit of its rates times that of the amount; ranges their own."""
        key = self.lookup(node.scale, ("term",))[0].key
        kind = self.glossary.terms[key].type
        if kind.kind not in ("scale", "ranges") or (node.inverse and kind.kind == "ranges"):
            raise self.fail("no-scale", node.scale, name=node.scale.words)
        on = self.day_of(key, node.on, node.scale)
        amount, _ = self.number(node.amount, kind.of)
        how: Any = "inverse" if node.inverse else "parts" if kind.kind == "scale" else "ranges"
        result = Type("number", kind.unit, kind.key if kind.kind == "ranges" else "")
        return m.OnScale(key, on, amount, how, written=node), result

    def _arithmetic(self, node: tree.Arithmetic) -> tuple[m.Expression, Type]:
        first, unit = self.number(node.first)
        rest = []
        before = node.first
        for sign, operand in node.rest:
            if sign == "/":
                slashed(self, before, operand)
            before = operand
            meant, other = self.number(operand)
            if sign in ("+", "-"):
                if other != unit:
                    raise mixed(self, node, (node.first, unit), (operand, other))
            else:
                unit = unit.times(other) if sign == "*" else unit.divided_by(other)
            rest.append((sign, meant))
        return m.Arithmetic(first, tuple(rest), written=node), Type("number", unit)

    def asking(self, node: tree.Node) -> Asked:
        """What a sentence may ask, where it may ask anything."""
        if self.asked is None:
            raise self.fail("reading-out-of-place", node)
        return self.asked

    def _given(self, node: tree.Gives, wanted: Type | None) -> tuple[m.Expression, Type]:
        carried, there = self.asking(node).carried(self, node, node.reading)
        if carried is None or carried.value is None:
            raise Unresolved  # said where the reading is declared
        return there.expression(carried.value, wanted)

    def _compare(self, node: tree.Compare) -> tuple[m.Expression, Type]:
        left, first = self.expression(node.left)
        right, second = self.expression(node.right, first)
        wanted = "number" if node.sign in _COMPARABLE else "date"
        for side, kind in ((node.left, first), (node.right, second)):
            if kind.kind != wanted:
                raise wrong_sign(self, node, side, first if side is node.left else second, wanted)
        percent_missing(self, first, node.right)
        percent_missing(self, second, node.left)
        if first != second:
            raise mixed(self, node, (node.left, first.unit), (node.right, second.unit))
        return m.Compare(node.sign, left, right, written=node), YES_OR_NO

    def _several(self, node: tree.Several, wanted: Type | None) -> tuple[m.Expression, Type]:
        if wanted is None or wanted.kind != "choices":
            raise self.fail("list-out-of-place", node)
        items = self._items(node.items, wanted.key)
        return several(items, node), wanted

    def _same(self, node: tree.Same) -> tuple[m.Expression, Type]:
        left, kind = self.expression(node.left)
        if isinstance(node.right, tree.Several) and kind.kind == "choice":
            texts = [n.span.text() if n.span is not None else "…" for n in (node.left, node.right)]
            word = f"{texts[0]} {word_of(self.lang, 'IS_NOT_AMONG' if node.negated else 'IS_AMONG')} {texts[1]}"
            raise self.fail("is-with-several", node, word=word)
        right, other = self.expression(node.right, kind)
        if kind.kind == other.kind == "number":
            left_text, right_text = (n.span.text() if n.span is not None else "" for n in (node.left, node.right))
            word = f"{left_text} = {right_text}"
            raise self.fail("is-with-numbers", node, word=f"{word_of(self.lang, 'NOT')} {word}" if node.negated else word)
        if kind.kind == "choices" and node.left.span is not None:
            raise self.fail("is-with-list", node, name=node.left.span.text(), also=of_node(self, node.left))
        if kind.kind in ("number", "yes_or_no", "choices") or kind != other:
            raise self.fail("not-comparable", node, left=self.type_name(kind), right=self.type_name(other))
        return m.Same(left, right, node.negated, written=node), YES_OR_NO

    def _items(self, nodes: tuple[tree.Expression, ...], key: str) -> list[m.Expression]:
        found = []
        for item in nodes:
            meant, kind = self.expression(item, Type("choice", key=key))
            if kind.kind not in ("choice", "choices") or kind.key != key:
                there = listed(self._choices(key))
                raise self.fail("wrong-column", item, kind=self.type_name(kind), there=there)
            found.append(meant)
        return found

    def _among(self, node: tree.Among) -> tuple[m.Expression, Type]:
        value, kind = self.expression(node.value)
        if kind.kind == "choices" and node.value.span is not None:
            raise self.fail("is-with-list", node, name=node.value.span.text(), also=of_node(self, node.value))
        if kind.kind in ("date", "text"):
            return one_of(self, node, value, kind), YES_OR_NO
        if kind.kind != "choice":
            raise self.fail("no-choice", node.value)
        items = self._items(node.items, kind.key)
        keys = frozenset(str(i.value) for i in items if isinstance(i, m.Constant))
        return m.Among(value, keys, node.negated, written=node), YES_OR_NO

    def _includes(self, node: tree.Includes) -> tuple[m.Expression, Type]:
        value, kind = self.expression(node.value)
        if kind.kind != "choices":
            raise self.fail("no-list", node.value)
        items = self._items(node.items, kind.key)
        keys = frozenset(str(i.value) for i in items if isinstance(i, m.Constant))
        terms = tuple(i for i in items if not isinstance(i, m.Constant))
        return m.Includes(value, keys, terms, written=node), YES_OR_NO

    def _stated(self, node: tree.Stated) -> m.Stated:
        value, _ = self.expression(node.value)
        counted = isinstance(value, m.Aggregate) and value.kind == "number" and value.group.where is None
        if not isinstance(value, m.Reference) and not counted:
            raise self.fail("nothing-to-state", node.value)
        return m.Stated(value, node.negated, node.required, written=node)
