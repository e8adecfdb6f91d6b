"""Traps that rivals fell into, as an import in the portal meets them: tests/portal/test_traps.py lists them all."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import pytest

from jackfield.errors import error
from jackfield.simulation import running
from jackfield_portal.connections import services as connections
from jackfield_portal.imports import services
from jackfield_portal.imports.models import CrmUser, ImportRun, RunState, StagedUser
from jackfield_portal.jobs.models import Job
from jackfield_portal.jobs.services import run_pending
from tests.portal.imports.books import imported, mapped, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization

pytestmark = pytest.mark.django_db
SECRET = "secret-555-0100"


def simulated(organization: Organization, platform: str, *, users: int, faults: tuple[str, ...] = ()) -> ImportRun:
    """An import from a platform's simulator, over real HTTP."""
    made = connections.add(organization, platform)
    simulator = connections.connector_of(made).simulator()
    assert simulator is not None
    options = simulator.options(users=users, faults=faults)
    with running(simulator, options) as url:
        saved = connections.save_settings(made, simulator.settings(url, options))
        connections.promote(saved.version, None)
        made.refresh_from_db()
        return services.run_now(made)


@pytest.mark.parametrize("nothing", [None, "", "   ", "\t"])
@pytest.mark.parametrize("field", ["role", "phone", "extension", "time_zone", "email"])
def test_trap_nothing_for_a_change(ledger: Any, connection: Connection, field: str, nothing: str | None) -> None:
    """All spellings of nothing are one, in each field."""
    imported(ledger, connection, ledger.person(1, email=None))
    assert imported(ledger, connection, ledger.person(1, **{"email": None, field: nothing})).unchanged == 1


def test_trap_nothing_for_a_change_but_0_is_something(ledger: Any, connection: Connection) -> None:
    """A zero is a value, and so is its coming and going."""
    imported(ledger, connection, ledger.person(1, extension="0"))
    assert CrmUser.objects.get().extension == "0"
    assert imported(ledger, connection, ledger.person(1)).changed == 1


@pytest.mark.parametrize(("platform", "users"), [("insightly", 1234), ("connectwise", 2345)])
def test_trap_first_page(organization: Organization, platform: str, users: int) -> None:
    """However many pages there are, every user is there; a second import finds nobody gone."""
    run = simulated(organization, platform, users=users)
    assert (run.state, run.new, CrmUser.objects.count()) == (RunState.APPLIED, users, users)


@pytest.mark.parametrize("failure", [error("timed_out"), ValueError("oops"), KeyError("Users"), TimeoutError()])
def test_trap_listing_broken_off(ledger: Any, connection: Connection, failure: Exception) -> None:
    """Whatever breaks a listing off, the run has failed and nobody is gone."""
    users = people(ledger, 6)
    imported(ledger, connection, *users)
    ledger.BOOK.pages = [users[:5], failure]
    run = services.run_now(connection)
    assert (run.state, CrmUser.objects.filter(gone_at=None).count()) == (RunState.FAILED, 6)
    assert not StagedUser.objects.exists()


def test_trap_page_with_status_200(organization: Organization) -> None:
    """A sign-in page in the place of the second page fails the import."""
    run = simulated(organization, "insightly", users=1234, faults=("html_ok@2",))
    assert (run.state, CrmUser.objects.count()) == (RunState.FAILED, 0)


def test_trap_one_good_call(organization: Organization) -> None:
    """Pages that came before one that fails are worth nothing."""
    run = simulated(organization, "insightly", users=1234, faults=("truncated_json@3",))
    assert (run.state, CrmUser.objects.count()) == (RunState.FAILED, 0)


def test_trap_unknown_host_tried_again(organization: Organization) -> None:
    """A name that does not exist is a matter of the settings: the import has failed at once, and waits for no retry."""
    made = connections.add(organization, "acme")
    saved = connections.save_settings(made, {"token": "token-555-0100", "server": "https://acme.invalid/"})
    connections.promote(saved.version, None)
    made.refresh_from_db()
    run = services.start(made)
    run_pending()
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "host_unknown")
    assert not Job.objects.filter(name="imports.retry").exists()


@pytest.mark.parametrize("platform", ["insightly", "connectwise"])
def test_trap_windows_time_zones(organization: Organization, platform: str) -> None:
    """Whatever a CRM calls its zones, people have IANA names, and the right ones; what is none is left blank."""
    run = simulated(organization, platform, users=60)
    simulator = connections.connector_of(run.connection).simulator()
    assert simulator is not None and simulator.truth is not None
    known = {user.id: user.time_zone or "" for user in simulator.truth(simulator.options(users=60))}
    zones = dict(CrmUser.objects.values_list("crm_id", "time_zone"))
    assert (zones, set(zones.values()) <= available_timezones() | {""}) == (known, True)
    assert len(set(zones.values()) - {""}) > 1


def test_trap_blank_emails(ledger: Any, connection: Connection) -> None:
    """Users without an e-mail address are as many as they are, known by their ids alone."""
    users = [ledger.person(number, name="Front Desk", email=None) for number in range(3)]
    imported(ledger, connection, *users)
    assert (imported(ledger, connection, *users).unchanged, CrmUser.objects.count()) == (3, 3)


def test_trap_case_of_an_email(ledger: Any, connection: Connection) -> None:
    """Addresses that differ in case and blanks are the same."""
    imported(ledger, connection, ledger.person(1))
    assert imported(ledger, connection, ledger.person(1, email=" USER1@Example.COM ")).unchanged == 1


def test_trap_another_account(ledger: Any, connection: Connection) -> None:
    """The users of another account are not taken for the account's own: the list is held, mappings stand."""
    imported(ledger, connection, *people(ledger, 5))
    agent = mapped(connection, "u1")
    run = imported(ledger, connection, *[ledger.person(number) for number in range(100, 105)])
    assert (run.state, agent.mappings.get().crm_user.gone_at) == (RunState.HELD, None)


def test_trap_secret_in_a_failure(ledger: Any, connection: Connection) -> None:
    """What a connector's mistake says is not shown: it could hold anything."""
    ledger.BOOK.pages = [RuntimeError(f"refused {SECRET}")]
    run = services.run_now(connection)
    assert SECRET not in f"{run.error_message} {run.error_remedy} {run.error_code}"


def test_trap_plugin_raises_in_a_hook(ledger: Any, connection: Connection) -> None:
    """The run fails in words, and the next import works."""
    ledger.BOOK.turned = lambda place: 1 // place
    ledger.BOOK.pages = [people(ledger, 1)]
    assert services.run_now(connection).error_code == "connector_failed"
    ledger.BOOK.turned = lambda place: None
    assert services.run_now(connection).state == RunState.APPLIED


@pytest.fixture
def _far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own clock is many hours away from UTC."""
    monkeypatch.setitem(os.environ, "TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_far_east")
def test_trap_naive_dates(ledger: Any, connection: Connection) -> None:
    """A moment without a zone is UTC, wherever the portal runs."""
    naive = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - what the trap is about
    imported(ledger, connection, ledger.person(1, updated=naive))
    assert CrmUser.objects.get().updated_at == naive.replace(tzinfo=UTC)
    assert imported(ledger, connection, ledger.person(1, updated=naive)).unchanged == 1


def test_trap_listing_broken_off_before_its_first_user(ledger: Any, connection: Connection) -> None:
    """Nobody at all is held, and loses nobody."""
    imported(ledger, connection, *people(ledger, 3))
    run = imported(ledger, connection)
    assert (run.state, CrmUser.objects.filter(gone_at=None).count()) == (RunState.HELD, 3)
