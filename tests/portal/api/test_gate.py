"""What every request goes through: token, rate, and what it may have said before."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection as database
from django.test import Client
from django.utils import timezone

from jackfield.errors import CATALOGUE
from jackfield_portal.api import problems, services
from jackfield_portal.api.models import KeptAnswer, Token
from jackfield_portal.organizations.models import Agent
from tests.portal.api.conftest import program
from tests.support.rows import rows

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.organizations.models import Organization
    from tests.portal.api.conftest import Program

NEW = {"name": "Al"}


@pytest.mark.django_db
def test_token_is_stored_as_its_hash(manager: Program) -> None:
    """No row holds the word itself; how it begins is kept, to know it again."""
    assert [row for row in rows(database) if manager.word in row] == []
    assert manager.word.startswith(manager.token.hint)
    assert len(manager.token.hint) < 10


@pytest.mark.django_db
def test_last_use_is_noted_to_the_minute(reader: Program) -> None:
    """Once a minute, not with every request."""
    reader.get("/agents")
    first = Token.objects.get(pk=reader.token.pk).last_used
    reader.get("/agents")
    assert Token.objects.get(pk=reader.token.pk).last_used == first is not None
    Token.objects.update(last_used=timezone.now() - timedelta(minutes=2))
    reader.get("/agents")
    assert Token.objects.get(pk=reader.token.pk).last_used > first


@pytest.mark.django_db
def test_rate_is_limited(reader: Program, organization: Organization, settings: SettingsWrapper) -> None:
    """For each token by itself; the answer says when to come again."""
    settings.JACKFIELD_API_RATE = 2
    answers = [reader.ask("get", "/agents") for _ in range(3)]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2].json()["code"], 0 < int(answers[2]["Retry-After"]) <= 61) == ("rate_limited", True)
    assert program(organization).ask("get", "/agents").status_code == 200


@pytest.mark.django_db
def test_write_that_is_sent_twice_is_done_once(manager: Program) -> None:
    """With the same key: the second answer is the first one, word for word, and says so."""
    first, second = (manager.ask("post", "/agents", NEW, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, second.status_code, first.content == second.content) == (201, 201, True)
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    assert first["Content-Type"] == second["Content-Type"]
    assert Agent.objects.count() == 1


@pytest.mark.django_db
def test_deletion_that_is_sent_twice(manager: Program, organization: Organization) -> None:
    """An answer without a body is repeated, too: the second is no “not found”."""
    from jackfield_portal.connections import services as connections

    found = connections.add(organization, "acme")
    answers = [manager.ask("delete", f"/connections/{found.pk}", Idempotency_Key="k1") for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "body"), [("/agents", {"name": "Bo"}), ("/connections", {"platform": "acme"})])
def test_key_of_another_request_is_refused(manager: Program, path: str, body: Any) -> None:
    """Another body or another address under a known key does nothing."""
    manager.ask("post", "/agents", NEW, Idempotency_Key="k1")
    answer = manager.ask("post", path, body, Idempotency_Key="k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Agent.objects.count() == 1


@pytest.mark.django_db
def test_keys_are_each_tokens_own(manager: Program, organization: Organization) -> None:
    """The same key of another token is another key."""
    for who in (manager, program(organization, "manage")):
        assert "Idempotency-Replayed" not in who.ask("post", "/agents", NEW, Idempotency_Key="k1")
    assert Agent.objects.count() == 2


@pytest.mark.django_db
def test_refusal_is_repeated_and_a_failed_token_is_not(manager: Program, reader: Program) -> None:
    """What was wrong with the request is wrong again; who had not the scope may come again with the same key."""
    wrong = [manager.ask("post", "/agents", {"name": " "}, Idempotency_Key="k1") for _ in range(2)]
    assert [("Idempotency-Replayed" in answer, answer.status_code) for answer in wrong] == [(False, 422), (True, 422)]
    reader.ask("post", "/agents", NEW, Idempotency_Key="k2")
    Token.objects.filter(pk=reader.token.pk).update(scopes=["read", "manage"])
    assert reader.ask("post", "/agents", NEW, Idempotency_Key="k2").status_code == 201


@pytest.mark.django_db
def test_key_is_forgotten_after_a_day(manager: Program) -> None:
    """Then the same words are a new request; the job lets old answers go, too."""
    manager.ask("post", "/agents", NEW, Idempotency_Key="k1")
    assert services.tidy() == 0
    KeptAnswer.objects.update(at=timezone.now() - services.KEPT_FOR - timedelta(seconds=1))
    assert "Idempotency-Replayed" not in manager.ask("post", "/agents", NEW, Idempotency_Key="k1")
    KeptAnswer.objects.update(at=timezone.now() - services.KEPT_FOR - timedelta(seconds=1))
    assert services.tidy() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "\xe4"])
def test_key_that_is_none(manager: Program, key: str) -> None:
    """Is refused; nothing is done on the chance that it was meant well."""
    answer = manager.ask("post", "/agents", NEW, Idempotency_Key=key)
    assert (answer.json()["code"], Agent.objects.count()) == ("invalid_idempotency_key", 0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one(manager: Program) -> None:
    """The second of two with one key waits for the first, and gives its answer."""
    answers: list[Any] = []

    def send() -> None:
        answers.append(manager.ask("post", "/agents", NEW, Idempotency_Key="k1"))
        database.close()

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({answer.content for answer in answers}) == 1
    assert [answer.status_code for answer in answers] == [201] * 4
    assert Agent.objects.count() == 1


@pytest.mark.django_db
def test_what_is_not_done_leaves_nothing_behind(manager: Program) -> None:
    """A write of two parts whose second is refused is undone as a whole."""
    from jackfield_portal.connections.models import Connection

    agent = manager.ask("post", "/agents", NEW).json()["id"]
    answer = manager.ask("patch", f"/agents/{agent}", {"name": "Bo", "email": "nonsense"})
    assert (answer.status_code, Agent.objects.get().name, Connection.objects.count()) == (422, "Al", 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [(b"{", 400, "malformed_request"), (b'{"name": "x", "more": 1}', 422, "invalid_request"), (b"[]", 422, None)],
)
def test_body_of_nonsense(manager: Program, body: bytes, status: int, code: str | None) -> None:
    """Is refused with the field's name, and without what stood in it."""
    answer = Client().post(
        "/api/v1/agents", body, content_type="application/json", headers={"authorization": f"Bearer {manager.word}"}
    )
    assert answer.status_code == status
    assert answer.json()["code"] == code or code is None


@pytest.mark.django_db
def test_refused_body_is_not_repeated(manager: Program, organization: Organization) -> None:
    """A secret in the wrong place stands in no answer."""
    from jackfield_portal.connections import services as connections

    at = f"/connections/{connections.add(organization, 'acme').pk}/settings"
    answer = manager.ask("put", at, {"values": {"token": ["secret-555"]}, "secret": "secret-556"})
    assert answer.status_code == 422
    assert b"secret-55" not in answer.content


@pytest.mark.django_db
def test_nothing_there_and_wrong_method(manager: Program) -> None:
    """Both are problems, for whoever has a token."""
    nothing = manager.ask("get", "/nothing")
    wrong = manager.ask("delete", "/agents")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert sorted(wrong["Allow"].split(", ")) == ["GET", "POST"]


@pytest.mark.django_db
def test_cursor_walks_the_whole_list_once(manager: Program, organization: Organization) -> None:
    """Whatever comes or goes meanwhile, and in either direction; a cursor of nonsense is refused."""
    for number in range(7):
        organization.agents.create(name=f"Agent {number}")
    met: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = manager.get("/agents", limit=3, cursor=cursor)
        met += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert sorted(met) == sorted(str(agent.pk) for agent in organization.agents.all())
    for nonsense in ("x", "W10=", "WyIxIiwgIjIiXQ==", "bnVsbA==", "\0"):
        assert manager.ask("get", f"/agents?cursor={nonsense}").status_code == 422
    for limit in (0, 201, "x"):
        assert manager.ask("get", f"/agents?limit={limit}").status_code == 422


@pytest.mark.django_db
def test_newest_first_by_cursor(manager: Program, organization: Organization) -> None:
    """A history is paged from the newest to the oldest, those of the same moment included."""
    from jackfield_portal.connections import services as connections
    from jackfield_portal.imports.models import ImportRun

    connection = connections.add(organization, "acme")
    made = [ImportRun.objects.create(connection=connection, state="applied") for _ in range(5)]
    ImportRun.objects.filter(pk__in=[run.pk for run in made[:3]]).update(created=timezone.now())
    met: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = manager.get(f"/connections/{connection.pk}/imports", limit=2, cursor=cursor)
        met += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert len(met) == len(set(met)) == 5


def test_own_codes_are_none_of_the_catalogue() -> None:
    """A code means one thing, whoever tells it."""
    assert problems.OWN.keys() & CATALOGUE.keys() == set()


@pytest.mark.django_db
def test_description_needs_no_token() -> None:
    """It tells of the API and of nobody's data, and loads nothing from elsewhere."""
    answer = Client().get("/api/openapi.json")
    assert (answer.status_code, answer.json()["openapi"][:2]) == (200, "3.")
    operation = answer.json()["paths"]["/api/v1/agents"]["post"]
    assert {"401", "403", "409", "422", "429"} <= operation["responses"].keys()
    assert "Idempotency-Key" in {one["name"] for one in operation["parameters"]}
