"""What an organization's plan includes; a locked platform stays visible and says what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from jackfield.discovery import Description
    from jackfield_portal.organizations.models import Organization

__all__ = ["Gate", "gate"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """Whether a platform may be added; ``reason`` says in words why not and whom to ask."""

    allowed: bool
    reason: str = ""


def gate(organization: Organization, description: Description) -> Gate:
    """Whether the organization's plan includes a platform; the table is the setting JACKFIELD_PLANS."""
    plan = settings.JACKFIELD_PLANS.get(organization.plan, {})
    platforms = plan.get("platforms", "*")
    if platforms == "*" or description.id in platforms:
        return Gate(allowed=True)
    locked = _("Your plan does not include this platform: speak to your sales representative")
    return Gate(allowed=False, reason=str(plan.get("needs") or locked))
