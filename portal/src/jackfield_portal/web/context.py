"""What every page knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield_portal.organizations.access import membership_of, memberships_of

if TYPE_CHECKING:
    from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """The membership of whoever looks, and with it the organization; all his memberships."""
    if not hasattr(request, "user"):
        return {"membership": None, "memberships": (), "may_change": False}
    membership = membership_of(request)
    return {
        "membership": membership,
        "memberships": memberships_of(request),
        "may_change": bool(membership and membership.may_change),
    }
