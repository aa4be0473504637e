"""Nothing is lost: drafts on the disk, two windows, two studios, git; and the editor's own wire."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from legalaid_dsl.web.files.drafts import Drafts
from legalaid_dsl.web.files.folder import Folder

from .conftest import HERE, TOKEN, studio
from .test_studio import FIVE, LAW, SIX, ask

SOCKET = HERE.replace("http", "ws") + "/studio/editor"


def opened(desk: TestClient) -> Any:
    return ask(desk, "open", name=LAW)


def test_what_was_typed_is_there_after_a_kill(books: Path) -> None:
    first = studio(books)  # its end is never told: as after a kill
    first.get(f"/?token={TOKEN}")
    found = opened(first)
    ask(first, "check", name=LAW, text=found["text"].replace(FIVE, SIX), base=found["base"])
    kept = list((books.parent / ".history").rglob("draft-*.json"))
    assert len(kept) == 1 and SIX in json.loads(kept[0].read_text("utf-8"))["text"]
    for mark in (books.parent / ".history").rglob("open/*.json"):
        mark.write_text(json.dumps({"host": json.loads(mark.read_text("utf-8"))["host"], "pid": 2**22 + 5}), "utf-8")  # no such process
    with studio(books) as second:
        second.get(f"/?token={TOKEN}")
        again = opened(second)
        assert SIX in again["text"] and not again["saved"] and FIVE in (books / LAW).read_text("utf-8")
        dropped = ask(second, "drop", name=LAW)
        assert dropped["saved"] and not list((books.parent / ".history").rglob("draft-*.json"))
        assert SIX in ask(second, "before", name=LAW, number=dropped["kept"][0]["number"])["text"]  # given up, not lost
    assert not list((books.parent / ".history").rglob("open/*.json"))  # it said that it had ended


def test_another_studio_is_told_of_and_its_drafts_left_alone(books: Path) -> None:
    folder = Folder(books.resolve(), (books.parent / ".history").resolve())
    here, there = Drafts(folder, "1-a"), Drafts(folder, "1-b")
    here.here()
    there.here()
    there.keep(books.resolve() / LAW, "theirs", "x")
    assert len(here.others()) == 1 and list(here.left()) == []
    there.gone()
    assert here.others() == [] and [t for _, t, _ in here.left()] == ["theirs"]


def test_an_older_window_does_not_write_over_a_newer_one(desk: TestClient) -> None:
    found = opened(desk)
    ask(desk, "check", name=LAW, text=found["text"] + "# one\n", base=found["base"], known=found["text"])
    refused = ask(desk, "check", 409, name=LAW, text=found["text"] + "# two\n", base=found["base"], known=found["text"])
    assert refused["theirs"].endswith("# one\n") and refused["yours"].endswith("# two\n")
    assert opened(desk)["text"].endswith("# one\n")


def test_a_save_ends_the_draft_that_it_was_made_of_and_no_later_one(desk: TestClient, books: Path) -> None:
    desk.headers["X-Window"] = "w"
    found = opened(desk)
    ask(desk, "check", name=LAW, text=found["text"] + "# one\n# two\n", base=found["base"], version=2)  # typed while the save was under way
    saved = ask(desk, "save", name=LAW, text=found["text"] + "# one\n", base=found["base"], version=1)
    assert (books / LAW).read_text("utf-8").endswith("# one\n")
    assert not saved["saved"] and not saved["elsewhere"] and saved["text"].endswith("# two\n")
    kept = list((books.parent / ".history").rglob("draft-*.json"))
    assert [json.loads(k.read_text("utf-8"))["base"] for k in kept] == [saved["base"]]
    again = ask(desk, "save", name=LAW, text=found["text"], base=saved["base"], version=2)  # an older text instead of it
    assert again["saved"] and again["text"] == found["text"]


def test_a_save_that_overtakes_what_was_typed_before_it_ends_that_too(desk: TestClient, books: Path) -> None:
    desk.headers["X-Window"] = "w"
    found = opened(desk)
    text, base = found["text"], found["base"]
    ask(desk, "check", name=LAW, text=text + "# one\n", base=base, version=1)
    saved = ask(desk, "save", name=LAW, text=text + "# two\n", base=base, known=text, version=3)  # typed, and not known here yet
    assert saved["saved"] and saved["text"].endswith("# two\n") and not list((books.parent / ".history").rglob("draft-*.json"))
    for version, late in ((2, "# on\n"), (3, "# two\n")):
        assert ask(desk, "check", name=LAW, text=text + late, base=base, version=version)["saved"]
    assert opened(desk)["text"].endswith("# two\n")
    assert not ask(desk, "check", name=LAW, text=text + "# three\n", base=saved["base"], version=4)["saved"]
    desk.headers["X-Window"] = "after a reload"  # numbers begin anew, and what this window was shown is what it saves
    shown = opened(desk)
    again = ask(desk, "save", name=LAW, text=text, base=shown["base"], known=shown["text"], version=0)
    assert again["saved"] and again["text"] == text


def test_what_was_given_up_does_not_come_back_with_what_is_still_under_way(desk: TestClient) -> None:
    desk.headers["X-Window"] = "w"
    found = opened(desk)
    ask(desk, "check", name=LAW, text=found["text"] + "# one\n", base=found["base"], version=1)
    assert ask(desk, "drop", name=LAW, version=3)["saved"]
    for version in (2, 3):  # typed before, and late
        assert ask(desk, "check", name=LAW, text=found["text"] + "# two\n", base=found["base"], version=version)["saved"]
    assert opened(desk)["text"] == found["text"]
    assert not ask(desk, "check", name=LAW, text=found["text"] + "# three\n", base=found["base"], version=4)["saved"]


def test_an_act_that_is_given_up_has_no_examples(desk: TestClient) -> None:
    """Its window still shows it, and asks."""
    act = "amendments/dearer.law"
    ask(desk, "check", name=act, text="# an act\n")
    ask(desk, "drop", name=act)
    assert ask(desk, "trials", name=act)["trials"] == ask(desk, "trials", name="amendments/dearer.case")["trials"] == []


@pytest.mark.parametrize(("lang", "why"), [("vi", "hết dung lượng đĩa"), ("en", "No space left")])
def test_why_nothing_can_be_written_is_said_in_the_reader_s_tongue(desk: TestClient, monkeypatch: pytest.MonkeyPatch, lang: str, why: str) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    found = opened(desk)
    monkeypatch.setattr("legalaid_dsl.web.files.folder.write_whole", full)
    monkeypatch.setattr("legalaid_dsl.web.files.drafts.write_whole", full)
    assert why in ask(desk, "save", 422, lang=lang, name=LAW, text=found["text"] + "# one\n", base=found["base"])["messages"]["detail"][lang]
    ask(desk, "check", name=LAW, text=found["text"] + "# one\n", base=found["base"])
    assert why in ask(desk, "pulse", lang=lang)["failing"]


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
def test_git_where_there_is_any(desk: TestClient, books: Path) -> None:
    assert opened(desk)["commits"] == [] and not ask(desk, "pulse")["git"]
    run = ["git", "-c", "user.name=x", "-c", "user.email=x@x", "-C", str(books)]
    for words in (["init", "-q"], ["config", "user.name", "x"], ["config", "user.email", "x@x"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*run, *words], check=True, capture_output=True)
    with studio(books) as again:
        again.get(f"/?token={TOKEN}")
        found = opened(again)
        assert [c["subject"] for c in found["commits"]] == ["first"]
        ask(again, "save", name=LAW, text=found["text"].replace(FIVE, SIX), base=found["base"])
        done = ask(again, "commit", message="dearer")
        assert done == {"committed": [LAW], "failed": ""}
        now = opened(again)
        assert [c["subject"] for c in now["commits"]] == ["dearer", "first"]
        assert FIVE in ask(again, "earlier", name=LAW, commit=now["commits"][1]["id"])["text"]
        ask(again, "earlier", 404, name=LAW, commit="HEAD")


# ------------------------------------------------------------------ the wire


def test_nobody_else_may_talk(desk: TestClient, shut: TestClient) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Cookie": ""}):
        with pytest.raises(WebSocketDisconnect), desk.websocket_connect(SOCKET, headers={"Origin": HERE, **headers}):
            pass


class Editor:
    """A client of the language server, over the socket of the page."""

    def __init__(self, socket: Any, root: Path) -> None:
        self.socket, self.number = socket, 0
        self.uri = (root.resolve() / LAW).as_uri()
        self.request("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {}, "initializationOptions": {"lang": "vi"}})
        self.notify("initialized", {})

    def notify(self, method: str, params: Any) -> None:
        self.socket.send_text(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    def request(self, method: str, params: Any) -> Any:
        self.number += 1
        self.socket.send_text(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}))
        return self.until(lambda m: m.get("id") == self.number)

    def until(self, wanted: Any) -> Any:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            message = json.loads(self.socket.receive_text())
            if wanted(message):
                return message
        raise AssertionError("nothing came")

    def put(self, text: str, version: int) -> None:
        document = {"uri": self.uri, "version": version}
        if version:
            self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
        else:
            self.notify("textDocument/didOpen", {"textDocument": {**document, "languageId": "legalaid", "text": text}})


def test_typing_in_the_editor_is_the_draft_of_the_desk(desk: TestClient, books: Path) -> None:
    text = opened(desk)["text"]
    with desk.websocket_connect(SOCKET, headers={"Origin": HERE}) as socket:
        editor = Editor(socket, books)
        editor.put(text, 0)
        editor.put(text.replace("days late <=", "days lat <="), 1)
        told = editor.until(lambda m: m.get("method") == "textDocument/publishDiagnostics" and m["params"]["diagnostics"])
        assert "days late" in told["params"]["diagnostics"][0]["message"]
        assert "days lat <=" in opened(desk)["text"] and list((books.parent / ".history").rglob("draft-*.json"))
        # what another page does is told, and what is typed on an older text does not count
        ask(desk, "check", name=LAW, text=text + "# theirs\n")
        editor.until(lambda m: m.get("method") == "legalaid/elsewhere" and m["params"]["code"] == "text")
        editor.put(text + "# mine\n", 2)
        editor.until(lambda m: m.get("method") == "legalaid/elsewhere" and m["params"]["code"] == "changed-elsewhere")
        assert opened(desk)["text"].endswith("# theirs\n")
        outside = {"textDocument": {"uri": (books.parent / "x.law").as_uri(), "languageId": "legalaid", "version": 0, "text": "x"}}
        editor.notify("textDocument/didOpen", outside)  # dropped: it is no file of the folder
        assert "result" in editor.request("textDocument/documentSymbol", {"textDocument": {"uri": editor.uri}})


def test_what_others_wrote_is_told_and_what_the_window_saved_is_not(desk: TestClient, books: Path) -> None:
    text = opened(desk)["text"]
    desk.headers["X-Window"] = "w"
    with desk.websocket_connect(SOCKET + "?window=w", headers={"Origin": HERE}) as socket:
        editor = Editor(socket, books)
        editor.put(text, 0)
        assert "result" in editor.request("textDocument/documentSymbol", {"textDocument": {"uri": editor.uri}})  # it is open
        told: list[Any] = []
        ask(desk, "save", name=LAW, text=text + "# mine\n", base=opened(desk)["base"])
        editor.until(lambda m: told.append(m) or m.get("method") == "textDocument/publishDiagnostics")
        (books / LAW).write_text(text + "# theirs\n", "utf-8")
        ask(desk, "pulse")
        editor.until(lambda m: told.append(m) or m.get("method") == "legalaid/elsewhere")
        assert [m["params"]["text"][-9:] for m in told if m.get("method") == "legalaid/elsewhere"] == ["# theirs\n"]
        editor.put(text + "# typed before it was told\n", 1)  # on an older text: it does not count, although this window wrote last
        editor.until(lambda m: m.get("method") == "legalaid/elsewhere" and m["params"]["code"] == "changed-elsewhere")
        assert opened(desk)["text"].endswith("# theirs\n")
        (books / LAW).write_text(text + "# theirs again\n", "utf-8")  # and what was written a moment ago, unseen by any page, is seen
        editor.put(text + "# theirs\n# typed\n", 2)
        editor.until(lambda m: m.get("method") == "legalaid/elsewhere" and m["params"]["code"] == "changed-elsewhere")
        assert opened(desk)["text"].endswith("# theirs again\n")
