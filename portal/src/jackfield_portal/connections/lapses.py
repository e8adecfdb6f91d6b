"""Connections whose platform the organization's plan no longer includes: kept whole, to be looked at, and not used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield_portal.connections import platforms
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import plans
from jackfield_portal.said import said

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

__all__ = ["lapsed", "refuse_lapsed"]


def lapsed(connection: Connection) -> str:
    """Why the plan no longer includes the connection's platform, and whom to ask; empty where it does.

    That of a platform whose connector is gone is not known, and nothing can be done with it anyway.
    """
    if plans.unlimited():
        return ""
    description = platforms.description(connection.platform)
    return plans.lapsed(connection.organization, description) if description else ""


def refuse_lapsed(connection: Connection) -> None:
    """Raise PortalError where the plan no longer includes the connection's platform."""
    if reason := lapsed(connection):
        raise PortalError(
            said("%(name)s is no longer in your plan, so it is kept and not used.", name=connection.name),
            remedy=reason,
        )
