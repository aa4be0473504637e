"""The studio: who may come in, what may be written, what is told of a text and of a case."""

from __future__ import annotations

import io
import json
import re
import socket
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

import legalaid_dsl as la
from legalaid_dsl.cli.main import main
from legalaid_dsl.service.problems import Problem
from legalaid_dsl.web.files.folder import Folder, digest
from legalaid_dsl.web.form import answer, form
from legalaid_dsl.web.pages import HERE as WEB
from legalaid_dsl.web.pages import words
from legalaid_dsl.workbench.official.attach import attach

from .conftest import TOKEN, studio

LAW = "article_01.law"
ACT = """Instrument "Order 2" key dearer en "Order 2 | Order on fines" vi "Quyết định 2 | Quyết định về tiền phạt",
  from 2021-01-01, amends late_books.

Article 1. en "Fines" vi "Tiền phạt"
In point b clause 2 Article 1 of instrument "Library rules" replace "5 coins" with "7 coins".
"""
FIVE, SIX = "fine is 5 coins", "fine is 6 coins"


def ask(desk: TestClient, what: str, status: int = 200, lang: str = "en", **given: Any) -> Any:
    found = desk.post(f"/studio/{what}?lang={lang}", json=given)
    assert found.status_code == status, found.text
    return found.json()


# ------------------------------------------------------------------ the door


def test_the_link_opens_once_and_the_cookie_from_then_on(shut: TestClient) -> None:
    assert shut.get("/").status_code == 401
    assert "Khởi động lại" in shut.get("/", headers={"Accept": "text/html"}).text
    assert shut.get("/?token=another-token-of-tests").status_code == 401
    assert shut.get(f"/studio/words?token={TOKEN}").status_code == 401  # only the link itself
    opened = shut.get(f"/?token={TOKEN}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    said = opened.headers["set-cookie"].lower()
    assert "httponly" in said and "samesite=strict" in said and TOKEN not in said
    page = shut.get("/")
    assert page.status_code == 200 and "default-src 'none'" in page.headers["content-security-policy"]
    shut.cookies.clear()
    assert shut.get(f"/?token={TOKEN}").status_code == 401


@pytest.mark.parametrize("headers", [
    {"Host": "evil.example"}, {"Host": "127.0.0.1:80"}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:80"},
])  # fmt: skip
def test_other_hosts_and_other_pages_are_turned_away(desk: TestClient, headers: dict[str, str]) -> None:
    for path in ("/studio/outline", "/v1/evaluate"):
        found = desk.post(path, json={}, headers=headers)
        assert (found.status_code, found.json()["type"]) == (403, "urn:legalaid:problem:other-host")
    assert desk.get("/", headers=headers).status_code == 403


def test_a_post_says_where_it_comes_from(desk: TestClient) -> None:
    del desk.headers["Origin"]
    assert desk.post("/studio/outline", json={}).status_code == 403
    assert desk.get("/").status_code == 200


def test_it_is_the_service_with_more(desk: TestClient) -> None:
    found = desk.post("/v1/evaluate", json={"case": {"kind": "novel", "days_late": "6"}})
    assert found.json()["result"]["fine"] == "5"


@pytest.mark.parametrize(("lang", "empty", "taken"), [
    ("vi", "Không có tệp quy tắc", "Không khởi động được"), ("en", "There are no rule files", "could not be started"),
])  # fmt: skip
def test_what_the_command_cannot_do(lang: str, empty: str, taken: str, books: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    found = CliRunner().invoke(main, ["studio", str(tmp_path / "nothing"), "--no-open", "--lang", lang])
    assert (found.exit_code, empty in found.stderr) == (4, True), found.stderr
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        found = CliRunner().invoke(main, ["studio", str(books), "--no-open", "--lang", lang, "--port", str(busy.getsockname()[1])])
        assert (found.exit_code, taken in found.stderr) == (4, True), found.stderr


# ------------------------------------------------------------------ files


@pytest.mark.parametrize("name", [
    "../secret.law", "/etc/passwd", "..", "", "amendments/../../x.law", "x.py", "x.law/", "amendments/x/y.law", ".law", "a\x00.law",
    "link.law", "link/x.law", "ARTICLE.law", "x.txt",
])  # fmt: skip
def test_paths_stay_inside(desk: TestClient, books: Path, name: str) -> None:
    secret = books.parent / "secret.law"
    secret.write_text("secret", "utf-8")
    (books / "link.law").symlink_to(secret)
    (books / "link").symlink_to(books.parent)
    for what, more in (("open", {}), ("save", {"text": "x", "base": digest("")}), ("check", {"text": "x"}), ("before", {"number": "00001"})):
        found = ask(desk, what, 403, name=name, **more)
        assert found["type"] == "urn:legalaid:problem:not-in-folder" and "secret.law" not in json.dumps(ask(desk, "outline"))
    assert secret.read_text("utf-8") == "secret"
    assert sorted(p.name for p in books.iterdir()) == [LAW, "books.case", "instrument.law", "link", "link.law"]


@settings(max_examples=60)
@given(st.text(st.sampled_from("ab01_./\\-~ \u0111"), max_size=24))
def test_no_name_leads_out(name: str) -> None:
    folder = Folder(Path("/nowhere/rules"), Path("/nowhere/.history"))
    try:
        path = folder.path(name)
    except Problem:
        return
    assert path.parent in (folder.root, folder.root / "amendments") and path.suffix in (".law", ".case")


def test_a_linked_folder_of_acts_is_not_written(desk: TestClient, books: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (books / "amendments").symlink_to(tmp_path / "elsewhere")
    ask(desk, "save", 403, name="amendments/x.law", text="x", base=digest(""))


def test_saves_are_kept_and_can_be_undone(desk: TestClient, books: Path) -> None:
    opened = ask(desk, "open", name=LAW)
    text = opened["text"]
    saved = ask(desk, "save", name=LAW, text=text.replace(FIVE, SIX), base=opened["base"])
    assert SIX in (books / LAW).read_text("utf-8") and saved["history"] == ["00001"] and saved["saved"]
    earlier = ask(desk, "before", name=LAW, number="00001")["text"]
    assert earlier == text
    back = ask(desk, "save", name=LAW, text=earlier, base=saved["base"])
    assert (books / LAW).read_text("utf-8") == text and back["history"] == ["00002", "00001"]
    assert SIX in ask(desk, "before", name=LAW, number="00002")["text"]  # undoing is a save, and can be undone
    assert (books.parent / ".history" / "late_books" / "article_01-law" / "00001.law").read_text("utf-8") == text
    ask(desk, "before", 404, name=LAW, number="../../x")


def test_what_somebody_else_wrote_is_not_overwritten(desk: TestClient, books: Path) -> None:
    opened = ask(desk, "open", name=LAW)
    theirs = opened["text"] + "\n# theirs\n"
    (books / LAW).write_text(theirs, "utf-8")
    mine = opened["text"].replace(FIVE, SIX)
    found = ask(desk, "save", 409, lang="vi", name=LAW, text=mine, base=opened["base"])
    assert (found["yours"], found["theirs"], found["digest"]) == (mine, theirs, digest(theirs))
    assert (books / LAW).read_text("utf-8") == theirs and not list((books.parent / ".history").rglob("*.law"))
    ask(desk, "save", name=LAW, text=mine, base=found["digest"])
    assert (books / LAW).read_text("utf-8") == mine
    assert ask(desk, "before", name=LAW, number="00001")["text"] == theirs


def test_a_draft_begun_on_an_older_text_is_still_refused(desk: TestClient, books: Path) -> None:
    """The page is laid anew after somebody else's save: what it is begun on is kept with the draft."""
    opened = ask(desk, "open", name=LAW)
    ask(desk, "check", name=LAW, text=opened["text"].replace(FIVE, SIX), base=opened["base"])
    (books / LAW).write_text(opened["text"] + "# theirs\n", "utf-8")
    again = ask(desk, "open", name=LAW)
    assert SIX in again["text"] and again["elsewhere"] and again["base"] == opened["base"]
    ask(desk, "save", 409, name=LAW, text=again["text"], base=again["base"])
    dropped = ask(desk, "drop", name=LAW)
    assert dropped["text"].endswith("# theirs\n") and dropped["saved"]


def test_the_shipped_rules_are_not_written(books: Path) -> None:
    with studio(books, fixed=True) as desk:
        desk.get(f"/?token={TOKEN}")
        opened = ask(desk, "open", name=LAW)
        assert opened["fixed"] and ask(desk, "save", 403, name=LAW, text="x", base=opened["base"])["type"].endswith("read-only")
        assert words("vi")["fixed"] in desk.get("/").text


# ------------------------------------------------------------------ the law


def test_messages_while_typing_save_nothing(desk: TestClient, books: Path) -> None:
    text = ask(desk, "open", name=LAW)["text"]
    found = ask(desk, "check", lang="vi", name=LAW, text=text.replace("days late <=", "days lat <="))
    first = found["problems"][0]
    line = next(i for i, x in enumerate(text.splitlines(), 1) if "days late <=" in x)
    assert (first["file"], first["line"], first["inside"]) == (LAW, line, True) and "days late" in first["hint"]
    assert not found["saved"] and (books / LAW).read_text("utf-8") == text
    assert ask(desk, "check", name=LAW, text=text) == {"problems": [], "saved": True}


def test_the_official_text_stands_beside_the_rule(desk: TestClient, books: Path) -> None:
    none = ask(desk, "official", name=LAW)
    assert (none["attached"], none["provisions"], none["folder"]) == (False, [], str(books.resolve()))
    attach(books, "Điều 1. Tiền phạt\n1. Sách <đọc> tại chỗ thì không phạt.\n", "vi", "late_books", "x.txt")
    found = ask(desk, "official", lang="en", name=LAW)
    heads = [i for i, line in enumerate(opened_text(desk).splitlines(), 1) if line.startswith(("Article 1.", "Clause 1."))]
    assert [p["line"] for p in found["provisions"]] == heads and found["attached"]
    assert found["provisions"][1]["texts"] == [{"lang": "vi", "text": "Sách <đọc> tại chỗ thì không phạt."}]
    (books / "official_text" / "vi.json").write_text("{", "utf-8")
    ask(desk, "official", 422, name=LAW)


def opened_text(desk: TestClient) -> str:
    return str(ask(desk, "open", name=LAW)["text"])


def test_markup_in_a_law_stays_text(desk: TestClient) -> None:
    text = ask(desk, "open", name=LAW)["text"].replace('en "Fines"', 'en "<script>x</script>"')
    ask(desk, "check", name=LAW, text=text)
    page = ask(desk, "redline", lang="en")["page"]
    assert "&lt;script&gt;" in page and "<script" not in page


def test_the_outline_has_headnotes_in_both_languages(desk: TestClient) -> None:
    for lang, note in (("vi", "Tiền phạt"), ("en", "Fines")):
        found = {f["name"]: f for f in ask(desk, "outline", lang=lang)["files"]}
        article = found[LAW]["entries"][0]
        assert (article["headnote"], article["line"], len(article["inside"])) == (note, 1, 2)
        assert [p["level"] for p in article["inside"][1]["inside"]] == ["point"] * 3
        assert found["books.case"]["entries"] is None  # examples are read where somebody looks
        found = {f["name"]: f for f in ask(desk, "outline", lang=lang, inside=["books.case"])["files"]}
        assert [e["name"] for e in found["books.case"]["entries"]] == ["early", "late", "of_the_hall"]


def test_the_examples_beside_say_what_an_edit_changed(desk: TestClient) -> None:
    text = ask(desk, "open", name=LAW)["text"]
    ask(desk, "check", name=LAW, text=text.replace(FIVE, SIX))
    found = {t["key"]: t for t in ask(desk, "trials", lang="vi", name="books.case")["trials"]}
    late = found["late"]
    assert late["changes"] == [{"name": "tiền phạt", "before": "5 xu", "after": "6 xu"}]
    assert not late["passed"] and late["line"] == 8 and found["early"]["passed"] and found["early"]["changes"] == []
    assert [t["key"] for t in ask(desk, "effect", name="books.case")["trials"]] == ["late"]
    ask(desk, "check", name=LAW, text="nonsense")
    assert ask(desk, "trials", name="books.case")["by"] == "earlier"


def test_a_text_turns_into_the_other_tongue_and_back(desk: TestClient) -> None:
    text = ask(desk, "open", name=LAW)["text"]
    vietnamese = ask(desk, "convert", name=LAW, text=text, to="vi")["text"]
    assert "tiền phạt là 5 xu khi số ngày muộn > 3 ngày" in vietnamese
    assert ask(desk, "check", name=LAW, text=vietnamese)["problems"] == []
    assert ask(desk, "effect", name="books.case")["trials"] == []
    assert ask(desk, "convert", name=LAW, text=vietnamese, to="en")["text"].count(FIVE) == 1
    assert ask(desk, "convert", 422, name=LAW, text="fine is is.", to="vi")["type"].endswith("law-has-errors")


def test_the_zip_holds_the_redline_and_the_changed_files(desk: TestClient) -> None:
    text = ask(desk, "open", name=LAW)["text"]
    assert ask(desk, "redline")["changed"] == []
    ask(desk, "check", name=LAW, text=text.replace(FIVE, SIX))
    found = ask(desk, "redline", lang="vi")
    assert found["changed"] == [LAW] and "<del>5</del><ins>6</ins>" in found["page"] and words("vi")["changes_about"] in found["page"]
    with zipfile.ZipFile(io.BytesIO(desk.post("/studio/zip").content)) as file:
        assert sorted(file.namelist()) == [f"late_books/{LAW}", "redline.en.html", "redline.vi.html"]
        assert SIX in file.read(f"late_books/{LAW}").decode("utf-8")


def test_a_folder_that_does_not_check_opens_all_the_same(books: Path) -> None:
    text = (books / LAW).read_text("utf-8")
    (books / LAW).write_text(text.replace(FIVE, "fine is is 5 coins"), "utf-8")
    with studio(books) as desk:
        desk.get(f"/?token={TOKEN}")
        assert ask(desk, "form")["form"] is None and ask(desk, "trials", name=LAW)["trials"] == []
        assert ask(desk, "answer", 422, facts={})["type"].endswith("law-has-errors")
        opened = ask(desk, "open", name=LAW)
        assert ask(desk, "check", name=LAW, text=opened["text"])["problems"]
        ask(desk, "save", name=LAW, text=text, base=opened["base"])
        assert ask(desk, "answer", facts={"kind": "novel", "days_late": "6"})["money"][0]["value"] == "5 coins"


def test_acts_in_force_decide_and_it_is_said(books: Path) -> None:
    (books / "amendments").mkdir()
    (books / "amendments" / "dearer.law").write_text(ACT, "utf-8")
    with studio(books) as desk:
        desk.get(f"/?token={TOKEN}")
        found = ask(desk, "answer", facts={"kind": "novel", "days_late": "6"})
        assert (found["money"][0]["value"], found["by"]) == ("7 coins", "saved")
        assert "amendments/dearer.law" in [f["name"] for f in ask(desk, "outline")["files"]]
        broken = ask(desk, "check", name="amendments/dearer.law", text=ACT.replace("replace", "replce"))
        assert broken["problems"][0]["file"] == "amendments/dearer.law"


# ------------------------------------------------------------------ a case


def test_the_form_is_made_from_the_glossary(desk: TestClient) -> None:
    made = ask(desk, "form", lang="vi")["form"]
    facts = {f["name"]: f for f in made["things"]["case"]["facts"]}
    assert facts["số ngày muộn"]["unit"] == "ngày" and facts["số ngày muộn"]["kind"] == "number"
    assert [c["name"] for c in facts["loại sách"]["choices"]] == ["tiểu thuyết", "tập bản đồ", "từ điển"]


def test_an_answer_grows_with_the_facts(desk: TestClient) -> None:
    empty = ask(desk, "answer", lang="vi", facts={})
    assert (empty["status"], empty["page"]) == ("undetermined", "") and "kind" in empty["needs"]
    part = ask(desk, "answer", facts={"kind": "novel"})
    assert part["money"][0]["between"] == ["0 coins", "5 coins"]
    whole = ask(desk, "answer", facts={"kind": "atlas", "days_late": "1"}, layer="explanation")
    assert whole["status"] == "determined" and whole["money"][0]["value"] == "10 coins" and "<script" not in whole["page"]
    wrong = ask(desk, "answer", facts={"kind": "<b>", "days_late": 1}, layer="explanation")
    assert wrong["status"] == "refused" and wrong["findings"][0]["message"] and "<b>" not in wrong["page"]
    ask(desk, "answer", 422, facts={}, readings={"no_such": "x"})
    ask(desk, "answer", 422, facts={}, readings=[])
    ask(desk, "answer", 422, facts={}, layer="../x")


def test_a_statement_of_the_shipped_rules(root: Path, rules: la.Rules) -> None:
    case = json.loads((root / "docs" / "cases" / "two_providers.json").read_text("utf-8"))
    found, _ = answer(rules, case, None, {}, "vi", "statement")
    assert found["money"][0]["value"] == "25.300.000 đồng" and "8.433.333 đồng" in found["page"]
    further, result = answer(rules, case, None, {}, "vi", "what_if")
    assert further["page"] == result.explain("vi", "html", what_if=True) != result.explain("vi", "html")
    things = form(rules.rulebook, "vi")["things"]
    assert {x["key"] for x in things["case"]["lists"]} >= {"providers", "entries", "offences", "documents"}
    assert [x["key"] for x in things["documents"]["lists"]] == ["offences"]


# ------------------------------------------------------------------ pages


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_in_both_languages(desk: TestClient, lang: str) -> None:
    for path in ("/", "/studio/changes", "/studio/case"):
        page = desk.get(f"{path}?lang={lang}").text
        assert f'<html lang="{lang}">' in page and words(lang)["pages"] in page and page.count("<h1>") == 1
        assert f'lang={"en" if lang == "vi" else "vi"}"' in page
    assert desk.get("/").text.startswith("<!doctype html>\n<html lang=\"" + lang)  # as chosen last


def test_words_are_there_and_used() -> None:
    said = {key: (words("vi")[key], words("en")[key]) for key in words("vi")}
    texts = "\n".join(p.read_text("utf-8") for p in [*(WEB / "assets").iterdir(), *(WEB / "templates").iterdir(), *WEB.rglob("*.py")])
    made = ("to_", "cover_", "new_")  # their names are put together
    statuses = {"determined", "undetermined", "refused_status"}  # asked for by the status of an answer
    unused = [k for k in said if not any(f"{lead}{k}" in texts for lead in ("w.", "words.", '"')) and not k.startswith(made)]
    assert {*unused} <= statuses <= said.keys()
    assert all(vi != en or not vi for vi, en in said.values())
    asked = set(re.findall(r"\bwords\.([a-z_]+)", texts)) | set(re.findall(r"\bw\.([a-z_]+)", texts))
    assert asked <= said.keys() | {"toml", "message"}


def test_scripts_and_styles_stay_small_and_make_no_markup() -> None:
    for path in [*(WEB / "assets").iterdir(), *(WEB / "templates").iterdir()]:
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 400, path
        assert not any(word in text for word in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "https://")), path


def test_assets_and_no_others(desk: TestClient) -> None:
    assert "--mark" in desk.get("/studio/assets/look.css").text
    assert desk.get("/studio/assets/case.js").headers["content-type"].startswith("text/javascript")
    for name in ("words.toml", "..%2fwords.toml", "no.js"):
        assert desk.get(f"/studio/assets/{name}").status_code == 404


def test_another_folder_for_what_was_saved(books: Path, tmp_path: Path) -> None:
    with studio(books, history=tmp_path / "kept") as desk:
        desk.get(f"/?token={TOKEN}")
        opened = ask(desk, "open", name=LAW)
        ask(desk, "save", name=LAW, text=opened["text"] + "# more\n", base=opened["base"])
    assert [p.name for p in (tmp_path / "kept").rglob("*.law")] == ["00001.law"]
