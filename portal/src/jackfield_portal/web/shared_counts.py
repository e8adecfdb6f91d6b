"""The cache of many processes: Django's own in the database, with counting that two at once do not undo."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction

__all__ = ["SharedCounts"]


class SharedCounts(DatabaseCache):
    """Counts up and down one at a time for each key, over all processes. For PostgreSQL."""

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add to the number under a key; raises ValueError where there is none."""
        alias = router.db_for_write(self.cache_model_class)
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"cache {key}"])
            return super().incr(key, delta=delta, version=version)
