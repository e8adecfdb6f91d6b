"""Commands of other packages, added by entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

GROUP = "[jackfield.commands]\n"
GREETING = '''
import pathlib
pathlib.Path(__file__).with_suffix(".imported").touch()

def greet(name: str, *, json: bool = False) -> int:
    """Greet somebody by name.

    At length.
    """
    print("Hello", name)
    return 3

class Refusal(Exception):
    message = "There is nobody here."
    remedy = "Come back tomorrow."

def refuse() -> None:
    raise Refusal

def stumble() -> None:
    raise ZeroDivisionError("with 5ecret details")
'''


@pytest.fixture
def greeting(package: Callable[..., None]) -> None:
    """A package with three commands, and one entry point that leads nowhere."""
    names = "greet = greeting:greet\nrefuse = greeting:refuse\nstumble = greeting:stumble\nlost = nowhere:lost\n"
    package("greeting", GREETING, f"{GROUP}{names}platforms = greeting:greet\n--help = greeting:greet\n")


@pytest.mark.usefixtures("greeting")
def test_an_added_command_is_listed_without_being_imported(jackfield: Callable[..., Ended], tmp_path: Path) -> None:
    """The list shows the first line of the command's docstring, and whose it is where that cannot be read."""
    out = jackfield("--help").out
    assert "Greet somebody by name." in out
    assert "A command of greeting." in out
    assert list(tmp_path.rglob("*.imported")) == []


@pytest.mark.usefixtures("greeting")
def test_an_added_command_runs_and_gives_its_status(jackfield: Callable[..., Ended]) -> None:
    """The number that it returns is the exit status."""
    ended = jackfield("greet", "Ada")
    assert (ended.status, ended.out) == (3, "Hello Ada\n")


@pytest.mark.usefixtures("greeting")
def test_a_broken_command_is_told_in_a_sentence(jackfield: Callable[..., Ended]) -> None:
    """The sentence names the package that it came from."""
    ended = jackfield("lost")
    assert (ended.status, ended.out) == (1, "")
    assert "The command lost of greeting cannot be loaded" in ended.err


@pytest.mark.usefixtures("greeting")
def test_an_added_command_never_takes_the_name_of_another(jackfield: Callable[..., Ended]) -> None:
    """The core's own commands stay what they are."""
    assert "INSIGHTLY" in jackfield("platforms").out.upper()


@pytest.mark.usefixtures("greeting")
def test_a_refusal_with_message_and_remedy_is_told_in_its_own_words(jackfield: Callable[..., Ended]) -> None:
    """A package need not import the command line to speak through it."""
    assert jackfield("refuse").err == "Error: There is nobody here.\nCome back tomorrow.\n"


@pytest.mark.usefixtures("greeting")
def test_an_unexpected_mistake_is_one_sentence(jackfield: Callable[..., Ended]) -> None:
    """Its details are shown to nobody who did not ask for them."""
    ended = jackfield("stumble", "--json")
    assert (ended.status, ended.error["code"]) == (2, "wrong_usage")
    ended = jackfield("stumble")
    assert ended.status == 1
    assert "ZeroDivisionError" in ended.err
    assert "5ecret" not in ended.err
