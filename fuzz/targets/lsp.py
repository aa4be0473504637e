"""The language server in process: any documents and requests in any order are answered, and it settles.

The input is JSON: a list of steps ``["open"]`` (the small
ruleset), ``["open", text]``, ``["edit", from, cut, put]``, ``["ask", what, line, character]``,
``["close"]``, ``["case", text]``; places may lie outside the text. What is no such list is the text of a document.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from legalaid_dsl.workbench.server.app import Server, make_server

from .. import grammar
from ..common import mini_text, place, promise, text_of

SETTLING: Final = 2_000  # rounds in which everything must have been looked at
ASKED: Final = (
    "hover", "completion", "definition", "references", "prepareRename", "rename", "documentSymbol", "formatting", "codeAction", "codeLens",
)  # fmt: skip
STEPS: Final = 12


def run(data: bytes) -> None:
    server = make_server()
    server.soon = lambda: None  # type: ignore[method-assign]  # it waits for a loop; here every step is followed by its answer
    folder = place() / "desk" / "mini"
    folder.mkdir(parents=True, exist_ok=True)
    files = {"law": folder / "rules.law", "case": folder / "own.case"}
    files["law"].write_text(mini_text(), "utf-8")
    texts: dict[str, str] = {}
    for step in steps_of(data):
        if step and step[0] == "ask":
            _ask(server, files, step[1:])
        else:
            _edit(server, files, texts, step)
            _settle(server)


def steps_of(data: bytes) -> list[list[Any]]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        return [["open", text_of(data)], *(["ask", what, 3, 5] for what in ASKED)]
    return [s for s in found if isinstance(s, list)][:STEPS]


def _feature(server: Server, name: str, params: Any) -> Any:
    try:
        return server.protocol.fm.features[name](params)
    except JsonRpcException as refused:
        promise(str(refused), "refused says why")
        return None


def _edit(server: Server, files: dict[str, Path], texts: dict[str, str], step: list[Any]) -> None:
    kind = "case" if step and step[0] == "case" else "law"
    uri = files[kind].as_uri()
    match step:
        case ["open"]:
            texts[kind] = mini_text()
        case ["open" | "case", str(text)]:
            texts[kind] = text.encode("utf-8", "replace").decode()
        case ["edit", int(at), int(cut), str(put)]:
            old = texts.get(kind, mini_text())
            at = abs(at) % (len(old) + 1)
            texts[kind] = (old[:at] + put + old[at + abs(cut) :]).encode("utf-8", "replace").decode()
        case ["close"]:
            texts.pop("law", None)
            _feature(server, "textDocument/didClose", lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
            return
        case _:
            return
    item = lsp.TextDocumentItem(uri, "legalaid", 1, texts[kind])
    _feature(server, "textDocument/didOpen", lsp.DidOpenTextDocumentParams(item))


def _settle(server: Server) -> None:
    for _ in range(SETTLING):
        for _, found in server.desk.diagnose():
            for shown in found:
                promise(shown.message and shown.range.start.line >= 0, "diagnostics are said")
        if not server.desk.unsettled:
            return
    promise(False, "the desk settles")


def _ask(server: Server, files: dict[str, Path], step: list[Any]) -> None:
    match step:
        case [str(what), int(line), int(character)] if what in ASKED:
            pass
        case _:
            return
    document = lsp.TextDocumentIdentifier(files["case" if what == "codeLens" else "law"].as_uri())
    # an editor's protocol has no number below 0 and none above 2^31
    position = lsp.Position(min(abs(line), 2**31 - 1), min(abs(character), 2**31 - 1))
    area = lsp.Range(position, position)
    params: dict[str, Any] = {
        "references": lambda: lsp.ReferenceParams(lsp.ReferenceContext(True), document, position),
        "rename": lambda: lsp.RenameParams(document, position, "new name"),
        "documentSymbol": lambda: lsp.DocumentSymbolParams(document),
        "formatting": lambda: lsp.DocumentFormattingParams(document, lsp.FormattingOptions(2, True)),
        "codeAction": lambda: lsp.CodeActionParams(document, area, lsp.CodeActionContext([])),
        "codeLens": lambda: lsp.CodeLensParams(document),
    }  # fmt: skip
    make = params.get(what, lambda: lsp.HoverParams(document, position))
    _feature(server, f"textDocument/{what}", make())


# ------------------------------------------------------------------ made up


def inputs() -> st.SearchStrategy[bytes]:
    text = st.one_of(grammar.typed().map(lambda t: mini_text() + t), grammar.sentences(), grammar.jumbled())
    put = st.one_of(st.sampled_from(['"', ".", "(", "\n", "# ", "“", "e\u0301", "\U0001d404", "Clause 1. ", " when ", "not ", "Khoản 3. "]), st.text(max_size=3))
    at, big = st.integers(0, 4_000), st.sampled_from([0, 1, 3, 20, 43, 10_000, 2**31])
    step = st.one_of(
        st.tuples(st.just("open"), text), st.tuples(st.just("case"), st.one_of(grammar.sentences("en", "example"), grammar.jumbled())),
        st.tuples(st.just("edit"), at, st.integers(0, 30), put), st.tuples(st.just("edit"), at, st.integers(0, 30), put),
        st.tuples(st.just("ask"), st.sampled_from(ASKED), st.integers(0, 80) | big, big), st.just(("close",)),
    )  # fmt: skip
    return st.lists(step, min_size=1, max_size=8).map(lambda s: json.dumps([["open"], *s]).encode())


def seeds() -> Iterable[bytes]:
    for i, what in enumerate(ASKED):
        steps = [["open"], ["ask", what, 20 + i, 7], ["edit", 300 * i, 3, ". "], ["ask", what, 21 + i, 9]]
        yield json.dumps(steps).encode()
    yield b"Instrument"
    yield b'[["case", "Case a.\\nurgent is yes.\\nexpect determined.\\n"], ["ask", "codeLens", 0, 0], ["close"]]'
