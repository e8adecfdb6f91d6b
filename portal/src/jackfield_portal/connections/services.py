"""What can be done with connections; portal, commands and jobs call the same functions.

A connection's settings are saved as a candidate version, which replaces the live one when its check has passed: what
works goes on working while something new is tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from jackfield_portal.connections import platforms, recurring
from jackfield_portal.connections.lapses import refuse_lapsed
from jackfield_portal.connections.models import Connection, Phase, SettingsVersion, State
from jackfield_portal.connections.saving import Saved, save_settings
from jackfield_portal.connections.versions import (
    candidate,
    connect,
    forget_secrets,
    live,
    newest,
    place_of,
    settings_for,
    stored_secrets,
)
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import plans
from jackfield_portal.texts import shown
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractAsyncContextManager
    from uuid import UUID

    from django.db.models import QuerySet

    import jackfield
    from jackfield.checks import Account
    from jackfield_portal.organizations.models import Organization

__all__ = [
    "Saved",
    "add",
    "belongings",
    "candidate",
    "check_failed",
    "clear_secrets",
    "connect",
    "connector_of",
    "delete",
    "get",
    "live",
    "newest",
    "of",
    "open_live",
    "place_of",
    "promote",
    "rename",
    "save_settings",
    "settings_for",
    "stored_secrets",
    "title",
]


def of(organization: Organization) -> QuerySet[Connection]:
    """The connections of an organization, the oldest first."""
    return Connection.objects.filter(organization=organization).select_related("organization")


def get(organization: Organization, connection_id: UUID | str) -> Connection:
    """One connection of an organization; raises Connection.DoesNotExist for those of others as for none."""
    return of(organization).get(id=connection_id)


def add(organization: Organization, platform: str) -> Connection:
    """A new draft; raises PortalError for a platform that is not installed, is broken, or is not in the plan."""
    description = platforms.description(platform)
    if description is None:
        raise PortalError(_("There is no such CRM platform here."), remedy=_("Choose one of the list."))
    if description.state == "broken":
        raise PortalError(
            _("%(title)s cannot be used: %(reason)s") % {"title": description.title, "reason": description.reason},
            remedy=_("Ask the operator of this installation to install its connector again."),
        )
    gate = plans.gate(organization, description)
    if not gate.allowed:
        raise PortalError(gate.sentence, remedy=_("Choose another platform until then."))
    with transaction.atomic():
        name = _free_name(organization, description.title)
        return Connection.objects.create(organization=organization, platform=platform, name=name)


def connector_of(connection: Connection) -> jackfield.Connector:
    """The connector of a connection; raises JackfieldError where it is broken, PortalError where it is gone."""
    return platforms.connector(connection.platform)


def title(connection: Connection) -> str:
    """The title of the connection's platform, without loading its connector."""
    return platforms.title(connection.platform)


def open_live(connection: Connection) -> AbstractAsyncContextManager[jackfield.Connection]:
    """Open the account with the settings that are in use; raises PortalError where none are."""
    version = live(connection)
    if version is None or connection.state == State.PAUSED:
        raise PortalError(
            _("The connection %(name)s is not in use yet.") % {"name": connection.name},
            remedy=_("Run the Systems Check first."),
        )
    refuse_lapsed(connection)
    return connect(version)


def promote(version: SettingsVersion, account: Account | None) -> bool:
    """Put a version to use whose check has passed, and note whose account it is; False where it was replaced since."""
    with transaction.atomic():
        fresh = SettingsVersion.objects.select_related("connection").filter(id=version.id).first()
        if fresh is None or fresh.state == Phase.RETIRED:
            return False
        if fresh.state == Phase.CANDIDATE:
            _retire(fresh.connection.versions.filter(state=Phase.LIVE))
            fresh.state = Phase.LIVE
            fresh.save(update_fields=["state"])
        _note(fresh.connection, account)
        return True


def check_failed(version: SettingsVersion) -> None:
    """Note that the settings in use did not pass; a candidate that fails changes nothing."""
    Connection.objects.filter(
        id=version.connection_id, state=State.LIVE, versions__id=version.id, versions__state=Phase.LIVE
    ).update(state=State.NEEDS_ATTENTION)


def clear_secrets(connection: Connection, fields: Iterable[str]) -> None:
    """Delete stored secrets at once, from the settings in use too; the connection works again when they are entered."""
    with transaction.atomic():
        for version in connection.versions.all():
            vault.forget(place_of(version), fields)
        if connection.state == State.LIVE:
            connection.state = State.NEEDS_ATTENTION
            connection.save(update_fields=["state"])


def rename(connection: Connection, name: str) -> None:
    """Give a connection another name; a blank one is refused with PortalError."""
    if not name.strip():
        raise PortalError(_("A connection needs a name."), remedy=_("Enter one."))
    refuse_lapsed(connection)
    connection.name = name.strip()[:200]
    connection.save(update_fields=["name"])


def belongings(connection: Connection) -> dict[str, int]:
    """How much goes with a connection when it is deleted: ``crm_users`` and ``mappings``."""
    return {"crm_users": _related(connection, "crm_users"), "mappings": _related(connection, "mappings")}


def delete(connection: Connection) -> None:
    """Delete a connection with its settings, secrets, checks, imported users and mappings; nothing in the CRM."""
    with transaction.atomic():
        vault.forget_connection(connection.id)
        recurring.forget(connection.id)
        connection.delete()


def _related(connection: Connection, name: str) -> int:
    """How many rows of a later app point here; this app does not know those apps."""
    manager = getattr(connection, name, None)
    return manager.count() if manager is not None else 0


def _retire(versions: QuerySet[SettingsVersion]) -> None:
    """The version just replaced keeps its secrets, so that one can go back; older ones lose them."""
    for version in versions:
        for older in version.connection.versions.filter(state=Phase.RETIRED):
            forget_secrets(older)
        version.state = Phase.RETIRED
        version.save(update_fields=["state"])


def _note(connection: Connection, account: Account | None) -> None:
    if connection.state != State.PAUSED:
        connection.state = State.LIVE
    if account is not None:
        for name in ("id", "name", "holder", "role"):
            setattr(connection, f"account_{name}", shown(getattr(account, name) or "", 255))
    connection.save()
    recurring.follow(connection)


def _free_name(organization: Organization, wanted: str) -> str:
    taken = set(of(organization).values_list("name", flat=True))
    names = (wanted if number == 1 else f"{wanted} {number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
