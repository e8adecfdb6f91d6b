"""The ledger on both databases."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from jackfield_portal.budgets.postgresql import TABLE
from tests.portal.budgets.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jackfield_portal.budgets.ledger import Starts


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a ledger lies that nobody has used yet."""
    if request.param == "sqlite":
        return Place("sqlite", str(tmp_path / "budgets.sqlite3"))
    address = request.getfixturevalue("postgresql")
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        for statement in TABLE:
            connection.execute(statement)
    return Place("postgresql", address)


@pytest.fixture
def starts(place: Place) -> Iterator[Starts]:
    """One process's way to it."""
    opened = place.starts()
    yield opened
    opened.close()
