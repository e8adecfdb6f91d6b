from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.home import home
from jackfield_portal.organizations import brake, services
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


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The brake's clock stands still, so that no test stretches over two of its windows."""
    monkeypatch.setattr(brake, "time", SimpleNamespace(time=lambda: 1_000_000.0))


def sign_in(client: Client, email: str, password: str, address: str = "192.0.2.1") -> str:
    given = {"username": email, "password": password}
    answer = client.post(reverse("organizations:sign-in"), given, REMOTE_ADDR=address)
    return answer.content.decode() if answer.status_code == 200 else answer["Location"]


def test_guessing_a_password_is_braked(client: Client, administrator: Membership) -> None:
    """After ten wrong tries at an address, from wherever, not even the right password is heard for a while."""
    for number in range(brake.BY_EMAIL):
        assert "do not belong together" in sign_in(client, "Admin@example.com", "wrong", f"192.0.2.{number}")
    assert "Try again in " in sign_in(client, "admin@example.com", PASSWORD)
    assert sign_in(client, "other@example.com", PASSWORD).count("Try again in") == 0


def test_trying_many_people_is_braked(client: Client, administrator: Membership) -> None:
    """After fifty wrong tries from one place, at whomever, nothing more is heard from there; from elsewhere it is."""
    for number in range(brake.BY_ADDRESS):
        sign_in(client, f"user{number}@example.com", "wrong")
    assert "Try again in " in sign_in(client, "admin@example.com", PASSWORD)
    assert sign_in(client, "admin@example.com", PASSWORD, "192.0.2.2") == reverse("web:manage")


def test_who_comes_in_is_not_braked(client: Client, administrator: Membership) -> None:
    """Right passwords are heard without end, and clear what was counted."""
    for _ in range(brake.BY_ADDRESS + 1):
        assert sign_in(client, "admin@example.com", PASSWORD) == reverse("web:manage")
        client.logout()


def test_brake_lets_go(client: Client, administrator: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the time that the sentence names is over, tries are heard again."""
    for _ in range(brake.BY_EMAIL + 1):
        said = sign_in(client, "admin@example.com", "wrong")
    monkeypatch.setattr(brake, "time", SimpleNamespace(time=lambda: 1_000_000.0 + brake.WINDOW))
    assert "Try again in" in said
    assert sign_in(client, "admin@example.com", PASSWORD) == reverse("web:manage")


@pytest.mark.parametrize(
    "where", ["https://evil.example.com/", "//evil.example.com/", "/\\evil.example.com", "javascript:x"]
)
def test_sign_in_leads_nowhere_else(client: Client, administrator: Membership, where: str) -> None:
    """An address to go on to is followed within the portal only."""
    given = {"username": "admin@example.com", "password": PASSWORD, "next": where}
    assert client.post(reverse("organizations:sign-in"), given)["Location"] == reverse("web:manage")


def test_signing_out_takes_a_form(portal: Client) -> None:
    """No link of another page signs anybody out."""
    assert portal.get(reverse("organizations:sign-out")).status_code == 405
    assert portal.get(reverse("web:manage")).status_code == 200


def test_cookies_are_closed_to_scripts_and_other_sites(client: Client, administrator: Membership) -> None:
    """No script reads the cookies, and no other site's form sends them."""
    client.get(reverse("organizations:sign-in"))
    sign_in(client, "admin@example.com", PASSWORD)
    flags = {name: (bool(cookie["httponly"]), cookie["samesite"]) for name, cookie in client.cookies.items()}
    assert flags == dict.fromkeys(("csrftoken", "sessionid"), (True, "Lax"))


def test_session_is_a_new_one_after_signing_in(client: Client, administrator: Membership) -> None:
    """A session that somebody was given before he signed in is not the one that he then has."""
    session = client.session
    session.save()
    sign_in(client, "admin@example.com", PASSWORD)
    assert client.session.session_key != session.session_key


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


@pytest.mark.parametrize("password", ["password123", "nia@example.com", "NiaExample", "12345678"])
def test_password_that_is_easily_guessed_is_refused(client: Client, password: str) -> None:
    """A common password, or one like the name or the e-mail address, is refused beside its field."""
    url = reverse("organizations:set-up", args=[services.set_up_token()])
    answer = client.post(url, {**GIVEN, "name": "Nia Example", "password": password})
    assert (answer.status_code, User.objects.count()) == (422, 0)


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
