"""Who is asking, for which organization, and whether he may change anything. Every view begins here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from jackfield_portal.organizations.models import Membership, Organization, SecondFactor, User

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["administrator", "choose", "member", "membership_of", "memberships_of", "operator", "organization_of"]

#: Where the session keeps which organization is looked at, and the header by which a page says whose it is.
_CHOSEN, _DRAWN_FOR = "organization", "X-Organization"


def memberships_of(request: HttpRequest) -> tuple[Membership, ...]:
    """The signed-in user's memberships by organization, asked anew with each request: one taken away ends at once."""
    kept: tuple[Membership, ...] | None = getattr(request, "_memberships", None)
    if kept is None:
        user = request.user if isinstance(request.user, User) else None
        kept = tuple(Membership.objects.filter(user=user).select_related("organization", "user")) if user else ()
        request._memberships = kept  # type: ignore[attr-defined]  # noqa: SLF001 - kept for this one request
    return kept


def membership_of(request: HttpRequest) -> Membership | None:
    """The signed-in user's membership of the organization he looks at: the one he chose, else his first; or None."""
    found = memberships_of(request)
    chosen = request.session.get(_CHOSEN) if len(found) > 1 else None
    return next((one for one in found if str(one.organization_id) == chosen), found[0] if found else None)


def choose(request: HttpRequest, organization: object) -> Membership:
    """Have the session look at another organization from now on; raises PermissionDenied for one he is no member of."""
    found = next((one for one in memberships_of(request) if str(one.organization_id) == str(organization)), None)
    if found is None:
        raise PermissionDenied(_("You are not a member of this organization, or no longer."))
    request.session[_CHOSEN] = str(found.organization_id)
    return found


def member(request: HttpRequest) -> Membership:
    """The membership of whoever asks; raises PermissionDenied, in words, for a user without an organization."""
    membership = membership_of(request)
    if membership is None:
        raise PermissionDenied(_("You do not belong to an organization yet. Ask an administrator to add you."))
    if not drawn_for(request, membership):
        raise PermissionDenied(
            _("In another window you have gone on to %(organization)s. Load this page again.")
            % {"organization": membership.organization.name}
        )
    _need_second_factor(membership.user, administers=membership.may_change)
    return membership


def drawn_for(request: HttpRequest, membership: Membership) -> bool:
    """Whether the page that asks, where it is one that stands, was drawn for this organization."""
    return request.headers.get(_DRAWN_FOR) in {None, "", str(membership.organization_id)}


def administrator(request: HttpRequest) -> Membership:
    """The membership of an administrator; raises PermissionDenied, in words, for everybody else."""
    membership = member(request)
    if not membership.may_change:
        raise PermissionDenied(
            _("You may look at this organization, but not change it. Ask an administrator of %(organization)s.")
            % {"organization": membership.organization.name}
        )
    return membership


def operator(request: HttpRequest) -> User:
    """The signed-in user as this installation's operator; raises PermissionDenied, in words, for everybody else."""
    if not (isinstance(request.user, User) and request.user.is_operator):
        raise PermissionDenied(_("This page is for whoever runs this installation of Jackfield."))
    _need_second_factor(request.user, administers=True)
    return request.user


def organization_of(request: HttpRequest) -> Organization | None:
    """The organization that the signed-in user looks at, or None."""
    membership = membership_of(request)
    return membership.organization if membership else None


def _need_second_factor(user: User, *, administers: bool) -> None:
    """Where the operator asks for it, nothing is open to whoever has not turned it on but his own account."""
    asked: str = settings.JACKFIELD_SECOND_FACTOR
    needed = asked == "everybody" or (administers and asked == "administrators")
    if needed and not SecondFactor.objects.filter(user=user).exists():
        raise PermissionDenied(
            _("A second factor is asked for here: turn it on in “Your account”, which the menu at the top leads to.")
        )
