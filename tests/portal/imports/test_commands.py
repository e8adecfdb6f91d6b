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
    monkeypatch.setattr(importing, "prepare", lambda **_whole: None)


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


def test_a_preview_shows_who_and_changes_nothing(
    ledger: Any, connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """Some of each group are named, changes with their old and new texts; the way on is told."""
    ledger.BOOK.pages = [[ledger.person(1), ledger.person(2)]]
    services.run_now(connection)
    ledger.BOOK.pages = [[ledger.person(1, role="Manager"), ledger.person(2), ledger.person(3)]]
    assert main(["import", "Ledger", "--preview"]) == 0
    printed = capsys.readouterr().out
    named = ("User 3 <user3@example.com>", "User 1 <user1@example.com>: Role: - -> Manager", "--decide apply")
    assert [text in printed for text in named] == [True] * 3
    assert CrmUser.objects.count() == 2


def test_a_preview_speaks_json(ledger: Any, connection: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts get the users of each group, and how many of the missing are mapped."""
    ledger.BOOK.pages = [[ledger.person(1)]]
    main(["import", "Ledger", "--preview", "--json"])
    told = json.loads(capsys.readouterr().out)
    person = {"id": "u1", "name": "User 1", "email": "user1@example.com", "changed": {}}
    assert told["groups"] == {"new": [person], "changed": [], "inactive": [], "gone": []}
    assert (told["state"], told["mapped_missing"]) == ("held", 0)


@pytest.mark.parametrize(("word", "count"), [("apply", 2), ("discard", 0)])
@pytest.mark.usefixtures("users")
def test_a_preview_is_decided(ledger: Any, connection: Connection, word: str, count: int) -> None:
    """The word is about the list that was seen, whatever the CRM lists by now."""
    main(["import", "Ledger", "--preview"])
    ledger.BOOK.pages = [[ledger.person(9)]]
    assert (main(["import", "Ledger", "--decide", word]), CrmUser.objects.count()) == (0, count)


def test_a_preview_that_looks_wrong_ends_with_1(connection: Connection) -> None:
    """A script that goes on by the exit status stops at a list in doubt."""
    assert main(["import", "Ledger", "--preview"]) == 1


@pytest.mark.parametrize(
    "words",
    [["--decide", "apply"], ["--decide", "maybe"], ["--preview", "--apply-held"], ["--preview", "--decide", "apply"]],
)
def test_what_cannot_be_decided_is_wrong_usage(connection: Connection, words: list[str]) -> None:
    """Nothing that waits, a word that is none, and options that contradict each other."""
    assert main(["import", "Ledger", *words]) == 2


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
