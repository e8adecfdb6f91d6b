"""What stands on the page before anything is done, and what it learns by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.checks import services as checks
from jackfield_portal.connections import services
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.jobs.services import run_pending

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_check_shows_every_step_before_it_begins(portal: Client, connection: Connection, acme: Acme) -> None:
    """The dialog lays out the steps that wait, so that it keeps its size when results appear."""
    services.save_settings(connection, acme.values())
    page = portal.post(reverse("checks:start-one", args=[connection.id]), headers=HTMX).content.decode()
    assert [page.count(f'class="waiting" data-step="{step}"') for step in ("sign_in", "users", "extra")] == [1, 1, 1]


def test_page_notices_the_end_of_a_check(portal: Client, connection: Connection, acme: Acme) -> None:
    """While a check runs the cards ask again by themselves; its end is told to the rest of the page."""
    services.save_settings(connection, acme.values())
    checks.start_one(connection)
    meanwhile = portal.get(reverse("web:cards"), {"watched": ""}, headers=HTMX)
    run_pending()
    ended = portal.get(reverse("web:cards"), {"watched": ""}, headers=HTMX)
    assert ("running now" in meanwhile.content.decode(), "HX-Trigger" in meanwhile) == (True, False)
    assert ("running now" in ended.content.decode(), "connections-changed" in ended["HX-Trigger"]) == (False, True)


def test_coverage_counts_what_can_be_matched_for_certain(portal: Client, live: Connection) -> None:
    """Before a column is opened the section says how many can be matched, and leads straight into editing."""
    for name in ("ada", "bo"):
        live.organization.agents.create(name=name, email=f"{name}@example.com")
    when = live.created
    CrmUser.objects.create(
        connection=live,
        crm_id="1",
        name="Ada",
        email="ada@example.com",
        state="active",
        first_seen=when,
        last_seen=when,
    )
    page = portal.get(reverse("web:manage")).content.decode()
    said = "2 people have no CRM user at Acme; 1 of them can be matched for certain."
    assert (said in page, "Match them" in page) == (True, True)


def test_time_says_its_zone(portal: Client, live: Connection) -> None:
    """A time is marked for the browser to show in its own zone, and until then names the server's."""
    page = portal.get(reverse("web:cards")).content.decode()
    assert (page.count("data-local"), " UTC</time>" in page) == (1, True)
