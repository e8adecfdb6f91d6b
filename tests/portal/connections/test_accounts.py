"""Which account a connection is: by the id that the CRM tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.checks import services as checks
from jackfield_portal.connections import identity, services
from jackfield_portal.connections.models import Connection, Hold, Phase, State
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.organizations.services import create_organization

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.organizations.models import Organization
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def checked(connection: Connection) -> Connection:
    """The connection once the check of its newest settings has a verdict."""
    checks.start_one(connection)
    run_pending()
    connection.refresh_from_db()
    return connection


def second(organization: Organization, acme: Acme, **other: str) -> Connection:
    """Another connection of the same platform, with its settings saved."""
    connection = services.add(organization, "acme")
    services.save_settings(connection, acme.values(**other))
    return connection


def held_by(connection: Connection) -> str:
    version = services.held(connection)
    return version.hold if version else ""


def test_another_account_at_the_same_url_is_no_twin(live: Connection, acme: Acme) -> None:
    """Two accounts at one address are two: nothing is held."""
    acme.server.account = "a2"
    assert checked(second(live.organization, acme)).state == State.LIVE


def test_twin_is_told_in_a_sentence(portal: Client, live: Connection, acme: Acme) -> None:
    """What is held says which connection has the account already, on its card and in its check."""
    run = checks.start_one(second(live.organization, acme))
    run_pending()
    for address in (reverse("web:cards"), reverse("checks:show", args=[run.batch])):
        page = portal.get(address).content.decode()
        assert "leads to the account Acme Ltd, which the connection Acme has already" in page
    assert "Connection successful" not in page


def test_twin_is_put_to_use_by_somebodys_word(portal: Client, live: Connection, acme: Acme) -> None:
    """Who means it goes on: it is checked once more, then both are in use."""
    twin = checked(second(live.organization, acme))
    portal.post(reverse("checks:accept", args=[twin.pk]), headers=HTMX)
    run_pending()
    twin.refresh_from_db()
    assert (twin.state, twin.account_id, held_by(twin)) == (State.LIVE, "a1", "")
    assert checked(twin).state == State.LIVE


def test_word_is_good_for_one_account_only(live: Connection, acme: Acme) -> None:
    """The word for one account is none for the next that the same settings may lead to."""
    acme.server.account = "a2"
    other = checked(second(live.organization, acme, token="token-555-0100"))
    acme.server.account = "a3"
    checked(other)
    services.accept(other)
    acme.server.account = "a4"
    assert (checked(other).state, held_by(other)) == (State.NEEDS_ATTENTION, Hold.ELSEWHERE)


def test_nothing_held_is_nothing_to_go_on_with(portal: Client, live: Connection) -> None:
    """Going on where nothing waits is refused in a sentence."""
    answer = portal.post(reverse("checks:accept", args=[live.pk]), headers=HTMX)
    assert (answer.status_code, "Nothing waits for your word" in answer.content.decode()) == (422, True)


def test_account_of_another_organization_is_no_twin(live: Connection, acme: Acme) -> None:
    """What other organizations have connected neither holds anything nor is told."""
    other = create_organization(name="Other Ltd", email="else@example.com", password="x").organization
    assert checked(second(other, acme)).state == State.LIVE


def test_another_account_is_taken_by_somebodys_word(live: Connection, acme: Acme) -> None:
    """Who means it goes on, and the connection is the other account's from then on."""
    acme.server.account = "a9"
    services.save_settings(live, {"token": "token-555-0100", "pages": f"{acme.url}records/"})
    checked(live)
    services.accept(live)
    assert (checked(live).account_id, live.state, services.candidate(live)) == ("a9", State.LIVE, None)


def test_settings_in_use_that_lead_elsewhere_need_attention(live: Connection, acme: Acme) -> None:
    """Where the key in use opens another account by now, nothing is overwritten, and it is said."""
    acme.server.account = "a9"
    assert (checked(live).state, live.account_id) == (State.NEEDS_ATTENTION, "a1")
    version = services.held(live)
    assert version is not None and "the connection was made for Acme Ltd" in identity.sentence(version)


def test_account_that_comes_back_is_well_again(live: Connection, acme: Acme) -> None:
    """Once the key opens the right account again, nothing is held any more."""
    acme.server.account = "a9"
    checked(live)
    acme.server.account = "a1"
    assert (checked(live).state, held_by(live)) == (State.LIVE, "")


def test_deleted_twin_holds_nothing(live: Connection, acme: Acme) -> None:
    """A connection that was deleted does not stand in the way of a new one."""
    organization = live.organization
    services.delete(live)
    assert checked(second(organization, acme)).state == State.LIVE


def test_restored_twin_is_paused(live: Connection, acme: Acme) -> None:
    """A connection that comes back while another has its account is paused, so that nothing is done twice."""
    services.delete(live)
    other = checked(second(live.organization, acme))
    assert (services.restore(live), live.state) == (other, State.PAUSED)


def test_two_at_once_do_not_both_pass(organization: Organization, acme: Acme) -> None:
    """Of two drafts for one account the one whose check ends second is held."""
    drafts = [second(organization, acme) for _ in range(2)]
    for draft in drafts:
        checks.start_one(draft)
    run_pending()
    states = sorted(Connection.objects.values_list("state", flat=True))
    assert (states, Connection.objects.filter(versions__state=Phase.LIVE).count()) == (["draft", "live"], 1)


def test_accepting_nothing_is_an_error(connection: Connection) -> None:
    """The service says so, too."""
    with pytest.raises(PortalError, match="Nothing waits"):
        services.accept(connection)
