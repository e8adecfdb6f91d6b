"""Previews: what an import would do is seen, searched and decided before anything is changed."""

from __future__ import annotations

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
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import groups, services
from jackfield_portal.imports.models import CrmUser, ImportRun, Origin, RunState, StagedUser
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job
from tests.portal.imports.books import imported, mapped, people

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
    """New, changed, unchanged, inactive, gone: each user is where he belongs, and the counts are theirs."""
    found = {name: names(seen, name) for name in groups.names(seen)}
    assert found == {
        "new": ["User 7"],
        "changed": ["Ada Lane", "User 2", "User 4"],
        "unchanged": ["User 0", "User 3"],
        "inactive": ["User 2"],
        "gone": ["User 5"],
    }
    assert {name: getattr(seen, name) for name in found} == {name: len(users) for name, users in found.items()}


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
    """Before an import starts one may look first, or import at once."""
    page = portal.get(reverse("imports:ask", args=[connection.pk]), headers=HTMX).content.decode()
    assert [word in page for word in ("Preview first", "Import now", 'name="preview"')] == [True, True, True]


def test_a_preview_is_started_from_the_dialog(portal: Client, ledger: Any, connection: Connection) -> None:
    """The button starts one that waits for a word, and its page shows everybody."""
    ledger.BOOK.pages = [people(ledger, 2)]
    portal.post(reverse("imports:start", args=[connection.pk]), {"preview": "1"}, headers=HTMX)
    jobs.run_pending()
    run = services.waiting(connection)
    assert run is not None
    page = portal.get(reverse("imports:detail", args=[run.pk])).content.decode()
    shown = ("Preview of an import", "User 1", "Apply exactly this", "Discard")
    assert [word in page for word in shown] == [True] * 4


def test_a_passed_check_leads_on_to_a_preview(portal: Client, connection: Connection) -> None:
    """The first import, which the check's dialog offers, can be looked at first, too."""
    run = CheckRun.objects.create(
        batch=uuid.uuid4(), connection=connection, state=CheckState.PASSED, finished=timezone.now()
    )
    page = portal.get(reverse("checks:show", args=[run.batch]), headers=HTMX).content.decode()
    assert [text in page for text in ("Import users", "Preview first", 'name="preview"')] == [True] * 3


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
