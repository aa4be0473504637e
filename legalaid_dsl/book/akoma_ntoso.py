"""The consolidated rules of one instrument as Akoma Ntoso 3.0 (OASIS LegalDocML), in one language.

Articles, clauses, points are the elements of those names, with an ``eId`` by the naming convention
(``art_3__clause_2__point_a``); the work has an identifier in the manner of ELI beside its own. What the rules refer to
and except from stands as references in the analysis. Text is the rules', never the official one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from xml.etree import ElementTree as ET

import attrs

from ..basics.citation import Citation, level_name, order_key, printed_label
from ..basics.neutral import visible
from ..rulebook.model import Instrument
from .address import eid, eli
from .gather import Law
from .making import COUNTRY
from .text import DECLARED, Printed
from .ties import ties

NAMESPACE: Final = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
SOURCE: Final = "#rules"  # who says all this: the rules, in their drafters' words
UNKNOWN_DAY: Final = "9999-01-01"  # of an instrument whose day the rules do not state, as the convention has it
_LANGUAGES: Final = {"en": "eng", "vi": "vie"}
_ELEMENTS: Final = {"article": "article", "clause": "clause", "point": "point", "sub": "subparagraph"}


def akoma_ntoso(law: Law, lang: str, instrument: str = "", country: str = COUNTRY, day: date | None = None) -> str:
    """The document as XML. ``instrument``: one that the ruleset uses, else its own; ``day``: that the text stands on.
    Raises KeyError for an instrument that it does not use."""
    own = law.rulebook.instruments[instrument or law.rulebook.id]
    maker = _Maker(law, lang, own, country, day)
    root = ET.Element("akomaNtoso", {"xmlns": NAMESPACE})
    act = ET.SubElement(root, "act", {"name": "act", "contains": "singleVersion"})
    maker.meta(act)
    maker.preface(act)
    maker.body(ET.SubElement(act, "body"))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode", short_empty_elements=True) + "\n"


@attrs.frozen(slots=True)
class _Maker:
    law: Law
    lang: str
    instrument: Instrument
    country: str
    day: date | None

    @property
    def _start(self) -> str:
        start = self.instrument.in_force_from
        return start.isoformat() if start is not None else UNKNOWN_DAY

    @property
    def _stands(self) -> str:
        """The day from which this text stands so: the last amendment's."""
        days = [s.from_date for s in self.law.steps if not s.draft]
        return self.day.isoformat() if self.day is not None else max(days).isoformat() if days else self._start

    def _work(self, key: str) -> str:
        start = self.law.rulebook.instruments[key].in_force_from
        return f"/akn/{self.country}/act/{start.isoformat() if start is not None else UNKNOWN_DAY}/{key}"

    # -------------------------------------------------------------- what it is

    def meta(self, act: ET.Element) -> None:
        meta = ET.SubElement(act, "meta")
        found = ET.SubElement(meta, "identification", {"source": SOURCE})
        work = self._work(self.instrument.key)
        expression = f"{work}/{_LANGUAGES[self.lang]}@{self._stands}"
        one = self._level(found, "FRBRWork", work, work, self._start, "inForce")
        ET.SubElement(one, "FRBRcountry", {"value": self.country})
        ET.SubElement(one, "FRBRnumber", {"value": visible(self.instrument.number)})
        ET.SubElement(one, "FRBRname", {"value": visible(self.instrument.short[self.lang])})
        two = self._level(found, "FRBRExpression", expression, expression, self._stands, "consolidation")
        ET.SubElement(two, "FRBRlanguage", {"language": _LANGUAGES[self.lang]})
        three = self._level(found, "FRBRManifestation", expression, f"{expression}.akn", self._stands, "generation")
        ET.SubElement(three, "FRBRformat", {"value": "application/akn+xml"})
        self._lifecycle(meta)
        self._analysis(meta)
        told = ET.SubElement(meta, "references", {"source": SOURCE})
        ET.SubElement(told, "original", {"eId": "original", "href": work, "showAs": visible(self.instrument.short[self.lang])})
        for i, step in enumerate(self._steps, 1):
            ET.SubElement(told, "passiveRef", {"eId": f"amending_{i}", "href": f"/akn/{self.country}/act/{step[0]}/amending_{i}", "showAs": visible(step[1])})
        ET.SubElement(told, "TLCOrganization", {"eId": "rules", "href": "/ontology/organization/rules", "showAs": visible(f"{self.law.rulebook.id} {self.law.rulebook.digest}")})

    @property
    def _steps(self) -> list[tuple[str, str]]:
        """The amendments in force: day and names."""
        return [(s.from_date.isoformat(), ", ".join(a[self.lang] for a in s.acts)) for s in self.law.steps if not s.draft]

    def _level(self, found: ET.Element, name: str, this: str, uri: str, day: str, what: str) -> ET.Element:
        level = ET.SubElement(found, name)
        ET.SubElement(level, "FRBRthis", {"value": f"{this}/!main" if name != "FRBRManifestation" else f"{this}/!main.akn"})
        ET.SubElement(level, "FRBRuri", {"value": uri})
        if name == "FRBRWork":
            ET.SubElement(level, "FRBRalias", {"name": "eli", "value": eli(Citation(self.instrument.key), self.country)})
        ET.SubElement(level, "FRBRdate", {"date": day, "name": what})
        ET.SubElement(level, "FRBRauthor", {"href": SOURCE})
        return level

    def _lifecycle(self, meta: ET.Element) -> None:
        line = ET.SubElement(meta, "lifecycle", {"source": SOURCE})
        ET.SubElement(line, "eventRef", {"eId": "event_0", "date": self._start, "source": "#original", "type": "generation"})
        for i, (day, _) in enumerate(self._steps, 1):
            ET.SubElement(line, "eventRef", {"eId": f"event_{i}", "date": day, "source": f"#amending_{i}", "type": "amendment"})

    def _analysis(self, meta: ET.Element) -> None:
        """What the rules name and except from."""
        found = [t for t in ties(self.law.rulebook) if t.kind != "use" and t.source.instrument == self.instrument.key and t.source.article]
        if found:
            told = ET.SubElement(ET.SubElement(meta, "analysis", {"source": SOURCE}), "otherReferences", {"source": SOURCE})
            for tie in found:
                to = f"{self._work(tie.target.instrument)}/!main~{eid(tie.target)}" if tie.target.instrument != self.instrument.key else f"#{eid(tie.target)}"
                ET.SubElement(told, "implicitReference", {"for": f"#{eid(tie.source)}", "href": to, "showAs": tie.kind})

    # -------------------------------------------------------------- what it says

    def preface(self, act: ET.Element) -> None:
        line = ET.SubElement(ET.SubElement(act, "preface"), "p")
        number = ET.SubElement(line, "docNumber")
        number.text = visible(self.instrument.number)
        number.tail = " "
        ET.SubElement(line, "docTitle").text = visible(self.instrument.names[self.lang])

    def body(self, body: ET.Element) -> None:
        """The provisions as a tree, in the order of the law."""
        book = self.law.rulebook
        every = {c for c in (*book.provisions, *self.law.lines) if c.instrument == self.instrument.key and c.article}
        inside: dict[Citation, list[Citation]] = {}
        for place in sorted(every, key=order_key):
            inside.setdefault(next((c for c in place.chain()[1:] if c in every), Citation(place.instrument)), []).append(place)
        printed = Printed(book, self.lang)
        top = inside.get(Citation(self.instrument.key), [])
        for place in top:
            self._provision(body, place, inside, printed)
        if not top:
            self._text(body, Citation(self.instrument.key), printed, "hcontainer", {"eId": "hcontainer_1", "name": "instrument"}, False)

    def _provision(self, into: ET.Element, place: Citation, inside: Mapping[Citation, Sequence[Citation]], printed: Printed) -> None:
        level = next(x for x in ("example", "sub", "point", "clause", "article") if getattr(place, x))
        name = _ELEMENTS.get(level, "hcontainer") if not place.defines else "hcontainer"
        given = {"eId": eid(place)} | ({"name": level if not place.defines else place.article} if name == "hcontainer" else {})
        children = inside.get(place, ())
        made = self._text(into, place, printed, name, given, bool(children))
        for child in children:
            self._provision(made, child, inside, printed)

    def _text(self, into: ET.Element, place: Citation, printed: Printed, name: str, given: dict[str, str], parent: bool) -> ET.Element:
        made = ET.SubElement(into, name, given)
        level = next((x for x in ("example", "sub", "point", "clause", "article") if getattr(place, x)), "")
        if level and not place.defines:
            ET.SubElement(made, "num").text = f"{level_name(level)[self.lang]} {printed_label(getattr(place, level), self.lang)}"
        there = self.law.rulebook.provisions.get(place)
        if there is not None and there.headnote is not None:
            ET.SubElement(made, "heading").text = visible(there.headnote[self.lang])
        lines = [printed.pieces(line, self.lang) for line in self.law.lines.get(place, ()) if not isinstance(line.node, DECLARED)]
        if lines or not parent:
            text = ET.SubElement(made, "intro" if parent else "content")
            for pieces in lines or [()]:
                _paragraph(text, "".join(part for _, part in pieces))
        return made


def _paragraph(into: ET.Element, text: str) -> None:
    """A sentence, its alternatives on lines of their own."""
    first, *others = text.split("\n")
    made = ET.SubElement(into, "p", {"class": "rule"})
    made.text = visible(first)
    for line in others:
        ET.SubElement(made, "br").tail = visible(line)
