"""The wire model of a user with all that a page tells of him, and tables for it, as one would write them for a day."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Sequence


class User(BaseModel):
    """Every member of the answer, typed."""

    USER_ID: int
    CONTACT_ID: int | None = None
    FIRST_NAME: str | None = None
    LAST_NAME: str | None = None
    TIMEZONE_ID: str | None = None
    EMAIL_ADDRESS: str | None = None
    EMAIL_DROPBOX_IDENTIFIER: str | None = None
    EMAIL_DROPBOX_ADDRESS: str | None = None
    ADMINISTRATOR: bool | None = None
    ACCOUNT_OWNER: bool | None = None
    ACTIVE: bool | None = None
    DATE_CREATED_UTC: datetime | None = None
    DATE_UPDATED_UTC: datetime | None = None
    USER_CURRENCY: str | None = None
    CONTACT_DISPLAY: str | None = None
    CONTACT_ORDER: str | None = None
    TASK_WEEK_START: int | None = None
    INSTANCE_ID: int | None = None


Rows = list[tuple[object, ...]]

parse = TypeAdapter(list[User]).validate_json
_columns = attrgetter(*User.model_fields)
_NAMES = [name.lower() for name in User.model_fields]
_KINDS = {int: "BIGINT", bool: "{truth}", datetime: "{time}"}
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in _NAMES[1:])
_CONFLICT = f"ON CONFLICT (account, user_id) DO UPDATE SET {_UPDATES}"


def rows(account: str, users: Sequence[User]) -> Rows:
    """The users as rows of the table."""
    return [(account, *_columns(user)) for user in users]


class Sink(Protocol):
    """Where rows go."""

    def write(self, found: Rows) -> None:
        """Take rows."""

    def commit(self) -> None:
        """Make what was taken last."""

    def count(self) -> int:
        """How many rows there are, once all is committed; closes the sink."""


class Nowhere:
    """Counts only."""

    def __init__(self) -> None:
        self._count = 0

    def write(self, found: Rows) -> None:
        self._count += len(found)

    def commit(self) -> None:
        pass

    def count(self) -> int:
        return self._count


class Sqlite:
    """Upserts by ``executemany``, a transaction from each commit to the next."""

    def __init__(self, path: str) -> None:
        sqlite3.register_adapter(datetime, lambda moment: moment.isoformat(" "))
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.execute(f"{_table(truth='INT', time='TEXT')} WITHOUT ROWID")
        self._upsert = f"INSERT INTO users VALUES ({', '.join('?' * (len(_NAMES) + 1))}) {_CONFLICT}"

    def write(self, found: Rows) -> None:
        if not self._base.in_transaction:
            self._base.execute("BEGIN IMMEDIATE")
        self._base.executemany(self._upsert, found)

    def commit(self) -> None:
        if self._base.in_transaction:
            self._base.execute("COMMIT")

    def count(self) -> int:
        with closing(self._base):
            return int(self._base.execute("SELECT count(*) FROM users").fetchone()[0])


class Postgresql:
    """COPY into a temporary table, and one statement that puts it into its place, at each commit."""

    def __init__(self, url: str) -> None:
        import psycopg

        self._base = psycopg.connect(url)
        self._base.execute(_table(truth="BOOLEAN", time="TIMESTAMP").encode())
        self._base.execute("CREATE TEMPORARY TABLE incoming (LIKE users)")
        self._base.commit()
        self._begin()

    def _begin(self) -> None:
        self._cursor = self._base.cursor()
        self._copying = self._cursor.copy("COPY incoming FROM STDIN")
        self._copy = self._copying.__enter__()

    def write(self, found: Rows) -> None:
        for row in found:
            self._copy.write_row(row)

    def commit(self) -> None:
        self._finish()
        self._begin()

    def _finish(self) -> None:
        self._copying.__exit__(None, None, None)
        self._base.execute(f"INSERT INTO users SELECT * FROM incoming {_CONFLICT}".encode())
        self._base.execute("TRUNCATE incoming")
        self._base.commit()

    def count(self) -> int:
        self._copying.__exit__(None, None, None)
        with closing(self._base):
            found = self._base.execute("SELECT count(*) FROM users").fetchone()
        return int(found[0]) if found else 0


def sink(place: str) -> Sink:
    """``none``, the URL of a PostgreSQL database, or the path of a SQLite file."""
    if place == "none":
        return Nowhere()
    return Postgresql(place) if place.startswith("postgresql") else Sqlite(place)


def _table(*, truth: str, time: str) -> str:
    lines = []
    for name, field in User.model_fields.items():
        kinds = {
            kind for kind in _KINDS if kind is field.annotation or kind in getattr(field.annotation, "__args__", ())
        }
        lines.append(f"{name.lower()} {_KINDS[kinds.pop()].format(truth=truth, time=time) if kinds else 'TEXT'}")
    return f"CREATE TABLE IF NOT EXISTS users (account TEXT, {', '.join(lines)}, PRIMARY KEY (account, user_id))"
