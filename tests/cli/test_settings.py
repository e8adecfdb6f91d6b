"""Where a command takes its settings from, and that no secret among them is ever shown."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import COMMAND, LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

SECRET = "5ecret/of+the demo"
LINK = ("link", "insightly", "contact", "1")


def words(settings: dict[str, str], **others: str) -> list[str]:
    """Settings as ``--set`` words."""
    return [word for name, value in (settings | others).items() for word in ("--set", f"{name}={value}")]


def test_set_goes_before_the_file(jackfield: Callable[..., Ended], account: dict[str, str], tmp_path: Path) -> None:
    """What is given by --set replaces what the file says."""
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(account | {"details_link": "https://crm.na1.insightly.com/details/"}))
    link = account["details_link"]
    assert jackfield(*LINK, "--settings", str(file), "--set", f"details_link={link}").out == f"{link}contact/1\n"


def test_a_secret_is_taken_from_the_environment(jackfield: Callable[..., Ended], account: dict[str, str]) -> None:
    """``NAME=env:VARIABLE`` keeps a secret out of the command line."""
    ended = jackfield(
        "check", "insightly", *words(account, api_key="env:CRM_KEY"), CRM_KEY=account["api_key"], **LOOPBACK
    )
    assert ended.status == 0


def test_a_variable_that_is_not_set_is_named(jackfield: Callable[..., Ended], account: dict[str, str]) -> None:
    """The problem stands at its field."""
    ended = jackfield(*LINK, *words(account, api_key="env:NO_SUCH_KEY"), "--json")
    (problem,) = ended.json["problems"]
    assert (ended.status, problem["field"]) == (1, "api_key")
    assert "NO_SUCH_KEY" in problem["message"]


def test_a_secret_in_the_place_of_a_variable_is_not_repeated(
    jackfield: Callable[..., Ended], account: dict[str, str]
) -> None:
    """``env:$KEY`` for ``env:KEY`` is an easy slip."""
    ended = jackfield(*LINK, *words(account, api_key="env:5ecret-0f-the-demo"))
    assert (ended.status, "5ecret" in ended.out + ended.err) == (1, False)
    assert "The environment variable named behind env: is not set." in ended.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_settings_come_in_every_encoding_of_json(
    environment: dict[str, str], account: dict[str, str], encoding: str
) -> None:
    """Some systems write a mark at the front, or two bytes a letter, into every file and pipe."""
    ended = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, *LINK, "--settings", "-"],
        input=json.dumps(account).encode(encoding),
        env=environment,
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_every_problem_is_listed_by_its_field(jackfield: Callable[..., Ended]) -> None:
    """A person reads a line for each; a script gets the error and a list of problems."""
    given = words({"endpoint": "ftp://x", "colour": "red"})
    lines = jackfield("check", "insightly", *given).err.splitlines()
    assert {line.split(":")[0].strip() for line in lines[1:-1]} == {"api_key", "endpoint", "details_link", "colour"}
    ended = jackfield("check", "insightly", *given, "--json")
    assert (ended.status, list(ended.error)) == (1, ["kind", "code", "message", "remedy"])
    assert {problem["field"] for problem in ended.json["problems"]} == {"api_key", "endpoint", "details_link", "colour"}


def test_no_error_shows_a_secret(jackfield: Callable[..., Ended], account: dict[str, str]) -> None:
    """Neither under its own name nor under a wrong one, nor inside an address."""
    placed = (
        words(account, api_key=SECRET),
        words(account, api_kye=SECRET),
        words(account, api_key=SECRET, endpoint=f"https://{SECRET}@127.0.0.1/"),
        words(account, api_key=f"{SECRET}\n"),
        words(account, api_key=SECRET, endpoint=f"https://api.na1.insightly.com/{SECRET}/v9"),
    )
    for given in placed:
        ended = jackfield("users", "insightly", *given, **LOOPBACK)
        assert ended.status == 1
        assert "5ecret" not in ended.out + ended.err


def test_a_secret_is_asked_for_without_echo(environment: dict[str, str], account: dict[str, str]) -> None:
    """At a terminal, the prompt shows the field's title and not what is typed."""
    ours, theirs = os.openpty()
    given = [*COMMAND, *LINK, *words({name: account[name] for name in ("endpoint", "details_link")})]
    process = subprocess.Popen(  # noqa: S603 - our own command
        given, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    shown = os.read(ours, 1000)
    os.write(ours, f"{SECRET}\n".encode())
    status = process.wait(timeout=20)
    while b"contact/1" not in shown:
        shown += os.read(ours, 1000)
    os.close(ours)
    os.close(theirs)
    assert (status, b"API Key" in shown, b"5ecret" in shown) == (0, True, False)


def test_without_a_terminal_a_missing_secret_is_a_problem(
    jackfield: Callable[..., Ended], account: dict[str, str]
) -> None:
    """A script is never kept waiting for an answer."""
    ended = jackfield(*LINK, *words({name: account[name] for name in ("endpoint", "details_link")}), "--json")
    assert (ended.status, [problem["field"] for problem in ended.json["problems"]]) == (1, ["api_key"])


def test_what_the_operator_has_to_set_is_told_once(jackfield: Callable[..., Ended]) -> None:
    """A missing setting of the deployment is told with its variable, and is asked for by no prompt."""
    given = {"company_id": "acme", "public_key": "PubKey5550000555", "private_key": "PrvKey5550000555"}
    addresses = {"endpoint": "https://api.example.com/", "details_link": "https://crm.example.com/"}
    ended = jackfield("check", "connectwise", "--settings", "-", entered=json.dumps({**given, **addresses}))
    assert (ended.status, ended.err.count("JACKFIELD_CONNECTWISE_CLIENT_ID")) == (1, 1)
