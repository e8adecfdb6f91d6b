"""Wrong usage: one sentence, exit status 2, nothing repeated that may be a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

SECRET = "5ecret-0f-the-demo"
WRONG = {
    "unknown command": ("chekc", "insightly"),
    "unknown platform": ("check", "insighly"),
    "unknown option": ("check", "insightly", "--sett", "a=b"),
    "missing platform": ("users",),
    "missing number": ("find", "insightly"),
    "missing option value": ("check", "insightly", "--set"),
    "no assignment": ("check", "insightly", "--set", SECRET),
    "secret as option": ("check", "insightly", f"--api_key={SECRET}"),
    "secret as argument": ("check", "insightly", f"api_key={SECRET}"),
    "secret as platform": ("check", f"api_key={SECRET}"),
    "secret as command": (f"api_key={SECRET}",),
    "no such code": ("explain", "no_such_code"),
    "no settings file": ("check", "insightly", "--settings", "/no/such/file"),
    "unknown fault": ("simulate", "insightly", "--fault", "no-such-fault"),
    "unknown knob": ("simulate", "insightly", "--set", "no_such_knob=1"),
    "port is no number": ("simulate", "insightly", "--port", "eighty"),
    "no such port": ("simulate", "insightly", "--port", "99999"),
    "a user and a half": ("simulate", "insightly", "--users", "1.5"),
    "secret as settings file": ("check", "insightly", "--settings", SECRET),
    "given twice": ("check", "insightly", "--settings", "a.json", "--settings", "b.json"),
    "option behind --": ("find", "insightly", "--", "-1", "--settings", "a.json"),
}
FOR_SCRIPTS = ("unknown platform", "secret as option", "secret as argument", "no settings file", "unknown fault")
KEYS = ["kind", "code", "message", "remedy"]


@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_wrong_usage_is_said_in_a_sentence(jackfield: Callable[..., Ended], words: tuple[str, ...]) -> None:
    """A person reads what is wrong and what to do, on standard error."""
    ended = jackfield(*words)
    first, remedy = ended.err.splitlines()
    assert (ended.status, ended.out) == (2, "")
    assert first.startswith("Error: ")
    assert remedy.endswith((".", "?"))
    assert SECRET not in ended.err


@pytest.mark.parametrize("words", [WRONG[name] for name in FOR_SCRIPTS], ids=FOR_SCRIPTS)
def test_wrong_usage_is_an_object_for_scripts(jackfield: Callable[..., Ended], words: tuple[str, ...]) -> None:
    """A script reads an error object with exactly these keys, on standard output."""
    ended = jackfield(*words, "--json")
    assert (ended.status, ended.err) == (2, "")
    assert {name: list(value) for name, value in ended.json.items()} == {"error": KEYS}
    assert ended.error["kind"] == "usage"
    assert SECRET not in ended.out


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "\ufeff", f'{{"api_key": "{SECRET}"', "[" * 100_000],
    ids=["cut off", "a list", "blank", "secret", "deep"],
)
def test_a_settings_file_must_be_a_json_object(jackfield: Callable[..., Ended], tmp_path: Path, text: str) -> None:
    """A file that is something else is refused without showing what it holds."""
    file = tmp_path / "settings.json"
    file.write_text(text)
    ended = jackfield("check", "insightly", "--settings", str(file))
    assert ended.status == 2
    assert "JSON" in ended.err
    assert SECRET not in ended.err


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",)], ids=["nothing", "--help", "-h"])
def test_help_lists_every_command(jackfield: Callable[..., Ended], words: tuple[str, ...]) -> None:
    """Without a command, and with --help, all commands are listed with a line each."""
    ended = jackfield(*words)
    commands = [
        "platforms",
        "schema",
        "check",
        "users",
        "find",
        "link",
        "explain",
        "simulate",
        "serve",
        "connections",
        "import",
        "demo",
    ]
    assert (ended.status, [name for name in commands if f" {name} " not in ended.out]) == (0, [])


def test_each_command_has_a_help_text(jackfield: Callable[..., Ended]) -> None:
    """``COMMAND --help`` explains the options."""
    ended = jackfield("users", "--help")
    assert ended.status == 0
    assert all(text in ended.out for text in ("List every user", "PLATFORM", "--set", "--settings", "--json"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing option value", "Error: --set needs a value."),
        ("given twice", "Error: --settings was given more than once."),
        ("option behind --", "Error: --settings stands behind --, where nothing is an option."),
    ],
)
def test_the_option_in_question_is_named(jackfield: Callable[..., Ended], name: str, said: str) -> None:
    """Whoever reads the sentence knows which word to change."""
    assert jackfield(*WRONG[name]).err.splitlines()[0] == said
