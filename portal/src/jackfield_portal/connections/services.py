"""What can be done with connections; portal, commands and jobs call the same functions.

A connection's settings are saved as a candidate version, which replaces the live one when its check has passed: what
works goes on working while something new is tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from jackfield_portal.audit.marking import audited
from jackfield_portal.connections import platforms, recurring
from jackfield_portal.connections.going_back import discard, previous, roll_back
from jackfield_portal.connections.identity import held
from jackfield_portal.connections.lapses import refuse_lapsed
from jackfield_portal.connections.models import Connection
from jackfield_portal.connections.opening import open_live
from jackfield_portal.connections.removal import belongings, delete, deleted_of, get_deleted, purge, restore
from jackfield_portal.connections.saving import Saved, save_settings
from jackfield_portal.connections.standing import accept, check_failed, clear_secrets, pause, promote, resume
from jackfield_portal.connections.versions import (
    candidate,
    connect,
    live,
    newest,
    place_of,
    settings_for,
    stored_secrets,
)
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import plans
from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    import jackfield
    from jackfield_portal.organizations.models import Organization

__all__ = [
    "RHYTHMS",
    "Saved",
    "accept",
    "add",
    "belongings",
    "candidate",
    "check_failed",
    "clear_secrets",
    "connect",
    "connector_of",
    "delete",
    "deleted_of",
    "discard",
    "get",
    "get_deleted",
    "held",
    "live",
    "newest",
    "of",
    "open_live",
    "pause",
    "place_of",
    "previous",
    "promote",
    "purge",
    "rename",
    "restore",
    "resume",
    "roll_back",
    "save_settings",
    "set_rhythm",
    "settings_for",
    "stored_secrets",
    "title",
]

#: Hours between two checks that can be chosen for a connection.
RHYTHMS = (None, 1, 24, 0)


def of(organization: Organization) -> QuerySet[Connection]:
    """The connections of an organization, the oldest first."""
    return Connection.objects.filter(organization=organization).select_related("organization")


def get(organization: Organization, connection_id: UUID | str) -> Connection:
    """One connection of an organization; raises Connection.DoesNotExist for those of others as for none."""
    return of(organization).get(id=connection_id)


@audited("connection.added", lambda added, _given: {"platform": added.platform})
def add(organization: Organization, platform: str) -> Connection:
    """A new draft; raises PortalError for a platform that is not installed, is broken, or is not in the plan."""
    description = platforms.description(platform)
    if description is None:
        raise PortalError(_("There is no such CRM platform here."), remedy=_("Choose one of the list."))
    if description.state == "broken":
        raise PortalError(
            _("%(title)s cannot be used: %(reason)s")
            % {"title": description.title, "reason": spoken(description.reason or "")},
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


@audited("check.rhythm", lambda _done, given: {"hours": given["hours"]})
def set_rhythm(connection: Connection, hours: int | None) -> None:
    """Check a connection each so many hours (1 or 24), not by itself (0), or as the installation does it (None)."""
    if hours not in RHYTHMS:
        raise PortalError(_("There is no such rhythm."), remedy=_("Choose one of the list."))
    connection.check_every = hours
    with transaction.atomic():
        connection.save(update_fields=["check_every"])
        recurring.follow(connection)


@audited("connection.renamed", lambda _done, given: {"name": given["connection"].name})
def rename(connection: Connection, name: str) -> None:
    """Give a connection another name; a blank one is refused with PortalError."""
    if not name.strip():
        raise PortalError(_("A connection needs a name."), remedy=_("Enter one."))
    refuse_lapsed(connection)
    connection.name = name.strip()[:200]
    connection.save(update_fields=["name"])


def _free_name(organization: Organization, wanted: str) -> str:
    taken = set(of(organization).values_list("name", flat=True))
    names = (wanted if number == 1 else f"{wanted} {number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
