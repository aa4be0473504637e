"""An editor that says what no editor should say: each request has one answer, and the server serves on (in one process)."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pygls")

from pygls.io_ import run_async

from legalaid_dsl.workbench.server.app import make_server
from legalaid_dsl.workbench.server.positions import NoFile, path_of

TINY = """\
Instrument "1/2020" key tiny en "Tiny" vi "Nhỏ", from 2020-01-01.
thing en "case | cases" vi "vụ việc" key case.
unit en "hour | hours" vi "giờ" key hours.
fact en "time" vi "thời gian" key case.time, a number of hours.
term en "pay" vi "tiền" key case.pay, a number of hours, result pay, decisive.
Article 1. en "Pay" vi "Tiền"
for each case:
pay is time.
"""
CASE = "Case one.\ntime is 2 hours.\nexpect pay is 2 hours.\n"
BAD = (
    "", ":", "%", "file:", "file://", "file:///", "file://[", "file:///%00.law", "file:///a\0.law", "file:///%ff%fe.law", "file:///%zz",
    "untitled:Untitled-1", "git:/a/b.law?x", "http://example.com/a.law", "file:relative.law", "\ud800", "file:///\udfff.law",
    "file:///" + "a" * 5000 + ".law", "file:///" + "a/" * 3000 + "x.law", "//host/share/x.law", "file:///c:", "C:\\rules\\a.law",
)  # fmt: skip


class Reader(io.BytesIO):
    async def readline(self) -> bytes:  # type: ignore[override]
        return super().readline()

    async def readexactly(self, count: int) -> bytes:
        return super().read(count)


class Writer:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.sent.append(json.loads(data.split(b"\r\n\r\n", 1)[1]))

    def close(self) -> None: ...


def served(messages: list[Any]) -> list[dict[str, Any]]:
    """What a new server says to messages that come one after the other, and to what they ask for later."""

    async def serve() -> list[dict[str, Any]]:
        server, writer = make_server(), Writer()
        server.protocol.set_writer(writer)  # type: ignore[arg-type]
        start = {
            "id": "start",
            "method": "initialize",
            "params": {"processId": None, "rootUri": None, "capabilities": {}},
        }
        bodies = [
            json.dumps({"jsonrpc": "2.0", **m}).encode() if isinstance(m, dict) else m for m in [start, *messages]
        ]
        reader = Reader(b"".join(b"Content-Length: %d\r\n\r\n" % len(b) + b for b in bodies if b))
        await run_async(threading.Event(), reader, server.protocol, error_handler=server._report_server_error)
        server.publish()
        while server.desk.unsettled:
            server.publish()
        for handle in [*server.tidying, *([server.waiting] if server.waiting else [])]:
            handle.cancel()
        return writer.sent

    return asyncio.run(serve())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile") / "tiny"
    made.mkdir()
    (made / "a.law").write_text(TINY, "utf-8")
    (made / "a.case").write_text(CASE, "utf-8")
    return made


def texted(uri: Any, **more: Any) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, **more}


@pytest.mark.parametrize("uri", BAD, ids=lambda u: repr(u)[:40])
def test_an_address_of_no_file_is_refused_or_answered_empty(folder: Path, uri: str) -> None:
    at = {"position": {"line": 0, "character": 0}}
    asked = [
        {
            "method": "textDocument/didOpen",
            "params": {"textDocument": {"uri": uri, "languageId": "law", "version": 1, "text": TINY}},
        },
        {"id": 1, "method": "textDocument/hover", "params": texted(uri, **at)},
        {"id": 2, "method": "textDocument/documentSymbol", "params": texted(uri)},
        {
            "id": 3,
            "method": "workspace/executeCommand",
            "params": {"command": "legalaid.runCase", "arguments": [uri, "x"]},
        },
        {"method": "textDocument/didClose", "params": texted(uri)},
        {
            "id": 4,
            "method": "textDocument/hover",
            "params": texted((folder / "a.law").as_uri(), position={"line": 7, "character": 1}),
        },
    ]
    answers = {m["id"]: m for m in served(asked) if "id" in m}
    assert set(answers) == {"start", 1, 2, 3, 4}
    assert "pay" in json.dumps(answers[4]["result"])


@pytest.mark.parametrize(
    "line, character",
    [(-1, 0), (0, -1), (-(2**40), 3), (2**31, 0), (2**70, 2**70), (1e9, 0), ("x", 0), (None, 0), ([], {})],
)
def test_a_position_that_is_none_is_answered(folder: Path, line: Any, character: Any) -> None:
    uri = (folder / "a.law").as_uri()
    methods = ("hover", "definition", "completion", "prepareRename")
    at = {"position": {"line": line, "character": character}}
    asked = [{"id": i, "method": f"textDocument/{m}", "params": texted(uri, **at)} for i, m in enumerate(methods)]
    assert {m["id"] for m in served(asked) if "id" in m} == {"start", 0, 1, 2, 3}


def test_links_in_a_circle_are_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.law").symlink_to(tmp_path / "b.law")
    (tmp_path / "b.law").symlink_to(tmp_path / "a.law")
    with pytest.raises(NoFile):
        path_of((tmp_path / "a.law").as_uri())


URIS = ("a.law", "a.case", "amendments/x.law", "other.law", "none/other.law", ".", "a.law/b.law", "a.txt")
numbers = st.sampled_from([0, 1, 2, 7, 8, 50, -1, 2**31 - 1, 2**31, 2**64, 1.5, "1", None, True, []])
words = st.sampled_from(["", "pay", "time", "x y", '"', "\n", "\0", "\ud800", "Article", "a" * 3000, "# x", "ấ", "one"])
anything = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
texts = (
    st.sampled_from(
        [
            "",
            TINY,
            TINY[:200],
            CASE,
            TINY + "pay is (.",
            "\0",
            "\ud800",
            "\ufeff" + TINY,
            TINY.replace("\n", "\r"),
            "x" * 5000,
            "Case one.\n" * 30,
        ]
    )
    | words
)
METHODS = (
    *("hover", "documentSymbol", "completion", "definition", "references", "prepareRename", "rename", "formatting", "codeAction", "codeLens"),
    *("didOpen", "didChange", "didClose", "didSave"),
)  # fmt: skip


@st.composite
def messages(draw: st.DrawFn) -> dict[str, Any]:
    def position() -> Any:
        return {"line": draw(numbers), "character": draw(numbers)}

    if draw(st.integers(0, 9)) == 0:
        method = draw(
            st.sampled_from(
                [
                    "workspace/executeCommand",
                    "workspace/didChangeWatchedFiles",
                    "no/such",
                    "textDocument/hover",
                    "$/cancelRequest",
                    "",
                ]
            )
        )
        return {"method": method, "params": draw(anything), "request": draw(st.booleans())}
    method = draw(st.sampled_from(METHODS))
    uri = draw(st.sampled_from(URIS) | st.sampled_from(BAD) | anything)
    document = {"uri": uri, "languageId": "law", "version": draw(numbers), "text": draw(texts)}
    params: dict[str, Any] = {
        "textDocument": document, "position": position(), "range": {"start": position(), "end": position()}, "newName": draw(words),
        "context": {"includeDeclaration": draw(st.booleans()), "diagnostics": []}, "options": {"tabSize": 2, "insertSpaces": True},
    }  # fmt: skip
    if method == "didChange":
        params["contentChanges"] = [
            {"text": draw(texts), **({"range": params["range"]} if draw(st.booleans()) else {})}
        ]
    for key in draw(st.lists(st.sampled_from(sorted(params)), max_size=1)):
        params[key] = draw(anything)
    return {"method": f"textDocument/{method}", "params": params, "request": not method.startswith("did")}


@given(
    st.lists(
        messages() | st.sampled_from([b"{", b"[]", b"1", b"null", b"\xff", b"[" * 100_000, b'{"jsonrpc": "2.0"}']),
        max_size=12,
    )
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_every_request_has_one_answer_whatever_was_said_before(folder: Path, drawn: list[Any]) -> None:
    law = (folder / "a.law").as_uri()
    said: list[Any] = [
        {"method": "initialized", "params": {}},
        {
            "method": "textDocument/didOpen",
            "params": {"textDocument": {"uri": law, "languageId": "law", "version": 9, "text": TINY}},
        },
    ]
    asked = ["start"]
    for number, message in enumerate(drawn):
        if isinstance(message, bytes):
            said.append(message)
            continue
        document = message["params"].get("textDocument") if isinstance(message["params"], dict) else None
        if isinstance(document, dict) and document.get("uri") in URIS:
            document["uri"] = (folder / document["uri"]).as_uri()
        said.append(
            {"method": message["method"], "params": message["params"], **({"id": number} if message["request"] else {})}
        )
        asked += [number] if message["request"] else []
    said.append({"id": "end", "method": "textDocument/documentSymbol", "params": texted((folder / "b.law").as_uri())})
    answers = served(said)
    assert sorted(map(str, (m["id"] for m in answers if "id" in m and "method" not in m))) == sorted(
        map(str, [*asked, "end"])
    )
    assert all(("result" in m) != ("error" in m) for m in answers if "id" in m and "method" not in m)


def test_the_rules_are_not_touched(folder: Path) -> None:
    assert sorted(p.name for p in folder.iterdir()) == ["a.case", "a.law"]
    assert (folder / "a.law").read_text("utf-8") == TINY
    shutil.rmtree(folder)
