"""By REST as in the portal: deleted connections, settings on their way, links for secrets, webhooks, the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from jackfield.checks import Account
from jackfield_portal.api.models import KeptAnswer
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection
from jackfield_portal.events import services as webhooks
from jackfield_portal.jobs.services import run_pending

if TYPE_CHECKING:
    from tests.portal.api.conftest import Program
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db


def settings_of(who: Program, connection: Connection) -> Any:
    return who.get(f"/connections/{connection.pk}/settings")


def test_a_deleted_connection_is_restored(manager: Program, live: Connection) -> None:
    """It is listed with its last day, and comes back as it was."""
    manager.ask("delete", f"/connections/{live.pk}")
    (gone,) = manager.get("/deleted-connections")["items"]
    assert (gone["id"], gone["until"] > gone["deleted"]) == (str(live.pk), True)
    assert manager.get("/connections")["items"] == []
    back = manager.ask("post", f"/deleted-connections/{live.pk}/restore").json()
    assert (back["state"], back["twin"], manager.get("/deleted-connections")["items"]) == ("live", None, [])


def test_a_restored_connection_whose_account_is_taken_is_paused(manager: Program, live: Connection) -> None:
    """The answer names the connection that has it."""
    Connection.objects.filter(pk=live.pk).update(account_id="1")
    connections.delete(Connection.objects.get(pk=live.pk))
    other = Connection.objects.create(organization=live.organization, platform="acme", state="live", account_id="1")
    back = manager.ask("post", f"/deleted-connections/{live.pk}/restore").json()
    assert (back["state"], back["twin"]) == ("paused", str(other.pk))


def test_for_good_is_for_good(manager: Program, live: Connection) -> None:
    """Only what was deleted before goes."""
    assert manager.ask("delete", f"/deleted-connections/{live.pk}").status_code == 404
    manager.ask("delete", f"/connections/{live.pk}")
    assert manager.ask("delete", f"/deleted-connections/{live.pk}").status_code == 204
    assert not Connection.everything.exists()


def test_new_settings_are_discarded_and_old_ones_come_back(manager: Program, live: Connection, acme: Acme) -> None:
    """A candidate is dropped; what was in use before is a candidate again, to be checked first."""
    address, path = "https://other.example.com/", f"/connections/{live.pk}/settings"
    manager.ask("put", path, {"values": {"pages": address}})
    assert manager.ask("post", f"{path}/discard").json()["values"]["pages"] == acme.url
    connections.promote(connections.save_settings(live, {"pages": address}).version, None)
    back = manager.ask("post", f"{path}/roll-back").json()
    assert (back["values"]["pages"], back["pending"], back["stored_secrets"]) == (acme.url, True, ["token"])


def test_held_settings_say_why_and_are_accepted(manager: Program, live: Connection) -> None:
    """They lead to another account: nothing is put to use before somebody says that it is meant."""
    Connection.objects.filter(pk=live.pk).update(account_id="1", account_name="Acme One")
    live.refresh_from_db()
    version = connections.save_settings(live, {"pages": "https://other.example.com/"}).version
    connections.promote(version, Account(id="2", name="Acme Two"))
    assert "Acme Two" in settings_of(manager, live)["hold"]
    accepted = manager.ask("post", f"/connections/{live.pk}/settings/accept").json()
    assert (accepted["hold"], accepted["pending"]) == (None, True)


def test_somebody_else_enters_the_secret(manager: Program, live: Connection) -> None:
    """The address that the answer tells opens the page; what is entered there waits for its check."""
    made = manager.ask("post", f"/connections/{live.pk}/secret-links", {}).json()
    assert made["fields"] == ["token", "extra"]
    page = Client().post(made["url"].removeprefix("http://testserver"), {"token": "token-555-0199"})
    assert (page.status_code, settings_of(manager, live)["pending"]) == (200, True)


@pytest.mark.parametrize("kind", ["webhook", "link"])
def test_no_secret_is_kept_with_an_answer(manager: Program, live: Connection, kind: str) -> None:
    """The same request again has the same answer without the secret, and does nothing a second time."""
    hook = {"name": "Hook", "url": "https://hook.example.com/in?key=receiver-555", "types": ["import.held"]}
    path, body = {"webhook": ("/webhooks", hook), "link": (f"/connections/{live.pk}/secret-links", {})}[kind]
    first, again = (manager.ask("post", path, body, idempotency_key="once") for _ in range(2))
    told = first.json().get("secret") or first.json()["url"].rstrip("/").rpartition("/")[2]
    assert [told in text for text in (again.content.decode(), KeptAnswer.objects.get().body)] == [False, False]
    assert (len(told) > 30, again["Idempotency-Replayed"]) == (True, "true")
    assert again.json().keys() == first.json().keys()
    assert "receiver-555" not in first.content.decode()
    assert (webhooks.of(live.organization).count(), live.secret_links.count()) in {(1, 0), (0, 1)}


def test_rhythms_are_chosen(manager: Program, live: Connection) -> None:
    """How often a connection is checked and imported; null is as the installation does it."""
    check, imports = f"/connections/{live.pk}/check-rhythm", f"/connections/{live.pk}/import-rhythm"
    assert manager.ask("put", check, {"hours": 1}).json() == manager.get(check) == {"hours": 1}
    assert manager.ask("put", imports, {"rhythm": "hourly"}).json() == {"rhythm": "hourly", "next": None}
    assert manager.ask("put", imports, {"rhythm": None}).json()["rhythm"] is None
    assert manager.ask("put", check, {"hours": 7}).json()["code"] == "invalid_request"


def test_all_connections_are_checked(manager: Program, live: Connection) -> None:
    """Each check can be asked for by its id until it has a verdict."""
    (begun,) = manager.ask("post", "/checks").json()
    run_pending()
    found = manager.get(f"/checks/{begun['id']}")
    assert (begun["connection"], found["state"]) == (str(live.pk), "passed")
    assert "Please grant them:" in found["permission_request"]


def test_a_webhook_lives(manager: Program, live: Connection) -> None:
    """It is changed, switched off, tried, told again, given another secret and deleted."""
    hook = {"name": "Hook", "url": "https://hook.invalid/", "types": ["import.held"]}
    made = manager.ask("post", "/webhooks", hook).json()
    path = f"/webhooks/{made['id']}"
    assert manager.ask("patch", path, {"types": ["user.gone"]}).json()["types"] == ["user.gone"]
    assert manager.ask("post", f"{path}/secret").json()["secret"] not in {"", made["secret"]}
    told = manager.ask("post", f"{path}/test").json()
    run_pending()
    (logged,) = manager.get(f"{path}/deliveries")["items"]
    assert (logged["id"], logged["type"]) == (told["id"], "test")
    assert [one["code"] for one in logged["attempts"]] == ["host_unknown"]
    assert manager.ask("post", f"{path}/deliveries/{told['id']}/again").status_code == 202
    assert manager.ask("patch", path, {"active": False}).json()["active"] is False
    assert manager.ask("post", f"{path}/deliveries/{told['id']}/again").json()["code"] == "refused"
    assert (manager.ask("delete", path).status_code, manager.get("/webhooks")["items"]) == (204, [])


def test_the_log_is_read_to_its_end(manager: Program, live: Connection) -> None:
    """Page by page, narrowed by what, and the connection's timeline likewise."""
    manager.ask("patch", f"/connections/{live.pk}", {"name": "Other"})
    (renamed,) = manager.get("/audit", action="connection.renamed")["items"]
    assert [renamed[name] for name in ("actor_name", "label")] == ["Program", "Connection renamed"]
    for path in ("/audit", f"/connections/{live.pk}/timeline"):
        whole, pages, cursor = manager.get(path, limit=200)["items"], [], ""
        while cursor is not None:
            one = manager.get(path, limit=2, cursor=cursor)
            pages, cursor = pages + one["items"], one["next"]
        assert (pages, len(whole) > 2) == (whole, True)
    wrong = manager.ask("get", f"/connections/{live.pk}/timeline?cursor=WyIiLCAibm93Il0=")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_request")
