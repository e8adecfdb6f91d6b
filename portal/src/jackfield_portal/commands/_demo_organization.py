"""The demo organization in the portal: made once; a second run keeps what was done in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from jackfield_portal.home import home, write_private
from jackfield_portal.organizations.models import Agent, Membership, Organization, Role, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jackfield.users import CrmUser
    from jackfield_portal.commands._demo_agents import DemoAgent

EMAIL = "admin@example.com"
_NAME = "Demo organization"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """How to sign in; ``password`` is None where it was changed in the portal."""

    email: str
    password: str | None


def demo_organization(agents: Sequence[DemoAgent]) -> tuple[Organization, SignIn]:
    """The organization and its administrator, found or made."""
    with transaction.atomic():
        membership = Membership.objects.filter(user__email=EMAIL).select_related("organization", "user").first()
        if membership is not None:
            return membership.organization, SignIn(email=EMAIL, password=_kept_password(membership.user))
        organization = Organization.objects.create(name=_NAME)
        _add(organization, agents)
        return organization, _administrator(organization)


def agents_of(organization: Organization) -> list[Agent]:
    """The organization's agents as they are now."""
    return list(Agent.objects.filter(organization=organization))


def certain_matches(agents: Sequence[Agent], users: Sequence[CrmUser]) -> int:
    """For how many agents there is exactly one CRM user with the same e-mail address."""
    from jackfield_portal.mapping.suggest import AgentFacts, Certainty, UserFacts, suggest

    facts = [AgentFacts(id=str(agent.id), name=agent.name, email=agent.email) for agent in agents]
    known = [
        UserFacts(id=place, name=user.name, emails=_emails(user), obstacle="" if user.active else "not active")
        for place, user in enumerate(users)
    ]
    return sum(found.certainty is Certainty.CERTAIN for found in suggest(facts, known, {}).values())


def _emails(user: CrmUser) -> tuple[str, ...]:
    return tuple(address for address in (user.email, *user.other_emails) if address)


def _add(organization: Organization, agents: Sequence[DemoAgent]) -> None:
    Agent.objects.bulk_create(
        Agent(
            organization=organization,
            name=agent.name,
            email=agent.email,
            extension=agent.extension,
            role=agent.role,
        )
        for agent in agents
    )


def _administrator(organization: Organization) -> SignIn:
    password = secrets.token_urlsafe(12)
    user = User.objects.filter(email=EMAIL).first() or User(email=EMAIL, name="Demo Administrator")
    user.is_operator = user.email_proven = True
    user.set_password(password)
    user.save()
    Membership.objects.create(user=user, organization=organization, role=Role.ADMINISTRATOR)
    write_private(home() / "demo.password", f"{password}\n")
    return SignIn(email=EMAIL, password=password)


def _kept_password(user: User) -> str | None:
    """The kept password while it still opens the account; a new one where the file is gone."""
    file = home() / "demo.password"
    if not file.exists():
        password = secrets.token_urlsafe(12)
        user.set_password(password)
        user.save()
        write_private(file, f"{password}\n")
        return password
    kept = file.read_text(encoding="utf-8").strip()
    return kept if user.check_password(kept) else None
