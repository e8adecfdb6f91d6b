"""Previews: what an import would do is seen, searched and decided before anything is changed."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from jackfield.errors import error
from jackfield.users import UserKind, UserState
from jackfield_portal.checks.models import CheckRun
from jackfield_portal.checks.models import RunState as CheckState
from jackfield_portal.connections import services as connections
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import groups, services, words
from jackfield_portal.imports.models import CrmUser, ImportRun, Origin, RunState, StagedUser
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job, Schedule
from tests.portal.imports.books import imported, known_user, mapped, people

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def names(run: ImportRun, group: str, search: str = "") -> list[str]:
    return [person.name for person in groups.group(run, group, search).people]


@pytest.fixture
def seen(ledger: Any, connection: Connection) -> ImportRun:
    """A preview in which somebody is in each of the groups."""
    imported(ledger, connection, *people(ledger, 6))
    CrmUser.objects.filter(crm_id="u4").update(gone_at=timezone.now())
    return imported(
        ledger,
        connection,
        ledger.person(0),
        ledger.person(1, name="Ada Lane", role="Manager"),
        ledger.person(2, state=UserState.INACTIVE),
        ledger.person(3),
        ledger.person(4),
        ledger.person(7, email=None, kind=UserKind.SERVICE),
        preview=True,
    )


def test_a_preview_changes_nothing(ledger: Any, connection: Connection) -> None:
    """Not even a first list that looks right is applied without a word."""
    run = imported(ledger, connection, *people(ledger, 3), preview=True)
    assert (run.state, run.hold_reason, run.new, CrmUser.objects.count()) == (RunState.HELD, "", 3, 0)


def test_every_group_is_seen(seen: ImportRun) -> None:
    """Each user is in every group where he belongs, and the counts are theirs."""
    found = {name: names(seen, name) for name in groups.names(seen)}
    assert found == {
        "new": ["User 7"],
        "changed": ["Ada Lane", "User 2", "User 4"],
        "unchanged": ["User 0", "User 3"],
        "inactive": ["User 2"],
        "gone": ["User 5"],
        "without_email": ["User 7"],
        "suspicious": ["User 7"],
    }
    assert groups.counts(seen) == {name: len(users) for name, users in found.items()}


def test_who_shares_an_address_is_suspicious(ledger: Any, connection: Connection) -> None:
    """Of several with one e-mail address each is worth a look; several without any are not."""
    shared = [ledger.person(number, email="Desk@example.com") for number in (1, 2)]
    nobody = [ledger.person(number, email=None) for number in (3, 4)]
    run = imported(ledger, connection, *shared, *nobody, ledger.person(5), preview=True)
    found = names(run, "suspicious"), names(run, "without_email")
    assert found == (["User 1", "User 2"], ["User 3", "User 4"])


def test_a_change_is_told_field_by_field(seen: ImportRun) -> None:
    """The old and the new value of each field, in words; whoever comes back is said to."""
    changed = groups.group(seen, "changed").people
    told = [[(its.label, its.before, its.after) for its in person.differences] for person in changed]
    assert told == [[("Name", "User 1", "Ada Lane"), ("Role", "", "Manager")], [("State", "not told", "inactive")], []]
    assert [person.remarks for person in changed] == [(), ("inactive",), ("back again",)]


def test_what_users_are_is_remarked(seen: ImportRun) -> None:
    """Programs and users without an e-mail address say so."""
    (person,) = groups.group(seen, "new").people
    assert person.remarks == ("a program", "no e-mail address")


@pytest.mark.parametrize(("search", "found"), [("ada", ["Ada Lane"]), ("MANAGER lane", ["Ada Lane"]), ("ada 2", [])])
def test_a_group_is_searched(seen: ImportRun, search: str, found: list[str]) -> None:
    """Every word must be in some field, whatever its case."""
    assert names(seen, "changed", search) == found


def test_groups_have_pages(ledger: Any, connection: Connection) -> None:
    """A long group comes in pages, and the nearest page is given for one that there is not."""
    run = imported(ledger, connection, *people(ledger, 60), preview=True)
    first, last = groups.group(run, "new"), groups.group(run, "new", page="99")
    assert (len(first.people), len(last.people), last.page.number, first.page.paginator.count) == (50, 10, 2, 60)


def test_exactly_what_was_seen_is_applied(ledger: Any, seen: ImportRun) -> None:
    """The CRM may list what it likes meanwhile: the word is for the list that was looked at."""
    ledger.BOOK.pages = [people(ledger, 90)]
    run = services.decide(seen, "apply")
    assert (run.state, run.new, run.changed, run.gone) == (RunState.APPLIED, 1, 3, 1)
    assert CrmUser.objects.filter(gone_at=None).count() == 6


def test_a_preview_is_discarded(seen: ImportRun) -> None:
    """Nothing of it is left but the row that tells of it."""
    before = set(CrmUser.objects.values_list("crm_id", "name", "gone_at"))
    run = services.decide(seen, "discard")
    assert (run.state, StagedUser.objects.count()) == (RunState.DISCARDED, 0)
    assert set(CrmUser.objects.values_list("crm_id", "name", "gone_at")) == before


def test_a_preview_that_was_overtaken_is_decided_no_more(ledger: Any, connection: Connection, seen: ImportRun) -> None:
    """A newer import says more; what was seen before it cannot be applied over it."""
    imported(ledger, connection, *people(ledger, 6))
    with pytest.raises(PortalError, match="does not wait"):
        services.decide(seen, "apply")


def test_a_shrunken_preview_says_so(ledger: Any, connection: Connection) -> None:
    """A preview of a list that looks wrong has the doubt, as any import."""
    imported(ledger, connection, *people(ledger, 10))
    run = imported(ledger, connection, ledger.person(0), preview=True)
    assert "9 of the 10 users" in run.hold_reason


def begun_by_schedule(connection: Connection) -> None:
    jobs.enqueue("imports.nightly", f"nightly-{Job.objects.count()}", connection=str(connection.pk))
    jobs.run_pending()


def test_the_schedule_does_not_overtake_a_preview(connection: Connection, seen: ImportRun) -> None:
    """Whoever looks at a preview has a day for his word; then the schedule goes on."""
    begun_by_schedule(connection)
    assert services.waiting(connection) == seen
    ImportRun.objects.update(beat=timezone.now() - timedelta(days=1, minutes=1))
    begun_by_schedule(connection)
    seen.refresh_from_db()
    assert seen.state == RunState.DISCARDED


def test_a_preview_that_failed_is_tried_again_as_one(ledger: Any, connection: Connection) -> None:
    """A failure that passes does not make an import of what was asked for as a preview."""
    ledger.BOOK.pages = [error("throttled")]
    services.start(connection, preview=True)
    jobs.run_pending()
    ledger.BOOK.pages = [people(ledger, 2)]
    Job.objects.filter(state="queued").update(not_before=None)
    jobs.run_pending()
    run = services.latest(connection)
    assert run is not None
    assert (run.state, run.preview, run.origin, CrmUser.objects.count()) == (RunState.HELD, True, Origin.RETRY, 0)


def test_the_dialog_offers_both(portal: Client, connection: Connection) -> None:
    """Before an import starts one may look first, or import at once; the first is looked at."""
    first = portal.get(reverse("imports:ask", args=[connection.pk]), headers=HTMX).content.decode()
    known_user(connection, 1)
    page = portal.get(reverse("imports:ask", args=[connection.pk]), headers=HTMX).content.decode()
    assert [word in page for word in ("Preview first", "Import now", 'name="preview"')] == [True, True, True]
    assert [word in first for word in ("Preview first", "Import now")] == [True, False]


def test_a_preview_is_started_from_the_dialog(portal: Client, ledger: Any, connection: Connection) -> None:
    """The button starts one that waits for a word, and its page shows everybody."""
    ledger.BOOK.pages = [people(ledger, 2)]
    known_user(connection, 1)
    portal.post(reverse("imports:start", args=[connection.pk]), {"preview": "1"}, headers=HTMX)
    jobs.run_pending()
    run = services.waiting(connection)
    assert run is not None
    page = portal.get(reverse("imports:detail", args=[run.pk])).content.decode()
    shown = ("Preview of an import", "User 1", "Apply exactly this", "Discard")
    assert [word in page for word in shown] == [True] * 4


def test_a_passed_check_leads_on_to_a_preview(portal: Client, connection: Connection) -> None:
    """The check's dialog offers the import; one that is not the first can be looked at first, too."""
    run = CheckRun.objects.create(
        batch=uuid.uuid4(), connection=connection, state=CheckState.PASSED, finished=timezone.now()
    )
    first = portal.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()
    known_user(connection, 1)
    page = portal.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()
    assert [text in page for text in ("Import users", "Preview first", 'name="preview"')] == [True] * 3
    assert [text in first for text in ("Import users", "Preview first")] == [True, False]


def begun(portal: Client, connection: Connection) -> ImportRun:
    """The import that the button has begun, read to its end."""
    portal.post(reverse("imports:start", args=[connection.pk]), headers=HTMX)
    jobs.run_pending()
    run = services.latest(connection)
    assert run is not None
    return run


def shown(portal: Client, run: ImportRun) -> str:
    return portal.get(reverse("imports:run", args=[run.pk]), headers=HTMX).content.decode()


def test_the_first_import_begins_with_a_preview(portal: Client, ledger: Any, connection: Connection) -> None:
    """The button reads the list and shows who would come, how many can do nothing, and whom to look at."""
    odd = ledger.person(7, email=None, kind=UserKind.SERVICE, state=UserState.INACTIVE)
    ledger.BOOK.pages = [[*people(ledger, 6), odd]]
    page = shown(portal, run := begun(portal, connection))
    told = re.findall(r"<dt>([^<]+)</dt><dd><strong>(\d+)", page)
    assert told == [("New", "7"), ("Inactive", "1"), ("Without e-mail", "1"), ("Suspicious", "1")]
    assert ("The CRM lists 7 users." in page, "User 4 (user4@example.com) and 2 more" in page) == (True, True)
    assert (run.state, CrmUser.objects.count()) == (RunState.HELD, 0)


def test_one_word_imports_without_asking_the_crm_again(portal: Client, ledger: Any, connection: Connection) -> None:
    """What was read is what is imported, and the next import needs no preview."""
    ledger.BOOK.pages = [people(ledger, 3)]
    run = begun(portal, connection)
    ledger.BOOK.pages = [error("throttled")]
    answer = portal.post(reverse("imports:decide", args=[run.pk]), {"word": "apply"}, headers=HTMX)
    assert ("The users are imported." in answer.content.decode(), CrmUser.objects.count()) == (True, 3)
    ledger.BOOK.pages = [people(ledger, 4)]
    assert begun(portal, connection).state == RunState.APPLIED


def test_a_first_preview_is_shown_again_rather_than_read_again(
    portal: Client, ledger: Any, connection: Connection
) -> None:
    """Within a day, whoever asks for the import gets the list that waits; after that it is read anew."""
    ledger.BOOK.pages = [people(ledger, 3)]
    run = begun(portal, connection)
    assert begun(portal, connection) == run
    ImportRun.objects.update(beat=timezone.now() - timedelta(days=1, minutes=1))
    assert begun(portal, connection) != run


def test_a_first_list_in_doubt_says_so(portal: Client, ledger: Any, connection: Connection) -> None:
    """An empty one is held like any other, with the same choice."""
    ledger.BOOK.pages = []
    page = shown(portal, begun(portal, connection))
    assert ("Apply anyway" in page, ">Import<" in page) == (True, False)


def test_a_preview_that_nobody_decides_is_let_go(ledger: Any, connection: Connection, seen: ImportRun) -> None:
    """After a week what was read goes, and the run says what to do; a doubtful list of an import waits for ever."""
    other = connections.add(connection.organization, "ledger")
    connections.promote(connections.save_settings(other, {"server": "https://other.example.com/"}).version, None)
    other.refresh_from_db()
    doubtful = imported(ledger, other)
    services.tidy()
    seen.refresh_from_db()
    assert seen.state == RunState.HELD
    ImportRun.objects.update(beat=timezone.now() - timedelta(days=7, minutes=1))
    services.tidy()
    for run in (seen, doubtful):
        run.refresh_from_db()
    assert (seen.state, doubtful.state, StagedUser.objects.count()) == (RunState.DISCARDED, RunState.HELD, 0)
    assert "waited 7 days for a decision and was let go" in words.outcome(seen)


def test_letting_go_is_scheduled() -> None:
    """A worker that starts sees to it."""
    jobs.enqueue("imports.begin", "begin-1")
    jobs.run_pending()
    assert Schedule.objects.get(task="imports.tidy").every == 3600


def test_the_page_tells_what_becomes_of_mappings(portal: Client, ledger: Any, connection: Connection) -> None:
    """Of a held list it says how many of the missing are mapped to agents, and names the agent in the row."""
    imported(ledger, connection, *people(ledger, 3))
    mapped(connection, "u2")
    run = imported(ledger, connection, ledger.person(0))
    page = portal.get(reverse("imports:detail", args=[run.pk])).content.decode()
    told = ("2 of the 3 users known so far are missing", "1 of the missing is mapped to an agent", "Al Agent")
    assert [word in page for word in told] == [True] * 3


def test_an_old_list_says_so(portal: Client, seen: ImportRun) -> None:
    """Whoever comes back after days is told that the CRM may list others by now."""
    address, caution = reverse("imports:detail", args=[seen.pk]), "read more than a day ago"
    fresh = portal.get(address).content.decode()
    ImportRun.objects.update(beat=timezone.now() - timedelta(days=2))
    assert (caution in fresh, caution in portal.get(address).content.decode()) == (False, True)


def test_a_page_of_no_group_is_none(portal: Client, seen: ImportRun) -> None:
    """A group that there is not is not found."""
    assert portal.get(reverse("imports:detail", args=[seen.pk]), {"group": "odd"}).status_code == 404


def test_a_reader_looks_and_does_not_decide(onlooker: Client, seen: ImportRun) -> None:
    """A read-only member sees everybody, and no button."""
    page = onlooker.get(reverse("imports:detail", args=[seen.pk])).content.decode()
    assert ("User 5" in page, "Apply exactly this" in page) == (True, False)
