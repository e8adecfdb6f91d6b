"""``jackfield link``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from jackfield.cli._given import JSON, Given, Platform, settings_from
from jackfield.cli._output import say, say_json
from jackfield.cli.connectors import connector_named
from jackfield.errors import error
from jackfield.records import Record


def link(
    platform: Platform,
    kind: Annotated[str, Parameter(help="The kind of the record, for example contact.")],
    record: Annotated[str, Parameter(name="ID", help="The record's id in the CRM.")],
    /,
    *,
    given: Given | None = None,
    json: JSON = False,
) -> None:
    """Show the address of a record's page in the CRM; the CRM itself is not asked."""
    connector = connector_named(platform)
    url = connector.link(settings_from(connector, given), Record(kind=kind, id=record))
    if url is None:
        message = f"{connector.platform.title} has no page for a record of this kind and id."
        raise error("unsupported", message, remedy="Name a kind that has pages there, for example contact, and an id.")
    if json:
        say_json({"url": url})
    else:
        say(url)
