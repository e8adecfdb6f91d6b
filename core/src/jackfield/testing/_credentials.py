"""The credentials of a simulated account, and others of the same shape that hide in no common text."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from jackfield.errors import JackfieldError
from jackfield.http import NoAuth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jackfield.connector import Connector
    from jackfield.http import Auth
    from jackfield.settings import ConnectionSettings

_ALPHABETS = (string.digits, "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")
_RUN, _VARIED, _LONG = 8, 5, 12

Translation = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Credentials:
    """Settings that lead to a simulator, and how they sign requests."""

    connector: Connector
    values: Mapping[str, str] = field(repr=False)
    settings: ConnectionSettings
    auth: Auth
    secrets: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, connector: Connector, values: Mapping[str, str]) -> Credentials:
        """Those of the values; raises SettingsError where the connector refuses them."""
        settings = connector.parse(values).settings
        auth: Auth = connector.call("authenticate", settings=settings) or NoAuth()
        own = [values[name] for name in secret_fields(connector) if values.get(name)]
        plain = [value for name, value in values.items() if name not in secret_fields(connector)]
        signed = [_secret_part(secret, plain) for secret in auth.secrets()]
        return cls(connector, dict(values), settings, auth, tuple(dict.fromkeys((*own, *signed))))

    def other(self, turns: int = 1) -> Credentials:
        """Others of the same shape; these where the connector signs in a way of its own, or refuses the others."""
        if not self.connector.implements("authenticate"):
            return self
        changed = {
            name: another(self.values[name], turns) for name in secret_fields(self.connector) if self.values.get(name)
        }
        try:
            return Credentials.of(self.connector, {**self.values, **changed})
        except JackfieldError:
            return self

    def translations(self, own: Credentials) -> tuple[Translation, Translation]:
        """For headers and query parameters: what these credentials say, and what the ``own`` ones say there."""
        theirs, ours = self.auth, own.auth
        headers = {name.lower(): (value, ours.headers().get(name, "")) for name, value in theirs.headers().items()}
        return headers, {name: (value, ours.params().get(name, "")) for name, value in theirs.params().items()}


@lru_cache(maxsize=16)
def secret_fields(connector: Connector) -> tuple[str, ...]:
    """The fields that hold secrets, those of the deployment included."""
    schema = connector.schema()
    form = [name for name, spec in schema["properties"].items() if spec["x-jackfield"]["kind"] == "secret"]
    deployment = schema.get("x-jackfield", {}).get("deployment", ())
    return (*form, *(spec["name"] for spec in deployment if spec["secret"]))


def another(secret: str, turns: int = 1) -> str:
    """A text of the same shape with as many different characters as that allows."""
    return "".join(_turned(character, place * 7 + 2 + turns) for place, character in enumerate(secret))


def _turned(character: str, by: int) -> str:
    alphabet = next((letters for letters in _ALPHABETS if character in letters), character)
    return alphabet[(alphabet.index(character) + by) % len(alphabet)]


def shown_in(text: str, secrets: Iterable[str]) -> bool:
    """Whether a secret shows in the text: as a whole, or a good part of it."""
    return any(secret in text or _part_in(text, secret) for secret in secrets if secret)


def _secret_part(secret: str, plain: Iterable[str]) -> str:
    """What is secret in a text that signs, such as a user name made of the account's name and a key."""
    for value in sorted(plain, key=len, reverse=True):
        secret = secret.replace(value, "") if value else secret
    return secret


def without_parts(text: str, secret: str) -> str:
    """The text with ``***`` for every good part of the secret that is no word by chance."""
    hidden: set[int] = set()
    for run in _runs(secret):
        start = text.find(run) if re.search(r"\d", run) and re.search(r"[a-zA-Z]", run) else -1
        while start >= 0:
            hidden.update(range(start, start + _RUN))
            start = text.find(run, start + 1)
    shown = (
        ("***" if place - 1 not in hidden else "") if place in hidden else letter for place, letter in enumerate(text)
    )
    return "".join(shown) if hidden else text


def _part_in(text: str, secret: str) -> bool:
    return any(run in text for run in _runs(secret))


def _runs(secret: str) -> Iterator[str]:
    """The parts of a long secret that are so varied that they stand in no other text."""
    if len(secret) >= _LONG:
        runs = (secret[start : start + _RUN] for start in range(len(secret) - _RUN + 1))
        yield from (run for run in runs if len(set(run)) >= _VARIED)
