"""The list of payments of a centre: who is paid how much for which file, with totals; what is not in it, and what to check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from ..basics.neutral import visible
from ..basics.quantity import grouped, parse_decimal
from ..explain.numbers import number
from ..rulebook.model import ROOT, Rulebook, Term
from .across import Files, Found, Person
from .appendices import first_up
from .record import CasePapers, Json, office_lines, short_day
from .said import of_ruleset, say, words
from .workbook import Sheet, Workbook


@attrs.frozen
class Payment:
    """One person in one file. ``numbers``: the results by their keys, None where they are not determined."""

    case_id: str
    who: Person
    about: str
    numbers: Mapping[str, Fraction | None]


@attrs.frozen
class Left:
    case_id: str
    reason: str


@attrs.define
class PaymentList:
    """``columns``: the results that a row shows; the last is the amount that is added up."""

    book: Rulebook
    lang: str
    month: str
    columns: tuple[Term, ...]
    payments: list[Payment]
    left: list[Left]
    found: list[Found]
    office: Mapping[str, str]
    reliability: str

    @property
    def total(self) -> Fraction:
        return sum((p.numbers[self.money] or Fraction(0) for p in self.payments), Fraction(0))

    @property
    def money(self) -> str:
        last = self.columns[-1].result
        assert last is not None
        return last.key

    def by_person(self) -> list[tuple[Person, int, Fraction]]:
        """Everybody once, with how many files and how much in all."""
        found: dict[tuple[str, str], list[Payment]] = {}
        for payment in self.payments:
            found.setdefault((payment.who.by, payment.who.key), []).append(payment)
        return [(p[0].who, len(p), sum((x.numbers[self.money] or Fraction(0) for x in p), Fraction(0))) for p in found.values()]


def list_of(
    papers: Iterable[CasePapers], lang: str, *, month: str = "", same_ids: bool = False, office: Mapping[str, str] | None = None
) -> PaymentList:
    """The list of some decided cases (one at least); of a ``month`` (2026-09) only those whose day of law lies in it. A file that
    comes again is not paid again. What is to be checked is looked for in all that were given."""
    given = list(papers)
    book = given[0].phrases.rulebook
    own = of_ruleset(book)
    files = Files(book, own, same_ids)
    payee, columns = _payees(book)
    payments: list[Payment] = []
    left: list[Left] = []
    first: dict[str, Mapping[str, Any]] = {}
    weakest = ""
    for place, paper in enumerate(given):
        found = paper.result.to_dict()
        again = found["case_id"] in first
        first.setdefault(found["case_id"] or f"/{place}", paper.facts)
        reason = say("papers", "again", lang) if again else _reason(paper, found, month, lang)
        if reason:
            left.append(Left(visible(found["case_id"] or ""), reason))
            continue
        weakest = _weaker(weakest, found["reliability"] or "")
        people = {p.id: p for p in paper.view.people}
        for item in found.get(payee) or ():
            numbers = {t.result.key: _exact(item.get(t.result.key)) for t in columns if t.result is not None}
            who = files.person(place, paper.facts, payee, item["id"])
            payments.append(Payment(visible(found["case_id"] or ""), who, visible(people[item["id"]].about), numbers))
    twice = files.cases_twice([p.facts for p in given])
    return PaymentList(book, lang, month, columns, payments, left, [*twice, *files.found(first.values())], office or {}, weakest)


def _payees(book: Rulebook) -> tuple[str, tuple[Term, ...]]:
    """The things that have a result of the key that the case's last result has, and their results that are numbers."""
    last = [t.result.key for t in book.terms_of(ROOT) if t.result is not None][-1]
    for thing in book.things:
        terms = [t for t in book.terms_of(thing) if t.result is not None and t.type.kind == "number"]
        if thing != ROOT and any(t.result is not None and t.result.key == last for t in terms):
            rest = [t for t in terms if t.result is not None and t.result.key != last and t.result.condition is None]
            return thing, (*rest, *(t for t in terms if t.result is not None and t.result.key == last))
    raise LookupError(last)


def _reason(paper: CasePapers, found: Mapping[str, Any], month: str, lang: str) -> str:
    """Why a case is not in the list; "" where it is."""
    if found["status"] == "refused":
        said = found["findings"][0]["message"][lang] if found["findings"] else ""
        return f"{say('papers', 'refused', lang)}: {visible(said)}" if said else say("papers", "refused", lang)
    if month and not found["law_at"]:
        return say("papers", "no_day", lang)
    if month and not found["law_at"].startswith(month):
        return say("papers", "other_month", lang, day=short_day(found["law_at"], lang))
    if found["status"] == "undetermined":
        return paper.state
    return ""


def _exact(value: Any) -> Fraction | None:
    return parse_decimal(value) if isinstance(value, str) else None


def _weaker(one: str, other: str) -> str:
    order = ["", "official", "secondary", "supplied", "illustrative"]
    return max(one, other, key=order.index)


# ------------------------------------------------------------ as texts, and as a workbook


def as_texts(listed: PaymentList) -> Json:
    """The list for a printed page."""
    lang = listed.lang
    heads = [_head(listed.book, t, lang) for t in listed.columns]
    return {
        "lang": lang, "t": words("papers", lang), "office": office_lines(listed.office),
        "month": say("papers", "month", lang, month=_month(listed.month)) if listed.month else "",
        "ruleset": visible(listed.book.instruments[listed.book.id].names[lang]),
        "warning": _warning(listed), "columns": heads,
        "rows": [
            {"case_id": p.case_id, "name": visible(p.who.name), "about": p.about,
             "cells": [grouped(v, lang) if (v := p.numbers[t.result.key if t.result else ""]) is not None else "–" for t in listed.columns]}
            for p in listed.payments
        ],
        "total": grouped(listed.total, lang), "of_them": say("papers", "of_them", lang, count=len(listed.payments)),
        "people": [{"name": visible(w.name), "count": str(n), "amount": grouped(a, lang)} for w, n, a in listed.by_person()],
        "left": [{"case_id": x.case_id, "reason": x.reason} for x in listed.left],
        "check": [_checked(f, lang) for f in listed.found],
    }  # fmt: skip


def _month(month: str) -> str:
    year, _, of_year = month.partition("-")
    return f"{of_year}/{year}"


def _head(book: Rulebook, term: Term, lang: str) -> str:
    unit = next((book.units[k][1][lang] for k, n in term.type.unit.powers if n > 0), "")
    name = term.names[lang]
    return first_up(name) + (f" ({unit})" if unit and unit not in name else "")


def _warning(listed: PaymentList) -> str:
    return say("across", listed.reliability, listed.lang) if listed.reliability in ("illustrative", "supplied") else ""


def _checked(found: Found, lang: str) -> Json:
    """One thing to look at, in words."""
    who = visible(found.who.name) if found.who is not None else ""
    day = short_day(found.day, lang) if found.day else ""
    lines = [f"{visible(x.case_id)}: {visible(x.id)}" for x in found.lines] or [visible(c) for c in found.cases]
    hours = number(found.hours, lang) if found.hours else ""
    cases = len(dict.fromkeys(x.case for x in found.lines))
    text = say("across", found.kind, lang, who=who, day=day, hours=hours, count=len(found.cases), cases=cases)
    known = say("across", f"by_{found.who.by}" if found.who.by in ("code", "name", "id") else "by_label", lang, label=found.who.by) if found.who else ""
    return {"text": text, "lines": "; ".join(lines), "known_by": known}


def workbook(listed: PaymentList) -> bytes:
    """The list as a workbook: amounts and totals are numbers, names are texts, no cell is a formula."""
    lang = listed.lang
    made = Workbook("payments", listed.book.id, lang, month=listed.month)
    _rows(made.sheet(say("papers", "payments", lang), landscape=True), listed)
    people = made.sheet(say("papers", "people", lang))
    _head_of(people, [say("papers", k, lang) for k in ("person", "known_by", "count")] + [_head(listed.book, listed.columns[-1], lang)])
    for row, (who, count, amount) in enumerate(listed.by_person(), 1):
        people.text(row, 0, who.name, "cell")
        people.text(row, 1, say("across", f"by_{who.by}" if who.by in ("code", "name", "id") else "by_label", lang, label=who.by), "cell")
        people.number(row, 2, count, "whole")
        people.number(row, 3, amount, "whole")
    people.widths([40, 30, 10, 22])
    check = made.sheet(say("papers", "check", lang))
    _head_of(check, [say("papers", k, lang) for k in ("finding", "file", "known_by")])
    for row, one in enumerate(as_texts(listed)["check"] or [{"text": say("papers", "none_found", lang), "lines": "", "known_by": ""}], 1):
        for column, key in enumerate(("text", "lines", "known_by")):
            check.text(row, column, one[key], "cell")
    check.widths([60, 50, 30])
    left = made.sheet(say("papers", "left", lang))
    _head_of(left, [say("papers", k, lang) for k in ("case", "reason")])
    for row, gone in enumerate(listed.left, 1):
        left.text(row, 0, gone.case_id, "cell")
        left.text(row, 1, gone.reason, "cell")
    left.widths([34, 70])
    return made.bytes()


def _head_of(sheet: Sheet, heads: list[str]) -> None:
    for column, head in enumerate(heads):
        sheet.text(0, column, head, "head")
    sheet.page.freeze_panes(1, 0)
    sheet.page.repeat_rows(0)


def _rows(sheet: Sheet, listed: PaymentList) -> None:
    lang, texts = listed.lang, as_texts(listed)
    heads = [say("papers", "line", lang), say("papers", "case", lang), say("papers", "person", lang), say("papers", "kind", lang), *texts["columns"]]
    last = len(heads) - 1
    sheet.merged(0, 0, last, listed.office.get("head", ""), "office")
    sheet.merged(1, 0, last, " · ".join(x for x in (texts["t"]["payments"], texts["month"]) if x), "title")
    sheet.merged(2, 0, last, texts["warning"], "note")
    for column, head in enumerate(heads):
        sheet.text(3, column, head, "head")
    for row, (payment, text) in enumerate(zip(listed.payments, texts["rows"], strict=True), 4):
        sheet.number(row, 0, row - 3, "whole")
        for column, key in enumerate(("case_id", "name", "about"), 1):
            sheet.text(row, column, text[key], "cell")
        for column, term in enumerate(listed.columns, 4):
            value = payment.numbers[term.result.key] if term.result is not None else None
            if value is None:
                sheet.text(row, column, "–", "cell")
            else:
                sheet.number(row, column, value, "whole" if column == last else "number")
    end = 4 + len(listed.payments)
    sheet.merged(end, 0, last - 1, f"{texts['t']['total']} {texts['of_them']}", "sum text")
    sheet.number(end, last, listed.total, "sum")
    sheet.merged(end + 1, 0, last, texts["t"]["own_words"] if listed.office.get("head") else "", "note")
    sheet.widths([6, 24, 34, 34, *(16 for _ in listed.columns[:-1]), 20])
    sheet.page.freeze_panes(4, 0)
    sheet.page.repeat_rows(3)

