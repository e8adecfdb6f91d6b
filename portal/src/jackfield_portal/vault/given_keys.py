"""Keys that the deployment hands to every machine alike."""

from __future__ import annotations

import base64
import binascii

from jackfield_portal.environment import given
from jackfield_portal.errors import PortalError
from jackfield_portal.said import said
from jackfield_portal.vault.keys import Key

__all__ = ["GivenKeys"]

_BYTES = 32
_MAKE = 'echo "$(openssl rand -hex 4) $(openssl rand -base64 32)"'


class GivenKeys:
    """Keys in JACKFIELD_VAULT_KEYS, or the file that JACKFIELD_VAULT_KEYS_FILE names, written as in ``vault.key``.

    A line each, id and key (base64), the newest first. New keys come from the deployment alone.
    """

    def keys(self) -> tuple[Key, ...]:
        """All keys, the newest first; raises PortalError where one is none."""
        return tuple(_key(line) for line in (given("JACKFIELD_VAULT_KEYS") or "").splitlines() if line.strip())

    def add(self) -> Key:
        """The newest of those given: one that this machine made would be unknown to the others."""
        for key in self.keys():
            return key
        raise PortalError(said("No key for stored secrets is given by JACKFIELD_VAULT_KEYS."), remedy=_how())


def _key(line: str) -> Key:
    try:
        key_id, text = line.split()
        material = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key_id, material = "", b""
    if len(material) != _BYTES or "|" in key_id:
        raise PortalError(
            said("A line of JACKFIELD_VAULT_KEYS is not an id and a key of 32 bytes in base64."), remedy=_how()
        )
    return Key(key_id, material)


def _how() -> str:
    return said("A new line is made by: %(command)s", command=_MAKE)
