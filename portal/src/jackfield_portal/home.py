"""Where the portal's data lies: one folder, readable by its owner only. Nothing is written outside it."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from jackfield_portal.environment import given
from jackfield_portal.errors import PortalError
from jackfield_portal.postgresql import checked

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "database_path",
    "database_url",
    "django_key",
    "home",
    "kept_private",
    "prepare_home",
    "read_private",
    "unwritable",
    "vault_key_path",
    "write_private",
]

_SHORTEST_KEY = 40


def home() -> Path:
    """The folder of all data: JACKFIELD_HOME, else ``jackfield`` in the user's data folder. It need not exist yet."""
    if chosen := os.environ.get("JACKFIELD_HOME"):
        return Path(chosen).expanduser().absolute()
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "jackfield"


def database_path() -> Path:
    """The file of the database, where it is SQLite's."""
    return home() / "portal.sqlite3"


def database_url() -> str | None:
    """The address of the PostgreSQL database, or None where the database is SQLite's.

    JACKFIELD_DATABASE_URL says it, or the file that JACKFIELD_DATABASE_URL_FILE names. Raises PortalError, which shows
    nothing of it, where it is no address.
    """
    url = given("JACKFIELD_DATABASE_URL")
    return None if url is None else checked(url)


def vault_key_path() -> Path:
    """The file of the keys that encrypt stored secrets."""
    return home() / "vault.key"


def prepare_home() -> Path:
    """The folder, made (0700) where it was missing; raises PortalError where it can't be written."""
    folder = home()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as failure:
        raise unwritable(folder, failure) from failure
    if not os.access(folder, os.W_OK | os.X_OK):
        raise unwritable(folder, PermissionError("permission denied"))
    return folder


def django_key() -> str:
    """The key that signs sessions and forms: JACKFIELD_SECRET_KEY, else one made at the first call and kept in a file.

    Raises PortalError for one that could be guessed, and where the file cannot be read or made.
    """
    key = given("JACKFIELD_SECRET_KEY")
    if key is not None:
        if len(key) < _SHORTEST_KEY:
            raise PortalError(
                f"JACKFIELD_SECRET_KEY is shorter than {_SHORTEST_KEY} characters, so it could be guessed.",
                remedy="Make one at random, with: openssl rand -base64 48",
            )
        return key
    return kept_private(home() / "django.key", secrets.token_urlsafe(50))


def read_private(path: Path) -> str | None:
    """The text of a file that only its owner can read, None where there is no file; raises PortalError otherwise."""
    try:
        if path.stat().st_mode & 0o077:
            raise PortalError(
                f"Others can read the file {path.name} in the data folder, so it is not used.",
                remedy=f"Take that right from them (chmod 600 {path.name}), then try again.",
            )
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as failure:
        raise PortalError(
            f"The file {path.name} in the data folder cannot be read.",
            remedy="Let its owner be the user who starts Jackfield, or put it back from a backup.",
        ) from failure


def kept_private(path: Path, text: str) -> str:
    """What a private file holds; where there is none, ``text`` is put there, by one of those who come at once."""
    if kept := (read_private(path) or "").strip():
        return kept
    prepare_home()
    with suppress(FileExistsError):
        _write(path, text, lambda beside: os.link(beside, path))
    return (read_private(path) or "").strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all; raises PortalError where that fails."""
    _write(path, text, lambda beside: beside.replace(path))


def _write(path: Path, text: str, put: Callable[[Path], object]) -> None:
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        put(beside)
        _settle(path.parent)
    except FileExistsError:
        raise
    except OSError as failure:
        raise unwritable(path, failure) from failure
    finally:
        beside.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the folder itself reach the disk, so that a new name in it outlives a loss of power."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def unwritable(path: Path, failure: OSError) -> PortalError:
    """That a file or folder cannot be written, and what to do."""
    reason = (failure.strerror or str(failure)).lower()
    full = failure.errno in {errno.ENOSPC, errno.EDQUOT}
    what = "Make room on its disk" if full else "Make that folder writable"
    return PortalError(
        f"Jackfield cannot write to {path}: {reason}.", remedy=f"{what}, or set JACKFIELD_HOME to another folder."
    )
