from __future__ import annotations

import time
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import second_factor
from jackfield_portal.organizations.models import Identity, Membership, Role, User
from jackfield_portal.organizations.services import create_organization
from jackfield_portal.organizations.sso import settings as sso_settings
from jackfield_portal.organizations.sso.settings import SsoSettings, permitted
from tests.portal.conftest import PASSWORD
from tests.portal.organizations.provider import CLIENT, SECRET, Provider, new_key, providing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.organizations.models import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: SettingsWrapper) -> Iterator[Provider]:
    """A provider, and a portal that knows it."""
    with providing() as running:
        configure(settings, running)
        yield running


def configure(settings: SettingsWrapper, provider: Provider, **other: Any) -> None:
    given = {"issuer": provider.url, "client_id": CLIENT, "client_secret": SECRET, "name": "Example ID", **other}
    settings.JACKFIELD_SSO = SsoSettings(**given)


def begin(browser: Client, to: str = "") -> str:
    """Choose single sign-on, and where the browser is sent."""
    return browser.get(reverse("organizations:sso"), {"next": to})["Location"]


def at_the_provider(address: str) -> str:
    """Sign in at the provider; where it sends the browser back to."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    connection.close()
    return answer.headers["Location"]


def sign_in(browser: Client, to: str = "") -> HttpResponse:
    return browser.get(at_the_provider(begin(browser, to)))


def said(browser: Client, answer: HttpResponse) -> str:
    assert answer["Location"] == reverse("organizations:sign-in")
    return browser.get(answer["Location"]).content.decode()


def test_sign_on_leads_to_the_organization(client: Client, provider: Provider, administrator: Membership) -> None:
    """Somebody whose verified address is a user's is signed in as him, and goes on to where he wanted."""
    answer = sign_in(client, "/organization/agents/")
    assert answer["Location"] == "/organization/agents/"
    assert client.get(reverse("web:manage")).context["membership"] == administrator


def test_sign_in_page_offers_it(client: Client, provider: Provider, administrator: Membership) -> None:
    """The page names the provider as the operator does; without one there is no such button and no such address."""
    assert ">Example ID</a>" in client.get(reverse("organizations:sign-in")).content.decode()


def test_without_a_provider_there_is_none(client: Client, administrator: Membership) -> None:
    """Where no provider is configured its addresses lead nowhere."""
    assert [client.get(reverse(f"organizations:{name}")).status_code for name in ("sso", "sso-back")] == [404, 404]


def test_each_attempt_is_new_and_challenged(client: Client, provider: Provider) -> None:
    """Each attempt has a state, a nonce and a PKCE challenge (S256) of its own."""
    asked = [parse_qs(urlsplit(begin(client)).query) for _ in range(2)]
    assert [one["code_challenge_method"] for one in asked] == [["S256"]] * 2
    assert all(asked[0][name] != asked[1][name] for name in ("state", "nonce", "code_challenge"))


def test_person_is_known_again_by_the_providers_name(
    client: Client, provider: Provider, administrator: Membership
) -> None:
    """Once known, somebody stays who he is when his e-mail address changes at the provider."""
    sign_in(client)
    provider.claims |= {"email": "married@example.com", "email_verified": False}
    browser = Client()
    sign_in(browser)
    assert browser.get(reverse("web:manage")).context["membership"] == administrator


def test_address_given_to_another_opens_nothing(client: Client, provider: Provider, administrator: Membership) -> None:
    """Whoever gets a former colleague's address at the provider does not get his account here."""
    sign_in(client)
    provider.claims["sub"] = "subject-2"
    browser = Client()
    assert "Somebody else at your provider" in said(browser, sign_in(browser))


@pytest.mark.parametrize("verified", [False, None, "false", 1.5])
def test_unverified_address_opens_nothing(
    client: Client, provider: Provider, administrator: Membership, verified: object
) -> None:
    """An address that the provider does not vouch for is nobody's."""
    provider.claims["email_verified"] = verified
    assert "does not say that your e-mail address is your own" in said(client, sign_in(client))
    assert Identity.objects.count() == 0


def test_operator_may_vouch_for_the_addresses(
    client: Client, provider: Provider, administrator: Membership, settings: SettingsWrapper
) -> None:
    """Where the operator trusts the provider's addresses, one that it leaves open is taken, a doubtful one not."""
    configure(settings, provider, emails_trusted=True)
    provider.claims["email_verified"] = False
    assert "does not say" in said(client, sign_in(client))
    del provider.claims["email_verified"]
    assert sign_in(client)["Location"] == reverse("web:home")


def test_address_comes_from_the_userinfo_where_it_is_nowhere_else(
    client: Client, provider: Provider, administrator: Membership
) -> None:
    """A provider that tells the address at its userinfo endpoint only is asked there, and must mean the same person."""
    provider.claims = {"sub": "subject-1"}
    provider.userinfo = {"sub": "subject-2", "email": "admin@example.com", "email_verified": True}
    assert "speaks of two different people" in said(client, sign_in(client))
    provider.userinfo["sub"] = "subject-1"
    assert sign_in(client)["Location"] == reverse("web:home")


def test_stranger_is_told_to_be_invited(client: Client, provider: Provider, organization: Organization) -> None:
    """Somebody whom the portal does not know is not let in, and no user is made of him."""
    provider.claims["email"] = "new@example.com"
    assert "new@example.com is not known here. Ask an administrator" in said(client, sign_in(client))
    assert not User.objects.filter(email="new@example.com").exists()


def test_newcomer_joins_where_the_operator_says(
    client: Client, provider: Provider, organization: Organization, settings: SettingsWrapper
) -> None:
    """Where the operator names an organization and a role, somebody new becomes a member of it with that role."""
    configure(settings, provider, organization="example ltd", role="read_only")
    provider.claims |= {"email": "New@Example.com", "name": "Nia New"}
    sign_in(client)
    membership = client.get(reverse("web:manage")).context["membership"]
    assert (membership.organization, membership.role, membership.user.name, membership.user.email) == (
        organization,
        Role.READ_ONLY,
        "Nia New",
        "new@example.com",
    )
    assert not membership.user.has_usable_password()


def test_name_of_two_organizations_is_none(
    client: Client, provider: Provider, organization: Organization, settings: SettingsWrapper
) -> None:
    """Where two organizations have the configured name nobody joins either by it."""
    create_organization(name="EXAMPLE LTD", email="second@example.com", password=PASSWORD)
    configure(settings, provider, organization="Example Ltd")
    provider.claims["email"] = "new@example.com"
    assert "is not known here" in said(client, sign_in(client))


def test_account_that_another_had_made_is_the_owners_alone(
    client: Client, provider: Provider, administrator: Membership
) -> None:
    """A password that somebody set who only knew the address ends when its owner comes by single sign-on."""
    other = Client()
    other.force_login(administrator.user)
    sign_in(client)
    given = {"username": "admin@example.com", "password": PASSWORD}
    assert other.post(reverse("organizations:sign-in"), given, follow=True).status_code == 200
    assert [one.get(reverse("web:manage")).status_code for one in (client, other)] == [200, 302]


def test_proven_account_keeps_its_password(client: Client, provider: Provider, administrator: Membership) -> None:
    """Somebody whose address was proven before keeps his password and his other sessions."""
    User.objects.update(email_proven=True)
    sign_in(client)
    assert User.objects.get().check_password(PASSWORD)


def test_second_factor_is_asked_for_here_too(client: Client, provider: Provider, administrator: Membership) -> None:
    """Who has turned on the second factor is asked for it whichever way he comes."""
    User.objects.update(email_proven=True)
    from jackfield_portal.organizations import totp

    secret = totp.new_secret()
    second_factor.turn_on(administrator.user, secret, totp.code(secret, int(time.time() // 30)))
    assert sign_in(client)["Location"] == reverse("organizations:second-step")
    assert client.get(reverse("web:manage")).status_code == 302


def test_barred_user_is_not_let_in(client: Client, provider: Provider, administrator: Membership) -> None:
    """A user who may no longer sign in may not by this way either."""
    User.objects.update(is_active=False)
    assert "may no longer sign in" in said(client, sign_in(client))


def test_answer_to_another_browser_is_not_taken(provider: Provider, administrator: Membership) -> None:
    """An answer of the provider that was got in one browser signs nobody in in another (login CSRF)."""
    back = at_the_provider(begin(Client()))
    victim = Client()
    begin(victim)
    assert "This sign-in has expired" in said(victim, victim.get(back))


def test_answer_counts_once(client: Client, provider: Provider, administrator: Membership) -> None:
    """The same answer again signs nobody in."""
    back = at_the_provider(begin(client))
    client.get(back)
    client.post(reverse("organizations:sign-out"))
    assert "This sign-in has expired" in said(client, client.get(back))


def test_two_windows_do_not_disturb_each_other(client: Client, provider: Provider, administrator: Membership) -> None:
    """Who begins in two windows can end in either."""
    first, second = begin(client), begin(client)
    assert [client.get(at_the_provider(address)).status_code for address in (second, first)] == [302, 302]
    assert client.get(reverse("web:manage")).status_code == 200


def test_person_who_turns_back_is_told_so(client: Client, provider: Provider) -> None:
    """A refusal at the provider leads back to the sign-in, in words."""
    provider.refuses = True
    assert "Your provider has not signed you in" in said(client, sign_in(client))


FOREIGN = new_key()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"signs_with": FOREIGN}, "is not valid"),
        ({"signs_with": "0123456789abcdef0123456789abcdef", "algorithm": "HS256"}, "is not valid"),
        ({"algorithm": "none"}, "is not valid"),
        ({"token": {"aud": "another-program"}}, "is not valid"),
        ({"token": {"iss": "https://evil.example.com"}}, "is not valid"),
        ({"token": {"exp": 1_000_000}}, "is not valid"),
        ({"token": {"iat": None}}, "is not valid"),
        ({"token": {"nonce": "another"}}, "belongs to another sign-in"),
        ({"token": {"nonce": None}}, "belongs to another sign-in"),
        ({"token": {"aud": [CLIENT, "other"]}}, "for another program"),
        ({"token": {"azp": "other"}}, "for another program"),
        ({"token": {"sub": ""}}, "too long or empty"),
        ({"token": {"sub": "x" * 300}}, "too long or empty"),
        ({"discovery": {"issuer": "https://evil.example.com"}}, "calls itself by another name"),
        ({"discovery": {"token_endpoint": "http://evil.example.com/"}}, "does not say its token_endpoint"),
        ({"discovery": {"jwks_uri": None}}, "does not say its jwks_uri"),
    ],
)
def test_faulty_answer_signs_nobody_in(
    client: Client, provider: Provider, administrator: Membership, fault: dict[str, Any], words: str
) -> None:
    """What is not signed by the provider, for this portal, now and for this attempt opens nothing, and says why."""
    address = begin(client)
    for name, value in fault.items():
        setattr(provider, name, value)
    page = said(client, client.get(at_the_provider(address)))
    assert (words in page, client.get(reverse("web:manage")).status_code) == (True, 302)


def test_secret_goes_in_the_form_where_the_provider_wants_it_there(
    client: Client, provider: Provider, administrator: Membership
) -> None:
    """A provider that takes the client's secret in the form only gets it there."""
    provider.discovery["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert sign_in(client)["Location"] == reverse("web:home")


def test_provider_that_is_away_is_told_in_words(
    client: Client, settings: SettingsWrapper, administrator: Membership
) -> None:
    """Where the provider cannot be reached the sign-in page says so; the password still works."""
    settings.JACKFIELD_SSO = SsoSettings(issuer="http://127.0.0.1:9", client_id=CLIENT)
    assert "cannot be reached" in said(client, client.get(reverse("organizations:sso")))


def test_wrong_secret_is_told_without_it(
    client: Client, provider: Provider, settings: SettingsWrapper, administrator: Membership
) -> None:
    """A provider that refuses the portal is told as its status; the secret is nowhere."""
    configure(settings, provider, client_secret="sesame-555")
    page = said(client, sign_in(client))
    assert ("answered with status 400" in page, "sesame" in page, "sesame" in repr(settings.JACKFIELD_SSO)) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    "where", ["https://evil.example.com/", "//evil.example.com/", "/\\evil.example.com", "javascript:x"]
)
def test_single_sign_on_leads_nowhere_else(
    client: Client, provider: Provider, administrator: Membership, where: str
) -> None:
    """An address to go on to is followed within the portal only."""
    assert sign_in(client, where)["Location"] == reverse("web:home")


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://id.example.com", True),
        ("http://127.0.0.1:8080/realm", True),
        ("http://[::1]/", True),
        ("http://id.example.com", False),
        ("https://user:word@id.example.com", False),
        ("ftp://id.example.com", False),
        ("https://", False),
        ("https://[broken", False),
        (None, False),
    ],
)
def test_only_https_is_asked(url: object, fits: bool) -> None:
    """Addresses without https are asked on this machine alone."""
    assert permitted(url) == fits


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ISSUER": "id.example.com"}, "JACKFIELD_SSO_ISSUER is no https"),
        ({"ISSUER": "https://id.example.com"}, "JACKFIELD_SSO_CLIENT_ID is not set"),
        ({"ISSUER": "https://id.example.com", "CLIENT_ID": "x", "ROLE": "boss"}, "JACKFIELD_SSO_ROLE is no role"),
    ],
)
def test_wrong_configuration_is_told(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], words: str) -> None:
    """What cannot be meant is refused at the start, by the variable's name."""
    for name, value in given.items():
        monkeypatch.setenv(f"JACKFIELD_SSO_{name}", value)
    with pytest.raises(PortalError, match=words):
        sso_settings.from_environment()


def test_configuration_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables are read; without an issuer there is no single sign-on."""
    assert sso_settings.from_environment() is None
    given = {"ISSUER": "https://id.example.com", "CLIENT_ID": "x", "CLIENT_SECRET": "y", "ORGANIZATION": "Example Ltd"}
    for name, value in given.items():
        monkeypatch.setenv(f"JACKFIELD_SSO_{name}", value)
    assert sso_settings.from_environment() == SsoSettings(
        issuer="https://id.example.com", client_id="x", client_secret="y", organization="Example Ltd"
    )
