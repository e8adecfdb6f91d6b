"""Connections whose connector was uninstalled, or cannot be used any more: whole, shown, and told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from jackfield_portal.checks import services as checks
from jackfield_portal.connections import services
from jackfield_portal.imports import services as imports
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.mapping import services as mapping
from jackfield_portal.organizations.services import add_agent

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db

SAYS = {"gone": "is not installed", "wreck": "it fell apart"}


@pytest.fixture(params=SAYS)
def orphan(request: pytest.FixtureRequest, live: Connection) -> Connection:
    """A connection with a mapping, whose connector then went or broke."""
    now, agent = timezone.now(), add_agent(live.organization, name="Al Agent")
    user = CrmUser.objects.create(connection=live, crm_id="u1", name="Uma User", first_seen=now, last_seen=now)
    mapping.save(live, [mapping.Wish(agent=agent.id, before=None, after=user.pk)])
    live.platform = request.param
    live.save()
    return live


def test_page_shows_it_with_its_mapping(portal: Client, orphan: Connection) -> None:
    """The page says what has happened, and shows who is mapped to whom."""
    page = portal.get(reverse("web:manage"), {"edit": str(orphan.id)}).content.decode()
    assert [part for part in (SAYS[orphan.platform], "Acme", "Al Agent", "Uma User") if part not in page] == []


def test_its_check_fails_in_words(portal: Client, orphan: Connection) -> None:
    """A check says that there is no connector, and is shown."""
    run = checks.start_one(orphan)
    run_pending()
    page = portal.get(reverse("checks:show", args=[run.batch])).content.decode()
    assert SAYS[orphan.platform] in page


def test_its_import_fails_in_words_and_loses_nobody(orphan: Connection) -> None:
    """An import says that there is no connector, and changes nothing."""
    orphan.refresh_from_db()
    run = imports.start(orphan)
    run_pending()
    run.refresh_from_db()
    assert (run.state, SAYS[orphan.platform] in run.error_message) == ("failed", True)
    assert CrmUser.objects.filter(gone_at=None).count() == 1


def test_its_dialogs_say_so(portal: Client, orphan: Connection) -> None:
    """Settings can be neither shown nor saved, which is said; it can still be renamed and deleted."""
    address = reverse("connections:settings", args=[orphan.id])
    for answer in (portal.get(address), portal.post(address, {"token": "x"})):
        assert (answer.status_code, SAYS[orphan.platform] in answer.content.decode()) == (422, True)
    assert portal.post(reverse("connections:rename", args=[orphan.id]), {"name": "Old"}).status_code == 302
    assert portal.post(reverse("connections:delete", args=[orphan.id])).status_code == 302


def test_it_is_itself_again_when_its_connector_is(orphan: Connection) -> None:
    """Nothing stored was lost: with the connector back, the settings open, secrets and all."""
    orphan.platform = "acme"
    orphan.save()
    version = services.live(orphan)
    assert version is not None
    values = services.connector_of(orphan).dump(services.settings_for(version), secrets=True)
    assert values["token"] == "token-555-0100"
