"""Rows together, pins, leavers and the fallback owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from jackfield_portal.errors import PortalError
from jackfield_portal.mapping import bulk, fallback, leavers, resolve, services
from jackfield_portal.mapping.bulk import Action, Pick
from jackfield_portal.mapping.finding import found
from jackfield_portal.mapping.leavers import Choice, Will
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.mapping.services import Wish

if TYPE_CHECKING:
    from conftest import AddUser

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.organizations.models import Agent

pytestmark = pytest.mark.django_db


def mapped(connection: Connection, agent: Agent, user: CrmUser) -> None:
    services.save(connection, [Wish(agent=agent.pk, before=None, after=user.pk)])


def pick(agent: Agent, before: CrmUser | None = None, offer: CrmUser | None = None) -> Pick:
    return Pick(agent=agent.pk, before=before.pk if before else None, offer=offer.pk if offer else None)


def standing() -> dict[str, str]:
    return {mapping.agent.name: mapping.crm_user.name for mapping in Mapping.objects.all()}


def test_ticked_rows_are_cleared_in_one_batch(connection: Connection, ada: Agent, bo: Agent, add_user: AddUser) -> None:
    """What has nobody is counted apart, and undoing the batch puts all back."""
    one = add_user("One")
    mapped(connection, ada, one)
    done = bulk.for_picked(connection, Action.CLEAR, [pick(ada, one), pick(bo)])
    assert (done.changed, done.rest, standing()) == (1, 1, {})
    assert done.batch is not None
    services.undo(done.batch)
    assert standing() == {"Ada Lane": "One"}


def test_a_ticked_row_takes_what_it_has_shown(connection: Connection, cy: Agent, add_user: AddUser) -> None:
    """Whoever ticks an agent whose suggestion is uncertain has seen it; another one than he saw is not taken."""
    user = add_user("Cy Moor")
    assert bulk.for_picked(connection, Action.TAKE, [pick(cy, offer=add_user("Else"))]).changed == 0
    assert bulk.for_picked(connection, Action.TAKE, [pick(cy, offer=user)]).changed == 1


def test_of_a_conflict_nobody_is_taken(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Ticking the row does not choose between several candidates."""
    one, two = add_user("One", "ada@example.com"), add_user("Two", "ada@example.com")
    assert [bulk.for_picked(connection, Action.TAKE, [pick(ada, offer=each)]).changed for each in (one, two)] == [0, 0]


def test_for_all_of_a_list_only_certain_ones_are_taken(
    connection: Connection, ada: Agent, cy: Agent, add_user: AddUser
) -> None:
    """A name, which is never taken alone, isn't taken by the hundred either."""
    add_user("One", "ada@example.com")
    add_user("Cy Moor")
    done = bulk.for_all(connection, Action.TAKE, lambda: [ada.pk, cy.pk], expected=2)
    assert (done.changed, done.rest, standing()) == (1, 1, {"Ada Lane": "One"})


def test_for_all_of_a_list_that_has_grown_nothing_is_done(connection: Connection, ada: Agent, bo: Agent) -> None:
    """Touched are as many as were shown, or none."""
    with pytest.raises(PortalError, match="Meanwhile it is 2 agents, not 1"):
        bulk.for_all(connection, Action.CLEAR, lambda: [ada.pk, bo.pk], expected=1)


def test_a_row_that_another_admin_has_changed_is_not_cleared(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """Whoever was quicker is not overwritten unseen, by many rows at once as by one."""
    one = add_user("One")
    mapped(connection, ada, add_user("Two"))
    with pytest.raises(PortalError, match="Somebody else has changed the CRM user of Ada Lane"):
        bulk.for_picked(connection, Action.CLEAR, [pick(ada, one)])


def test_a_pinned_choice_is_changed_by_nothing(
    connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """Neither by rows together, which leave it and say so, nor by hand, until it is unpinned."""
    one, two = add_user("One"), add_user("Two")
    mapped(connection, ada, one)
    bulk.for_picked(connection, Action.PIN, [pick(ada, one)])
    assert bulk.for_picked(connection, Action.CLEAR, [pick(ada, one)]).pinned == 1
    with pytest.raises(PortalError, match="The CRM user of Ada Lane is pinned"):
        services.save(connection, [Wish(agent=ada.pk, before=one.pk, after=two.pk)])
    assert standing() == {"Ada Lane": "One"}
    bulk.for_picked(connection, Action.UNPIN, [pick(ada, one)])
    services.save(connection, [Wish(agent=ada.pk, before=one.pk, after=two.pk)])
    assert standing() == {"Ada Lane": "Two"}


def test_a_pin_stands_in_the_way_of_an_undo(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """What was pinned since is not unmapped by undoing the save before."""
    one = add_user("One")
    batch = services.save(connection, [Wish(agent=ada.pk, before=None, after=one.pk)]).batch
    bulk.for_picked(connection, Action.PIN, [pick(ada, one)])
    assert batch is not None
    with pytest.raises(PortalError, match="changed after that save"):
        services.undo(batch)


def test_agents_without_a_user_are_stood_in_for_by_the_fallback_owner(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """It is said that he is one, and why; without him the call is nobody's."""
    assert resolve.resolve(ada, connection).by == "nobody"
    owner = add_user("Owner")
    fallback.choose(connection, owner.pk)
    told = resolve.resolve(ada, connection)
    assert (told.crm_user, told.by, told.reason) == (owner, "fallback", "fallback owner: the agent has no CRM user")
    mapped(connection, ada, one := add_user("One"))
    assert (resolve.resolve(ada, connection).crm_user, resolve.resolve(ada, connection).by) == (one, "mapping")


def test_a_fallback_owner_who_is_gone_stands_in_for_nobody(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """Calls are not logged under somebody who is not there, and the coverage says so."""
    owner = add_user("Owner")
    fallback.choose(connection, owner.pk)
    owner.gone_at = timezone.now()
    owner.save()
    assert resolve.resolve(ada, connection).crm_user is None
    assert "the fallback owner Owner is gone" in fallback.consequence(fallback.owner_of(connection))


def test_a_fallback_owner_of_another_connection_is_refused(connection: Connection, add_user: AddUser) -> None:
    """He must be one of the connection's own users."""
    other = type(connection).objects.create(
        organization=connection.organization, platform="acme", name="B", state="live"
    )
    with pytest.raises(PortalError, match="chosen CRM users"):
        fallback.choose(connection, add_user("One", connection=other).pk)


def test_an_agent_who_left_hands_over_to_an_heir(
    connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """The heir gets the CRM user, in one batch that can be undone."""
    one = add_user("One")
    mapped(connection, ada, one)
    ada.active = False
    ada.save()
    assert [leaver.happened for leaver in leavers.leavers_of(connection, 9)] == ["Ada Lane is not active any more"]
    saved = leavers.settle(connection, [Choice(agent=ada.pk, before=one.pk, will=Will.HEIR, heir=bo.pk)])
    assert (standing(), found(connection).leavers) == ({"Bo Hill": "One"}, 0)
    assert saved.batch is not None
    services.undo(saved.batch)
    assert standing() == {"Ada Lane": "One"}


def test_an_agent_whose_user_left_gets_another(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Inactive or gone, the CRM user is replaced by his heir."""
    one, two = add_user("One"), add_user("Two")
    mapped(connection, ada, one)
    type(one).objects.filter(pk=one.pk).update(state="inactive")
    assert found(connection).leavers == 1
    leavers.settle(connection, [Choice(agent=ada.pk, before=one.pk, will=Will.HEIR, heir=two.pk)])
    assert standing() == {"Ada Lane": "Two"}


def test_an_heir_who_has_a_user_already_is_refused(
    connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """Nobody loses his own CRM user by inheriting."""
    one = add_user("One")
    mapped(connection, ada, one)
    mapped(connection, bo, add_user("Two"))
    ada.active = False
    ada.save()
    with pytest.raises(PortalError, match="Bo Hill has a CRM user already"):
        leavers.settle(connection, [Choice(agent=ada.pk, before=one.pk, will=Will.HEIR, heir=bo.pk)])


def test_one_heir_is_not_chosen_twice(
    connection: Connection, ada: Agent, bo: Agent, cy: Agent, add_user: AddUser
) -> None:
    """Two leavers need two heirs."""
    one, two = add_user("One"), add_user("Two")
    mapped(connection, ada, one)
    mapped(connection, bo, two)
    type(ada).objects.exclude(pk=cy.pk).update(active=False)
    choices = [Choice(agent=a.pk, before=u.pk, will=Will.HEIR, heir=cy.pk) for a, u in ((ada, one), (bo, two))]
    with pytest.raises(PortalError, match="was chosen twice"):
        leavers.settle(connection, choices)


def test_who_is_kept_is_pinned_and_asked_about_no_more(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """An inactive user may be meant."""
    one = add_user("One")
    mapped(connection, ada, one)
    type(one).objects.update(state="inactive")
    leavers.settle(connection, [Choice(agent=ada.pk, before=one.pk, will=Will.KEEP)])
    assert (Mapping.objects.get().pinned, found(connection).leavers) == (True, 0)


def test_what_is_found_is_found_anew_when_anything_changes(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """Whoever changes agents, users or mappings, and by whatever way, the table is never of yesterday."""
    assert (found(connection).missing, found(connection).certain) == (1, 0)
    user = add_user("One", "ada@example.com")
    assert found(connection).certain == 1
    type(ada).objects.update(email="other@example.com")
    assert found(connection).certain == 0
    type(user).objects.update(email="other@example.com")
    assert found(connection).certain == 1
    Mapping.objects.create(agent=ada, connection=connection, crm_user=user)
    assert (found(connection).missing, found(connection).unclaimed) == (0, 0)
