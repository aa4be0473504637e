"""Coverage as a page that shows the law: headings, headnotes, the sentences, and what examples decide.

The page stands by itself: no script, no font and no picture is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs

from ...basics.citation import Citation, level_name, printed_label
from ...basics.quantity import grouped
from ...cases.case_file import WorkedCase
from ...engine.scales import brackets_text
from ...explain.render import fill
from ...language import tree
from ...language.grammar import word_of
from ...language.printing.expressions import clean
from ...language.printing.layout import Layout
from ...rulebook.model import Rule, Rulebook
from ...rulebook.wording import printer, wording
from .survey import STATES, Boundary, Coverage, Covered, Sentence

TEMPLATES: Final = Path(__file__).parent.parent / "templates"


def coverage_page(found: Coverage, lang: str) -> str:
    """The page in one language."""
    maker = _Maker(found.rulebook, lang)
    page = {
        "lang": lang, "digest": found.rulebook.digest, "examples": found.examples,
        "title": found.rulebook.instruments[found.rulebook.id].names[lang],
        "counts": [(state, found.count(state)) for state in STATES], "binding": len(found.binding),
        "decided": sum(1 for p in found.binding if p.decided_by), "boundaries": len(found.boundaries),
        "tested": sum(1 for b in found.boundaries if b.tested),
        "sentences": sum(len(p.sentences) for p in found.binding),
        "worked": sum(1 for p in found.binding for s in p.sentences if s.held),
        "instruments": maker.instruments(found.provisions),
    }  # fmt: skip
    return fill(TEMPLATES, "coverage", "html", page=page)


@attrs.frozen(slots=True)
class _Maker:
    rulebook: Rulebook
    lang: str

    def _article(self, at: Citation) -> str:
        name = Citation("", at.article).name(self.lang)
        return name[:1].upper() + name[1:]

    def instruments(self, provisions: Iterable[Covered]) -> list[dict[str, Any]]:
        """The law as it is read: instruments, articles, and what stands in each."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for covered in provisions:
            at = covered.provision.citation
            articles = found.setdefault(at.instrument, {})
            article = articles.setdefault(
                at.article, {"label": self._article(at), "rows": []}
            )
            row = self.row(covered)
            if not at.clause and not at.point and not at.example:
                article["headnote"] = row["headnote"]
                row["label"] = row["headnote"] = ""
                if not row["binding"]:
                    continue
            article["rows"].append(row)
        return [
            {
                "name": self.rulebook.instruments[key].names[self.lang],
                "number": self.rulebook.instruments[key].number,
                "articles": [
                    {"headnote": "", **a, "marked": [r for r in a["rows"] if r["binding"]]} for a in articles.values()
                ],
            }
            for key, articles in found.items()
        ]

    def row(self, covered: Covered) -> dict[str, Any]:
        """One provision: its label, its words, its state."""
        at = covered.provision.citation
        headnote = covered.provision.headnote
        conditions = [*dict.fromkeys(self._heading(at, r) for s in covered.sentences for r in s.rules)]
        return {
            "id": at.path.replace("/", "-"), "level": self._level(at), "label": self._label(at),
            "full": self.rulebook.cite(at, self.lang), "headnote": headnote[self.lang] if headnote is not None else "",
            "binding": covered.binding, "state": covered.state, "examples": len(covered.decided_by),
            "instance": self._title(covered.shown_by),
            "conditions": [c for c in conditions if c], "heading": [self.boundary(b) for b in covered.heading],
            "sentences": [self.sentence(s) for s in covered.sentences], "figures": self.figures(at),
        }  # fmt: skip

    @staticmethod
    def _level(at: Citation) -> str:
        return next((x for x in ("example", "sub", "point", "clause") if getattr(at, x)), "article")

    def _label(self, at: Citation) -> str:
        level = self._level(at)
        label = getattr(at, level)
        return f"{level_name(level)[self.lang]} {printed_label(label, self.lang)}"

    def _heading(self, at: Citation, rule: Rule) -> str:
        """What the heading itself says of when it applies."""
        own = [wording(self.rulebook, c)[self.lang] for place, c in rule.applies if place == at]
        return typeset(f"{word_of(self.lang, 'APPLIES_WHEN')} {own[0]}.") if own else ""

    def sentence(self, sentence: Sentence) -> dict[str, Any]:
        readings = [(key, choice) for key, choice in sentence.rules[0].readings]
        names = [self.rulebook.readings[k].choices[c].text[self.lang] for k, c in readings]
        return {
            "text": self._text(sentence.rules[0]), "state": sentence.state, "readings": names,
            "boundaries": [self.boundary(b) for b in sentence.boundaries],
        }  # fmt: skip

    def _text(self, rule: Rule) -> str:
        """The sentence as it is written, in the page's language; what is found or refused by its message."""
        node = rule.written
        assert node is not None
        assert node.span is not None
        p = printer(self.rulebook.glossary, node.span.source.lang, self.lang)
        if isinstance(node, tree.Refuse | tree.Finding | tree.LeftOpen):
            word = {"finding": "FINDING", "refuse": "REFUSE", "open": "IS_LEFT_OPEN"}[rule.kind]
            names = ", ".join(p.name(n) for n in node.names) + " " if isinstance(node, tree.LeftOpen) else ""
            text = (
                f"{names}{word_of(self.lang, word)}: {node.message[self.lang].rstrip('.')} " if node.message else names
            )
            text += f"– {word_of(self.lang, 'WHEN')} {clean(p.expression(node.condition))}."
        else:
            text = Layout(p).statement(node)
        text = typeset(" ".join(text.split()))
        return text[:1].upper() + text[1:]

    def _title(self, case: WorkedCase | None) -> str:
        """What an example says that it is about, else its key."""
        if case is None:
            return ""
        return case.node.text[self.lang] if case.node.text is not None else case.key

    def boundary(self, boundary: Boundary) -> dict[str, Any]:
        """The comparison with its three sides: (side, examples there, whether one is wanted there)."""
        one_sided = bool(boundary.at) and not boundary.tested
        sides = (("below", boundary.below), ("at", boundary.at), ("above", boundary.above))
        wanted = [(side, n, not n and (side == "at" or one_sided)) for side, n in sides]
        return {"words": typeset(boundary.words[self.lang]), "tested": boundary.tested, "sides": wanted}

    def figures(self, at: Citation) -> list[str]:
        """The figures that stand in a provision, with their time and source."""
        found = []
        for key, values in self.rulebook.figures.items():
            for value in values:
                if value.citation == at:
                    until = f" – {value.to_date.isoformat()}" if value.to_date is not None else " –"
                    name = self.rulebook.terms[key].names[self.lang]
                    number = brackets_text(value.brackets) if value.brackets else value.value.isoformat() if isinstance(value.value, date) else grouped(value.value, self.lang)
                    found.append(
                        f"{name[:1].upper()}{name[1:]}: {number} ({value.from_date.isoformat()}{until}; {value.source[self.lang]})"
                    )
        for total in self.rulebook.totals:
            if total.citation == at:
                table = self.rulebook.tables[total.table]
                number = grouped(total.value, self.lang)
                name = table.names[self.lang]
                found.append(
                    f"{name[:1].upper()}{name[1:]}{self._cell(total.table, total.selection)}: {number} ({total.source[self.lang]})"
                )
        return found

    def _cell(self, table: str, selection: tuple[tuple[str, ...] | None, ...]) -> str:
        columns = zip(self.rulebook.tables[table].by, selection, strict=False)
        names = [
            self.rulebook.vocabularies[v].choices[key].names[self.lang]
            for (_, v), keys in columns
            for key in keys or ()
        ]
        return f" ({', '.join(names)})" if names else ""


def typeset(text: str) -> str:
    """Signs as they are printed, not as they are typed."""
    for typed, printed in ((">=", "≥"), ("<=", "≤"), (" - ", " − ")):
        text = text.replace(typed, printed)
    return text
