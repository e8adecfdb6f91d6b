"""How a request is signed, and which texts that makes secret."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Auth", "Basic", "Bearer", "Combined", "Header", "NoAuth", "Query"]

_LONG_WORD = 8


class Auth(Protocol):
    """What every request to the connection's host is signed with; nothing of it goes to any other host."""

    def headers(self) -> Mapping[str, str]:
        """The headers that sign a request."""
        ...

    def params(self) -> Mapping[str, str]:
        """The query parameters that sign a request."""
        ...

    def secrets(self) -> tuple[str, ...]:
        """Every text that must show up nowhere."""
        ...


@dataclass(frozen=True)
class NoAuth:
    """Requests that are not signed."""

    def headers(self) -> Mapping[str, str]:
        return {}

    def params(self) -> Mapping[str, str]:
        return {}

    def secrets(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class Basic(NoAuth):
    """HTTP Basic (RFC 7617) in UTF-8; for many CRMs the user is the API key and the password is blank."""

    user: str = field(repr=False)
    password: str = field(default="", repr=False)

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Basic {_base64(f'{self.user}:{self.password}')}"}

    def secrets(self) -> tuple[str, ...]:
        encoded = (_base64(text) for text in (self.user, f"{self.user}:", f"{self.user}:{self.password}"))
        return tuple(text for text in (self.user, self.password, *encoded) if text)


@dataclass(frozen=True)
class Bearer(NoAuth):
    """A token in the header ``Authorization: Bearer``."""

    token: str = field(repr=False)

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def secrets(self) -> tuple[str, ...]:
        return (self.token,) if self.token else ()


@dataclass(frozen=True)
class Header(NoAuth):
    """A header of the CRM's own."""

    name: str
    value: str = field(repr=False)

    def headers(self) -> Mapping[str, str]:
        return {self.name: self.value}

    def secrets(self) -> tuple[str, ...]:
        """The value, and its long words: a secret behind a prefix is secret by itself."""
        words = (word for word in self.value.replace("=", " ").split() if len(word) >= _LONG_WORD)
        return tuple(dict.fromkeys(text for text in (self.value, *words) if text))


@dataclass(frozen=True)
class Query(NoAuth):
    """A query parameter; the query is in no text of ours."""

    name: str
    value: str = field(repr=False)

    def params(self) -> Mapping[str, str]:
        return {self.name: self.value}

    def secrets(self) -> tuple[str, ...]:
        return (self.value,) if self.value else ()


class Combined:
    """Several ways of signing at once, such as HTTP Basic and a header; of two values with one name the last holds."""

    def __init__(self, *auths: Auth) -> None:
        self._auths = auths

    def headers(self) -> Mapping[str, str]:
        return {name: value for auth in self._auths for name, value in auth.headers().items()}

    def params(self) -> Mapping[str, str]:
        return {name: value for auth in self._auths for name, value in auth.params().items()}

    def secrets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for auth in self._auths for text in auth.secrets()))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
