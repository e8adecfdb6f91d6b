"""The starts of all processes of one machine in a file of SQLite.

It is a file of its own: an import that is being applied holds the portal's for longer than a request may wait.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from jackfield.http import Start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jackfield.http import Limit

__all__ = ["Starts"]

_TABLE: Final = (
    """CREATE TABLE IF NOT EXISTS budgets_start
       (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, begun REAL NOT NULL, at REAL NOT NULL,
        span REAL NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS budgets_start_by_key ON budgets_start (key, at)",
)
# Where the clock was set back, starts of the future count for nothing.
_LAST: Final = "SELECT at FROM budgets_start WHERE key = ? AND at <= ? ORDER BY at DESC LIMIT 1 OFFSET ?"
_GONE: Final = "DELETE FROM budgets_start WHERE key = ? AND NOT at BETWEEN ? AND ?"
_BEGUN: Final = "INSERT INTO budgets_start (key, begun, at, span) VALUES (?, ?, ?, ?)"
_MOVE: Final = "UPDATE budgets_start SET at = max(at, min(begun + ?, ?)) WHERE id = ?"
_PURGE: Final = "DELETE FROM budgets_start WHERE NOT at BETWEEN ?1 - span AND ?1 + span"
_TIMEOUT: Final = 5.0


class Starts:
    """One connection, used by one thread; opened when it is first needed, and again after a failure."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def start(self, key: str, limit: Limit, behind: int) -> Start:
        """Count one start, or tell how long to wait."""
        with self._alone() as file:
            now = time.time()  # only now: whoever waited for the file has started before
            last = file.execute(_LAST, (key, now + limit.span, limit.amount - 1 - behind)).fetchone()
            wait = last[0] + limit.span - now if last else 0.0
            if wait > 0:
                return Start(min(wait, limit.span))
            file.execute(_GONE, (key, now - limit.span, now + limit.span))
            return Start(0.0, file.execute(_BEGUN, (key, now, now, limit.span)).lastrowid or 0)

    def moved(self, start_id: int, seconds: float) -> None:
        """Count a start from so many seconds after it was asked for."""
        with self._alone() as file:
            file.execute(_MOVE, (seconds, time.time(), start_id))

    def purge(self) -> None:
        """Forget every start whose window is over."""
        with self._alone() as file:
            file.execute(_PURGE, (time.time(),))

    def close(self) -> None:
        """Let the file go."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        file = self._connection = self._connection or self._opened()
        file.execute("BEGIN IMMEDIATE")
        try:
            yield file
        except BaseException:
            file.execute("ROLLBACK")
            raise
        file.execute("COMMIT")

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.touch(mode=0o600)  # before a byte is in it: the files that SQLite puts beside it get the same rights
        file = sqlite3.connect(self._path, timeout=_TIMEOUT, isolation_level=None, check_same_thread=False)
        try:
            _into_wal(file)
            for statement in ("PRAGMA synchronous=NORMAL", *_TABLE):
                file.execute(statement)
        except sqlite3.Error:
            file.close()
            raise
        return file


def _into_wal(file: sqlite3.Connection) -> None:
    """Of those who open a new file at once all but one are refused here, without the wait that is granted elsewhere."""
    end = time.monotonic() + _TIMEOUT
    while True:
        try:
            file.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return
