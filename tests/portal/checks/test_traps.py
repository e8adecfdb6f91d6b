"""Traps that rivals fell into, as a check in the portal meets them; those of accounts stand with the connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.checks import services as checks
from jackfield_portal.checks import verdicts
from jackfield_portal.connections import services
from jackfield_portal.connections.models import State
from jackfield_portal.jobs.models import Job
from jackfield_portal.jobs.services import run_pending

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
def test_trap_html_with_status_200_taken_for_success(connection: Connection, acme: Acme, body: bytes) -> None:
    """Trap: a page, nothing, half of it or something else with status 200 puts no connection to use."""
    acme.server.body = body
    services.save_settings(connection, acme.values())
    assert (checked(connection).state, connection.state) == ("failed", State.DRAFT)


def test_trap_one_good_call_among_several_taken_for_success(connection: Connection, acme: Acme) -> None:
    """Trap: a sign-in that passes does not make up for a needed step that fails."""
    acme.server.closed = {"/users"}
    services.save_settings(connection, acme.values())
    run = checked(connection)
    assert [step.state for step in run.steps.all()] == ["passed", "failed", "skipped"]
    assert (run.state, connection.state) == ("failed", State.DRAFT)


def test_trap_dns_failure_retried_as_transient(live: Connection) -> None:
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


def test_trap_wrong_region_reported_as_wrong_key(portal: Client, connection: Connection, acme: Acme) -> None:
    """Trap: where the CRM says that the account is elsewhere, the address is blamed by its name, not the key."""
    acme.server.elsewhere = "https://eu.acme.example.com/"
    services.save_settings(connection, acme.values())
    run = checked(connection)
    page = portal.get(reverse("checks:show", args=[run.batch])).content.decode()
    assert ("Use https://eu.acme.example.com/ instead" in page, "refused the credentials" in page) == (True, False)


def test_trap_overlapping_secrets_redacted_by_half(portal: Client, connection: Connection, acme: Acme) -> None:
    """Trap: of two secrets of which one holds the other, nothing is left over in any text of the check."""
    acme.server.status, acme.server.body = 500, b'{"error": "token-555-0100-and-more is not token-555-0100"}'
    services.save_settings(connection, acme.values(extra="token-555-0100-and-more"))
    run = checked(connection)
    page = portal.get(reverse("checks:show", args=[run.batch])).content.decode()
    assert [part for part in ("token-555", "0100", "and-more") if part in page] == []
