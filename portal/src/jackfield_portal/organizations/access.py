"""Who is asking, for which organization, and whether he may change anything. Every view begins here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from jackfield_portal.organizations.models import Membership, Organization, User

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["administrator", "member", "membership_of", "organization_of"]


def membership_of(request: HttpRequest) -> Membership | None:
    """The signed-in user's membership of the organization he looks at, or None."""
    kept: Membership | None = getattr(request, "_membership", None)
    if kept is None and isinstance(request.user, User):
        found = Membership.objects.filter(user=request.user).select_related("organization", "user")
        kept = found.first()
        request._membership = kept  # type: ignore[attr-defined]  # noqa: SLF001 - kept for this one request
    return kept


def member(request: HttpRequest) -> Membership:
    """The membership of whoever asks; raises PermissionDenied, in words, for a user without an organization."""
    membership = membership_of(request)
    if membership is None:
        raise PermissionDenied(_("You do not belong to an organization yet. Ask an administrator to add you."))
    return membership


def administrator(request: HttpRequest) -> Membership:
    """The membership of an administrator; raises PermissionDenied, in words, for everybody else."""
    membership = member(request)
    if not membership.may_change:
        raise PermissionDenied(
            _("You may look at this organization, but not change it. Ask an administrator of %(organization)s.")
            % {"organization": membership.organization.name}
        )
    return membership


def organization_of(request: HttpRequest) -> Organization | None:
    """The organization that the signed-in user looks at, or None."""
    membership = membership_of(request)
    return membership.organization if membership else None
