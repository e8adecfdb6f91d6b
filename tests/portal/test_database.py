"""Preparing the database, in a process of its own as ``jackfield serve`` does it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from tests.portal.conftest import ON_POSTGRESQL

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


def begun(folder: Path, first: str = "") -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "JACKFIELD_HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "jackfield_portal.settings",
        "PYTHONWARNINGS": "error",
    }
    command = [sys.executable, "-c", f"{first}\n{PROGRAM}"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)  # noqa: S603 - our own text


def prepare(folder: Path) -> str:
    out, err = begun(folder).communicate(timeout=60)
    assert err == ""
    return out.strip()


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as file:
        for statement in statements:
            file.execute(statement)
        file.commit()


def test_first_start_makes_everything_private(folder: Path) -> None:
    """The first start copies nothing, and all that it makes is for its owner only, whatever the umask."""
    old = os.umask(0)
    try:
        assert prepare(folder) == "copy None"
    finally:
        os.umask(old)
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == dict.fromkeys(
        ("django.key", "portal.sqlite3", "start.lock"), 0o600
    )


def test_files_beside_the_database_are_as_private(folder: Path) -> None:
    """The write-ahead log, in which the newest rows lie, has the rights of the database."""
    prepare(folder)
    with closing(sqlite3.connect(folder / "portal.sqlite3")) as file:
        file.execute("CREATE TABLE kept (text)")
        rights = {path.name: path.stat().st_mode & 0o777 for path in folder.glob("portal.sqlite3*")}
    assert rights == dict.fromkeys(("portal.sqlite3", "portal.sqlite3-shm", "portal.sqlite3-wal"), 0o600)


def test_database_that_others_could_read_is_closed_to_them(folder: Path) -> None:
    """A database from a laxer time is made private, and so is what lies beside it."""
    prepare(folder)
    (folder / "portal.sqlite3.old.backup").write_text("")
    for path in folder.glob("portal.sqlite3*"):
        path.chmod(0o644)
    prepare(folder)
    assert {path.stat().st_mode & 0o777 for path in folder.glob("portal.sqlite3*")} == {0o600}


def test_two_first_starts_at_once_wait_for_one_another(folder: Path) -> None:
    """Programs that start together on an empty folder all come up."""
    starts = [begun(folder) for _ in range(3)]
    assert [start.communicate(timeout=60) for start in starts] == [("copy None\n", "")] * 3


@pytest.mark.parametrize("blocks", [8, 64])
def test_full_disk_at_the_first_start_is_one_sentence(folder: Path, blocks: int) -> None:
    """Where the disk takes no more, the sentence names the database and says what to look at."""
    told = begun(folder, f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({blocks} << 10,) * 2)")
    out, err = told.communicate(timeout=60)
    assert (out.startswith("refused The database"), "check the disk" in out, err) == (True, True, "")


def test_full_disk_at_the_copy_changes_nothing(folder: Path) -> None:
    """Where there is no room for the copy before a change, there is no change, and no half of a copy."""
    prepare(folder)
    path = folder / "portal.sqlite3"
    change(path, "DROP TABLE vault_secret", "DELETE FROM django_migrations WHERE app = 'vault'")
    before = path.read_bytes()
    told = begun(folder, "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10,) * 2)")
    assert "cannot be used" in told.communicate(timeout=60)[0]
    assert (path.read_bytes() == before, list(folder.glob("*.backup"))) == (True, [])


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


@pytest.mark.skipif(ON_POSTGRESQL, reason="asks SQLite about its file")
@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_on_the_disk() -> None:
    """Each commit reaches the disk before anybody is told of it: the log is written ahead, and fully synchronised."""
    with connection.cursor() as cursor:
        said = [cursor.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "synchronous")]
    assert said == [("wal",), (2,)]
