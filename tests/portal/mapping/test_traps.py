"""Traps that rivals fell into, as they concern mapping: tests/portal/test_traps.py lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection as database
from django.utils import timezone

from jackfield_portal.connections import services as connections
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import services as imports
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.mapping import fallback, files, resolve, services
from jackfield_portal.mapping.finding import suggestions
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.mapping.services import Wish
from jackfield_portal.mapping.suggest import AgentFacts, Certainty, UserFacts, suggest

if TYPE_CHECKING:
    from conftest import AddUser

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Agent
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db


def taken(connection: Connection) -> dict[str, str]:
    services.save(connection, [], take_all_certain=True)
    return {mapping.agent.name: mapping.crm_user.name for mapping in Mapping.objects.all()}


def test_trap_blank_emails(connection: Connection, cy: Agent, add_user: AddUser) -> None:
    """Agents and CRM users without an address are nobody to one another."""
    add_user("One", "")
    assert (cy.email, suggestions(connection)) == ("", {})


def test_trap_case_of_an_email(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """ADA@example.com and Ada@Example.com are one address."""
    add_user("One", "ADA@example.com".lower())
    assert (ada.email, taken(connection)) == ("Ada@Example.com", {"Ada Lane": "One"})


def test_trap_name_beats_an_email(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Of a namesake and somebody with the address, the latter is taken."""
    add_user("Ada Lane", "other@example.com")
    add_user("One", "ada@example.com")
    assert taken(connection) == {"Ada Lane": "One"}


def test_trap_name_beats_an_email_that_is_missing(connection: Connection, cy: Agent, add_user: AddUser) -> None:
    """It is offered with its reason, and stays an offer."""
    add_user("Cy Moor")
    assert (suggestions(connection)[cy.pk].certainty, taken(connection)) == (Certainty.UNCERTAIN, {})


def test_trap_first_of_several(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """All of them are shown as a conflict."""
    users = [add_user(name, "ada@example.com") for name in ("One", "Two")]
    found = suggestions(connection)[ada.pk]
    assert (found.certainty, set(found.candidates), taken(connection)) == (
        Certainty.CONFLICT,
        {user.pk for user in users},
        {},
    )


def test_trap_first_of_several_by_an_alias_domain(connection: Connection) -> None:
    """Two mailboxes that an alias makes one are a conflict as well, and the exact address is better than the alias."""
    agents = [AgentFacts(id=1, name="", email="ada@a.example"), AgentFacts(id=2, name="", email="ada@b.example")]
    both = suggest(agents, [UserFacts(id=7, name="", emails=("ada@c.example",))], {}, _ALIASES)
    exact = suggest(agents[:1], [UserFacts(id=7, name="", emails=("ada@c.example",)), _EXACT], {}, _ALIASES)
    assert {str(found.certainty) for found in both.values()} == {"conflict"}
    assert (exact[1].candidates, str(exact[1].certainty)) == ((8,), "certain")


_ALIASES = {"a.example": "c.example", "b.example": "c.example"}
_EXACT = UserFacts(id=8, name="", emails=("ada@a.example",))


def test_trap_nothing_for_a_change_in_a_form(connection: Connection, ada: Agent, bo: Agent, add_user: AddUser) -> None:
    """Rows that the form does not hold stay as they are."""
    one, two = add_user("One"), add_user("Two")
    services.save(connection, [Wish(agent=ada.pk, before=None, after=one.pk)])
    services.save(connection, [Wish(agent=bo.pk, before=None, after=two.pk)])
    assert Mapping.objects.count() == 2


def test_trap_nothing_for_a_change_in_a_file(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Neither a blank CRM user nor a missing column takes one away or unpins him."""
    services.save(connection, [Wish(agent=ada.pk, before=None, after=add_user("One").pk)])
    Mapping.objects.update(pinned=True)
    for told in (b"agent_extension,crm_user_id,pinned\n201,,\n", b"agent_extension\n201\n"):
        assert files.plan(connection, told).decisions == []


def test_trap_listing_broken_off_loses_no_mapping(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Who is gone keeps it, is nobody for a call, and has it again when he comes back as himself."""
    user = add_user("One")
    services.save(connection, [Wish(agent=ada.pk, before=None, after=user.pk)])
    user.gone_at = timezone.now()
    user.save()
    away = resolve.crm_user_for(ada, connection)
    user.gone_at = None
    user.save()
    assert (away, resolve.crm_user_for(ada, connection)) == (None, user)


def test_reconnecting_keeps_mappings_pins_and_the_fallback_owner(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """They belong to the connection, whatever its name, state, settings and address become."""
    user = add_user("One")
    services.save(connection, [Wish(agent=ada.pk, before=None, after=user.pk)])
    Mapping.objects.update(pinned=True)
    fallback.choose(connection, user.pk)
    connections.rename(connection, "Another name")
    for state in ("needs_attention", "paused", "live"):
        type(connection).objects.update(state=state)
        told = resolve.resolve(ada, connection)
        assert (told.crm_user, Mapping.objects.get().pinned, fallback.owner_of(connection)) == (user, True, user)


def test_what_an_older_version_writes_during_an_upgrade_is_understood(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """It knows no pins: what it maps meanwhile is not pinned, and can be undone."""
    user = add_user("One")
    agent = ada.pk if database.vendor == "postgresql" else ada.pk.hex
    its = connection.pk if database.vendor == "postgresql" else connection.pk.hex
    with database.cursor() as cursor:
        columns = "agent_id, connection_id, crm_user_id, chosen_by"
        cursor.execute(f"INSERT INTO mapping_mapping ({columns}) VALUES (%s, %s, %s, 'hand')", [agent, its, user.pk])  # noqa: S608
    assert (resolve.crm_user_for(ada, connection), Mapping.objects.get().pinned) == (user, False)


def test_an_import_again_changes_no_mapping(acme: Acme, live: Connection, ada: Agent) -> None:
    """Users are known by their ids, so that a name or an address that has changed leaves them who they are."""
    for _time in range(2):
        imports.start(live)
        run_pending()
        user = CrmUser.objects.filter(connection=live, gone_at=None).order_by("crm_id")[0]
        if not Mapping.objects.exists():
            services.save(live, [Wish(agent=ada.pk, before=None, after=user.pk)])
            CrmUser.objects.filter(pk=user.pk).update(name="Called otherwise", email="otherwise@example.com")
    told = resolve.crm_user_for(ada, live)
    assert told is not None
    assert (told.pk, told.name == "Called otherwise") == (user.pk, False)


def test_trap_first_of_several_by_extension(connection: Connection, ada: Agent) -> None:
    """The first of two agents with one extension is not taken for the one who is called."""
    ada.organization.agents.create(name="Al Lane", extension="201")
    with pytest.raises(PortalError, match="2 agents have “201”"):
        resolve.agent_named("201", ada.organization)
