"""The organizations of the gallery, made by the portal's own services out of simulated CRMs.

One is new and empty, one is in order, one has every trouble there is, one is large. All of it is fictional.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from django.test import Client

from jackfield import CrmUser, discover
from jackfield.settings import deployment_fields, deployment_variable
from jackfield.simulation import running, serving
from jackfield_portal.api import services as tokens
from jackfield_portal.api.models import Scope
from jackfield_portal.checks import services as checks
from jackfield_portal.commands._demo_agents import demo_agents
from jackfield_portal.connections import links
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection
from jackfield_portal.events import services as webhooks
from jackfield_portal.events.models import EventType
from jackfield_portal.imports import services as imports
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.mapping import aliases, fallback
from jackfield_portal.mapping import services as mapping
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.notices import services as notices
from jackfield_portal.notices.models import Kind
from jackfield_portal.organizations import accounts, operators, people, second_factor, services, totp
from jackfield_portal.organizations.models import Identity, Membership, Role, User
from tests.browser.gallery.world import PASSWORD, World
from tests.portal.acme import GOOD_TOKEN, Server
from tests.portal.events.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from jackfield_portal.organizations.models import Organization

__all__ = ["prepare"]


def prepare(stack: ExitStack, url: str) -> World:
    """Make everything; simulators and receivers answer until the stack is closed."""
    making = _Making(stack, World(url=url))
    for part in (_new, _in_order, _in_trouble, _large, _saving, _outside):
        part(making)
    run_pending()
    return making.world


class _Making:
    """The world while it is being made."""

    def __init__(self, stack: ExitStack, world: World) -> None:
        self.stack, self.world = stack, world

    def name(self, **things: object) -> None:
        self.world.things.update({name: str(thing) for name, thing in things.items()})

    def organization(self, who: str, name: str, **more: str) -> Organization:
        member = services.create_organization(
            name=name, email=f"{who}@example.com", password=PASSWORD, person=f"{who.title()} Admin", **more
        )
        self.sign_in(who, member.user)
        return member.organization

    def sign_in(self, who: str, user: User) -> None:
        browser = Client()
        browser.force_login(user)
        self.world.sessions[who] = browser.session.session_key

    def simulated(self, platform: str, *, users: int = 60, scene: str = "") -> dict[str, str]:
        """The settings that lead to a simulated CRM, those of the deployment apart."""
        connector = discover()[platform]
        simulator = connector.simulator()
        assert simulator is not None
        options = simulator.options(users=users, knobs=simulator.scenes[scene] if scene else {})
        values = simulator.settings(self.stack.enter_context(running(simulator, options)), options)
        for name in deployment_fields(connector.settings_class):
            os.environ[deployment_variable(platform, name)] = values.pop(name)
        return values

    def acme(self, account: str) -> tuple[Server, dict[str, str]]:
        """An Acme of its own, whose account this is, with the settings that lead to it."""
        server = Server()
        server.account = account
        url = f"{self.stack.enter_context(serving(server))}/"
        return server, {"token": GOOD_TOKEN, "server": url, "pages": url}


def _connected(organization: Organization, platform: str, values: dict[str, str], name: str = "") -> Connection:
    """A connection, its check run, whatever that finds."""
    connection = connections.add(organization, platform)
    if name:
        connections.rename(connection, name)
    return _checked(connection, values)


def _checked(connection: Connection, values: dict[str, str] | None = None) -> Connection:
    if values is not None:
        connections.save_settings(connection, values)
    checks.start_one(connection)
    run_pending()
    connection.refresh_from_db()
    return connection


def _batch(connection: Connection) -> str:
    last = checks.last(connection)
    assert last is not None
    return str(last.batch)


def _new(making: _Making) -> None:
    """An organization in which nothing has been done."""
    organization = making.organization("new", "New Harbour Ltd")
    _member(making, organization, "look-new", "Lou Look")
    making.name(nobody="nobody")
    agents = making.organization("agents", "Agents Only Ltd")
    services.add_agent(agents, name="Al Agent", email="al@example.com", extension="201")


def _member(making: _Making, organization: Organization, who: str, name: str) -> User:
    user = User.objects.create_user(f"{who}@example.com", PASSWORD, name=name)
    Membership.objects.create(user=user, organization=organization, role=Role.READ_ONLY)
    making.sign_in(who, user)
    return user


def _in_order(making: _Making) -> None:
    """An organization that is set up, with everything that it can have."""
    organization = making.organization("admin", "Copper Kettle Telephony")
    user = organization.memberships.get().user
    operators.make_operator(user, operator=True)
    insightly = _connected(organization, "insightly", making.simulated("insightly"))
    run = imports.start(insightly, user)
    run_pending()
    _agents(organization, insightly)
    making.name(organization=organization.pk, insightly=insightly.pk, passed=_batch(insightly), applied=run.pk)
    _second_crm(making, organization)
    _third_crm(making, organization)
    _mapped(making, organization, insightly, user)
    _people(making, organization, user)
    _programs(making, organization, user)


def _agents(organization: Organization, connection: Connection) -> None:
    known = [
        CrmUser(id=user.crm_id, name=user.name, email=user.email or None, state=user.state, kind=user.kind)
        for user in connection.crm_users.all()
    ]
    for agent in demo_agents(known):
        services.add_agent(organization, name=agent.name, email=agent.email, extension=agent.extension, role=agent.role)


def _second_crm(making: _Making, organization: Organization) -> None:
    connection = _connected(organization, "connectwise", making.simulated("connectwise"))
    making.name(connectwise=connection.pk)


def _third_crm(making: _Making, organization: Organization) -> None:
    """In use, with settings before and settings that wait; a step of its check says that the account is elsewhere."""
    server, values = making.acme("copper-kettle")
    connection = _connected(organization, "acme", values)
    _checked(connection, {**values, "pages": "https://acme.example.com/kettle/"})
    server.elsewhere = making.acme("elsewhere")[1]["server"]
    _checked(connection)
    step = connection.check_runs.first().steps.get(step="sign_in")
    server.elsewhere = ""
    connections.save_settings(connection, {**values, "pages": "https://acme.example.com/copper/"})
    made = links.make(connection, values)
    making.name(acme=connection.pk, warned=_batch(connection), elsewhere=step.pk, link=made.link.pk, word=made.token)


def _mapped(making: _Making, organization: Organization, connection: Connection, by: User) -> None:
    mapping.save(connection, [], by=by, take_all_certain=True)
    first, second, third = Mapping.objects.filter(connection=connection).order_by("pk")[:3]
    batch = mapping.save(
        connection, [mapping.Wish(agent=first.agent_id, before=first.crm_user_id, after=None)], by=by
    ).batch
    assert batch is not None
    mapping.undo(batch, by=by)
    Mapping.objects.filter(pk=third.pk).update(pinned=True)
    services.set_active(second.agent, active=False)
    fallback.choose(connection, first.crm_user_id, by=by)
    aliases.confirm(organization, "phones.example.com", "example.com", by=by)
    making.name(agent=first.agent_id, left=second.agent_id)


def _people(making: _Making, organization: Organization, by: User) -> None:
    looker = _member(making, organization, "look", "Lou Look")
    _member(making, organization, "chris", "Chris Long-Name of the Department of Very Long Department Names")
    invited = people.invite(organization, "nia@example.com", Role.ADMINISTRATOR, by)
    known = people.invite(organization, "new@example.com", Role.READ_ONLY, by)
    making.name(member=looker.pk, invitation=invited.pk, invited=people.token_of(invited), known=people.token_of(known))


def _programs(making: _Making, organization: Organization, by: User) -> None:
    token, _word = tokens.make(organization, name="Telephony", scopes=list(Scope.values), by=by)
    tokens.make(organization, name="Wallboard", by=by)
    old, _word = tokens.make(organization, name="Old reports", by=by)
    tokens.revoke(old)
    types = list(EventType.values)
    heard = making.stack.enter_context(serving(Receiver()))
    deaf = making.stack.enter_context(serving(Receiver(answers=[500])))
    well, _secret = webhooks.add(organization, name="Ticket system", url=f"{heard}/hook", types=types, by=by)
    ill, _secret = webhooks.add(organization, name="Wallboard", url=f"{deaf}/hook", types=types[:2], by=by)
    off, _secret = webhooks.add(organization, name="Old reports", url="https://old.example.com/", types=types, by=by)
    webhooks.switch(off, active=False)
    for told in (well, ill):
        webhooks.test(told)
    run_pending()
    making.name(token=token.pk, webhook=well.pk, failing=ill.pk, off=off.pk, delivery=webhooks.deliveries_of(ill)[0].pk)


def _in_trouble(making: _Making) -> None:
    """An organization where something is to be done about each connection."""
    organization = making.organization("trouble", "Weather Vane Support")
    _failures(making, organization)
    _standing(making, organization)
    _imports(making)


def _failures(making: _Making, organization: Organization) -> None:
    wrong = {**making.simulated("insightly"), "api_key": "11111111-0000-4000-8000-000000000000"}
    refused = _connected(organization, "insightly", wrong, "Wrong key")
    lacking = _connected(
        organization, "insightly", making.simulated("insightly", scene="without:contact_lookup"), "Few rights"
    )
    server, values = making.acme("broken")
    broken = _connected(organization, "acme", values, "Broke last night")
    server.status = 503
    _checked(broken)
    making.name(refused=refused.pk, refused_batch=_batch(refused), lacking_batch=_batch(lacking), broken=broken.pk)
    begun = connections.add(organization, "insightly")
    lost = connections.add(organization, "partner")
    making.name(begun=begun.pk, lost=lost.pk)


def _standing(making: _Making, organization: Organization) -> None:
    named: dict[str, Callable[[Connection], None]] = {
        "paused": connections.pause,
        "deleted": lambda one: connections.delete(one, None),
        "gone": lambda one: Connection.objects.filter(pk=one.pk).update(platform="bygone"),
    }
    for name, act in named.items():
        connection = _connected(organization, "acme", making.acme(name)[1], f"{name.title()} for now")
        act(connection)
        making.name(**{name: connection.pk})
    twin = making.acme("twin")[1]
    _connected(organization, "acme", twin, "First of two")
    held = _connected(organization, "acme", {**twin, "server": making.acme("twin")[1]["server"]}, "Second of two")
    lapsed = _connected(organization, "connectwise", making.simulated("connectwise"))
    operators.change(organization, plan="starter")
    making.name(held=held.pk, held_batch=_batch(held), lapsed=lapsed.pk)


def _imports(making: _Making) -> None:
    """Imports that have failed, that wait for a word, and that nobody has decided about."""
    organization = making.organization("imports", "Quiet Mill Helpdesk")
    by = organization.memberships.get().user
    server, values = making.acme("imports")
    failing = _connected(organization, "acme", values, "Fails")
    server.body = b"<html>Down for maintenance</html>"
    failed = imports.start(failing, by)
    run_pending()
    slow_server, values = making.acme("slow")
    slow = _connected(organization, "acme", values, "Slow")
    slow_server.wait = 8
    shrunken = _connected(organization, "insightly", making.simulated("insightly"), "Shrunken")
    imports.start(shrunken, by)
    run_pending()
    _checked(shrunken, making.simulated("insightly", users=10))
    held = imports.start(shrunken, by)
    run_pending()
    looked = _connected(organization, "acme", making.acme("preview")[1], "Preview")
    preview = imports.start(looked, by, preview=True)
    run_pending()
    making.name(
        failed=failed.pk, fails=failing.pk, slow=slow.pk, shrunken=shrunken.pk, held_run=held.pk, preview=preview.pk
    )


def _large(making: _Making) -> None:
    """An organization with many of everything."""
    organization = making.organization("many", "Thousand Lines Exchange")
    by = organization.memberships.get().user
    connection = _connected(organization, "insightly", making.simulated("insightly", users=600))
    imports.start(connection)
    run_pending()
    for number in range(320):
        services.add_agent(
            organization,
            name=f"Agent {number:03} of the Night Shift",
            email=f"agent{number:03}.night-shift@support.thousand-lines.example.com",
            extension=str(2000 + number // 2),
            role="Agent",
        )
    for number in range(30):
        tokens.make(organization, name=f"Program {number}", by=by)
        notices.tell(
            organization, Kind.TOLD, f"Notice {number}", "Something was done, and this says what.", "/organization/"
        )
    for number in range(25):
        person = User.objects.create_user(f"person{number}@example.com", name=f"Person {number}")
        Membership.objects.create(user=person, organization=organization, role=Role.READ_ONLY)
    making.name(many=connection.pk)


def _saving(making: _Making) -> None:
    """An organization whose administrator is about to save mappings, and to turn on the second factor."""
    organization = making.organization("saving", "Saved Line Services")
    making.sign_in("guarding", organization.memberships.get().user)
    connection = _connected(organization, "insightly", making.simulated("insightly"))
    imports.start(connection)
    run_pending()
    _agents(organization, connection)


def _outside(making: _Making) -> None:
    """People who are not signed in yet, or belong to nobody."""
    guarded = _member(
        making, Membership.objects.get(user__email="admin@example.com").organization, "guarded", "Gil Guard"
    )
    secret = totp.new_secret()
    second_factor.turn_on(guarded, secret, totp.code(secret, int(time.time()) // 30))
    both = _member(making, Membership.objects.get(user=guarded).organization, "both", "Bo Both")
    Membership.objects.create(
        user=both, organization=Membership.objects.get(user__email="new@example.com").organization
    )
    lone = User.objects.create_user("lone@example.com", PASSWORD, name="Lee Lone")
    making.sign_in("lone", lone)
    single = User.objects.create_user("single@example.com", name="Sam Single")
    Identity.objects.create(user=single, issuer="http://127.0.0.1:1", subject="555")
    making.sign_in("single", single)
    making.name(new_password=accounts.link_for(lone, making.world.url))
    making.name(sign_in_link=accounts.sign_in_link(lone, making.world.url))
