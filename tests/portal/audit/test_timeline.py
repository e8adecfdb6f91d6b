"""The timeline of a connection: all that has happened to it, on one page, newest first."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from jackfield_portal.audit.timeline import timeline
from jackfield_portal.checks.models import CheckRun, RunState
from jackfield_portal.connections import services as connections
from jackfield_portal.imports import services as imports
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.mapping import services as mapping
from jackfield_portal.organizations.services import add_agent

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db


def kinds(connection: Connection) -> list[str]:
    """The kinds of all moments, the oldest first."""
    return [moment.kind for moment in reversed(timeline(connection, size=100).moments)]


def test_everything_stands_on_it(live: Connection, acme: Acme) -> None:
    """Settings, checks, imports, mappings and what was done to the connection, in the order in which it happened."""
    imports.run_now(live)
    agent, user = add_agent(live.organization, name="Al Agent"), CrmUser.objects.order_by("pk")[0]
    batch = mapping.save(live, [mapping.Wish(agent=agent.pk, before=None, after=user.pk)]).batch
    connections.rename(live, "Other name")
    assert batch is not None
    mapping.undo(batch)
    assert kinds(live) == ["connection", "settings", "check", "connection", "import", "mapping", "connection"]
    told = {moment.kind: moment for moment in timeline(live, size=100).moments}
    assert told["import"].told == "3 new, 0 changed, 0 unchanged, 0 inactive, 0 gone."
    assert told["mapping"].told == "1 agent, undone since"


def test_no_secret_is_on_it(portal: Client, live: Connection, acme: Acme) -> None:
    """A changed field is named; what a secret is, is nowhere."""
    connections.save_settings(live, {**acme.values(), "token": "token-555-0199", "pages": "https://other.example.com/"})
    page = portal.get(reverse("audit:timeline", args=[live.pk])).content.decode()
    assert "changed: pages" in page
    assert "token-555" not in page


def test_upgrade_of_the_connector_is_seen(live: Connection) -> None:
    """When a check finds another version than the check before, the timeline says so."""
    CheckRun.objects.create(
        batch=uuid.uuid4(), connection=live, state=RunState.PASSED, connector_version="2.0", finished=timezone.now()
    )
    found = [moment.told for moment in timeline(live).moments if moment.kind == "connector"]
    assert found == ["1.0 before, 2.0 now"]


def test_failed_check_says_why(live: Connection, acme: Acme) -> None:
    """The first step that failed, or why the check could not be run."""
    run = CheckRun.objects.create(
        batch=uuid.uuid4(), connection=live, state=RunState.FAILED, finished=timezone.now(), problem="No key."
    )
    assert next(moment.told for moment in timeline(live).moments if moment.key == f"check-{run.pk}") == "No key."


def test_pages_hold_each_moment_once(live: Connection) -> None:
    """Whatever happened in the same moment, nothing is left out or told twice at the turn of a page."""
    now = timezone.now() + timedelta(minutes=1)
    for _ in range(25):
        CheckRun.objects.create(batch=uuid.uuid4(), connection=live, state=RunState.PASSED, finished=now)
    whole = [moment.key for moment in timeline(live, size=100).moments]
    met: list[str] = []
    page = timeline(live, size=4)
    while page.older:
        met += [moment.key for moment in page.moments]
        page = timeline(live, page.older, size=4)
    met += [moment.key for moment in page.moments]
    assert met == whole
    assert len(set(met)) == len(met) == 25 + 4


@pytest.mark.parametrize("cursor", ["", "x", "2026-01-01~", "~", "2026-13-01T00:00:00+00:00~x", "\0"])
def test_cursor_of_nonsense_gives_the_first_page(live: Connection, cursor: str) -> None:
    """An address that was cut or made up is no mistake of the portal's."""
    assert timeline(live, cursor) == timeline(live)


def test_onlooker_may_look(onlooker: Client, live: Connection) -> None:
    """A read-only member sees it, too."""
    assert onlooker.get(reverse("audit:timeline", args=[live.pk])).status_code == 200
