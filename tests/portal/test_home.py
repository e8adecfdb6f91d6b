"""Where data lies."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from jackfield_portal import home as places
from jackfield_portal.errors import PortalError
from tests.portal.conftest import ON_POSTGRESQL


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


def test_of_many_who_make_a_file_at_once_all_get_the_same() -> None:
    """Processes and threads that start together agree on one key, and leave nothing else behind."""
    path = places.home() / "one.key"
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda number: places.kept_private(path, f"key-{number}"), range(32)))
    assert (found, list(places.home().iterdir())) == ({path.read_text()}, [path])


def test_django_key_that_others_can_read_is_refused() -> None:
    """A key with which others could sign themselves in is not used."""
    places.django_key()
    (places.home() / "django.key").chmod(0o644)
    with pytest.raises(PortalError, match="chmod 600"):
        places.django_key()


def test_tests_touch_nobodys_own_home() -> None:
    """The database of the settings, which are read before any fixture, lies where the tests' own data lie."""
    scratch = Path(tempfile.gettempdir())
    database = settings.DATABASES["default"]
    files = [] if ON_POSTGRESQL else [Path(database["NAME"]), Path(database["TEST"]["NAME"])]
    paths = [*files, places.home(), Path(os.environ["JACKFIELD_CACHE_DIR"])]
    assert [path for path in paths if not path.is_relative_to(scratch)] == []


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
