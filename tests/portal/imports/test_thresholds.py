"""The shrink guard: how much may be missing before somebody is asked, said by each organization."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from jackfield_portal.connections import services as connections
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import thresholds
from jackfield_portal.imports.many import run_many
from jackfield_portal.imports.models import ImportRun, RunState, ShrinkLimit
from jackfield_portal.organizations.models import Organization
from tests.portal.imports.books import imported, people

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_a_fifth_is_usual(organization: Organization) -> None:
    """Where nothing was said, more than a fifth is asked about."""
    assert thresholds.limit(organization) == 20


@pytest.mark.parametrize(
    ("percent", "left", "state"),
    [
        (0, 9, RunState.HELD),
        (10, 9, RunState.APPLIED),
        (10, 8, RunState.HELD),
        (50, 5, RunState.APPLIED),
        (100, 1, RunState.APPLIED),
        (100, 0, RunState.HELD),
    ],
)
def test_the_organizations_share_counts(
    ledger: Any, connection: Connection, percent: int, left: int, state: RunState
) -> None:
    """Exactly the share is applied, more is held; an empty list is held whatever the share."""
    thresholds.set_limit(connection.organization, percent)
    imported(ledger, connection, *people(ledger, 10))
    run = imported(ledger, connection, *people(ledger, left))
    assert run.state == state
    assert f"more than {percent}%" in run.hold_reason or state == RunState.APPLIED or not left


def test_many_accounts_have_each_their_share(ledger: Any, connection: Connection) -> None:
    """Imports side by side are judged each by its own organization."""
    other = connections.add(Organization.objects.create(name="Other Ltd"), "ledger")
    saved = connections.save_settings(other, {"server": "https://ledger.example.com/"})
    connections.promote(saved.version, None)
    other.refresh_from_db()
    ledger.BOOK.pages = [people(ledger, 10)]
    run_many([connection, other])
    thresholds.set_limit(other.organization, 50)
    ledger.BOOK.pages = [people(ledger, 6)]
    assert run_many([connection, other]) == Counter(held=1, applied=1)
    assert ImportRun.objects.get(connection=other, gone=4).state == RunState.APPLIED


@pytest.mark.parametrize("percent", [-1, 101])
def test_what_is_no_share_is_refused(organization: Organization, percent: int) -> None:
    """A share is from 0 to 100."""
    with pytest.raises(PortalError, match="not a share"):
        thresholds.set_limit(organization, percent)


def settings(connection: Connection) -> str:
    return reverse("imports:settings", args=[connection.pk])


def test_the_form_keeps_the_share(portal: Client, connection: Connection) -> None:
    """An administrator says it in the small form."""
    answer = portal.post(settings(connection), {"rhythm": "", "percent": "35"}, headers=HTMX)
    assert (answer.status_code, thresholds.limit(connection.organization)) == (200, 35)


@pytest.mark.parametrize("percent", ["", "-1", "101", "many", "2.5"])
def test_the_form_says_what_to_enter(portal: Client, connection: Connection, percent: str) -> None:
    """What is no share is refused beside its field, and nothing is kept."""
    answer = portal.post(settings(connection), {"rhythm": "", "percent": percent}, headers=HTMX)
    assert (answer.status_code, ShrinkLimit.objects.count()) == (422, 0)
    assert "number from 0 to 100." in answer.content.decode()


def test_a_reader_cannot_say_it(onlooker: Client, connection: Connection) -> None:
    """A read-only member is refused."""
    answer = onlooker.post(settings(connection), {"rhythm": "off", "percent": "35"})
    assert (answer.status_code, ShrinkLimit.objects.count()) == (403, 0)
