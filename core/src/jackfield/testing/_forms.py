"""The forms in which people paste what belongs into a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield.testing._saying import keep_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jackfield.connector import Connector

BLANKS = ("", "   ", "\t", "\u00a0", None)


def example_of(connector: Connector) -> dict[str, str]:
    """The settings' example as plain values, with its secrets, which no message shows from now on."""
    example = connector.settings_class.example()
    values = connector.dump(example, secrets=True)
    keep_secret(values[name] for name in values.keys() - connector.dump(example).keys())
    return values


def url_fields(connector: Connector) -> list[str]:
    """The fields of the form that hold addresses."""
    return fields_of_kind(connector, "base_url", "web_root")


def fields_of_kind(connector: Connector, *kinds: str) -> list[str]:
    """The fields of the form that are of one of these kinds."""
    properties: dict[str, Any] = connector.schema()["properties"]
    return [name for name, spec in properties.items() if spec["x-jackfield"]["kind"] in kinds]


def repairable_forms(connector: Connector, more: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str, str]]:
    """Field, form and what is wrong with it, for forms that must become the field's example."""
    example = example_of(connector)
    for name in fields_of_kind(connector, "base_url", "web_root", "text", "secret"):
        if example.get(name):
            yield name, f"  {example[name]}\t", "blanks around it"
    for name in url_fields(connector):
        if not example.get(name):
            continue
        yield name, example[name].rstrip("/"), "no final slash"
        yield name, example[name].removeprefix("https://"), "no scheme"
        yield name, f" {example[name].removeprefix('https://').rstrip('/')} ", "blanks, no scheme, no final slash"
    for name, forms in more.items():
        for form in forms:
            yield name, form, "as people paste it"


def pasted_forms(connector: Connector, more: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Field and form, for all forms that may be repaired."""
    for name, form, _ in repairable_forms(connector, more):
        yield name, form
    for name in url_fields(connector):
        for form in ("crm.example.com", "https://crm.example.com/a/b", "https://crm.example.com:8443/a?b=c#d"):
            yield name, form
