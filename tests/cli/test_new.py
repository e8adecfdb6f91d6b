"""``jackfield new``: a connector from one command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended


def test_it_makes_a_folder_with_everything_in_it(jackfield: Callable[..., Ended], tmp_path: Path) -> None:
    """Sources, tests, and tapes that were recorded from its own simulator."""
    ended = jackfield("new", "acme-desk", "--title", "Acme Service Desk", "--into", str(tmp_path / "deep"))
    folder = tmp_path / "deep" / "jackfield-acme-desk"
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"Made the connector of Acme Service Desk in {folder}.")
    assert {path.name for path in (folder / "src" / "jackfield_acme_desk").iterdir()} == {
        *("__init__.py", "checks.py", "mapping.py", "models.py", "protocol.py", "settings.py", "simulator.py"),
        "py.typed",
    }
    tapes = {path.name: path.read_text("utf-8") for path in (folder / "tests" / "cassettes").iterdir()}
    assert set(tapes) == {"check.yaml", "users.yaml", "find.yaml"}
    assert all("NOT against the vendor's service" in text.splitlines()[0] for text in tapes.values())


def test_a_script_is_told_where_it_is(jackfield: Callable[..., Ended], tmp_path: Path) -> None:
    """One JSON object."""
    ended = jackfield("new", "acme", "--into", str(tmp_path), "--auth", "bearer", "--paging", "link", "--json")
    expected = {
        "platform": "acme",
        "folder": str(tmp_path / "jackfield-acme"),
        "package": "jackfield_acme",
        "recorded": True,
    }
    assert expected == ended.json


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("Acme",), "'Acme' cannot be a platform's id"),
        (("portal",), "A package jackfield_portal, or a connector named portal, is installed already."),
        (("acme", "--auth", "digest"), "--auth takes one of header, query, basic, bearer, not 'digest'."),
        (("acme", "--paging", "token"), "--paging takes one of offset, page, cursor, link, not 'token'."),
        (("acme", "--title", 'A "good" one'), "A title is one line"),
        ((), "NAME is missing."),
    ],
)
def test_what_cannot_be_made_is_one_sentence(
    jackfield: Callable[..., Ended], tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    """It is wrong usage, and nothing is written."""
    ended = jackfield("new", *words, "--into", str(tmp_path / "here"))
    assert (ended.status, ended.out) == (2, "")
    assert sentence in ended.err
    assert not (tmp_path / "here").exists()


def test_a_folder_that_is_there_is_left_alone(jackfield: Callable[..., Ended], tmp_path: Path) -> None:
    """Whatever is in it."""
    mine = tmp_path / "jackfield-acme" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    ended = jackfield("new", "acme", "--into", str(tmp_path))
    assert (ended.status, mine.read_text(), list(tmp_path.glob(".jackfield*"))) == (2, "mine", [])
    assert "nothing in it was touched" in ended.err


def test_a_folder_that_cannot_be_made_is_one_sentence(jackfield: Callable[..., Ended], tmp_path: Path) -> None:
    """A file is in its way."""
    (tmp_path / "file").write_text("")
    ended = jackfield("new", "acme", "--into", str(tmp_path / "file"))
    assert ended.status == 2
    assert "The connector cannot be written to" in ended.err


def test_without_the_testing_extra_it_says_how_to_get_it(jackfield: Callable[..., Ended], tmp_path: Path) -> None:
    """The connector is made all the same; only its tapes are missing."""
    hiding = tmp_path / "hiding"
    hiding.mkdir()
    (hiding / "yaml.py").write_text("raise ModuleNotFoundError('No module named yaml', name='yaml')\n")
    ended = jackfield("new", "acme", "--into", str(tmp_path), PYTHONPATH=str(hiding))
    assert (ended.status, (tmp_path / "jackfield-acme" / "tests" / "cassettes").exists()) == (0, False)
    assert "pip install 'jackfield[testing]'" in ended.err
    assert "jackfield record acme" in ended.err
    assert sys.executable not in ended.err
