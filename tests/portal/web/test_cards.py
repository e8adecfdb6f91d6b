"""What a connection's card says of its connector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from jackfield import Description
from jackfield_portal.web.cards import _contract

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection

CLAUSES = {"passed": 45, "skipped": 2, "failed": 0}


def described(card: dict[str, Any] | None, state: str = "ready") -> Description:
    """What a connector of version 1.5 says of itself."""
    return Description(id="acme", title="Acme", version="1.5", state=state, card=card)


@pytest.mark.parametrize(
    ("recordings", "expected"),
    [
        ({"oldest": "2026-11-23", "source": "simulator"}, ", recorded Nov. 23, 2026 from its simulator"),
        ({"oldest": "2026-11-23", "source": "service"}, ", recorded Nov. 23, 2026 from the CRM"),
        ({"oldest": "2026-11-23", "source": "service and simulator"}, ", recorded Nov. 23, 2026"),
        ({"oldest": "", "source": ""}, ""),
        (None, ""),
    ],
)
def test_card_counts_the_clauses_and_dates_the_recordings(recordings: Any, expected: str) -> None:
    """An admin reads how many clauses the connector keeps, and how old what it was tested with is."""
    card = {"connector": "1.5", "clauses": CLAUSES, "recordings": recordings}
    assert f"45 of 47 clauses{expected}" == _contract(described(card))


def test_card_of_another_version_says_which() -> None:
    """What was tested with another version does not count for this one."""
    said = _contract(described({"connector": "1.4", "clauses": CLAUSES}))
    assert said == "tested with another version of the connector: 1.4"


@pytest.mark.parametrize("found", [None, described(None, state="broken")])
def test_nothing_is_said_of_a_connector_that_cannot_be_used(found: Description | None) -> None:
    """One that is gone or broken has other troubles than its contract."""
    assert _contract(found) == ""


@pytest.mark.django_db
def test_connection_shows_its_connectors_contract(portal: Client, connection: Connection) -> None:
    """The line stands on the connection's card."""
    page = portal.get(reverse("web:cards")).content.decode()
    assert "<dt>Contract</dt><dd>not tested: the connector has no report card</dd>" in page


@pytest.mark.django_db
def test_draft_without_settings_offers_no_check(portal: Client, connection: Connection) -> None:
    """There is nothing yet that could be checked; the way on is its settings."""
    page = portal.get(reverse("web:cards")).content.decode()
    assert (f'id="go-on-{connection.id}"' in page, f'id="check-{connection.id}"' in page) == (True, False)


@pytest.mark.django_db
def test_connection_whose_connector_is_gone_is_not_called_live(portal: Client, live: Connection) -> None:
    """It says that it cannot be used, and offers no import, until its connector is installed again."""
    import_offered = reverse("imports:ask", args=[live.pk])
    assert import_offered in portal.get(reverse("web:cards")).content.decode()
    type(live).objects.filter(pk=live.pk).update(platform="bygone")
    page = portal.get(reverse("web:cards")).content.decode()
    assert ("Cannot be used" in page, import_offered in page, 'class="badge live"' in page) == (True, False, False)
