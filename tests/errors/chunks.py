"""Many bad rulesets to a file, each as a change of a base, each complaint under the line that earns it.

``tests/bad/*.bad`` holds chunks; ``tests/bad/bases/NAME/`` is a small ruleset that chunks change::

    === declared-twice_1: mini                  a name (a code and a number, or words), and its base
    @ rules.law                                 the file that changes (``rules.law`` if none is named)
     Article 1.                                 a line as the base has it; it shows where we are
    -counts when urgent.                        a line of the base that goes
    +counts wen urgent.                         a line that comes
    !       ^^^ keyword-misspelt, Article 1     what is said of the line above: place, code, provision
    ! en: …  → the hint
    ! vi: …  → gợi ý
    …                                           further down in the file

A ``*`` line comes like a ``+`` line, with \\u escapes; a backslash at its end: the file ends there.
``pytest tests/errors --update-goldens`` writes the lines with ``!``, and docs/errors.md.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

from legalaid_dsl.basics.problem import Problem, RulesetError
from legalaid_dsl.basics.source import Span
from legalaid_dsl.cases.case_file import read_cases
from legalaid_dsl.rulebook.amend.load import FOLDER, examine_acts
from legalaid_dsl.rulebook.load import examine

BAD = Path(__file__).resolve().parent.parent / "bad"
LANGUAGES = ("en", "vi")
Place = tuple[str, int]  # a file of the ruleset, and a line from 1


@attrs.frozen(slots=True)
class Chunk:
    """One bad ruleset; ``lines`` as they stand in the file, without what is said of them."""

    name: str
    base: str
    lines: tuple[str, ...]

    @property
    def code(self) -> str:
        """The code that it shows; empty for one that is named in words."""
        return self.name.rpartition("_")[0]

    def files(self) -> dict[str, bytes]:
        """The ruleset: path → bytes."""
        return _made(self)[0]

    def problems(self) -> list[Problem]:
        """What is found: in its rules, and when these are right in its acts, then in its examples."""
        return _problems(self)

    def written(self) -> str:
        """The chunk as it should stand: with what is said today."""
        shown = [*self.lines]
        places, notes = _made(self)[1], _notes(self)
        assert not notes.keys() - places.keys(), f"{self.name}: show these lines: {notes.keys() - places.keys()}"
        for place in sorted(notes, key=places.__getitem__, reverse=True):
            shown[places[place] + 1 : places[place] + 1] = notes[place]
        return "\n".join([f"=== {self.name}: {self.base}", *shown, ""])


def chunks(path: Path) -> list[Chunk]:
    """The chunks of one file."""
    _, *parts = re.split(r"^=== ", path.read_text("utf-8"), flags=re.MULTILINE)
    found = []
    for part in parts:
        heading, *lines = part.rstrip("\n").split("\n")
        name, _, base = heading.rpartition(": ")
        found.append(Chunk(name, base, tuple(x for x in lines if x and x[0] != "!")))
    return found


@cache
def every() -> dict[Path, list[Chunk]]:
    """All chunks, by file."""
    return {path: chunks(path) for path in sorted(BAD.glob("*.bad"))}


def named(name: str) -> Chunk:
    return next(c for found in every().values() for c in found if c.name == name)


@cache
def _base(names: str) -> dict[str, bytes]:
    """The files of a base, or of several together: ``mini + act``; ``nothing`` has none."""
    folders = [BAD / "bases" / name for name in names.split(" + ") if name != "nothing"]
    return {p.relative_to(f).as_posix(): p.read_bytes() for f in folders for p in sorted(f.rglob("*.*"))}


@cache
def _made(chunk: Chunk) -> tuple[dict[str, bytes], dict[Place, int]]:
    """The files of the ruleset, and where the chunk shows a line of them."""
    made = {**_base(chunk.base)}
    places: dict[Place, int] = {}
    path, at = "rules.law", 0
    while at < len(chunk.lines):
        if chunk.lines[at].startswith("@"):
            path, at = chunk.lines[at][2:], at + 1
        end = next((i for i in range(at, len(chunk.lines)) if chunk.lines[i].startswith("@")), len(chunk.lines))
        text, shown = _changed(made.get(path, b"").decode().split("\n")[:-1], chunk.lines[at:end])
        made[path] = text.encode("utf-8", "surrogateescape")
        places |= {(path, number): at + i for number, i in shown.items()}
        at = end
    return made, places


def _changed(base: list[str], lines: tuple[str, ...]) -> tuple[str, dict[int, int]]:
    """The text of a file, and which of its lines is shown by which of the chunk's."""
    text: list[str] = []
    shown: dict[int, int] = {}
    at, end = 0, "\n"
    for i, line in enumerate(lines):
        if i == 0 or lines[i - 1] == "…":
            going = [x[1:] for x in lines[i : [*lines, "…"].index("…", i)] if x[0] in " -"]
            starts = [k for k in range(at, len(base) + 1) if base[k : k + len(going)] == going]
            assert going and len(starts) == 1 or not base, f"stands in the base {len(starts)} times: {going}"
            text += base[at : (at := starts[0])]
        if line[0] in " -":
            at += 1
        if line[0] in " +*":
            said = line[1:] if line[0] != "*" else re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), line[1:])
            text.append(said.removesuffix("\\") if line[0] == "*" else said)
            end = "" if line[0] == "*" and said.endswith("\\") else "\n"
            shown[len(text)] = i
    text += base[at:]
    return "\n".join(text) + end if text else "", shown


@cache
def _problems(chunk: Chunk) -> list[Problem]:
    with TemporaryDirectory() as where:
        folder = Path(where) / chunk.name
        for path, data in chunk.files().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        inner = sorted(p for p in folder.iterdir() if p.is_dir() and p.name != FOLDER)
        folder = inner[0] if inner else folder
        rulebook, problems = examine(folder)
        if rulebook is None or problems:
            return problems
        if problems := examine_acts(folder):
            return problems
        try:
            read_cases(rulebook, sorted(folder.glob("*.case")))
        except RulesetError as error:
            return error.problems
        return []


def _notes(chunk: Chunk) -> dict[Place, list[str]]:
    """What is said, at the line that earns it."""
    notes: dict[Place, list[str]] = {}

    def note(span: Span, said: str, message: dict[str, str]) -> None:
        path = span.source.name.partition("/")[2]
        path = path if path in chunk.files() else next(p for p in chunk.files() if p.endswith(f"/{path}"))
        lines = [f"! {lang}: {message[lang]}" for lang in LANGUAGES]
        notes.setdefault((path, span.place()[0]), []).extend([f"!{_carets(span)} {said}", *lines])

    for found in chunk.problems():
        where = f", {found.provision.name('en')}" if found.provision is not None and found.provision.article else ""
        hint = {lang: f"  → {found.hint[lang]}" if found.hint is not None else "" for lang in LANGUAGES}
        said = f"{'warning ' * found.warning}{found.code}{where}"
        note(found.span, said, {lang: found.message[lang] + hint[lang] for lang in LANGUAGES})
        for span, text in found.also:
            note(span, f"also {found.code}", {lang: text[lang] for lang in LANGUAGES})
    return notes


def _carets(span: Span) -> str:
    """The span underlined; one of several lines names the line (from its own) and column where it ends."""
    if not span.source.text:
        return ""
    line, column = span.place()
    last, end = span.source.place(max(span.end - 1, span.start))
    text = span.source.line(line)
    before = sum(not unicodedata.combining(c) for c in text[: column - 1])
    width = (end if last == line else len(text)) - column + 1
    return " " * before + "^" * max(width, 1) + (f"… +{last - line}:{end}" if last > line else "")

