"""A portal of its own for each test: a database in a file, a home, three connectors of which one is broken."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.postgres import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Membership, Organization
    from tests.portal.acme import Server

# With JACKFIELD_TEST_DATABASE=postgresql the portal of these tests lies on a server.
ON_POSTGRESQL = os.environ.get("JACKFIELD_TEST_DATABASE") == "postgresql"
PASSWORD = "correct horse battery"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, what looks at no database has been tested already."""
    if ON_POSTGRESQL:
        dropped = [item for item in items if item.path.is_relative_to(Path(__file__).parent) and not _is_stored(item)]
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]


def _is_stored(item: pytest.Item) -> bool:
    asked = item.get_closest_marker("django_db") is not None
    return asked or bool({"db", "transactional_db"} & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Jobs run in threads: they need a database that lies in a file, or in a server (JACKFIELD_TEST_DATABASE)."""
    from django.conf import settings

    if not ON_POSTGRESQL:
        folder = tmp_path_factory.mktemp("database")
        settings.DATABASES["default"]["TEST"]["NAME"] = str(folder / "test.sqlite3")
        yield
        return
    from tests.support.in_postgres import portal_in

    with portal_in(request.getfixturevalue("postgres")):
        yield


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """On PostgreSQL the database goes with its server: dropping it would wait for threads that still hold it."""
    return django_db_keepdb or ON_POSTGRESQL


@pytest.fixture(autouse=True)
def _home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("JACKFIELD_HOME", str(tmp_path / "home"))
    if ON_POSTGRESQL:
        request.getfixturevalue("django_db_setup")
        monkeypatch.setenv("JACKFIELD_DATABASE_URL", request.getfixturevalue("postgres").url(NAME))
    monkeypatch.setenv("JACKFIELD_ALLOWED_NETWORKS", "127.0.0.0/8")
    yield
    from jackfield_portal.budgets import services

    services.close()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: SettingsWrapper) -> None:
    """Argon2 is slow on purpose; a test of its own looks at it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_language_left() -> Iterator[None]:
    """A request leaves its language to the thread, which is the test's own: the next test begins without."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _nothing_counted(request: pytest.FixtureRequest) -> None:
    """No test's tries to sign in are those of another."""
    from django.core.cache import cache

    if not ON_POSTGRESQL:
        cache.clear()
    else:
        request.getfixturevalue("django_db_setup")  # there the counts lie in the database
        with request.getfixturevalue("django_db_blocker").unblock():
            cache.clear()


@pytest.fixture(scope="session")
def _packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install Acme and a connector that can't be imported, for this run only."""
    folder = tmp_path_factory.mktemp("packages")
    shutil.copy(Path(__file__).with_name("acme.py"), folder / "acme_connector.py")
    shutil.copy(Path(__file__).with_name("partner.py"), folder / "partner_connector.py")
    (folder / "wreck_connector.py").write_text("raise RuntimeError('it fell apart')\n")
    for name in ("acme", "partner", "wreck"):
        info = folder / f"{name}_connector-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-connector\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[jackfield.connectors]\n{name} = {name}_connector\n")
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


@pytest.fixture(autouse=True)
def _connectors(_packages: None) -> Iterator[None]:
    from jackfield_portal.connections import platforms

    platforms.connectors.cache_clear()
    yield
    platforms.connectors.cache_clear()


@pytest.fixture
def administrator(db: None) -> Membership:
    """The administrator of an organization."""
    from jackfield_portal.organizations.services import create_organization

    return create_organization(name="Example Ltd", email="admin@example.com", password=PASSWORD, person="Ada Admin")


@pytest.fixture
def organization(administrator: Membership) -> Organization:
    """The organization."""
    return administrator.organization


@pytest.fixture
def portal(client: Client, administrator: Membership) -> Client:
    """A browser in which the administrator has signed in."""
    client.force_login(administrator.user)
    return client


@pytest.fixture
def onlooker(administrator: Membership) -> Client:
    """A browser in which a read-only member of the same organization has signed in."""
    from django.test import Client

    from jackfield_portal.organizations.models import Membership, Role, User

    user = User.objects.create_user("look@example.com", PASSWORD, name="Lou Look")
    Membership.objects.create(user=user, organization=administrator.organization, role=Role.READ_ONLY)
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def stranger(db: None) -> Client:
    """A browser in which the administrator of another organization has signed in."""
    from django.test import Client

    from jackfield_portal.organizations.services import create_organization

    other = create_organization(name="Other Ltd", email="other@example.com", password=PASSWORD)
    browser = Client()
    browser.force_login(other.user)
    return browser


@pytest.fixture
def acme() -> Iterator[Acme]:
    """Acme itself, answering on loopback."""
    from jackfield.simulation import serving
    from tests.portal.acme import Server

    server = Server()
    with serving(server) as url:
        yield Acme(server=server, url=f"{url}/", host=url.removeprefix("http://"))


@dataclass(frozen=True, kw_only=True)
class Acme:
    """Where Acme answers, and what it has seen."""

    server: Server
    url: str
    host: str

    def values(self, **other: str) -> dict[str, str]:
        """The settings that lead to it, some of them other ones."""
        return {"token": "token-555-0100", "server": self.url, "pages": self.url, **other}


@pytest.fixture
def connection(organization: Organization) -> Connection:
    """A draft of a connection to Acme."""
    from jackfield_portal.connections import services

    return services.add(organization, "acme")


@pytest.fixture
def live(connection: Connection, acme: Acme) -> Connection:
    """A connection to Acme whose check has passed."""
    from jackfield_portal.checks import services as checks
    from jackfield_portal.connections import services
    from jackfield_portal.jobs.services import run_pending

    services.save_settings(connection, acme.values())
    checks.start_one(connection)
    run_pending()
    connection.refresh_from_db()
    return connection
