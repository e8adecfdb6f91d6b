"""The portal of a test run on PostgreSQL, in place of a file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import caches
from django.db import connections

from jackfield_portal.postgresql import django_database
from tests.support.postgres import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgres import Postgres


#: A process of tests starts and stops the engine of the jobs time and again, and one that was stopped gives its
#: connections back late, or at the end of the process.
_POOL: Final = 60


@contextmanager
def portal_in(server: Postgres) -> Iterator[None]:
    """Point Django at a database that it will make there."""
    entry = connections.settings["default"]
    kept = {name: entry[name] for name in ("ATOMIC_REQUESTS", "AUTOCOMMIT", "CONN_MAX_AGE", "TIME_ZONE", "TEST")}
    entry.clear()
    entry.update({**kept, **django_database(server.url(NAME)), "TEST": {**kept["TEST"], "NAME": NAME}})
    entry["OPTIONS"]["pool"]["max_size"] = _POOL
    backend = "jackfield_portal.web.shared_counts.SharedCounts"
    settings.CACHES["default"] = {"BACKEND": backend, "LOCATION": "portal_counts"}
    for handler in (connections, caches):
        if hasattr(handler._connections, "default"):
            del handler["default"]
    yield
