"""Deleting a connection: at once out of everybody's way, for good only after a while in which it can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from jackfield_portal.audit.marking import audited
from jackfield_portal.connections import recurring
from jackfield_portal.connections.models import Connection, State
from jackfield_portal.connections.standing import rest
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jackfield_portal.organizations.models import Organization, User

__all__ = [
    "RESTORABLE",
    "belongings",
    "delete",
    "deleted_of",
    "get_deleted",
    "gone_for_good",
    "purge",
    "restore",
    "tidy",
]

#: For so long a deleted connection can be taken back.
RESTORABLE: Final = timedelta(days=30)


def belongings(connection: Connection) -> dict[str, int]:
    """How much belongs to a connection: ``crm_users`` and ``mappings``."""
    return {"crm_users": _related(connection, "crm_users"), "mappings": _related(connection, "mappings")}


@audited("connection.deleted", lambda _done, given: {"platform": given["connection"].platform})
def delete(connection: Connection, by: User | None = None) -> None:
    """Take a connection away: nothing is done with it any more, and no app finds it.

    Everything stored stays, encrypted as it was, until it is restored or its time has run out; nothing is changed in
    the CRM.
    """
    with transaction.atomic():
        connection.deleted, connection.deleted_by = timezone.now(), by
        connection.save(update_fields=["deleted", "deleted_by"])
        connection.secret_links.all().delete()
        rest(connection)


def deleted_of(organization: Organization) -> QuerySet[Connection]:
    """The organization's connections that can be taken back, the last deleted first."""
    return Connection.everything.filter(organization=organization).exclude(deleted=None).order_by("-deleted")


def get_deleted(organization: Organization, connection_id: UUID | str) -> Connection:
    """One that can be taken back; raises Connection.DoesNotExist for those of others as for none."""
    return deleted_of(organization).get(pk=connection_id)


def gone_for_good(connection: Connection) -> datetime | None:
    """When a deleted connection can be taken back no more."""
    return connection.deleted + RESTORABLE if connection.deleted else None


@audited("connection.restored")
def restore(connection: Connection) -> Connection | None:
    """Have a deleted connection back as it was. The connection that has its account by now, or None.

    It is paused then, so that nothing is done twice.
    """
    with transaction.atomic():
        other = _heir(connection)
        if other is not None and connection.state != State.DRAFT:
            connection.state = State.PAUSED
        connection.deleted = connection.deleted_by = None
        connection.save(update_fields=["deleted", "deleted_by", "state"])
        recurring.follow(connection)
    return other


@audited("connection.purged", lambda _done, given: {"platform": given["connection"].platform})
def purge(connection: Connection) -> None:
    """Delete a connection for good: settings, secrets, checks, imported users, mappings."""
    with transaction.atomic():
        # No import adds users meanwhile: it holds the connection as it does so, which nothing else makes sure of.
        Connection.everything.select_for_update().filter(pk=connection.pk).first()
        vault.forget_connection(connection.pk)
        recurring.forget(connection.pk)
        connection.delete()


def tidy() -> Iterator[Connection]:
    """Delete for good what was deleted so long ago that it can be taken back no more; each as it goes."""
    for connection in Connection.everything.filter(deleted__lt=timezone.now() - RESTORABLE):
        purge(connection)
        yield connection


def _heir(connection: Connection) -> Connection | None:
    if not connection.account_id:
        return None
    same = Connection.objects.filter(organization=connection.organization_id, platform=connection.platform)
    return same.filter(account_id__iexact=connection.account_id).exclude(state=State.DRAFT).first()


def _related(connection: Connection, name: str) -> int:
    """How many rows of a later app point here; this app does not know those apps."""
    manager = getattr(connection, name, None)
    return manager.count() if manager is not None else 0
