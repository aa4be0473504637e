"""Rulesets made at random, with cases for them: numbers, conditions, choices, exceptions, ceilings, sums, readings; every second one with
days, scales, figures at a day, named groups, what readings give, and what is left open, too."""

from __future__ import annotations

import copy
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
FURTHER = """unit en "day | days" vi "ngày" key days.
unit en "coin | coins" vi "xu" key coins.
fact en "first day" vi "ngày đầu" key case.d0, a date.
fact en "last day" vi "ngày cuối" key case.d1, a date.
fact en "kinds found" vi "các loại" key case.some, some of kind, each once.
term en "brackets" vi "biểu" key brackets, a scale of coins, as of first day.
term en "ranges" vi "khoảng" key ranges, by ranges of a number, a number, as of first day.
term en "base" vi "mức nền" key base, a number.
table en "Table" vi "Bảng" key sheet, by kind, a number of coins.
"""
FIGURES = """brackets is up to 2 coins: 10%; up to 7 coins: 25%; above: 50% from 2023-06-01, official source en "s" vi "s".
ranges is up to 2: 1; below 7: 3; above: 12 from 2020-01-01, official source en "s" vi "s".
base is 3 from 2020-01-01 to 2024-01-31, official source en "s" vi "s".
base is 5 from 2024-02-12, official source en "s" vi "s".
figures Table, official source en "s" vi "s": (alpha) is 3 coins; (beta) is 0.5 coins.
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


@attrs.define(slots=True, eq=False)
class Further(Maker):
    """With what the second edition says: days, scales, figures at a day, one value or the other, groups with names, what readings give,
    cases where, what is left open."""

    groups: list[str] = attrs.Factory(list)
    asked: bool = False

    def day(self, of: str) -> str:
        rng = self.rng
        one = rng.choice(["first day", "last day", "2024-02-05", *(["day"] * 2 if of == "line" else [])])
        if rng.random() < 0.3:
            return f"({rng.randint(0, 40)} days {rng.choice(['after', 'before'])} {one})"
        edge = rng.choice(["month", "quarter", "year"])
        return f"({rng.choice(['first', 'last'])} day of the {edge} of {one})" if rng.random() < 0.15 else one

    def number(self, of: str, depth: int = 2) -> str:
        rng = self.rng
        if depth == 0 or rng.random() < 0.6:
            return Maker.number(self, of, depth)
        one = self.number(of, depth - 1)
        match rng.choice(["either", "extreme", "part", "days", "scale", "ranges", "base", "table", "group", "reading"]):
            case "either":
                return f"({one} if {self.condition(of, 1)}, else {self.number(of, 0)})"
            case "extreme":
                return f"(the {rng.choice(['lowest', 'highest'])} of ({one}, {self.number(of, 0)}))"
            case "part":
                return f"({rng.choice(['10%', '33%', '150%'])} of {rng.choice(self.numbers[of])})"
            case "days":
                return f"((days from {self.day(of)} to {self.day(of)}) / 1 day)"
            case "scale":
                return f"((brackets applied to ({one} × 1 coin)) / 1 coin)"
            case "ranges":
                return f"(ranges applied to ({one}))"
            case "base":
                return f"(base on {rng.choice(['first day', 'day' if of == 'line' else 'last day'])})"
            case "table":
                return f"(Table (kind of {of}) / 1 coin)"
            case "group" if self.groups and of == "case":
                return f"(total of {rng.choice(self.numbers['line'])} over {rng.choice(self.groups)} ({self.constant()} if none))"
            case "reading" if self.asked:
                return f"({one} × what art_1_cl_1_manner gives)"
        return one

    def condition(self, of: str, depth: int = 2) -> str:
        rng = self.rng
        if rng.random() < 0.8:
            return Maker.condition(self, of, depth)
        return rng.choice([
            f"{self.day(of)} is {rng.choice(['before', 'after', 'not before', 'not after'])} {self.day(of)}",
            f"kinds found {rng.choice(['include any of (alpha, beta)', 'include any of (gamma)'])}",
            *([f"art_1_cl_1_manner is {rng.choice(['', 'not '])}read as {rng.choice(['loose', 'tight'])}"] * 2 if self.asked else []),
            *([f"there are {rng.choice(self.groups)}"] if self.groups and of == "case" else []),
        ])  # fmt: skip

    def limits(self, of: str) -> str:
        found = Maker.limits(self, of)
        if "rounded" not in found and self.rng.random() < 0.1:
            found += self.rng.choice([", rounded down to multiples of 0.5", ", rounded half up to multiples of 3", ", rounded half to even"])
        return found

    def valued(self, name: str, of: str) -> str:
        if self.rng.random() < 0.15:
            where = self.condition(of, 1)
            inside = f"{name} is {self.number(of)}{self.limits(of)}.\n"
            return self.at() + f"for each {of}:\nin cases where {where}:\n{inside}in all other cases:\n{name} is {self.number(of)}.\nin every case:\n"
        if self.rng.random() < 0.12:
            open_when = self.condition(of, 1)
            could = f"could be {self.constant()} up to {self.number(of, 0)} " if self.rng.random() < 0.7 else ""
            value = f"{name} is {self.number(of)} when not ({open_when}).\n"
            return self.at() + f'for each {of}:\n{name} is left open silent_{name.replace(" ", "_")} en "s" vi "s" {could}when {open_when}.\n{value}'
        return Maker.valued(self, name, of)

    def written(self) -> tuple[str, str]:
        rng, first = self.rng, ""
        if rng.random() < 0.6:
            first += self.at() + 'reading manner en "M?" vi "M?": loose by default en "l" vi "l" because en "b" vi "b": gives 2; tight en "t" vi "t": gives 0.5.\n'
            first += 'for each case:\nfinding read_loosely en "f" vi "f" when art_1_cl_1_manner is read as loose and opened.\n'
            first += "used is what art_1_cl_1_manner gives.\n"
            self.terms.append('term en "used" vi "dùng" key case.used, a number, result used.\n')
            self.asked = True
        for name, key in (("chosen lines", "chosen_lines"), ("other lines", "other_lines")):
            if rng.random() < 0.5:
                head = f'for each case:\ngroup en "{name}" vi "{name} v" key {key} is lines where ({Maker.condition(self, "line", 1)}).\n'
                first += self.at() + head + f"number of {key} is number of {name}.\n"
                self.terms.append(f'term en "number of {key}" vi "số {key}" key case.n_{key}, a number, result n_{key}.\n')
                self.groups.append(name)
        glossary, rules = Maker.written(self)
        return glossary + FURTHER, FIGURES + first + rules


def write(folder: Path, seed: int) -> None:
    """The files of a ruleset. Not every one can be loaded: rules may overlap, or names say too little."""
    glossary, rules = (Further if seed % 2 else Maker)(Random(seed)).written()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "instrument.law").write_text(glossary, "utf-8")
    (folder / "article_01.law").write_text(f'Article 1. en "A" vi "A"\n{rules}', "utf-8")


def case(rng: Random, seed: int, missing: float | None = None) -> dict[str, Any]:
    """Facts for the ruleset of a seed; some are missing, by chance, or of each so many."""
    missing = rng.choice([0.0, 0.0, 0.05, 0.3]) if missing is None else missing

    def kept(found: dict[str, Any]) -> dict[str, Any]:
        return {k: x for k, x in found.items() if k == "id" or rng.random() >= missing}

    def amount() -> str:
        return rng.choice(["0", "0.25", "1", "2", "3", "5", "7.5", "12", "40", "999", "0.0001"])

    def day() -> str:
        return f"{rng.choice(['2023-12', '2024-01', '2024-02'])}-{rng.randint(1, 29):02}"

    people = [kept({"id": f"p{i}", "rate": amount()}) for i in range(rng.randint(1, 3))]
    lines = [
        kept({
            "id": f"l{i}", "span": amount(), "day": f"2024-0{rng.randint(1, 3)}-1{rng.randint(0, 3)}", "ok": rng.random() < 0.6,
            "kind": rng.choice("abc"), "doer": rng.choice(people)["id"],
        })
        for i in range(rng.randint(0, 5))
    ]  # fmt: skip
    made = {"n0": amount(), "n1": amount(), "y0": rng.random() < 0.5, "y1": rng.random() < 0.3, "kind": rng.choice("abc")}
    if seed % 2:
        made |= {"d0": day(), "d1": day(), "some": rng.sample("abc", rng.randint(0, 3))}
    return kept({**made, "people": people, "lines": lines})


def less(rng: Random, case: dict[str, Any], count: int) -> dict[str, Any]:
    """A case without some facts, of which no rule asks whether they are stated or takes them for no."""
    found: dict[str, Any] = copy.deepcopy(case)
    at = [(found, key) for key in found if key not in ("people", "lines", "y0", "y1")]
    at += [(item, key) for thing in ("people", "lines") for item in found[thing] for key in item if key not in ("id", "ok")]
    for item, key in rng.sample(at, count):
        del item[key]
    return found
