"""The address of a PostgreSQL database: read, judged, never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield_portal.errors import PortalError
from jackfield_portal.home import database_url
from jackfield_portal.postgresql import django_database

if TYPE_CHECKING:
    from pathlib import Path

URL = "postgresql://jack:hush-555%40@db.example.com:6432/portal"


@pytest.fixture(autouse=True)
def _no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JACKFIELD_DATABASE_URL", "JACKFIELD_DATABASE_URL_FILE", "JACKFIELD_DATABASE_POOL"):
        monkeypatch.delenv(name, raising=False)


def test_without_an_address_the_database_is_sqlites() -> None:
    """No variable, no address."""
    assert database_url() is None


def test_address_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is the address."""
    monkeypatch.setenv("JACKFIELD_DATABASE_URL", URL)
    assert database_url() == URL


def test_address_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mounted secret is the address, without the line's end."""
    (tmp_path / "url").write_text(f"{URL}\n")
    monkeypatch.setenv("JACKFIELD_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert database_url() == URL


@pytest.mark.parametrize("text", [None, "", "\n"])
def test_file_that_is_missing_or_empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None) -> None:
    """A file without an address is named; SQLite is not silently used in its place."""
    if text is not None:
        (tmp_path / "url").write_text(text)
    monkeypatch.setenv("JACKFIELD_DATABASE_URL_FILE", str(tmp_path / "url"))
    with pytest.raises(PortalError, match="that JACKFIELD_DATABASE_URL_FILE names"):
        database_url()


def test_both_ways_at_once_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Which of two addresses is meant is not guessed."""
    monkeypatch.setenv("JACKFIELD_DATABASE_URL", URL)
    monkeypatch.setenv("JACKFIELD_DATABASE_URL_FILE", str(tmp_path / "url"))
    with pytest.raises(PortalError, match="Both JACKFIELD_DATABASE_URL"):
        database_url()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://jack:hush-555@db.example.com/portal",
        "db.example.com/portal?password=hush-555",
        "postgresql://jack:hush-555@db.example.com",
        "postgresql://jack:hush-555@db.example.com/",
        "postgresql://jack:hush-555/x@db.example.com/portal",
        "postgresql://jack:hush-555@db.example.com:port/portal",
        "postgresql://jack:hush-555@[db.example.com/portal",
        "postgresql://jack:hush-555@db.example.com:99999/portal",
        "postgresql://jack:hush#-555@db.example.com/portal",
    ],
)
def test_what_is_no_address_is_one_sentence_without_the_secret(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """A wrong address says what is wrong and how it is written, and nothing of it is shown."""
    monkeypatch.setenv("JACKFIELD_DATABASE_URL", url)
    with pytest.raises(PortalError) as refused:
        database_url()
    assert "hush" not in str(refused.value)
    assert "postgresql://user:password@host:5432/name" in refused.value.remedy
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_address_in_djangos_terms() -> None:
    """Each part reaches Django decoded, with a pool whose connections are tried before they are handed out."""
    entry = django_database(URL)
    parts = [entry[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]
    assert parts == ["portal", "jack", "hush-555@", "db.example.com", "6432"]
    assert (entry["CONN_HEALTH_CHECKS"], entry["OPTIONS"]["pool"]["max_size"]) == (True, 10)


def test_options_of_the_address_reach_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows the question mark is the driver's; a folder of a socket is a host."""
    entry = django_database("postgresql:///portal?host=/run/postgresql&sslmode=verify-full&connect_timeout=9")
    options = entry["OPTIONS"]
    assert (entry["HOST"], options["sslmode"], options["connect_timeout"]) == ("/run/postgresql", "verify-full", "9")


@pytest.mark.parametrize("size", ["0", "many", "-1", "1e3", "10001"])
def test_pool_of_a_size_that_is_none(monkeypatch: pytest.MonkeyPatch, size: str) -> None:
    """A size that is no number is one sentence."""
    monkeypatch.setenv("JACKFIELD_DATABASE_POOL", size)
    with pytest.raises(PortalError, match="whole number from 1"):
        django_database(URL)


def test_fresh_database_is_empty_and_ones_own(postgresql: str) -> None:
    """The tests' server gives each who asks a database with nothing in it."""
    import psycopg

    with psycopg.connect(postgresql) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)
