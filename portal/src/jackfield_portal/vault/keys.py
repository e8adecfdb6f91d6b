"""Where the vault's keys come from."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jackfield_portal.errors import PortalError
from jackfield_portal.home import prepare_home, read_private, vault_key_path, write_private
from jackfield_portal.said import joined, said

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FileKeys", "Key", "KeyProvider", "lost"]

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A key of 256 bits and the id that stands in each token made with it."""

    id: str
    material: bytes

    def __repr__(self) -> str:
        return f"Key(id={self.id!r})"


def lost() -> str:
    """What is left to do where the keys are lost for good."""
    return said("Then clear the stored secrets of every connection and enter them again; all else is kept.")


class KeyProvider(Protocol):
    """Hands out the keys; a file now, a key management service where a deployment has one."""

    def keys(self) -> tuple[Key, ...]:
        """All keys, the newest first; empty where none was ever made. Raises PortalError where they can't be read."""

    def add(self) -> Key:
        """Make a key and put it before all others."""


class FileKeys:
    """Keys in a file that only its owner can read: a line each, id and key (base64), the newest first.

    Old keys stay in it, so that a backup of the database can still be opened after a rotation.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._given = path

    @property
    def path(self) -> Path:
        """The file."""
        return self._given or vault_key_path()

    def keys(self) -> tuple[Key, ...]:
        """All keys, the newest first; none where the file is missing."""
        lines = (read_private(self.path) or "").splitlines()
        return tuple(self._key(line) for line in lines if line.strip())

    def add(self) -> Key:
        """Make a key and put it before all others."""
        kept = self.keys()
        key = Key(secrets.token_hex(4), secrets.token_bytes(_BYTES))
        prepare_home()
        write_private(self.path, "".join(f"{k.id} {base64.b64encode(k.material).decode()}\n" for k in (key, *kept)))
        return key

    def _key(self, line: str) -> Key:
        try:
            key_id, text = line.split()
            material = base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            raise self._unreadable() from None
        if len(material) != _BYTES:
            raise self._unreadable()
        return Key(key_id, material)

    def _unreadable(self) -> PortalError:
        return PortalError(
            said(
                "The key file %(name)s in the data folder is damaged, so the stored secrets cannot be opened.",
                name=self.path.name,
            ),
            remedy=joined(" ", said("Put it back from a backup. Where there is none, remove it."), lost()),
        )
