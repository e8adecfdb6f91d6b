"""What an import will cost, as far as that is known beforehand: by the last one, and by what a check has heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jackfield_portal.checks.models import StepRun, StepState
from jackfield_portal.imports.models import ImportRun, RunState
from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from datetime import datetime

    from jackfield_portal.connections.models import Connection

__all__ = ["Forecast", "forecast"]

#: The step of a systems check, by its id, that tells how many requests are left.
_QUOTA: Final = "quota"
#: What a check has heard longer ago tells nothing of today.
_TODAY: Final = timedelta(hours=24)
_COMPLETE: Final = (RunState.APPLIED, RunState.HELD, RunState.DISCARDED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Requests that the next import ``needs``, None where that is unknown; what a check has ``told`` of those left.

    ``since`` are the requests that imports of the connection have used since the check.
    """

    needs: int | None
    users: int = 0
    told: str = ""
    told_at: datetime | None = None
    since: int = 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """The forecast in words."""
        return tuple(filter(None, (self._need(), self._left(), self._used())))

    def _need(self) -> str:
        if self.needs is None:
            return _("How many requests it needs is known after the first import.")
        needed = ngettext("This import needs about %(n)d request", "This import needs about %(n)d requests", self.needs)
        users = ngettext("for %(n)d user.", "for %(n)d users.", self.users)
        return f"{needed % {'n': self.needs}} {users % {'n': self.users}}"

    def _left(self) -> str:
        return _("The last Systems Check was told: “%(said)s”") % {"said": spoken(self.told)} if self.told else ""

    def _used(self) -> str:
        if not (self.told and self.since):
            return ""
        used = ngettext("Imports have used %(n)d since then.", "Imports have used %(n)d since then.", self.since)
        return used % {"n": self.since}


def forecast(connection: Connection) -> Forecast:
    """What the next import of a connection will cost. Asks the CRM nothing."""
    needs, users = _needs(connection)
    step = _quota_step(connection)
    if step is None or step.run.finished is None:
        return Forecast(needs=needs, users=users)
    return Forecast(
        needs=needs,
        users=users,
        told=step.message,
        told_at=step.run.finished,
        since=_used_since(connection, step.run.finished),
    )


def _needs(connection: Connection) -> tuple[int | None, int]:
    """The requests of the last complete import, for as many users as the CRM has told of last."""
    runs = ImportRun.objects.filter(connection=connection)
    last = runs.filter(state__in=_COMPLETE, requests__gt=0, done__gt=0).first()
    if last is None:
        return None, 0
    told = runs.filter(Q(total__gt=0) | Q(state__in=_COMPLETE, done__gt=0)).first() or last
    users = told.total or told.done
    return max(1, ceil((last.requests or 0) * users / last.done)), users


def _quota_step(connection: Connection) -> StepRun | None:
    found = StepRun.objects.filter(
        run__connection=connection,
        run__finished__gt=timezone.now() - _TODAY,
        step=_QUOTA,
        state__in=(StepState.PASSED, StepState.WARNED),
    )
    return found.exclude(message="").select_related("run").order_by("-run__finished").first()


def _used_since(connection: Connection, moment: datetime) -> int:
    since = ImportRun.objects.filter(connection=connection, created__gt=moment)
    return since.aggregate(used=Sum("requests"))["used"] or 0
