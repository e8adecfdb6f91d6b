"""The starts of all processes of all machines in a table of PostgreSQL, by its clock."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import psycopg

from jackfield.http import Start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jackfield.http import Limit

__all__ = ["TABLE", "Starts"]

#: Nothing of it outlives a window, so that it need not outlive a crash either.
TABLE: Final = (
    """CREATE UNLOGGED TABLE budgets_start
       (id bigserial PRIMARY KEY, key text NOT NULL, begun float8 NOT NULL, at float8 NOT NULL,
        span float8 NOT NULL)""",
    "CREATE INDEX budgets_start_by_key ON budgets_start (key, at)",
)

# Whoever holds the lock of a key sees every start under it: each statement looks anew. A start counts from ``at``;
# where the clock was set back, those of the future count for nothing.
_LOCK: Final = "SELECT pg_advisory_xact_lock(%s)"
_START: Final = """
WITH clock AS MATERIALIZED (SELECT extract(epoch FROM clock_timestamp())::float8 AS now),
last AS MATERIALIZED (
    SELECT at + %(span)s - now AS wait FROM budgets_start, clock
    WHERE key = %(key)s AND at <= now + %(span)s ORDER BY at DESC OFFSET %(place)s LIMIT 1
),
gone AS (
    DELETE FROM budgets_start USING clock WHERE key = %(key)s AND NOT at BETWEEN now - %(span)s AND now + %(span)s
),
begun AS (
    INSERT INTO budgets_start (key, begun, at, span) SELECT %(key)s, now, now, %(span)s FROM clock
    WHERE NOT EXISTS (SELECT FROM last WHERE wait > 0) RETURNING id
)
SELECT (SELECT id FROM begun), (SELECT wait FROM last)
"""
_NOW: Final = "extract(epoch FROM clock_timestamp())::float8"
_MOVE: Final = f"UPDATE budgets_start SET at = greatest(at, least(begun + %s, {_NOW})) WHERE id = %s"  # noqa: S608 - constant
_PURGE: Final = f"DELETE FROM budgets_start WHERE NOT at BETWEEN {_NOW} - span AND {_NOW} + span"  # noqa: S608
#: What is said at the begin of each transaction, so that it also holds behind a pooler of transactions.
_SETTINGS: Final = ("SET LOCAL synchronous_commit TO off", "SET LOCAL statement_timeout TO 5000")
#: A server that has vanished from the network is noticed within these seconds.
_NETWORK: Final = {"connect_timeout": 5, "tcp_user_timeout": 10_000}


class Starts:
    """One connection, used by one thread; opened when it is first needed, and again after a failure."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = {**_NETWORK, **params}
        self._connection: psycopg.Connection[Any] | None = None

    def start(self, key: str, limit: Limit, behind: int) -> Start:
        """Count one start, or tell how long to wait; takes one trip to the server."""
        values = {"key": key, "span": limit.span, "place": limit.amount - 1 - behind}
        lock = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)
        begun, wait = self._done((_LOCK, (lock,)), (_START, values)) or (None, None)
        return Start(0.0, begun) if begun else Start(min(wait or 0.0, limit.span))

    def moved(self, start_id: int, seconds: float) -> None:
        """Count a start from so many seconds after it was asked for."""
        self._done((_MOVE, (seconds, start_id)))

    def purge(self) -> None:
        """Forget every start whose window is over."""
        self._done((_PURGE, ()))

    def close(self) -> None:
        """Let the connection go."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _done(self, *statements: tuple[str, Any]) -> Any:
        """The first row of the last statement, if it has any."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(**self._params, autocommit=True)
            self._connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        with self._connection.pipeline(), self._connection.transaction():
            for setting in _SETTINGS:
                self._connection.execute(setting)
            for statement, values in statements:
                cursor = self._connection.execute(statement, values)
        return cursor.fetchone() if cursor.description else None
