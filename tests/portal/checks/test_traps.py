"""Traps that rivals fell into, as a check in the portal meets them: tests/portal/test_traps.py lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield import SettingsError
from jackfield.simulation import Reply, serving
from jackfield_portal.checks import services as checks
from jackfield_portal.checks import verdicts
from jackfield_portal.connections import services
from jackfield_portal.connections.models import State
from jackfield_portal.jobs.models import Job
from jackfield_portal.jobs.services import run_pending
from tests.portal.acme import Server

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.checks.models import CheckRun
    from jackfield_portal.connections.models import Connection
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db


def checked(connection: Connection) -> CheckRun:
    run = checks.start_one(connection)
    run_pending()
    run.refresh_from_db()
    connection.refresh_from_db()
    return run


def codes(run: CheckRun) -> dict[str, str]:
    return {step.step: step.code for step in run.steps.all()}


@pytest.mark.parametrize("body", [b"<html><body>Welcome</body></html>", b"", b'{"account": "a1"', b"[]", b"null"])
def test_trap_page_with_status_200(connection: Connection, acme: Acme, body: bytes) -> None:
    """Trap: a page, nothing, half of it or something else with status 200 puts no connection to use."""
    acme.server.body = body
    services.save_settings(connection, acme.values())
    assert (checked(connection).state, connection.state) == ("failed", State.DRAFT)


def test_trap_one_good_call(connection: Connection, acme: Acme) -> None:
    """Trap: a sign-in that passes does not make up for a needed step that fails."""
    acme.server.closed = {"/users"}
    services.save_settings(connection, acme.values())
    run = checked(connection)
    assert [step.state for step in run.steps.all()] == ["passed", "failed", "skipped"]
    assert (run.state, connection.state) == ("failed", State.DRAFT)


def test_trap_unknown_host_tried_again(live: Connection) -> None:
    """Trap: a name that does not exist is a setting to be corrected: said at once, and not tried again."""
    version = services.live(live)
    assert version is not None
    version.values, version.host = {**version.values, "server": "https://acme.invalid/"}, "acme.invalid"
    version.save()
    run = checks.start_by_itself(live)
    run_pending()
    live.refresh_from_db()
    assert run is not None and codes(run)["sign_in"] == "host_unknown"
    assert (live.state, Job.objects.filter(name=verdicts.AGAIN).count()) == (State.NEEDS_ATTENTION, 0)


def test_trap_wrong_region(portal: Client, connection: Connection, acme: Acme) -> None:
    """Trap: where the CRM says that the account is elsewhere, the address is blamed by its name, not the key."""
    acme.server.elsewhere = "https://eu.acme.example.com/"
    services.save_settings(connection, acme.values())
    run = checked(connection)
    page = portal.get(reverse("checks:show", args=[run.batch])).content.decode()
    assert ("Use https://eu.acme.example.com/ instead" in page, "refused the credentials" in page) == (True, False)


def test_trap_overlapping_secrets(portal: Client, connection: Connection, acme: Acme) -> None:
    """Trap: of two secrets of which one holds the other, nothing is left over in any text of the check."""
    acme.server.status, acme.server.body = 500, b'{"error": "token-555-0100-and-more is not token-555-0100"}'
    services.save_settings(connection, acme.values(extra="token-555-0100-and-more"))
    run = checked(connection)
    page = portal.get(reverse("checks:show", args=[run.batch])).content.decode()
    assert [part for part in ("token-555", "0100", "and-more") if part in page] == []


def test_trap_redirect_to_a_private_address(connection: Connection, acme: Acme) -> None:
    """Trap: a CRM that is allowed sends on to a machine nearby, which hears nothing, let alone the key."""
    nearby = Server()
    with serving(nearby) as url, serving(Reply(302, b"", (("location", f"{url}/me"),))) as away:
        services.save_settings(connection, acme.values(server=f"{away}/"))
        run = checked(connection)
    assert (codes(run)["sign_in"], nearby.seen, connection.state) == ("redirected_elsewhere", [], State.DRAFT)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"])
def test_trap_spellings_of_loopback(
    connection: Connection, acme: Acme, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Trap: where the deployment allows no private addresses, loopback is reached by none of its spellings."""
    monkeypatch.delenv("JACKFIELD_ALLOWED_NETWORKS")
    services.save_settings(connection, acme.values(server=f"https://{host}:{acme.host.partition(':')[2]}/"))
    run = checked(connection)
    assert (codes(run)["sign_in"], acme.server.seen) == ("address_not_allowed", [])


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001"])
def test_trap_spellings_of_loopback_as_a_number(connection: Connection, acme: Acme, host: str) -> None:
    """Trap: what programs of old take for loopback is no web address: it is refused beside its field."""
    with pytest.raises(SettingsError) as refused:
        services.save_settings(connection, acme.values(server=f"https://{host}/"))
    assert {problem.field for problem in refused.value.problems} == {"server"}


def test_trap_plugin_raises_in_a_hook(live: Connection, acme: Acme) -> None:
    """Trap: a step that falls over what it reads fails in words, and the next check runs."""
    acme.server.body = b'{"account": "a1"}'
    run = checked(live)
    acme.server.body = None
    assert (run.state, codes(run)["sign_in"]) == ("failed", "connector_failed")
    assert checked(live).state == "passed"
