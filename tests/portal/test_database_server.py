"""Preparing a PostgreSQL database, in processes of their own as ``jackfield serve`` does it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.postgres import Postgres

PROGRAM = """
import os
import django
from jackfield_portal.errors import PortalError
try:
    django.setup()
    from jackfield_portal import database
    print("copy", database.prepare())
except PortalError as refused:
    print("refused", refused.message, refused.remedy)
"""
SECRET = "fictional-secret-key-of-forty-characters-555"


def begun(url: str, home: Path, program: str = PROGRAM, **other: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "JACKFIELD_HOME": str(home),
        "JACKFIELD_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "jackfield_portal.settings",
        "PYTHONWARNINGS": "error",
        **other,
    }
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=pipe, stderr=pipe, text=True)  # noqa: S603 - our own text


def prepare(url: str, home: Path, **other: str) -> str:
    out, err = begun(url, home, **other).communicate(timeout=120)
    assert err == ""
    return out.strip()


def test_first_start_makes_everything(postgres: Postgres, postgresql: str, tmp_path: Path) -> None:
    """An empty database has the portal's tables after the first start, and a second one changes nothing."""
    assert (prepare(postgresql, tmp_path), prepare(postgresql, tmp_path)) == ("copy None", "copy None")
    tables = postgres.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", postgresql)
    assert {("organizations_organization",), ("portal_counts",), ("portal_keys",)} <= set(tables)


def test_first_starts_at_once_wait_for_one_another(postgresql: str, tmp_path: Path) -> None:
    """Processes that start together on an empty database all come up."""
    starts = [begun(postgresql, tmp_path) for _ in range(3)]
    assert [start.communicate(timeout=120) for start in starts] == [("copy None\n", "")] * 3


def test_database_of_another_program_is_not_touched(postgres: Postgres, postgresql: str, tmp_path: Path) -> None:
    """A database with somebody else's tables is refused in a sentence, and gets no table of ours."""
    postgres.execute("CREATE TABLE notes (text text)", postgresql)
    assert "holds tables of another program" in prepare(postgresql, tmp_path)
    assert postgres.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", postgresql) == [("notes",)]


def test_other_programs_migrations_are_foreign(postgres: Postgres, postgresql: str, tmp_path: Path) -> None:
    """Another Django program's database is somebody else's, too."""
    postgres.execute("CREATE TABLE django_migrations (app text, name text)", postgresql)
    postgres.execute("INSERT INTO django_migrations VALUES ('shop', '0001_initial')", postgresql)
    assert "holds tables of another program" in prepare(postgresql, tmp_path)


def test_database_of_a_newer_version(postgres: Postgres, postgresql: str, tmp_path: Path) -> None:
    """What a newer version has written is refused, unless the operator says that an upgrade is on its way."""
    prepare(postgresql, tmp_path)
    newer = "INSERT INTO django_migrations (app, name, applied) VALUES ('vault', '0099_future', '2030-01-01')"
    postgres.execute(newer, postgresql)
    assert "written by a newer version" in prepare(postgresql, tmp_path)
    assert prepare(postgresql, tmp_path, JACKFIELD_ACCEPT_NEWER_DATABASE="on") == "copy None"


def test_old_database_is_brought_up_to_date(postgres: Postgres, postgresql: str, tmp_path: Path) -> None:
    """Migrations that are missing are applied; what was stored is kept."""
    prepare(postgresql, tmp_path)
    postgres.execute("DROP TABLE vault_secret", postgresql)
    postgres.execute("DELETE FROM django_migrations WHERE app = 'vault'", postgresql)
    assert prepare(postgresql, tmp_path) == "copy None"
    assert postgres.execute("SELECT count(*) FROM vault_secret", postgresql) == [(0,)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"fictional-555-0100": "hush-555"}, "refuses the user or the password"),
        ({"postgres:fictional": "nobody:fictional"}, "refuses the user or the password"),
        ({"/fresh": "/hush"}, "does not exist"),
        ({"127.0.0.1": "no.such.host.invalid"}, "has no address"),
        ({"127.0.0.1:{port}": "127.0.0.1:{closed}"}, "no server listens there"),
        ({"{name}": "{name}?sslmode=require"}, "does not agree on TLS"),
        ({"{name}": "{name}?colour=hush-555"}, "the driver does not take"),
    ],
)
def test_server_that_cannot_be_used_is_one_sentence(
    postgres: Postgres, postgresql: str, tmp_path: Path, change: dict[str, str], told: str
) -> None:
    """What is wrong with the address is said with a remedy; neither password is shown, and nobody waits for long."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]
    words = {"{port}": str(postgres.port), "{closed}": str(closed), "{name}": postgresql.rpartition("/")[2]}
    for old, new in change.items():
        for word, value in words.items():
            old, new = old.replace(word, value), new.replace(word, value)  # noqa: PLW2901 - filled in
        postgresql = postgresql.replace(old, new)
    out = prepare(postgresql, tmp_path)
    assert (out.startswith("refused The database '"), told in out, "hush-555" in out) == (True, True, False)
    assert "555-0100" not in out


def test_user_who_may_not_make_tables(postgres: Postgres, postgresql: str, tmp_path: Path) -> None:
    """A user without the right to make tables is told so."""
    name = postgresql.rpartition("/")[2]
    postgres.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'hush-555'")
    assert "does not let the user make tables" in prepare(
        f"postgresql://{name}:hush-555@127.0.0.1:{postgres.port}/{name}", tmp_path
    )


@pytest.mark.parametrize("name", ["JACKFIELD_SECRET_KEY", "JACKFIELD_VAULT_KEYS"])
def test_machine_with_another_key_is_refused(postgresql: str, tmp_path: Path, name: str) -> None:
    """Two machines on one database must have the same keys: the one with another does not start."""
    keys = ("a1 " + "A" * 43 + "=", "a1 " + "B" * 42 + "A=") if "VAULT" in name else (SECRET, SECRET[::-1])
    assert prepare(postgresql, tmp_path, **{name: keys[0]}) == "copy None"
    refused = prepare(postgresql, tmp_path, **{name: keys[1]})
    assert ("is not the one that others use" in refused, keys[1] in refused) == (True, False)
    assert prepare(postgresql, tmp_path, **{name: keys[0]}) == "copy None"


def test_machines_with_homes_of_their_own_and_no_shared_keys(postgresql: str, tmp_path: Path) -> None:
    """The second machine that made keys of its own is told to share those of the first."""
    assert prepare(postgresql, tmp_path / "one") == "copy None"
    assert "JACKFIELD_SECRET_KEY_FILE" in prepare(postgresql, tmp_path / "two")
    assert "JACKFIELD_VAULT_KEYS_FILE" in prepare(
        postgresql, tmp_path / "three", JACKFIELD_SECRET_KEY=((tmp_path / "one" / "django.key").read_text())
    )


def test_shared_keys_need_no_folder(postgresql: str, tmp_path: Path) -> None:
    """With its keys given, a machine stores nothing: it starts where no folder can be made."""
    (tmp_path / "file").write_text("")
    (tmp_path / "vault").write_text("a1 " + "A" * 43 + "=\n")
    given = {"JACKFIELD_SECRET_KEY": SECRET, "JACKFIELD_VAULT_KEYS_FILE": str(tmp_path / "vault")}
    assert prepare(postgresql, tmp_path / "file", **given) == "copy None"


COUNTING = """
import threading
import django; django.setup()
from django.core.cache import cache
from django.db import connection
def count():
    for _ in range(25):
        cache.add("tries", 0, 300)
        cache.incr("tries")
    connection.close()
threads = [threading.Thread(target=count) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
connection.close_pool()
"""


def test_tries_to_sign_in_are_counted_over_processes(postgresql: str, tmp_path: Path) -> None:
    """Of 200 tries in two processes of four threads none is lost: the limit holds for all together."""
    prepare(postgresql, tmp_path)
    both = [begun(postgresql, tmp_path, COUNTING) for _ in range(2)]
    assert [one.communicate(timeout=120) for one in both] == [("", "")] * 2
    told = "import django; django.setup()\nfrom django.core.cache import cache\nprint(cache.get('tries'))\n"
    told += "from django.db import connection; connection.close(); connection.close_pool()"
    assert begun(postgresql, tmp_path, told).communicate(timeout=60) == ("200\n", "")
