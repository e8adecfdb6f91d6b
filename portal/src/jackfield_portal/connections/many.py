"""Many connections at once: walked through, and their settings in use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jackfield.errors import JackfieldError, error
from jackfield_portal.connections import platforms
from jackfield_portal.connections.lapses import refuse_lapsed
from jackfield_portal.connections.models import Phase, SettingsVersion
from jackfield_portal.connections.versions import deployment_values
from jackfield_portal.errors import PortalError
from jackfield_portal.said import said
from jackfield_portal.vault import many as vault
from jackfield_portal.vault.services import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield import Connector
    from jackfield.settings import ConnectionSettings
    from jackfield_portal.connections.models import Connection

__all__ = ["in_pieces", "live_settings"]

_PIECE = 500


def in_pieces(connections: QuerySet[Connection]) -> Iterator[Connection]:
    """The connections by their keys, some at a time.

    No cursor stays open meanwhile: SQLite's log would grow until it is closed, and everything take longer.
    """
    rest = connections.order_by("pk")
    while piece := list(rest[:_PIECE]):
        yield from piece
        rest = rest.filter(pk__gt=piece[-1].pk)


def live_settings(
    connections: Sequence[Connection],
) -> Mapping[UUID, ConnectionSettings | JackfieldError | PortalError]:
    """The settings in use by connection, secrets and all, or why there are none; two questions for all."""
    here = {connection.pk: connection for connection in connections}
    versions = SettingsVersion.objects.filter(connection__in=list(here), state=Phase.LIVE)
    known = list(versions.values_list("pk", "connection_id", "values", "host"))
    places = [
        Place(organization=here[connection].organization_id, connection=connection, version=version)
        for version, connection, *_ in known
    ]
    secrets = vault.opened(places)
    connector = cache(platforms.connector)
    found: dict[UUID, ConnectionSettings | JackfieldError | PortalError] = dict.fromkeys(here, _unused())
    for version, connection, values, host in known:
        opened = secrets.get(version, {})
        if isinstance(opened, PortalError):
            found[connection] = opened
        else:
            found[connection] = _settings(here[connection], values, opened, host, connector)
    return found


def _settings(
    connection: Connection,
    values: Mapping[str, Any],
    secrets: Mapping[str, str],
    host: str,
    connector_of: Callable[[str], Connector],
) -> ConnectionSettings | JackfieldError | PortalError:
    """As :func:`versions.settings_for`: secrets stay with the host that they were entered for."""
    try:
        refuse_lapsed(connection)
        connector = connector_of(connection.platform)
        settings = connector.reread({**values, **deployment_values(connection), **secrets})
    except (JackfieldError, PortalError) as failure:
        return failure
    if secrets and (connector.base_host(settings) or "") != host:
        return error("secret_bound_to_host")
    return settings


def _unused() -> PortalError:
    return PortalError(said("The connection is not in use yet."), remedy=said("Run the Systems Check first."))
