"""Where data lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield_portal import home as places
from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    from pathlib import Path


def test_home_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without JACKFIELD_HOME, the folder lies where the user's data lies."""
    monkeypatch.delenv("JACKFIELD_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert places.home() == tmp_path / "jackfield"


def test_home_is_private() -> None:
    """Only its owner can enter the folder."""
    assert places.prepare_home().stat().st_mode & 0o777 == 0o700


def test_django_key_is_made_once_and_private() -> None:
    """The key is the same at each call, and only its owner can read it."""
    first = places.django_key()
    assert (places.django_key(), (places.home() / "django.key").stat().st_mode & 0o777) == (first, 0o600)


def test_home_that_is_a_file_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home that can't be a folder gets a sentence that says what to do."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JACKFIELD_HOME", str(tmp_path / "file"))
    with pytest.raises(PortalError, match="cannot write"):
        places.prepare_home()


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """A file that can't be written whole is not written at all, and leaves nothing beside it."""
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(PortalError):
        places.write_private(target, "x")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".new"] == []
