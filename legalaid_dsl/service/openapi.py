"""The OpenAPI 3.1 document, made from the JSON Schemas of a ruleset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from .. import __version__
from ..asking.question import Kind
from ..cases.schema import schema_of
from ..rulebook.model import Rulebook
from .problems import MEDIA, codes

LINES: Final = "application/x-ndjson"
SCHEMA: Final = "application/schema+json"
_TEXT: Final = {"type": "string"}
_LIST: Final = {"type": "array", "items": _TEXT}
_TEXTS: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_BOTH: Final = {"type": "object", "properties": {"en": _TEXT, "vi": _TEXT}, "required": ["en", "vi"]}
_OR_NULL: Final = {"type": ["string", "null"]}


def document(book: Rulebook) -> dict[str, Any]:
    """The whole document, for one ruleset."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "legalaid-dsl", "version": __version__, "description": f"Cases decided under {book.id}, every clause cited."},
        "paths": _paths(), "components": {"schemas": _schemas(book), "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}, {}],
    }  # fmt: skip


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: dict[str, Any], *required: str, closed: bool = True) -> dict[str, Any]:
    more = {"additionalProperties": False} if closed else {}
    return {"type": "object", "properties": properties, "required": list(required), **more}


def _absent(properties: dict[str, Any]) -> dict[str, Any]:
    """Members that need not be there: null is the same as absent."""
    return {key: {"anyOf": [schema, {"type": "null"}]} for key, schema in properties.items()}


def _schemas(book: Rulebook) -> dict[str, Any]:
    facts, result = schema_of(book, "facts"), schema_of(book, "result")
    definitions = result.pop("$defs", {})
    trace = result["properties"]["trace"]
    short = {"term": _TEXT, "subject": {"type": "object"}, "value": {}, "cites": _LIST}
    result["properties"]["trace"] = {"type": "array", "items": {"anyOf": [trace["items"], _object(short, *short)]}}
    found = {"Facts": facts, "Result": result, **definitions}
    for schema in found.values():
        schema.pop("$schema", None)
    chosen = {"figures": _TEXT, "readings": _TEXTS}  # which there are differs with the ruleset, and with drafts
    options = _absent({
        "ruleset": _TEXT, "pin": _object(_absent({"ruleset": _TEXT, "figures": _TEXT})), **chosen,
        "law_at": {"type": "string", "format": "date"},
    })  # fmt: skip
    asked = {"case": _ref("Facts"), **options}
    words = _absent({
        "lang": {"enum": ["en", "vi"]}, "format": {"enum": ["text", "markdown", "html"]},
        "layer": {"enum": ["explanation", "statement", "full"]}, "for": _LIST, "what_if": {"type": "boolean"},
    })  # fmt: skip
    heading = {
        "engine": _TEXT, "ruleset": _object({"id": _TEXT, "digest": _TEXT, "meaning": _TEXT}, "id", "digest", "meaning"),
        "figures": _object({"choice": _OR_NULL, "digest": _TEXT}, "choice", "digest"), "readings": _TEXTS, "law_at": _OR_NULL,
    }  # fmt: skip
    answer = {**heading, "result": _ref("Result"), "receipt": {"type": "object"}}
    always = [*heading, "result"]
    messages = _object({"title": _BOTH, "detail": _BOTH}, "title", "detail")
    problem = {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "messages": messages, "request_id": _TEXT}
    compare = {
        "base": _TEXT, "amended": _TEXT, "cases": {"type": "array", "items": _ref("Facts"), "minItems": 1},
        **_absent({**chosen, "by": _LIST, "claim": _TEXT}),
    }  # fmt: skip
    case = {"type": "object", "description": "Facts as far as they are told; a list whose last element is null is not told to its end."}
    narrowing = _object(dict.fromkeys(("low", "high", "left", "share"), _TEXT), "low", "high", "left", "share")
    question = {
        "key": _TEXT, "path": _TEXT, "type": {"enum": list(get_args(Kind))}, "question": _BOTH, "about": _BOTH, "why": _BOTH,
        "choices": {"type": "object", "additionalProperties": _BOTH}, "unit": {"anyOf": [_BOTH, {"type": "null"}]},
        "cites": _LIST, "withholds": _LIST,
        "settles": {"type": "object", "additionalProperties": narrowing}, "presumed": {"type": "boolean"},
        "identified": {"type": "boolean"}, "examined": {"type": "boolean"},
    }  # fmt: skip
    said = _object({"path": _TEXT, "value": {}}, "path")
    made = {
        "Ask": _object({"case": case, **_absent({"answer": said}), **options}, "case"),
        "Question": _object(question, *question),
        "Asked": _object({**heading, "case": case, "question": {"anyOf": [_ref("Question"), {"type": "null"}]}, "result": _ref("Result")},
                         *heading, "case", "question", "result"),
        "Evaluate": _object(asked, "case"), "Explain": _object({**asked, **words}, "case"), "Answer": _object(answer, *always),
        "Explained": _object({**answer, "explanation": _TEXT}, *always, "explanation"),
        "Compare": _object(compare, "base", "amended", "cases"),
        "Compared": _object({"engine": _TEXT, "comparison": {"type": "object"}}, "engine", "comparison"),
        "Ready": _object({"ready": {"type": "boolean"}, "rulesets": _TEXTS, "failed": {"type": "object", "additionalProperties": _BOTH}},
                         "ready", "rulesets", "failed"),
        "Problem": _object(problem, *problem, closed=False),
    }  # fmt: skip
    whole: dict[str, Any] = _hoisted({**found, **made})
    return whole


def _hoisted(node: Any) -> Any:
    """Definitions stand among the schemas of the document."""
    if isinstance(node, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _hoisted(value) for key, value in node.items()
        }
    return [_hoisted(inner) for inner in node] if isinstance(node, list) else node


def _paths() -> dict[str, Any]:
    trace = {"name": "trace", "in": "query", "schema": {"enum": ["none", "cites", "full"], "default": "none"}}
    receipt = {"name": "receipt", "in": "query", "schema": {"enum": ["true", "false"], "default": "false"}}
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"}}
    ruleset = {"name": "ruleset", "in": "query", "schema": _TEXT}
    options = [
        ruleset, *({"name": n, "in": "query", "schema": _TEXT} for n in ("pin_ruleset", "pin_figures", "figures", "law_at")),
        {"name": "reading", "in": "query", "schema": _LIST, "explode": True}, trace, receipt, key,
    ]  # fmt: skip
    what = {"name": "what", "in": "path", "required": True, "schema": {"enum": ["facts", "result", "trace"]}}
    lines = {LINES: {"schema": _TEXT}}
    ready = _gives("Rulesets serve; which of them an older text.", schema=_ref("Ready"))
    ready["responses"]["503"]["content"] |= ready["responses"]["200"]["content"]
    found: dict[str, Any] = {
        "/v1/evaluate": {"post": _does("Decide one case.", "Evaluate", "Answer", [trace, receipt, key])},
        "/v1/explain": {"post": _does("Decide one case and explain it.", "Explain", "Explained", [trace, receipt, key])},
        "/v1/ask": {"post": _does("The next question about a case that can still change the answer.", "Ask", "Asked", [key])},
        "/v1/compare": {"post": _does("What a change of the rules changes.", "Compare", "Compared", [])},
        "/v1/batch": {"post": {
            "summary": "Decide a case a line; an Answer a line comes out.", "parameters": options,
            "requestBody": {"required": True, "content": lines}, "responses": _answers(lines),
        }},
        "/v1/rulesets": {"get": _gives("The rulesets that serve.")},
        "/v1/rulesets/reload": {"post": _gives("Look at the folder of rules now.")},
        "/v1/schemas/{what}": {"get": _gives("A JSON Schema.", [what, ruleset], SCHEMA)},
        "/openapi.json": {"get": _gives("This document.", [ruleset])},
        "/healthz": {"get": _gives("The process runs.")},
        "/readyz": {"get": ready},
        "/metrics": {"get": _gives("Counters.", media="text/plain")},
    }  # fmt: skip
    for path, methods in found.items():
        for operation in methods.values():  # what a client's method is called
            operation["operationId"] = path.removeprefix("/v1/").partition("/{")[0].partition(".")[0].replace("/", "_").strip("_")
    return found


def _does(summary: str, takes: str, gives: str, parameters: list[Any]) -> dict[str, Any]:
    return {
        "summary": summary, "parameters": parameters, "responses": _answers({"application/json": {"schema": _ref(gives)}}),
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(takes)}}},
    }  # fmt: skip


def _gives(
    summary: str, parameters: list[Any] | None = None, media: str = "application/json", schema: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {"summary": summary, "parameters": parameters or [], "responses": _answers({media: {"schema": schema or {}}})}


def _answers(content: dict[str, Any]) -> dict[str, Any]:
    """200 and every status that a problem has, with what it can mean."""
    titles: dict[str, list[str]] = {}
    for said in codes().values():
        titles.setdefault(str(said["status"]), []).append(said["title"]["en"])
    problem = {MEDIA: {"schema": _ref("Problem")}}
    wrong = {status: {"description": "; ".join(found), "content": problem} for status, found in sorted(titles.items())}
    return {"200": {"description": "Done.", "content": content}, **wrong}
