from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.checks import services as checks
from jackfield_portal.checks.models import CheckRun, RunState, StepState
from jackfield_portal.connections import services
from jackfield_portal.connections.models import State
from jackfield_portal.jobs.models import Job, JobState
from jackfield_portal.jobs.services import run_pending

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def run(connection: Connection, acme: Acme) -> CheckRun:
    services.save_settings(connection, acme.values())
    return checks.start_one(connection)


def test_keeps_every_step(run: CheckRun) -> None:
    """Each step is kept in its order, with its verdict and its time."""
    run_pending()
    kept = [(step.step, step.state, step.seconds is not None) for step in run.steps.all()]
    assert kept == [("sign_in", "passed", True), ("users", "passed", True), ("extra", "failed", True)]


def test_optional_step_does_not_stop_a_pass(run: CheckRun) -> None:
    """A failed step that is not required leaves the check passed, and the connection is put to use."""
    run_pending()
    run.refresh_from_db()
    run.connection.refresh_from_db()
    assert (run.state, run.connection.state) == (RunState.PASSED, State.LIVE)


def test_says_whose_key_it_is(run: CheckRun) -> None:
    """The account, the holder of the key and his role are noted on the connection."""
    run_pending()
    connection = run.connection
    connection.refresh_from_db()
    seen = (connection.account_id, connection.account_name, connection.account_holder, connection.account_role)
    assert seen == ("a1", "Acme Ltd", "Kim Holder", "owner")


def test_refused_credentials_leave_a_draft(connection: Connection, acme: Acme) -> None:
    """With a wrong secret the check fails at the sign-in, the rest is not run, the draft stays one."""
    services.save_settings(connection, acme.values(token="wrong"))
    run = checks.start_one(connection)
    run_pending()
    connection.refresh_from_db()
    states = [step.state for step in run.steps.all()]
    assert (states, connection.state) == ([StepState.FAILED, StepState.SKIPPED, StepState.SKIPPED], State.DRAFT)


def test_live_connection_that_fails_needs_attention(live: Connection, acme: Acme) -> None:
    """When the settings in use no longer pass, the connection says that it needs attention; a pass makes it well."""
    version = services.live(live)
    assert version is not None
    version.values = {**version.values, "server": "http://127.0.0.1:9/"}
    version.save()
    checks.start_one(live)
    run_pending()
    live.refresh_from_db()
    assert live.state == State.NEEDS_ATTENTION


def test_lost_key_is_the_verdict(run: CheckRun) -> None:
    """A check that can't be run says why, and ends."""
    from jackfield_portal.home import vault_key_path

    vault_key_path().unlink()
    run_pending()
    run.refresh_from_db()
    assert (run.state, "key file" in run.problem) == (RunState.FAILED, True)


def test_run_again_after_its_process_died(run: CheckRun) -> None:
    """A check that was cut off is done again from its start, without doubled steps."""
    checks.check(str(run.id))
    CheckRun.objects.update(state=RunState.RUNNING, finished=None)
    run_pending()
    assert (run.steps.count(), CheckRun.objects.get().state) == (3, RunState.PASSED)


def test_batch_checks_every_connection(run: CheckRun) -> None:
    """Systems Check starts a run for each connection that has settings, and none for an empty draft."""
    services.add(run.connection.organization, "acme")
    batch = checks.start(run.connection.organization)
    assert checks.runs_of(run.connection.organization, batch).count() == 1


def test_dialog_polls_until_the_end(portal: Client, run: CheckRun) -> None:
    """While a check runs, its dialog asks again; once it is done, it stops and tells the page."""
    url = reverse("checks:progress", args=[run.batch])
    assert 'hx-trigger="load, every 2s"' in portal.get(url, headers=HTMX).content.decode()
    run_pending()
    answer = portal.get(url, headers=HTMX)
    assert ("every 2s" in answer.content.decode(), "connections-changed" in answer["HX-Trigger"]) == (False, True)


def test_dialog_ends_with_the_verdict(portal: Client, run: CheckRun) -> None:
    """A passed check ends with these words, once, and leads on to the import."""
    run_pending()
    page = portal.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()
    assert page.count("Connection successful") == 1
    assert reverse("imports:start", args=[run.connection_id]) in page


def test_dialog_ends_with_the_issue(portal: Client, connection: Connection, acme: Acme) -> None:
    """A failed check ends with the issue to correct, its remedy and who can correct it."""
    services.save_settings(connection, acme.values(token="wrong-555"))
    run = checks.start_one(connection)
    run_pending()
    page = portal.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()
    texts = ("Issue to correct:", "The CRM refused the credentials", "To be corrected in the connection")
    assert [text for text in texts if text not in page] == []
    assert "wrong-555" not in page


def test_report_for_support_holds_no_secret(portal: Client, run: CheckRun) -> None:
    """The text to copy has every step, and no secret."""
    run_pending()
    page = portal.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()
    assert ("- [passed] Sign in" in page, "token-555-0100" in page) == (True, False)


def test_missing_rights_are_written_out_to_be_sent(portal: Client, run: CheckRun) -> None:
    """Where a right is missing, the dialog holds a text for the CRM's administrator, with a button that copies it."""
    run_pending()
    page = portal.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()
    assert "To send to the administrator of Acme" in page
    assert "- Contacts: Read (to look up contacts, for screen pop)" in page
    assert "the credentials of Kim Holder" in page
    assert f'data-copy="letter-{run.id}"' in page


def test_nothing_is_to_be_sent_where_no_right_is_missing(portal: Client, connection: Connection, acme: Acme) -> None:
    """A wrong key is no missing right, and a check under way has no verdict on rights yet."""
    services.save_settings(connection, acme.values(token="wrong-555"))
    run = checks.start_one(connection)
    assert checks.permission_request(run) is None
    run_pending()
    page = portal.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()
    assert "To send to the administrator" not in page


def test_check_whose_job_was_lost_ends_in_words(portal: Client, run: CheckRun) -> None:
    """A check whose job was given up does not run for ever on the screen."""
    Job.objects.update(state=JobState.FAILED, finished=run.created)
    page = portal.get(reverse("checks:progress", args=[run.batch]), headers=HTMX).content.decode()
    assert ("interrupted" in page, "every 2s" in page) == (True, False)


def test_nothing_to_check_is_said(portal: Client) -> None:
    """Without a connection the dialog says what to do first."""
    page = portal.post(reverse("checks:start"), headers=HTMX).content.decode()
    assert "add a CRM platform and save its settings first" in page


def test_draft_without_settings_is_not_checked(portal: Client, connection: Connection) -> None:
    """Checking a draft without settings says what is missing."""
    answer = portal.post(reverse("checks:start-one", args=[connection.id]), headers=HTMX)
    assert (answer.status_code, "has no settings yet" in answer.content.decode()) == (422, True)


def test_batch_of_others_is_not_shown(stranger: Client, run: CheckRun) -> None:
    """Another organization's check shows nothing."""
    page = stranger.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()
    assert "Acme" not in page


def test_onlooker_may_not_start(onlooker: Client) -> None:
    """A read-only member can't start a check."""
    assert onlooker.post(reverse("checks:start"), headers=HTMX).status_code == 403
