"""What the operator does with organizations; he sees none of what they hold. Callable without HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jackfield_portal.audit.marking import audited
from jackfield_portal.audit.services import record
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import people
from jackfield_portal.organizations.models import Invitation, Membership, Organization, Role, User
from jackfield_portal.organizations.plans import known_plans
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["add", "add_administrator", "change", "make_active", "make_operator", "organizations"]


def organizations(words: str = "") -> QuerySet[Organization]:
    """The organizations whose name or plan holds every word, by name, with how many ``people`` and ``connections``."""
    found = Organization.objects.all()
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(plan__icontains=word))
    counts = {"people": Count("memberships", distinct=True), "connections_made": Count("connections", distinct=True)}
    return found.annotate(**counts).order_by("name", "pk")


def add(name: str, *, plan: str = "", administrator: str, by: User | None = None) -> Invitation:
    """A new organization, and the invitation of its first administrator; raises PortalError."""
    with transaction.atomic():
        organization = Organization.objects.create(name=_name(name), plan=_plan(plan))
        record(organization, by, "organization.created", organization)
        return people.invite(organization, administrator, Role.ADMINISTRATOR, by)


def add_administrator(organization: Organization, email: str, by: User | None = None) -> Invitation | None:
    """Invite an administrator; None where he is a member, who is an administrator from now on. Raises PortalError."""
    address = people.address_of(email)
    member = Membership.objects.filter(organization=organization, user__email=address).first()
    if member is None:
        return people.invite(organization, address, Role.ADMINISTRATOR, by)
    people.change_role(member, Role.ADMINISTRATOR)
    return None


@audited(
    "organization.changed",
    lambda _done, given: {"name": given["organization"].name, "plan": given["organization"].plan},
)
def change(organization: Organization, *, name: str | None = None, plan: str | None = None) -> None:
    """Give an organization another name or plan; nothing that it has is lost by it. Raises PortalError."""
    organization.name = organization.name if name is None else _name(name)
    organization.plan = organization.plan if plan is None else _plan(plan)
    organization.save(update_fields=["name", "plan"])


def make_operator(user: User, *, operator: bool) -> None:
    """Have the user run this installation, or no longer; raises PortalError where nobody would be left to."""
    if not operator:
        _keep_an_operator(user)
    user.is_operator = operator
    user.save(update_fields=["is_operator"])


def make_active(user: User, *, active: bool) -> None:
    """Let the user sign in, or no longer, which ends his sessions; raises PortalError for the last operator."""
    if not active:
        _keep_an_operator(user)
    user.is_active = active
    user.save(update_fields=["is_active"])


def _keep_an_operator(user: User) -> None:
    others = User.objects.filter(is_operator=True, is_active=True).exclude(pk=user.pk)
    if user.is_operator and not others.exists():
        raise PortalError(_("This is the last operator."), remedy=_("Make somebody else an operator first."))


def _name(name: str) -> str:
    if not (found := shown(name, 200)):
        raise PortalError(_("An organization needs a name."), remedy=_("Enter one."))
    return found


def _plan(plan: str) -> str:
    known = known_plans()
    if plan and known and plan not in known:
        raise PortalError(
            _("There is no plan “%(plan)s”.") % {"plan": plan},
            remedy=_("The plans are: %(plans)s.") % {"plans": ", ".join(known)},
        )
    return plan[:50]
