"""Mappings: saved at once or not at all, undone as a whole, resolved both ways."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from jackfield_portal.errors import PortalError
from jackfield_portal.mapping import resolve, services
from jackfield_portal.mapping.finding import suggestions
from jackfield_portal.mapping.models import Batch, Mapping
from jackfield_portal.mapping.services import Wish
from jackfield_portal.mapping.table import table

if TYPE_CHECKING:
    from conftest import AddUser

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.organizations.models import Agent, Membership

pytestmark = pytest.mark.django_db


def wish(agent: Agent, after: CrmUser | None, before: CrmUser | None = None) -> Wish:
    return Wish(agent=agent.pk, before=before.pk if before else None, after=after.pk if after else None)


def standing() -> dict[str, str]:
    return {mapping.agent.name: mapping.crm_user.name for mapping in Mapping.objects.all()}


def test_a_save_is_one_batch(connection: Connection, ada: Agent, bo: Agent, add_user: AddUser) -> None:
    """All choices are saved together, and counted."""
    one, two = add_user("One"), add_user("Two")
    saved = services.save(connection, [wish(ada, one), wish(bo, two)])
    assert (saved.mapped, saved.cleared, Batch.objects.count()) == (2, 0, 1)
    assert standing() == {"Ada Lane": "One", "Bo Hill": "Two"}


def test_a_choice_can_be_changed_and_cleared(connection: Connection, ada: Agent, bo: Agent, add_user: AddUser) -> None:
    """Another CRM user takes the place of the first; none takes him away."""
    one, two = add_user("One"), add_user("Two")
    services.save(connection, [wish(ada, one), wish(bo, two)])
    saved = services.save(connection, [wish(ada, two, before=one), wish(bo, None, before=two)])
    assert ((saved.mapped, saved.cleared), standing()) == ((1, 1), {"Ada Lane": "Two"})


def test_what_is_not_different_makes_no_batch(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Saving without a change saves nothing."""
    one = add_user("One")
    services.save(connection, [wish(ada, one)])
    assert services.save(connection, [wish(ada, one, before=one)]).batch is None


def test_how_a_choice_was_made_is_kept(connection: Connection, ada: Agent, bo: Agent, add_user: AddUser) -> None:
    """A suggestion that was taken is told apart from a choice by hand."""
    services.save(connection, [wish(ada, add_user("One", "ada@example.com")), wish(bo, add_user("Two"))])
    found = dict(Mapping.objects.values_list("agent__name", "chosen_by"))
    assert found == {"Ada Lane": "suggestion", "Bo Hill": "hand"}


def test_all_certain_ones_are_taken_at_once(
    connection: Connection, ada: Agent, bo: Agent, cy: Agent, add_user: AddUser
) -> None:
    """Only certain suggestions are added, and none for a row that the form showed and left empty."""
    add_user("One", "ada@example.com")
    add_user("Two", "bo@example.com")
    add_user("Cy Moor", "other@example.com")
    services.save(connection, [wish(bo, None)], take_all_certain=True)
    assert standing() == {"Ada Lane": "One"}


@pytest.mark.parametrize("values", [{"state": "inactive"}, {"kind": "service"}, {"gone_at": "2026-01-01T00:00:00Z"}])
def test_unusable_users_are_never_certain(
    connection: Connection, ada: Agent, add_user: AddUser, values: dict[str, str]
) -> None:
    """Inactive users, programs and users who are gone are not taken by themselves."""
    add_user("One", "ada@example.com", **values)
    services.save(connection, [], take_all_certain=True)
    assert standing() == {}


def test_a_second_address_of_a_user_is_found(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Other addresses come from the import, too."""
    user = add_user("One", "x@example.com", other_emails="ada@example.com\ny@example.com")
    assert suggestions(connection)[ada.pk].candidates == (user.pk,)


def test_an_agent_of_another_organization_is_refused(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """An id that belongs to somebody else is as unknown as none; nothing of the form is saved."""
    one = add_user("One")
    with pytest.raises(PortalError, match="One of the agents"):
        services.save(connection, [wish(ada, one), Wish(agent=uuid.uuid4(), before=None, after=one.pk)])
    assert standing() == {}


def test_a_user_of_another_connection_is_refused(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """A CRM user must be one of the connection's own."""
    other = type(connection).objects.create(
        organization=connection.organization, platform="acme", name="B", state="live"
    )
    user = add_user("One", connection=other)
    with pytest.raises(PortalError, match="chosen CRM users"):
        services.save(connection, [wish(ada, user)])


def test_a_user_who_is_gone_cannot_be_chosen(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Somebody who left the CRM is nobody to map to."""
    with pytest.raises(PortalError, match="chosen CRM users"):
        services.save(connection, [wish(ada, add_user("One", gone_at="2026-01-01T00:00:00Z"))])


def test_a_choice_made_on_an_old_page_is_refused(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Whoever was quicker is not overwritten unseen."""
    one, two = add_user("One"), add_user("Two")
    services.save(connection, [wish(ada, one)])
    with pytest.raises(PortalError, match="Somebody else has changed the CRM user of Ada Lane"):
        services.save(connection, [wish(ada, two)])


def test_undo_puts_back_what_was(connection: Connection, ada: Agent, bo: Agent, add_user: AddUser) -> None:
    """The state before the last save is there again, then that before the one before."""
    one, two = add_user("One"), add_user("Two")
    services.save(connection, [wish(ada, one)])
    services.save(connection, [wish(ada, two, before=one), wish(bo, one)])
    seen = []
    while batch := services.last_batch(connection.organization):
        services.undo(batch)
        seen.append(standing())
    assert seen == [{"Ada Lane": "One"}, {}]


def test_an_earlier_save_is_undone_where_nothing_later_stands_on_it(
    connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """Each save is a batch of its own: undoing one leaves what later ones have done to others."""
    first = services.save(connection, [wish(ada, add_user("One"))]).batch
    services.save(connection, [wish(bo, add_user("Two"))])
    assert first is not None
    services.undo(first)
    assert standing() == {"Bo Hill": "Two"}


def test_an_earlier_save_is_not_pulled_out_from_under_a_later_one(
    connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """Not even where the later ones have led back to what it had saved; all stays, and who is in the way is said."""
    one, two = add_user("One"), add_user("Two")
    first = services.save(connection, [wish(bo, one), wish(ada, one)]).batch
    services.save(connection, [wish(ada, two, before=one)])
    services.save(connection, [wish(ada, one, before=two)])
    assert first is not None
    with pytest.raises(PortalError, match="The CRM user of Ada Lane was changed after that save"):
        services.undo(first)
    assert standing() == {"Ada Lane": "One", "Bo Hill": "One"}


def test_a_save_is_undone_once(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Of two who undo the same save, the second is told, and nothing is changed again."""
    batch = services.save(connection, [wish(ada, add_user("One"))]).batch
    assert batch is not None
    services.undo(batch)
    with pytest.raises(PortalError, match="undone already"):
        services.undo(batch)


def test_a_later_change_is_in_the_way_of_an_undo(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """What was changed since by other means is not lost by an undo."""
    batch = services.save(connection, [wish(ada, add_user("One"))]).batch
    Mapping.objects.update(crm_user=add_user("Two"))
    assert batch is not None
    with pytest.raises(PortalError, match="The CRM user of Ada Lane was changed after that save"):
        services.undo(batch)
    assert standing() == {"Ada Lane": "Two"}


def test_those_without_a_user_are_counted(connection: Connection, ada: Agent, bo: Agent, add_user: AddUser) -> None:
    """Coverage counts the active agents only."""
    services.save(connection, [wish(ada, add_user("One"))])
    bo.organization.agents.create(name="Left long ago", active=False)
    assert services.unmapped_agents(connection) == 1


def test_an_agent_resolves_to_his_user_and_back(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Calls find the CRM user, records find the agent."""
    one = add_user("One")
    services.save(connection, [wish(ada, one)])
    assert resolve.crm_user_for(ada, connection) == one
    assert resolve.agents_for("crm-One", connection) == (ada,)


def test_a_user_who_is_gone_resolves_to_nobody_and_keeps_his_mapping(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """The mapping waits for his return."""
    one = add_user("One")
    services.save(connection, [wish(ada, one)])
    type(one).objects.update(gone_at="2026-01-01T00:00:00Z")
    assert (resolve.crm_user_for(ada, connection), standing()) == (None, {"Ada Lane": "One"})


def test_nobody_resolves_over_the_border(connection: Connection, ada: Agent, administrator: Membership) -> None:
    """An agent has no CRM user at another organization's connection."""
    other = type(administrator.organization).objects.create(name="Other Ltd")
    foreign = type(connection).objects.create(organization=other, platform="acme", name="Acme", state="live")
    assert resolve.crm_user_for(ada, foreign) is None


def test_undo_is_not_offered_for_what_went_with_its_connection(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """After a connection was deleted, the last save of the others is the last."""
    other = type(connection).objects.create(
        organization=connection.organization, platform="acme", name="Second", state="live"
    )
    saved = services.save(connection, [wish(ada, add_user("One"))])
    services.save(other, [wish(ada, add_user("Two", connection=other))])
    other.delete()
    assert services.last_batch(connection.organization) == saved.batch


def test_undo_after_a_user_has_gone_puts_him_back_as_gone(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """What stood before is put back even where the CRM has lost him since: shown as gone, and nobody for a call."""
    one, two = add_user("One"), add_user("Two")
    services.save(connection, [wish(ada, one)])
    batch = services.save(connection, [wish(ada, two, before=one)]).batch
    one.gone_at = timezone.now()
    one.save()
    assert batch is not None
    services.undo(batch)
    (cell,) = [cell for row in table(connection.organization).rows for _column, cell in row.pairs]
    assert (standing(), cell.trouble) == ({"Ada Lane": "One"}, "gone from the CRM")
    assert resolve.crm_user_for(ada, connection) is None
