"""The book of a ruleset: every provision and every example has its place, every link leads somewhere, nothing comes from outside."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from legalaid_dsl.basics.citation import Citation
from legalaid_dsl.book.address import anchor_of, eid, examples_page, in_book, link_to, page_of
from legalaid_dsl.book.gather import Law, read, tried
from legalaid_dsl.book.making import book
from legalaid_dsl.book.search import in_script, plain
from legalaid_dsl.book.text import coloured, flowing, one_tongue
from legalaid_dsl.book.ties import of_provision, picture, ties
from legalaid_dsl.cli.main import main
from legalaid_dsl.workbench.examples.runner import case_files, run_cases
from tests.book.conftest import ACT, Files
from tests.book.reading import Page, broken

POINT = Citation("circular_02_2021", "4", "1", "dd")


def test_addresses_are_what_the_page_says() -> None:
    assert (page_of(POINT), anchor_of(POINT)) == ("circular_02_2021/art_4.html", "cl_1-pt_dd")
    assert link_to(Citation("a", "3")) == "a/art_3.html"
    assert link_to(Citation("a")) == "a/index.html"
    assert link_to(Citation("a", "definitions")) == "a/definitions.html"
    assert eid(Citation("a", "3", "2", "b")) == "art_3__clause_2__point_b"
    assert in_book("https://example.org/book/", "vi", POINT.path) == "https://example.org/book/vi/circular_02_2021/art_4.html#cl_1-pt_dd"
    assert examples_page("Điều 3 ../x") == "examples/-i-u-3-x.html"


@pytest.mark.parametrize("name", ["small_book", "circular_pages"])
def test_every_link_leads_somewhere_and_nothing_is_fetched(name: str, request: pytest.FixtureRequest) -> None:
    files: Files = request.getfixturevalue(name)
    assert broken(files) == []
    for path, text in files.items():
        if path.endswith(".html"):
            page = Page(text)
            assert not page.fetched and not page.handlers, path
            assert not re.search(r"url\(|@import", text), path
            assert page.tags.count("script") == path.endswith(("/search.html", "/try.html")), path
            assert len(page.places) == len(set(page.places)), path
            assert "default-src 'none'" in text, path


def test_every_provision_of_the_circular_has_its_page_and_place(circular: Law, circular_pages: Files) -> None:
    places = {path: set(Page(text).places) for path, text in circular_pages.items() if path.endswith(".html")}
    for citation in circular.rulebook.provisions:
        page, anchor = f"vi/{page_of(citation)}", anchor_of(citation)
        assert page in places, citation
        assert not anchor or anchor in places[page], citation
    known = json.loads(circular_pages["addresses.json"])["provisions"]
    assert set(known) == {c.path for c in circular.rulebook.provisions}
    assert known[POINT.path] == {"page": link_to(POINT), "eli": "eli/vn/" + POINT.path, "akn": "art_4__clause_1__point_dd"}


def test_every_reading_and_figure_of_the_circular_is_there(circular: Law, circular_pages: Files) -> None:
    readings = Page(circular_pages["vi/readings.html"]).places
    assert set(circular.rulebook.readings) <= set(readings)
    figures = Page(circular_pages["vi/figures.html"]).places
    assert {k.replace(".", "-") for k in (*circular.rulebook.figures, *circular.rulebook.tables)} <= set(figures)
    text = circular_pages["vi/figures.html"]
    for values in circular.rulebook.figures.values():
        assert all(v.source.vi in text for v in values)


def test_rules_stand_in_both_tongues(circular_pages: Files) -> None:
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", circular_pages["vi/circular_02_2021/art_3.html"]))
    assert "số giờ lẻ là số giờ lũy kế − số buổi đủ giờ × 4 giờ mỗi buổi" in said
    assert "hours left over is hours in all − full sessions × 4 hours per session" in said
    assert "chưa có tình huống nào" not in said  # no example was run: nothing is said of them
    assert said.index("số giờ lẻ là") < said.index("hours left over is")  # the page's own tongue comes first


def test_every_example_is_there_with_what_came_of_it(small_law: Law, small_book: Files) -> None:
    assert small_law.outcomes
    for outcome in small_law.outcomes:
        page = next(t for p, t in small_book.items() if p.startswith("en/examples/") and outcome.case.key in Page(t).places)
        assert outcome.case.node.text is None or outcome.case.node.text.en in page
    page = small_book["en/my_rules/art_1.html"]
    assert "A visitor, three hours: six coins</a> <span class=\"r\">– 6 coins" in page
    assert Page(page).links.count("../examples/article_01.html#resident") >= 1


def test_a_draft_is_shown_as_one_and_changes_nothing(small_book: Files, small_law: Law) -> None:
    history = small_book["en/history.html"]
    assert "<del>2</del><ins>3</ins>" in history
    assert "not law" in history
    assert "A dearer hall" in small_book["en/my_rules/art_1.html"]
    assert [s.draft for s in small_law.steps] == [True]
    article = re.sub(r"<[^>]*>", "", small_book["en/my_rules/art_1.html"])
    assert "hours used × 2 coins" in article.replace("*", "×")


def test_an_act_in_force_is_the_text(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "my_rules"
    shutil.copytree(small, folder)
    (folder / "amendments" / "dearer.law").write_text(ACT.format(draft=""), "utf-8")
    law = read(folder)
    assert [s.draft for s in law.steps] == [False]
    files = dict(book(law, ("en",)))
    article = re.sub(r"<[^>]*>", "", files["en/my_rules/art_1.html"])
    assert "3 coins" in article and "changed by A dearer hall" in article
    assert "<del>2</del><ins>3</ins>" in files["en/history.html"]
    assert "../vi/" not in files["en/index.html"]  # one language only: no way to the other


def test_text_from_outside_stays_text(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "my_rules"
    shutil.copytree(small, folder)
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)> & ]]>"
    rules = folder / "article_01.law"
    path = rules if rules.is_file() else next(p for p in folder.glob("*.law") if "Article 1" in p.read_text("utf-8"))
    path.write_text(path.read_text("utf-8").replace("Two coins an hour.", f"Two {bad} an hour."), "utf-8")
    (folder / "official_text").mkdir()
    one = {"address": "art_1/cl_1", "heading": "", "text": f"official {bad}", "sha256": "0" * 64, "line": 1}
    (folder / "official_text" / "en.json").write_text(json.dumps({"instrument": "my_rules", "provisions": [one]}), "utf-8")
    law = read(folder)
    files = dict(book(tried(law, run_cases(law.rules, case_files(folder))), ("en",)))
    shown = files["en/my_rules/art_1.html"]
    assert "official &lt;script&gt;" in shown and "Two &lt;script&gt;" in shown
    for path_, text in files.items():
        if path_.endswith(".html"):
            page = Page(text)
            assert "img" not in page.tags and not page.handlers, path_
            assert page.tags.count("script") == path_.endswith(("search.html", "try.html"))
    assert "<script>alert" not in files["en/search.html"].split("const ENTRIES")[1]


def test_explanations_lead_into_the_book(root: Path, circular_pages: Files) -> None:
    """Every citation of an explanation stands in the book, and nothing of the link is markup by chance."""
    case = str(root / "docs" / "cases" / "two_providers.json")
    for layer in ("explanation", "full", "statement"):
        found = CliRunner(env={"LEGALAID_LANG": None}).invoke(
            main, ["evaluate", case, "--format", "html", "--lang", "vi", "--layer", layer, "--book", 'a"b']
        )
        links = Page(found.stdout).links
        assert links and "&lt;a" not in found.stdout
        assert all(link.startswith('a"b/vi/') for link in links)
        assert broken(circular_pages | {"x.html": "".join(f'<a href="{x[4:]}">' for x in links)}) == []


@pytest.mark.long
def test_every_example_of_the_circular_is_there(circular: Law, root: Path) -> None:
    folder = root / "rulesets" / "circular_02_2021"
    law = tried(circular, run_cases(circular.rules, case_files(folder)))
    files = dict(book(law, ("en",)))
    assert broken(files) == []
    places = {place for path, text in files.items() if path.startswith("en/examples/") for place in Page(text).places}
    assert {o.case.key for o in law.outcomes} <= places
    assert not any(o.failures for o in law.outcomes)
    for covered in law.coverage.binding:
        page = files[f"en/{page_of(covered.provision.citation)}"]
        assert all(f'#{case.key}"' in page for case in covered.decided_by), covered.provision.citation


def test_the_page_that_decides_says_what_the_engine_says(small_book: Files, small_law: Law, tmp_path: Path) -> None:
    """Its own script, run by Node.js as far as it needs no page: each example comes out as worked."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js")
    page = small_book["vi/try.html"]
    script = page.split('<script type="module">')[1].split("</script>")[0]
    rules, _, rest = script.partition("const DATA = ")
    asked = f"const DATA = {rest.splitlines()[0]}\nfor (const e of DATA.examples) console.log(JSON.stringify([e.key, decide(e.facts, {{ figures: e.figures }}).fee]));"
    (tmp_path / "page.mjs").write_text(rules + asked, "utf-8")
    told = subprocess.run([node, tmp_path / "page.mjs"], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert [json.loads(line) for line in told.splitlines()] == [[o.case.key, o.result.fee] for o in small_law.outcomes]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page  # no other script would run


def test_search_knows_no_accents() -> None:
    assert plain("Mức trần ĐỐI  với") == "muc tran doi voi"
    assert "</script" not in in_script(["</script>", "\u2028"]) and json.loads(in_script(["</script>"])) == ["</script>"]


def test_names_are_no_keywords(circular: Law, circular_pages: Files) -> None:
    """“của”, “là” in the name of a term are not coloured; the keyword beside it is."""
    assert '<span class="k-operator">of</span>' not in circular_pages["vi/circular_02_2021/art_3.html"].split("date of work")[0][-40:]
    assert coloured("\ue000date of work\ue001 is 2026-01-05", "en") == [("", "date of work "), ("operator", "is"), ("", " "), ("date", "2026-01-05")]
    assert one_tongue('x is left open y\n  en "a b"\n  vi "c" when z', "vi") == 'x is left open y\n  "c" when z'
    assert one_tongue('en "a" when z', "vi") == 'en "a" when z'
    assert flowing('a is 1;\n  2 when "x; y";\n  3.') == 'a is 1;\n2 when "x; y";\n3.'


def test_ties_are_those_of_the_rules(circular: Law) -> None:
    found = ties(circular.rulebook)
    meeting = Citation("circular_02_2021", "8", "4", "d")
    assert Citation("circular_02_2021", "4", "3") in of_provision(found, meeting)["exception"]
    assert meeting in of_provision(found, Citation("circular_02_2021", "4", "3"))["exception_of"]
    drawn = picture(circular.rulebook, found, "vi")
    assert drawn["width"] <= 360 and all(0 <= n["y"] <= drawn["height"] for n in drawn["nodes"])


def test_the_command(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = CliRunner(env={"LEGALAID_LANG": None})
    first = run.invoke(main, ["book", str(small), "--out", str(out), "--lang", "en"])
    assert first.exit_code == 0, first.output
    assert (out / "en" / "my_rules" / "art_1.html").is_file() and not (out / "vi").exists()
    assert run.invoke(main, ["book", str(small), "--out", str(out), "--lang", "en"]).exit_code == 0  # ours: written again
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("mine", "utf-8")
    refused = run.invoke(main, ["book", str(small), "--out", str(foreign)])
    assert refused.exit_code == 4 and (foreign / "letter.txt").read_text("utf-8") == "mine"
