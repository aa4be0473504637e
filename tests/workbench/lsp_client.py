"""A small LSP client over the standard input and output of a real server process."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Client:
    """Talks JSON-RPC to ``legalaid lsp``; positions are the client's own UTF-16 units."""

    def __init__(self, root: Path, options: dict[str, Any] | None = None, encodings: list[str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "legalaid_dsl", "lsp", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.number = 0
        self.documents: set[str] = set()
        self.inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.notes: list[dict[str, Any]] = []
        threading.Thread(target=self._listen, daemon=True).start()
        capabilities: dict[str, Any] = {"workspace": {"codeLens": {"refreshSupport": True}}}
        if encodings:
            capabilities["general"] = {"positionEncodings": encodings}
        start = {"processId": None, "rootUri": root.as_uri(), "capabilities": capabilities}
        self.server = self.ask("initialize", {**start, "initializationOptions": options or {}})
        self.tell("initialized", {})

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while line := stream.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                self.inbox.put(None)
                return
            self.inbox.put(json.loads(stream.read(length)))

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        data = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def tell(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def receive(self) -> dict[str, Any]:
        """The next message, however long the server takes; an error when it is gone."""
        message = self.inbox.get()
        if message is None:
            raise ServerError("the server has ended")
        if "method" in message and "id" in message:  # the server asks: it gets an empty answer
            self.send({"id": message["id"], "result": None})
        if "method" in message:
            self.notes.append(message)
        return message

    def ask(self, method: str, params: Any) -> Any:
        self.number += 1
        number = self.number
        self.send({"id": number, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise ServerError(message["error"]["message"])
                return message["result"]

    # -------------------------------------------------------------- documents

    def open(self, path: Path, text: str | None = None) -> str:
        uri = path.as_uri()
        self.documents.add(uri)
        shown = path.read_text("utf-8") if text is None else text
        document = {"uri": uri, "languageId": "legalaid", "version": 1, "text": shown}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def close_documents(self) -> None:
        """Close what is open and wait until the server has taken note."""
        for uri in self.documents:
            self.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        self.ask("workspace/executeCommand", {"command": "legalaid.runCase", "arguments": ["file:///none/none.case", ""]})
        self.documents.clear()
        self.notes.clear()

    def change(self, uri: str, text: str, version: int = 2) -> None:
        document = {"uri": uri, "version": version}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """The next diagnostics published for a document."""
        while True:
            for i, message in enumerate(self.notes):
                if message["method"] == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                    del self.notes[: i + 1]
                    found: list[dict[str, Any]] = message["params"]["diagnostics"]
                    return found
            self.receive()

    def wait(self, uri: str, fits: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The first diagnostics of a document that fit; those of an earlier change may come before."""
        while not fits(found := self.diagnostics(uri)):
            pass
        return found

    def at(self, method: str, uri: str, position: dict[str, int], **more: Any) -> Any:
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position, **more})

    def close(self) -> None:
        try:
            self.ask("shutdown", None)
            self.tell("exit", None)
            self.process.wait()
        finally:
            self.process.kill()
            self.process.wait()


class ServerError(Exception):
    """What the server answered instead of a result."""


def position(text: str, offset: int) -> dict[str, int]:
    """As an editor counts: lines from 0, units of UTF-16."""
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    return {"line": line, "character": len(text[start:offset].encode("utf-16-le")) // 2}


def of(text: str, words: str, nth: int = 0, inside: int = 1) -> dict[str, int]:
    """The position inside the nth place where words stand."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return position(text, at + inside)


def between(text: str, found: dict[str, Any]) -> str:
    """The text of a range."""
    lines = text.split("\n")

    def offset(place: dict[str, int]) -> int:
        before = sum(len(line) + 1 for line in lines[: place["line"]])
        units = lines[place["line"]].encode("utf-16-le")[: 2 * place["character"]]
        return before + len(units.decode("utf-16-le"))

    return text[offset(found["start"]) : offset(found["end"])]
