"""The settings in use of many connections at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.errors import JackfieldError, error
from jackfield_portal.connections import platforms
from jackfield_portal.connections.lapses import refuse_lapsed
from jackfield_portal.connections.models import Phase, SettingsVersion
from jackfield_portal.connections.versions import deployment_values, place_of
from jackfield_portal.errors import PortalError
from jackfield_portal.said import said
from jackfield_portal.vault import many as vault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from jackfield.settings import ConnectionSettings
    from jackfield_portal.connections.models import Connection

__all__ = ["live_settings"]


def live_settings(
    connections: Sequence[Connection],
) -> Mapping[UUID, ConnectionSettings | JackfieldError | PortalError]:
    """The settings in use by connection, secrets and all, or why there are none; two questions for all."""
    here = {connection.pk: connection for connection in connections}
    versions = list(SettingsVersion.objects.filter(connection__in=list(here), state=Phase.LIVE))
    for version in versions:
        version.connection = here[version.connection_id]
    secrets = vault.opened([place_of(version) for version in versions])
    found: dict[UUID, ConnectionSettings | JackfieldError | PortalError] = dict.fromkeys(here, _unused())
    for version in versions:
        opened = secrets.get(version.pk, {})
        found[version.connection_id] = opened if isinstance(opened, PortalError) else _settings(version, opened)
    return found


def _settings(version: SettingsVersion, secrets: dict[str, str]) -> ConnectionSettings | JackfieldError | PortalError:
    """As :func:`versions.settings_for`: secrets stay with the host that they were entered for."""
    try:
        refuse_lapsed(version.connection)
        connector = platforms.connector(version.connection.platform)
        settings = connector.parse({**version.values, **deployment_values(version.connection), **secrets}).settings
    except (JackfieldError, PortalError) as failure:
        return failure
    if secrets and (connector.base_host(settings) or "") != version.host:
        return error("secret_bound_to_host")
    return settings


def _unused() -> PortalError:
    return PortalError(said("The connection is not in use yet."), remedy=said("Run the Systems Check first."))
