"""How a connection stands, and what changes that: a check's verdict, a pause, a word of the administrator's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jackfield_portal.audit.marking import audited
from jackfield_portal.audit.services import record
from jackfield_portal.connections import identity, recurring
from jackfield_portal.connections.models import Connection, Phase, SettingsVersion, State
from jackfield_portal.connections.versions import forget_secrets, live, place_of
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations.models import Organization
from jackfield_portal.texts import shown
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

    from jackfield.checks import Account

__all__ = ["accept", "at_rest", "check_failed", "clear_secrets", "pause", "promote", "rest", "resume"]

_resting: list[Callable[[Connection], None]] = []


def at_rest(stop: Callable[[Connection], None]) -> Callable[[Connection], None]:
    """Register what ends the work under way for a connection that is paused or deleted."""
    if stop not in _resting:
        _resting.append(stop)
    return stop


def rest(connection: Connection) -> None:
    """Have nothing more done for a connection: neither by itself, nor what is under way."""
    recurring.forget(connection.pk)
    for stop in _resting:
        stop(connection)


def promote(version: SettingsVersion, account: Account | None) -> bool:
    """Put a version to use whose check has passed, and note whose account it is.

    False, with nothing put to use, where the version was replaced since, or is held for the account that it leads to.
    """
    with transaction.atomic():
        fresh = SettingsVersion.objects.select_related("connection").filter(pk=version.pk).first()
        if fresh is None or fresh.state == Phase.RETIRED or fresh.connection.deleted:
            return False
        # One after the other within an organization: of two that lead to one account, the second sees the first.
        Organization.objects.select_for_update().get(pk=fresh.connection.organization_id)
        if identity.examine(fresh, account):
            check_failed(fresh)
            return False
        if fresh.state == Phase.CANDIDATE:
            _retire(fresh.connection.versions.filter(state=Phase.LIVE))
            fresh.state, fresh.used = Phase.LIVE, timezone.now()
            fresh.save(update_fields=["state", "used"])
            record(fresh.connection.organization_id, None, "settings.promoted", fresh.connection)
        _note(fresh.connection, account)
        return True


def check_failed(version: SettingsVersion) -> None:
    """Note that the settings in use did not pass; a candidate that fails changes nothing."""
    Connection.objects.filter(
        pk=version.connection_id, state=State.LIVE, versions__pk=version.pk, versions__state=Phase.LIVE
    ).update(state=State.NEEDS_ATTENTION)


@audited("settings.accepted", lambda version, _given: {"account": version.seen_name or version.seen_id})
def accept(connection: Connection) -> SettingsVersion:
    """Take the account that a held version leads to as meant; its next check puts it to use.

    Raises PortalError where nothing is held.
    """
    version = identity.held(connection)
    if version is None:
        raise PortalError(
            _("Nothing waits for your word any more."), remedy=_("Run the Systems Check to see how it stands.")
        )
    version.accepted, version.hold = version.seen_id, ""
    version.save(update_fields=["accepted", "hold"])
    return version


@audited("connection.paused")
def pause(connection: Connection) -> None:
    """Send nothing to the CRM until the connection is resumed; everything stored stays. Refused for a draft."""
    if connection.state == State.DRAFT:
        raise PortalError(
            _("A draft is not in use, so there is nothing to pause."), remedy=_("Finish its set-up, or delete it.")
        )
    with transaction.atomic():
        connection.state = State.PAUSED
        connection.save(update_fields=["state"])
        rest(connection)


@audited("connection.resumed")
def resume(connection: Connection) -> None:
    """Use a paused connection again, in its rhythm; one that is not paused stays as it is."""
    if connection.state != State.PAUSED:
        return
    with transaction.atomic():
        connection.state = State.LIVE if live(connection) else State.DRAFT
        connection.save(update_fields=["state"])
        recurring.follow(connection)


@audited("secrets.cleared", lambda _done, given: {"fields": sorted(given["fields"])})
def clear_secrets(connection: Connection, fields: Iterable[str]) -> None:
    """Delete stored secrets at once, from the settings in use too; the connection works again when they are entered."""
    with transaction.atomic():
        for version in connection.versions.all():
            vault.forget(place_of(version), fields)
        if connection.state == State.LIVE:
            connection.state = State.NEEDS_ATTENTION
            connection.save(update_fields=["state"])


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
