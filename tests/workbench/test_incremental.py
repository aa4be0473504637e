"""An editor reads only what changed; what it says is what a reading of all files from the beginning says."""

from __future__ import annotations

import random
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.problem import MAX_PROBLEMS
from legalaid_dsl.basics.source import Source
from legalaid_dsl.basics.source_text import check_characters
from legalaid_dsl.cases.case_file import make_cases
from legalaid_dsl.language.grammar import Lexicon, build_parser, language_of
from legalaid_dsl.language.parsing.parse import parse_file
from legalaid_dsl.language.parsing.parser_cache import Parsers
from legalaid_dsl.language.parsing.sentences import sentences
from legalaid_dsl.rulebook.load import survey
from tests.campaign import examples, size

pytest.importorskip("pygls")

from legalaid_dsl.workbench.server.desk import Desk
from legalaid_dsl.workbench.server.problems import case_problems

RULES = "circular_02_2021"
FILES = ("glossary.law", "article_04.law", "article_09.law", "article_10.law", "instrument.law")
WORDS = ('"', ".", ":", "(", ",", "x", "# ", "“", "e\u0301", "\U0001d404", "\n", ".\nClause 7.\n", "Khoản 3. ", " when ", " là ", "not ", "1.5")


@pytest.fixture(scope="module", params=["en", "vi"])
def folder(request: pytest.FixtureRequest, root: Path, vietnamese: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp(f"incremental_{request.param}")
    given = vietnamese if request.param == "vi" else root / "rulesets"
    shutil.copytree(given, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("official_text"))
    return copy / RULES


def edited(text: str, rng: random.Random) -> str:
    """A slip, a word deleted, some lines gone, moved, doubled, or half a line typed."""
    lines = text.split("\n")
    at, row = rng.randrange(len(text)), rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            return text[:at] + rng.choice(WORDS) + text[at:]
        case 1:
            return text[:at] + text[at + rng.randrange(1, 12) :]
        case 2:
            return "\n".join(lines[:row] + lines[row + rng.randrange(1, 6) :])
        case 3:
            other = rng.randrange(len(lines))
            return "\n".join(lines[:row] + lines[other : other + rng.randrange(1, 6)] + lines[row:])
        case 4:
            line = rng.choice(lines)
            return "\n".join([*lines[:row], line[: rng.randrange(len(line) + 1)], *lines[row:]])
        case _:
            return text[:at] + text[at].swapcase() + text[at + 1 :]


def settled(desk: Desk) -> None:
    list(desk.diagnose())
    while desk.unsettled:
        list(desk.diagnose())


def plain(problems: Any) -> list[Any]:
    def place(span: Any) -> tuple[Any, ...]:
        return span.source.name, span.start, span.end, span.text()

    return [(p.code, place(p.span), p.message, p.hint, p.provision, p.warning, [(place(s), t) for s, t in p.also]) for p in problems]


@pytest.mark.long
@given(seed=st.integers(0, 10**9))
@example(seed=58406)  # a slip on the line of a heading
@examples(1, 10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rule_files_edited_again_and_again(folder: Path, seed: int) -> None:
    rng = random.Random(seed)
    desk, texts = Desk(), dict[Path, str]()
    for step in range(5):
        path = folder / rng.choice(FILES)
        text = texts.get(path, path.read_text("utf-8"))
        texts[path] = path.read_text("utf-8") if step and rng.random() < 0.2 else edited(text, rng)
        desk.put(path.as_uri(), texts[path])
        if rng.random() < 0.3:
            list(desk.diagnose())  # the next change may come before all is settled
            continue
        settled(desk)
        assert plain(desk.project(path).state().survey.problems) == plain(survey(folder, texts).problems)


def test_a_file_read_again_is_placed_as_the_first_time(tmp_path: Path) -> None:
    """Of a file that is kept parsed the reader may have let go; the complaint about it names its article all the same."""
    (tmp_path / "article_01.law").write_text("Article 1.\nClause 1.\n", "utf-8")
    parsers = Parsers()
    first = survey(tmp_path, parsers=parsers).problems
    parsers._sources.clear()
    again = survey(tmp_path, parsers=parsers).problems
    assert plain(again) == plain(first)
    assert next(p for p in first if p.code == "no-instrument").provision is not None


@pytest.mark.long
@given(seed=st.integers(0, 10**9))
@examples(1, 10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_examples_edited_again_and_again(folder: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = folder / rng.choice(("article_03.case", "article_09.case", "readings.case"))
    desk, text = Desk(), path.read_text("utf-8")
    rules = la.load(folder)
    for _ in range(4):
        text = edited(text, rng)
        desk.put(path.as_uri(), text)
        settled(desk)
        project = desk.project(path)
        shown = [(s.problem.code, s.place.start, s.place.end, s.problem.message, s.problem.hint) for s in case_problems(project, path)]
        assert sorted(map(str, shown)) == sorted(map(str, afresh(rules, folder, path, text)))


@cache
def nodes_of(file: Path, lexicon: Lexicon) -> list[Any]:
    text = file.read_text("utf-8")
    lang = language_of(text)
    return [(lang, n) for n in parse_file(Source("beside.case", text), build_parser(lang, lexicon), lang, lexicon)[0]]


def afresh(rules: la.Rules, folder: Path, path: Path, text: str) -> list[Any]:
    """What ``legalaid test`` finds wrong in a file."""
    lexicon = rules.rulebook.glossary.lexicon()
    source = Source(f"{folder.name}/{path.name}", text)
    lang = language_of(text)
    nodes, found = parse_file(source, build_parser(lang, lexicon), lang, lexicon)
    problems = [*check_characters(source), *found]
    beside: list[Any] = []
    for file in sorted(folder.glob("*.case")):
        beside += [(lang, n) for n in nodes] if file == path else nodes_of(file, lexicon)
    problems += [p for p in make_cases(rules.rulebook, beside)[1] if p.span.source is source]
    return [(p.code, p.span.start, p.span.end, p.message, p.hint) for p in problems]


@pytest.mark.parametrize("folder", ["en", pytest.param("vi", marks=pytest.mark.long)], indirect=True)
def test_what_a_name_reaches_elsewhere_is_settled_in_small_steps(folder: Path) -> None:
    glossary = folder / "glossary.law"
    text = glossary.read_text("utf-8")
    desk = Desk()
    desk.put(glossary.as_uri(), text)
    assert [found for _, found in desk.diagnose() if found] == []
    changed = text.replace('"task ceiling"', '"limit of a task"').replace('"mức trần theo công việc"', '"giới hạn"')
    desk.put(glossary.as_uri(), changed)
    first = dict(desk.diagnose())
    assert desk.unsettled
    assert set(first) == {glossary.as_uri()}  # what was edited comes first, by itself
    settled(desk)
    problems = desk.project(glossary).state().survey.problems
    assert plain(problems) == plain(survey(folder, {glossary: changed}).problems)
    assert any(p.span.source.name.endswith("article_04.law") for p in problems)


@pytest.mark.long
@pytest.mark.longer
def test_half_a_unit_and_half_a_thing_crash_nothing(folder: Path) -> None:
    """A unit, or a thing, whose declaration cannot be read while rules speak of it."""
    for path in (folder / "glossary.law", folder.parent / "decree_144_2017" / "instrument.law"):
        lines = path.read_text("utf-8").split("\n")
        spoken = [(row, line) for row, line in enumerate(lines) if " documents," in line or line.startswith(("unit ", "đơn vị "))]
        for row, line in spoken[: size(2, len(spoken))]:
            for changed in (line[:-9] + ".", line.replace(" key ", " kye ", 1).replace(" mã ", " ma ", 1)):
                assert survey(folder, {path: "\n".join([*lines[:row], changed, *lines[row + 1 :]])}).problems


def counted(desk: Desk, texts: dict[Path, str]) -> int:
    """How often a desk whose moments are over at once has to be asked until all is settled."""
    rules = [p for home in desk.projects for p in home.parent.glob("*/*.law")]
    most = sum(2 * (len(sentences(t, False)) + MAX_PROBLEMS) for t in (texts.get(p, p.read_text("utf-8")) for p in rules))
    for count in range(2 * most):  # two readings of a file: with a parser at hand, and with one of its own
        if not desk.unsettled:
            return count
        list(desk.diagnose(lambda: True))
    raise AssertionError(f"not settled after {2 * most} steps")


@pytest.mark.long
@given(seed=st.integers(0, 10**9))
@example(seed=232112)  # much is said wrongly at once: no moment was ever long enough for it
@examples(1, 8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_settling_ends_however_short_its_moments_are(folder: Path, seed: int) -> None:
    rng = random.Random(seed)
    desk, texts = Desk(), dict[Path, str]()
    for step in range(2):
        path = folder / rng.choice(FILES) if step else folder.parent / "base_salary" / "instrument.law"
        texts[path] = edited(texts.get(path, path.read_text("utf-8")), rng)
        desk.put(path.as_uri(), texts[path])  # two rulesets with names of their own read the same files
        list(desk.diagnose())
        counted(desk, texts)
    for home in {p.parent for p in texts}:
        assert plain(desk.projects[home].state().survey.problems) == plain(survey(home, texts).problems)


def test_every_moment_takes_a_step_though_nothing_is_remembered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for kept in ("sentence_cache.KEPT", "parser_cache.KEPT", "parser_cache.FILES", "parser_cache.LEXICONS"):
        monkeypatch.setattr(f"legalaid_dsl.language.parsing.{kept}", 1)
    glossary = folder / "glossary.law"
    desk, texts = Desk(), {glossary: glossary.read_text("utf-8")}
    desk.put(glossary.as_uri(), texts[glossary])
    list(desk.diagnose())
    texts[glossary] = texts[glossary].replace('"task ceiling"', '"limit of a task"').replace('"mức trần theo công việc"', '"giới hạn"')
    desk.put(glossary.as_uri(), texts[glossary])
    list(desk.diagnose())
    counted(desk, texts)
    assert plain(desk.project(glossary).state().survey.problems) == plain(survey(folder, texts).problems)


def test_an_act_that_lies_open_is_settled_with_the_rules_it_amends(folder: Path) -> None:
    glossary, act = folder / "glossary.law", sorted((folder / "amendments").glob("*.law"))[0]
    desk, texts = Desk(), {glossary: glossary.read_text("utf-8"), act: act.read_text("utf-8")}
    for path, text in texts.items():
        desk.put(path.as_uri(), text)
    list(desk.diagnose())
    texts[glossary] = texts[glossary].replace('"task ceiling"', '"limit of a task"').replace('"mức trần theo công việc"', '"giới hạn"')
    desk.put(glossary.as_uri(), texts[glossary])
    assert list(desk.diagnose())
    assert desk.unsettled
    counted(desk, texts)


def test_a_strange_letter_in_an_example_is_shown(folder: Path) -> None:
    path = folder / "article_03.case"
    desk = Desk()
    desk.put(path.as_uri(), "# e\u0301\n" + path.read_text("utf-8"))
    assert [d.code for d in dict(desk.diagnose())[path.as_uri()]] == ["not-composed"]
