"""Acme as its partners reach it: the product that the portal is part of has an id there, which no admin knows."""

from __future__ import annotations

from acme_connector import AcmeSettings, authenticate, import_users, systems_check

from jackfield import Platform, hookimpl
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
