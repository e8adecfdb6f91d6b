from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import people
from jackfield_portal.organizations.models import Invitation, Membership, Organization, Role, User
from jackfield_portal.organizations.services import create_organization
from tests.portal.conftest import PASSWORD

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NIA = {"name": "Nia New", "password": "a long enough phrase"}


def link_of(email: str) -> str:
    return reverse("organizations:accept", args=[people.token_of(Invitation.objects.get(email=email))])


def joined(name: str, organization: Organization, role: Role = Role.READ_ONLY) -> User:
    user = User.objects.create_user(f"{name}@example.com", PASSWORD, name=name.title())
    Membership.objects.create(user=user, organization=organization, role=role)
    return user


def test_invitation_is_shown_to_copy_and_sent(portal: Client, settings: SettingsWrapper) -> None:
    """Inviting somebody shows his link and, where there is a mail server, sends it to him."""
    given = {"email": "Nia@Example.com", "role": "read_only"}
    page = portal.post(reverse("organizations:invite"), given, headers=HTMX).content.decode()
    link = f"http://testserver{link_of('nia@example.com')}"
    assert (link in page, "is on its way" in page) == (True, True)
    assert [(sent.to, link in str(sent.body)) for sent in mail.outbox] == [(["nia@example.com"], True)]


def test_without_a_mail_server_the_link_is_to_be_given(portal: Client, settings: SettingsWrapper) -> None:
    """Where no mail is configured none is tried, and the page says to give the link."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = ""
    given = {"email": "nia@example.com", "role": "read_only"}
    page = portal.post(reverse("organizations:invite"), given, headers=HTMX).content.decode()
    assert ("Give this link to" in page, "is on its way" in page) == (True, False)


def test_mail_server_that_is_away_loses_nothing(portal: Client, settings: SettingsWrapper) -> None:
    """A mail that cannot be sent leaves the invitation, with its link to be copied."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    given = {"email": "nia@example.com", "role": "read_only"}
    page = portal.post(reverse("organizations:invite"), given, headers=HTMX).content.decode()
    assert (link_of("nia@example.com") in page, "Give this link to" in page) == (True, True)


def test_newcomer_joins_with_name_and_password(client: Client, organization: Organization) -> None:
    """Whoever is new gives name and password, is signed in, and has the role that he was invited to."""
    people.invite(organization, "nia@example.com", Role.ADMINISTRATOR)
    answer = client.post(link_of("nia@example.com"), NIA, follow=True)
    membership = answer.context["membership"]
    assert (membership.user.email, membership.role, membership.organization) == (
        "nia@example.com",
        Role.ADMINISTRATOR,
        organization,
    )


def test_link_works_once(client: Client, organization: Organization) -> None:
    """A link that was used opens a page that says so, and makes nobody a member."""
    people.invite(organization, "nia@example.com", Role.READ_ONLY)
    link = link_of("nia@example.com")
    client.post(link, NIA)
    answer = Client().post(link, {**NIA, "name": "Second"})
    assert (answer.status_code, "This invitation is closed" in answer.content.decode()) == (404, True)
    assert Membership.objects.filter(organization=organization).count() == 2


@pytest.mark.parametrize("how", ["expired", "withdrawn", "replaced", "made up"])
def test_closed_link_opens_nothing(client: Client, organization: Organization, how: str) -> None:
    """A link that has expired, was withdrawn or replaced, or that nobody made, is closed."""
    made = people.invite(organization, "nia@example.com", Role.READ_ONLY)
    link = link_of("nia@example.com")
    if how == "expired":
        Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    elif how == "withdrawn":
        people.withdraw(made)
    elif how == "replaced":
        people.invite(organization, "nia@example.com", Role.READ_ONLY)
    else:
        link = link[:-2] + "x/"
    assert (client.get(link).status_code, client.post(link, NIA).status_code) == (404, 404)
    assert not User.objects.filter(email="nia@example.com").exists()


def test_known_user_signs_in_and_joins(client: Client, organization: Organization) -> None:
    """Somebody who signs in already is led to sign in, and joins with a click; his password is not asked for anew."""
    other = create_organization(name="Other Ltd", email="nia@example.com", password=PASSWORD)
    people.invite(organization, "nia@example.com", Role.READ_ONLY)
    link = link_of("nia@example.com")
    page = client.get(link).content.decode()
    assert (f"?next={link.replace(':', '%3A')}" in page, 'name="password"' in page) == (True, False)
    client.force_login(other.user)
    answer = client.post(link, follow=True)
    assert answer.context["membership"].organization == organization
    assert other.user.memberships.count() == 2


def test_invitation_is_for_its_address_only(stranger: Client, organization: Organization) -> None:
    """Who is signed in with another address is told so and does not become a member."""
    people.invite(organization, "nia@example.com", Role.READ_ONLY)
    link = link_of("nia@example.com")
    answer = stranger.post(link)
    assert "You are signed in as other@example.com" in answer.content.decode()
    assert Membership.objects.filter(organization=organization).count() == 1


def test_weak_password_is_refused_beside_its_field(client: Client, organization: Organization) -> None:
    """A weak password is refused in words, and the invitation stays open."""
    people.invite(organization, "nia@example.com", Role.READ_ONLY)
    answer = client.post(link_of("nia@example.com"), {"name": "Nia", "password": "12345678"})
    assert (answer.status_code, Invitation.objects.count()) == (422, 1)


@pytest.mark.parametrize("email", ["admin@example.com", "no address", ""])
def test_who_cannot_be_invited_is_told(portal: Client, email: str) -> None:
    """A member, and what is no e-mail address, are refused beside the field."""
    answer = portal.post(reverse("organizations:invite"), {"email": email, "role": "read_only"}, headers=HTMX)
    assert (answer.status_code, Invitation.objects.count(), mail.outbox) == (422, 0, [])


def test_role_is_changed(portal: Client, organization: Organization) -> None:
    """An administrator makes a member an administrator."""
    user = joined("lou", organization)
    portal.post(reverse("organizations:role", args=[user.pk]), {"role": "administrator"})
    assert user.memberships.get().role == Role.ADMINISTRATOR


def test_last_administrator_stays(portal: Client, administrator: Membership) -> None:
    """The last administrator can neither be removed nor made read-only; both refusals say what to do."""
    joined("lou", administrator.organization)
    said = [
        portal.post(reverse("organizations:role", args=[administrator.user_id]), {"role": "read_only"}),
        portal.post(reverse("organizations:remove", args=[administrator.user_id])),
    ]
    assert [("last administrator" in page.content.decode(), page.status_code) for page in said] == [(True, 422)] * 2
    administrator.refresh_from_db()
    assert administrator.role == Role.ADMINISTRATOR


def test_administrator_who_may_not_sign_in_does_not_count(administrator: Membership) -> None:
    """An administrator who is barred is nobody to administer the organization."""
    barred = joined("lou", administrator.organization, Role.ADMINISTRATOR)
    User.objects.filter(pk=barred.pk).update(is_active=False)
    with pytest.raises(PortalError, match="last administrator"):
        people.remove(administrator)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other() -> None:
    """Of two administrators who remove one another at the same moment, one stays."""
    first = create_organization(name="Example Ltd", email="admin@example.com", password=PASSWORD)
    both = [first, Membership.objects.get(user=joined("lou", first.organization, Role.ADMINISTRATOR))]
    together = Barrier(2)

    def remove(one: Membership) -> None:
        together.wait()
        try:
            people.remove(one)
        except PortalError:
            pass
        finally:
            connection.close()

    threads = [Thread(target=remove, args=[one]) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Membership.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_membership_ends_at_once(portal: Client, onlooker: Client) -> None:
    """Whoever is removed sees nothing from his next click on, though he is still signed in."""
    assert onlooker.get(reverse("web:manage")).status_code == 200
    user = User.objects.get(email="look@example.com")
    portal.post(reverse("organizations:remove", args=[user.pk]))
    assert onlooker.get(reverse("web:manage")).status_code == 403


def test_read_only_member_sees_who_is_there(onlooker: Client, organization: Organization) -> None:
    """A read-only member sees the members, no invitation, no button, and nothing of how others sign in."""
    people.invite(organization, "nia@example.com", Role.READ_ONLY)
    page = onlooker.get(reverse("organizations:people")).content.decode()
    words = ("admin@example.com", "nia@example.com", "Change role", "Second factor", "Last sign-in")
    assert [word in page for word in words] == [True, False, False, False, False]


def two_organizations(client: Client) -> tuple[Membership, Membership]:
    """A user who is an administrator here and read-only there, signed in."""
    first = create_organization(name="Alpha Ltd", email="both@example.com", password=PASSWORD)
    second = create_organization(name="Beta Ltd", email="beta@example.com", password=PASSWORD)
    other = Membership.objects.create(user=first.user, organization=second.organization, role=Role.READ_ONLY)
    client.force_login(first.user)
    return first, other


def test_member_of_several_chooses_one(client: Client) -> None:
    """The choice is kept in the session, and with it comes the role that one has there."""
    _first, second = two_organizations(client)
    assert client.get(reverse("web:manage")).context["membership"].organization.name == "Alpha Ltd"
    client.post(reverse("organizations:switch"), {"organization": second.organization_id})
    context = client.get(reverse("web:manage")).context
    assert (context["membership"].organization.name, context["may_change"]) == ("Beta Ltd", False)


def test_switcher_is_there_for_several_only(client: Client, portal: Client) -> None:
    """Who belongs to one organization is not asked which."""
    assert "switcher" not in portal.get(reverse("web:manage")).content.decode()
    browser = Client()
    two_organizations(browser)
    page = browser.get(reverse("web:manage")).content.decode()
    assert re.findall(r'aria-current="true">([^<]+)<', page) == ["Alpha Ltd"]


def test_foreign_organization_cannot_be_chosen(stranger: Client, organization: Organization) -> None:
    """Nobody looks into an organization that he is no member of by choosing it."""
    assert stranger.post(reverse("organizations:switch"), {"organization": organization.pk}).status_code == 403
    assert stranger.get(reverse("web:manage")).context["membership"].organization.name == "Other Ltd"


def test_chosen_organization_ends_with_the_membership(client: Client) -> None:
    """Who is removed from the organization that he looks at is in another of his with his next click."""
    _first, second = two_organizations(client)
    client.post(reverse("organizations:switch"), {"organization": second.organization_id})
    people.remove(second)
    assert client.get(reverse("web:manage")).context["membership"].organization.name == "Alpha Ltd"


def test_page_of_another_organization_changes_nothing_here(client: Client) -> None:
    """A page that was drawn for one organization does nothing in another, to which one has gone in another window."""
    first, second = two_organizations(client)
    second.role = Role.ADMINISTRATOR
    second.save()
    client.post(reverse("organizations:switch"), {"organization": second.organization_id})
    old_page = {**HTMX, "X-Organization": str(first.organization_id)}
    answer = client.post(reverse("organizations:add-agent"), {"name": "Al Agent"}, headers=old_page)
    assert (answer.status_code, second.organization.agents.count()) == (403, 0)
    assert "gone on to Beta Ltd" in answer.content.decode()
