"""The two engines: the same jobs on SQLite and on PostgreSQL, in real processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.portal.jobs.house import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A portal on each kind of database; its workers are each test's own."""
    database = request.getfixturevalue("postgres").fresh() if request.param == "postgresql" else None
    built = House(tmp_path_factory.mktemp(request.param), database)
    yield built
    built.end()


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Where the jobs of a test leave their traces."""
    made = tmp_path / "room"
    made.mkdir()
    return made
