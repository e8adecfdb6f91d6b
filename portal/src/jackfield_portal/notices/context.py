"""What every page knows of notices: how many are unread, asked of the database only where a page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from jackfield_portal.notices import services
from jackfield_portal.organizations.access import membership_of

if TYPE_CHECKING:
    from django.http import HttpRequest


def bell(request: HttpRequest) -> dict[str, Any]:
    """The number for the bell."""
    return {"unread": SimpleLazyObject(lambda: _unread(request))}


def _unread(request: HttpRequest) -> int:
    membership = membership_of(request) if hasattr(request, "user") else None
    return services.unread(membership) if membership else 0
