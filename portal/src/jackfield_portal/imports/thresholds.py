"""How much a list may have shrunk before somebody is asked: a share for each organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from msgspec.structs import replace

from jackfield_portal.audit.marking import audited
from jackfield_portal.errors import PortalError
from jackfield_portal.imports.models import ShrinkLimit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jackfield_portal.imports.comparing import Comparison
    from jackfield_portal.imports.models import ImportRun
    from jackfield_portal.organizations.models import Organization

__all__ = ["USUAL_PERCENT", "judged", "limit", "set_limit"]

#: Of the users known before, the share that may be missing where the organization has said nothing else.
USUAL_PERCENT: Final = 20
_WHOLE: Final = 100


def limit(organization: Organization) -> int:
    """The organization's share, in percent."""
    own = ShrinkLimit.objects.filter(organization=organization).values_list("percent", flat=True).first()
    return USUAL_PERCENT if own is None else own


@audited("import.limit", lambda _done, given: {"percent": given["percent"]})
def set_limit(organization: Organization, percent: int) -> None:
    """Hold imports of the organization where more than this share is missing; an empty list is always held.

    Raises PortalError for what is no share.
    """
    if not 0 <= percent <= _WHOLE:
        raise PortalError(
            _("%(percent)s%% is not a share.") % {"percent": percent}, remedy=_("Enter a number from 0 to 100.")
        )
    ShrinkLimit.objects.update_or_create(organization=organization, defaults={"percent": percent})


def judged(runs: Sequence[ImportRun], compared: Mapping[int, Comparison]) -> dict[int, Comparison]:
    """The comparisons by their places, each with the limit of its run's organization, and whether it is a preview."""
    shrunk = {place: runs[place].connection.organization_id for place, found in compared.items() if found.gone}
    own = dict(
        ShrinkLimit.objects.filter(organization__in=set(shrunk.values())).values_list("organization", "percent")
        if shrunk
        else ()
    )
    limits = {place: own[organization] for place, organization in shrunk.items() if organization in own}
    return {
        place: replace(found, limit=limits.get(place, found.limit), preview=runs[place].preview)
        if place in limits or runs[place].preview
        else found
        for place, found in compared.items()
    }
