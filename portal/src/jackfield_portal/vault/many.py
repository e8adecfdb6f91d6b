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
    tokens: defaultdict[UUID, dict[str, str]] = defaultdict(dict)
    rows = Secret.objects.filter(version_id__in=list(wanted))
    for version, connection, field, token in rows.values_list("version_id", "connection_id", "field", "token"):
        if wanted[version].connection == connection:
            tokens[version][field] = token
    if not tokens:
        return {}
    unsealed = services.Unsealing(services._keys())  # noqa: SLF001 - of the same room
    found: dict[UUID, dict[str, str] | PortalError] = {}
    for version, those in tokens.items():
        try:
            found[version] = {field: unsealed(token, wanted[version], field) for field, token in those.items()}
        except PortalError as failure:
            found[version] = failure
    return found
