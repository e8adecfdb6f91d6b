"""The budgets of this deployment, for whoever opens a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections

from jackfield.http import Budgets
from jackfield_portal.budgets.ledger import DatabaseLedger
from jackfield_portal.home import home
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from pathlib import Path

    from jackfield_portal.budgets.ledger import Starts

__all__ = ["budgets", "close", "ledger_path"]

_ledgers: dict[tuple[str, str], DatabaseLedger] = {}


def budgets() -> Budgets:
    """The budgets that this process shares with all others; lifted where JACKFIELD_REQUEST_BUDGET is ``off``.

    On PostgreSQL all workers of all machines share them, on SQLite all processes with the same JACKFIELD_HOME. Nothing
    is opened or asked before a request needs it, and nothing at all where they are lifted.
    """
    return Budgets.from_environment(shared=_ledger())


def close() -> None:
    """Let go of the database that the starts are counted in; the next request to a CRM opens it again."""
    while _ledgers:
        _ledgers.popitem()[1].close()


def ledger_path() -> Path:
    """The file of the ledger on SQLite. Whatever is in it counts for a minute: it needs no backup."""
    return home() / "budgets.sqlite3"


def _place() -> tuple[str, str]:
    database = connections["default"]
    where = database.settings_dict
    if database.vendor == "postgresql":
        return "postgresql", f"{where['HOST']} {where['PORT']} {where['NAME']}"
    return "sqlite", str(ledger_path())


def _ledger() -> DatabaseLedger:
    place = _place()
    if place not in _ledgers:
        starts = _postgresql() if place[0] == "postgresql" else _sqlite()
        _ledgers.setdefault(place, DatabaseLedger(starts, vault.fingerprint))
    return _ledgers[place]


def _postgresql() -> Starts:
    from jackfield_portal.budgets import postgresql

    params: dict[str, Any] = connections["default"].get_connection_params()
    own = {"context", "cursor_factory", "pool", "prepare_threshold"}  # what only Django's connection needs
    kept = {name: value for name, value in params.items() if name not in own}
    return postgresql.Starts({**kept, "prepare_threshold": None})


def _sqlite() -> Starts:
    from jackfield_portal.budgets import sqlite

    return sqlite.Starts(ledger_path())
