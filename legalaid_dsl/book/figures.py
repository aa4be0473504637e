"""The figures of a ruleset as pages show them: value, time, source, and how reliable each is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import prod
from typing import Any

from ..basics.citation import Citation
from ..basics.quantity import decimal_text
from ..engine.scales import brackets_text
from ..explain.numbers import day, number
from ..explain.phrases import Phrases
from ..rulebook.model import DatedValue, KnownTotal, Rulebook, Table, Term
from .text import named


def figures(phrases: Phrases) -> list[dict[str, Any]]:
    """Terms whose values stand in the rules, each with its values in time."""
    book = phrases.rulebook
    return [
        {"key": key.replace(".", "-"), "name": phrases.title(book.terms[key].names),
         "values": [_value(phrases, book.terms[key], v) for v in values]}
        for key, values in book.figures.items()
    ]  # fmt: skip


def _value(phrases: Phrases, term: Term, value: DatedValue) -> dict[str, Any]:
    lang = phrases.lang
    if value.brackets:
        shown = brackets_text(value.brackets)
    elif isinstance(value.value, date):
        shown = day(value.value.isoformat(), lang)
    else:
        shown = phrases.value(term, decimal_text(value.value))
    return {
        "shown": shown, "from": day(value.from_date.isoformat(), lang),
        "until": day(value.to_date.isoformat(), lang) if value.to_date is not None else "", "status": value.status,
        "source": value.source[lang], "at": named(phrases.rulebook, value.citation, lang), "citation": value.citation,
    }  # fmt: skip


def tables(phrases: Phrases, asked: Mapping[str, int]) -> list[dict[str, Any]]:
    """Tables whose cells the rules ask for, with the totals that are known of them. ``asked``: how many cells a case could reach, by table."""
    book = phrases.rulebook
    return [
        {"key": t.key, "name": phrases.title(t.names), "cells": number(str(asked.get(t.key, _cells(book, t))), phrases.lang),
         "totals": [total_of(phrases, x) for x in book.totals if x.table == t.key]}
        for t in book.tables.values()
    ]  # fmt: skip


def _cells(book: Rulebook, table: Table) -> int:
    return prod(len(book.vocabularies[vocabulary].choices) for _, vocabulary in table.by)


def total_of(phrases: Phrases, total: KnownTotal) -> dict[str, Any]:
    book, lang = phrases.rulebook, phrases.lang
    columns = zip(book.tables[total.table].by, total.selection, strict=False)
    chosen = [choice.names[lang] for (_, v), keys in columns for key, choice in book.vocabularies[v].choices.items() if key in (keys or ())]
    return {
        "cells": ", ".join(chosen), "shown": number(decimal_text(total.value), lang), "status": total.status, "source": total.source[lang],
        "at": named(book, total.citation, lang), "citation": total.citation,
    }  # fmt: skip


def standing_at(found: Iterable[dict[str, Any]], citation: Citation) -> list[dict[str, Any]]:
    """Those figures, tables or totals that stand in a provision, with those of their values that do."""
    kept = []
    for one in found:
        name = "values" if "values" in one else "totals"
        if own := [v for v in one[name] if v["citation"] == citation]:
            kept.append({**one, name: own})
    return kept
