"""``jackfield explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.errors import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ended


def test_explains_a_code(jackfield: Callable[..., Ended]) -> None:
    """Title, kind, meaning and remedy of a code are shown."""
    ended = jackfield("explain", "throttled")
    entry = CATALOGUE["throttled"]
    assert ended.status == 0
    assert all(text in ended.out for text in (entry.title, entry.kind, entry.meaning, entry.remedy))


def test_explains_a_code_to_scripts(jackfield: Callable[..., Ended]) -> None:
    """The entry of the catalogue is given whole."""
    assert CATALOGUE["throttled"].as_dict() == jackfield("explain", "throttled", "--json").json


def test_lists_every_code(jackfield: Callable[..., Ended]) -> None:
    """Without a code all of them are listed."""
    listed = {entry["code"] for entry in jackfield("explain", "--json").json}
    assert set(CATALOGUE) <= listed
    text = jackfield("explain").out
    assert [code for code in listed if f"  {code} " not in text] == []


def test_a_code_of_the_command_itself_is_explained_too(jackfield: Callable[..., Ended]) -> None:
    """Every code that a script can meet has an explanation."""
    code = jackfield("check", "insighly", "--json").error["code"]
    assert jackfield("explain", code).status == 0
