"""Passwords switched off: single sign-on alone opens the portal, and the operator has a way back in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jackfield.cli.errors import UsageError
from jackfield_portal.commands.people import people as command
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import accounts, people, services
from jackfield_portal.organizations.models import SecondFactor, User
from jackfield_portal.organizations.sso.settings import SsoSettings, passwords_from_environment
from tests.portal.conftest import PASSWORD
from tests.portal.organizations.provider import Provider, providing
from tests.portal.organizations.test_sso import configure, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.organizations.models import Membership

pytestmark = pytest.mark.django_db
OFF = "Passwords are switched off here. Sign in by single sign-on."
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def provider(settings: SettingsWrapper) -> Iterator[Provider]:
    """A provider, and a portal that takes nobody but from there."""
    settings.JACKFIELD_PASSWORDS = False
    with providing() as running:
        configure(settings, running)
        yield running


def link_of(user: User) -> str:
    """The path of the link that the operator has made."""
    return accounts.sign_in_link(user, "https://portal.example.com/").removeprefix("https://portal.example.com")


def signed_in(browser: Client) -> bool:
    return browser.get(reverse("web:manage")).status_code == 200


def test_the_sign_in_page_shows_the_button_alone(client: Client, settings: SettingsWrapper) -> None:
    """No field, no link for a forgotten password; with passwords all of it is there again."""
    without = client.get(reverse("organizations:sign-in")).content.decode()
    settings.JACKFIELD_PASSWORDS = True
    with_them = client.get(reverse("organizations:sign-in")).content.decode()
    for page, there in ((without, False), (with_them, True)):
        shown = ('type="password"' in page, "Forgotten your password?" in page, ">Example ID</a>" in page)
        assert shown == (there, there, True)


def test_a_right_password_opens_nothing(client: Client, administrator: Membership) -> None:
    """Whoever posts the form all the same is told so."""
    form = {"username": administrator.user.email, "password": PASSWORD}
    answer = client.post(reverse("organizations:sign-in"), form, follow=True)
    assert (OFF in answer.content.decode(), signed_in(client)) == (True, False)


def test_sign_on_opens(client: Client, administrator: Membership) -> None:
    """By the provider one comes in as before."""
    sign_in(client)
    assert signed_in(client)


@pytest.mark.parametrize("name", ["forgotten", "new-password"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_of_passwords_lead_to_the_sign_in(
    client: Client, administrator: Membership, name: str, method: str
) -> None:
    """An address that was kept says why it leads nowhere, and a link that was sent sets no password."""
    path = {
        "forgotten": reverse("organizations:forgotten"),
        "new-password": "/" + accounts.link_for(administrator.user, "https://portal.example.com/").split("/", 3)[3],
    }[name]
    answer = getattr(client, method)(path, follow=True)
    assert (answer.redirect_chain, OFF in answer.content.decode()) == ([(reverse("organizations:sign-in"), 302)], True)


def test_the_account_knows_no_password(portal: Client) -> None:
    """Neither shows it one, nor can it be changed; what needs a confirmation asks for a code."""
    page = portal.get(reverse("organizations:account")).content.decode()
    answer = portal.get(reverse("organizations:change-password"), headers=HTMX)
    confirm = portal.get(reverse("organizations:turn-off"), headers=HTMX).content.decode()
    assert ("Change password" in page, "off: single sign-on alone signs you in" in page) == (False, True)
    assert (answer.status_code, "Passwords are switched off here." in answer.content.decode()) == (422, True)
    assert ('name="password"' in confirm, 'name="code"' in confirm) == (False, True)


def test_the_first_administrator_has_none(client: Client) -> None:
    """The set-up asks for no password, and whoever did it comes back in by the provider."""
    path = reverse("organizations:set-up", args=[services.set_up_token()])
    assert 'type="password"' not in client.get(path).content.decode()
    client.post(path, {"organization": "Example Ltd", "name": "Ada Admin", "email": "admin@example.com"})
    assert signed_in(client)
    assert not User.objects.get().has_usable_password()
    later = Client()
    sign_in(later)
    assert signed_in(later)


def test_an_invitation_is_accepted_by_signing_in(client: Client, administrator: Membership, provider: Provider) -> None:
    """Nobody sets a password by its link; whoever has its address at the provider is a member with its role."""
    invited = people.invite(administrator.organization, "new@example.com", "read_only")
    path = reverse("organizations:accept", args=[people.token_of(invited)])
    page = client.get(path).content.decode()
    refused = client.post(path, {"name": "New", "password": PASSWORD})
    assert ('type="password"' in page, "Sign in with this address" in page) == (False, True)
    assert (refused.status_code, User.objects.filter(email="new@example.com").exists()) == (200, False)
    provider.claims |= {"sub": "new", "email": "new@example.com"}
    sign_in(client)
    member = User.objects.get(email="new@example.com").memberships.get()
    assert (member.organization, member.role, signed_in(client)) == (administrator.organization, "read_only", True)


def test_an_expired_invitation_lets_nobody_in(client: Client, administrator: Membership, provider: Provider) -> None:
    """Nor does one that is another's."""
    people.invite(administrator.organization, "other@example.com", "read_only")
    old = people.invite(administrator.organization, "new@example.com", "read_only")
    type(old).objects.filter(pk=old.pk).update(expires=timezone.now() - timedelta(minutes=1))
    provider.claims |= {"sub": "new", "email": "new@example.com"}
    assert sign_in(client)["Location"] == reverse("organizations:sign-in")
    assert not User.objects.filter(email="new@example.com").exists()


def test_the_operators_link_signs_in_once(client: Client, administrator: Membership) -> None:
    """Looking at it uses nothing up; after that it is closed, as is one that is made up."""
    path = link_of(administrator.user)
    assert (client.get(path).status_code, signed_in(client)) == (200, False)
    client.post(path)
    assert signed_in(client)
    for closed in (path, path.rstrip("/") + "x/", "/sign-in/link/guess/guess/"):
        other = Client()
        assert (other.post(closed).status_code, signed_in(other)) == (404, False)


def test_the_operators_link_asks_for_the_second_factor(client: Client, administrator: Membership) -> None:
    """It stands in the place of the first step alone."""
    SecondFactor.objects.create(user=administrator.user)
    answer = client.post(link_of(administrator.user))
    assert (answer["Location"], signed_in(client)) == (reverse("organizations:second-step"), False)


def test_the_operators_link_is_nobodys_who_may_not_sign_in(client: Client, administrator: Membership) -> None:
    """Whoever was switched off stays out."""
    path = link_of(administrator.user)
    User.objects.update(is_active=False)
    assert client.post(path).status_code == 404


def test_the_command_makes_the_link(
    administrator: Membership, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And refuses one for a password, which would open nothing."""
    monkeypatch.setattr("jackfield_portal.commands.people.prepare_portal", lambda: None)  # the test's database is
    command(administrator.user.email, sign_in_link=True, url="https://portal.example.com/")
    path = re.search(r"https://portal\.example\.com(/sign-in/link/\S+)", capsys.readouterr().out)
    browser = Client()
    assert path is not None and browser.post(path[1]).status_code == 302 and signed_in(browser)
    with pytest.raises(UsageError, match="Passwords are switched off here"):
        command(administrator.user.email, password_link=True)


@pytest.mark.parametrize(("said", "on"), [("", True), ("on", True), ("off", False)])
def test_the_operator_says_so(monkeypatch: pytest.MonkeyPatch, said: str, on: bool) -> None:
    """By a variable, and with a provider only: otherwise nobody could sign in."""
    monkeypatch.setenv("JACKFIELD_PASSWORDS", said)
    given = SsoSettings(issuer="https://id.example.com", client_id="portal")
    assert passwords_from_environment(given) is on
    if not on:
        with pytest.raises(PortalError, match="there is no single sign-on"):
            passwords_from_environment(None)
