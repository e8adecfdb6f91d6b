"""Acme as its partners reach it: the product that the portal is part of has an id there, which no admin knows."""

from __future__ import annotations

from typing import Any

from acme_connector import AcmeSettings, authenticate, import_users, systems_check

from jackfield import Contact, Platform, Record, hookimpl
from jackfield.settings import Secret, setting

__all__ = ["authenticate", "import_users", "systems_check"]


class PartnerSettings(AcmeSettings):
    """Acme's settings, and one of the deployment's."""

    client_id: Secret = setting("Client ID", help="From Acme.", example="client-555-0199", deployment=True)


@hookimpl
def platform() -> Platform:
    return Platform(id="partner", title="Acme for partners", instructions="", docs_url="")


@hookimpl
def connection_schema() -> type[PartnerSettings]:
    return PartnerSettings


@hookimpl
def record_link(settings: PartnerSettings, record: Record) -> str | None:
    return f"{settings.pages}{record.kind}/{record.id}" if record.kind == "contact" else None


@hookimpl
async def find_contacts(connection: Any, number: str) -> list[Contact]:
    await connection.http.get("me")
    return [Contact(record=Record(kind="contact", id="77"), name="Pat Caller", phones=(number,))]
