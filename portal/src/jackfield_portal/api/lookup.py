"""Whatever a request names is looked for inside the token's organization; elsewhere it is as if it were not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from jackfield_portal.api.problems import Refused
from jackfield_portal.api.scoping import organization_of
from jackfield_portal.checks.models import CheckRun
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection
from jackfield_portal.imports.models import CrmUser, ImportRun
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

__all__ = ["agent_of", "check_of", "connection_of", "crm_user_of", "import_of"]


def connection_of(request: HttpRequest, connection_id: UUID) -> Connection:
    """The connection; Refused ``not_found`` where the organization has none of this id."""
    try:
        return connections.get(organization_of(request), connection_id)
    except Connection.DoesNotExist:
        raise _none(_("There is no connection of this id here.")) from None


def check_of(request: HttpRequest, check_id: UUID) -> CheckRun:
    """The run of a systems check."""
    runs = CheckRun.objects.filter(connection__organization=organization_of(request), pk=check_id)
    found = runs.select_related("connection").prefetch_related("steps").first()
    if found is None:
        raise _none(_("There is no check of this id here."))
    return found


def import_of(request: HttpRequest, import_id: UUID) -> ImportRun:
    """The run of an import."""
    runs = ImportRun.objects.filter(connection__organization=organization_of(request), pk=import_id)
    found = runs.select_related("connection__organization").first()
    if found is None:
        raise _none(_("There is no import of this id here."))
    return found


def agent_of(request: HttpRequest, agent_id: UUID) -> Agent:
    """The agent."""
    found = Agent.objects.filter(organization=organization_of(request), pk=agent_id).first()
    if found is None:
        raise _none(_("There is no agent of this id here."))
    return found


def crm_user_of(connection: Connection, crm_id: str) -> CrmUser:
    """The CRM user, gone or not, by the id that he has in the CRM."""
    known = CrmUser.objects.filter(connection=connection)
    found = None if "\0" in crm_id else known.filter(crm_id=crm_id).first()
    if found is None:
        raise _none(_("There is no CRM user of this id here."))
    return found


def _none(said: str) -> Refused:
    return Refused("not_found", said)
