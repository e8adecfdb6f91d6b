"""Alias domains: confirmed by an administrator, shown before with what they would match."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from jackfield_portal.errors import PortalError
from jackfield_portal.mapping import aliases
from jackfield_portal.mapping.finding import suggestions
from jackfield_portal.mapping.models import AliasDomain

if TYPE_CHECKING:
    from conftest import AddUser
    from django.test import Client

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Agent, Organization

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_a_mailbox_under_a_confirmed_alias_is_certain(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """With a reason of its own; before it is confirmed nothing is suggested, and once removed nothing any more."""
    user = add_user("One", "ada@example.net")
    assert suggestions(connection) == {}
    aliases.confirm(connection.organization, " @Example.NET ", "example.com")
    found = suggestions(connection)[ada.pk]
    assert (str(found.certainty), found.reason, found.candidates) == (
        "certain",
        "same mailbox under an alias domain",
        (user.pk,),
    )
    aliases.remove(connection.organization, "example.net")
    assert suggestions(connection) == {}


def test_the_preview_counts_and_confirms_nothing(
    connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """How many more would be matched at each connection."""
    add_user("One", "ada@example.net")
    add_user("Two", "bo@example.net")
    (gain,) = aliases.preview(connection.organization, "example.net", "example.com")
    assert (gain.certain, gain.conflicts, AliasDomain.objects.count()) == (2, 0, 0)


@pytest.mark.parametrize(
    ("alias", "domain", "said"),
    [
        ("", "example.com", "is not the domain"),
        ("example", "example.com", "is not the domain"),
        ("exa mple.com", "example.com", "is not the domain"),
        ("example.com", "EXAMPLE.com", "Both domains are the same"),
        ("example.net", "example.com", "is an alias domain already"),
        ("example.org", "example.net", "on the other side"),
        ("example.com", "example.org", "on the other side"),
    ],
)
def test_what_cannot_be_an_alias_gets_a_sentence(
    organization: Organization, alias: str, domain: str, said: str
) -> None:
    """Aliases lead straight to a main domain, so that no circle can be made."""
    aliases.confirm(organization, "example.net", "example.com")
    with pytest.raises(PortalError, match=said):
        aliases.confirm(organization, alias, domain)


def test_an_alias_is_shown_before_it_is_confirmed(
    portal: Client, connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """The first press shows, the second confirms."""
    add_user("One", "ada@example.net")
    given = {"alias": "example.net", "domain": "example.com"}
    shown = portal.post(reverse("mapping:aliases"), given, headers=HTMX).content.decode()
    before = AliasDomain.objects.count()
    portal.post(reverse("mapping:aliases"), {**given, "confirmed": "yes"}, headers=HTMX)
    assert ("1 agent more could be matched" in shown, before, AliasDomain.objects.count()) == (True, 0, 1)
