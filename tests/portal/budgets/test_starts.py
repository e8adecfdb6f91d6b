"""The starts in a database: the same on both."""

from __future__ import annotations

import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from jackfield.errors import JackfieldError
from jackfield.http import Limit
from jackfield_portal.budgets.ledger import DatabaseLedger
from tests.portal.budgets.places import Place

if TYPE_CHECKING:
    from jackfield_portal.budgets.ledger import Starts

TWO = Limit(2, 60.0)


def rows(place: Place) -> list[tuple[str, float]]:
    """The keys that are stored, and from when each start counts."""
    query = "SELECT key, at FROM budgets_start ORDER BY id"
    if place.vendor == "sqlite":
        with closing(sqlite3.connect(place.address)) as file:
            return file.execute(query).fetchall()
    with closing(psycopg.connect(place.address)) as connection:
        return connection.execute(query).fetchall()


def test_window_is_exact(starts: Starts) -> None:
    """So many may start as the limit says; the next is told when the first of them leaves the window."""
    waits = [starts.start("one", TWO, 0).wait for _ in range(3)]
    assert waits[:2] == [0.0, 0.0]
    assert TWO.span - 10 < waits[2] <= TWO.span


def test_keys_are_apart(starts: Starts) -> None:
    """What one account does keeps no other waiting."""
    assert [starts.start(key, Limit(1, 60.0), 0).wait for key in ("one", "two")] == [0.0, 0.0]


def test_those_ahead_are_left_their_places(starts: Starts) -> None:
    """Who has others before him in his process takes none of the places that they wait for."""
    starts.start("one", TWO, 0)
    time.sleep(0.1)
    starts.start("one", TWO, 0)
    first, second = starts.start("one", TWO, 0).wait, starts.start("one", TWO, 1).wait
    assert second - first > 0.05


def test_late_request_counts_from_then(starts: Starts, place: Place) -> None:
    """A start is moved from its own time, however often, and never into the future."""
    begun = starts.start("one", TWO, 0)
    ((_key, at),) = rows(place)
    time.sleep(0.3)
    starts.moved(begun.id, 0.1)
    starts.moved(begun.id, 0.2)
    assert rows(place)[0][1] == pytest.approx(at + 0.2)
    starts.moved(begun.id, 3600.0)
    assert rows(place)[0][1] < at + 60


def test_what_is_over_is_forgotten(starts: Starts, place: Place) -> None:
    """A window later nothing of an account is left."""
    starts.start("one", Limit(1, 0.05), 0)
    starts.start("two", TWO, 0)
    time.sleep(0.2)
    starts.purge()
    assert [key for key, _at in rows(place)] == ["two"]


def test_clock_set_back_blocks_nobody_for_long(starts: Starts, place: Place) -> None:
    """Starts that lie in the future, because a clock was set back since, count for nothing."""
    starts.start("one", Limit(1, 60.0), 0)
    statement = "UPDATE budgets_start SET at = at + 3600"
    if place.vendor == "sqlite":
        with closing(sqlite3.connect(place.address, isolation_level=None)) as file:
            file.execute(statement)
    else:
        with closing(psycopg.connect(place.address, autocommit=True)) as connection:
            connection.execute(statement)
    assert starts.start("one", Limit(1, 60.0), 0).wait == 0.0


async def test_database_out_of_reach_is_told_and_asked_again(tmp_path: Path) -> None:
    """Without its database nothing starts; once it is back, all goes on by itself."""
    blocked = tmp_path / "folder"
    blocked.write_text("no folder")
    ledger = DatabaseLedger(Place("sqlite", str(blocked / "budgets.sqlite3")).starts(), str)
    with pytest.raises(JackfieldError) as raised:
        await ledger.start("one", TWO, behind=0)
    assert raised.value.code == "budget_unreachable"
    blocked.unlink()
    assert (await ledger.start("one", TWO, behind=0)).wait == 0.0
    ledger.close()


async def test_ended_server_is_told(postgresql: str) -> None:
    """A server that nobody reaches is a passing trouble, told without a word of how it is reached."""
    ledger = DatabaseLedger(Place("postgresql", "postgresql://ada:sesame-555@127.0.0.1:9/portal").starts(), str)
    with pytest.raises(JackfieldError) as raised:
        await ledger.start("one", TWO, behind=0)
    assert (raised.value.code, raised.value.detail) == ("budget_unreachable", "OperationalError")
    ledger.close()


async def test_lost_connection_is_made_again(place: Place) -> None:
    """A connection that the server has closed costs one request its turn, no more."""
    ledger = DatabaseLedger(place.starts(), str)
    await ledger.start("one", TWO, behind=0)
    if place.vendor == "postgresql":
        with closing(psycopg.connect(place.address, autocommit=True)) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with pytest.raises(JackfieldError):
            await ledger.start("one", TWO, behind=0)
    assert (await ledger.start("one", TWO, behind=0)).wait == 0.0
    ledger.close()


def test_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Others can read neither the file nor those beside it."""
    place = Place("sqlite", str(tmp_path / "home" / "budgets.sqlite3"))
    starts = place.starts()
    starts.start("one", TWO, 0)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in Path(place.address).parent.iterdir()}
    starts.close()
    assert modes == {0o600}
