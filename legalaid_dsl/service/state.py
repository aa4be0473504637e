"""What requests share, and how each comes in and goes out."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Final, TypeVar

import attrs
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..receipts.stores import NoStore
from .access import Caller, Gate, caller, name_in
from .config import Config
from .counting import Counting
from .deciding import Deciding
from .problems import Problem
from .rulesets import Rulesets

T = TypeVar("T")
LOG: Final = logging.getLogger("legalaid.service")


@attrs.define(slots=True, eq=False)
class Service:
    """What all requests of a process share."""

    config: Config
    rulesets: Rulesets
    deciding: Deciding
    tokens: dict[str, Caller]
    gate: Gate
    counting: Counting
    pool: ThreadPoolExecutor
    stopping: bool = False

    def place(self, who: str) -> Place:
        """A place for a request, before its body is read. Raises Problem where there is none."""
        self.gate.enter(who)
        self.counting.inside.inc()
        return Place(self, who)

    async def work(self, at: Place, work: Callable[[], T]) -> T:
        """Do work of a request in the pool; it keeps the place until it ends, even when nobody waits any more.

        Raises Problem where there is no time."""
        at.hold()
        try:
            waiting = asyncio.get_running_loop().run_in_executor(self.pool, work)
        except BaseException:
            at.release()
            raise

        def ended(done: asyncio.Future[T]) -> None:
            at.release()
            if not done.cancelled():
                done.exception()  # nobody may wait for it any more

        waiting.add_done_callback(ended)
        try:
            return await asyncio.wait_for(asyncio.shield(waiting), self.config.seconds)
        except TimeoutError:
            raise Problem("too-long", seconds=self.config.seconds, headers={"Retry-After": "5"}) from None

    async def read(self, request: Request, most: int) -> bytes:
        """The body. Raises Problem when it is too large, too slow or cut short."""
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length[:20]) > most:
            raise Problem("too-large", most=most)
        found = bytearray()
        try:
            async with asyncio.timeout(self.config.seconds):
                async for piece in request.stream():
                    found += piece
                    if len(found) > most:
                        raise Problem("too-large", most=most)
        except TimeoutError:
            raise Problem("too-slow", seconds=self.config.seconds) from None
        except ClientDisconnect:
            raise Problem("cut-short") from None
        return bytes(found)


@attrs.define(slots=True, eq=False)
class Place:
    """The place of a request at the gate: free again when its answer is sent and its work has ended. On the event loop only."""

    service: Service
    who: str
    held: int = 1

    def hold(self) -> None:
        self.held += 1

    def release(self) -> None:
        self.held -= 1
        if not self.held:
            self.service.gate.leave(self.who)
            self.service.counting.inside.dec()


class Lines(StreamingResponse):
    """A response in pieces that keeps the place of its request until the last is sent, or nobody takes them any more."""

    def __init__(self, pieces: AsyncIterator[bytes], at: Place, media_type: str) -> None:
        super().__init__(pieces, media_type=media_type)
        self.at = at
        at.hold()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.at.release()


Handler = Callable[[Service, Request, Caller], Awaitable[Response]]


def route(path: str, scope: str, handler: Handler, method: str = "GET") -> Route:
    """A route behind its scope ("" is open); what goes wrong becomes a problem body, and every answer is counted and told."""

    async def answer(request: Request) -> Response:
        service: Service = request.app.state.service
        begun = monotonic()
        who, request_id, at = Caller("", ()), uuid.uuid4().hex, None
        try:
            request_id = name_in(request.headers, "x-request-id") or request_id
            request.state.request_id = request_id
            if scope:
                who = caller(request.headers, service.tokens, scope)
            if method == "POST":
                request.state.place = at = service.place(who.name)
            response = await handler(service, request, who)
        except Exception as error:
            response = problem_of(error, request_id).response(language(request), request_id)
        finally:
            if at is not None:
                at.release()
        response.headers["X-Request-Id"] = request_id
        service.counting.requests.labels(path, str(response.status_code)).inc()
        service.counting.seconds.labels(path).observe(monotonic() - begun)
        told = {"request_id": request_id, "caller": who.name, "method": request.method, "route": path, "status": response.status_code}
        LOG.info("%s", json.dumps(told))
        return response

    return Route(path, answer, methods=[method])


def language(request: Request) -> str:
    """The language of problems: that which stands first in Accept-Language."""
    first = request.headers.get("accept-language", "en").split(",")[0].strip().lower()
    return "vi" if first.startswith("vi") else "en"


def problem_of(error: Exception, request_id: str) -> Problem:
    """What the caller is told of an error; what is not the caller's is told in our log as well."""
    if isinstance(error, Problem):
        return error
    ours(error, request_id)
    return Problem("log-away", headers={"Retry-After": "5"}) if isinstance(error, NoStore) else Problem("our-fault")


def ours(error: BaseException, request_id: str = "") -> None:
    """Tell of a fault of ours. The message of an error may hold facts: only its kind and place are told."""
    LOG.error("%s", json.dumps({"request_id": request_id, "error": type(error).__name__, "at": _place(error)}))


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
