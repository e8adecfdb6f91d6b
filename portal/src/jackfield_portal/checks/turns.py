"""When a connection in use breaks, and when it is well again: the one place where that is settled, once each time.

The audit log is told here, and with it the webhooks. Whoever else is to hear of it (the bell, e-mail) connects to
:data:`turned`. It is sent inside the transaction that
settles it, so that what a receiver writes is there exactly when the turn is; nothing may be sent out from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.dispatch import Signal

from jackfield_portal.audit.services import record
from jackfield_portal.checks.models import CheckRun, Turn
from jackfield_portal.connections.models import Connection, Phase, State

if TYPE_CHECKING:
    from jackfield_portal.connections.models import SettingsVersion

__all__ = ["settle", "turned"]

_ACTIONS = {Turn.BROKE: "connection.broken", Turn.WELL: "connection.recovered"}
#: Sent with ``run`` (the check that found it), ``connection`` and ``turn`` (a Turn).
turned = Signal()


def settle(run: CheckRun, *, passed: bool) -> None:
    """Note what a check of the settings in use has turned, if anything; within the transaction of its verdict."""
    connection = Connection.everything.select_for_update().get(pk=run.connection_id)
    if connection.deleted or connection.state == State.PAUSED or not _in_use(run.version):
        return
    last = connection.check_runs.exclude(turn="").order_by("-finished").values_list("turn", flat=True).first()
    broken = last == Turn.BROKE
    if passed != broken:
        return
    run.turn = Turn.WELL if passed else Turn.BROKE
    run.save(update_fields=["turn"])
    record(connection.organization_id, None, _ACTIONS[Turn(run.turn)], connection)
    turned.send(sender=CheckRun, run=run, connection=connection, turn=Turn(run.turn))


def _in_use(version: SettingsVersion | None) -> bool:
    if version is None:
        return False
    version.refresh_from_db(fields=["state"])
    return version.state == Phase.LIVE
