"""Traps that rivals fell into, as a connection in the portal meets them: tests/portal/test_traps.py lists them all."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield import SettingsError
from jackfield.simulation import serving
from jackfield_portal.checks import services as checks
from jackfield_portal.connections import services
from jackfield_portal.connections.models import Connection, Hold, State
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs.models import Job
from jackfield_portal.jobs.services import run_pending
from tests.portal.acme import GOOD_TOKEN, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def checked(connection: Connection) -> Connection:
    """The connection once the check of its newest settings has a verdict."""
    checks.start_one(connection)
    run_pending()
    connection.refresh_from_db()
    return connection


def refused(connection: Connection, **values: str) -> dict[str | None, str]:
    """Saving these is refused: the codes of its problems by field."""
    with pytest.raises(SettingsError) as raised:
        services.save_settings(connection, values)
    return {problem.field: problem.code for problem in raised.value.problems}


def whole(connection: Connection) -> dict[str, str]:
    """The newest settings, secrets and all."""
    version = services.newest(connection)
    assert version is not None
    return services.connector_of(connection).dump(services.settings_for(version), secrets=True)


def held_by(connection: Connection) -> str:
    version = services.held(connection)
    return version.hold if version else ""


@pytest.mark.parametrize("mask", ["••••••••", "********"])
def test_trap_masked_placeholder(live: Connection, acme: Acme, mask: str) -> None:
    """Trap: what a form shows in the place of a secret is neither stored nor sent as one."""
    assert refused(live, **acme.values(token=mask)) == {"token": "placeholder"}
    checked(live)
    assert (whole(live)["token"], set(acme.server.seen)) == (GOOD_TOKEN, {f"Bearer {GOOD_TOKEN}"})


def test_trap_edited_host(live: Connection) -> None:
    """Trap: a host that is entered afterwards gets no secret that was entered for another."""
    elsewhere = Server()
    with serving(elsewhere) as url:
        assert refused(live, token="", server=f"{url}/") == {"token": "secret_bound_to_host"}
        checked(live)
    assert (elsewhere.seen, live.state) == ([], State.LIVE)


@pytest.mark.parametrize("nothing", [{}, {"token": ""}, {"token": " ", "extra": ""}, {"extra": "\t"}])
def test_trap_nothing_for_a_change(live: Connection, acme: Acme, nothing: dict[str, str]) -> None:
    """Trap: secrets that are blank or missing among what is saved are those that are stored."""
    saved = services.save_settings(live, {"server": acme.url, "pages": acme.url, **nothing})
    assert (saved.changed, whole(live)) == (False, acme.values())


def test_trap_undrawn_fields(portal: Client, live: Connection, acme: Acme) -> None:
    """Trap: a form that lacks fields takes nothing from them."""
    portal.post(reverse("connections:settings", args=[live.pk]), {"pages": f"{acme.url}records/"}, headers=HTMX)
    assert whole(live) == acme.values(pages=f"{acme.url}records/")


@pytest.mark.parametrize("server", ["ftp://crm.example.com/", "https://", "https://crm example/", "https://a..b/"])
def test_trap_bad_address_tried_again(connection: Connection, acme: Acme, server: str) -> None:
    """Trap: an address that is none is refused beside its field, and nothing is put off to be tried later."""
    assert set(refused(connection, **acme.values(server=server))) >= {"server"}
    assert (connection.versions.count(), Job.objects.count()) == (0, 0)


def test_trap_address_as_identity(live: Connection, acme: Acme) -> None:
    """Trap: another spelling of the address is no other account: a second connection to the same one is held."""
    twin = services.add(live.organization, "acme")
    services.save_settings(twin, acme.values(server=f"{acme.url}v2/..", pages="https://other.example.com/"))
    assert (checked(twin).state, held_by(twin)) == (State.DRAFT, Hold.TWICE)


def test_trap_another_account(live: Connection, acme: Acme) -> None:
    """Trap: a new key that opens another account is held, and what is in use stays so."""
    before = services.live(live)
    acme.server.account = "a9"
    services.save_settings(live, {"token": GOOD_TOKEN, "pages": f"{acme.url}records/"})
    checked(live)
    assert (services.live(live), held_by(live), live.account_id) == (before, Hold.ELSEWHERE, "a1")


#: Connectors that are fine in all but one thing, and what the reason must name.
ODD = {
    "on_import": ("raise RuntimeError('it fell apart')", "RuntimeError"),
    "on_registration": ("@hookimpl\ndef systems_check(colour):\n    return []", "systems_check"),
    "in_a_hook": ("@hookimpl\ndef platform():\n    raise RuntimeError('it fell apart')", "platform()"),
}
_FINE = """
from jackfield import Platform, hookimpl
from jackfield.settings import BaseUrl, ConnectionSettings, setting

class Settings(ConnectionSettings):
    server: BaseUrl = setting("Server", help="Where it answers.", example="https://odd.example.com/")

@hookimpl
def platform():
    return Platform(id="odd", title="Odd", instructions="-", docs_url="https://docs.example.com/odd")

@hookimpl
def connection_schema():
    return Settings

@hookimpl
def authenticate(settings):
    return None

@hookimpl
def systems_check():
    return []

@hookimpl
async def import_users(connection):
    yield
"""


@pytest.fixture(scope="module")
def _odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All of them, installed beside Acme."""
    folder = tmp_path_factory.mktemp("odd")
    for name, (oddity, _reason) in ODD.items():
        (folder / f"{name}_connector.py").write_text(f"{_FINE}\n{oddity}\n")
        info = folder / f"{name}_connector-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-connector\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[jackfield.connectors]\n{name} = {name}_connector\n")
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


def host_stands(odd: str, portal: Client, live: Connection) -> None:
    """For the host such a connector is a line with a reason, and refused; the others work on."""
    page = portal.get(reverse("connections:add"), headers=HTMX).content.decode()
    offered = page.partition(f'<option value="{odd}" disabled>')[2].partition("</option>")[0]
    assert (ODD[odd][1] in offered, '<option value="acme">' in page) == (True, True)
    with pytest.raises(PortalError):
        services.add(live.organization, odd)
    assert checked(live).state == State.LIVE


@pytest.mark.usefixtures("_odd")
def test_trap_plugin_raises_on_import(portal: Client, live: Connection) -> None:
    """Trap: a connector that cannot be imported."""
    host_stands("on_import", portal, live)


@pytest.mark.usefixtures("_odd")
def test_trap_plugin_raises_on_registration(portal: Client, live: Connection) -> None:
    """Trap: a connector whose hooks cannot be registered."""
    host_stands("on_registration", portal, live)


@pytest.mark.usefixtures("_odd")
def test_trap_plugin_raises_in_a_hook(portal: Client, live: Connection) -> None:
    """Trap: a connector that cannot say what it is."""
    host_stands("in_a_hook", portal, live)
