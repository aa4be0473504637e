"""The language server of the editor in the page: the one of ``legalaid lsp``, over a WebSocket, on the texts of the desk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from ..basics.source_text import MAX_BYTES
from ..service.problems import Problem
from ..workbench.server.app import Server, make_server
from ..workbench.server.desk import Desk as EditorDesk
from ..workbench.server.positions import path_of
from .desk import Desk

ELSEWHERE: Final = "legalaid/elsewhere"  # a text was changed by somebody else than this editor


class _Texts(EditorDesk):
    """What the editor has open; the ruleset itself is the one on the drafter's desk."""

    def __init__(self, desk: Desk, told: Callable[[str, Any], None], who: str) -> None:
        super().__init__(parsers=desk.project.parsers, projects={desk.folder.root: desk.project})
        self.desk, self.told, self.who = desk, told, who
        self.known: dict[Path, str] = {}

    def put(self, uri: str, text: str, version: int | None = None) -> Path:
        path = super().put(uri, text, version)
        self.desk.refresh()  # what is typed on a text that is gone from the disk does not count
        try:
            self.desk.who = self.who
            self.desk.put(path, self.texts[path], known=self.known.get(path, self.texts[path]), version=version)
            self.known[path] = self.texts[path]
        except Problem as problem:  # two windows: the page asks which text counts
            self.told(ELSEWHERE, {"uri": uri, "code": problem.code})
        return path

    def close(self, uri: str) -> Path:
        self.known.pop(path_of(uri), None)
        return super().close(uri)

    def changed(self, path: Path, text: str) -> None:
        """Somebody else has written: the page of another window, or another page of this one."""
        if path in self.texts and self.texts[path] != text:
            self.told(ELSEWHERE, {"uri": self.uri(path), "code": "text", "text": text})


class _Shared(Server):
    """A server that takes turns with the pages: whatever reads the project holds the desk's lock."""

    def __init__(self, desk: Desk, told: Callable[[str, Any], None], who: str) -> None:
        super().__init__()
        self.lock = desk.lock
        self.desk: _Texts = _Texts(desk, told, who)

    def publish(self) -> None:
        with self.lock:
            super().publish()

    def tidy(self, everything: bool = False) -> None:
        with self.lock:
            super().tidy(everything)


class Wire:
    """One editor: a thread with a loop of its own, so that neither typing nor pages wait for each other's answers."""

    def __init__(self, desk: Desk, write: Callable[[str], None], who: str) -> None:
        self.desk, self.write, self.who = desk, write, who
        self.loop = asyncio.new_event_loop()
        self.server = _Shared(desk, self.tell, who)
        make_server(self.server)
        self.server.protocol.set_writer(_Writer(write), include_headers=False)
        self.thread = Thread(target=self.loop.run_forever, name="editor", daemon=True)

    def __enter__(self) -> Wire:
        self.thread.start()
        self.desk.editors.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.editors.remove(self)
        self.loop.call_soon_threadsafe(self.loop.stop)

    def heard(self, text: str) -> None:
        self.loop.call_soon_threadsafe(self._handle, text)

    def tell(self, method: str, params: Any) -> None:
        self.write(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))

    def changed(self, path: Path, text: str, who: str) -> None:
        """Called by the desk, on whatever thread. What the window itself has done, it knows."""
        if not who or who != self.who:
            self.loop.call_soon_threadsafe(self._changed, path, text)

    def _changed(self, path: Path, text: str) -> None:
        with self.desk.lock:
            self.server.desk.changed(path, text)
            self.server.soon()

    def _handle(self, text: str) -> None:
        protocol = self.server.protocol
        try:
            raw = json.loads(text)
            if not isinstance(raw, dict) or not self._inside(raw.get("params")):
                return
            message = json.loads(text, object_hook=protocol.structure_message)
        except Exception:  # no message of the protocol: it has been answered, where it can be
            return
        with self.desk.lock:
            protocol.handle_message(message)

    def _inside(self, params: Any) -> bool:
        """Whether every file that a message is about is one of the folder."""
        for uri in _uris(params):
            with suppress(Exception):
                path = path_of(uri)
                if path.is_relative_to(self.desk.folder.root) and self.desk.folder.path(self.desk.folder.name(path)) == path:
                    continue
            return False
        return True


class _Writer:
    """What pygls writes to."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def write(self, data: bytes) -> None:
        self._write(data.decode("utf-8"))

    def close(self) -> None:
        pass


def _uris(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "uri":
                yield str(inner)
            else:
                yield from _uris(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _uris(inner)


async def talk(socket: WebSocket, desk: Desk) -> None:
    """One editor from its beginning to its end."""
    await socket.accept()
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[str] = asyncio.Queue()

    def write(text: str) -> None:
        with suppress(RuntimeError):  # the program ends
            loop.call_soon_threadsafe(waiting.put_nowait, text)

    async def sent() -> None:
        while True:
            await socket.send_text(await waiting.get())

    with Wire(desk, write, socket.query_params.get("window", "")) as wire:
        sending = asyncio.create_task(sent())
        try:
            while True:
                text = await socket.receive_text()
                if len(text) > 2 * MAX_BYTES:
                    break
                wire.heard(text)
        except (WebSocketDisconnect, KeyError, RuntimeError):
            pass
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await sending
