"""What is done again and again for each connection in use: schedules come and go with its state, and only here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from jackfield_portal.connections.models import Connection, State
from jackfield_portal.jobs import schedules
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Schedule

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["follow", "forget", "recurring", "settle"]

#: States in which a connection is in use: one that needs attention is tried again, for it may have come right.
_IN_USE = (State.LIVE, State.NEEDS_ATTENTION)
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class _Recurring:
    task: str
    setting: str
    own: str

    def hours(self, own: int | None) -> int:
        """Hours between two, as the connection has its own or as the installation does it; 0 for none."""
        usual: int = getattr(settings, self.setting)
        return usual if own is None else own


_recurring: dict[str, _Recurring] = {}


def recurring(task: str, setting: str, own: str = "") -> None:
    """Have a job done for each connection in use, with its id as ``connection``, each so many hours; 0 is off.

    ``own`` is the connection's field that says so, where it is not None, in the place of the setting.
    """
    _recurring[task] = _Recurring(task, setting, own)


def follow(connection: Connection) -> None:
    """Make the connection's schedules what its state asks for."""
    if connection.state not in _IN_USE or connection.deleted:
        forget(connection.pk)
        return
    for one in _recurring.values():
        if hours := one.hours(getattr(connection, one.own) if one.own else None):
            jobs.schedule(one.task, str(connection.pk), timedelta(hours=hours), connection=str(connection.pk))
        else:
            jobs.unschedule(one.task, str(connection.pk))


def forget(connection: UUID) -> None:
    """Drop the schedules of a connection that is paused or goes."""
    for one in _recurring.values():
        jobs.unschedule(one.task, str(connection))


def settle() -> None:
    """Make all schedules what the settings and the connections' states ask for: after a change of either."""
    for one in _recurring.values():
        wanted = _wanted(one)
        known = dict(Schedule.objects.filter(task=one.task).values_list("key", "every"))
        for key in known.keys() - wanted.keys():
            jobs.unschedule(one.task, key)
        for key in [key for key, every in known.items() if wanted.get(key, every) != every]:
            jobs.schedule(one.task, key, timedelta(seconds=wanted[key]), connection=key)
        schedules.keep(_first(one.task, key, wanted[key]) for key in wanted.keys() - known.keys())


def _wanted(one: _Recurring) -> dict[str, int]:
    """Seconds between two, by the connections for which it is to be done."""
    in_use = Connection.objects.filter(state__in=_IN_USE).order_by()
    own = in_use.values_list("pk", one.own) if one.own else ((pk, None) for pk in in_use.values_list("pk", flat=True))
    return {str(pk): hours * _HOUR for pk, said in own if (hours := one.hours(said))}


def _first(task: str, key: str, seconds: int) -> Schedule:
    first = schedules.first_run(task, key, seconds)
    return Schedule(task=task, key=key, ids={"connection": key}, every=seconds, next_run=first)
