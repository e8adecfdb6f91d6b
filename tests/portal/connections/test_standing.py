"""Pause, resume, going back, dropping, deleting, restoring."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from jackfield_portal.checks import services as checks
from jackfield_portal.checks.models import CheckRun
from jackfield_portal.connections import removal, services
from jackfield_portal.connections.models import Connection, Phase, State
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import services as imports
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Schedule
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.mapping import services as mapping
from jackfield_portal.notices.models import Notice
from jackfield_portal.organizations.services import add_agent
from jackfield_portal.vault.models import Secret

if TYPE_CHECKING:
    from django.test import Client

    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def mapped(live: Connection) -> Connection:
    """A connection in use with one mapped agent."""
    now, agent = timezone.now(), add_agent(live.organization, name="Al Agent")
    user = CrmUser.objects.create(connection=live, crm_id="u1", name="Uma User", first_seen=now, last_seen=now)
    mapping.save(live, [mapping.Wish(agent=agent.id, before=None, after=user.pk)])
    return live


@pytest.fixture
def changed(live: Connection, acme: Acme) -> Connection:
    """A connection whose settings were changed once, and put to use."""
    services.save_settings(live, {"token": "token-555-0100", "pages": f"{acme.url}records/"})
    checks.start_one(live)
    run_pending()
    live.refresh_from_db()
    return live


def test_pause_sends_nothing(portal: Client, live: Connection, acme: Acme) -> None:
    """A paused connection is neither checked nor imported, by hand or by itself, and says so."""
    portal.post(reverse("connections:pause", args=[live.pk]), headers=HTMX)
    before = len(acme.server.seen)
    live.refresh_from_db()
    assert (live.state, Schedule.objects.filter(key=str(live.pk)).count()) == (State.PAUSED, 0)
    answer = portal.post(reverse("checks:start-one", args=[live.pk]), headers=HTMX)
    portal.post(reverse("checks:start"), headers=HTMX)
    jobs.enqueue("checks.daily", "d1", connection=str(live.pk))
    jobs.enqueue("imports.nightly", "n1", connection=str(live.pk))
    run_pending()
    assert (answer.status_code, len(acme.server.seen)) == (422, before)
    assert "Paused: nothing is sent to the CRM" in portal.get(reverse("web:cards")).content.decode()


def test_pause_ends_what_is_under_way(live: Connection) -> None:
    """An import and a check that wait for their turn are not begun any more."""
    run, check = imports.start(live), checks.start_one(live)
    services.pause(live)
    run_pending()
    run.refresh_from_db()
    job = jobs.state(f"check-{check.pk}")
    assert job is not None and (run.state, job.state) == ("cancelled", "cancelled")


def test_pause_says_what_it_touches(portal: Client, mapped: Connection) -> None:
    """Before a pause, and before a change of the settings, the dialog counts the mapped agents."""
    for name in ("connections:pause", "connections:settings"):
        page = portal.get(reverse(name, args=[mapped.pk]), headers=HTMX).content.decode()
        assert "touches 1 mapped agent." in page


def test_resume_checks_at_once(portal: Client, live: Connection) -> None:
    """A resumed connection is in use, in its rhythm, and its check is shown."""
    services.pause(live)
    page = portal.post(reverse("checks:resume", args=[live.pk]), headers=HTMX).content.decode()
    run_pending()
    live.refresh_from_db()
    assert (live.state, 'id="check"' in page) == (State.LIVE, True)
    assert Schedule.objects.filter(key=str(live.pk), paused=False).count() == 2


def test_draft_cannot_be_paused(connection: Connection) -> None:
    """There is nothing to pause in a draft, which is said."""
    with pytest.raises(PortalError, match="nothing to pause"):
        services.pause(connection)


def test_rollback_is_one_click_after_its_check(portal: Client, changed: Connection, acme: Acme) -> None:
    """The previous settings come back, secrets and all, once their check has passed."""
    portal.post(reverse("checks:roll-back", args=[changed.pk]), headers=HTMX)
    in_between = services.live(changed)
    assert in_between is not None and in_between.values["pages"] == f"{acme.url}records/"
    run_pending()
    version = services.live(changed)
    assert version is not None
    whole = services.connector_of(changed).dump(services.settings_for(version), secrets=True)
    assert (whole["pages"], whole["token"]) == (acme.url, "token-555-0100")


def test_rollback_that_fails_changes_nothing(changed: Connection, acme: Acme) -> None:
    """Previous settings that do not pass any more are not put to use."""
    previous = services.previous(changed)
    assert previous is not None
    previous.values = {**previous.values, "server": "http://127.0.0.1:9/"}
    previous.host = "127.0.0.1:9"
    previous.save()
    before = services.live(changed)
    services.roll_back(changed)
    checks.start_one(changed)
    run_pending()
    changed.refresh_from_db()
    assert (services.live(changed), changed.state) == (before, State.LIVE)


def test_settings_that_were_never_used_are_not_gone_back_to(live: Connection, acme: Acme) -> None:
    """A candidate that another one replaced is no previous version."""
    for token in ("one", "two"):
        services.save_settings(live, acme.values(token=token))
    with pytest.raises(PortalError, match="no earlier settings"):
        services.roll_back(live)


def test_new_settings_can_be_dropped(portal: Client, live: Connection, acme: Acme) -> None:
    """What waits for its check goes, with its secrets; what is in use stays."""
    before = services.live(live)
    services.save_settings(live, acme.values(token="another-555"))
    assert reverse("connections:discard", args=[live.pk]) in portal.get(reverse("web:cards")).content.decode()
    portal.post(reverse("connections:discard", args=[live.pk]), headers=HTMX)
    assert (services.live(live), services.candidate(live), Secret.objects.count()) == (before, None, 1)


def test_draft_does_not_drop_its_only_settings(portal: Client, connection: Connection, acme: Acme) -> None:
    """Where nothing is in use, there is nothing to keep instead, which is said."""
    services.save_settings(connection, acme.values())
    answer = portal.post(reverse("connections:discard", args=[connection.pk]), headers=HTMX)
    assert (answer.status_code, services.candidate(connection) is not None) == (422, True)


def test_new_settings_are_checked_beside_those_in_use(live: Connection, acme: Acme) -> None:
    """A check looks at both, so that one sees that what is in use still works."""
    services.save_settings(live, acme.values(token="wrong-555"))
    run = checks.start_one(live)
    run_pending()
    runs = checks.runs_of(live.organization, run.batch)
    found = {found.version.state: found.state for found in runs if found.version}
    assert found == {Phase.CANDIDATE: "failed", Phase.LIVE: "passed"}


def test_schedule_looks_at_what_is_in_use(live: Connection, acme: Acme) -> None:
    """A half-done change does not hide that the settings in use have broken."""
    services.save_settings(live, acme.values(token="wrong-555"))
    jobs.enqueue("checks.daily", "d1", connection=str(live.pk))
    run_pending()
    last = checks.last(live)
    assert last is not None and last.version is not None and (last.state, last.version.state) == ("passed", Phase.LIVE)


def test_deleted_connection_is_nowhere_but_in_its_fold(portal: Client, mapped: Connection) -> None:
    """Deleted is out of the way at once: no card, no column, no schedule; and listed with the way back."""
    portal.post(reverse("connections:delete", args=[mapped.pk]), headers=HTMX)
    page = portal.get(reverse("web:manage")).content.decode()
    assert (reverse("checks:restore", args=[mapped.pk]) in page, "Uma User" in page) == (True, False)
    assert (Connection.objects.count(), Schedule.objects.filter(key=str(mapped.pk)).count()) == (0, 0)
    for name in ("connections:settings", "connections:delete", "checks:start-one"):
        assert portal.post(reverse(name, args=[mapped.pk]), headers=HTMX).status_code == 404


def test_restored_connection_is_as_it_was(portal: Client, mapped: Connection) -> None:
    """Restore brings back settings, secrets, users, mappings and rhythm, and checks at once."""
    services.delete(mapped)
    portal.post(reverse("checks:restore", args=[mapped.pk]), headers=HTMX)
    run_pending()
    mapped.refresh_from_db()
    assert (mapped.state, services.belongings(mapped)) == (State.LIVE, {"crm_users": 1, "mappings": 1})
    assert (Secret.objects.count(), Schedule.objects.filter(key=str(mapped.pk)).count()) == (1, 2)


def test_deleted_for_good_after_thirty_days(live: Connection) -> None:
    """The daily round takes what was deleted thirty days ago, secrets and all, and nothing earlier."""
    services.delete(live)
    jobs.enqueue("connections.tidy", "t1")
    run_pending()
    assert Connection.everything.count() == 1
    Connection.everything.update(deleted=timezone.now() - removal.RESTORABLE - timedelta(minutes=1))
    jobs.enqueue("connections.tidy", "t2")
    run_pending()
    assert (Connection.everything.count(), Secret.objects.count(), CheckRun.objects.count()) == (0, 0, 0)


def test_deleted_for_good_at_once_by_a_word(portal: Client, live: Connection) -> None:
    """Who wants nothing kept deletes it for good; only what was deleted before."""
    assert portal.post(reverse("connections:purge", args=[live.pk]), headers=HTMX).status_code == 404
    services.delete(live)
    assert "cannot be taken back" in portal.get(reverse("connections:purge", args=[live.pk])).content.decode()
    portal.post(reverse("connections:purge", args=[live.pk]), headers=HTMX)
    assert Connection.everything.count() == 0


@pytest.mark.parametrize(
    "name",
    [
        *(f"connections:{name}" for name in ("pause", "discard", "purge", "make-link")),
        *(f"checks:{name}" for name in ("resume", "restore", "roll-back", "accept", "history")),
    ],
)
def test_nobody_else_may(stranger: Client, onlooker: Client, live: Connection, name: str) -> None:
    """None of it is there for another organization, and none is done for a read-only member."""
    if name in {"connections:purge", "checks:restore"}:
        services.delete(live)
    address = reverse(name, args=[live.pk])
    given = {"hours": "1"}
    assert stranger.post(address, given, headers=HTMX).status_code == 404
    assert onlooker.post(address, given, headers=HTMX).status_code == 403


def test_draft_says_what_is_missing_and_goes_on(portal: Client, connection: Connection) -> None:
    """A draft names the fields that it lacks, and one click leads to them."""
    page = portal.get(reverse("web:cards")).content.decode()
    assert ("Still to be filled in: Token, Server, Pages." in page, f'id="go-on-{connection.pk}"' in page) == (
        True,
        True,
    )


def test_half_done_form_is_found_again(portal: Client, connection: Connection) -> None:
    """What was entered and could be read is there again, though the form was refused; no secret, nothing wrong."""
    entered = {"token": "sesame-555", "server": "https://api.example.com/", "pages": "ftp://wrong.example.com/"}
    portal.post(reverse("connections:settings", args=[connection.pk]), entered, headers=HTMX)
    page = portal.get(reverse("connections:settings", args=[connection.pk]), headers=HTMX).content.decode()
    assert 'value="https://api.example.com/"' in page
    assert [text for text in ("sesame-555", "wrong.example.com") if text in page] == []
    assert "Still to be filled in: Token." in portal.get(reverse("web:cards")).content.decode()


def test_saved_draft_goes_on_with_its_check(portal: Client, connection: Connection, acme: Acme) -> None:
    """Once settings are saved, one click checks them; after a check that failed, one click corrects them."""
    services.save_settings(connection, acme.values(token="wrong-555"))
    button = f'id="go-on-{connection.pk}" hx-'
    assert f'{button}post="{reverse("checks:start-one", args=[connection.pk])}"' in cards(portal)
    checks.start_one(connection)
    run_pending()
    assert f'{button}get="{reverse("connections:settings", args=[connection.pk])}"' in cards(portal)


def cards(portal: Client) -> str:
    return portal.get(reverse("web:cards")).content.decode()


def test_uninstalled_connector_changes_nothing(live: Connection) -> None:
    """A connection whose connector is gone stays as it is, whoever checks it: it works again once that is installed."""
    live.platform = "gone"
    live.save()
    before = CheckRun.objects.count()
    jobs.enqueue("checks.daily", "d1", connection=str(live.pk))
    run_pending()
    assert CheckRun.objects.count() == before
    checks.start_one(live)
    run_pending()
    live.refresh_from_db()
    assert (live.state, Notice.objects.count()) == (State.LIVE, 0)
