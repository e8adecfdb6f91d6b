"""Imports: what they count, hold, keep and never do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from jackfield.errors import error
from jackfield.users import UserKind, UserState
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import services
from jackfield_portal.imports.models import CrmUser, ImportRun, RunState, StagedUser
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job, JobState

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db

COUNTS = ("new", "changed", "unchanged", "inactive", "gone")


def counts(run: ImportRun) -> dict[str, int]:
    return {name: number for name in COUNTS if (number := getattr(run, name))}


def imported(ledger: Any, connection: Connection, *users: Any) -> ImportRun:
    ledger.BOOK.pages = [users]
    return services.run_now(connection)


def known(connection: Connection) -> set[str]:
    return set(CrmUser.objects.filter(connection=connection, gone_at=None).values_list("crm_id", flat=True))


def people(ledger: Any, count: int) -> list[Any]:
    return [ledger.person(number) for number in range(count)]


def test_every_user_of_every_page_is_imported_once(ledger: Any, connection: Connection) -> None:
    """Pages are added up, whatever their size."""
    users = people(ledger, 7)
    ledger.BOOK.pages, ledger.BOOK.total = [users[:3], users[3:6], users[6:], []], 7
    run = services.run_now(connection)
    assert (run.state, counts(run), run.done, run.total) == (RunState.APPLIED, {"new": 7}, 7, 7)


def test_a_second_import_of_the_same_changes_nothing(ledger: Any, connection: Connection) -> None:
    """An unchanged account is counted as unchanged, and no row is made twice."""
    users = people(ledger, 3)
    imported(ledger, connection, *users)
    run = imported(ledger, connection, *users)
    assert (counts(run), CrmUser.objects.count()) == ({"unchanged": 3}, 3)


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_blank_null_and_missing_are_no_change(ledger: Any, connection: Connection, blank: str | None) -> None:
    """Two spellings of nothing are the same."""
    imported(ledger, connection, ledger.person(1))
    run = imported(ledger, connection, ledger.person(1, role=blank, phone=blank, extension=blank))
    assert counts(run) == {"unchanged": 1}


def test_a_zero_is_a_value(ledger: Any, connection: Connection) -> None:
    """An extension of 0 is something, and no blank."""
    imported(ledger, connection, ledger.person(1))
    run = imported(ledger, connection, ledger.person(1, extension="0"))
    assert (counts(run), CrmUser.objects.get().extension) == ({"changed": 1}, "0")


def test_when_a_user_was_touched_is_kept_and_is_no_change(ledger: Any, connection: Connection) -> None:
    """A later time of change alone is no change of the user."""
    imported(ledger, connection, ledger.person(1))
    now = timezone.now()
    run = imported(ledger, connection, ledger.person(1, updated=now))
    assert (counts(run), CrmUser.objects.get().updated_at) == ({"unchanged": 1}, now)


def test_a_changed_user_is_counted_and_kept_as_himself(ledger: Any, connection: Connection) -> None:
    """Another name under the same id is a change of the same row."""
    imported(ledger, connection, *people(ledger, 2))
    before = CrmUser.objects.get(crm_id="u1").pk
    run = imported(ledger, connection, ledger.person(0), ledger.person(1, name="Ada Lane"))
    assert (counts(run), CrmUser.objects.get(pk=before).name) == ({"changed": 1, "unchanged": 1}, "Ada Lane")


def test_inactive_users_are_imported_and_counted(ledger: Any, connection: Connection) -> None:
    """Inactive, e-mail-less and service users are users."""
    run = imported(
        ledger,
        connection,
        ledger.person(1, state=UserState.INACTIVE),
        ledger.person(2, email=None),
        ledger.person(3, kind=UserKind.SERVICE),
    )
    assert counts(run) == {"new": 3, "inactive": 1}


def test_users_gone_are_marked_and_come_back_as_themselves(ledger: Any, connection: Connection) -> None:
    """A user who is missing once keeps his row, with the time; his return clears it."""
    users = people(ledger, 10)
    imported(ledger, connection, *users)
    row = CrmUser.objects.get(crm_id="u9").pk
    run = imported(ledger, connection, *users[:9])
    gone_at = CrmUser.objects.get(pk=row).gone_at
    again = imported(ledger, connection, *users)
    assert (counts(run), gone_at is not None) == ({"unchanged": 9, "gone": 1}, True)
    assert (counts(again), CrmUser.objects.get(pk=row).gone_at) == ({"changed": 1, "unchanged": 9}, None)


def test_a_shrunken_listing_is_held(ledger: Any, connection: Connection) -> None:
    """More than a fifth missing waits for somebody's word, and loses nothing."""
    users = people(ledger, 10)
    imported(ledger, connection, *users)
    run = imported(ledger, connection, *users[:7])
    assert (run.state, counts(run), len(known(connection))) == (RunState.HELD, {"unchanged": 7, "gone": 3}, 10)


def test_a_fifth_is_not_held(ledger: Any, connection: Connection) -> None:
    """Exactly a fifth missing is applied."""
    users = people(ledger, 10)
    imported(ledger, connection, *users)
    run = imported(ledger, connection, *users[:8])
    assert (run.state, run.gone) == (RunState.APPLIED, 2)


@pytest.mark.parametrize("before", [0, 2])
def test_an_empty_listing_is_always_held(ledger: Any, connection: Connection, before: int) -> None:
    """Nobody at all is never taken for the truth without a word, not even at first."""
    if before:
        imported(ledger, connection, *people(ledger, before))
    run = imported(ledger, connection)
    assert (run.state, run.hold_reason) == (RunState.HELD, "The CRM listed no user at all.")


def test_another_account_is_held(ledger: Any, connection: Connection) -> None:
    """As many users as before, but all of them others, is a list that looks wrong."""
    imported(ledger, connection, *people(ledger, 3))
    assert imported(ledger, connection, *[ledger.person(n) for n in (7, 8, 9)]).state == RunState.HELD


def test_a_held_listing_can_be_applied(ledger: Any, connection: Connection) -> None:
    """The word to apply it makes it what is known."""
    imported(ledger, connection, *people(ledger, 4))
    held = imported(ledger, connection, ledger.person(0))
    run = services.decide(held, "apply")
    assert (run.state, run.gone, known(connection)) == (RunState.APPLIED, 3, {"u0"})


def test_a_held_listing_can_be_discarded(ledger: Any, connection: Connection) -> None:
    """The word to discard it leaves everything as it was."""
    imported(ledger, connection, *people(ledger, 4))
    held = imported(ledger, connection, ledger.person(0))
    run = services.decide(held, "discard")
    assert (run.state, len(known(connection)), StagedUser.objects.count()) == (RunState.DISCARDED, 4, 0)


@pytest.mark.parametrize("word", ["apply", "discard", "maybe", ""])
def test_a_run_is_decided_once(ledger: Any, connection: Connection, word: str) -> None:
    """A run that is not held, or a word that is none, is refused in a sentence."""
    run = imported(ledger, connection, *people(ledger, 2))
    with pytest.raises(PortalError):
        services.decide(run, word)


def test_a_new_import_discards_a_held_one(ledger: Any, connection: Connection) -> None:
    """What is newer says more."""
    held = imported(ledger, connection)
    imported(ledger, connection, ledger.person(1))
    held.refresh_from_db()
    assert held.state == RunState.DISCARDED


def test_a_listing_that_breaks_off_changes_nothing(ledger: Any, connection: Connection) -> None:
    """An error in mid-listing fails the run with its cause; the rest is not taken for gone."""
    users = people(ledger, 6)
    imported(ledger, connection, *users)
    ledger.BOOK.pages = [users[:3], error("timed_out", "The CRM was slow.", remedy="Try later.")]
    run = services.run_now(connection)
    told = (run.state, run.error_kind, run.error_code, run.error_message, run.error_remedy)
    assert told == (RunState.FAILED, "transient", "timed_out", "The CRM was slow.", "Try later.")
    assert (len(known(connection)), StagedUser.objects.count()) == (6, 0)


def test_a_mistake_of_the_connector_fails_the_run(ledger: Any, connection: Connection) -> None:
    """Whatever the connector's code raises ends in words."""
    ledger.BOOK.pages = [people(ledger, 2), ZeroDivisionError("secret-555")]
    run = services.run_now(connection)
    assert (run.error_code, "secret-555" in run.error_message) == ("connector_failed", False)


NASTY = {
    "a script": ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # harmless as it is: pages escape it
    "turned round": ("Ada \u202eenaL\u202c", "Ada  enaL"),
    "controls": ("Ada\x00\x1b[31m Lane\r\n", "Ada [31m Lane"),
    "half a letter": ("Ada \ud83d Lane", "Ada ? Lane"),
    "endless": ("A" * 10_000, "A" * 500),
    "Arabic": ("\u0622\u062f\u0627 \u0644\u06cc\u0646", "\u0622\u062f\u0627 \u0644\u06cc\u0646"),
}


@pytest.mark.parametrize("kind", NASTY)
def test_no_name_spoils_the_table(ledger: Any, connection: Connection, kind: str) -> None:
    """Whatever the CRM calls its people, they are imported, without what would spoil a page or a database."""
    name, kept = NASTY[kind]
    run = imported(ledger, connection, ledger.person(1, name=name, role=name))
    user = CrmUser.objects.get()
    assert (run.state, user.name, user.role) == (RunState.APPLIED, kept, kept[:255])
    assert counts(imported(ledger, connection, ledger.person(1, name=name, role=name))) == {"unchanged": 1}


def test_an_import_runs_as_a_job(ledger: Any, connection: Connection) -> None:
    """Starting makes a row and, in the same transaction, a job with a fixed id: a crash leaves both or neither."""
    ledger.BOOK.pages = [people(ledger, 2)]
    run = services.start(connection)
    assert jobs.state(services.job_id(run)) is not None
    jobs.run_pending()
    run.refresh_from_db()
    assert (run.state, run.new) == (RunState.APPLIED, 2)


def test_there_is_one_import_at_a_time(connection: Connection) -> None:
    """A second start gives the import that is under way."""
    assert services.start(connection).pk == services.start(connection).pk


def test_an_import_under_way_is_not_run_beside(connection: Connection) -> None:
    """A command is refused in a sentence while the portal imports."""
    services.start(connection)
    with pytest.raises(PortalError, match="under way already"):
        services.run_now(connection)


def test_a_draft_is_not_imported(connection: Connection) -> None:
    """Before its check has passed, a connection has no users."""
    connection.state = "draft"
    with pytest.raises(PortalError, match="still a draft"):
        services.start(connection)


def test_a_cancelled_import_changes_nothing(ledger: Any, connection: Connection) -> None:
    """Cancelling between two pages stops the run there."""
    users = people(ledger, 4)
    ledger.BOOK.pages = [users[:2], users[2:]]
    begun = services.start(connection)
    run = services.run(begun.pk, lambda done, total: done == 2 and services.cancel(begun))
    assert (run.state, CrmUser.objects.count(), StagedUser.objects.count()) == (RunState.CANCELLED, 0, 0)


def test_a_run_is_taken_up_from_its_start(ledger: Any, connection: Connection) -> None:
    """After its process was killed, a run begins anew; what the dead attempt had staged is forgotten."""
    begun = services.start(connection)
    ImportRun.objects.update(state=RunState.RUNNING, attempt=1, done=2)
    StagedUser.objects.create(run=begun, crm_id="u99", name="Left behind")
    ledger.BOOK.pages = [people(ledger, 3)]
    run = services.run(begun.pk)
    assert (run.attempt, run.done, known(connection)) == (2, 3, {"u0", "u1", "u2"})


def test_a_worker_that_was_thought_dead_can_do_nothing(ledger: Any, connection: Connection) -> None:
    """When another has taken the run over, the first one's pages count for nothing."""
    users = people(ledger, 4)
    ledger.BOOK.pages = [users[:2], users[2:]]
    begun = services.start(connection)
    taken_over: list[ImportRun] = []

    def overtake(done: int, total: int | None) -> None:
        if not taken_over:
            ledger.BOOK.pages = [users[:3]]
            taken_over.append(services.run(begun.pk))

    services.run(begun.pk, overtake)
    assert (taken_over[0].attempt, known(connection)) == (2, {"u0", "u1", "u2"})


def test_a_run_that_has_ended_is_not_run_again(ledger: Any, connection: Connection) -> None:
    """A job that comes a second time finds its run done."""
    run = imported(ledger, connection, *people(ledger, 2))
    ledger.BOOK.pages = [people(ledger, 9)]
    assert services.run(run.pk).new == 2


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING])
def test_a_run_whose_job_was_given_up_has_failed(connection: Connection, state: RunState) -> None:
    """Where the job has ended and the import has not, the import has failed in the job's words; another can start."""
    begun = services.start(connection)
    ImportRun.objects.update(state=state)
    told = error("timed_out", "The work hung.").as_dict()
    Job.objects.update(state=JobState.FAILED, finished=timezone.now(), error=told)
    seen = services.latest(connection)
    assert seen is not None
    assert (seen.state, seen.error_message) == (RunState.FAILED, "The work hung.")
    assert services.start(connection).pk != begun.pk


def test_a_run_whose_job_waits_is_left_to_it(connection: Connection) -> None:
    """However long the portal was off: while the job is there, the import goes on by itself."""
    services.start(connection)
    ImportRun.objects.update(state=RunState.RUNNING, beat=timezone.now() - timedelta(days=1))
    seen = services.latest(connection)
    assert seen is not None
    assert seen.state == RunState.RUNNING


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING])
def test_a_run_of_a_command_that_was_killed_ends(connection: Connection, state: RunState) -> None:
    """A run without a job, in which nothing has stirred for long, has failed and keeps nobody waiting."""
    long_ago = timezone.now() - services.STALE_AFTER - timedelta(seconds=1)
    ImportRun.objects.create(connection=connection, state=state)
    ImportRun.objects.update(created=long_ago, beat=None if state == RunState.QUEUED else long_ago)
    seen = services.latest(connection)
    assert seen is not None
    assert (seen.state, seen.error_code) == (RunState.FAILED, "cancelled")


def test_who_is_as_he_was_is_not_written(ledger: Any, connection: Connection) -> None:
    """Only a changed user's row is renewed; that of one gone says when the last import ended that had him."""
    users = people(ledger, 6)
    first = imported(ledger, connection, *users)
    second = imported(ledger, connection, ledger.person(0, name="Ada Lane"), *users[1:])
    imported(ledger, connection, *users[:5])
    seen = dict(CrmUser.objects.values_list("crm_id", "last_seen"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (seen["u1"], seen["u5"]) == (first.finished, second.finished)
    assert seen["u0"] > second.finished


def test_staged_users_that_the_database_has_lost_are_read_again(
    ledger: Any, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of which a part is gone is never compared: the job fails as for a lost database, and runs again."""
    from jackfield_portal.imports import session
    from jackfield_portal.imports.staging import USERS, Staging

    flush = Staging.flush

    def losing(staging: Staging) -> None:
        flush(staging)
        session.done(f"DELETE FROM {USERS} WHERE crm_id = 'u1'")  # noqa: S608 - our own name

    monkeypatch.setattr(Staging, "flush", losing)
    with pytest.raises(OperationalError):
        imported(ledger, connection, *people(ledger, 3))
    assert not known(connection)


def test_ids_that_become_one_are_refused(ledger: Any, connection: Connection) -> None:
    """Two ids that differ in what cannot be kept are not taken for one user."""
    run = imported(ledger, connection, ledger.person(1), ledger.person(2, id="u1\x00"))
    assert (run.state, run.error_code, known(connection)) == (RunState.FAILED, "internal_error", set())


def test_what_copies_would_stumble_over_is_kept(ledger: Any, connection: Connection) -> None:
    """Backslashes, tabs and several addresses come into the table as they are."""
    odd = ledger.person(1, name=r"A\nda \N", role="tab\there", other_emails=("b@example.com", "a@example.com"))
    imported(ledger, connection, odd, ledger.person(2))
    user = CrmUser.objects.get(crm_id="u1")
    assert (user.name, user.role, user.other_emails) == (r"A\nda \N", "tab\there", "a@example.com\nb@example.com")
    assert counts(imported(ledger, connection, odd, ledger.person(2))) == {"unchanged": 2}
