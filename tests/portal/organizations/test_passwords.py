from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from jackfield_portal.jobs.models import Job
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.organizations import accounts, brake
from jackfield_portal.organizations.models import User
from tests.portal.conftest import PASSWORD

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.organizations.models import Membership

pytestmark = pytest.mark.django_db
NEW = "another long phrase"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The brake's clock stands still, so that no test stretches over two of its windows."""
    monkeypatch.setattr(brake, "time", SimpleNamespace(time=lambda: 1_000_000.0))


def ask(client: Client, email: str) -> str:
    return client.post(reverse("organizations:forgotten"), {"email": email}).content.decode()


def mailed_link() -> str:
    run_pending()
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def set_by_link(client: Client, link: str, password: str = NEW) -> int:
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0] if page.redirect_chain else link
    return client.post(form, {"new_password1": password, "new_password2": password}).status_code


def signs_in(password: str) -> bool:
    given = {"username": "admin@example.com", "password": password}
    return Client().post(reverse("organizations:sign-in"), given).status_code == 302


def test_forgotten_password_is_set_by_a_mailed_link(client: Client, administrator: Membership) -> None:
    """The mailed link leads to a page that sets a new password; the old one no longer works."""
    ask(client, "Admin@Example.com")
    assert set_by_link(client, mailed_link()) == 302
    assert (signs_in(NEW), signs_in(PASSWORD)) == (True, False)


def test_link_for_a_password_works_once(client: Client, administrator: Membership) -> None:
    """A link that has set a password sets no other."""
    ask(client, "admin@example.com")
    link = mailed_link()
    set_by_link(client, link)
    page = Client().get(link, follow=True).content.decode()
    assert ("This link is closed" in page, "Ask for a new one" in page) == (True, True)


def test_token_leaves_the_address(client: Client, administrator: Membership) -> None:
    """The form's own address does not hold the link's token, which others could read there."""
    ask(client, "admin@example.com")
    link = mailed_link()
    assert client.get(link)["Location"] == link.rsplit("/", 2)[0] + "/set/"


def test_nobody_learns_whether_an_address_is_known(client: Client, administrator: Membership) -> None:
    """A known and an unknown address get the same answer and cost the same work; a mail goes to the known one only."""
    pages = [
        re.sub(r'csrf[a-z]*" value="\w+"|"X-CSRFToken": "\w+"', "", ask(client, email))
        for email in ("admin@example.com", "nobody@example.com")
    ]
    assert (pages[0] == pages[1], Job.objects.count()) == (True, 2)
    run_pending()
    assert [sent.to for sent in mail.outbox] == [["admin@example.com"]]


def test_asking_again_and_again_is_braked(client: Client, administrator: Membership) -> None:
    """Nobody fills another's mailbox; and asking for links does not close the sign-in."""
    for _ in range(brake.BY_EMAIL):
        ask(client, "admin@example.com")
    assert "Too many tries" in ask(client, "admin@example.com")
    assert (Job.objects.count(), signs_in(PASSWORD)) == (brake.BY_EMAIL, True)


def test_without_a_mail_server_the_page_says_whom_to_ask(client: Client, settings: SettingsWrapper) -> None:
    """Where no mail is sent the page does not pretend."""
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    assert "This installation sends no mail" in client.get(reverse("organizations:forgotten")).content.decode()


def test_weak_new_password_is_refused(client: Client, administrator: Membership) -> None:
    """The link's page takes no weak password."""
    ask(client, "admin@example.com")
    assert (set_by_link(client, mailed_link(), "12345678"), signs_in(PASSWORD)) == (200, True)


def change(browser: Client, old: str, new: str) -> int:
    given = {"password": old, "new": new}
    return browser.post(reverse("organizations:change-password"), given).status_code


def test_password_is_changed_after_the_old_one(portal: Client, administrator: Membership) -> None:
    """The old password and a strong new one change it; this browser stays signed in."""
    assert [change(portal, "wrong", NEW), change(portal, PASSWORD, "12345678")] == [422, 422]
    assert (change(portal, PASSWORD, NEW), signs_in(NEW), signs_in(PASSWORD)) == (302, True, False)
    assert portal.get(reverse("web:manage")).status_code == 200


def test_changed_password_ends_other_sessions(portal: Client, administrator: Membership) -> None:
    """Another browser is signed out by a new password."""
    other = Client()
    other.force_login(administrator.user)
    change(portal, PASSWORD, NEW)
    assert other.get(reverse("web:manage")).status_code == 302


def test_guessing_the_old_password_is_braked(portal: Client, administrator: Membership) -> None:
    """Whoever finds an open browser cannot try passwords without end."""
    for _ in range(brake.BY_EMAIL):
        change(portal, "wrong", NEW)
    assert (change(portal, PASSWORD, NEW), signs_in(PASSWORD)) == (422, True)


def test_sign_out_everywhere_else(portal: Client, administrator: Membership) -> None:
    """All other browsers are signed out, this one is not, and the password stays."""
    other = Client()
    other.force_login(administrator.user)
    portal.post(reverse("organizations:sign-out-elsewhere"))
    assert [browser.get(reverse("web:manage")).status_code for browser in (portal, other)] == [200, 302]
    assert signs_in(PASSWORD)


def test_sessions_outlive_the_upgrade(administrator: Membership) -> None:
    """Who was signed in before there were marks is still: without one the session is what Django's own would be."""
    from django.contrib.auth.base_user import AbstractBaseUser

    user = administrator.user
    assert user.get_session_auth_hash() == AbstractBaseUser._get_session_auth_hash(user)


def test_account_needs_no_organization(client: Client, db: None) -> None:
    """A user who belongs nowhere still has his account page."""
    client.force_login(User.objects.create_user("alone@example.com", PASSWORD, name="Al Alone"))
    assert client.get(reverse("organizations:account")).status_code == 200


def test_proven_address_ends_what_another_had_set(administrator: Membership) -> None:
    """When an address turns out to be its owner's, a password that another may have set opens nothing."""
    accounts.prove_email(administrator.user, password=False)
    assert (signs_in(PASSWORD), User.objects.get().email_proven) == (False, True)
