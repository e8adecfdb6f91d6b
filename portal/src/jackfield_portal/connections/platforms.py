"""The connectors that this deployment offers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from jackfield import discover
from jackfield_portal.errors import PortalError
from jackfield_portal.observability import hooks
from jackfield_portal.organizations import plans
from jackfield_portal.said import said

if TYPE_CHECKING:
    from jackfield import Connector, Connectors, Description
    from jackfield_portal.organizations.models import Organization

__all__ = ["Offer", "connector", "connectors", "description", "descriptions", "installed", "offers", "title"]

#: Seconds for which what connectors say of themselves is believed.
_TOLD_FOR = 1.0
_told: tuple[Connectors, float, tuple[Description, ...]] | None = None


@cache
def connectors() -> Connectors:
    """The installed connectors, found once a process."""
    return discover(allow=settings.JACKFIELD_CONNECTORS, observers=(hooks,))


def descriptions() -> tuple[Description, ...]:
    """What each connector says of itself; asked anew when the last answer is a second old: that looks at many files."""
    global _told  # noqa: PLW0603 - what was said last
    found, now = connectors(), time.monotonic()
    if _told is None or _told[0] is not found or now - _told[1] > _TOLD_FOR:
        _told = (found, now, found.descriptions())
    return _told[2]


def installed(platform: str) -> bool:
    """Whether the platform's connector is there, broken or not."""
    return platform in connectors()


def connector(platform: str) -> Connector:
    """The platform's connector; raises JackfieldError where it is broken, PortalError where it is not installed."""
    if not installed(platform):
        raise PortalError(
            said(
                "The connector of the platform “%(platform)s” is not installed; everything stored is kept.",
                platform=platform,
            ),
            remedy=said("Ask the operator of this installation to install it again."),
        )
    return connectors()[platform]


def description(platform: str) -> Description | None:
    """What the connector says of itself, without loading it; None where it is not installed."""
    return next((found for found in descriptions() if found.id == platform), None)


def title(platform: str) -> str:
    """The platform's title, or its id where its connector is gone."""
    found = description(platform)
    return found.title if found else platform


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A platform in the list to choose from; with a ``reason`` it cannot be chosen."""

    id: str
    title: str
    reason: str = ""


def offers(organization: Organization) -> tuple[Offer, ...]:
    """Every installed platform by title; broken ones and those outside the plan say why they can't be chosen."""
    found = []
    for described in descriptions():
        if described.state == "broken":
            reason = _("Cannot be used: %(reason)s") % {"reason": described.reason or _("it is broken")}
        else:
            reason = plans.gate(organization, described).sentence
        found.append(Offer(id=described.id, title=described.title, reason=reason))
    return tuple(sorted(found, key=lambda offer: offer.title.casefold()))
