"""The section CRM User Mappings, as a browser meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from jackfield_portal.mapping.models import Batch, Mapping

if TYPE_CHECKING:
    from conftest import AddUser
    from django.test import Client

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Agent, Organization

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def opened(portal: Client, connection: Connection, **query: Any) -> str:
    return portal.get(reverse("mapping:section"), {"edit": connection.pk, **query}, headers=HTMX).content.decode()


def post(portal: Client, name: str, **values: Any) -> str:
    return portal.post(reverse(f"mapping:{name}"), values, headers=HTMX).content.decode()


def row(agent: Agent, after: Any, before: Any = "") -> dict[str, Any]:
    return {f"agent-{agent.pk}": after, f"was-{agent.pk}": before}


def test_each_connection_has_a_column(portal: Client, connection: Connection, ada: Agent) -> None:
    """The column is titled after the connection, and its icon says what it does."""
    page = portal.get(reverse("web:manage")).content.decode()
    assert 'aria-label="Edit Acme column"' in page


@pytest.mark.parametrize(
    ("users", "said"),
    [
        ([("Ada Lane", "ada@example.com", {})], "same e-mail address"),
        ([("Ada Lane", "", {})], "same name, no common e-mail address"),
        ([("A", "ada@example.com", {}), ("B", "ada@example.com", {})], "2 CRM users have this e-mail address"),
        ([("A", "ada@example.com", {"state": "inactive"})], "same e-mail address, but inactive in the CRM"),
    ],
)
@pytest.mark.usefixtures("ada")
def test_each_suggestion_has_its_reason(
    portal: Client, connection: Connection, add_user: AddUser, users: list[Any], said: str
) -> None:
    """What stands ready says why."""
    for name, email, values in users:
        add_user(name, email, **values)
    assert said in opened(portal, connection)


def test_only_certain_ones_are_taken_together(
    portal: Client, connection: Connection, ada: Agent, cy: Agent, add_user: AddUser
) -> None:
    """The button counts the certain ones; an uncertain one is not marked to be taken."""
    add_user("Ada Lane", "ada@example.com")
    add_user("Cy Moor", "")
    page = opened(portal, connection)
    assert ("Take all certain (1)" in page, page.count("data-sure"), page.count("data-take=")) == (True, 1, 2)


def test_the_drop_down_is_searched_on_the_server(portal: Client, connection: Connection, add_user: AddUser) -> None:
    """Every word must be found, in name or e-mail address; those that begin with it come first."""
    for name, email in (("Zoe Ada", "z@example.com"), ("Ada Lane", "ada@example.com"), ("Bo Hill", "b@example.com")):
        add_user(name, email)
    found = portal.get(reverse("mapping:users"), {"connection": connection.pk, "q": "ada"}).json()
    assert [user["name"] for user in found["users"]] == ["Ada Lane", "Zoe Ada"]


def test_the_drop_down_shows_twenty(portal: Client, connection: Connection, add_user: AddUser) -> None:
    """More than that is said, not sent."""
    for number in range(21):
        add_user(f"User {number}")
    found = portal.get(reverse("mapping:users"), {"connection": connection.pk}).json()
    assert (len(found["users"]), found["more"]) == (20, True)


def test_the_drop_down_says_who_is_taken(portal: Client, connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """A user who is chosen for somebody says for whom."""
    Mapping.objects.create(agent=ada, connection=connection, crm_user=add_user("One", "one@example.com"))
    found = portal.get(reverse("mapping:users"), {"connection": connection.pk, "q": "one"}).json()
    assert found["users"][0]["detail"] == "one@example.com · chosen for Ada Lane"


def test_save_and_undo(portal: Client, connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Save maps and says how many; undo takes it back and says so."""
    user = add_user("One")
    saved = post(portal, "save", connection=connection.pk, **row(ada, user.pk))
    offered = portal.get(reverse("mapping:actions")).content.decode()
    undone = post(portal, "undo", batch=Batch.objects.get().pk)
    assert ("1 agent mapped." in saved, "Undo last save" in offered) == (True, True)
    assert ("was undone: 1 agent" in undone, Mapping.objects.count()) == (True, 0)


def test_all_certain_ones_are_as_many_as_were_shown(
    portal: Client, connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """Where an import has brought more since, nobody is mapped unseen."""
    add_user("One", "ada@example.com")
    add_user("Two", "bo@example.com")
    refused = post(portal, "save", connection=connection.pk, take_all="1")
    assert ("Meanwhile it is 2 agents, not 1" in refused, Mapping.objects.count()) == (True, 0)
    post(portal, "save", connection=connection.pk, take_all="2")
    assert Mapping.objects.count() == 2


def test_save_without_an_open_column_says_what_to_do(portal: Client, connection: Connection) -> None:
    """There is nothing to save then, and the message leads to the icon."""
    assert "Choose the icon of a CRM" in post(portal, "save")


@pytest.mark.parametrize(
    "nonsense",
    [
        {"connection": "nonsense"},
        {"connection": "00000000-0000-0000-0000-000000000000"},
        {"agent-x": "1", "was-x": ""},
        {"agent-00000000-0000-0000-0000-000000000000": "1", "was-00000000-0000-0000-0000-000000000000": ""},
        {"agent-00000000-0000-0000-0000-000000000000": "1"},
        {"agent-00000000-0000-0000-0000-000000000000": "x", "was-00000000-0000-0000-0000-000000000000": ""},
        {"agent-00000000-0000-0000-0000-000000000000": "9" * 40, "was-00000000-0000-0000-0000-000000000000": ""},
    ],
)
def test_nonsense_gets_a_sentence(portal: Client, connection: Connection, nonsense: dict[str, str]) -> None:
    """A form that no browser sends changes nothing and is answered in words."""
    answer = portal.post(reverse("mapping:save"), {"connection": connection.pk, **nonsense}, headers=HTMX)
    assert (answer.status_code, "mapping-result error" in answer.content.decode()) == (200, True)
    assert Mapping.objects.count() == 0


@pytest.mark.parametrize("query", [{"page": "x"}, {"page": "-1"}, {"edit": "x"}, {"q": "\0%_'"}, {"q": "a" * 5000}])
def test_nonsense_in_the_address_is_borne(
    portal: Client, connection: Connection, ada: Agent, query: dict[str, str]
) -> None:
    """The section is drawn whatever its address says."""
    assert portal.get(reverse("mapping:section"), query).status_code == 200


def test_undo_of_an_unknown_save_is_refused(
    portal: Client, connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """A button that speaks of no save that there is does nothing."""
    post(portal, "save", connection=connection.pk, **row(ada, add_user("One").pk))
    refused = post(portal, "undo", batch="00000000-0000-0000-0000-000000000000")
    assert ("There is no such save" in refused, Mapping.objects.count()) == (True, 1)


def test_agents_come_in_pages(portal: Client, connection: Connection, organization: Organization) -> None:
    """Fifty agents stand on a page, and a search narrows them."""
    for number in range(60):
        organization.agents.create(name=f"Agent {number:02}", extension=str(number))
    last, searched = opened(portal, connection, page=2), opened(portal, connection, q="agent 07")
    assert ("Page 2 of 2" in last, last.count("data-row"), searched.count("data-row")) == (True, 10, 1)


def test_the_whole_page_stays_small(portal: Client, connection: Connection, organization: Organization) -> None:
    """Fifty rows that are open for editing are under 300 KB."""
    for number in range(50):
        organization.agents.create(name=f"Agent {number}", email=f"agent{number}@example.com")
    assert len(opened(portal, connection)) < 300_000


def test_a_reader_sees_no_way_to_change(
    onlooker: Client, connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """A read-only member sees the table and nothing to edit it with, and is refused."""
    page = onlooker.get(reverse("mapping:section"), {"edit": connection.pk}).content.decode()
    refused = onlooker.post(reverse("mapping:save"), {"connection": connection.pk, **row(ada, add_user("One").pk)})
    assert ("Ada Lane" in page, "Edit Acme column" in page, "combobox" in page) == (True, False, False)
    assert (refused.status_code, Mapping.objects.count()) == (403, 0)


def test_a_stranger_can_change_and_see_nothing(
    stranger: Client, connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """Another organization's connection does not exist for him."""
    post(stranger, "save", connection=connection.pk, **row(ada, add_user("One").pk))
    seen = stranger.get(reverse("mapping:users"), {"connection": connection.pk})
    assert (Mapping.objects.count(), seen.status_code, "One" in seen.content.decode()) == (0, 422, False)
    assert "Ada Lane" not in opened(stranger, connection)


@pytest.mark.parametrize("state", ["nothing", "agents", "draft"])
def test_an_empty_section_says_what_to_do(portal: Client, organization: Organization, state: str) -> None:
    """Without a connection in use there is a hint instead of a table."""
    from jackfield_portal.connections.models import Connection

    if state == "draft":
        Connection.objects.create(organization=organization, platform="acme", name="Acme")
    if state == "agents":
        organization.agents.create(name="Ada Lane")
    assert "No CRM is connected yet." in portal.get(reverse("mapping:section")).content.decode()


def test_without_agents_the_way_to_them_is_shown(portal: Client, connection: Connection) -> None:
    """There must be somebody to map."""
    assert reverse("organizations:agents") in portal.get(reverse("mapping:section")).content.decode()


def test_before_an_import_the_way_to_it_is_shown(portal: Client, connection: Connection, ada: Agent) -> None:
    """There must be somebody to map to."""
    page = portal.get(reverse("mapping:section")).content.decode()
    assert "No users of Acme have been imported yet" in page
