"""JSON Schemas (draft 2020-12) of the facts, the result and the trace, made from the glossary."""

from __future__ import annotations

from typing import Any, Literal

from ..rulebook.model import ROOT, Rulebook, Term
from .facts.reader import LABELS, MAX_LABEL, MAX_LABELS

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
VERSION = 2  # of the trace: 2 holds sums, sentences, what limits did, and which part of a condition failed
_NUMBER = {"oneOf": [{"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}, {"type": "integer", "minimum": 0}]}
_DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "format": "date"}
_TEXTS = {
    "type": "object", "required": ["en", "vi"], "additionalProperties": False,
    "properties": {"en": {"type": "string"}, "vi": {"type": "string"}},
}  # fmt: skip
_PATHS = {"type": "array", "items": {"type": "string"}}
_LABELS = {
    "type": "object", "maxProperties": MAX_LABELS, "propertyNames": {"maxLength": MAX_LABEL},
    "additionalProperties": {"type": "string", "maxLength": MAX_LABEL},
}  # fmt: skip
_DECIMAL = {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


def schema_of(rulebook: Rulebook, what: Literal["facts", "result", "trace"]) -> dict[str, Any]:
    """The schema of one of the three shapes."""
    body = {"facts": _facts, "result": _result, "trace": _trace}[what](rulebook)
    more = {} if what == "facts" else {"$defs": _definitions()}
    return {"$schema": _DRAFT, "title": f"{rulebook.id} {what}", **body, **more}


# ------------------------------------------------------------------ facts


def _facts(rulebook: Rulebook) -> dict[str, Any]:
    return _thing(rulebook, ROOT)


def _thing(rulebook: Rulebook, key: str) -> dict[str, Any]:
    """An object with the facts of a thing; null means the same as absent, unknown."""
    properties: dict[str, Any] = {}
    required = []
    if key in rulebook.things and rulebook.things[key].identified:
        properties["id"] = {"type": "string", "minLength": 1}
        required.append("id")
    for term in rulebook.terms_of(key):
        if term.fact:
            _place(properties, term, _or_null(_fact(rulebook, term)))
    for inner in rulebook.things.values():
        if key in inner.listed_in:
            properties[inner.key] = _or_null({"type": "array", "items": _thing(rulebook, inner.key)})
    properties.setdefault(LABELS, _or_null(_LABELS))
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _place(properties: dict[str, Any], term: Term, schema: dict[str, Any]) -> None:
    for key in term.path[:-1]:
        inner = properties.setdefault(
            key, {"type": ["object", "null"], "properties": {}, "additionalProperties": False}
        )
        properties = inner["properties"]
    properties[term.path[-1]] = schema


def _fact(rulebook: Rulebook, term: Term) -> dict[str, Any]:
    described = {"title": term.names.en, "description": f"{term.names.en} – {term.names.vi}"}
    match term.type.kind:
        case "number":
            unit = [rulebook.units[k][1].en for k, n in term.type.unit.powers if n > 0]
            return {**_NUMBER, **described, **({"x-unit": unit[0]} if unit else {})}
        case "date":
            return {**_DATE, **described}
        case "yes_or_no":
            return {"type": "boolean", **described}
        case "choice":
            return {"enum": list(rulebook.vocabularies[term.type.key].choices), **described}
        case "choices":
            choices = {"enum": list(rulebook.vocabularies[term.type.key].choices)}
            return {"type": "array", "items": choices, "uniqueItems": term.each_once, **described}
        case _:
            return {"type": "string", **described}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    title = schema.pop("title", None)
    description = schema.pop("description", None)
    both: dict[str, Any] = {"oneOf": [schema, {"type": "null"}]}
    return {**({"title": title, "description": description} if title else {}), **both}


# ------------------------------------------------------------------ result


def _result(rulebook: Rulebook) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "case_id": {"type": ["string", "null"]},
        "status": {"enum": ["determined", "undetermined", "refused"]},
        "ruleset": _object(
            {"id": {"type": "string"}, "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}}
        ),
        "law_at": {"oneOf": [_DATE, {"type": "null"}]},
    }
    numbers = {}
    for term in rulebook.terms_of(ROOT):
        if term.result is not None:
            numbers.update(_shown(rulebook, term))
    properties |= numbers
    for thing in rulebook.things.values():
        terms = [t for t in rulebook.terms_of(thing.key) if t.result is not None]
        if thing.key != ROOT and terms:
            properties[thing.key] = {"type": "array", "items": _item(rulebook, terms)}
    bound = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string"}}
    properties["bounds"] = {"type": "object", "additionalProperties": bound}
    properties |= _grounds()
    properties["trace"] = _trace(rulebook)
    required = [k for k in properties if k != "bounds" and not k.endswith("_exact")]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _shown(rulebook: Rulebook, term: Term) -> dict[str, Any]:
    assert term.result is not None
    key = term.result.key
    match term.type.kind:
        case "number":
            return {key: _DECIMAL, f"{key}_exact": {"type": "string", "pattern": "^-?[0-9]+/[0-9]+$"}}
        case "yes_or_no":
            return {key: {"type": ["boolean", "null"]}}
        case "choice":
            return {key: {"enum": [*rulebook.vocabularies[term.type.key].choices, None]}}
        case _:
            return {key: {"type": ["string", "null"]}}


def _item(rulebook: Rulebook, terms: list[Term]) -> dict[str, Any]:
    properties: dict[str, Any] = {"id": {"type": "string"}, "cites": _PATHS}
    for term in terms:
        properties |= _shown(rulebook, term)
    return {"type": "object", "properties": properties, "required": ["id", "cites"], "additionalProperties": False}


def _object(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    required = [k for k in properties if k not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _grounds() -> dict[str, Any]:
    """What a result rests on and what is said about it."""
    text = {"type": "string"}
    status = {"enum": ["official", "secondary", "supplied", "illustrative"]}
    need = {"what": {"enum": ["figure", "fact"]}, "key": text, "path": text, "question": _TEXTS, "cites": _PATHS}
    finding = {"code": text, "message": _TEXTS, "cites": _PATHS, "path": text}
    figure = {"key": text, "value": text, "status": status, "source": text, "source_text": _TEXTS, "cites": _PATHS}
    reading = {"id": text, "chosen": text, "others": _PATHS, "cites": _PATHS}
    return {
        "needs": {"type": "array", "items": _object(need)},
        "openings": {"type": "array", "items": _object({**finding, "withholds": _PATHS})},
        "findings": {"type": "array", "items": _object(finding, "path")},
        "figures": {"type": "array", "items": _object(figure)},
        "reliability": {"oneOf": [status, {"type": "null"}]},
        "readings": {"type": "array", "items": _object(reading)},
    }


# ------------------------------------------------------------------ trace


def _trace(rulebook: Rulebook) -> dict[str, Any]:
    """One entry a decision. ``VERSION`` goes up with every change of the shape."""
    text = {"type": "string"}
    value = {"type": ["string", "boolean", "array", "null"], "items": text}
    limit = {
        "kind": {"enum": ["at_most", "at_least"]}, "limit": text, "took": text, "gave": text, "shared": {"type": "boolean"},
        "before": text, "after": text, "bound": {"$ref": "#/$defs/operand"}, "beside": text,
        "binds": {"const": True}, "cites": _PATHS,
    }  # fmt: skip
    part = {"term": text, "over": text, "to": text, "part": text, "factor": text, "value": text}
    kept_out = {
        "kind": {"enum": ["value", "ground", "requirement", "limit", "open", "support"]},
        "cites": _PATHS, "condition": _TEXTS, "displaced_by": text, "failed": {"$ref": "#/$defs/failed"},
    }  # fmt: skip
    rule = {"cites": text, "sentence": _TEXTS, "told": {"type": "integer"}}
    rounding = {"mode": {"enum": ["down", "up", "half_up", "adding_up"]}, "step": text, "to": {"$ref": "#/$defs/operand"}}
    decision = {
        "term": {"enum": [t.key for t in rulebook.terms.values() if not t.fact]},
        "subject": _object({"thing": {"enum": list(rulebook.things)}, "id": text, "path": text}),
        "value": value, "exact": text,
        "cites": _PATHS,
        "reads": {"type": "array", "items": _object({"term": text, "path": text, "value": value})},
        "unit": {"type": "object", "additionalProperties": {"type": "integer"}},
        "rule": _object(rule, "sentence", "told"), "sum": {"$ref": "#/$defs/operand"}, "rounding": _object(rounding, "step", "to"),
        "limits": {"type": "array", "items": _object(limit, "took", "gave", "bound", "beside", "binds")},
        "slices": {"type": "array", "items": _object(part, "to")},
        "not_applied": {"type": "array", "items": _object(kept_out, "displaced_by", "failed")},
        "readings": _PATHS, "figures": _PATHS, "missing": _PATHS, "left_open": _PATHS,
    }  # fmt: skip
    always = ("term", "subject", "value", "cites", "reads")
    optional = [k for k in decision if k not in always]
    return {"type": "array", "items": _object(decision, *optional), "x-version": VERSION}


def _definitions() -> dict[str, Any]:
    """Operands of a sum, and parts of a condition that failed: each may hold others."""
    text = {"type": "string"}
    operand = {"$ref": "#/$defs/operand"}
    operands = {"type": "array", "items": operand}
    value = {"type": ["string", "boolean", "array", "null"], "items": text}
    more = {"exact": text, "unit": {"type": "object", "additionalProperties": {"type": "integer"}}}
    operation = {
        "op": text, "of": operands, "value": value, "exact": text, "over": text, "term": text, "figures": _PATHS, "on": operand,
        "cites": _PATHS,
    }  # fmt: skip
    parts = {"type": "array", "items": {"$ref": "#/$defs/failed"}}
    test = {"test": text, "left": operand, "right": operand, "choices": _PATHS, "cites": _PATHS}
    return {
        "operand": {"oneOf": [
            _object({"read": {"type": "integer"}}),
            _object({"term": text, "path": text, "value": value, **more}, "exact", "unit"),
            _object({"value": value, **more}, "exact", "unit"),
            _object(operation, *(k for k in operation if k not in ("op", "value"))),
        ]},
        "failed": {"oneOf": [_object({"all": parts}), _object({"any": parts}), _object(test, *(k for k in test if k != "test"))]},
    }  # fmt: skip
