"""Health and readiness, and the end of a serving process, as an orchestrator sees them."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.portal.serving import Served, begun, served, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def portal(home: Path, *options: str, **environment: str) -> Iterator[Served]:
    process = begun(home, *options, **environment)
    try:
        yield served(process)
    finally:
        process.kill()
        process.communicate()


def test_life_and_readiness_on_a_file(tmp_path: Path) -> None:
    """Both are told to anybody by whatever host he asks; a portal without its tables is alive, and not ready."""
    with portal(tmp_path) as here:
        assert here.get("/health/live", Host="10.1.2.3:8000") == (200, "The process lives.\n")
        assert here.get("/health/ready", Host="probe.example.com") == (200, "Ready.\n")
        with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as file:
            file.execute("DELETE FROM django_migrations WHERE app = 'vault'")
            file.commit()
        assert here.get("/health/ready") == (503, "The database lacks changes that this version needs.\n")
        assert here.get("/health/live")[0] == 200
        assert here.get("/health/elsewhere", Host="10.1.2.3:8000")[0] == 400


def test_readiness_follows_the_server(tmp_path: Path) -> None:
    """While PostgreSQL is gone the process lives and is not ready; once it is back, it is ready by itself."""
    from tests.support.postgres import Postgres

    server = Postgres()
    try:
        with portal(tmp_path, "--no-worker", JACKFIELD_DATABASE_URL=server.fresh()) as here:
            assert here.get("/health/ready") == (200, "Ready.\n")
            server.kill()
            status, text = here.get("/health/ready")
            assert (status, "555-0100" in text, "postgres" in text.lower()) == (503, False, False)
            assert text == "The database does not answer: no server listens there.\n"
            assert here.get("/health/live")[0] == 200
            server.start()
            until(lambda: here.get("/health/ready")[0] == 200)
            assert here.get("/sign-in/", Host="127.0.0.1")[0] in {200, 301, 302, 404}
    finally:
        server.remove()


def test_end_in_order(tmp_path: Path) -> None:
    """After SIGTERM the process is not ready at once, answers whoever still comes, and then ends with status 0."""
    with portal(tmp_path, "--drain", "4") as here:
        here.process.send_signal(signal.SIGTERM)
        until(lambda: here.get("/health/ready") == (503, "This process is ending.\n"))
        assert here.get("/health/live")[0] == 200
        assert here.ended() == 0


def test_second_signal_does_not_wait(tmp_path: Path) -> None:
    """Who ends it twice means it: nobody waits for the drain."""
    with portal(tmp_path, "--drain", "10000") as here:
        here.process.send_signal(signal.SIGTERM)
        until(lambda: here.get("/health/ready")[0] == 503)
        here.process.send_signal(signal.SIGTERM)
        assert here.ended() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_end_without_a_drain(tmp_path: Path, number: signal.Signals) -> None:
    """On a laptop there is nobody to tell first: it ends."""
    with portal(tmp_path) as here:
        os.kill(here.process.pid, number)
        assert here.ended() == 0
