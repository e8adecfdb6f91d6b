"""What can be done with organizations, their people and their agents."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from jackfield_portal.audit.services import record
from jackfield_portal.errors import PortalError
from jackfield_portal.home import home, kept_private, read_private
from jackfield_portal.organizations.agent_csv import export_agents, import_agents
from jackfield_portal.organizations.agents import add_agent, agents_of, change_agent, set_active, warnings_of
from jackfield_portal.organizations.models import Membership, Organization, Role, User

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "add_agent",
    "agents_of",
    "change_agent",
    "create_organization",
    "export_agents",
    "import_agents",
    "set_active",
    "set_up",
    "set_up_needed",
    "set_up_token",
    "token_fits",
    "warnings_of",
]


def create_organization(  # noqa: PLR0913 - an organization and its first member in one go
    *, name: str, email: str, password: str | None, person: str = "", plan: str = "", role: Role = Role.ADMINISTRATOR
) -> Membership:
    """A new organization and its first member; without a password he signs in by single sign-on alone."""
    with transaction.atomic():
        organization = Organization.objects.create(name=name, plan=plan)
        user = User.objects.create_user(email, password, name=person or email)
        record(organization, None, "organization.created", organization)
        return Membership.objects.create(user=user, organization=organization, role=role)


def set_up_needed() -> bool:
    """Whether nobody can sign in yet."""
    return not User.objects.exists()


def set_up_token() -> str | None:
    """The word that opens the set-up page, the same until it is used; None once somebody can sign in."""
    if not set_up_needed():
        return None
    return kept_private(_token_path(), secrets.token_urlsafe(24))


def token_fits(token: str) -> bool:
    """Whether this is the word that opens the set-up page, while there is one."""
    kept = (read_private(_token_path()) or "").strip()
    return bool(kept) and set_up_needed() and constant_time_compare(kept, token)


def set_up(token: str, *, organization: str, person: str, email: str, password: str | None) -> Membership:
    """Make the first organization and its administrator, who is the operator, too; the token is used up by it."""
    with transaction.atomic():
        if not token_fits(token):
            raise PortalError(
                _("This set-up address is no longer valid."),
                remedy=_("Sign in, or start Jackfield again and open the address that it prints."),
            )
        membership = create_organization(name=organization, email=email, password=password, person=person)
        membership.user.is_operator = membership.user.email_proven = True  # he has what the server has printed
        membership.user.save(update_fields=["is_operator", "email_proven"])
    _token_path().unlink(missing_ok=True)
    return membership


def _token_path() -> Path:
    return home() / "setup.token"
