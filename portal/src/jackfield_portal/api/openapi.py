"""The OpenAPI document: to what ninja knows of the routes, problems and the repeatable writes are added."""

from __future__ import annotations

from typing import Any, Final

from jackfield_portal.api.problems import MEDIA_TYPE, OWN
from jackfield_portal.api.repeats import HEADER

__all__ = ["described"]

_WRITES: Final = frozenset({"post", "put", "patch", "delete"})
_METHODS: Final = _WRITES | {"get"}
#: What any operation may be answered with, and what each status means.
_STATUSES: Final[dict[str, str]] = {
    "400": "The request cannot be read.",
    "401": "No valid token.",
    "403": "The token has not the scope.",
    "404": "Nothing of this id in the token's organization.",
    "409": "Refused as things stand.",
    "413": "The request is too large.",
    "422": "The request, or a setting in it, does not fit.",
    "424": "The CRM refuses a right.",
    "429": "Too many requests of this token.",
    "500": "The portal made a mistake.",
    "502": "The CRM or its connector is broken.",
    "503": "The CRM cannot answer just now.",
}
_KEY: Final[dict[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Within a day, the same request with the same key is not done again: its answer is repeated.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457 problem details; `code` is stable.",
    "required": ["type", "title", "status", "detail", "code", "kind", "remedy"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": sorted(OWN)},
        "kind": {"type": "string", "enum": ["request", "settings", "permission", "transient", "vendor"]},
        "remedy": {"type": "string"},
        "problems": {"type": "array", "items": {"type": "object"}},
    },
}


def described(schema: Any) -> Any:
    """The document with what is the same for all operations."""
    for path in schema["paths"].values():
        for method in path.keys() & _METHODS:
            _add(path[method], writes=method in _WRITES)
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    parts["responses"] = {f"Problem{status}": _response(status, content) for status in _STATUSES}
    return schema


def _add(operation: dict[str, Any], *, writes: bool) -> None:
    responses = {str(status): told for status, told in operation["responses"].items()}
    operation["responses"] = {
        **responses,
        **{status: {"$ref": f"#/components/responses/Problem{status}"} for status in _STATUSES},
    }
    if writes and _KEY not in operation.get("parameters", ()):
        operation["parameters"] = [*operation.get("parameters", ()), _KEY]


def _response(status: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": _STATUSES[status], "content": content}
