"""By REST as in the portal: previews and their groups, suggestions page by page, leavers, fallback owner, aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from jackfield_portal.imports.models import CrmUser, StagedUser
from jackfield_portal.jobs.services import run_pending
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.organizations.services import add_agent, set_active

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Agent
    from tests.portal.api.conftest import Program
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db


def known_user(connection: Connection, number: int, **values: Any) -> CrmUser:
    now, who = timezone.now(), {"crm_id": f"c{number}", "name": f"User {number}", "state": "active"}
    return CrmUser.objects.create(connection=connection, first_seen=now, last_seen=now, **{**who, **values})


def pair(connection: Connection, number: int) -> tuple[Agent, CrmUser]:
    """An agent and the CRM user whom he is mapped to."""
    agent, user = add_agent(connection.organization, name=f"Agent {number}"), known_user(connection, number)
    Mapping.objects.create(agent=agent, connection=connection, crm_user=user)
    return agent, user


def test_a_preview_is_read_and_confirmed(manager: Program, live: Connection, acme: Acme) -> None:
    """What the preview has read is told group by group, and applied without asking the CRM again."""
    begun = manager.ask("post", f"/connections/{live.pk}/imports?preview=true").json()
    run_pending()
    path = f"/imports/{begun['id']}"
    held = manager.get(path)
    assert (held["state"], held["preview"], held["counts"]["new"], CrmUser.objects.count()) == ("held", True, 3, 0)
    assert {"without_email", "suspicious"} <= held["counts"].keys()
    first = manager.get(f"{path}/users", limit=2)
    rest = manager.get(f"{path}/users", limit=2, cursor=first["next"])
    names = [one["name"] for one in first["items"] + rest["items"]]
    assert (names, rest["next"]) == (list(StagedUser.objects.order_by("pk").values_list("name", flat=True)), None)
    asked = len(acme.server.seen)
    done = manager.ask("post", f"{path}/decision", {"word": "apply"}).json()
    assert (done["state"], CrmUser.objects.count(), len(acme.server.seen)) == ("applied", 3, asked)
    assert sorted(one["name"] for one in manager.get(f"{path}/users")["items"]) == sorted(names)


def test_without_a_word_the_first_import_is_applied(manager: Program, live: Connection) -> None:
    """Whoever calls has decided; groups that an applied import does not keep are refused in words."""
    begun = manager.ask("post", f"/connections/{live.pk}/imports").json()
    run_pending()
    assert (manager.get(f"/imports/{begun['id']}")["state"], CrmUser.objects.count()) == ("applied", 3)
    answer = manager.ask("get", f"/imports/{begun['id']}/users?group=unchanged")
    assert (answer.status_code, answer.json()["detail"]) == (409, "This import has no such group.")


def test_the_limit_is_the_organizations(manager: Program, elsewhere: Program) -> None:
    """Each organization has its own share, and no more than all may be missing."""
    assert manager.ask("put", "/import-limit", {"percent": 35}).json() == {"percent": 35}
    assert (manager.get("/import-limit"), elsewhere.get("/import-limit")) == ({"percent": 35}, {"percent": 20})
    assert manager.ask("put", "/import-limit", {"percent": 101}).status_code == 422


def test_suggestions_come_in_pages(manager: Program, live: Connection) -> None:
    """All pages together are all suggestions, each once; what is taken meanwhile leaves no gap."""
    agents = [add_agent(live.organization, name=f"A {n}", email=f"a{n}@example.com") for n in range(7)]
    users = [known_user(live, n, email=f"a{n}@example.com") for n in range(7)]
    path, seen, cursor = f"/connections/{live.pk}/suggestions", [], ""
    while cursor is not None:
        some = manager.get(path, limit=3, cursor=cursor)
        seen, cursor = seen + some["items"], some["next"]
        taken = agents.index(next(one for one in agents if str(one.pk) == some["items"][0]["agent"]))
        Mapping.objects.create(agent=agents[taken], connection=live, crm_user=users[taken])
    wanted = {str(agent.pk): [user.crm_id] for agent, user in zip(agents, users, strict=True)}
    assert ({one["agent"]: one["crm_users"] for one in seen}, len(seen)) == (wanted, 7)
    assert {one["certainty"] for one in seen} == {"certain"}


def test_nonsense_is_no_cursor(manager: Program, live: Connection) -> None:
    """A cursor of another list is refused, not taken for the first page."""
    other = manager.ask("get", f"/connections/{live.pk}/suggestions?cursor=WyIiLCAibm9uZSJd")
    assert (other.status_code, other.json()["code"]) == (422, "invalid_request")


def test_leavers_are_handed_over(manager: Program, live: Connection) -> None:
    """The CRM user of an agent who left goes to an heir, a user who left is replaced, and one save undoes both."""
    (left, his), (stays, gone) = pair(live, 1), pair(live, 2)
    heir, other = add_agent(live.organization, name="Heir"), known_user(live, 3)
    set_active(left, active=False)
    CrmUser.objects.filter(pk=gone.pk).update(gone_at=timezone.now())
    path = f"/connections/{live.pk}/leavers"
    told = {one["agent"]["name"]: one["heirs"] for one in manager.get(path)["items"]}
    assert told == {"Agent 1": "agents", "Agent 2": "users"}
    assert manager.get(f"/connections/{live.pk}/coverage")["leavers"] == 2
    choices = [
        {"agent": str(left.pk), "will": "heir", "heir_agent": str(heir.pk)},
        {"agent": str(stays.pk), "will": "heir", "heir_user": other.crm_id},
    ]
    saved = manager.ask("post", path, {"choices": choices}).json()
    assert dict(Mapping.objects.values_list("agent_id", "crm_user_id")) == {heir.pk: his.pk, stays.pk: other.pk}
    manager.ask("post", "/mappings/undo", {"batch": saved["batch"]})
    assert dict(Mapping.objects.values_list("agent_id", "crm_user_id")) == {left.pk: his.pk, stays.pk: gone.pk}


def test_the_history_of_a_row_is_told(manager: Program, live: Connection) -> None:
    """Each save with what stands in the way of undoing it, and each change of an agent's row with its reason."""
    agent, users = add_agent(live.organization, name="Al"), [known_user(live, n) for n in (1, 2)]
    path = f"/connections/{live.pk}/mappings"
    for user in users:
        manager.ask("post", path, {"choices": [{"agent": str(agent.pk), "crm_user": user.crm_id}]})
    hindrances = [one["hindrance"] for one in manager.get("/batches")["items"]]
    changes = manager.get(f"/agents/{agent.pk}/history")["items"]
    assert hindrances == [None, "changed later: Al"]
    assert [(one["before"], one["after"]) for one in changes] == [("User 1", "User 2"), (None, "User 1")]
    assert {one["why"] for one in changes} == {"chosen by hand"}


def test_rows_are_pinned_together(manager: Program, live: Connection) -> None:
    """What is pinned is left as it is when all are cleared."""
    (first, _), (second, _) = pair(live, 1), pair(live, 2)
    path = f"/connections/{live.pk}/mappings"
    assert manager.ask("post", f"{path}/together", {"action": "pin", "agents": [str(first.pk)]}).json()["changed"] == 1
    everybody = {"action": "clear", "agents": [str(first.pk), str(second.pk)]}
    done = manager.ask("post", f"{path}/together", everybody).json()
    assert {name: done[name] for name in ("changed", "pinned", "rest")} == {"changed": 1, "pinned": 1, "rest": 0}
    assert [(one["agent"], one["pinned"]) for one in manager.get(path)["items"]] == [(str(first.pk), True)]


def test_what_is_suggested_is_taken_together(manager: Program, live: Connection) -> None:
    """For the agents who are named, and for no other."""
    agents = [add_agent(live.organization, name=f"A {n}", email=f"a{n}@example.com") for n in range(2)]
    for number in range(2):
        known_user(live, number, email=f"a{number}@example.com")
    body = {"action": "take", "agents": [str(agents[0].pk)]}
    manager.ask("post", f"/connections/{live.pk}/mappings/together", body)
    assert list(Mapping.objects.values_list("agent", flat=True)) == [agents[0].pk]


def test_the_fallback_owner_is_chosen(manager: Program, live: Connection) -> None:
    """By his id in the CRM, null for nobody; the answer says what that means."""
    known_user(live, 1)
    path = f"/connections/{live.pk}/fallback-owner"
    chosen = manager.ask("put", path, {"crm_user": "c1"}).json()
    assert (chosen["crm_user"]["name"], "will be logged under User 1" in chosen["consequence"]) == ("User 1", True)
    assert manager.get(path) == chosen
    assert manager.ask("put", path, {"crm_user": None}).json()["crm_user"] is None
    assert manager.ask("put", path, {"crm_user": "nobody"}).status_code == 404


def test_an_alias_is_tried_confirmed_and_removed(manager: Program, live: Connection) -> None:
    """What it would bring is told first; a domain that is none is refused with what to do."""
    add_agent(live.organization, name="Ada", email="ada@old.example.com")
    known_user(live, 1, email="ada@example.com")
    gains = manager.get("/alias-preview", alias="old.example.com", domain="example.com")
    assert gains == [{"connection": str(live.pk), "certain": 1, "conflicts": 0}]
    body = {"alias": "old.example.com", "domain": "example.com"}
    assert manager.ask("post", "/aliases", body).status_code == 201
    assert [one["alias"] for one in manager.get("/aliases")["items"]] == ["old.example.com"]
    (suggestion,) = manager.get(f"/connections/{live.pk}/suggestions")["items"]
    assert suggestion["certainty"] == "certain"
    assert manager.ask("post", "/aliases", {"alias": "no domain", "domain": "example.com"}).json()["code"] == "refused"
    assert manager.ask("delete", "/aliases/old.example.com").status_code == 204
    assert manager.get(f"/connections/{live.pk}/suggestions")["items"] == []


def test_what_an_import_will_cost_is_told(manager: Program, live: Connection) -> None:
    """Before the first nobody knows; afterwards by the last."""
    path = f"/connections/{live.pk}/import-forecast"
    assert manager.get(path)["requests"] is None
    manager.ask("post", f"/connections/{live.pk}/imports")
    run_pending()
    assert (manager.get(path)["requests"], manager.get(path)["users"]) == (1, 3)
