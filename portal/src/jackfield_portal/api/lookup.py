"""Whatever a request names is looked for inside the token's organization; elsewhere it is as if it were not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from jackfield_portal.api.problems import Refused
from jackfield_portal.api.scoping import organization_of
from jackfield_portal.checks.models import CheckRun
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection
from jackfield_portal.events import services as webhooks
from jackfield_portal.events.models import Delivery, Subscription
from jackfield_portal.imports.models import CrmUser, ImportRun
from jackfield_portal.mapping import services as mapping
from jackfield_portal.mapping.models import AliasDomain
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

__all__ = [
    "agent_of",
    "alias_of",
    "check_of",
    "connection_of",
    "crm_user_of",
    "deleted_of",
    "delivery_of",
    "import_of",
    "mappable",
    "webhook_of",
]


def connection_of(request: HttpRequest, connection_id: UUID) -> Connection:
    """The connection; Refused ``not_found`` where the organization has none of this id."""
    try:
        return connections.get(organization_of(request), connection_id)
    except Connection.DoesNotExist:
        raise _none(_("There is no connection of this id here.")) from None


def deleted_of(request: HttpRequest, deleted_id: UUID) -> Connection:
    """A deleted connection that can be restored."""
    try:
        return connections.get_deleted(organization_of(request), deleted_id)
    except Connection.DoesNotExist:
        raise _none(_("There is no deleted connection of this id here.")) from None


def mappable(request: HttpRequest, connection_id: UUID) -> Connection:
    """A connection that mappings can be made for: a draft has none."""
    found = connection_of(request, connection_id)
    if not mapping.connections_of(organization_of(request)).filter(pk=found.pk).exists():
        raise Refused("refused", _("The connection is still a draft."), remedy=_("Have its check pass first."))
    return found


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


def alias_of(request: HttpRequest, alias: str) -> AliasDomain:
    """The alias domain of this name."""
    known = AliasDomain.objects.filter(organization=organization_of(request))
    found = None if "\0" in alias else known.filter(alias=alias).first()
    if found is None:
        raise _none(_("There is no such alias domain here."))
    return found


def webhook_of(request: HttpRequest, webhook_id: UUID) -> Subscription:
    """The webhook."""
    try:
        return webhooks.get(organization_of(request), webhook_id)
    except Subscription.DoesNotExist:
        raise _none(_("There is no webhook of this id here.")) from None


def delivery_of(webhook: Subscription, delivery_id: UUID) -> Delivery:
    """What a webhook was told of an event."""
    found = webhooks.deliveries_of(webhook).select_related("event", "subscription").filter(pk=delivery_id).first()
    if found is None:
        raise _none(_("The webhook was told nothing of this id."))
    return found


def _none(said: str) -> Refused:
    return Refused("not_found", said)
