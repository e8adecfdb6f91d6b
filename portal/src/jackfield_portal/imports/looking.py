"""Looking for what an address names, inside one organization only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from jackfield_portal.connections import services as connections
from jackfield_portal.imports.models import ImportRun

if TYPE_CHECKING:
    from uuid import UUID

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization

__all__ = ["connection_of", "run_of"]


def connection_of(organization: Organization, connection_id: UUID) -> Connection:
    """The organization's connection of this id; raises Http404 for those of others as for none."""
    return get_object_or_404(connections.of(organization), pk=connection_id)


def run_of(organization: Organization, run_id: UUID) -> ImportRun:
    """The run of this id of one of the organization's connections; raises Http404 for those of others as for none."""
    found = ImportRun.objects.filter(pk=run_id, connection__in=connections.of(organization))
    first = found.select_related("connection__organization", "started_by", "decided_by").first()
    if first is None:
        raise Http404
    return first
