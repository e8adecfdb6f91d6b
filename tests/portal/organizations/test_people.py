from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.home import home
from jackfield_portal.organizations import services
from jackfield_portal.organizations.models import Agent, Membership, Organization, User
from tests.portal.conftest import PASSWORD

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
GIVEN = {"organization": "New Ltd", "name": "Nia New", "email": "Nia@Example.com", "password": "a long enough phrase"}


def test_sign_in_leads_to_the_organization(client: Client, administrator: Membership) -> None:
    """E-mail address, in whatever case, and password lead to the page Manage Organization."""
    answer = client.post(
        reverse("organizations:sign-in"), {"username": "Admin@Example.COM", "password": PASSWORD}, follow=True
    )
    assert answer.redirect_chain == [(reverse("web:manage"), 302)]


def test_wrong_password_is_told_plainly(client: Client, administrator: Membership) -> None:
    """A wrong password gets one sentence, the same as an unknown address."""
    said = []
    for address in ("admin@example.com", "nobody@example.com"):
        page = client.post(reverse("organizations:sign-in"), {"username": address, "password": "wrong"})
        said.append("E-mail address and password do not belong together" in page.content.decode())
    assert said == [True, True]


def test_passwords_are_kept_as_argon2(settings: SettingsWrapper, db: None) -> None:
    """A password is stored under argon2, never as itself."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    user = User.objects.create_user("ada@example.com", PASSWORD, name="Ada")
    assert user.password.startswith("argon2")


def test_sign_out(portal: Client) -> None:
    """After signing out, the page asks to sign in."""
    portal.post(reverse("organizations:sign-out"))
    assert portal.get(reverse("web:manage")).status_code == 302


def test_part_of_a_page_has_the_whole_page_sign_in(client: Client, db: None) -> None:
    """A dialog whose session has ended does not show the sign-in inside itself."""
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/organization/"}
    answer = client.get(reverse("connections:add"), headers=here, follow=True)
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Forganization%2F"


def test_set_up_makes_the_first_administrator(client: Client) -> None:
    """The printed address makes an organization and its administrator, who is signed in by it."""
    url = reverse("organizations:set-up", args=[services.set_up_token()])
    answer = client.post(url, GIVEN, follow=True)
    assert answer.context["membership"].organization.name == "New Ltd"
    assert User.objects.get().email == "nia@example.com"


def test_set_up_address_works_once(client: Client) -> None:
    """The address is used up by the first set-up."""
    url = reverse("organizations:set-up", args=[services.set_up_token()])
    client.post(url, GIVEN)
    assert (client.post(url, GIVEN).status_code, Organization.objects.count()) == (403, 1)
    assert services.set_up_token() is None


def test_guessed_set_up_address_is_closed(client: Client) -> None:
    """Nobody gets in by a guess."""
    services.set_up_token()
    assert client.get(reverse("organizations:set-up", args=["guess"])).status_code == 403


def test_weak_password_is_refused(client: Client) -> None:
    """A password that is too short is refused beside its field, and nothing is made."""
    url = reverse("organizations:set-up", args=[services.set_up_token()])
    answer = client.post(url, {**GIVEN, "password": "short"})
    assert (answer.status_code, User.objects.count()) == (422, 0)


def test_set_up_token_is_private(db: None) -> None:
    """Only the owner of the home can read the token."""
    services.set_up_token()
    assert (home() / "setup.token").stat().st_mode & 0o777 == 0o600


def test_agent_is_added(portal: Client, organization: Organization) -> None:
    """An agent with name, e-mail, extension and role joins the organization."""
    given = {"name": "Al Agent", "email": "al@example.com", "extension": "101", "role": "Sales"}
    portal.post(reverse("organizations:add-agent"), given)
    agent = Agent.objects.get()
    assert (agent.organization, agent.name, agent.email, agent.extension, agent.role, agent.active) == (
        (organization, *given.values(), True)
    )


def test_agent_without_a_name_is_refused(portal: Client) -> None:
    """An agent needs a name; the form comes back with what was entered."""
    answer = portal.post(reverse("organizations:add-agent"), {"name": "", "email": "al@example.com"})
    assert (answer.status_code, 'value="al@example.com"' in answer.content.decode()) == (422, True)


def test_agent_is_taken_out_of_use_and_back(portal: Client, organization: Organization) -> None:
    """Deactivating an agent keeps him; activating brings him back."""
    agent = services.add_agent(organization, name="Al Agent")
    states = []
    for _ in range(2):
        portal.post(reverse("organizations:switch-agent", args=[agent.id]))
        agent.refresh_from_db()
        states.append(agent.active)
    assert states == [False, True]


@pytest.mark.parametrize("name", ["edit-agent", "switch-agent"])
def test_foreign_agent_does_not_exist(stranger: Client, organization: Organization, name: str) -> None:
    """Another organization's agent can be neither seen nor changed."""
    agent = services.add_agent(organization, name="Al Agent")
    assert stranger.post(reverse(f"organizations:{name}", args=[agent.id]), {"name": "x"}).status_code == 404


def test_onlooker_sees_agents_and_changes_none(onlooker: Client, organization: Organization) -> None:
    """A read-only member sees the agents, without a button, and can't add one."""
    services.add_agent(organization, name="Al Agent")
    page = onlooker.get(reverse("organizations:agents")).content.decode()
    assert ("Al Agent" in page, "Deactivate" in page) == (True, False)
    assert onlooker.post(reverse("organizations:add-agent"), {"name": "x"}).status_code == 403
