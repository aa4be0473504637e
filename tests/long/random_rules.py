"""Rulesets made at random, with cases for them: numbers, conditions, choices, exceptions, ceilings, sums, readings."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import attrs

HEAD = """Instrument "T" key t en "T" vi "T", from 2020-01-01.
thing en "case | cases" vi "vụ việc" key case.
thing en "person | persons" vi "người" key people, listed in case, identified.
thing en "line | lines" vi "dòng" key lines, listed in case, identified, in order of day.
choices key kind: en "alpha" vi "loại a" key a; en "beta" vi "loại b" key b; en "gamma" vi "loại c" key c.
fact en "first amount" vi "số một" key case.n0, a number.
fact en "second amount" vi "số hai" key case.n1, a number.
fact en "opened" vi "đã mở" key case.y0, yes or no.
fact en "urgent" vi "khẩn" key case.y1, yes or no, no unless stated.
fact en "kind of case" vi "loại vụ" key case.kind, one of kind.
fact en "time" vi "thời gian" key lines.span, a number.
fact en "day" vi "ngày" key lines.day, a date.
fact en "signed" vi "đã ký" key lines.ok, yes or no.
fact en "kind of line" vi "loại dòng" key lines.kind, one of kind.
fact en "doer" vi "người làm" key lines.doer, reference to people.
fact en "rate" vi "mức" key people.rate, a number.
"""
CASE_TERMS, LINE_TERMS = 5, 4
NAMES = ("one", "two", "three", "four", "five")


@attrs.define(slots=True, eq=False)
class Maker:
    """Writes one ruleset; the same seed gives the same."""

    rng: Random
    numbers: dict[str, list[str]] = attrs.Factory(lambda: {"case": ["first amount", "second amount"], "line": ["time", "rate of doer"]})
    flags: dict[str, list[str]] = attrs.Factory(lambda: {"case": ["opened", "urgent"], "line": ["signed"]})
    terms: list[str] = attrs.Factory(list)
    clause: int = 0

    def constant(self) -> str:
        return self.rng.choice(["0", "1", "2", "3", "0.5", "0.25", "5", "7.5", "12", "40"])

    def number(self, of: str, depth: int = 2) -> str:
        rng = self.rng
        if depth == 0 or rng.random() < 0.3:
            return self.constant() if rng.random() < 0.3 else rng.choice(self.numbers[of])
        work = rng.choice(["sum", "sum", "times", "divided", "lines", "count"] if of == "case" else ["sum", "sum", "times", "divided", "case", "before"])
        one = self.number(of, depth - 1)
        match work:
            case "sum":
                return f"({one} {rng.choice('+-')} {self.number(of, depth - 1)})"
            case "times":
                return f"({one} × {rng.choice([self.constant(), rng.choice(self.numbers[of])])})"
            case "divided":
                return f"({one} / {rng.choice(['2', '3', '7', *self.numbers[of]])})"
            case "case":
                return rng.choice(self.numbers["case"])
            case "before":
                keys = rng.choice(["", " with the same (kind of line)", " with the same (doer)"])
                return f"(total of {rng.choice(self.numbers['line'][:1])} over lines{keys} before this one (0 if none))"
        where = f" where ({self.condition('line', 1)})" if rng.random() < 0.6 else ""
        if work == "count":
            return f"(number of lines{where})"
        what = rng.choice(["total of", "total of", "highest", "lowest"])
        return f"({what} {rng.choice(self.numbers['line'])} over lines{where} ({self.constant()} if none))"

    def condition(self, of: str, depth: int = 2) -> str:
        rng = self.rng
        if depth == 0 or rng.random() < 0.4:
            kind = f"kind of {of}"
            return rng.choice([
                rng.choice(self.flags[of]), f"{self.number(of, 1)} {rng.choice(['<', '<=', '>', '>=', '='])} {self.number(of, 0)}",
                f"{kind} is {rng.choice(['alpha', 'beta', 'gamma'])}", f"{kind} is among (alpha, gamma)", f"{rng.choice(self.flags[of][:1])} is stated",
            ])  # fmt: skip
        if rng.random() < 0.2:
            return f"not ({self.condition(of, depth - 1)})"
        sign = rng.choice([" and ", " or "])
        return f"({sign.join(self.condition(of, depth - 1) for _ in range(rng.randint(2, 3)))})"

    def limits(self, of: str) -> str:
        rng, found = self.rng, ""
        if rng.random() < 0.3:
            found += f", at most {self.number(of, 1)}"
            if of == "line" and rng.random() < 0.7:
                found += f" together{rng.choice(['', ' with the same (kind of line)', ' with the same (doer)'])} {rng.choice(['filled in order', 'shared pro rata'])}"
        if rng.random() < 0.2:
            found += f", at least {self.number(of, 0)}"
        return found + (f", rounded {rng.choice(['down', 'up', 'half up'])}" if rng.random() < 0.2 else "")

    def at(self, head: str = "") -> str:
        self.clause += 1
        return f'Clause {self.clause}. en "C" vi "C"\n{head}'

    def valued(self, name: str, of: str) -> str:
        """Rules that give a number."""
        rng = self.rng
        first = self.clause + 1
        text = self.at() + f"for each {of}:\n{name} is {self.number(of)}{self.limits(of)} when {self.condition(of)}.\n"
        if rng.random() < 0.4:
            text += self.at(f"despite clause {first}.\n") + f"for each {of}:\n{name} is {self.number(of)}{self.limits(of)} when {self.condition(of, 1)}.\n"
        if rng.random() < 0.85:
            text += self.at() + f"for each {of}:\n{name} is {self.number(of)} otherwise.\n"
        if rng.random() < 0.3:
            text += self.at() + f"for each {of}:\n{name} {rng.choice(['at most', 'at least'])} {self.number(of, 1)} when {self.condition(of, 1)}.\n"
        return text

    def held(self, name: str, of: str) -> str:
        """Rules that say yes or no."""
        rng = self.rng
        text = "".join(self.at() + f"for each {of}:\n{name} when {self.condition(of)}.\n" for _ in range(rng.randint(1, 3)))
        return text + (self.at() + f"for each {of}:\n{name} only when {self.condition(of, 1)}.\n" if rng.random() < 0.4 else "")

    def read(self, name: str) -> str:
        """A number that two readings give differently."""
        choices = "".join(f"read way as {c}:\nfor each case:\n{name} is {self.number('case')}.\n" for c in ("narrow", "wide"))
        question = 'reading way en "W?" vi "W?": narrow by default en "n" vi "n" because en "b" vi "b"; wide en "w" vi "w".\n'
        return self.at() + question + choices

    def written(self) -> tuple[str, str]:
        """(glossary, rules)."""
        rules = ""
        for of, thing, count in (("line", "lines", LINE_TERMS), ("case", "case", CASE_TERMS)):
            for i in range(count):
                name = f"{of} part {NAMES[i]}"
                yes = self.rng.random() < 0.3
                kind, key = ("yes or no" if yes else "a number"), f"t{i}"
                decisive = ", decisive" if of == "case" else ""
                self.terms.append(f'term en "{name}" vi "phần {of} {NAMES[i]}" key {thing}.{key}, {kind}{decisive}, result {key}.\n')
                rules += self.held(name, of) if yes else self.valued(name, of)
                (self.flags if yes else self.numbers)[of].append(name)
        if self.rng.random() < 0.5:
            self.terms.append('term en "read part" vi "phần đọc" key case.as_read, a number, decisive, result as_read.\n')
            rules += self.read("read part")
        return HEAD + "".join(self.terms), rules


def write(folder: Path, seed: int) -> None:
    """The files of a ruleset. Not every one can be loaded: rules may overlap, or names say too little."""
    glossary, rules = Maker(Random(seed)).written()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "instrument.law").write_text(glossary, "utf-8")
    (folder / "article_01.law").write_text(f'Article 1. en "A" vi "A"\n{rules}', "utf-8")


def case(rng: Random) -> dict[str, Any]:
    """Facts for any of these rulesets; some are missing."""
    missing = rng.choice([0.0, 0.0, 0.05, 0.3])

    def kept(found: dict[str, Any]) -> dict[str, Any]:
        return {k: x for k, x in found.items() if k == "id" or rng.random() >= missing}

    def amount() -> str:
        return rng.choice(["0", "0.25", "1", "2", "3", "5", "7.5", "12", "40", "999", "0.0001"])

    people = [kept({"id": f"p{i}", "rate": amount()}) for i in range(rng.randint(1, 3))]
    lines = [
        kept({
            "id": f"l{i}", "span": amount(), "day": f"2024-0{rng.randint(1, 3)}-1{rng.randint(0, 3)}", "ok": rng.random() < 0.6,
            "kind": rng.choice("abc"), "doer": rng.choice(people)["id"],
        })
        for i in range(rng.randint(0, 5))
    ]  # fmt: skip
    made = {"n0": amount(), "n1": amount(), "y0": rng.random() < 0.5, "y1": rng.random() < 0.3, "kind": rng.choice("abc")}
    return kept({**made, "people": people, "lines": lines})
