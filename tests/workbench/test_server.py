"""The language server as an editor sees it: a real process, spoken to over its standard input and output."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import legalaid_dsl as la
from legalaid_dsl.language.grammar import word_of
from legalaid_dsl.rulebook.resolve.glossary import Entry

pytest.importorskip("pygls")
sys.path.insert(0, str(Path(__file__).parent))

from lsp_client import Client, ServerError, between, of, position

RULES = "circular_02_2021"


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("workspace") / "rulesets"
    shutil.copytree(root / "rulesets", copy, ignore=shutil.ignore_patterns("official_text"))
    return copy


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    client = Client(folder)
    yield client
    client.close()


@pytest.fixture
def law(client: Client, folder: Path) -> Iterator[tuple[str, str]]:
    """Article 4, opened afresh: its address and its text."""
    path = folder / RULES / "article_04.law"
    uri = client.open(path)
    client.diagnostics(uri)
    yield uri, path.read_text("utf-8")
    client.close_documents()


@pytest.fixture
def cases(client: Client, folder: Path) -> Iterator[tuple[str, str]]:
    path = folder / RULES / "article_03.case"
    uri = client.open(path)
    client.diagnostics(uri)
    yield uri, path.read_text("utf-8")
    client.close_documents()


@pytest.fixture(autouse=True)
def nothing_left_open(client: Client) -> Iterator[None]:
    yield
    client.close_documents()


Open = tuple[str, str]


NAMES = (("thing", "entries"), ("term", "entries.counts"), ("term", "entries.task"), ("choice", "file_study", "task"))


def vi(rules: la.Rules, kind: str, key: str, vocabulary: str = "") -> str:
    """The Vietnamese name of a term, thing or choice."""
    return rules.rulebook.glossary.words(Entry(kind, key, vocabulary), "vi")


def word(terminal: str) -> str:
    return word_of("vi", terminal)


# ------------------------------------------------------------------ errors while typing


def test_what_is_shipped_has_no_errors(client: Client, folder: Path) -> None:
    uri = client.open(folder / RULES / "article_05.law")
    assert client.diagnostics(uri) == []


def test_an_error_on_its_span_with_its_hint_and_its_cure(client: Client, law: Open) -> None:
    uri, text = law
    wrong = text.replace("counts when task is evidence work.", "counts when task is evidence wrok.")
    client.change(uri, wrong)
    (found,) = client.diagnostics(uri)
    assert found["code"] == "unknown-name"
    assert between(wrong, found["range"]) == "evidence wrok"
    assert "did you mean “evidence work”?" in found["message"]
    actions = client.ask(
        "textDocument/codeAction",
        {"textDocument": {"uri": uri}, "range": found["range"], "context": {"diagnostics": [found]}},
    )
    (edit,) = actions[0]["edit"]["changes"][uri]
    assert (between(wrong, edit["range"]), edit["newText"]) == ("evidence wrok", "evidence work")


def test_a_name_changed_in_the_glossary_is_missed_in_the_other_files(client: Client, folder: Path, law: Open) -> None:
    path = folder / RULES / "glossary.law"
    text = path.read_text("utf-8")
    glossary = client.open(path)
    client.diagnostics(glossary)
    client.change(glossary, text.replace('"task ceiling"', '"task limit"'))
    found = client.wait(law[0], bool)
    assert any("task" in between(law[1], d["range"]) for d in found)
    client.change(glossary, text, 3)
    client.wait(law[0], lambda found: not found)


def test_positions_are_utf_16(client: Client, folder: Path, rules: la.Rules) -> None:
    """Composed Vietnamese counts one a letter, a loose tone mark one more, a letter beyond the plane two."""
    path = folder / RULES / "article_98.law"
    thing, counts, task, study = (vi(rules, *key) for key in NAMES)
    note = "# Đ\U0001d404\U0001d404 a\u0301: "
    wrong_name = study[:-1] + "x"
    text = f'Điều 98. vi "Thử\U0001d404 nghiệm"\n{note}\n{word("FOR_EACH")} {thing}:\n'
    sentence = f"{counts} {word('WHEN')} {task} {word('IS')} {wrong_name}.\n"
    text += sentence
    uri = client.open(path, text)
    found = client.diagnostics(uri)
    wrong = [d for d in found if between(text, d["range"]) == wrong_name]
    assert wrong, found
    assert wrong[0]["range"]["start"]["character"] == sentence.index(wrong_name)
    text = text.replace(sentence, f"\U0001d404\U0001d404, {sentence}")
    client.change(uri, text)
    strange = [d for d in client.diagnostics(uri) if d["code"] == "foreign-character"]
    assert strange[-1]["range"]["end"] == {"line": strange[-1]["range"]["start"]["line"], "character": 2}


def test_other_encodings_are_agreed_on(folder: Path) -> None:
    client = Client(folder, {"lang": "vi"}, ["utf-8", "utf-16"])
    path = folder / RULES / "article_04.law"
    text = path.read_text("utf-8").replace("counts when task is evidence work.", "# ý\ncounts when task is ý.")
    uri = client.open(path, text)
    (found,) = (d for d in client.diagnostics(uri) if "\n" not in between(text, d["range"]))
    width = found["range"]["end"]["character"] - found["range"]["start"]["character"]
    assert width == (2 if client.server["capabilities"]["positionEncoding"] == "utf-8" else 1)
    assert "không" in found["message"]  # the language that the editor asked for
    client.close()


def test_diagnostics_come_while_a_sentence_is_half_written(client: Client, folder: Path) -> None:
    path = folder / RULES / "article_10.law"
    text = path.read_text("utf-8")
    uri = client.open(path)
    client.diagnostics(uri)
    place = text.index("Clause 2.")
    sentence = "level in base salaries at most 12 base salaries when shared work.\n"
    for i in range(1, len(sentence), 9):
        client.change(uri, text[:place] + sentence[:i] + text[place:], i + 1)
        assert client.diagnostics(uri)
    client.change(uri, text, 1000)
    client.wait(uri, lambda found: not found)


# ------------------------------------------------------------------ reading


def hover(client: Client, uri: str, place: dict[str, int]) -> str:
    found = client.at("hover", uri, place)
    text: str = found["contents"]["value"] if found else ""
    return text


def test_hover_over_addresses_terms_choices_and_tables(client: Client, law: Open) -> None:
    uri, text = law
    address = hover(client, uri, of(text, "within points e, g", 0, len("within points e, ")))
    assert "Point g, Clause 1, Article 4" in address
    assert "Studying and copying the file" in address
    term = hover(client, uri, of(text, "task ceiling is"))
    assert "mức trần theo công việc" in term
    assert "sessions" in term
    assert "Clause 2, Article 4" in term
    assert "choice of `task`" in hover(client, uri, of(text, "evidence work."))
    assert "very serious" in hover(client, uri, of(text, "Appendix 01 (class"))
    assert "uncapped" in hover(client, uri, of(text, "pre_charge is read as"))


def test_hover_over_a_fact_shows_its_question_and_over_a_figure_its_sources(client: Client, folder: Path) -> None:
    uri = client.open(folder / RULES / "article_03.law")
    text = (folder / RULES / "article_03.law").read_text("utf-8")
    assert "How many hours did the work take?" in hover(client, uri, of(text, "hours before it + hours.", 0, 20))
    figure = hover(client, uri, of(text, "base salary on"))
    assert "2,530,000" in figure
    assert "from 2026-07-01" in figure
    assert "secondary source: Decree 161/2026/NĐ-CP" in figure


def test_outline(client: Client, law: Open, cases: Open) -> None:
    (article,) = client.ask("textDocument/documentSymbol", {"textDocument": {"uri": law[0]}})
    assert article["name"] == "Article 4"
    assert [(c["name"], len(c["children"])) for c in article["children"]] == [
        ("Clause 1", 11),
        ("Clause 2", 0),
        ("Clause 3", 8),
    ]
    assert [p["name"] for p in article["children"][0]["children"]][3:6] == ["Point d", "Point dd", "Point e"]
    assert between(law[1], article["children"][0]["range"]).count("Point") == 11
    examples = client.ask("textDocument/documentSymbol", {"textDocument": {"uri": cases[0]}})
    assert len(examples) == cases[1].count("\nCase ") + cases[1].startswith("Case ")


def labels(client: Client, uri: str, text: str, typed: str) -> list[str]:
    """What is proposed after something is typed as a last sentence."""
    text = f"{text}\n{typed}"
    client.change(uri, text)
    found = client.at("completion", uri, position(text, len(text)))
    return [item["label"] for item in found["items"]]


def test_completion(client: Client, law: Open, cases: Open) -> None:
    uri, text = law
    assert "evidence work" in labels(client, uri, text, "counts when task is ")[:25]
    assert labels(client, uri, text, "counts when task is court h")[0] == "court hearing"
    assert "point dd clause 1" in labels(client, uri, text, "counts when within point d")
    assert "clause 2 Article 3" in labels(client, uri, text, "counts when within clause 2 Art")
    assert "counts" in labels(client, uri, text, "cou")
    assert "otherwise" in labels(client, uri, text, "counts when counts. task ceiling is 1 session o")
    assert labels(client, uri, text, 'Point m. en "co') == []  # nothing inside a quotation
    uri, text = cases
    assert "art_3_base" in labels(client, uri, text, "Case next.\nlike art_3_b")
    assert "determined" in labels(client, uri, text, "Case next.\nlike art_3_base.\nexpect d")


def test_completion_in_vietnamese(client: Client, folder: Path, rules: la.Rules) -> None:
    path = folder / RULES / "article_97.law"
    thing, counts, task, study = (vi(rules, *key) for key in NAMES)
    text = f'Điều 97. vi "Thử" en "Trial"\n\n{word("FOR_EACH")} {thing}:\n'
    uri = client.open(path, text)
    assert study in labels(client, uri, text, f"{counts} {word('WHEN')} {task} {word('IS')} {study[:8]}")[:3]
    assert word("OTHERWISE") in labels(client, uri, text, f"{counts} {word('IS')} 1 {word('OTHERWISE')[:6]}")
    assert "điểm đ khoản 1 Điều 4" in labels(client, uri, text, f"{counts} {word('WHEN')} {word('WITHIN')} điểm đ")


# ------------------------------------------------------------------ navigating


def test_definition_and_references(client: Client, folder: Path, law: Open) -> None:
    uri, text = law
    (place,) = client.at("definition", uri, of(text, "task ceiling is"))
    glossary = (folder / RULES / "glossary.law").read_text("utf-8")
    assert place["uri"].endswith("glossary.law")
    assert between(glossary, place["range"]) == "task ceiling"
    (place,) = client.at("definition", uri, of(text, "points b, c clause 1", 0, 11))
    assert between(text, place["range"]) == "Point c"
    used = client.at("references", uri, of(text, "task ceiling is"), context={"includeDeclaration": False})
    assert len({u["uri"] for u in used}) >= 4
    for one in used:
        shown = (folder / RULES / Path(one["uri"]).name).read_text("utf-8")
        assert between(shown, one["range"]).lower().split() == ["task", "ceiling"]
    cited = client.at("references", uri, of(text, "Clause 1.", 0, 3), context={"includeDeclaration": False})
    assert any(u["uri"].endswith("article_08.law") for u in cited)
    assert any(u["uri"].endswith(".case") for u in cited)


def apply(texts: dict[str, str], changes: dict[str, Any]) -> dict[str, str]:
    result = dict(texts)
    for uri, edits in changes.items():
        lines = texts[uri]
        for edit in sorted(
            edits, key=lambda e: (e["range"]["start"]["line"], e["range"]["start"]["character"]), reverse=True
        ):
            start, end = (offset(lines, edit["range"][side]) for side in ("start", "end"))
            lines = lines[:start] + edit["newText"] + lines[end:]
        result[uri] = lines
    return result


def offset(text: str, place: dict[str, int]) -> int:
    rows = text.split("\n")
    before = sum(len(row) + 1 for row in rows[: place["line"]])
    return before + len(rows[place["line"]].encode("utf-16-le")[: 2 * place["character"]].decode("utf-16-le"))


def test_rename_across_the_ruleset(client: Client, folder: Path, law: Open) -> None:
    from legalaid_dsl.rulebook.load import examine

    uri, text = law
    assert between(text, client.at("prepareRename", uri, of(text, "task ceiling is"))) == "task ceiling"
    changes = client.at("rename", uri, of(text, "task ceiling is"), newName="ceiling of the task")["changes"]
    texts = {u: (folder / RULES / Path(u).name).read_text("utf-8") for u in changes}
    after = apply(texts, changes)
    assert len(after) >= 5
    rulebook, problems = examine(folder / RULES, {folder / RULES / Path(u).name: t for u, t in after.items()})
    assert problems == []
    before, _ = examine(folder / RULES)
    assert rulebook is not None
    assert before is not None
    assert rulebook.rules == before.rules
    assert rulebook.terms["entries.task_ceiling"].names.en == "ceiling of the task"


def test_renaming_one_of_several_forms_and_in_one_language(client: Client, folder: Path) -> None:
    path = folder / RULES / "glossary.law"
    text = path.read_text("utf-8")
    uri = client.open(path)
    changes = client.at("rename", uri, of(text, '"work entry | work entries"', 0, 15), newName="lines of work")[
        "changes"
    ]
    after = apply({u: (folder / RULES / Path(u).name).read_text("utf-8") for u in changes}, changes)
    assert '"work entry | lines of work"' in after[uri]
    assert any("its lines of work" in t for t in after.values())


@pytest.mark.parametrize("name", ["sessions worked", "when", "counts", '"quoted"', ""])
def test_a_name_that_would_break_something_is_refused(client: Client, law: Open, name: str) -> None:
    with pytest.raises(ServerError):
        client.at("rename", law[0], of(law[1], "task ceiling is"), newName=name)


# ------------------------------------------------------------------ writing and running


def test_formatting(client: Client, law: Open) -> None:
    uri, text = law
    loose = text.replace("counts when task is evidence work.", "counts   when task\n   is evidence work.")
    client.change(uri, loose)
    options = {"tabSize": 2, "insertSpaces": True}
    (edit,) = client.ask("textDocument/formatting", {"textDocument": {"uri": uri}, "options": options})
    assert edit["newText"] == text
    client.change(uri, loose + "\nthis is")
    assert not client.ask("textDocument/formatting", {"textDocument": {"uri": uri}, "options": options})


def test_the_lens_runs_an_example_and_shows_what_came_out(client: Client, cases: Open) -> None:
    uri, text = cases
    lenses = client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert len(lenses) == text.count("\nCase ") + text.startswith("Case ")
    lens = next(x for x in lenses if x["command"]["arguments"][1] == "art_3_cl_1_before_assignment")
    assert lens["range"]["start"]["line"] == text[: text.index("Case art_3_cl_1_before_assignment")].count("\n")
    ran = client.ask("workspace/executeCommand", lens["command"])
    assert ran["passed"] is True, ran["summary"]
    assert ran["results"]["status"] == "determined"
    assert "art_3_cl_1_before_assignment" in ran["explanation"]
    titles = [x["command"]["title"] for x in client.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})]
    assert "✓ determined, as expected" in titles


def test_a_failing_example_is_shown_where_it_fails_unsaved_rules_and_all(
    client: Client, folder: Path, cases: Open
) -> None:
    uri, text = cases
    path = folder / RULES / "article_03.law"
    rules = client.open(
        path, path.read_text("utf-8").replace("hours left over >= 3 hours", "hours left over > 3 hours")
    )
    client.diagnostics(rules)
    wrong = text.replace("expect sessions of the case is 1 session.", "expect sessions of the case is 9 sessions.", 1)
    client.change(uri, wrong)
    client.diagnostics(uri)
    key = wrong[: wrong.index("is 9 sessions")].rpartition("Case ")[2].split(".")[0]
    ran = client.ask("workspace/executeCommand", {"command": "legalaid.runCase", "arguments": [uri, key]})
    assert ran["passed"] is False
    found = client.wait(uri, lambda found: any(d["code"] == "expectation" for d in found))
    shown = [d for d in found if d["code"] == "expectation"]
    assert "sessions of the case is 9 sessions" in {between(wrong, d["range"]) for d in shown}


def test_the_official_text_is_quoted_and_a_change_of_it_shown(folder: Path, tmp_path: Path) -> None:
    from legalaid_dsl.workbench.official import attach as official

    copy = tmp_path / "rulesets"
    shutil.copytree(folder, copy)
    text = "Article 4. Invented\n1. What counts is invented here:\na) invented words of a point;\nb) more.\n"
    (copy / RULES / "read_against.csv").unlink(missing_ok=True)
    official.attach(copy / RULES, text, "en", RULES, "invented.txt")
    official.attach(copy / RULES, text.replace("more", "less"), "en", RULES, "invented.txt")
    client = Client(copy)
    path = copy / RULES / "article_04.law"
    law = path.read_text("utf-8")
    uri = client.open(path)
    (found,) = client.diagnostics(uri)
    assert found["code"] == "official-text-changed"
    assert between(law, found["range"]).startswith("Point b.")
    assert "> invented words of a point;" in hover(client, uri, of(law, "Point a."))
    client.close()


@pytest.mark.long
def test_an_amending_act_is_read_with_the_names_of_its_ruleset(client: Client, folder: Path) -> None:
    path = folder / RULES / "amendments" / "third_step.law"
    uri = client.open(path)
    assert client.diagnostics(uri) == []
    text = path.read_text("utf-8")
    client.change(uri, text.replace("full sessions + 0.25 sessions when", "full sessions + 0.25 sessions wen"))
    client.wait(uri, lambda found: [d["code"] for d in found] == ["keyword-misspelt"])
    client.change(uri, text.replace("Replace point a", "for each case:\nsession ceiling is 40 sessions.\nReplace point a"))
    client.wait(uri, lambda found: [d["code"] for d in found] == ["amends-nothing"])
    client.change(uri, text.replace("Replace point a clause 2", "Replace point z clause 2"))
    client.wait(uri, lambda found: [d["code"] for d in found] == ["no-such-provision"])  # found beside the typing, and published when it is known
    client.close_documents()
