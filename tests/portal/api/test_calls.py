"""What a telephony platform asks for while it rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield_portal.checks import services as checks
from jackfield_portal.connections import services as connections
from jackfield_portal.jobs.services import run_pending

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.organizations.models import Organization
    from tests.portal.api.conftest import Program
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(organization: Organization, acme: Acme, settings: SettingsWrapper) -> str:
    """The address of a live connection whose connector looks up numbers."""
    settings.JACKFIELD_DEPLOYMENT = {"partner": {"client_id": "client-555-0100"}}
    made = connections.add(organization, "partner")
    connections.save_settings(made, acme.values())
    checks.start_one(made)
    run_pending()
    return f"/connections/{made.pk}"


def test_caller_and_his_page(reader: Program, at: str, acme: Acme) -> None:
    """A number leads to a contact, with the address of his page, over a real request to the CRM."""
    asked = len(acme.server.seen)
    assert reader.get(f"{at}/contacts", number="+1 206 555 0100") == [
        {
            "kind": "contact",
            "id": "77",
            "name": "Pat Caller",
            "email": None,
            "company": None,
            "phones": ["+1 206 555 0100"],
            "url": f"{acme.url}contact/77",
        }
    ]
    assert len(acme.server.seen) == asked + 1


def test_link_to_a_record(reader: Program, at: str, acme: Acme) -> None:
    """Its page, null for a kind that has none, and nothing is asked of the CRM for it."""
    asked = len(acme.server.seen)
    assert reader.get(f"{at}/link", kind="contact", id="77") == {"url": f"{acme.url}contact/77"}
    assert reader.get(f"{at}/link", kind="lead", id="77") == {"url": None}
    assert len(acme.server.seen) == asked


def test_draft_is_not_asked(reader: Program, organization: Organization) -> None:
    """A connection that is not in use is refused in words."""
    draft = connections.add(organization, "acme")
    for path in ("contacts?number=1", "link?kind=contact&id=77"):
        answer = reader.ask("get", f"/connections/{draft.pk}/{path}")
        assert (answer.status_code, "not in use yet" in answer.json()["detail"]) == (409, True)
