"""Preparing the database, in a process of its own as ``jackfield serve`` does it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import django; django.setup()
from jackfield_portal import database
from jackfield_portal.errors import PortalError
try:
    print("copy", database.prepare())
except PortalError as refused:
    print("refused", refused.message, refused.remedy)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    return path


def prepare(folder: Path) -> str:
    environment = {
        **os.environ,
        "JACKFIELD_HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "jackfield_portal.settings",
        "PYTHONWARNINGS": "error",
    }
    command = [sys.executable, "-c", PROGRAM]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert ended.stderr == ""
    return ended.stdout.strip()


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        for statement in statements:
            file.execute(statement)
        file.commit()


def test_first_start_makes_it_private(folder: Path) -> None:
    """The first start makes the database, for its owner only, and copies nothing."""
    assert prepare(folder) == "copy None"
    assert (folder / "portal.sqlite3").stat().st_mode & 0o777 == 0o600


def test_second_start_changes_nothing(folder: Path) -> None:
    """A database that is up to date is neither copied nor changed."""
    prepare(folder)
    assert (prepare(folder), list(folder.glob("*.backup"))) == ("copy None", [])


def test_old_database_is_copied_then_brought_up_to_date(folder: Path) -> None:
    """A database with changes pending is copied before them; what it held is in both."""
    prepare(folder)
    path = folder / "portal.sqlite3"
    row = "('00000000000000000000000000005550', 'Kept Ltd', '', '2026-01-01')"
    kept = f"INSERT INTO organizations_organization VALUES {row}"  # noqa: S608 - a literal, cut in two
    change(path, kept, "DROP TABLE vault_secret", "DELETE FROM django_migrations WHERE app = 'vault'")
    assert ".backup" in prepare(folder)
    (copy,) = folder.glob("*.backup")
    for file in (path, copy):
        with closing(sqlite3.connect(file)) as opened:
            assert opened.execute("SELECT name FROM organizations_organization").fetchall() == [("Kept Ltd",)]


def test_database_of_a_newer_version_is_not_touched(folder: Path) -> None:
    """A database that a newer version has written is refused in a sentence, and left as it is."""
    prepare(folder)
    path = folder / "portal.sqlite3"
    newer = "INSERT INTO django_migrations (app, name, applied) VALUES ('vault', '0099_future', '2030-01-01')"
    change(path, newer)
    before = path.read_bytes()
    assert "written by a newer version" in prepare(folder)
    assert path.read_bytes() == before


def test_file_that_is_no_database_is_not_touched(folder: Path) -> None:
    """A file that is no database is refused in a sentence, and left as it is."""
    path = folder / "portal.sqlite3"
    path.write_text("these are my holiday notes, longer than a page header of a database would be\n" * 20)
    before = path.read_bytes()
    assert "is not a database of Jackfield" in prepare(folder)
    assert path.read_bytes() == before


def test_database_of_another_program_is_not_touched(folder: Path) -> None:
    """A database that is somebody else's is refused in a sentence, and left as it is."""
    path = folder / "portal.sqlite3"
    change(path, "CREATE TABLE notes (text)")
    before = path.read_bytes()
    assert "is not a database of Jackfield" in prepare(folder)
    assert path.read_bytes() == before
