"""Where the command's streams are closed or full: a sentence or silence, and never a traceback."""

from __future__ import annotations

import json
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import COMMAND, LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = "Error: Nothing more can be written: No space left on device."


@pytest.fixture
def redirected(environment: dict[str, str]) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run a line of the shell in which ``jackfield`` is the command."""

    def run(line: str, entered: str = "") -> subprocess.CompletedProcess[str]:
        command = line.replace("jackfield", shlex.join(COMMAND), 1)
        return subprocess.run(  # noqa: S602 - our own command
            command, shell=True, input=entered, env=environment | LOOPBACK, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_a_closed_stream_is_one_that_nobody_reads(
    redirected: Callable[..., subprocess.CompletedProcess[str]], streams: str
) -> None:
    """The command does its work, and its exit status tells of the work alone."""
    ended = redirected(f"jackfield platforms --json {streams}")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_without_standard_input_there_are_no_settings(
    redirected: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """A closed one is an empty one."""
    ended = redirected("jackfield users insightly --settings - <&-")
    assert (ended.returncode, "not valid JSON" in ended.stderr) == (2, True)


@pytest.mark.parametrize("words", ["platforms --json", "explain", "check insightly --set x=1 --json"])
def test_a_full_disk_is_one_sentence(redirected: Callable[..., subprocess.CompletedProcess[str]], words: str) -> None:
    """Also where the error itself should have been written there."""
    ended = redirected(f"jackfield {words} > /dev/full")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (1, FULL)


def test_remarks_that_cannot_be_written_are_left_out(
    redirected: Callable[..., subprocess.CompletedProcess[str]], account: dict[str, str]
) -> None:
    """The list is whole, and that is what counts."""
    ended = redirected("jackfield users insightly --settings - --json 2> /dev/full", json.dumps(account))
    assert (ended.returncode, len(ended.stdout.splitlines())) == (0, 250)
