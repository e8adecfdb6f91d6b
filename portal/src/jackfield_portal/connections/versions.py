"""Versions of a connection's settings: which is which, and how the whole of one is put together again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings

from jackfield.errors import error
from jackfield.settings import secrets_of
from jackfield_portal.budgets.services import budgets
from jackfield_portal.connections import platforms
from jackfield_portal.connections.lapses import refuse_lapsed
from jackfield_portal.connections.models import Connection, Phase, SettingsVersion
from jackfield_portal.observability.work import crm_open, request_watcher
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    import jackfield
    from jackfield.settings import ConnectionSettings

__all__ = [
    "Opener",
    "candidate",
    "connect",
    "deployment_values",
    "forget_secrets",
    "live",
    "newest",
    "place_of",
    "settings_for",
    "stored_secrets",
]


def live(connection: Connection) -> SettingsVersion | None:
    """The settings in use."""
    return connection.versions.filter(state=Phase.LIVE).first()


def candidate(connection: Connection) -> SettingsVersion | None:
    """Saved settings that wait for a passed check."""
    return connection.versions.filter(state=Phase.CANDIDATE).first()


def newest(connection: Connection) -> SettingsVersion | None:
    """The settings as last saved: the candidate, else those in use."""
    return candidate(connection) or live(connection)


def place_of(version: SettingsVersion) -> vault.Place:
    """Where the version's secrets lie in the vault."""
    return vault.Place(
        organization=version.connection.organization_id, connection=version.connection_id, version=version.id
    )


def stored_secrets(connection: Connection) -> frozenset[str]:
    """The fields of the settings as last saved that have a secret stored."""
    version = newest(connection)
    return vault.fields(place_of(version)) if version else frozenset()


def forget_secrets(version: SettingsVersion) -> None:
    """Delete the version's secrets."""
    vault.forget(place_of(version))


def deployment_values(connection: Connection) -> dict[str, str]:
    """The values that the operator, not the admin, has set for this platform."""
    return dict(settings.JACKFIELD_DEPLOYMENT.get(connection.platform, {}))


def settings_for(version: SettingsVersion) -> ConnectionSettings:
    """The whole settings, secrets and all; raises SettingsError where the connector no longer takes them.

    Secrets stay with the host that they were entered for: where another version of the connector, or the operator's
    values, would send them elsewhere, that is refused, too.
    """
    connection = version.connection
    refuse_lapsed(connection)
    connector = platforms.connector(connection.platform)
    secrets = vault.opened(place_of(version))
    settings = connector.reread({**version.values, **deployment_values(connection), **secrets})
    if secrets and (connector.base_host(settings) or "") != version.host:
        raise error("secret_bound_to_host")
    return settings


def connect(version: SettingsVersion) -> AbstractAsyncContextManager[jackfield.Connection]:
    """Open the account with this version's settings."""
    return Opener().open(version.connection, settings_for(version))


class Opener:
    """Opens accounts within the budgets of all processes, watched; ``how`` as Connector.connect takes it.

    All that opens accounts for the portal opens them here. What all of a platform share is looked up once.
    """

    def __init__(self, **how: Any) -> None:
        self._how = {"budgets": budgets(), **how}
        self._ways: dict[str, Callable[[ConnectionSettings], AbstractAsyncContextManager[jackfield.Connection]]] = {}

    def open(
        self, connection: Connection, settings: ConnectionSettings
    ) -> AbstractAsyncContextManager[jackfield.Connection]:
        """Open a connection's account with these settings; raises JackfieldError where its connector is broken."""
        platform = connection.platform
        if platform not in self._ways:
            connector, watcher = platforms.connector(platform), request_watcher(platform)
            self._ways[platform] = partial(connector.connect, on_request=watcher, **self._how)
        ids = {"organization": connection.organization_id, "connection": connection.pk, "platform": platform}
        return crm_open(self._ways[platform](settings), secrets_of(settings), **ids)
