"""The table's filters and orders, and the dialogs around it, as a browser meets them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from jackfield_portal.mapping import fallback, services
from jackfield_portal.mapping.models import Batch, Mapping
from jackfield_portal.mapping.services import Wish

if TYPE_CHECKING:
    from conftest import AddUser
    from django.test import Client

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.organizations.models import Agent, Membership, Organization

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
_NAME = re.compile(r"data-dialog>([^<]+)</a>|data-tick> ([^<]+)</label>")


def names(portal: Client, **query: Any) -> list[str]:
    """The agents on the page, in their order."""
    page = portal.get(reverse("mapping:section"), query, headers=HTMX).content.decode()
    return [
        first or second for first, second in re.findall(r"data-dialog>([^<]+)</a>|data-tick> ([^<]+)</label>", page)
    ]


def mapped(connection: Connection, agent: Agent, user: CrmUser, **values: Any) -> None:
    services.save(connection, [Wish(agent=agent.pk, before=None, after=user.pk)])
    Mapping.objects.filter(agent=agent).update(**values)


def post(portal: Client, name: str, **values: Any) -> str:
    return portal.post(reverse(f"mapping:{name}"), values, headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", ["Ada Lane", "Bo Hill", "Cy Moor", "Di Fen", "Ed Tor"]),
        ("unmapped", ["Ada Lane", "Bo Hill", "Cy Moor"]),
        ("suggested", ["Ada Lane", "Cy Moor"]),
        ("certain", ["Ada Lane"]),
        ("conflicts", ["Bo Hill"]),
        ("left", ["Di Fen"]),
        ("pinned", ["Ed Tor"]),
        ("mapped", ["Di Fen", "Ed Tor"]),
        ("nonsense", ["Ada Lane", "Bo Hill", "Cy Moor", "Di Fen", "Ed Tor"]),
    ],
)
@pytest.mark.parametrize("opened", [True, False])
def test_each_filter_shows_whom_it_names(  # noqa: PLR0913, PLR0917 - its people
    portal: Client,
    connection: Connection,
    organization: Organization,
    ada: Agent,
    bo: Agent,
    cy: Agent,
    add_user: AddUser,
    show: str,
    expected: list[str],
    opened: bool,
) -> None:
    """Whether the column is open or not."""
    add_user("One", "ada@example.com")
    add_user("Two", "bo@example.com")
    add_user("Three", "bo@example.com")
    add_user("Cy Moor")
    mapped(connection, organization.agents.create(name="Di Fen"), add_user("Four", state="inactive"))
    mapped(connection, organization.agents.create(name="Ed Tor"), add_user("Five"), pinned=True)
    assert names(portal, show=show, edit=connection.pk if opened else "") == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Ada Lane", "Bo Hill", "Cy Moor"]),
        ("-name", ["Cy Moor", "Bo Hill", "Ada Lane"]),
        ("extension", ["Cy Moor", "Bo Hill", "Ada Lane"]),
        ("-email", ["Bo Hill", "Ada Lane", "Cy Moor"]),
        ("user", ["Bo Hill", "Ada Lane", "Cy Moor"]),
        ("nonsense", ["Ada Lane", "Bo Hill", "Cy Moor"]),
    ],
)
def test_each_order_is_kept(  # noqa: PLR0913, PLR0917 - its people
    portal: Client,
    connection: Connection,
    ada: Agent,
    bo: Agent,
    cy: Agent,
    add_user: AddUser,
    sort: str,
    expected: list[str],
) -> None:
    """Extensions as numbers, and what is blank last."""
    type(ada).objects.filter(pk=ada.pk).update(extension="1000")
    type(ada).objects.filter(pk=cy.pk).update(extension="90")
    mapped(connection, ada, add_user("zoe"))
    mapped(connection, bo, add_user("Yan"))
    assert names(portal, sort=sort) == expected


def test_agents_are_found_by_their_crm_user(
    portal: Client, connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """A search for somebody in the CRM leads to the agent who is he."""
    mapped(connection, bo, add_user("Zoe Marsh"))
    assert names(portal, q="marsh") == ["Bo Hill"]


def test_both_sides_are_covered_with_the_consequence(
    portal: Client, connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """Who has no CRM user, under whom his calls are logged, and who is no agent."""
    owner = add_user("Olga Owner")
    fallback.choose(connection, owner.pk)
    page = portal.get(reverse("mapping:section")).content.decode()
    assert "1 person has no CRM user at Acme. Until then their calls will be logged under Olga Owner." in page
    assert "1 CRM user at Acme is no agent: calls can&#x27;t be led to that person." in page


def test_rows_are_pinned_together(portal: Client, connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """The section comes back with the pin, and there is nothing to choose in that row."""
    user = add_user("One")
    mapped(connection, ada, user)
    page = post(portal, "many", connection=connection.pk, edit=connection.pk, action="pin", pick=f"{ada.pk} {user.pk} ")
    assert ("1 agent pinned." in page, "mapping-pin" in page, "combobox" in page) == (True, True, False)


def test_all_of_a_list_are_taken_on_every_page(
    portal: Client, connection: Connection, organization: Organization, add_user: AddUser
) -> None:
    """What the filter finds, not only what the page shows."""
    for number in range(55):
        organization.agents.create(name=f"Agent {number:02}", email=f"agent{number}@example.com")
        add_user(f"User {number:02}", f"agent{number}@example.com")
    given = {"connection": connection.pk, "edit": connection.pk, "show": "certain", "action": "take", "all": "55"}
    assert "55 agents mapped." in post(portal, "many", **given)


@pytest.mark.parametrize(
    "nonsense", [{"action": "x"}, {"pick": "x"}, {"pick": "x y z"}, {"all": "x"}, {"all": "-1"}, {"action": ""}, {}]
)
def test_nonsense_about_rows_gets_a_sentence(portal: Client, connection: Connection, nonsense: dict[str, str]) -> None:
    """A form that no browser sends changes nothing."""
    given = {"connection": connection.pk, "action": "clear", **nonsense}
    assert "mapping-result error" in post(portal, "many", **given)


def test_past_saves_are_undone_from_their_list(
    portal: Client, connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """One that something later lies on says who is in the way, and has no button."""
    one, two = add_user("One"), add_user("Two")
    mapped(connection, ada, one)
    services.save(connection, [Wish(agent=ada.pk, before=one.pk, after=two.pk)])
    page = portal.get(reverse("mapping:batches"), headers=HTMX).content.decode()
    assert (page.count('id="undo-'), "changed later: Ada Lane" in page) == (1, True)
    last = Batch.objects.first()
    assert last is not None
    page = post(portal, "batches", batch=last.pk)
    assert ("The save was undone: 1 agent." in page, Mapping.objects.get().crm_user) == (True, one)


def test_an_agents_history_tells_who_when_and_why(
    portal: Client, connection: Connection, administrator: Membership, ada: Agent, add_user: AddUser
) -> None:
    """Each change of the row, from whom to whom, the last first, those undone too."""
    one = add_user("One", "ada@example.com")
    services.save(connection, [], by=administrator.user, take_all_certain=True)
    services.save(connection, [Wish(agent=ada.pk, before=one.pk, after=add_user("Two").pk)], by=administrator.user)
    services.undo(Batch.objects.all()[0], by=administrator.user)
    page = portal.get(reverse("mapping:agent-history", args=[ada.pk]), headers=HTMX).content.decode()
    told = (
        "nobody → One",
        "One → Two",
        "Ada Admin: taken from a suggestion: same e-mail address",
        "chosen by hand; undone",
    )
    assert [part for part in told if part not in page] == []


def test_leavers_are_settled_in_their_dialog(
    portal: Client, connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """A row that is left alone stays, and two things for one row are refused."""
    one = add_user("One")
    mapped(connection, ada, one)
    type(ada).objects.filter(pk=ada.pk).update(active=False)
    shown = portal.get(reverse("mapping:leavers"), {"connection": connection.pk}, headers=HTMX).content.decode()
    row = {f"was-{ada.pk}": one.pk, f"heirs-{ada.pk}": "agents", f"heir-{ada.pk}": str(bo.pk)}
    refused = post(portal, "leavers", connection=connection.pk, **row, **{f"will-{ada.pk}": "nobody"})
    post(portal, "leavers", connection=connection.pk, **row, **{f"will-{ada.pk}": ""})
    assert ("Ada Lane is not active any more" in shown, "An heir and something else" in refused) == (True, True)
    assert Mapping.objects.get().agent == bo


def test_heirs_are_active_and_free(
    portal: Client, connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """Nobody is offered who has a CRM user already, or has left himself."""
    mapped(connection, bo, add_user("One"))
    ada.organization.agents.create(name="Left long ago", active=False)
    found = portal.get(reverse("mapping:heirs"), {"connection": connection.pk}).json()
    assert [agent["name"] for agent in found["users"]] == ["Ada Lane"]


def test_users_without_an_agent_are_listed(
    portal: Client, connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """Those who can work; not programs, nor who has left."""
    mapped(connection, ada, add_user("Mapped One"))
    add_user("Free One")
    add_user("Machine", kind="service")
    add_user("Left", state="inactive")
    page = portal.get(reverse("mapping:unclaimed"), {"connection": connection.pk}, headers=HTMX).content.decode()
    assert [name in page for name in ("Free One", "Mapped One", "Machine", "Left")] == [True, False, False, False]


def test_the_fallback_owner_is_chosen_and_given_up(portal: Client, connection: Connection, add_user: AddUser) -> None:
    """In a dialog of its own."""
    owner = add_user("Olga Owner")
    post(portal, "fallback", connection=connection.pk, crm_user=owner.pk)
    assert fallback.owner_of(connection) == owner
    post(portal, "fallback", connection=connection.pk, crm_user="")
    assert fallback.owner_of(connection) is None
