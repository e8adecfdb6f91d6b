"""Settings that belong to the operator: on no form, stored with no connection, their lack told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield.errors import SettingsError
from jackfield_portal.checks import services as checks
from jackfield_portal.connections import services
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.vault import services as vault

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
CLIENT = "client-555-0100"
VARIABLE = "JACKFIELD_PARTNER_CLIENT_ID"
MISSING = "The operator of this deployment has to set the Client ID first."


@pytest.fixture
def partner(organization: Organization) -> Connection:
    """A draft of a connection that needs a setting of the deployment's."""
    return services.add(organization, "partner")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator has set it."""
    monkeypatch.setenv(VARIABLE, CLIENT)


def page(portal: Client, connection: Connection) -> str:
    """The dialog with the connection's settings."""
    return portal.get(reverse("connections:settings", args=[connection.id]), headers=HTMX).content.decode()


def test_form_does_not_ask_for_it(portal: Client, partner: Connection, told: None) -> None:
    """An admin sees the fields of his account, and neither field nor word of the operator's."""
    shown = page(portal, partner)
    assert (">Token</label>" in shown, "Client ID" in shown) == (True, False)


def test_its_lack_is_told_before_anything_is_entered(portal: Client, partner: Connection) -> None:
    """Above the form stands who has to do what, once."""
    shown = page(portal, partner)
    assert (shown.count(MISSING), shown.count(VARIABLE)) == (1, 1)


def test_its_lack_refuses_the_form_without_blaming_it(portal: Client, partner: Connection, acme: Acme) -> None:
    """A form that is filled in well comes back with the operator's fault alone, and no field is marked."""
    url = reverse("connections:settings", args=[partner.id])
    answer = portal.post(url, acme.values(), headers=HTMX)
    shown = answer.content.decode()
    assert (answer.status_code, shown.count(MISSING)) == (422, 1)
    assert ("aria-invalid" in shown, "correct the marked fields" in shown) == (False, False)


def test_addresses_are_completed_without_it(portal: Client, partner: Connection) -> None:
    """What the form can do does not wait for the operator."""
    url = reverse("connections:repair", args=[partner.id])
    answer = portal.post(f"{url}?field=server", {"server": "crm.example.com", "pages": ""}, headers=HTMX)
    assert "https://crm.example.com/" in answer.content.decode()


def test_it_is_stored_with_no_connection(partner: Connection, acme: Acme, told: None) -> None:
    """Neither the plain values nor the vault hold what is the deployment's; a connection has it all the same."""
    version = services.save_settings(partner, acme.values()).version
    assert ("client_id" in version.values, vault.fields(services.place_of(version))) == (False, {"token"})
    assert services.settings_for(version).client_id.get_secret_value() == CLIENT  # type: ignore[attr-defined]


def test_what_the_portals_own_settings_say_counts_too(
    partner: Connection, settings: SettingsWrapper, acme: Acme
) -> None:
    """An operator may set it beside the portal's other settings instead, and it is stored no more than otherwise."""
    settings.JACKFIELD_DEPLOYMENT = {"partner": {"client_id": CLIENT}}
    version = services.save_settings(partner, acme.values()).version
    assert ("client_id" in version.values, vault.fields(services.place_of(version))) == (False, {"token"})


def test_connection_passes_its_check_with_it(partner: Connection, acme: Acme, told: None) -> None:
    """A saved connection is checked and put to use like any other."""
    services.save_settings(partner, acme.values())
    run = checks.start_one(partner)
    run_pending()
    run.refresh_from_db()
    assert (run.state, run.problem) == ("passed", "")


def test_check_says_when_it_was_taken_away(
    partner: Connection, acme: Acme, told: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the operator's value is gone after it was saved, the check says so as its verdict."""
    services.save_settings(partner, acme.values())
    monkeypatch.delenv(VARIABLE)
    run = checks.start_one(partner)
    run_pending()
    run.refresh_from_db()
    assert (run.state, run.problem, run.problem_code) == ("failed", MISSING, "deployment_setting_missing")


def test_saving_without_it_names_it(partner: Connection, acme: Acme) -> None:
    """Whoever saves by another way than the form gets the same words."""
    with pytest.raises(SettingsError) as refused:
        services.save_settings(partner, acme.values())
    assert [problem.field for problem in refused.value.problems] == ["client_id"]
