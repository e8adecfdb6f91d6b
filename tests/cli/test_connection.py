"""``check``, ``users``, ``find``, ``link`` and ``schema`` against the real simulator over real HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jackfield.errors import CATALOGUE
from jackfield.simulation import running
from tests.cli.conftest import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield.simulation import Simulator
    from tests.cli.conftest import Ended

STEP = ["id", "title", "status", "required", "kind", "code", "message", "remedy", "permission", "seconds"]
FROM_STDIN = ("--settings", "-")


@pytest.fixture
def ask(jackfield: Callable[..., Ended], account: dict[str, str]) -> Callable[..., Ended]:
    """Run a command on the simulated account, loopback allowed, its settings on standard input."""

    def run(command: str, *words: str, **variables: str) -> Ended:
        variables = LOOPBACK | variables
        return jackfield(command, "insightly", *words, *FROM_STDIN, entered=json.dumps(account), **variables)

    return run


def test_check_reports_with_exactly_these_keys(ask: Callable[..., Ended]) -> None:
    """A script reads ok, account and steps, of each step its ten values, and what to ask for."""
    ended = ask("check", "--json")
    report = ended.json
    assert (ended.status, ended.err) == (0, "")
    assert list(report) == ["ok", "account", "steps", "permission_request"]
    assert list(report["account"]) == ["id", "name", "holder", "role"]
    assert all(list(step) == STEP for step in report["steps"])
    assert (report["ok"], {step["status"] for step in report["steps"]}) == (True, {"passed"})


def test_check_shows_each_step_and_the_account(ask: Callable[..., Ended]) -> None:
    """A person reads a line for each step, whose account it is, and the verdict."""
    ended = ask("check")
    *steps, account, verdict = ended.out.splitlines()
    assert (ended.status, {step[0] for step in steps}) == (0, {"✓"})
    assert account.startswith("Account: ")
    assert verdict == "Connection successful."


@pytest.fixture
def forbidden(jackfield: Callable[..., Ended], simulator: Simulator) -> Iterator[Callable[..., Ended]]:
    """A check of an account whose key may not read contacts."""
    options = simulator.options(users=5, knobs={"contacts_forbidden": "true"})
    with running(simulator, options) as url:
        settings = json.dumps(simulator.settings(url, options))
        yield lambda *words: jackfield("check", "insightly", *FROM_STDIN, *words, entered=settings, **LOOPBACK)


def test_check_tells_what_to_ask_the_administrator_for(forbidden: Callable[..., Ended]) -> None:
    """Where a right is missing, a text for the CRM's administrator stands under the steps, before the verdict."""
    lines = forbidden().out.splitlines()
    assert lines.index("To send to the administrator of Insightly:") < len(lines) - 1
    assert "    - Contacts: Read (to look up contacts by number, for screen pop)" in lines
    assert lines[-1] == "Connection successful."


def test_check_gives_scripts_the_request(forbidden: Callable[..., Ended]) -> None:
    """A script gets the same text, and of each step the right that it proves."""
    report = forbidden("--json").json
    assert "- Contacts: Read (" in report["permission_request"]
    rights = [step["permission"] for step in report["steps"]]
    assert rights == [None, None, "Administrator", "Contacts: Read", None, None]


def test_check_with_a_wrong_key_fails_and_names_the_step(ask: Callable[..., Ended]) -> None:
    """The issue to correct is said, the steps after it are not run, and the wrong key is not repeated."""
    ended = ask("check", "--set", "api_key=5ecret-but-wrong")
    assert ended.status == 1
    assert "✗ Sign in with the API Key" in ended.out
    assert "What to do: " in ended.out
    assert ended.out.splitlines()[-1].startswith("The connection cannot be used yet")
    assert "5ecret" not in ended.out + ended.err


def test_users_are_listed_each_once_one_object_a_line(ask: Callable[..., Ended]) -> None:
    """A script reads a user a line, beginning with id, email, name, active and kind."""
    ended = ask("users", "--json")
    assert ended.status == 0
    assert len({user["id"] for user in ended.lines}) == len(ended.lines) == 250
    assert {tuple(user)[:5] for user in ended.lines} == {("id", "email", "name", "active", "kind")}


def test_users_are_shown_in_a_table(ask: Callable[..., Ended]) -> None:
    """A person reads a head, a line for each user, and the count beside it."""
    ended = ask("users")
    head, *rows = ended.out.splitlines()
    assert head.split() == ["ID", "E-MAIL", "NAME", "STATE", "KIND", "ROLE"]
    assert (ended.status, len(rows)) == (0, 250)
    assert ended.err.startswith("250 users, ")


@pytest.mark.parametrize("json_wanted", [True, False], ids=["json", "text"])
def test_a_listing_that_breaks_off_ends_with_its_error(
    jackfield: Callable[..., Ended], simulator: Simulator, *, json_wanted: bool
) -> None:
    """A part of a list never looks like the whole: it ends with the error and exit status 1."""
    options = simulator.options(users=1200, faults=["dropped_connection@2"])
    with running(simulator, options) as url:
        words = ("users", "insightly", *FROM_STDIN, *(["--json"] if json_wanted else []))
        ended = jackfield(*words, entered=json.dumps(simulator.settings(url, options)), **LOOPBACK)
    said = [json.dumps(ended.lines[-1]), *ended.lines] if json_wanted else [ended.err, *ended.out.splitlines()]
    assert ended.status == 1
    assert CATALOGUE["connection_lost"].remedy in said[0]
    assert 1 < len(said) < 1200


def test_find_gives_the_contacts_of_a_number(ask: Callable[..., Ended]) -> None:
    """Each contact comes with its record, name and the address of its page."""
    (contact,) = ask("find", "+12065550101", "--json").json
    assert list(contact) == ["record", "name", "email", "company", "phones", "url"]
    assert list(contact["record"]) == ["kind", "id"]
    text = ask("find", "+12065550101").out
    assert all(part in text for part in (contact["name"], contact["url"]))


def test_find_says_when_nobody_has_the_number(ask: Callable[..., Ended]) -> None:
    """No contact is a good answer, not an error."""
    ended = ask("find", "+12065559999", "--json")
    assert (ended.status, ended.json) == (0, [])


def test_link_gives_the_address_of_a_record(ask: Callable[..., Ended], account: dict[str, str]) -> None:
    """The address begins with the settings' web root, and the id is encoded."""
    url = f"{account['details_link']}contact/a%2F5"
    assert ask("link", "contact", "a/5").out == f"{url}\n"
    assert ask("link", "contact", "a/5", "--json").json == {"url": url}


def test_link_to_an_unknown_kind_is_not_supported(ask: Callable[..., Ended]) -> None:
    """No address is guessed."""
    ended = ask("link", "spoon", "5", "--json")
    assert (ended.status, ended.error["code"]) == (1, "unsupported")


def test_schema_is_json_schema(jackfield: Callable[..., Ended]) -> None:
    """The schema names the settings and marks the secret."""
    schema = jackfield("schema", "insightly").json
    assert list(schema["properties"]) == ["api_key", "endpoint", "details_link"]
    assert schema["properties"]["api_key"]["writeOnly"] is True
    assert jackfield("schema", "insightly", "--json").json == schema


def test_loopback_is_refused_unless_it_is_allowed(ask: Callable[..., Ended]) -> None:
    """Like every private address; the error names the variable that allows it."""
    ended = ask("users", "--json", JACKFIELD_ALLOWED_NETWORKS="")
    assert (ended.status, ended.error["code"]) == (1, "address_not_allowed")
    assert "JACKFIELD_ALLOWED_NETWORKS" in ended.error["remedy"]


def test_networks_that_are_none_are_refused(ask: Callable[..., Ended]) -> None:
    """A slip in the variable is said in a sentence that names it."""
    ended = ask("users", JACKFIELD_ALLOWED_NETWORKS="loopback")
    assert ended.status == 1
    assert "JACKFIELD_ALLOWED_NETWORKS" in ended.err


def test_a_key_among_the_data_is_not_shown(jackfield: Callable[..., Ended], simulator: Simulator) -> None:
    """Not even where the CRM has it as somebody's name: it is taken out of what is printed."""
    options = simulator.options(users=1, knobs={"api_key": "Amara Okafor"})
    with running(simulator, options) as url:
        ended = jackfield(
            "users",
            "insightly",
            *FROM_STDIN,
            "--json",
            entered=json.dumps(simulator.settings(url, options)),
            **LOOPBACK,
        )
    assert (ended.status, ended.lines[0]["name"]) == (0, "***")
    assert "Amara Okafor" not in ended.out + ended.err
