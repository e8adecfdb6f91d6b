"""How a simulated CRM knows its key: the four ways in which simple CRMs take one."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from jackfield.simkit.asking import Ask

__all__ = ["BearerToken", "KeyAsUser", "KeyInHeader", "KeyInQuery", "Signing"]


class Signing(Protocol):
    """Where a request carries its credentials."""

    def key(self, ask: Ask) -> str | None:
        """The key that the request carries, or None."""
        ...


@dataclass(frozen=True)
class KeyInHeader:
    """The key in a header of the CRM's own, such as ``X-Api-Key``."""

    name: str

    def key(self, ask: Ask) -> str | None:
        return ask.headers.get(self.name.lower())


@dataclass(frozen=True)
class KeyInQuery:
    """The key in a parameter of the address, such as ``api_token``."""

    name: str

    def key(self, ask: Ask) -> str | None:
        return ask.query.get(self.name)


@dataclass(frozen=True)
class KeyAsUser:
    """HTTP Basic with the key for the user name; whatever the password is, it is not looked at."""

    def key(self, ask: Ask) -> str | None:
        return _basic(ask).partition(":")[0] or None


@dataclass(frozen=True)
class BearerToken:
    """The key as a token, in ``Authorization: Bearer``."""

    def key(self, ask: Ask) -> str | None:
        scheme, _, token = ask.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else None


def _basic(ask: Ask) -> str:
    scheme, _, token = ask.headers.get("authorization", "").partition(" ")
    try:
        return base64.b64decode(token, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""
