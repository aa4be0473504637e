"""An answer that stands before the whole body has come is still read by whoever is sending.

Most clients send all of a body before they read an answer, and see nothing but a broken connection when it is closed on
them. So the answer goes out at once, with ``Connection: close``, and what is on its way is read away, so far and so long
as is stated here; then the connection ends.
"""

from __future__ import annotations

import asyncio
from typing import Final

import attrs
from starlette.types import ASGIApp, Message, Receive, Scope, Send

IDLE: Final = 5  # seconds without anything coming
CLOSE: Final = (b"connection", b"close")


@attrs.frozen(slots=True, eq=False)
class Draining:
    """An application whose answers outlive unread bodies. ``most``: bytes that are read away, within ``seconds``."""

    app: ASGIApp
    most: int
    seconds: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self.app(scope, receive, send)
            return
        coming = True  # more of the body

        async def take() -> Message:
            nonlocal coming
            message = await receive()
            coming = message.get("more_body", False)
            return message

        async def give(message: Message) -> None:
            if coming and message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], CLOSE]}
            if coming and message["type"] == "http.response.body" and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await self._drain(take)
                message = {"type": "http.response.body"}
            await send(message)

        await self.app(scope, take, give)

    async def _drain(self, take: Receive) -> None:
        left, coming = self.most, True
        try:
            async with asyncio.timeout(self.seconds):
                while coming and left > 0:
                    async with asyncio.timeout(IDLE):
                        message = await take()
                    coming = message.get("more_body", False)
                    left -= len(message.get("body", b""))
        except TimeoutError:
            return


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )
