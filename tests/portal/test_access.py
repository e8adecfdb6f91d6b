"""Who may do what, walked over every address of the URL configuration: a new one can't be forgotten here."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection as database
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from jackfield.checks import Account
from jackfield_portal.api import services as tokens
from jackfield_portal.checks.models import CheckRun, RunState, StepRun
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection, SecretLink
from jackfield_portal.events import services as webhooks
from jackfield_portal.imports.models import CrmUser, ImportRun, StagedUser
from jackfield_portal.mapping import services as mapping
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.notices.models import Notice
from jackfield_portal.organizations import people
from jackfield_portal.organizations.services import add_agent
from tests.support.rows import rows as all_rows
from tests.support.rows import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from jackfield_portal.organizations.models import Membership, User

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
READING = METHODS[:3]
#: What needs no sign-in: the ways in, and the page of whoever was sent a link to it.
OPEN = {
    "organizations:sign-in",
    "organizations:set-up",
    "organizations:second-step",
    "organizations:sso",
    "organizations:sso-back",
    "organizations:forgotten",
    "organizations:new-password",
    "organizations:sign-in-link",
    "organizations:accept",
    "organizations:language",
    "connections:enter",
    "notices:bell",
}
#: What everybody changes of himself, whatever he is in an organization.
ACCOUNT = {
    "organizations:change-password",
    "organizations:turn-on",
    "organizations:turn-off",
    "organizations:recovery-codes",
    "organizations:sign-out-elsewhere",
}
#: What is the operator's alone.
OPERATORS = {"organizations:operator", "organizations:add-organization", "organizations:change-organization"}
#: What is not there unless the operator switches it on, and then asks for a token of its own.
HIDDEN = {"observability:metrics"}
#: Has no pages and knows no sessions; its own test walks it (tests/portal/api/test_routes.py).
REST = "rest"
#: A POST that leads on, or changes the visitor's own session or mark only, which everybody may.
OWN = {"organizations:sign-in", "organizations:sign-out", "web:home", "notices:read"}


@dataclass(frozen=True, kw_only=True)
class World:
    """An organization with something of everything; ``ids`` are what addresses name, ``form`` what forms name."""

    administrator: User
    onlooker: User
    stranger: User
    ids: dict[str, Any]
    form: dict[str, Any]

    def nowhere(self) -> World:
        """The same with ids that nothing has."""
        ids = {name: uuid.uuid4() for name in self.ids} | {"token": "guess", "uidb64": "guess", "step_id": 0}
        agent = uuid.uuid4()
        form = {
            "connection": str(uuid.uuid4()),
            "batch": str(uuid.uuid4()),
            f"agent-{agent}": "987654",
            f"was-{agent}": "",
        }
        return World(**{**vars(self), "ids": ids, "form": {**self.form_of_nobody, **form}})

    @property
    def form_of_nobody(self) -> dict[str, Any]:
        hook = {"url": "https://taken.example.com/", "types": "import.held", "scopes": "manage", "lasts": "30"}
        return {
            "word": "apply",
            "platform": "acme",
            "name": "Taken",
            "q": "",
            "take_all": "1",
            "format": "json",
            **hook,
            "email": "taken@example.com",
            "role": "administrator",
            "text": "name\nTaken\n",
        }

    @property
    def marks(self) -> list[str]:
        """What tells of this organization, wherever it is shown."""
        return [
            "Secretive",
            *(uuid.UUID(str(found)).hex for found in (*self.ids.values(), self.form["batch"]) if _is_id(found)),
        ]


def _is_id(found: object) -> bool:
    return bool(re.fullmatch(r"[0-9a-f-]{36}", str(found)))


@pytest.fixture
def world(administrator: Membership, onlooker: Client, stranger: Client) -> World:
    """The organization, and who looks at it."""
    from jackfield_portal.organizations.models import User

    organization = administrator.organization
    organization.name = "Secretive Ltd"
    organization.save()
    connection = connections.add(organization, "acme")
    connections.rename(connection, "Secretive CRM")
    address = "https://secretive.example.com/"
    saved = connections.save_settings(connection, {"token": "token-555", "server": address, "pages": address})
    connections.promote(saved.version, Account(name="Secretive account"))
    now, agent = timezone.now(), add_agent(organization, name="Secretive agent")
    user = CrmUser.objects.create(
        connection=connection, crm_id="u1", name="Secretive user", first_seen=now, last_seen=now
    )
    batch = mapping.save(connection, [mapping.Wish(agent=agent.id, before=None, after=user.pk)]).batch
    other = add_agent(organization, name="Secretive second agent")
    run = ImportRun.objects.create(connection=connection, state="held", hold_reason="Secretive doubt")
    StagedUser.objects.create(run=run, crm_id="u2", name="Secretive staged user")
    check = CheckRun.objects.create(
        batch=uuid.uuid4(), connection=connection, version=saved.version, state=RunState.PASSED, finished=now
    )
    step = StepRun.objects.create(run=check, position=0, step="reach", state="warned", elsewhere=address)
    link = SecretLink.objects.create(connection=connection, token_hash="0" * 64, expires=now + timedelta(minutes=30))
    Notice.objects.create(organization=organization, title="Secretive news")
    assert batch is not None
    token, _word = tokens.make(organization, name="Secretive program")
    webhook, _secret = webhooks.add(
        organization, name="Secretive hook", url="https://secretive.example.com/", types=["mapping.changed"]
    )
    delivery = webhooks.test(webhook)
    ids = {
        "connection_id": connection.id,
        "agent_id": agent.id,
        "run_id": run.pk,
        "batch": check.batch,
        "token": "guess",
        "token_id": token.pk,
        "subscription_id": webhook.pk,
        "delivery_id": delivery.pk,
        "step_id": step.pk,
        "link_id": link.pk,
        "uidb64": "guess",
        "organization_id": organization.id,
        "user_id": onlooker.session["_auth_user_id"],
        "invitation_id": people.invite(organization, "secretive@example.com", "read_only").pk,
    }
    form = {
        "connection": str(connection.id),
        "batch": str(batch.pk),
        f"agent-{other.id}": str(user.pk),
        f"was-{other.id}": "",
    }
    found = {name: User.objects.get(email=f"{name}@example.com") for name in ("admin", "look", "other")}
    world = World(administrator=found["admin"], onlooker=found["look"], stranger=found["other"], ids=ids, form=form)
    return World(**{**vars(world), "form": {**world.form_of_nobody, **form}})


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Name and path of every address; a parameter that is new to this test is a KeyError: say what it names."""
    for app, resolver in get_resolver().namespace_dict.items():
        for pattern in () if app == REST else resolver[1].url_patterns:
            assert isinstance(pattern, URLPattern), "a part within a part: have this test walk it, too"
            name = f"{app}:{pattern.name}"
            yield name, reverse(name, kwargs={key: world.ids[key] for key in pattern.pattern.converters})


def rows() -> set[str]:
    """Every row of the database; without sessions, that somebody has left, and what is counted, as guesses are."""
    not_data = ("django_session", "person.signed_out", "portal_counts", "sqlite_sequence")
    return {line for line in all_rows(database) if not any(word in line for word in not_data)}


def visits(
    world: World, user: User | None, methods: tuple[str, ...] = METHODS, *, csrf: bool = False
) -> Iterator[tuple[str, str, HttpResponse, set[str], set[str]]]:
    """Each address by each method, as this user, from the same state: name, method, answer, rows that went and came."""
    signed_in = Client()
    if user is not None:
        signed_in.force_login(user)
    before = rows()
    for name, path in addresses(world):
        for method in methods:
            with transaction.atomic():
                browser = Client(enforce_csrf_checks=csrf)
                browser.cookies.load(signed_in.cookies)
                count = written(database)
                answer = asked(browser, world, path, method)
                after = before if written(database) == count else rows()
                transaction.set_rollback(True)
            yield name, method, answer, before - after, after - before


def asked(browser: Client, world: World, path: str, method: str) -> HttpResponse:
    if method in {"GET", "HEAD"}:
        query = {"connection": world.form["connection"], "edit": world.form["connection"]}
        return browser.generic(method, path, query_params=query)
    if method == "POST":
        return browser.post(path, world.form)
    return browser.generic(method, path)


def test_every_address_is_walked(world: World) -> None:
    """All that the URL configuration knows stands in one of its parts."""
    parts = {name.partition(":")[0] for name, _path in addresses(world)}
    walked = {"web", "organizations", "connections", "checks", "notices", "imports", "mapping", "observability"}
    assert parts == walked | {"audit", "events", "tokens"}
    assert get_resolver().namespace_dict.keys() == parts | {REST}
    assert [found for found in get_resolver().url_patterns if isinstance(found, URLPattern)] == []


def test_nobody_is_led_to_sign_in(world: World) -> None:
    """Whoever is not signed in is asked to, by every address and method, and changes nothing."""
    for name, method, answer, went, came in visits(world, None):
        assert (name, method, [row for row in went | came if not own(None, name, row)]) == (name, method, [])
        if name in HIDDEN:
            assert (name, method, answer.status_code) == (name, method, 404 if method in {"GET", "HEAD"} else 405)
        elif name not in OPEN:
            assert (name, method, answer.status_code) == (name, method, 302)
            assert answer["Location"].startswith(reverse("organizations:sign-in") + "?next=/")


def test_reading_changes_nothing(world: World) -> None:
    """No GET, HEAD or OPTIONS changes a row, not even for an administrator."""
    for name, method, answer, went, came in visits(world, world.administrator, READING):
        assert (name, method, answer.status_code < 500, went, came) == (name, method, True, set(), set())


def test_read_only_member_changes_nothing(world: World) -> None:
    """A read-only member is refused whatever would change something, in a sentence that names whom to ask."""
    for name, method, answer, went, came in visits(world, world.onlooker):
        assert (name, method, [row for row in went | came if not own(world.onlooker, name, row)]) == (name, method, [])
        if method not in READING and name not in OPEN | OWN | ACCOUNT:
            assert (name, method, answer.status_code in {403, 405}) == (name, method, True)


def test_administrator_of_another_organization_finds_nothing(world: World) -> None:
    """What belongs to others is neither shown nor named, and no row of theirs goes, changes or is pointed to."""
    for name, method, answer, went, came in visits(world, world.stranger):
        page = re.sub(r"(?<=[0-9a-f])-(?=[0-9a-f])", "", answer.content.decode() + str(answer.headers))
        told = [mark for mark in world.marks if mark in without_own_words(world, page)]
        gone = [row for row in went if not own(world.stranger, name, row)]
        assert (name, method, gone, told) == (name, method, [], [])
        assert [row for row in came if any(mark in row for mark in world.marks)] == []


def test_foreign_ids_are_like_none(world: World) -> None:
    """An id of another organization is answered like one that nothing has: nobody learns anything by guessing."""
    nowhere = world.nowhere()
    pairs = zip(visits(world, world.stranger), visits(nowhere, nowhere.stranger), strict=True)
    for (name, method, foreign, *_), (_name, _method, none, *_) in pairs:
        if name in ACCOUNT | {"organizations:invite"}:  # they name no id, and show something new each time
            continue
        assert (name, method, plain(world, foreign)) == (name, method, plain(nowhere, none))
        if name in OPERATORS:
            assert (name, method, foreign.status_code in {403, 405}) == (name, method, True)
        elif "<uuid" in str(foreign.resolver_match.route) and name not in {
            "checks:show",
            "checks:progress",
            "connections:enter",
        }:
            assert (name, method, foreign.status_code in {404, 405}) == (name, method, True)


def test_own_form_takes_no_foreign_person(world: World) -> None:
    """Into the mapping of one's own connection, neither a foreign agent nor a foreign CRM user can be put."""
    own = world.stranger.memberships.get().organization
    connection = Connection.objects.create(organization=own, platform="acme", state="live")
    agent = add_agent(own, name="Al Agent")
    browser = Client()
    browser.force_login(world.stranger)
    user = CrmUser.objects.get().pk
    for who, was, becomes in ((agent.id, "", user), (world.ids["agent_id"], user, ""), (world.ids["agent_id"], "", "")):
        form = {"connection": connection.id, f"was-{who}": was, f"agent-{who}": becomes}
        browser.post(reverse("mapping:save"), form)
    assert [found.connection_id for found in Mapping.objects.all()] == [world.ids["connection_id"]]


def test_forms_from_elsewhere_change_nothing(world: World) -> None:
    """Whatever changes something needs the portal's own mark, sign-in and set-up too."""
    for user in (None, world.administrator):
        for name, method, answer, went, came in visits(world, user, METHODS[3:], csrf=True):
            assert (name, method, answer.status_code, went, came) == (name, method, 403, set(), set())


def test_every_answer_is_locked(world: World) -> None:
    """Each page, refusal and redirect: no inline code, nothing from outside, no frame, no guessed type, no referrer."""
    for user in (None, world.administrator, world.stranger):
        for name, method, answer, *_ in visits(world, user, ("GET", "POST", "DELETE")):
            policy = answer["Content-Security-Policy"]
            said = (answer["X-Content-Type-Options"], answer["X-Frame-Options"], answer["Referrer-Policy"])
            referrer = "no-referrer" if name == "connections:enter" else "same-origin"
            assert (name, method, said) == (name, method, ("nosniff", "DENY", referrer))
            assert (
                "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
            )
            assert [word for word in ("unsafe", "http", "*") if word in policy] == []
            inline = r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:"
            assert (name, method, re.findall(inline, answer.content.decode())) == (name, method, [])


def test_operator_sees_no_organization_from_within(world: World) -> None:
    """Who runs the installation learns an organization's name and no more, and changes nothing inside it."""
    world.stranger.is_operator = True
    world.stranger.save()
    for name, method, answer, went, _came in visits(world, world.stranger):
        page = re.sub(r"(?<=[0-9a-f])-(?=[0-9a-f])", "", answer.content.decode() + str(answer.headers))
        page = page.replace("Secretive Ltd", "").replace(world.ids["organization_id"].hex, "")
        told = [mark for mark in world.marks if mark in without_own_words(world, page)]
        changed = [row for row in went if not own(world.stranger, name, row)]
        assert (name, method, told) == (name, method, [])
        if name == "organizations:change-organization":
            changed = [row for row in changed if "organizations_organization" not in row]
        assert (name, method, changed) == (name, method, [])


def own(user: User | None, name: str, row: str) -> bool:
    """Whether a row is the visitor's own, at an address by which he changes himself, or the job that sends a mail."""
    if name == "organizations:forgotten":
        return "organizations.password_link" in row
    return user is not None and name in ACCOUNT and user.pk.hex in row.replace("-", "")


def without_own_words(world: World, page: str) -> str:
    """The page without what the visitor himself has sent with his request, as the address of a form."""
    return page.replace(world.form["connection"].replace("-", ""), "")


def plain(world: World, answer: HttpResponse) -> tuple[int, str]:
    """Status and content, without what is different each time."""
    text = re.sub(r'csrf[a-z]*" value="\w+"|"X-CSRFToken": "\w+"', "", answer.content.decode())
    for sent in (*world.ids.values(), *world.form, *world.form.values()):
        if len(str(sent)) > len("987654"):
            text = text.replace(str(sent), "")
    text = re.sub(r"jft_[\w-]+|whsec_[\w+/=]+", "", text)
    made = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    return answer.status_code, re.sub(made, "", text)
