"""A database in a file before it is used: private, refused where it is not ours, copied before it is changed."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from jackfield_portal.errors import PortalError
from jackfield_portal.home import django_key, prepare_home, unwritable
from jackfield_portal.migrations_known import is_foreign, is_newer

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["applied", "prepare"]


def prepare() -> Path | None:
    """Make the file, or bring it up to date; the copy that was made before a change, or None. May raise PortalError."""
    folder = prepare_home()
    path = Path(settings.DATABASES["default"]["NAME"])
    try:
        with _alone(folder):
            django_key()
            return _prepare(path)
    except (DatabaseError, sqlite3.Error) as failure:
        raise _unusable(path, str(failure)) from failure
    except OSError as failure:
        raise unwritable(Path(failure.filename or path), failure) from failure
    finally:
        connection.close()


def applied() -> set[tuple[str, str]] | str:
    """The migrations that were applied to the file, or why that is unknown, in one sentence."""
    try:
        return _applied(Path(settings.DATABASES["default"]["NAME"]))
    except PortalError:
        return "The database's file cannot be read."


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Programs that start at once on one folder wait for one another."""
    lock = os.open(folder / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _prepare(path: Path) -> Path | None:
    if path.exists() and path.stat().st_size:
        _refuse_foreign(path, _applied(path))
    _make_private(path)
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    copy = _copied(path) if pending and executor.loader.applied_migrations else None
    if pending:
        call_command("migrate", verbosity=0, interactive=False)
    return copy


def _make_private(path: Path) -> None:
    """Before a byte is in it: SQLite gives the files that it puts beside a database the rights of that."""
    path.touch(mode=0o600)
    for found in path.parent.glob(f"{path.name}*"):
        if found.stat().st_mode & 0o077:
            found.chmod(0o600)


def _applied(path: Path) -> set[tuple[str, str]]:
    """The migrations that the file says were applied to it; read without writing a byte."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
            tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "django_migrations" not in tables:
                if tables:
                    raise _foreign(path)
                return set()
            return set(file.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.DatabaseError as failure:
        if isinstance(failure, sqlite3.OperationalError):
            raise _unusable(path, str(failure)) from failure
        raise _foreign(path) from failure


def _refuse_foreign(path: Path, applied: set[tuple[str, str]]) -> None:
    if is_foreign(applied):
        raise _foreign(path)
    if is_newer(applied):
        raise PortalError(
            f"The database {path} was written by a newer version of Jackfield.",
            remedy="Install that version again, or set JACKFIELD_HOME to another folder. Nothing was changed.",
        )


def _copied(path: Path) -> Path:
    copy = path.with_name(f"{path.name}.{datetime.now(tz=UTC):%Y%m%d-%H%M%S}.backup")
    copy.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error:
        copy.unlink(missing_ok=True)  # a part of a copy is none
        raise
    return copy


def _foreign(path: Path) -> PortalError:
    return PortalError(
        f"The file {path} is not a database of Jackfield.",
        remedy="Move it away, or set JACKFIELD_HOME to another folder. Nothing was changed.",
    )


def _unusable(path: Path, reason: str) -> PortalError:
    return PortalError(
        f"The database {path} cannot be used: {reason}.",
        remedy="End other programs that use it, check the disk and the file's rights, then start again.",
    )
