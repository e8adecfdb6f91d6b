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


@dataclass(frozen=True, slots=True)
class _Recurring:
    task: str
    setting: str

    @property
    def every(self) -> timedelta | None:
        hours: int = getattr(settings, self.setting)
        return timedelta(hours=hours) if hours else None


_recurring: dict[str, _Recurring] = {}


def recurring(task: str, setting: str) -> None:
    """Have a job done for each connection in use, with its id as ``connection``, each so many hours; 0 is off."""
    _recurring[task] = _Recurring(task, setting)


def follow(connection: Connection) -> None:
    """Make the connection's schedules what its state asks for."""
    if connection.state not in _IN_USE:
        forget(connection.pk)
        return
    for one in _recurring.values():
        if one.every is not None:
            jobs.schedule(one.task, str(connection.pk), one.every, connection=str(connection.pk))


def forget(connection: UUID) -> None:
    """Drop the schedules of a connection that is paused or goes."""
    for one in _recurring.values():
        jobs.unschedule(one.task, str(connection))


def settle() -> None:
    """Make all schedules what the settings and the connections' states ask for: after a change of either."""
    in_use = Connection.objects.filter(state__in=_IN_USE)
    for one in _recurring.values():
        there = Schedule.objects.filter(task=one.task)
        if one.every is None:
            there.delete()
            continue
        wanted = {str(pk) for pk in in_use.values_list("pk", flat=True)}
        known = dict(there.values_list("key", "every"))
        seconds = int(one.every.total_seconds())
        for key in known.keys() - wanted:
            jobs.unschedule(one.task, key)
        for key in [key for key, every in known.items() if key in wanted and every != seconds]:
            jobs.schedule(one.task, key, one.every, connection=key)
        schedules.keep(
            Schedule(
                task=one.task,
                key=key,
                ids={"connection": key},
                every=seconds,
                next_run=schedules.first_run(one.task, key, seconds),
            )
            for key in wanted - known.keys()
        )
