"""Jackfield connects an application to its customers' CRMs; every CRM platform is a plugin found by its entry point.

    connectors = discover()
    acme = connectors["acme"]
    settings = acme.parse({"api_key": "...", "endpoint": "..."}).settings
    async with acme.connect(settings) as crm:
        async for step in crm.check(): ...
        async for page in crm.users(): ...

The names below are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the module typing takes half as long to import as Python to start
if TYPE_CHECKING:
    from typing import Any

    from jackfield.connector import Connection, Connector
    from jackfield.discovery import Connectors, Description, discover
    from jackfield.errors import (
        JackfieldError,
        PermissionRefused,
        Problem,
        SettingsError,
        TransientError,
        VendorError,
        explain,
    )
    from jackfield.hookspecs import hookimpl
    from jackfield.platform import Capability, Platform
    from jackfield.records import Contact, Record
    from jackfield.users import CrmUser, UserKind, UserPage, UserState

__all__ = [
    "Capability",
    "Connection",
    "Connector",
    "Connectors",
    "Contact",
    "CrmUser",
    "Description",
    "JackfieldError",
    "PermissionRefused",
    "Platform",
    "Problem",
    "Record",
    "SettingsError",
    "TransientError",
    "UserKind",
    "UserPage",
    "UserState",
    "VendorError",
    "discover",
    "explain",
    "hookimpl",
]

_HOMES = {
    "connector": ("Connection", "Connector"),
    "discovery": ("Connectors", "Description", "discover"),
    "errors": (
        "JackfieldError",
        "PermissionRefused",
        "Problem",
        "SettingsError",
        "TransientError",
        "VendorError",
        "explain",
    ),
    "hookspecs": ("hookimpl",),
    "platform": ("Capability", "Platform"),
    "records": ("Contact", "Record"),
    "users": ("CrmUser", "UserKind", "UserPage", "UserState"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
