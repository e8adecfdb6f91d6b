"""Counts of this process, added to those of all others every few seconds; nothing is counted while metrics are off."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.db import connection, transaction
from django.db.models import F

from jackfield_portal.observability.models import Tally
from jackfield_portal.observability.switch import metrics_on

__all__ = ["add", "flush"]

log = logging.getLogger(__name__)

_EVERY: Final = 5.0
_Key = tuple[str, str, str]
_lock = threading.Lock()
_counted: dict[_Key, float] = {}
_writer: threading.Thread | None = None


def add(name: str, platform: str, outcome: str = "", value: float = 1.0) -> None:
    """Count something that has happened; returns at once. What a process has not written when it is killed is lost."""
    global _writer  # noqa: PLW0603 - one a process
    if not metrics_on():
        return
    with _lock:
        _count((name, platform, outcome), value)
        if _writer is None:
            _writer = threading.Thread(target=_write, name="jackfield-tallies", daemon=True)
            _writer.start()


def flush() -> None:
    """Add what was counted here to the rows, in one short transaction."""
    with _lock:
        found = dict(_counted)
        _counted.clear()
    if not found:
        return
    try:
        _keep(found)
    except Exception:
        with _lock:
            for key, value in found.items():
                _count(key, value)
        raise


def _count(key: _Key, value: float) -> None:
    _counted[key] = _counted.get(key, 0.0) + value


def _keep(found: dict[_Key, float]) -> None:
    with transaction.atomic():
        for (name, platform, outcome), value in sorted(found.items()):  # in one order, so that nobody waits in a circle
            row = Tally.objects.filter(name=name, platform=platform, outcome=outcome)
            if not row.update(value=F("value") + value):
                Tally.objects.bulk_create([Tally(name=name, platform=platform, outcome=outcome)], ignore_conflicts=True)
                row.update(value=F("value") + value)


def _write() -> None:
    """Write now and then, as long as there is something; the next count begins anew."""
    global _writer  # noqa: PLW0603
    while True:
        time.sleep(_EVERY)
        try:
            flush()
        except Exception as failure:  # noqa: BLE001 - counting must disturb nothing
            log.warning("The counts could not be written: %s", type(failure).__name__)
        finally:
            connection.close()
        with _lock:
            if not _counted:
                _writer = None
                return
