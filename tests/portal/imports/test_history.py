"""The history of imports: who started them, what they cost, and what they have changed of whom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from jackfield.errors import error
from jackfield_portal.imports import changes, groups, services, words
from jackfield_portal.imports.many import run_many
from jackfield_portal.imports.models import CrmUser, Fate, ImportRun, Origin, RunState, UserChange
from jackfield_portal.jobs import services as jobs
from tests.portal.imports.books import imported, people

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Membership

pytestmark = pytest.mark.django_db


def recorded(run: ImportRun) -> list[tuple[str, str, list[list[str]]]]:
    return list(UserChange.objects.filter(run=run).order_by("crm_id").values_list("crm_id", "fate", "fields"))


def test_an_import_tells_who_started_it(administrator: Membership, ledger: Any, connection: Connection) -> None:
    """A person by his name, else the command, the schedule or another try."""
    ledger.BOOK.pages = [error("throttled")]
    by_hand = services.start(connection, administrator.user)
    jobs.run_pending()
    jobs.Job.objects.filter(state="queued").update(not_before=None)
    ledger.BOOK.pages = [people(ledger, 1)]
    jobs.run_pending()
    jobs.enqueue("imports.nightly", "nightly-1", connection=str(connection.pk))
    jobs.run_pending()
    services.run_now(connection)
    told = [words.beginner(run) for run in ImportRun.objects.order_by("created")]
    assert told == ["Ada Admin", "another try after a failure", "the schedule", "the command line"]
    assert by_hand.origin == Origin.PORTAL


def test_what_was_changed_is_kept(ledger: Any, connection: Connection) -> None:
    """For each user who was changed, is gone or back: the fields, with their old and new texts."""
    imported(ledger, connection, *people(ledger, 6))
    run = imported(ledger, connection, ledger.person(0, name="Ada Lane", role="Manager"), *people(ledger, 5)[1:])
    back = imported(ledger, connection, *people(ledger, 6))
    assert recorded(run) == [
        ("u0", Fate.CHANGED, [["name", "User 0", "Ada Lane"], ["role", "", "Manager"]]),
        ("u5", Fate.GONE, []),
    ]
    fields = [["name", "Ada Lane", "User 0"], ["role", "Manager", ""]]
    assert recorded(back) == [("u0", Fate.CHANGED, fields), ("u5", Fate.BACK, [])]


def test_new_and_unchanged_users_are_not_kept_twice(ledger: Any, connection: Connection) -> None:
    """Whoever is new is found among the known by when he was first seen; nobody else is written down."""
    imported(ledger, connection, *people(ledger, 3))
    run = imported(ledger, connection, *people(ledger, 4))
    found = groups.group(run, "new")
    assert (recorded(run), [person.id for person in found.people]) == ([], ["u3"])


def test_a_record_has_its_bounds(ledger: Any, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many changes only a part is kept, of both kinds, and the page says so."""
    monkeypatch.setattr(changes, "KEPT", 4)
    imported(ledger, connection, *people(ledger, 100))
    others = [ledger.person(number, role="Other") for number in range(90)]
    run = imported(ledger, connection, *others)
    kept = [fate for _id, fate, _fields in recorded(run)]
    assert (kept.count(Fate.CHANGED), kept.count(Fate.GONE)) == (2, 2)
    assert groups.group(run, "changed").cut


def test_long_texts_are_cut(ledger: Any, connection: Connection) -> None:
    """A record is short, whatever the CRM calls its people."""
    imported(ledger, connection, ledger.person(1))
    run = imported(ledger, connection, ledger.person(1, name="A" * 400))
    ((_id, _fate, fields),) = recorded(run)
    assert len(fields[0][2]) == changes.SHORT


def test_old_records_go(ledger: Any, connection: Connection) -> None:
    """What lies long back is forgotten when the next change is kept."""
    imported(ledger, connection, ledger.person(1))
    old = imported(ledger, connection, ledger.person(1, role="Old"))
    ImportRun.objects.filter(pk=old.pk).update(created=timezone.now() - changes.KEPT_FOR - timedelta(days=1))
    imported(ledger, connection, ledger.person(1, role="New"))
    assert (recorded(old), UserChange.objects.count()) == ([], 1)


def test_an_import_of_many_keeps_records_too(ledger: Any, connection: Connection) -> None:
    """Side by side each run has its own."""
    imported(ledger, connection, *people(ledger, 2))
    ledger.BOOK.pages = [[ledger.person(0, role="Other"), ledger.person(1)]]
    run_many([connection])
    run = services.latest(connection)
    assert run is not None
    assert recorded(run) == [("u0", Fate.CHANGED, [["role", "", "Other"]])]


def test_the_history_has_pages(portal: Client, connection: Connection) -> None:
    """A long history comes in pages, the last import first."""
    for number in range(30):
        ImportRun.objects.create(connection=connection, state=RunState.APPLIED, new=1000 + number)
    address = reverse("imports:history", args=[connection.pk])
    first, second = (portal.get(address, {"page": page}).content.decode() for page in (1, 2))
    assert (">1029<" in first, ">1004<" in first, ">1004<" in second) == (True, False, True)


def test_the_page_of_a_run_shows_what_was_changed(portal: Client, ledger: Any, connection: Connection) -> None:
    """Old and new text of each field stand there."""
    imported(ledger, connection, *people(ledger, 2))
    run = imported(ledger, connection, ledger.person(0, role="Manager"), ledger.person(1))
    page = portal.get(reverse("imports:detail", args=[run.pk])).content.decode()
    assert [text in page for text in ("<ins>Manager</ins>", "the command line", "Requests")] == [True] * 3


def test_a_failed_run_has_a_page(portal: Client, ledger: Any, connection: Connection) -> None:
    """Cause and remedy, and no groups."""
    ledger.BOOK.pages = [error("timed_out", "The CRM was slow.", remedy="Try later.")]
    run = services.run_now(connection)
    page = portal.get(reverse("imports:detail", args=[run.pk])).content.decode()
    assert ("The CRM was slow." in page, 'id="people"' in page) == (True, False)


def test_time_left_is_estimated(connection: Connection) -> None:
    """By the pace so far, once that tells something; nothing is guessed without a total."""
    now = timezone.now()
    run = ImportRun(
        connection=connection, state=RunState.RUNNING, done=250, total=1000, started=now - timedelta(seconds=10)
    )
    assert words.remaining(run, now) == "about 30 seconds left"
    run.total = None
    assert words.remaining(run, now) == ""
    run.total, run.started = 1000, now
    assert words.remaining(run, now) == ""


def test_gone_users_keep_their_history(ledger: Any, connection: Connection) -> None:
    """Whoever is back later is still told of as gone by the import that missed him."""
    imported(ledger, connection, *people(ledger, 6))
    run = imported(ledger, connection, *people(ledger, 5))
    imported(ledger, connection, *people(ledger, 6))
    assert [person.id for person in groups.group(run, "gone").people] == ["u5"]
    assert not CrmUser.objects.filter(gone_at__isnull=False).exists()
