"""``jackfield check`` in its plain forms, read without the parser of all command lines: that takes longer to load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jackfield.cli import _checking

_PROGRAM = """
import sys
from jackfield.cli import main
status = main(sys.argv[1:])
print(status, *sorted({"cyclopts", "httpx"} & set(sys.modules)))
"""
_SETTINGS = (
    "--set",
    "api_key=0000-5550",
    "--set=endpoint=http://127.0.0.1:1/v3.1/",
    "--set=details_link=crm.example.com",
)


@pytest.mark.parametrize("words", [_SETTINGS, (*_SETTINGS, "--json")])
def test_nothing_else_is_loaded(words: tuple[str, ...]) -> None:
    """The check is carried out, and says the same as ever, without the parser."""
    command = [sys.executable, "-c", _PROGRAM, "check", "insightly", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout.splitlines()[-1] == "1"
    assert "127.0.0.1" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--help",),
        ("insightly", "connectwise"),
        ("insightly", "--set"),
        ("insightly", "--set="),
        ("insightly", "--set", "--json"),
        ("insightly", "--settings", "-"),
        ("insightly", "--settings=a.json", "--settings=b.json"),
        ("insightly", "--json", "--json"),
        ("insightly", "--colour"),
    ],
)
def test_the_rest_is_for_the_parser(words: tuple[str, ...]) -> None:
    """Help, mistakes, and whatever else there is."""
    assert _checking.plain(words) is None
