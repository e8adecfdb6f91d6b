"""What every test stands on: a home of its own for anything stored, and no way out of this machine."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgres import Postgres

# Before anything reads them: nothing of a test run may touch what the person who runs it has stored.
_SCRATCH = Path(tempfile.mkdtemp(prefix="jackfield-tests-"))
os.environ["JACKFIELD_HOME"] = str(_SCRATCH / "home")
os.environ["JACKFIELD_CACHE_DIR"] = str(_SCRATCH / "cache")
os.environ.pop("JACKFIELD_ALLOWED_NETWORKS", None)
atexit.register(shutil.rmtree, _SCRATCH, ignore_errors=True)
# pytest-django has read the portal's settings by now, and with them the paths below the home of that person.
settings.DATABASES["default"]["NAME"] = str(_SCRATCH / "home" / "portal.sqlite3")
settings.DATABASES["default"]["TEST"]["NAME"] = str(_SCRATCH / "test.sqlite3")

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT.parent / "shared" / "reference"


#: What takes a minute or more: first, so that no process of a run is left with one long file at its end; what keeps the
#: processor busy beside what mostly waits.
_LONG = (
    "tests/docs/test_tutorial.py",
    "tests/contract/test_bad_connectors.py",
    "tests/browser/test_troubles.py",
    "tests/portal/jobs/test_processes.py",
    "tests/browser/test_people.py",
    "tests/portal/test_access.py",
    "tests/portal/jobs/test_outage.py",
    "tests/browser/",
    "tests/core/scaffold/test_generated.py",
    "tests/portal/test_database_server.py",
    "tests/cli/test_demo.py",
    "tests/portal/web/test_health.py",
    "tests/portal/imports/test_kill.py",
    "tests/deploy/test_running.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first, each whole; all others stay in their order."""
    items.sort(
        key=lambda item: next((place for place, name in enumerate(_LONG) if item.nodeid.startswith(name)), len(_LONG))
    )


@pytest.fixture(scope="session")
def reference() -> Path:
    """The recorded answers of the real services, read in place; they are no part of the project."""
    if not REFERENCE.is_dir():
        pytest.skip("the folder ../shared/reference with the recorded answers is not here")
    return REFERENCE


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, one for each process of the run that asks for it; it ends with that."""
    from tests.support.postgres import Postgres

    server = Postgres()
    yield server
    server.remove()


@pytest.fixture
def postgresql(postgres: Postgres) -> str:
    """The address of a new, empty PostgreSQL database."""
    return postgres.fresh()
