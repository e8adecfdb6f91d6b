"""What a recorder can know of a connector: which members it reads, and which version of the API it speaks."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import fields
from pydantic import AliasChoices, AliasPath, BaseModel

from jackfield.discovery import GROUP
from jackfield.settings import ConnectionSettings, base_url_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.connector import Connector

_IN_ACCEPT = re.compile(r"\bversion=([\w.-]+)")
_IN_PATH = re.compile(r"/(v\d[\w.]*|\d+(?:\.\d+)+)(?=/)")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, without a final slash."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def api_version(connector: Connector, settings: ConnectionSettings) -> str:
    """The version that the connector asks for: by its media type, else by the last one in the path of its address."""
    asked = _IN_ACCEPT.findall(connector.platform.accept)
    versions: list[str] = asked or _IN_PATH.findall(urlsplit(base_url_of(settings) or "").path) or ["unversioned"]
    return versions[-1]


def members_read(connector: Connector) -> frozenset[str] | None:
    """The members that the connector's wire models have, by their names in JSON; None where it has no such models."""
    points = list(entry_points(group=GROUP, name=connector.id))
    names = {name for point in points[:1] for model in _models(point.module) for name in _members(model)}
    return frozenset(names) or None


def _models(package: str) -> Iterator[type[BaseModel | Struct]]:
    for name in (package, f"{package}.models"):
        try:
            if find_spec(name) is None:
                continue
        except ModuleNotFoundError:  # the connector is one module
            continue
        for found in vars(import_module(name)).values():
            wire = isinstance(found, type) and issubclass(found, BaseModel | Struct)
            if wire and found.__module__.startswith(package) and not issubclass(found, ConnectionSettings):
                yield found


def _members(model: type[BaseModel | Struct]) -> Iterator[str]:
    if issubclass(model, Struct):
        yield from (field.encode_name for field in fields(model))
        return
    for name, field in model.model_fields.items():
        yield name
        for alias in (field.alias, field.validation_alias):
            yield from _spellings(alias)


def _spellings(alias: Any) -> Iterator[str]:
    if isinstance(alias, str):
        yield alias
    elif isinstance(alias, AliasPath):
        yield from (part for part in alias.path if isinstance(part, str))
    elif isinstance(alias, AliasChoices):
        for choice in alias.choices:
            yield from _spellings(choice)
