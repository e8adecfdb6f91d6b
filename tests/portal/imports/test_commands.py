"""The commands ``connections`` and ``import``: what they print, and how they end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.cli import main
from jackfield.errors import error
from jackfield_portal.commands import connections as connections_command
from jackfield_portal.commands import importing
from jackfield_portal.imports import services
from jackfield_portal.imports.models import CrmUser

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database is there already, and lies elsewhere than a user's."""
    monkeypatch.setattr(connections_command, "prepare_portal", lambda: None)
    monkeypatch.setattr(importing, "_prepare", lambda: None)


@pytest.fixture
def users(ledger: Any) -> None:
    """Two users to be imported."""
    ledger.BOOK.pages = [[ledger.person(1), ledger.person(2)]]


@pytest.mark.usefixtures("users")
def test_an_import_prints_its_counts(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """The counts are those of the portal."""
    status = main(["import", "ledger"])
    printed = capsys.readouterr().out.split()
    assert (status, printed[printed.index("new") + 1], CrmUser.objects.count()) == (0, "2", 2)


@pytest.mark.usefixtures("users")
def test_an_import_speaks_json(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts get state, reason and counts."""
    main(["import", str(connection.pk), "--json"])
    told = json.loads(capsys.readouterr().out)
    counts = {"new": 2, "changed": 0, "unchanged": 0, "inactive": 0, "gone": 0}
    expected = {"connection": "Ledger", "organization": "Example Ltd", "state": "applied", "reason": None}
    assert told == {**expected, "counts": counts, "requests": 0}


def test_a_held_list_ends_with_1(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is applied without the option, and the way on is told."""
    assert main(["import", "Ledger"]) == 1
    assert "--decide apply" in capsys.readouterr().out


def test_a_held_list_is_applied_by_the_option(connection: Connection) -> None:
    """The word can be given beforehand."""
    assert main(["import", "Ledger", "--apply-held"]) == 0


def test_a_failure_is_one_error(ledger: Any, connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """The CRM's failure is told with kind, code, message, remedy."""
    ledger.BOOK.pages = [error("timed_out", "The CRM was slow.", remedy="Try later.")]
    status = main(["import", "Ledger", "--json"])
    expected = {"kind": "transient", "code": "timed_out", "message": "The CRM was slow.", "remedy": "Try later."}
    assert (status, json.loads(capsys.readouterr().out)) == (1, {"error": expected})


def test_an_import_under_way_is_told(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """The portal's own refusals are one sentence, too."""
    services.start(connection)
    assert main(["import", "Ledger"]) == 1
    assert "under way already" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["nobody"], ["Ledger", "--organization", "Other Ltd"], []])
def test_an_unknown_connection_is_wrong_usage(connection: Connection, words: list[str]) -> None:
    """What isn't there can't be imported from."""
    assert main(["import", *words]) == 2


def test_two_of_a_name_are_told_apart_by_the_organization(connection: Connection) -> None:
    """A name that fits several is not guessed at."""
    other = type(connection.organization).objects.create(name="Other Ltd")
    type(connection).objects.create(organization=other, platform="ledger", name="Ledger", state="live")
    statuses = [main(["import", "Ledger"]), main(["import", "Ledger", "--organization", "example ltd"])]
    assert statuses == [2, 1]


@pytest.mark.usefixtures("users")
def test_connections_are_listed(connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its organization, state and last import."""
    services.run_now(connection)
    assert main(["connections", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    found = (told["organization"], told["name"], told["state"], told["last_check"], told["last_import"]["state"])
    assert found == ("Example Ltd", "Ledger", "live", None, "applied")


def test_no_connection_says_what_to_do(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list leads to the portal."""
    assert main(["connections"]) == 0
    assert "jackfield serve" in capsys.readouterr().out
