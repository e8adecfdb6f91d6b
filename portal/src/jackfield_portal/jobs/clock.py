"""The one clock that all workers go by: the database's."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone

__all__ = ["now"]


def now() -> datetime:
    """The time on the database's clock; SQLite has that of this machine."""
    if connection.vendor == "sqlite":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT CLOCK_TIMESTAMP()")
        told: datetime = cursor.fetchone()[0]
    return told.astimezone(UTC)
