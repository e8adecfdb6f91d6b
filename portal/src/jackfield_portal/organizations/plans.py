"""What an organization's plan includes; a locked platform stays visible and says what it needs.

The host decides: JACKFIELD_PLAN_GATE names a function of his, which is called with the organization and with what a
connector says of itself, and answers with a :class:`Gate`. Where none is named, the table JACKFIELD_PLANS does.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from jackfield_portal.said import joined, said

if TYPE_CHECKING:
    from jackfield.discovery import Description
    from jackfield_portal.organizations.models import Organization

__all__ = ["Gate", "PlanGate", "by_table", "gate", "known_plans", "lapsed", "unlimited"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """Whether a platform may be used; ``reason`` says in words what it needs, ``contact`` whom to ask for it."""

    allowed: bool
    reason: str = ""
    contact: str = ""

    @property
    def sentence(self) -> str:
        """Both in one line; empty where it is allowed."""
        return joined(" ", self.reason, self.contact)


class PlanGate(Protocol):
    """What JACKFIELD_PLAN_GATE names. It is asked often and has to be quick; it may look into the database."""

    def __call__(self, organization: Organization, description: Description, /) -> Gate: ...


def gate(organization: Organization, description: Description) -> Gate:
    """Whether the organization may add a platform; where the host's function fails, not now."""
    try:
        return _gate()(organization, description)
    except Exception as failure:  # noqa: BLE001 - whatever a host's function does, the portal goes on
        log.warning("The plan gate failed: %s", type(failure).__name__)
        return Gate(allowed=False, reason=_("Your plan cannot be looked up at the moment. Try again later."))


def lapsed(organization: Organization, description: Description) -> str:
    """Why the organization may no longer use a platform that it has connected; empty where it may.

    Empty, too, where the host's function fails: nobody's calls are to suffer from that.
    """
    try:
        found = _gate()(organization, description)
    except Exception as failure:  # noqa: BLE001 - the same
        log.warning("The plan gate failed: %s", type(failure).__name__)
        return ""
    return "" if found.allowed else found.sentence or _locked()


def unlimited() -> bool:
    """Whether every plan includes everything, so that nobody needs to be asked."""
    return not settings.JACKFIELD_PLAN_GATE and not settings.JACKFIELD_PLANS


def known_plans() -> tuple[str, ...]:
    """The plans of the table; empty where a function of the host decides, for it knows its own."""
    return () if settings.JACKFIELD_PLAN_GATE else tuple(plan for plan in settings.JACKFIELD_PLANS if plan)


def by_table(organization: Organization, description: Description) -> Gate:
    """The table: ``{"plan": {"platforms": [ids] or "*", "needs": what is shown, "contact": whom to ask}}``.

    The plan ``""`` is that of organizations without one; a plan that the table does not name includes everything.
    """
    plan = settings.JACKFIELD_PLANS.get(organization.plan, {})
    platforms = plan.get("platforms", "*")
    if platforms == "*" or description.id in platforms:
        return Gate(allowed=True)
    reason = str(plan["needs"]) if plan.get("needs") else _locked()
    return Gate(allowed=False, reason=reason, contact=str(plan.get("contact") or ""))


def _locked() -> str:
    return said("Your plan does not include this platform: speak to your sales representative")


def _gate() -> PlanGate:
    return _imported(settings.JACKFIELD_PLAN_GATE) if settings.JACKFIELD_PLAN_GATE else by_table


@cache
def _imported(path: str) -> PlanGate:
    return cast("PlanGate", import_string(path))
