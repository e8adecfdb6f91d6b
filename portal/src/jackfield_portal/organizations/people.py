"""The people of an organization: who is a member, who is invited, and with which role. Callable without HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jackfield.users import email_or_none
from jackfield_portal import mail
from jackfield_portal.audit.marking import audited
from jackfield_portal.errors import PortalError
from jackfield_portal.languages import speaking_to
from jackfield_portal.organizations.models import Invitation, Membership, Organization, Role, User
from jackfield_portal.texts import shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

__all__ = [
    "LASTS",
    "accept",
    "address_of",
    "change_role",
    "invitation_for",
    "invitations_of",
    "invite",
    "join",
    "members_of",
    "open_to",
    "remove",
    "sent",
    "token_of",
    "withdraw",
]

#: How long an invitation can be accepted.
LASTS = timedelta(days=7)
_SALT = "jackfield.invitation"


def members_of(organization: Organization) -> QuerySet[Membership]:
    """The members, by name, each with his user and with his authenticator app where he has one."""
    found = Membership.objects.filter(organization=organization)
    return found.select_related("user", "user__second_factor", "organization").order_by("user__name", "user__email")


def invitations_of(organization: Organization) -> QuerySet[Invitation]:
    """The invitations that nobody has accepted yet, expired ones too."""
    return Invitation.objects.filter(organization=organization).select_related("organization", "invited_by")


def address_of(email: str) -> str:
    """An e-mail address as it is stored and compared; raises PortalError for what is none."""
    address = email_or_none(email) or ""
    try:
        EmailValidator()(address)
    except ValidationError:
        raise PortalError(_("This is no e-mail address."), remedy=_("Enter one such as name@example.com.")) from None
    return address


@audited("person.invited", lambda invitation, _given: {"role": invitation.role})
def invite(organization: Organization, email: str, role: str, by: User | None = None) -> Invitation:
    """A place for whoever has this e-mail address; an invitation that he had already is replaced by it.

    Raises PortalError for what is no e-mail address, an unknown role, and somebody who is a member.
    """
    address = address_of(email)
    with transaction.atomic():
        if Membership.objects.filter(organization=organization, user__email=address).exists():
            raise PortalError(
                _("%(email)s is a member already.") % {"email": address}, remedy=_("Change the role in the list.")
            )
        Invitation.objects.filter(organization=organization, email=address).delete()
        return Invitation.objects.create(
            organization=organization,
            email=address,
            role=_role(role),
            invited_by=by,
            expires=timezone.now() + LASTS,
        )


@audited("invitation.withdrawn")
def withdraw(invitation: Invitation) -> None:
    """Have an invitation's link open nothing any more."""
    invitation.delete()


def open_to(email: str) -> QuerySet[Invitation]:
    """The invitations that whoever has this e-mail address can accept."""
    return Invitation.objects.filter(email=email, expires__gt=timezone.now()).select_related("organization")


def token_of(invitation: Invitation) -> str:
    """What stands in an invitation's link; it can be told again as long as the invitation is there."""
    return signing.Signer(salt=_SALT).sign(invitation.pk.hex)


def sent(invitation: Invitation, address: str) -> bool:
    """Send an invitation with its link; whether the mail server has taken it.

    It is in the language of whoever has the address, where somebody signs in with it already; else in the deployment's.
    """
    with speaking_to(User.objects.filter(email=invitation.email).first()):
        facts = {
            "by": invitation.invited_by or _("Somebody"),
            "organization": invitation.organization,
            "link": address,
        }
        subject = _("Your invitation to %(organization)s") % facts
        text = _(
            "%(by)s invites you to %(organization)s at Jackfield. Accept it here, within seven days:\n\n%(link)s\n\n"
            "The link works once, and for you only."
        )
    return mail.sent(subject, text % facts, invitation.email)


def invitation_for(token: str) -> Invitation | None:
    """The invitation that a link opens; None for one that is used, withdrawn, expired or made up."""
    try:
        key = UUID(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    found = Invitation.objects.select_related("organization").filter(pk=key).first()
    return found if found is not None and not found.expired else None


def join(invitation: Invitation, *, name: str, password: str) -> User:
    """A new user with the invitation's address, and his membership; raises ValidationError for a weak password.

    Raises PortalError where somebody signs in with this address already, and where the invitation has gone.
    """
    validate_password(password, User(name=name, email=invitation.email))
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=shown(name, 200) or invitation.email)
            accept(invitation, user)
    except IntegrityError:
        raise PortalError(
            _("Somebody signs in with this e-mail address already."), remedy=_("Sign in, then open the link again.")
        ) from None
    return user


@audited("person.joined", lambda membership, _given: {"role": membership.role})
def accept(invitation: Invitation, user: User) -> Membership:
    """Make the user a member, once; raises PortalError where the invitation is another's or has gone meanwhile."""
    if invitation.email != user.email:
        raise PortalError(
            _("This invitation is for %(email)s.") % {"email": invitation.email},
            remedy=_("Sign in with that address, or ask for an invitation to yours."),
        )
    with transaction.atomic():
        if not Invitation.objects.filter(pk=invitation.pk, expires__gt=timezone.now()).delete()[0]:
            raise PortalError(
                _("This invitation has been used or withdrawn."), remedy=_("Ask an administrator for a new one.")
            )
        membership, _made = Membership.objects.get_or_create(
            user=user, organization=invitation.organization, defaults={"role": invitation.role}
        )
        return membership


@audited("person.role_changed", lambda _done, given: {"role": given["role"]})
def change_role(membership: Membership, role: str) -> None:
    """Give a member another role; raises PortalError where nobody would be left to administer the organization."""
    wanted = _role(role)
    with transaction.atomic():
        fresh = _locked(membership, but_for=wanted == Role.ADMINISTRATOR)
        fresh.role = wanted
        fresh.save(update_fields=["role"])


@audited("person.removed")
def remove(membership: Membership) -> None:
    """End a membership, at once; raises PortalError for the last administrator. The user himself stays."""
    with transaction.atomic():
        _locked(membership).delete()


def _locked(membership: Membership, *, but_for: bool = False) -> Membership:
    """The membership as it is now, with all others of its organization held until the end of the transaction."""
    Organization.objects.select_for_update().get(pk=membership.organization_id)
    fresh = Membership.objects.filter(pk=membership.pk).first()
    if fresh is None:
        raise PortalError(_("This membership has ended meanwhile."), remedy=_("Load the page again."))
    others = Membership.objects.filter(organization=fresh.organization_id, role=Role.ADMINISTRATOR).exclude(pk=fresh.pk)
    if fresh.may_change and not but_for and not others.filter(user__is_active=True).exists():
        raise PortalError(_("This is the last administrator."), remedy=_("Make somebody else an administrator first."))
    return fresh


def _role(role: str) -> Role:
    known: Collection[str] = Role.values
    if role not in known:
        raise PortalError(_("There is no such role."), remedy=_("Choose one of the list."))
    return Role(role)
