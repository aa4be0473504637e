"""What is read by the grammar and what is made of it: long chains, conflicts, slow patterns, printed code, names (X02-X04, X08, X09)."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.keywords import surface, word_of
from legalaid_dsl.basics.problem import Problem
from legalaid_dsl.language.grammar import build_parser, declared_names
from legalaid_dsl.rulebook.load import examine
from legalaid_dsl.workbench.rewrite import glossary_for, rewrite
from tests.counting import calls
from tests.hardening.steps import Steps, TooMany

Examine = Callable[[str | bytes], list[Problem]]
Write = Callable[[str | bytes], Path]
OK = "pay is 1 hour.\n"
EACH: list[Any] = ["interpreter", *["rows"] * 4]  # rows are printed when they have been asked for often enough


# ------------------------------------------------------------------ X02: long, and not nested


@pytest.mark.parametrize("word", ["or", "and"])
@pytest.mark.parametrize("count", [900, 10_000])
def test_x02_conditions_side_by_side_work(write: Write, word: str, count: int) -> None:
    flat = f" {word} ".join(["urgent"] * count)
    rules = la.load(write(f"pay is 1 hour when {flat}.\npay is 2 hours otherwise.\n"))
    for by in EACH:
        assert rules.evaluate({"urgent": True}, by=by).pay == "1"
        assert rules.evaluate({"urgent": False}, by=by).pay == "2"


@pytest.mark.parametrize(("sign", "value"), [("+", "1000"), ("−", "-999.8")])
def test_x02_ten_thousand_summands_work(write: Write, sign: str, value: str) -> None:
    rules = la.load(write("pay is " + f" {sign} ".join(["time"] * 10_000) + ".\n"))
    for by in EACH:
        assert rules.evaluate({"time": "0.1"}, by=by).pay == value


@pytest.mark.long
@pytest.mark.parametrize("flat", ["urgent or " * 9_999 + "urgent", "time > " + "1 hour + " * 9_999 + "1 hour"])
def test_x02_long_sentences_are_laid_out_translated_explained_and_kept(write: Write, tmp_path: Path, flat: str) -> None:
    folder = write(f"pay is 1 hour when {flat}.\npay is 2 hours otherwise.\n")
    file = folder / "a.law"
    glossary = glossary_for(file)
    assert rewrite(file, glossary)
    file.write_text(rewrite(file, glossary, "vi"), "utf-8")
    rules = la.load(folder, keep=tmp_path)
    again = la.load(folder, keep=tmp_path)
    case = {"urgent": False, "time": "1"}
    assert rules.evaluate(case).pay == again.evaluate(case).pay == "2"
    assert "2 giờ" in again.evaluate(case).explain("vi")


def test_x02_twenty_thousand_summands_are_decided_or_refused_in_words(write: Write) -> None:
    rulebook, found = examine(write("pay is " + " + ".join(["time"] * 20_000) + ".\n"))
    assert rulebook is not None or [p.code for p in found if not p.warning]
    if rulebook is not None:
        assert la.Rules(rulebook).evaluate({"time": "0.1"}).pay == "2000"


# ------------------------------------------------------------------ X03, X04: the grammar and its patterns


@pytest.mark.long
@pytest.mark.parametrize("lang", ["en", pytest.param("vi", marks=pytest.mark.long)])  # minutes: its words have many marks
def test_x03_the_grammar_is_lalr_without_any_conflict(rules: la.Rules, lang: str) -> None:
    pytest.importorskip("interegular")
    parser = build_parser(lang, rules.rulebook.glossary.lexicon(), strict=True)
    assert (parser.options.parser, parser.options.strict) == ("lalr", True)


def test_x03_nothing_is_parsed_by_another_kind_of_parser(root: Path) -> None:
    text = "".join(file.read_text("utf-8") for file in (root / "legalaid_dsl").rglob("*.py"))
    assert set(re.findall(r"parser=\"(\w+)\"", text)) == {"lalr"}
    assert "earley" not in text.lower()


def test_x03_what_reading_costs_grows_with_the_text(problems: Examine) -> None:
    def cost(count: int) -> int:
        return calls(lambda: problems("pay is " + "time + (time × 2) − " * count + "1 hour.\n"))

    cost(10)
    assert cost(800) < 2.6 * cost(400)


def patterns() -> dict[str, str]:
    """Every terminal, in both tongues, and every pattern kept by a module that reads text."""
    names = declared_names('fact en "time spent | times" vi "thời gian" key a.\nunit en "hour" vi "giờ" key b.\n')
    found = {f"{lang} {t.name}": t.pattern.to_regexp() for lang in ("en", "vi") for t in build_parser(lang, names).terminals}
    for room in ("basics", "language", "rulebook", "cases"):
        package = importlib.import_module(f"legalaid_dsl.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    found[f"{module.name} {name}"] = value.pattern
    return found


PUMPED = ["a", "1", " ", '"', ",", ".", "-", "(", "a ", "1,", "1.", "a-", " ,", "a, ", "1 ", "# ", "\\", "a b", "\n", "é", ".a", "1-", 'en "']


def test_x04_the_counter_sees_what_takes_ten_seconds() -> None:
    with pytest.raises(TooMany):
        Steps(r"(\w+\s?)+:", 100_000).match("a" * 26)


@pytest.mark.parametrize(("name", "pattern"), patterns().items(), ids=lambda v: v if " " in v and len(v) < 60 else "")
def test_x04_the_steps_of_a_pattern_grow_with_its_text_and_no_faster(name: str, pattern: str) -> None:
    words = re.findall(r"[^\W\d_]{2,}", pattern)[:2]
    for piece in [*PUMPED, *(f"{w} " for w in words)]:
        for before in ("", *(f"{w} " for w in words), '"'):
            found = []
            for count in (40, 80):
                steps = Steps(pattern, 60_000)
                steps.match(before + piece * count + "\x00")
                found.append(steps.count)
            assert found[1] <= 2.6 * found[0] + 60, (name, piece, found)


@pytest.mark.parametrize(
    "text",
    ['"' * 2_000, "article " + "a , " * 1_000, "Article\n" * 500, "x" * 10_000, "9" * 10_000, "1,2" * 3_000, "a-" * 3_000,
     "(" * 64 + "x " * 500, "#" * 30_000, "for " * 500, "total of " * 500],
    ids=lambda t: t[:10].strip(),
)  # fmt: skip
def test_x04_twice_the_text_takes_twice_the_steps(problems: Examine, text: str) -> None:
    def cost(times: int) -> int:
        return calls(lambda: problems(OK + text * times + "\n"))

    cost(1)
    assert cost(4) < 2.8 * cost(2)


# ------------------------------------------------------------------ X08: printed code


def depth(source: str) -> int:
    """How deep brackets stand in brackets."""
    deepest = at = 0
    for mark in re.findall(r"[()\[\]{}]", source):
        at += 1 if mark in "([{" else -1
        deepest = max(deepest, at)
    return deepest


def chained(count: int) -> tuple[str, str]:
    names = [f"{chr(97 + i // 676)}{chr(97 + i // 26 % 26)}{chr(97 + i % 26)}x" for i in range(count)]
    terms = "".join(f'term en "{n}" vi "{n}" key case.{n}, a number of hours.\n' for n in names)
    rules = "".join(f"{n} is {m} + 1 hour.\n" for n, m in zip(names, [*names[1:], "time"], strict=True))
    return terms + f"for each case:\npay is {names[0]}.\n" + rules, str(count)


SHAPES: dict[str, tuple[str, str]] = {
    "brackets": ("pay is " + "(1 hour + " * 60 + "time" + ")" * 60 + ".\n", "60"),
    "conditions": ("pay is 1 hour when " + "not (urgent or " * 40 + "urgent" + ")" * 40 + ".\npay is 2 hours otherwise.\n", "2"),
    "summands": ("pay is " + "1 hour + " * 5_000 + "time.\n", "5000"),
    "ceilings": ("pay is time" + ", at most 9 hours, at least 0 hours" * 40 + ".\n", "0"),
    "chain": chained(300),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_x08_what_is_printed_does_not_nest_as_the_rules_nest(write: Write, shape: str) -> None:
    text, value = SHAPES[shape]
    rules = la.load(write(text))
    ready = rules.ready()
    compiled = ready.compile()
    assert compiled is not None
    assert depth(compiled.source) <= 60
    case = {"time": "0", "urgent": False}
    assert rules.evaluate(case).pay == rules.evaluate(case, by="interpreter").pay == value


def test_x08_code_grows_with_the_rules_and_no_faster(write: Write) -> None:
    def size(count: int) -> int:
        terms = "".join(f'term en "n{chr(97 + i)}x" vi "n{chr(97 + i)}x" key case.n{i}, a number of hours.\n' for i in range(count))
        rules = "".join(f"n{chr(97 + i)}x is n{chr(96 + i)}x + n{chr(96 + i)}x, at most time.\n" for i in range(1, count))
        rules += f"nax is time.\npay is n{chr(96 + count)}x.\n"
        compiled = la.load(write(f"{terms}for each case:\n{rules}")).ready().compile()
        assert compiled is not None
        return len(compiled.source)

    assert size(12) - size(8) < 3 * (size(8) - size(4)) + 200


def test_x08_no_word_of_a_file_reaches_the_code(write: Write, head: str) -> None:
    text = head.replace("key case.time", "key case.evil_word").replace('"time"', '"evil word"') + "pay is evil word.\n"
    compiled = la.load(write(text.encode())).ready().compile()
    assert compiled is not None
    assert "evil" not in compiled.source


@given(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_x08_every_key_that_the_grammar_admits_can_be_compiled(path: list[str]) -> None:
    key = ".".join(path)
    names = declared_names(f'fact en "time" vi "x" key case.{key}, a number.\n')
    assert names.terms  # the grammar admits it
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as above:
        folder = Path(above) / "tiny"
        folder.mkdir()
        text = f'Instrument "1" key tiny en "T" vi "N".\nthing en "case" vi "v" key case.\nfact en "time" vi "x" key case.{key}, a number.\n'
        text += 'term en "pay" vi "t" key case.pay_x, a number, result pay_x, decisive.\nArticle 1. en "A" vi "B"\nfor each case:\npay is time × 2.\n'
        (folder / "a.law").write_text(text, "utf-8")
        rulebook, _ = examine(folder)
        if rulebook is None:
            return
        fact: Any = "3"
        for part in reversed(path):
            fact = {part: fact}
        rules = la.Rules(rulebook)
        assert [rules.evaluate(fact).pay_x for _ in range(4)] == ["6"] * 4


# ------------------------------------------------------------------ X09: names that mean something else


RESERVED = ["WHEN", "IS", "OTHERWISE", "AND", "OR", "NOT", "FOR_EACH", "TOTAL_OF", "OF", "IF_NONE", "YES", "NO", "NONE", "AT_MOST"]


@pytest.mark.parametrize("terminal", RESERVED)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_x09_a_keyword_is_no_name(problems: Examine, head: str, terminal: str, lang: str) -> None:
    assert terminal in surface(lang)
    word = word_of(lang, terminal)
    found = problems((head.replace('"time"' if lang == "en" else '"thời gian"', f'"{word}"') + OK).encode())
    told = [p for p in found if not p.warning]
    assert told
    line = head.split("\n").index(next(x for x in head.split("\n") if "case.time" in x)) + 1
    assert told[0].span.place()[0] == line  # where it is declared, not where it is used
    assert word in told[0].message.en


KEYS = ["items", "keys", "get", "values", "pop", "copy", "update", "setdefault", "mro", "class", "self", "import", "lambda", "none", "true", "loop"]


@pytest.mark.parametrize("key", KEYS)
def test_x09_facts_named_like_methods_are_facts(write: Write, head: str, key: str) -> None:
    rulebook, found = examine(write((head.replace("case.time", f"case.{key}") + "pay is time.\n").encode()))
    if rulebook is None:
        assert any(key in p.message.en for p in found)  # a reserved word is named
        return
    result = la.Rules(rulebook).evaluate({key: "3"})
    assert result.pay == "3"
    for form in ("text", "markdown", "html"):
        assert not re.search(r"built-in|bound method|&lt;|<(?:function|method)", result.explain(format=form))


@pytest.mark.parametrize("key", [*KEYS, "status", "case_id", "law_at", "needs", "openings", "findings", "trace", "figures", "ruleset", "bounds",
                                 "readings", "reliability", "pay_exact", "explain", "to_dict", "outcome", "determination", "case_values"])  # fmt: skip
def test_x09_results_named_like_methods_or_like_keys_of_ours_are_refused_or_given(write: Write, head: str, key: str) -> None:
    rulebook, found = examine(write((head.replace("result pay", f"result {key}") + "pay is time.\n").encode()))
    if rulebook is None:
        assert any(key in p.message.en for p in found)
        return
    result = la.Rules(rulebook).evaluate({"time": "3"})
    assert json.loads(json.dumps(result.to_dict()))[key] == "3"
    assert getattr(result, key) == "3"


def test_x09_keys_with_two_underscores_are_no_keys(problems: Examine, head: str) -> None:
    assert [p for p in problems((head.replace("case.time", "case.__class__") + OK).encode()) if not p.warning]
