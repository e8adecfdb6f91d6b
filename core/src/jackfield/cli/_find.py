"""``jackfield find``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from msgspec.structs import asdict

from jackfield.cli._given import JSON, Given, Platform, settings_from
from jackfield.cli._output import printable, say, say_json
from jackfield.cli.connectors import connector_named

if TYPE_CHECKING:
    from jackfield.connector import Connector
    from jackfield.records import Contact
    from jackfield.settings import ConnectionSettings


def find(
    platform: Platform,
    number: Annotated[str, Parameter(help="A telephone number, best with its country code: +1 206 555 0100.")],
    /,
    *,
    given: Given | None = None,
    json: JSON = False,
) -> None:
    """Find the contacts that have a telephone number."""
    connector = connector_named(platform)
    found = asyncio.run(_found(connector, settings_from(connector, given), number))
    if json:
        say_json(found)
    else:
        say("\n".join(_line(contact) for contact in found) or "No contact has this number.")


async def _found(connector: Connector, settings: ConnectionSettings, number: str) -> list[dict[str, Any]]:
    async with connector.connect(settings) as connection:
        contacts = await connection.find(number)
        return [_as_dict(contact, connection.link(contact.record)) for contact in contacts]


def _as_dict(contact: Contact, url: str | None) -> dict[str, Any]:
    told = asdict(contact) | {"record": asdict(contact.record)}
    return told | {"phones": list(contact.phones), "url": url}


def _line(contact: dict[str, Any]) -> str:
    record = contact["record"]
    parts = (contact["name"], contact["company"], contact["email"], *contact["phones"])
    head = f"{record['kind']} {record['id']}: {', '.join(part for part in parts if part)}"
    return "\n    ".join(printable(line) for line in (head, contact["url"]) if line)
