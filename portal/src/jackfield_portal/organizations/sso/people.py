"""Whose account it is with which somebody signs in at the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jackfield_portal.audit.services import record
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import accounts, people
from jackfield_portal.organizations.models import Identity, Membership, Organization, User
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from jackfield_portal.organizations.sso.protocol import Person
    from jackfield_portal.organizations.sso.settings import SsoSettings

__all__ = ["user_for"]


def user_for(provider: SsoSettings, person: Person) -> User:
    """The user who this person is: who he was before, else whoever has his verified address, else a new one.

    A new one is made where somebody has invited this address, or where the operator has said into which organization.
    Raises PortalError otherwise.
    """
    try:
        with transaction.atomic():
            whose = Identity.objects.filter(issuer=provider.issuer, subject=person.subject)
            known = whose.select_related("user").first()
            user = known.user if known else _joined(provider, person)
    except IntegrityError:
        raise PortalError(
            _("Somebody else at your provider already signs in with this e-mail address here."),
            remedy=_("Tell whoever runs this installation."),
        ) from None
    if not user.is_active:
        raise PortalError(_("This user may no longer sign in."), remedy=_("Ask an administrator of your organization."))
    return user


def _joined(provider: SsoSettings, person: Person) -> User:
    if person.email is None:
        raise PortalError(
            _("Your provider does not say that your e-mail address is your own."),
            remedy=_("Have it verified there, then sign in again."),
        )
    email = people.address_of(person.email)
    user = User.objects.filter(email=email).first() or _made(provider, email, person.name)
    Identity.objects.create(user=user, issuer=provider.issuer, subject=person.subject)
    accounts.prove_email(user, password=False)
    return user


def _made(provider: SsoSettings, email: str, name: str) -> User:
    invitations = list(people.open_to(email))
    organization = None if invitations else _organization(provider.organization)
    if organization is None and not invitations:
        raise PortalError(
            _("%(email)s is not known here.") % {"email": email},
            remedy=_("Ask an administrator of your organization to invite you."),
        )
    user = User.objects.create_user(email, None, name=shown(name, 200) or email)
    for invitation in invitations:
        people.accept(invitation, user)
    if organization is not None:
        member = Membership.objects.create(user=user, organization=organization, role=provider.role)
        record(organization, user, "person.joined", member, {"role": member.role})
    return user


def _organization(wanted: str) -> Organization | None:
    """The one of this name or id; none where there are several of the name, for that could be another's."""
    if not wanted:
        return None
    try:
        which = Q(pk=UUID(wanted))
    except ValueError:
        which = Q(name__iexact=wanted)
    found = list(Organization.objects.filter(which)[:2])
    return found[0] if len(found) == 1 else None
