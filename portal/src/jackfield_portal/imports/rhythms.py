"""How often users are imported by themselves: by the deployment's rhythm, or by one that an admin has chosen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jackfield_portal.audit.marking import audited
from jackfield_portal.errors import PortalError
from jackfield_portal.imports.models import ImportSchedule, Rhythm
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Schedule

if TYPE_CHECKING:
    from uuid import UUID

    from jackfield_portal.connections.models import Connection

__all__ = ["OWN", "USUAL", "by_itself", "choose", "every", "forget", "next_start", "own", "usual"]

#: The jobs that begin an import by the deployment's rhythm, and by the connection's own.
USUAL: Final = "imports.nightly"
OWN: Final = "imports.by_own_rhythm"
_DAY: Final = 24
_EVERY: Final = {Rhythm.HOURLY: timedelta(hours=1), Rhythm.DAILY: timedelta(days=1)}


def own(connection: Connection | UUID) -> Rhythm | None:
    """The rhythm that was chosen for a connection, or the one of this id; None where it has that of the deployment."""
    found = ImportSchedule.objects.filter(connection=connection).values_list("rhythm", flat=True).first()
    return None if found is None else Rhythm(found)


def every(rhythm: Rhythm | None) -> timedelta | None:
    """The time from one import to the next by a chosen rhythm; None where nothing begins by it."""
    return None if rhythm is None else _EVERY.get(rhythm)


@audited("import.rhythm", lambda _done, given: {"rhythm": given["rhythm"]})
def choose(connection: Connection, rhythm: str) -> None:
    """Give a connection a rhythm of its own, or with an empty text that of the deployment again.

    Raises PortalError for a rhythm that there is not.
    """
    if rhythm and rhythm not in Rhythm.values:
        raise PortalError(_("There is no such rhythm."), remedy=_("Choose one of the list."))
    with transaction.atomic():
        if not rhythm:
            ImportSchedule.objects.filter(connection=connection).delete()
        else:
            ImportSchedule.objects.update_or_create(connection=connection, defaults={"rhythm": rhythm})
        wait = every(Rhythm(rhythm) if rhythm else None)
        if wait is None:
            forget(str(connection.pk))
        else:
            jobs.schedule(OWN, str(connection.pk), wait, connection=str(connection.pk))


def forget(connection: str) -> None:
    """Drop the schedule that was chosen for the connection of this id."""
    jobs.unschedule(OWN, connection)


def usual() -> str:
    """The deployment's rhythm in words."""
    hours = settings.JACKFIELD_IMPORT_EVERY
    if not hours:
        return _("only by hand")
    if hours == _DAY:
        return _("every day")
    return ngettext("every hour", "every %(hours)d hours", hours) % {"hours": hours}


def by_itself(connection: Connection) -> bool:
    """Whether imports of a connection begin by themselves, once the first was confirmed."""
    chosen = own(connection)
    return bool(settings.JACKFIELD_IMPORT_EVERY) if chosen is None else every(chosen) is not None


def next_start(connection: Connection) -> datetime | None:
    """When the next import begins by itself; None where none does."""
    if not by_itself(connection) or not connection.crm_users.exists():  # the first list is looked at by somebody
        return None
    found = Schedule.objects.filter(
        task=USUAL if own(connection) is None else OWN, key=str(connection.pk), paused=False
    )
    moment = found.values_list("next_run", flat=True).first()
    return None if moment is None else datetime.fromtimestamp(moment, UTC)
