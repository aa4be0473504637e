"""Answers that stand before the body has come: who sends all of it before reading sees them, on real connections."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from legalaid_dsl.service.app import make_app
from legalaid_dsl.service.config import Config
from legalaid_dsl.service.draining import Draining

LIMIT = 100_000
SENT = 9_000_000  # more than the buffers of a connection hold
NOBODY = {"Host": "rules.example"}


@pytest.fixture(scope="module")
def port(root: Path) -> Iterator[int]:
    """A server on loopback, in a thread."""
    config = Config(
        rulesets=str(root / "tests" / "rulesets_small" / "late_books"), watch=0, body=LIMIT, batch_body=2 * SENT
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(make_app(config), log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


Sent = tuple[int, str, bytes]


def by_http_client(port: int, path: str, size: int, headers: dict[str, str]) -> Sent:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", path, body=b" " * size, headers=headers)
    found = connection.getresponse()
    return found.status, found.headers["Content-Type"], found.read()


def in_chunks(port: int, path: str, size: int, headers: dict[str, str]) -> Sent:
    """Without a length."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    pieces = (b" " * min(50_000, size - start) for start in range(0, size, 50_000))
    connection.request(
        "POST", path, body=pieces, headers={**headers, "Transfer-Encoding": "chunked"}, encode_chunked=True
    )
    found = connection.getresponse()
    return found.status, found.headers["Content-Type"], found.read()


def by_urllib(port: int, path: str, size: int, headers: dict[str, str]) -> Sent:
    """It asks to have the connection closed."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}{path}", b" " * size, headers))
    return caught.value.code, caught.value.headers["Content-Type"], caught.value.read()


def by_an_old_client(port: int, path: str, size: int, headers: dict[str, str]) -> Sent:
    """HTTP/1.0, up to the end of the connection."""
    lines = "".join(
        f"{name}: {value}\r\n" for name, value in {"Host": "localhost", "Content-Length": str(size), **headers}.items()
    )
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"POST {path} HTTP/1.0\r\n{lines}\r\n".encode() + b" " * size)
        found = http.client.HTTPResponse(connection)
        found.begin()
        body = found.read()
        assert not connection.recv(1)
    return found.status, found.headers["Content-Type"], body


@pytest.mark.parametrize("send", [by_http_client, in_chunks, by_urllib, by_an_old_client])
@pytest.mark.parametrize(
    ("path", "size", "headers", "status", "code"),
    [
        ("/v1/evaluate", SENT, {}, 413, "too-large"),
        ("/v1/evaluate", LIMIT + 1, {}, 413, "too-large"),
        ("/v1/batch", 2 * SENT + 1, {}, 413, "too-large"),
        ("/v1/evaluate", SENT, NOBODY, 403, "no-host"),
        ("/v1/evaluate", SENT, {"X-Request-Id": "a b"}, 400, "bad-header"),
        ("/v1/none", SENT, {}, 404, "not-found"),
        ("/healthz", SENT, {}, 405, "no-method"),
    ],
)  # fmt: skip
def test_a_problem_is_read_by_whoever_sends_all_of_the_body_first(
    port: int, send: Callable[..., Sent], path: str, size: int, headers: dict[str, str], status: int, code: str
) -> None:
    found, media, body = send(port, path, size, headers)
    assert (found, media) == (status, "application/problem+json")
    problem = json.loads(body)
    assert problem["type"] == f"urn:legalaid:problem:{code}"
    assert problem["messages"]["detail"]["vi"]


def test_a_connection_whose_body_was_taken_stays(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for body in (b"{}", b"", b'{"case": {}}'):
        connection.request("POST", "/v1/evaluate", body=body)
        kept = connection.sock
        found = connection.getresponse()
        found.read()
        assert (found.headers["Connection"], connection.sock) == (None, kept)


PIECE = {"type": "http.request", "body": b" " * 10, "more_body": True}
LAST = {**PIECE, "more_body": False}


def drained(coming: list[Message], most: int = 1000, seconds: int = 60) -> tuple[list[Message], int]:
    """What is sent where the answer stands before the body, and how many pieces of it are left."""
    sent: list[Message] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 413, "headers": []})
        await send({"type": "http.response.body", "body": b"too large"})

    async def receive() -> Message:
        if not coming:
            await anyio.sleep_forever()
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(b"transfer-encoding", b"chunked")]}
    anyio.run(Draining(answer, most, seconds), scope, receive, send)
    return sent, len(coming)


@pytest.mark.parametrize(
    ("coming", "most", "left"),
    [
        ([PIECE, PIECE, LAST], 1000, 0),
        ([PIECE] * 9, 50, 4),  # no further than that
        ([PIECE, {"type": "http.disconnect"}, PIECE], 1000, 1),
    ],
)
def test_what_is_on_its_way_is_read_away_so_far(coming: list[Message], most: int, left: int) -> None:
    sent, there = drained(list(coming), most)
    assert there == left
    assert sent[0]["headers"] == [(b"connection", b"close")]
    assert [(m.get("body", b""), m.get("more_body", False)) for m in sent[1:]] == [(b"too large", True), (b"", False)]


def test_and_so_long() -> None:
    """Who sends nothing more is not waited for without end."""
    assert len(drained([PIECE], seconds=0)[0]) == 3


def test_who_hangs_up_in_the_middle_of_a_body_is_no_fault_of_ours(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "legalaid.service"):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(
                b"POST /v1/evaluate HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: gone\r\nContent-Length: 100\r\n\r\n{"
            )
        while '"request_id": "gone"' not in caplog.text:  # the next request comes after it
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").read()
    assert (
        '"request_id": "gone", "caller": "local", "method": "POST", "route": "/v1/evaluate", "status": 400'
        in caplog.text
    )
    assert "error" not in caplog.text
