"""Answers that are kept: given without importing anything, and never once something has changed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.core.plugs import card, install

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

NEW_MODULES = """
import sys
before = set(sys.modules)
from jackfield.cli import main
main({words})
print("|", *(set(sys.modules) - before))
"""
GREETING = "[jackfield.commands]\ngreet = greeting:greet\n"
GREET = 'def greet() -> None:\n    """{}"""\n'


@pytest.fixture(autouse=True)
def _own_cache(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept yet, and the folder that the command is called in is left alone by others."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    environment["JACKFIELD_CACHE_DIR"] = str(tmp_path / "cache")
    environment["PYTHONPATH"] = str(tmp_path / "packages")
    environment.pop("PYTHONWARNINGS")  # Python imports a module for it


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["-h"], [], ["platforms"], ["platforms", "--json"]])
def test_a_kept_answer_imports_nothing(environment: dict[str, str], tmp_path: Path, words: list[str]) -> None:
    """Of all modules, only the command's own front is loaded; the answer is the one that was made at first."""
    install(tmp_path / "packages", "good")
    answers, new = [], set[str]()
    for _ in range(5):  # the first ones leave compiled files, and what is quite new is not yet believed
        command = [sys.executable, "-c", NEW_MODULES.format(words=words)]
        out = subprocess.check_output(command, env=environment, text=True)  # noqa: S603 - our own command
        answers.append(out.rpartition("|")[0])
        new = set(out.rpartition("|")[2].split())
    assert new == {"__future__", "jackfield", "jackfield.cli", "jackfield.cli._kept"}
    assert set(answers) == {answers[0]}


def test_a_package_is_seen_as_it_comes_changes_and_goes(
    jackfield: Callable[..., Ended], package: Callable[..., None], tmp_path: Path
) -> None:
    """The help shows the commands of the packages that are there now, as their sources say it now."""
    assert "greet" not in settled(jackfield, "--help")
    package("greeting", GREET.format("Greet one."), GREETING)
    assert "Greet one." in settled(jackfield, "--help")
    (tmp_path / "packages" / "greeting.py").write_text(GREET.format("Greet two."))
    assert "Greet two." in settled(jackfield, "--help")
    (tmp_path / "packages" / "greeting-1.0.dist-info" / "entry_points.txt").write_text("")
    assert "greet" not in settled(jackfield, "--help")


def test_a_connector_is_seen_as_it_comes_changes_and_goes(jackfield: Callable[..., Ended], tmp_path: Path) -> None:
    """The list shows the connectors that are there now, as their files say it now."""
    packages = tmp_path / "packages"
    assert "acme" not in settled(jackfield, "platforms")
    module = install(packages, "acme")
    assert "Acme" in settled(jackfield, "platforms")
    module.write_text(module.read_text().replace("own.title()", "'Emca'"))
    assert "Emca" in settled(jackfield, "platforms")
    module.with_name("quality.toml").write_text(card("1.5"), "utf-8")
    assert "45/47" in settled(jackfield, "platforms")
    for file in packages.glob("*.dist-info/*"):
        file.unlink()
    assert "acme" not in settled(jackfield, "platforms")


def test_a_broken_connector_is_asked_again(jackfield: Callable[..., Ended], tmp_path: Path) -> None:
    """What broke it may lie outside its files, so that nothing is kept."""
    install(tmp_path / "packages", "brittle", "raise RuntimeError('no')")
    assert "RuntimeError" in settled(jackfield, "platforms")
    assert list((tmp_path / "cache").rglob("*.answer")) == []


def test_a_help_text_fits_the_terminal(jackfield: Callable[..., Ended]) -> None:
    """One that was drawn for another width is not shown."""
    widths = [max(map(len, settled(jackfield, "--help", COLUMNS=width).splitlines())) for width in ("60", "90", "60")]
    assert widths == [60, 90, 60]


@pytest.mark.parametrize("spoilt", [b"", b"\xff\xfe", b"\0\0\0\0\0", b"\0" * 9, "cut", "late"])
def test_a_spoilt_answer_is_made_anew(jackfield: Callable[..., Ended], tmp_path: Path, spoilt: bytes | str) -> None:
    """Whatever stands in the file; nobody is shown half of an answer, nor one from long ago."""
    settled(jackfield, "--version")
    (file,) = (tmp_path / "cache").rglob("*.answer")
    parts = file.read_bytes().split(b"\0")
    if spoilt == "cut":
        spoilt = file.read_bytes()[:-2]
    elif spoilt == "late":
        spoilt = b"\0".join([parts[0], b"1000", *parts[2:5], b"0.0.9\n"])
    assert isinstance(spoilt, bytes)
    file.write_bytes(spoilt)
    assert jackfield("--version").out == "0.1.0\n"


def test_without_a_place_to_keep_it_an_answer_is_made(jackfield: Callable[..., Ended], tmp_path: Path) -> None:
    """A folder that cannot be made is no error."""
    (tmp_path / "cache").write_text("in the way")
    assert settled(jackfield, "--version") == "0.1.0\n"


def settled(jackfield: Callable[..., Ended], *words: str, **variables: str) -> str:
    """What a command answers, which it does three times alike."""
    first, *more = [jackfield(*words, **variables) for _ in range(3)]
    assert all(ended == first for ended in more)
    assert (first.status, first.err) == (0, "")
    return first.out
