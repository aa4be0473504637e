"""The routes: each reads its request, has the work done in the pool, and answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .. import __version__
from ..basics.neutral import json_text
from ..cases.schema import schema_of
from .access import Caller, name_in
from .asked import asked, body, from_query, known
from .deciding import Call, Deciding, Reply, request_digest
from .openapi import LINES, SCHEMA, document
from .problems import Problem
from .state import Lines, Service, language, problem_of, route

JSON: Final = "application/json"
CHUNK: Final = 16  # lines of a batch that are decided before others have their turn


def _query(request: Request) -> dict[str, str]:
    return dict(request.query_params)


def _call(request: Request, who: Caller, data: bytes) -> Call:
    """The key belongs to its caller: another may give the same."""
    key = name_in(request.headers, "idempotency-key")
    digest = request_digest(request.url.path, request.url.query, data) if key else ""
    return Call(request.state.request_id, f"{who.name}/{key}" if key else "", digest)


async def _decided(service: Service, request: Request, who: Caller, work: Callable[..., Reply]) -> Response:
    data = await service.read(request, service.config.body)
    call = _call(request, who, data)

    def done() -> Reply:
        return service.deciding.before(call) or work(body(data), _query(request), call)

    return _answer(service, await service.work(request.state.place, done))


def _answer(service: Service, reply: Reply) -> Response:
    for status in () if reply.again else reply.statuses:
        service.counting.cases.labels(reply.ruleset, status).inc()
    return Response(reply.text, media_type=JSON, headers={"Idempotent-Replayed": "true"} if reply.again else {})


async def evaluate(service: Service, request: Request, who: Caller) -> Response:
    known(_query(request), ("trace", "receipt"))
    return await _decided(service, request, who, service.deciding.evaluate)


async def explain(service: Service, request: Request, who: Caller) -> Response:
    known(_query(request), ("trace", "receipt"))
    return await _decided(service, request, who, service.deciding.explain)


async def ask(service: Service, request: Request, who: Caller) -> Response:
    known(_query(request), ())
    return await _decided(service, request, who, service.deciding.ask)


async def compare(service: Service, request: Request, who: Caller) -> Response:
    data = await service.read(request, service.config.body)
    return _answer(service, await service.work(request.state.place, lambda: service.deciding.compare(body(data), _query(request))))


async def batch(service: Service, request: Request, who: Caller) -> Response:
    """A case a line in; a line each out, as they are decided. The whole batch is read first: what is too large is refused at once."""
    data = await service.read(request, service.config.batch_body)
    lines = [line for line in data.split(b"\n") if line.strip()]
    if len(lines) > service.config.items:
        raise Problem("too-many-lines", most=service.config.items)
    options = from_query(_query(request), request.query_params.getlist("reading"))
    wanted = await service.work(request.state.place, lambda: asked(service.rulesets, options, _query(request)))
    heading = await service.work(request.state.place, lambda: wanted.heading(__version__))
    call, lang = _call(request, who, data), language(request)

    def chunk(start: int) -> list[Reply]:
        return [_line(service.deciding, wanted, heading, lines[i], i, call) for i in range(start, min(start + CHUNK, len(lines)))]

    # the first is decided before the answer begins: what is wrong with all of them is still a problem of the request
    first = await service.work(request.state.place, lambda: chunk(0))

    async def out() -> AsyncIterator[bytes]:
        replies = first
        for start in range(0, len(lines), CHUNK):
            try:
                replies = first if start == 0 else await service.work(request.state.place, lambda start=start: chunk(start))  # type: ignore[misc]
            except Exception as error:
                problem = problem_of(error, request.state.request_id)
                yield bytes(problem.response(lang, request.state.request_id).body) + b"\n"  # the last line says why there are no more
                return
            for reply in replies:
                for status in () if reply.again else reply.statuses:
                    service.counting.cases.labels(reply.ruleset, status).inc()
            yield "".join(f"{reply.text}\n" for reply in replies).encode("utf-8")

    return Lines(out(), request.state.place, LINES)


def _line(deciding: Deciding, wanted: Any, heading: Mapping[str, Any], line: bytes, number: int, call: Call) -> Reply:
    """Each line has the key of the batch with its number, so that a batch cut short and sent again is logged once."""
    own = Call(call.request_id, f"{call.key}#{number}" if call.key else "", call.request)
    return deciding.before(own) or deciding.line(wanted, heading, line.decode("utf-8", "surrogateescape"), own)


async def rulesets(service: Service, request: Request, who: Caller) -> Response:
    found = []
    for key, served in service.rulesets.now.items():
        book = served.rules.rulebook
        found.append({
            "id": key, "digest": book.digest, "meaning": served.rules.meaning, "default": key == service.rulesets.default,
            "figures": [{"choice": choice, "digest": digest} for choice, (_, digest) in served.figures.items()],
            "readings": [
                {"id": r.id, "question": r.question.to_dict(), "choices": list(r.choices), "default": r.default, "cites": r.citation.path}
                for r in book.readings.values()
            ],
            "drafts": list(served.drafts),
        })  # fmt: skip
    return JSONResponse({"engine": __version__, "rulesets": found})


async def schema(service: Service, request: Request, who: Caller) -> Response:
    what = request.path_params["what"]
    if what not in ("facts", "result", "trace"):
        raise Problem("not-found", what=request.url.path[:80])
    book = service.rulesets.get(request.query_params.get("ruleset")).rules.rulebook
    return Response(json_text(schema_of(book, what)), media_type=SCHEMA)


async def openapi(service: Service, request: Request, who: Caller) -> Response:
    book = service.rulesets.get(request.query_params.get("ruleset")).rules.rulebook
    return Response(json_text(document(book)), media_type=JSON)


async def reload(service: Service, request: Request, who: Caller) -> Response:
    """Look at the folders now; they must have come to rest."""
    changed = await service.work(request.state.place, lambda: service.rulesets.look() or service.rulesets.look())
    return JSONResponse({"changed": changed, **_ready(service)})


async def health(service: Service, request: Request, who: Caller) -> Response:
    return JSONResponse({"status": "ok", "engine": __version__})


async def ready(service: Service, request: Request, who: Caller) -> Response:
    """Ready where some ruleset serves; says which serve an older text because their present one does not check."""
    found = _ready(service)
    return JSONResponse(found, 200 if found["ready"] else 503)


def _ready(service: Service) -> dict[str, Any]:
    now = service.rulesets
    return {
        "ready": bool(now.now) and not service.stopping,
        "rulesets": {key: served.rules.meaning for key, served in now.now.items()}, "failed": dict(now.failed),
    }  # fmt: skip


async def metrics(service: Service, request: Request, who: Caller) -> Response:
    text, media = service.counting.text()
    return Response(text, headers={"Content-Type": media})


ROUTES: Final = (
    route("/v1/evaluate", "decide", evaluate, "POST"),
    route("/v1/batch", "decide", batch, "POST"),
    route("/v1/explain", "decide", explain, "POST"),
    route("/v1/compare", "decide", compare, "POST"),
    route("/v1/ask", "decide", ask, "POST"),
    route("/v1/rulesets", "read", rulesets),
    route("/v1/rulesets/reload", "admin", reload, "POST"),
    route("/v1/schemas/{what}", "read", schema),
    route("/openapi.json", "read", openapi),
    route("/healthz", "", health),
    route("/readyz", "", ready),
    route("/metrics", "read", metrics),
)
