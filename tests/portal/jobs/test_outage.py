"""The database is gone for a while: a worker waits for it and goes on by itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.portal.jobs.house import House, until
from tests.support.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Longer than after which a worker is thought dead.
GONE = 8


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server that a test may stop."""
    made = Postgres()
    yield made
    made.remove()


def test_worker_outlasts_the_database(server: Postgres, tmp_path: Path) -> None:
    """What is at work while the database is gone ends, what is enqueued afterwards is done, by the same worker."""
    house = House(tmp_path, server.fresh())
    try:
        worker = house.worker()
        house.desk(f"str(jobs.enqueue('toil.mark', 'before', folder={str(tmp_path)!r}))")
        until(lambda: house.job("before")["state"] == "done")
        server.stop()
        time.sleep(GONE)
        server.start()
        house.desk("__import__('django').db.connections.close_all()")
        house.desk(f"str(jobs.enqueue('toil.mark', 'after', folder={str(tmp_path)!r}))")
        until(lambda: house.job("after")["state"] == "done")
        assert list(tmp_path.glob(f"after.{worker.pid}.*"))
        worker.terminate()
        assert worker.wait(60) == 0
    finally:
        print((tmp_path / "worker.log").read_text())  # noqa: T201 - shown where it fails
        house.end()
