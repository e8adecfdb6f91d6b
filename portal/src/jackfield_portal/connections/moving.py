"""To the address where the CRM itself says that the account is: secrets go there only by somebody's consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.errors import SettingsError
from jackfield_portal.connections import platforms
from jackfield_portal.connections.saving import preview, save_settings
from jackfield_portal.connections.schemas import fields_of
from jackfield_portal.connections.versions import newest, stored_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.connections.saving import Saved
    from jackfield_portal.organizations.models import User

__all__ = ["destination", "move", "travelling"]


def destination(connection: Connection, address: str) -> str:
    """The host that the connector makes of the address; raises SettingsError where it takes it for no CRM's."""
    parsed = preview(connection, _moved(connection, address))
    return platforms.connector(connection.platform).base_host(parsed.settings) or ""


def travelling(connection: Connection) -> tuple[str, ...]:
    """The titles of the stored secrets that would be sent there."""
    stored = stored_secrets(connection)
    return tuple(field.title for field in fields_of(platforms.connector(connection.platform)) if field.name in stored)


def move(connection: Connection, address: str, *, consent: str, by: User | None = None) -> Saved:
    """Save the settings for that address as what the next check looks at, with the stored secrets.

    ``consent`` is the host to which somebody has agreed to send them; raises SettingsError where it is another.
    """
    return save_settings(connection, _moved(connection, address), by=by, consent=consent)


def _moved(connection: Connection, address: str) -> Mapping[str, str]:
    """The settings with that address for the API; where people sign in is told by it, or stays."""
    version = newest(connection)
    known = dict(version.values) if version else {}
    kinds = {field.name: field.kind for field in fields_of(platforms.connector(connection.platform))}
    api = {name: address for name, kind in kinds.items() if kind == "base_url"}
    told = {**known, **api, **{name: "" for name, kind in kinds.items() if kind == "web_root"}}
    try:
        preview(connection, told)
    except SettingsError:
        return {**known, **api}
    return told
