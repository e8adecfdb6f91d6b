"""The connector that a command line names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.cli._near import nearest, without_value
from jackfield.cli.errors import UsageError
from jackfield.discovery import discover
from jackfield.errors import JackfieldError, error

if TYPE_CHECKING:
    from jackfield.connector import Connector
    from jackfield.discovery import Connectors

__all__ = ["connector_named", "known"]


def connector_named(platform: str) -> Connector:
    """Load one connector; an unknown name is wrong usage, a broken connector raises its reason."""
    connectors = discover()
    known(connectors, platform)
    try:
        return connectors[platform]
    except JackfieldError as broken:
        message = f"The connector of {platform} cannot be used. {broken.message}"
        raise error(broken.code, message, detail=broken.detail) from None


def known(connectors: Connectors, platform: str) -> None:
    """Raise UsageError where no connector of this name is installed."""
    if platform not in connectors:
        shown = without_value(platform)
        remedy = nearest(shown, connectors) or f"Installed are: {', '.join(connectors) or 'none'}."
        raise UsageError(f"There is no platform {shown!r}.", remedy, code="unknown_platform")
