"""The command ``resolve``: what it prints, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jackfield.cli import main
from jackfield_portal.commands import resolve as resolve_command
from jackfield_portal.mapping import fallback, services
from jackfield_portal.mapping.services import Wish

if TYPE_CHECKING:
    from conftest import AddUser

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Agent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is there already, and lies elsewhere than a user's."""
    monkeypatch.setattr(resolve_command, "prepare_portal", lambda: None)


def test_an_agent_is_resolved_and_back(
    connection: Connection, ada: Agent, add_user: AddUser, capsys: pytest.CaptureFixture[str]
) -> None:
    """By any of the names, with why."""
    services.save(connection, [Wish(agent=ada.pk, before=None, after=add_user("One", "one@example.com").pk)])
    statuses = [main(["resolve", "acme", "201"]), main(["resolve", "Acme", "one@example.com", "--back"])]
    printed = capsys.readouterr().out.splitlines()
    assert (statuses, printed[0]) == ([0, 0], "One (crm-One): mapped to this agent")
    assert printed[1] == f"Ada Lane ({ada.pk}): mapped to this CRM user"


def test_the_fallback_owner_is_said_to_be_one(
    connection: Connection, ada: Agent, add_user: AddUser, capsys: pytest.CaptureFixture[str]
) -> None:
    """In JSON, too; and where there is none, the status tells."""
    assert main(["resolve", "acme", "201", "--json"]) == 1
    fallback.choose(connection, add_user("Owner").pk)
    assert main(["resolve", "acme", "201", "--json"]) == 0
    nobody, owner = map(json.loads, capsys.readouterr().out.splitlines())
    assert (nobody["by"], nobody["crm_user"]) == ("nobody", None)
    assert (owner["by"], owner["crm_user"]["id"], owner["agents"][0]["extension"]) == ("fallback", "crm-Owner", "201")


@pytest.mark.parametrize(("words", "status"), [(["acme", "999"], 1), (["nowhere", "201"], 2)])
def test_who_is_unknown_gets_a_sentence(
    connection: Connection, capsys: pytest.CaptureFixture[str], words: list[str], status: int
) -> None:
    """With what to do, and no traceback."""
    assert main(["resolve", *words]) == status
    said = capsys.readouterr().err
    assert ("Traceback" in said, "no such connection" in said or "No agent has" in said) == (False, True)
