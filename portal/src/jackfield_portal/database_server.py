"""A PostgreSQL database before it is used: refused where it is not ours, brought up to date by one at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from jackfield_portal.database_keys import agree
from jackfield_portal.environment import switched_on
from jackfield_portal.errors import PortalError
from jackfield_portal.migrations_known import is_foreign, is_newer
from jackfield_portal.postgresql_failures import in_short, told

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["applied", "connected", "prepare"]

#: Whoever holds this advisory lock of the database may change its tables.
_LOCK = int.from_bytes(b"jackfiel", "big")
_PATIENCE = "10min"
_OLDEST = 14


def prepare() -> None:
    """Make the tables, or bring them up to date; raises PortalError, and changes nothing, where that cannot be."""
    place = _place()
    try:
        with connected() as link, _alone(link):
            _refuse(link, place)
            _bring_up_to_date()
            agree(link)
    except (psycopg.Error, DatabaseError) as failure:
        raise told(failure, place) from None
    finally:
        connection.close()


def applied() -> set[tuple[str, str]] | str:
    """The migrations that were applied, or why that is unknown, in one sentence."""
    try:
        with connected(connect_timeout=2) as link:
            return _applied(link)
    except psycopg.Error as failure:
        return in_short(failure)


@contextmanager
def connected(**other: Any) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection of its own, outside the pool: what is wrong with an address is said at once, not after a wait."""
    parameters = {**connection.get_connection_params(), **other}
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as link:
        yield link


@contextmanager
def _alone(link: psycopg.Connection[tuple[Any, ...]]) -> Iterator[None]:
    """Processes that start at once on one database, on whatever machines, wait for one another."""
    link.execute(f"SET lock_timeout = '{_PATIENCE}'".encode())
    try:
        link.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    except psycopg.errors.LockNotAvailable:
        raise PortalError(
            "Another process has been bringing the database up to date for ten minutes.",
            remedy="Look at that process, then start this one again.",
        ) from None
    yield  # the lock ends with the connection


def _refuse(link: psycopg.Connection[tuple[Any, ...]], place: str) -> None:
    if link.info.server_version < _OLDEST * 10_000:
        raise PortalError(
            f"The database {place} is of PostgreSQL {link.info.server_version // 10_000}.",
            remedy=f"Jackfield needs PostgreSQL {_OLDEST} or newer.",
        )
    tables = {name for (name,) in link.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")}
    done = _applied(link) if "django_migrations" in tables else set()
    if (tables and "django_migrations" not in tables) or is_foreign(done):
        raise _foreign(place)
    if is_newer(done) and not switched_on("JACKFIELD_ACCEPT_NEWER_DATABASE"):
        raise PortalError(
            f"The database {place} was written by a newer version of Jackfield. Nothing was changed.",
            remedy="Start that version, or see in the deployment guide when JACKFIELD_ACCEPT_NEWER_DATABASE may be on.",
        )


def _applied(link: psycopg.Connection[tuple[Any, ...]]) -> set[tuple[str, str]]:
    return {(app, name) for app, name in link.execute("SELECT app, name FROM django_migrations")}


def _bring_up_to_date() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _place() -> str:
    entry = connection.settings_dict
    port = f", port {entry['PORT']}" if entry["PORT"] else ""
    return f"{entry['NAME']!r} on {entry['HOST'] or 'this machine'}{port}"


def _foreign(place: str) -> PortalError:
    return PortalError(
        f"The database {place} holds tables of another program. Nothing was changed.",
        remedy="Make an empty database for Jackfield and name it in JACKFIELD_DATABASE_URL.",
    )
