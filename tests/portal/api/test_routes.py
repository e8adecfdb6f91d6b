"""Who may do what, walked over every route that the API has: a new one can't be forgotten here."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection as database
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from jackfield_portal.api import services as tokens
from jackfield_portal.api.models import Token
from jackfield_portal.checks.models import CheckRun, RunState
from jackfield_portal.connections import services as connections
from jackfield_portal.events import services as webhooks
from jackfield_portal.imports.models import CrmUser, ImportRun
from jackfield_portal.mapping import aliases
from jackfield_portal.mapping import services as mapping
from jackfield_portal.organizations.services import add_agent
from tests.portal.api.conftest import Program, program
from tests.support.rows import rows as all_rows
from tests.support.rows import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield_portal.connections.models import Connection
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db

WRITES = ("post", "put", "patch", "delete")


@dataclass(frozen=True, kw_only=True)
class Route:
    """An operation of the API: method, address with its parameters, the scope it says that it needs, its parameters."""

    method: str
    path: str
    scope: str
    query: tuple[str, ...]
    writes: bool

    @property
    def name(self) -> str:
        """As tests tell of it."""
        return f"{self.method} {self.path}"


def routes() -> list[Route]:
    """Every operation of the OpenAPI document."""
    document = Client().get("/api/openapi.json").json()
    return [
        Route(
            method=method,
            path=path.removeprefix("/api/v1"),
            scope=told["x-jackfield-scope"],
            query=tuple(one["name"] for one in told.get("parameters", ()) if one["in"] == "query"),
            writes=method in WRITES,
        )
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


@dataclass(frozen=True, kw_only=True)
class World:
    """Ids of one organization, as addresses and bodies name them."""

    ids: dict[str, str]

    def path(self, route: Route) -> str:
        """The route's address; a parameter that is new to this test is a KeyError: say what it names."""
        queries = {
            "number": "+12125550123",
            "kind": "contact",
            "id": self.ids["agent_id"],
            "q": "a",
            "which": "all",
            "limit": "10",
            "preview": "true",
            "group": "new",
            "alias": "one.example.com",
            "domain": "two.example.com",
            "since": "2026-01-01",
        }
        sent = "&".join(f"{name}={queries[name].replace('+', '%2B')}" for name in route.query if name in queries)
        if route.path.endswith("/resolve"):
            sent = f"id={self.ids['agent_id']}"
        return re.sub(r"\{(\w+)\}", lambda found: self.ids[found[1]], route.path) + (f"?{sent}" if sent else "")

    def body(self, route: Route) -> Any:
        """The body of a write; a write that is new to this test is a KeyError: say what it takes."""
        if not route.writes:
            return None
        choices = [{"agent": self.ids["agent_id"], "crm_user": None}]
        settled = [{"agent": self.ids["agent_id"], "will": "nobody"}]
        hook = {"name": "One more", "url": "https://hook.example.com/", "types": ["import.held"]}
        return {
            "post /connections": {"platform": "acme", "name": "One more"},
            "patch /connections/{connection_id}": {"name": "Other"},
            "delete /connections/{connection_id}": None,
            "post /connections/{connection_id}/pause": None,
            "post /connections/{connection_id}/resume": None,
            "put /connections/{connection_id}/settings": {"values": {"pages": "https://other.example.com/"}},
            "post /connections/{connection_id}/settings/roll-back": None,
            "post /connections/{connection_id}/settings/discard": None,
            "post /connections/{connection_id}/settings/accept": None,
            "post /connections/{connection_id}/secret-links": {},
            "put /connections/{connection_id}/check-rhythm": {"hours": 1},
            "post /deleted-connections/{deleted_id}/restore": None,
            "delete /deleted-connections/{deleted_id}": None,
            "post /checks": None,
            "post /connections/{connection_id}/checks": None,
            "post /connections/{connection_id}/imports": None,
            "post /imports/{import_id}/decision": {"word": "discard"},
            "post /imports/{import_id}/cancel": None,
            "put /connections/{connection_id}/import-rhythm": {"rhythm": "hourly"},
            "put /import-limit": {"percent": 35},
            "post /agents": {"name": "One more"},
            "patch /agents/{agent_id}": {"name": "Other"},
            "post /connections/{connection_id}/mappings": {"choices": choices},
            "post /mappings/undo": {"batch": self.ids["batch"]},
            "post /connections/{connection_id}/mappings/together": {"action": "pin", "agents": [self.ids["agent_id"]]},
            "post /connections/{connection_id}/leavers": {"choices": settled},
            "put /connections/{connection_id}/fallback-owner": {"crm_user": "u1"},
            "post /aliases": {"alias": "one.example.com", "domain": "two.example.com"},
            "delete /aliases/{alias}": None,
            "post /webhooks": hook,
            "patch /webhooks/{webhook_id}": {"name": "Other"},
            "delete /webhooks/{webhook_id}": None,
            "post /webhooks/{webhook_id}/secret": None,
            "post /webhooks/{webhook_id}/test": None,
            "post /webhooks/{webhook_id}/deliveries/{delivery_id}/again": None,
        }[route.name]

    def marks(self) -> list[str]:
        """What tells of this organization, wherever it is shown."""
        return ["Secretive", *(found for name, found in self.ids.items() if name not in {"platform", "crm_id"})]


@pytest.fixture
def world(live: Connection, acme: Acme) -> World:
    """An organization with something of everything."""
    organization = live.organization
    organization.name, live.name = "Secretive Ltd", "Secretive CRM"
    organization.save()
    live.save()
    now, agent = timezone.now(), add_agent(organization, name="Secretive agent")
    user = CrmUser.objects.create(connection=live, crm_id="u1", name="Secretive user", first_seen=now, last_seen=now)
    batch = mapping.save(live, [mapping.Wish(agent=agent.id, before=None, after=user.pk)]).batch
    held = ImportRun.objects.create(connection=live, state="held", hold_reason="Secretive doubt")
    check = CheckRun.objects.create(batch=uuid.uuid4(), connection=live, state=RunState.PASSED, finished=now)
    assert batch is not None
    deleted = connections.add(organization, "acme")
    connections.delete(deleted)
    aliases.confirm(organization, "secretive.example.com", "example.com")
    address = "https://secretive.example.com/"
    webhook, _secret = webhooks.add(organization, name="Secretive hook", url=address, types=["mapping.changed"])
    ids = {
        "connection_id": live.pk,
        "agent_id": agent.pk,
        "check_id": check.pk,
        "import_id": held.pk,
        "batch": batch.pk,
        "deleted_id": deleted.pk,
        "webhook_id": webhook.pk,
        "delivery_id": webhooks.test(webhook).pk,
        "alias": "secretive.example.com",
    }
    return World(ids={**{name: str(key) for name, key in ids.items()}, "platform": "acme", "crm_id": "u1"})


def nowhere(world: World) -> World:
    """The same with ids that nothing has."""
    return World(ids={**{name: str(uuid.uuid4()) for name in world.ids}, "platform": "acme", "crm_id": "u1"})


def rows() -> set[str]:
    """Every row of the database, but a token's last use and its count, and what SQLite counts for itself."""
    not_data = ("api_token", "portal_counts", "sqlite_sequence")
    return {line for line in all_rows(database) if not any(word in line for word in not_data)}


def visits(world: World, who: Program | None) -> Iterator[tuple[Route, Any, set[str], set[str]]]:
    """Each route, from the same state: its answer, and the rows that went and came."""
    before = rows()
    for route in routes():
        with transaction.atomic():
            count = written(database)
            if who is None:
                browser = Client()
                answer = getattr(browser, route.method)(f"/api/v1{world.path(route)}")
            else:
                answer = who.ask(route.method, world.path(route), world.body(route))
            after = before if written(database) == count else rows()
            transaction.set_rollback(True)
        yield route, answer, before - after, after - before


def test_every_route_is_walked(world: World) -> None:
    """What the URL configuration knows below /api/v1 is what the document names, and each has a known scope."""
    known = {
        "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern)).removeprefix("v1/")
        for pattern in get_resolver().namespace_dict["rest"][1].url_patterns
        if str(pattern.pattern).startswith("v1/")
    }
    assert known == {route.path for route in routes()}
    assert {route.scope for route in routes()} == {"read", "map", "manage"}
    assert [route.name for route in routes() if route.writes == (route.scope == "read")] == []


def test_without_a_token_nothing_opens(world: World, elsewhere: Program, portal: Client) -> None:
    """Neither without one, nor with one that was revoked, has expired or is made up, nor in a session."""
    tokens.revoke(elsewhere.token)
    late = program(elsewhere.token.organization, "map", "manage")
    Token.objects.filter(pk=late.token.pk).update(expires=timezone.now() - timedelta(seconds=1))
    for who in (None, elsewhere, late, Program(late.token, "jft_guess")):
        for route, answer, went, came in visits(world, who):
            assert (route.name, answer.status_code, went, came) == (route.name, 401, set(), set())
            assert (answer.json()["code"], answer["WWW-Authenticate"][:6]) == ("unauthenticated", "Bearer")
    assert portal.get("/api/v1/agents").status_code == 401


@pytest.mark.parametrize("scopes", [(), ("map",), ("manage",)])
def test_scope_is_needed(world: World, live: Connection, scopes: tuple[str, ...]) -> None:
    """A route answers a token that has its scope, and no other; whoever is refused changes nothing."""
    who = program(live.organization, *scopes)
    for route, answer, went, came in visits(world, who):
        if route.scope in {"read", *scopes}:
            assert (route.name, answer.status_code in {401, 403, 404}) == (route.name, False)
            assert (route.name, route.writes or (went, came) == (set(), set())) == (route.name, True)
        else:
            assert (route.name, answer.status_code, went, came) == (route.name, 403, set(), set())
            assert (answer.json()["code"], route.scope in answer.json()["detail"]) == ("scope_missing", True)


def test_everything_does_something(world: World, manager: Program) -> None:
    """With all scopes each route answers with success, or with a refusal that says why."""
    refused = {
        "post /imports/{import_id}/cancel": 200,
        "get /connections/{connection_id}/contacts": 422,  # Acme looks up no numbers
        "post /connections/{connection_id}/settings/roll-back": 409,  # nothing waits, and nothing was before
        "post /connections/{connection_id}/settings/discard": 409,
        "post /connections/{connection_id}/settings/accept": 409,
    }
    for route, answer, _went, _came in visits(world, manager):
        expected = refused.get(route.name)
        fits = answer.status_code == expected if expected else answer.status_code < 300
        assert (route.name, answer.status_code, fits) == (route.name, answer.status_code, True), answer.content


def test_foreign_ids_are_like_none(world: World, elsewhere: Program) -> None:
    """What belongs to others is neither shown nor named nor changed, and nobody learns anything by guessing."""
    none = nowhere(world)
    pairs = zip(visits(world, elsewhere), visits(none, elsewhere), strict=True)
    for (route, foreign, went, came), (_route, unknown, *_rest) in pairs:
        told = [mark for mark in world.marks() if mark in foreign.content.decode() + str(foreign.headers)]
        assert (route.name, went, told) == (route.name, set(), [])
        assert [row for row in came if any(mark in row or mark.replace("-", "") in row for mark in world.marks())] == []
        assert (route.name, plain(foreign)) == (route.name, plain(unknown))
        if "_id}" in route.path or "undo" in route.path:
            assert (route.name, foreign.status_code) == (route.name, 404)


def test_foreign_ids_in_bodies_are_like_none(world: World, elsewhere: Program) -> None:
    """A foreign agent or CRM user can't be put into a mapping of one's own."""
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.models import Mapping

    own = Connection.objects.create(organization=elsewhere.token.organization, platform="acme", state="live")
    agent = add_agent(elsewhere.token.organization, name="Al")
    for chosen in (
        {"agent": str(agent.pk), "crm_user": "u1"},
        {"agent": world.ids["agent_id"], "crm_user": None},
        {"agent": world.ids["agent_id"], "crm_user": None, "before": None},
    ):
        elsewhere.ask("post", f"/connections/{own.pk}/mappings", {"choices": [chosen]})
    assert [found.connection_id for found in Mapping.objects.all()] == [uuid.UUID(world.ids["connection_id"])]


def test_every_problem_is_one(world: World, elsewhere: Program) -> None:
    """Each refusal is a problem document with code, title, status, detail and remedy, and is kept by no cache."""
    for _route, answer, *_rest in visits(nowhere(world), elsewhere):
        assert answer["Cache-Control"] == "no-store"
        if answer.status_code >= 400:
            told = answer.json()
            assert answer["Content-Type"] == "application/problem+json"
            assert {"type", "title", "status", "detail", "code", "kind", "remedy"} <= told.keys()
            assert told["status"] == answer.status_code


def plain(answer: Any) -> tuple[int, str]:
    """Status and content, without ids and times that are new each time."""
    text = json.dumps(answer.json(), sort_keys=True) if answer.content else ""
    text = re.sub(r"whsec_[\w+/=]+", "", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "", text)
    return answer.status_code, re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "", text)
