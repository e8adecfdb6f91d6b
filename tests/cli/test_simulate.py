"""``jackfield simulate``: begun, used, ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import COMMAND, LOOPBACK, begun

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ended


def test_its_first_line_is_all_that_a_script_needs(
    environment: dict[str, str], jackfield: Callable[..., Ended]
) -> None:
    """It holds url, settings and faults; the settings are what --settings takes."""
    with begun(environment, "simulate", "insightly", "--users", "7", "--fault", "throttled@99", "--json") as process:
        line = json.loads(process.stdout.readline())
        users = jackfield(
            "users", "insightly", "--settings", "-", "--json", entered=json.dumps(line["settings"]), **LOOPBACK
        )
    assert list(line) == ["url", "settings", "faults"]
    assert line["url"].startswith("http://127.0.0.1:")
    assert (line["faults"], len(users.lines)) == (["throttled@99"], 7)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", [("simulate", "insightly"), ("serve", "--port", "0")], ids=["simulate", "serve"])
def test_a_signal_ends_it_in_order(environment: dict[str, str], command: tuple[str, ...], number: int) -> None:
    """Ctrl-C, or the system, ends what serves with exit status 0 and without a word."""
    with begun(environment, *command) as process:
        said = "".join(iter(process.stdout.readline, "Ctrl-C ends it.\n"))
        os.kill(process.pid, number)
        ended = process.communicate(timeout=15)
    assert "http://127.0.0.1:" in said
    assert (process.returncode, *ended) == (0, "", "")


@pytest.mark.parametrize("command", [("simulate", "insightly"), ("serve",)], ids=["simulate", "serve"])
def test_a_port_in_use_is_one_sentence(
    jackfield: Callable[..., Ended], account: dict[str, str], command: tuple[str, ...]
) -> None:
    """The sentence names the port and the option that chooses another."""
    port = account["endpoint"].split(":")[2].split("/")[0]
    ended = jackfield(*command, "--port", port)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        f"Error: Port {port} of this machine is in use.\n"
        "End the program that uses it, or choose another port with --port.\n"
    )


def test_a_person_gets_a_line_to_try(environment: dict[str, str], jackfield: Callable[..., Ended]) -> None:
    """The line can be run as it stands."""
    with begun(environment, "simulate", "insightly", "--set", "instance_name=Blue O'Hare") as process:
        lines = [process.stdout.readline() for _ in range(4)]
        command = lines[3].replace(" jackfield ", f" {' '.join(COMMAND)} ")
        tried = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=False)  # noqa: S602 - what was printed
    assert (tried.returncode, "Blue O'Hare" in tried.stdout) == (0, True)


def test_faults_are_listed(jackfield: Callable[..., Ended]) -> None:
    """Each has a name, a title and the kind of error that it leads to."""
    listed = jackfield("simulate", "insightly", "--list-faults", "--json").json
    assert all({"name", "title", "kind"} <= set(fault) for fault in listed)
    text = jackfield("simulate", "insightly", "--list-faults").out
    assert [fault["name"] for fault in listed] == [line.split()[0] for line in text.splitlines()]


def test_knobs_are_listed(jackfield: Callable[..., Ended]) -> None:
    """Each has a name, a title, a default and what it takes."""
    listed = jackfield("simulate", "insightly", "--list-knobs", "--json").json
    assert all(list(knob) == ["name", "title", "default", "takes"] for knob in listed)
    assert "daily_quota" in jackfield("simulate", "insightly", "--list-knobs").out


def test_output_that_nobody_reads_any_more_ends_it_quietly(
    environment: dict[str, str], account: dict[str, str]
) -> None:
    """A closed pipe is no mistake: nothing is written to standard error."""
    given = " ".join(f"--set {name}={value}" for name, value in account.items())
    command = f"{' '.join(COMMAND)} users insightly {given} --json | :"
    ended = subprocess.run(command, shell=True, env=environment | LOOPBACK, capture_output=True, text=True, check=True)  # noqa: S602 - our own
    assert (ended.stdout, ended.stderr) == ("", "")
