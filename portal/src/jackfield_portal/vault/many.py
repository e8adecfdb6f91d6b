"""The secrets of many connections at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from jackfield_portal.errors import PortalError
from jackfield_portal.vault import services
from jackfield_portal.vault.models import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from jackfield_portal.vault.services import Place

__all__ = ["opened"]


def opened(places: Collection[Place]) -> Mapping[UUID, dict[str, str] | PortalError]:
    """The secrets by field of each version that has any, or why no key opens them; one question for all."""
    wanted = {place.version: place for place in places}
    rows = defaultdict(list)
    for row in Secret.objects.filter(version_id__in=list(wanted)):
        if wanted[row.version_id].connection == row.connection_id:
            rows[row.version_id].append(row)
    keys = services._keys() if rows else ()  # noqa: SLF001 - of the same room
    found: dict[UUID, dict[str, str] | PortalError] = {}
    for version, those in rows.items():
        try:
            found[version] = {
                row.field: services._unsealed(keys, row.token, services._bound_to_row(row))  # noqa: SLF001
                for row in those
            }
        except PortalError as failure:
            found[version] = failure
    return found
