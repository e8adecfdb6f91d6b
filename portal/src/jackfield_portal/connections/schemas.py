"""What the portal reads from a connector's JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from jackfield import Connector

__all__ = ["OPERATORS", "Field", "deployment_examples", "fields_of"]


#: The code of a problem that the operator alone can mend, and no form.
OPERATORS = "deployment_setting_missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One setting as a form shows it, in the reader's language."""

    name: str
    title: str
    help: str
    kind: str
    required: bool
    secret: bool
    example: str
    default: str
    choices: tuple[str, ...]

    @property
    def address(self) -> bool:
        """Whether this is a web address, which can be repaired while the form is filled in."""
        return self.kind in {"base_url", "web_root"}


def fields_of(connector: Connector) -> tuple[Field, ...]:
    """The settings of a connector that a form asks for, in the order in which it declares them."""
    schema = connector.schema()
    required = set(schema.get("required", ()))
    return tuple(_field(name, spec, name in required, schema) for name, spec in schema["properties"].items())


def deployment_examples(connector: Connector) -> dict[str, str]:
    """The settings that are the operator's to fill in, each with its example."""
    own = connector.schema().get("x-jackfield", {})
    return {field["name"]: field["example"] for field in own.get("deployment", ())}


def _field(name: str, spec: dict[str, Any], required: bool, schema: dict[str, Any]) -> Field:  # noqa: FBT001
    spec = _resolved(spec, schema)
    own = spec.get("x-jackfield", {})
    return Field(
        name=name,
        title=spoken(str(spec.get("title", name))),
        help=spoken(str(spec.get("description", ""))),
        kind=str(own.get("kind", "text")),
        required=required,
        secret=bool(spec.get("writeOnly")) or own.get("kind") == "secret",
        example=str(next(iter(spec.get("examples", ())), "")),
        default="" if spec.get("default") is None else str(spec["default"]),
        choices=tuple(str(choice) for choice in spec.get("enum", ())),
    )


def _resolved(spec: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The property with what it refers to, and with the one alternative that is not null, laid into it."""
    merged = dict(spec)
    for part in (spec, *(option for option in spec.get("anyOf", ()) if option.get("type") != "null")):
        if reference := part.get("$ref"):
            merged = {**schema["$defs"][reference.rsplit("/", 1)[-1]], **merged}
        merged = {**part, **merged}
    return merged
