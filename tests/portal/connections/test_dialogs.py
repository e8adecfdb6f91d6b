from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.connections import services
from jackfield_portal.connections.models import Connection
from jackfield_portal.organizations.models import Organization

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_drop_down_lists_every_platform(portal: Client) -> None:
    """Every installed connector is listed; a broken one is disabled, with its reason."""
    page = portal.get(reverse("connections:add"), headers=HTMX).content.decode()
    assert '<option value="acme">Acme</option>' in page
    assert '<option value="wreck" disabled>' in page
    assert "it fell apart" in page


def test_platform_outside_the_plan_says_what_it_needs(
    portal: Client, organization: Organization, settings: SettingsWrapper
) -> None:
    """A platform that the plan does not include is listed, disabled, with whom to ask, and can't be added."""
    needs = "View licence required: speak to your sales representative"
    settings.JACKFIELD_PLANS = {"basic": {"platforms": [], "needs": needs}}
    Organization.objects.update(plan="basic")
    page = portal.get(reverse("connections:add"), headers=HTMX).content.decode()
    assert f'<option value="acme" disabled>Acme ({needs})</option>' in page
    refused = portal.post(reverse("connections:add"), {"platform": "acme"}, headers=HTMX)
    assert (refused.status_code, Connection.objects.count()) == (422, 0)


def test_choosing_a_platform_leads_to_its_settings(portal: Client) -> None:
    """Save leads to the dialog named after the platform, drawn from the connector's schema."""
    page = portal.post(reverse("connections:add"), {"platform": "acme"}, headers=HTMX).content.decode()
    assert "Edit Acme Connection Settings" in page
    assert [title for title in ("Token", "Server", "Pages", "Extra key") if f">{title}</label>" not in page] == []


def test_instructions_are_drawn_without_their_html(portal: Client, connection: Connection) -> None:
    """The connector's Markdown is drawn; HTML in it is text."""
    page = portal.get(reverse("connections:settings", args=[connection.id]), headers=HTMX).content.decode()
    assert "<strong>Profile</strong>" in page
    assert "&lt;script&gt;" in page


def test_refused_form_comes_back_as_it_was_entered(portal: Client, connection: Connection) -> None:
    """Nothing that was entered is lost by a refusal, and each problem stands beside its field; no secret comes back."""
    entered = {"token": "sesame-555", "server": "ftp://example.com/", "pages": "https://acme.example.com/"}
    answer = portal.post(reverse("connections:settings", args=[connection.id]), entered, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ftp://example.com/"' in page
    assert 'id="id_server_error"' in page
    assert "sesame-555" not in page


def test_stored_secret_is_never_shown(portal: Client, live: Connection) -> None:
    """The form says that a value is stored, and never which."""
    page = portal.get(reverse("connections:settings", args=[live.id]), headers=HTMX).content.decode()
    assert ("A value is stored" in page, "token-555-0100" in page) == (True, False)


def test_saving_closes_the_dialog_and_tells_the_page(portal: Client, connection: Connection, acme: Acme) -> None:
    """A save that succeeds closes the dialog, shows what was repaired, and has the cards drawn again."""
    entered = {"token": "sesame-555", "server": f"http://{acme.host}"}
    answer = portal.post(reverse("connections:settings", args=[connection.id]), entered, headers=HTMX)
    assert '"connections-changed"' in answer["HX-Trigger-After-Swap"]
    assert f"Server was completed: {acme.url}" in answer.content.decode()


def test_nonsense_is_refused_in_words(portal: Client, connection: Connection) -> None:
    """A form posted with nonsense gets problems, not a traceback."""
    entered = {"token": "\x00\x01", "server": "\x00", "nothing": "x" * 10_000, "pages": "http://[::1"}
    answer = portal.post(reverse("connections:settings", args=[connection.id]), entered, headers=HTMX)
    assert answer.status_code == 422


def test_pasted_address_fills_both_fields(portal: Client, connection: Connection) -> None:
    """An address that tells the other one fills it in, repaired, before anything is saved."""
    url = f"{reverse('connections:repair', args=[connection.id])}?field=server"
    page = portal.post(url, {"server": "api.acme.example.com", "pages": ""}, headers=HTMX).content.decode()
    assert page.count('value="https://api.acme.example.com/"') == 2


def test_address_is_repaired_before_the_other_fields_are_filled_in(portal: Client, organization: Organization) -> None:
    """Whoever begins with the address sees what becomes of it: what stands above it may still be blank."""
    url = reverse("connections:repair", args=[services.add(organization, "connectwise").id])
    entered = {"company_id": "", "endpoint": "na.myconnectwise.net", "details_link": ""}
    page = portal.post(f"{url}?field=endpoint", entered, headers=HTMX).content.decode()
    assert 'value="https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"' in page
    assert 'value="https://na.myconnectwise.net/"' in page


def test_wrong_address_is_told_while_the_form_is_filled_in(portal: Client, connection: Connection) -> None:
    """An address that can't be repaired gets its problem at once; the blank fields get none yet."""
    url = f"{reverse('connections:repair', args=[connection.id])}?field=server"
    page = portal.post(url, {"server": "ftp://example.com", "pages": ""}, headers=HTMX).content.decode()
    assert ("id_server_error" in page, "field-pages" in page) == (True, False)


def test_clearing_a_needed_secret_deletes_it(portal: Client, live: Connection) -> None:
    """The tick deletes a needed secret at once, and the form asks for a new one."""
    entered = {"token": "", "clear-token": "on"}
    page = portal.post(reverse("connections:settings", args=[live.id]), entered, headers=HTMX).content.decode()
    assert ("is deleted" in page, services.stored_secrets(live)) == (True, frozenset())


def test_delete_says_what_goes(portal: Client, live: Connection) -> None:
    """Before a connection is deleted the dialog says what goes with it; then it is gone."""
    url = reverse("connections:delete", args=[live.id])
    assert "its settings and its stored secrets" in portal.get(url, headers=HTMX).content.decode()
    portal.post(url, headers=HTMX)
    assert Connection.objects.count() == 0


def test_rename(portal: Client, connection: Connection) -> None:
    """A connection takes the name that it is given."""
    portal.post(reverse("connections:rename", args=[connection.id]), {"name": "Sales"}, headers=HTMX)
    connection.refresh_from_db()
    assert connection.name == "Sales"


def test_dialog_without_script_is_a_page(portal: Client, connection: Connection) -> None:
    """A browser that runs no script gets the dialog as a page of its own."""
    page = portal.get(reverse("connections:settings", args=[connection.id])).content.decode()
    assert "<!doctype html>" in page


@pytest.mark.parametrize("name", ["settings", "repair", "rename", "delete"])
def test_foreign_connection_does_not_exist(stranger: Client, connection: Connection, name: str) -> None:
    """Another organization's connection can be neither seen nor changed."""
    answer = stranger.post(reverse(f"connections:{name}", args=[connection.id]), {"name": "mine"}, headers=HTMX)
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["settings", "repair", "rename", "delete"])
def test_onlooker_changes_nothing(onlooker: Client, connection: Connection, name: str) -> None:
    """A read-only member is told, in words, that he may only look."""
    answer = onlooker.post(reverse(f"connections:{name}", args=[connection.id]), {"name": "mine"}, headers=HTMX)
    assert (answer.status_code, "You may look at this organization" in answer.content.decode()) == (403, True)
