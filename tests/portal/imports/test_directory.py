"""The page of a connection's CRM users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from jackfield.records import Record
from jackfield.users import UserKind, UserState
from jackfield_portal.imports.directory import directory
from tests.portal.imports.books import imported, known_user, mapped, people

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db


def found(connection: Connection, search: str = "", only: str = "") -> list[str]:
    return [line.person.id for line in directory(connection, search, only).lines]


def test_users_are_narrowed_down(connection: Connection) -> None:
    """Active, inactive, gone, without e-mail address, programs: the gone are in no group but their own."""
    known_user(connection, 1, email="a@example.com", state=UserState.ACTIVE)
    known_user(connection, 2, email="b@example.com", state=UserState.INACTIVE)
    known_user(connection, 3, gone_at=timezone.now())
    known_user(connection, 4, state=UserState.UNKNOWN)
    known_user(connection, 5, email="c@example.com", kind=UserKind.SERVICE)
    told = {only: found(connection, only=only) for only in ("", "active", "inactive", "gone", "no-email", "programs")}
    assert told == {
        "": ["u1", "u2", "u3", "u4", "u5"],
        "active": ["u1", "u4", "u5"],
        "inactive": ["u2"],
        "gone": ["u3"],
        "no-email": ["u4"],
        "programs": ["u5"],
    }


@pytest.mark.parametrize("search", ["manager", "USER 2", "555-0102", "u2", "second@example", "user2@ manager"])
def test_users_are_searched(connection: Connection, search: str) -> None:
    """By any part of name, addresses, role, telephone number or id."""
    known_user(connection, 1, email="user1@example.com")
    known_user(
        connection,
        2,
        email="user2@example.com",
        other_emails="second@example.com",
        role="Manager",
        phone="+1 555-0102",
    )
    assert found(connection, search) == ["u2"]


def test_signs_of_a_search_pattern_are_letters(connection: Connection) -> None:
    """What means something to a database means itself."""
    known_user(connection, 1)
    assert (found(connection, "%"), found(connection, "_"), found(connection, "\\")) == ([], [], [])


def test_users_of_others_are_not_found(connection: Connection) -> None:
    """Another connection's users are not in the list."""
    known_user(connection, 1)
    other = type(connection).objects.create(organization=connection.organization, platform="ledger", name="Second")
    assert found(other) == []


def test_the_page_shows_agent_and_link(portal: Client, ledger: Any, connection: Connection) -> None:
    """Who is mapped to a user, and the CRM's own page of him, as the connector makes the address."""
    profile = Record(kind="staff", id="7")
    imported(
        ledger, connection, ledger.person(1, profile=profile), ledger.person(2, profile=Record(kind="odd", id="8"))
    )
    mapped(connection, "u1")
    page = portal.get(reverse("imports:crm-users", args=[connection.pk])).content.decode()
    assert ("Al Agent" in page, page.count('target="_blank"')) == (True, 1)
    assert 'href="https://ledger.example.com/staff/7" target="_blank" rel="noopener noreferrer"' in page


def test_a_connector_that_is_gone_links_nowhere(connection: Connection, portal: Client) -> None:
    """Users can be looked at without their connector."""
    known_user(connection, 1, profile_kind="staff", profile_id="7")
    type(connection).objects.update(platform="uninstalled")
    page = portal.get(reverse("imports:crm-users", args=[connection.pk])).content.decode()
    assert ("User 1" in page, 'target="_blank"' in page) == (True, False)


def test_gone_users_are_shown_and_keep_their_agent(portal: Client, ledger: Any, connection: Connection) -> None:
    """A tombstone says since when; the mapping stands by it, and the user who comes back is himself."""
    imported(ledger, connection, *people(ledger, 6))
    mapped(connection, "u5")
    imported(ledger, connection, *people(ledger, 5))
    address = reverse("imports:crm-users", args=[connection.pk])
    gone = portal.get(address, {"only": "gone"}).content.decode()
    imported(ledger, connection, *people(ledger, 6))
    back = portal.get(address, {"q": "u5"}).content.decode()
    assert ("gone since" in gone, "Al Agent" in gone) == (True, True)
    assert ("gone since" in back, "Al Agent" in back) == (False, True)


def test_pages_keep_search_and_group(portal: Client, connection: Connection) -> None:
    """From page to page the same users are looked at."""
    for number in range(60):
        known_user(connection, number, email="x@example.com")
    page = portal.get(reverse("imports:crm-users", args=[connection.pk]), {"q": "user", "only": "active"})
    assert 'href="?only=active&amp;q=user&amp;page=2"' in page.content.decode()


def test_nobody_yet_says_what_to_do(portal: Client, connection: Connection) -> None:
    """An empty page leads on."""
    page = portal.get(reverse("imports:crm-users", args=[connection.pk])).content.decode()
    assert "No users have been imported yet." in page
