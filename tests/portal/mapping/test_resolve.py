"""From an agent to the CRM user and back, by every name that somebody may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield_portal.errors import PortalError
from jackfield_portal.mapping import resolve, services
from jackfield_portal.mapping.services import Wish

if TYPE_CHECKING:
    from conftest import AddUser

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Agent, Membership, Organization

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["id", "201", " 201 ", "ada@example.com", "ADA@EXAMPLE.COM"])
def test_an_agent_is_found_by_each_name(organization: Organization, ada: Agent, bo: Agent, who: str) -> None:
    """Id, extension, e-mail address in any case."""
    assert resolve.agent_named(str(ada.pk) if who == "id" else who, organization) == ada


@pytest.mark.parametrize("who", ["", " ", "999", "nobody@example.com", "00000000-0000-0000-0000-000000000000", "\0"])
def test_nobody_is_said_to_be_nobody(organization: Organization, ada: Agent, cy: Agent, who: str) -> None:
    """Blank is no extension that an agent without one has."""
    cy.extension = ""
    cy.save()
    with pytest.raises(PortalError, match="No agent has"):
        resolve.agent_named(who, organization)


def test_an_active_agent_has_the_extension_of_one_who_left(organization: Organization, ada: Agent) -> None:
    """Extensions are given on."""
    organization.agents.create(name="Left long ago", extension="201", active=False)
    assert resolve.agent_named("201", organization) == ada


def test_agents_of_others_are_not_found(ada: Agent, administrator: Membership) -> None:
    """Neither by extension nor by id."""
    other = type(administrator.organization).objects.create(name="Other Ltd")
    for who in ("201", str(ada.pk)):
        with pytest.raises(PortalError, match="No agent has"):
            resolve.agent_named(who, other)


@pytest.mark.parametrize("who", ["crm-One", "one@example.com", "ONE@example.com", "second@example.com"])
def test_a_user_is_found_by_each_name(connection: Connection, ada: Agent, add_user: AddUser, who: str) -> None:
    """Id, and any e-mail address; and with him the agents who are he."""
    user = add_user("One", "one@example.com", other_emails="second@example.com")
    services.save(connection, [Wish(agent=ada.pk, before=None, after=user.pk)])
    assert resolve.agents_of_user(who, connection) == (user, (ada,))


def test_one_of_two_users_with_an_address_is_not_taken(connection: Connection, add_user: AddUser) -> None:
    """Unless the other can't work."""
    add_user("One", "same@example.com")
    two = add_user("Two", "same@example.com")
    with pytest.raises(PortalError, match="2 CRM users have"):
        resolve.user_named("same@example.com", connection)
    type(two).objects.filter(pk=two.pk).update(state="inactive")
    assert resolve.user_named("same@example.com", connection).name == "One"
