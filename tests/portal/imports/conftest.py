"""A connection to a CRM that is a list in memory."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization


@pytest.fixture(scope="session")
def _ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("ledger")
    shutil.copy(Path(__file__).with_name("ledger.py"), folder / "ledger_connector.py")
    info = folder / "ledger_connector-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ledger-connector\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[jackfield.connectors]\nledger = ledger_connector\n")
    sys.path.insert(0, str(folder))
    yield importlib.import_module("ledger_connector")
    sys.path.remove(str(folder))


@pytest.fixture
def ledger(_ledger: Any) -> Any:
    """The connector's module, its book empty."""
    _ledger.BOOK.__init__()
    return _ledger


@pytest.fixture
def connection(ledger: Any, organization: Organization) -> Connection:
    """A live connection to it."""
    from jackfield_portal.connections import services

    made = services.add(organization, "ledger")
    saved = services.save_settings(made, {"server": "https://ledger.example.com/"})
    services.promote(saved.version, None)
    made.refresh_from_db()
    return made
