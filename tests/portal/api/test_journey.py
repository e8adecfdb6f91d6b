"""What the portal can do, done by a program: the same services, the same results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jackfield_portal.imports.models import CrmUser, ImportRun
from jackfield_portal.jobs.services import run_pending

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from tests.portal.api.conftest import Program
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db


def done(answer: Any, status: int = 200) -> Any:
    """The JSON of an answer of this status."""
    assert answer.status_code == status, answer.content
    return answer.json()


def test_whole_journey(manager: Program, acme: Acme) -> None:
    """From the list of platforms to the CRM user of an agent, without a browser."""
    ready = [one["id"] for one in manager.get("/platforms") if one["reason"] is None]
    assert "acme" in ready
    assert manager.get("/platforms/acme")["settings_schema"]["properties"]["token"]["writeOnly"] is True
    made = done(manager.ask("post", "/connections", {"platform": "acme", "name": "Ours"}), 201)
    at = f"/connections/{made['id']}"
    saved = done(manager.ask("put", f"{at}/settings", {"values": acme.values(server=acme.url.rstrip("/"))}))
    assert (saved["changed"], saved["repaired"]["server"]["after"]) == (True, acme.url)
    check = done(manager.ask("post", f"{at}/checks"), 202)
    assert (check["state"], check["steps"]) == ("queued", [])
    run_pending()
    assert manager.get(f"/checks/{check['id']}")["state"] == "passed"
    assert (manager.get(at)["state"], manager.get(at)["account"]) == ("live", "Acme Ltd")
    begun = done(manager.ask("post", f"{at}/imports"), 202)
    run_pending()
    assert manager.get(f"/imports/{begun['id']}")["counts"]["new"] == 3
    agent = done(manager.ask("post", "/agents", {"name": "Al", "email": "USER1@example.com", "extension": "201"}), 201)
    suggested = manager.get(f"{at}/suggestions")["items"]
    assert [(one["agent"], one["certainty"], one["crm_users"]) for one in suggested] == [
        (agent["id"], "certain", ["u1"])
    ]
    assert done(manager.ask("post", f"{at}/mappings", {"take_all_certain": True}))["mapped"] == 1
    for who in ({"id": agent["id"]}, {"extension": "201"}, {"email": "user1@EXAMPLE.com"}):
        assert manager.get(f"{at}/resolve", **who)["crm_user"]["id"] == "u1"
    assert [one["id"] for one in manager.get(f"{at}/users/u1/agents")["agents"]] == [agent["id"]]


def test_settings_tell_no_secret(manager: Program, live: Connection) -> None:
    """What is stored is said, never what it is."""
    told = manager.get(f"/connections/{live.pk}/settings")
    assert (told["stored_secrets"], "token" in told["values"], told["pending"]) == (["token"], False, False)


def test_every_problem_of_the_settings_at_once(manager: Program, connection: Connection) -> None:
    """By field, with the codes of the catalogue, and without what was entered."""
    values = {"token": " ", "server": "http://crm.example.com", "nothing": "secret-555"}
    answer = manager.ask("put", f"/connections/{connection.pk}/settings", {"values": values})
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (told["code"], told["kind"]) == ("invalid_settings", "settings")
    assert {one["field"]: one["code"] for one in told["problems"]}["server"] == "insecure_url"
    assert b"secret-555" not in answer.content


def test_pause_and_resume(manager: Program, live: Connection) -> None:
    """Nothing is sent while it is paused, and an import says why it does not begin."""
    at = f"/connections/{live.pk}"
    assert done(manager.ask("post", f"{at}/pause"))["state"] == "paused"
    refused = manager.ask("post", f"{at}/imports")
    assert (refused.status_code, refused.json()["code"]) == (409, "refused")
    assert "paused" in refused.json()["detail"]
    assert done(manager.ask("post", f"{at}/resume"))["state"] == "live"


def test_rename_and_delete(manager: Program, live: Connection) -> None:
    """As in the portal; what is deleted is not there any more."""
    at = f"/connections/{live.pk}"
    assert done(manager.ask("patch", at, {"name": "Other"}))["name"] == "Other"
    assert manager.ask("delete", at).status_code == 204
    assert manager.ask("get", at).json()["code"] == "not_found"


def test_held_import_is_decided_once(manager: Program, live: Connection) -> None:
    """By a word; a second word is refused, and so is one that there is not."""
    held = ImportRun.objects.create(connection=live, state="held", hold_reason="Looks wrong")
    at = f"/imports/{held.pk}"
    assert manager.ask("post", f"{at}/decision", {"word": "perhaps"}).status_code == 422
    assert done(manager.ask("post", f"{at}/decision", {"word": "discard"}))["state"] == "discarded"
    assert manager.ask("post", f"{at}/decision", {"word": "apply"}).status_code == 409


def test_import_is_cancelled(manager: Program, live: Connection) -> None:
    """While it waits; a second time it stays as it is."""
    begun = done(manager.ask("post", f"/connections/{live.pk}/imports"), 202)
    for _ in range(2):
        assert done(manager.ask("post", f"/imports/{begun['id']}/cancel"))["state"] == "cancelled"
    assert manager.get(f"/connections/{live.pk}/imports")["items"][0]["id"] == begun["id"]


def test_agent_is_changed_in_part(manager: Program) -> None:
    """What is left out stays; a field that the portal would refuse is named."""
    agent = done(manager.ask("post", "/agents", {"name": "Al", "extension": "201"}), 201)
    at = f"/agents/{agent['id']}"
    assert done(manager.ask("patch", at, {"role": "Sales", "active": False})) == {
        **agent,
        "role": "Sales",
        "active": False,
    }
    refused = manager.ask("patch", at, {"email": "nonsense"})
    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, "email")
    assert manager.get(at)["email"] == ""


def test_mapping_is_saved_and_undone(manager: Program, live: Connection) -> None:
    """By the CRM's own ids; a stale ``before`` is refused, and the last save is undone by its batch."""
    from jackfield_portal.imports import services as imports

    imports.run_now(live)
    agent = done(manager.ask("post", "/agents", {"name": "Al"}), 201)["id"]
    at = f"/connections/{live.pk}/mappings"
    first = done(manager.ask("post", at, {"choices": [{"agent": agent, "crm_user": "u1"}]}))
    stale = {"choices": [{"agent": agent, "crm_user": "u3", "before": "u2"}]}
    assert manager.ask("post", at, stale).status_code == 409
    assert manager.get(at)["items"] == [{"agent": agent, "crm_user": "u1", "chosen_by": "hand", "pinned": False}]
    assert manager.ask("post", at, {"choices": [{"agent": agent, "crm_user": "u99"}]}).status_code == 404
    assert done(manager.ask("post", "/mappings/undo", {"batch": first["batch"]})) == {"agents": 1}
    assert manager.get(at)["items"] == []


def test_several_agents_of_one_extension_are_none(manager: Program, live: Connection) -> None:
    """The first of several is never taken."""
    for name in ("Al", "Bo"):
        manager.ask("post", "/agents", {"name": name, "extension": "201"})
    answer = manager.ask("get", f"/connections/{live.pk}/resolve?extension=201")
    assert (answer.status_code, "Several" in answer.json()["detail"]) == (409, True)
    assert manager.ask("get", f"/connections/{live.pk}/resolve?extension=999").status_code == 404
    assert manager.ask("get", f"/connections/{live.pk}/resolve").status_code == 422
    assert manager.ask("get", f"/connections/{live.pk}/resolve?extension=1&email=x").status_code == 422


def test_user_who_is_gone_is_nobodys(manager: Program, live: Connection) -> None:
    """An agent who is mapped to somebody gone resolves to nobody; the user can still be looked at."""
    from django.utils import timezone

    from jackfield_portal.imports import services as imports

    imports.run_now(live)
    agent = done(manager.ask("post", "/agents", {"name": "Al"}), 201)["id"]
    manager.ask("post", f"/connections/{live.pk}/mappings", {"choices": [{"agent": agent, "crm_user": "u1"}]})
    CrmUser.objects.filter(crm_id="u1").update(gone_at=timezone.now())
    at = f"/connections/{live.pk}"
    assert manager.get(f"{at}/resolve", id=agent)["crm_user"] is None
    assert (manager.get(f"{at}/users/u1")["gone"] is None, manager.get(f"{at}/users/u1")["usable"]) == (False, False)
    assert [one["id"] for one in manager.get(f"{at}/users", which="gone")["items"]] == ["u1"]
    assert len(manager.get(f"{at}/users")["items"]) == 2
    assert [one["id"] for one in manager.get(f"{at}/users", q="user 2")["items"]] == ["u2"]


def test_feature_that_a_connector_lacks(manager: Program, live: Connection) -> None:
    """Is a problem with the catalogue's code: Acme looks up no numbers."""
    answer = manager.ask("get", f"/connections/{live.pk}/contacts?number=%2B12125550123")
    assert (answer.json()["code"], answer["Content-Type"]) == ("unsupported", "application/problem+json")


def test_broken_connector_is_told(manager: Program) -> None:
    """In the list with its reason; described, it is the vendor's fault."""
    reasons = {one["id"]: one["reason"] for one in manager.get("/platforms")}
    assert "fell apart" in reasons["wreck"]
    assert manager.ask("get", "/platforms/wreck").json()["code"] == "connector_broken"
    assert manager.ask("post", "/connections", {"platform": "wreck"}).status_code == 409


def test_token_is_the_actor(manager: Program) -> None:
    """The audit log names the token that has done it."""
    from jackfield_portal.audit.models import Entry

    manager.ask("post", "/agents", {"name": "Al"})
    entry = Entry.objects.get(action="agent.added")
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("token", str(manager.token.pk), "Program")
    assert entry.origin == "127.0.0.1"


def test_problems_are_in_the_language_that_is_asked_for(manager: Program, connection: Connection) -> None:
    """Title, detail, remedy and what is said of each field; codes are the same, and English is what nobody asks for."""
    path, values = f"/connections/{connection.pk}/settings", {"token": " ", "server": "http://crm.example.com"}
    answers = [manager.ask("put", path, {"values": values}, accept_language=language) for language in ("de", "fr")]
    german, english = (answer.json() for answer in answers)
    assert german["code"] == english["code"] == "invalid_settings"
    assert (german["title"], english["title"]) == ("Einstellungen mit Fehlern", "Settings with problems")
    assert english["detail"].startswith("Token: This field is needed. Server: An http:// address")
    assert german["detail"].startswith("Token: Dieses Feld wird benötigt. Server: Eine Adresse mit http:// würde")
    assert german["problems"][0]["remedy"] == "Füllen Sie es aus."
