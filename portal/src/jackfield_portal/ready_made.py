"""Whether the database is as this version needs it, told without Django and without reading any migration."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from jackfield_portal.home import database_path, database_url

__all__ = ["up_to_date"]

_QUESTION = "SELECT app, name FROM django_migrations"


def up_to_date() -> bool:
    """Whether every change that this version's apps need was made, and none by a newer one.

    False as well where that can't be told: whoever asks prepares the database then, which says what is wrong.
    """
    url = database_url()
    try:
        applied = _of_file(database_path()) if url is None else _of_server(url)
    except Exception:  # noqa: BLE001 - whatever keeps it from being told
        return False
    needed = _needed()
    apps = {app for app, _ in needed}
    return needed == {(app, name) for app, name in applied if app in apps}


def _needed() -> set[tuple[str, str]]:
    """By the names of the files: each app's label is the name of its folder."""
    found = Path(__file__).parent.glob("*/migrations/[0-9]*.py")
    return {(file.parts[-3], file.stem) for file in found}


def _of_file(path: Path) -> list[tuple[str, str]]:
    import sqlite3

    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
        return file.execute(_QUESTION).fetchall()


def _of_server(url: str) -> list[tuple[str, str]]:
    import psycopg

    with psycopg.connect(url, connect_timeout=5) as link:
        return link.execute(_QUESTION).fetchall()
