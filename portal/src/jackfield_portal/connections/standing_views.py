"""Dialogs about whether a connection is there and in use: pause, drop new settings, delete, delete for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jackfield_portal.connections import removal, services
from jackfield_portal.connections.models import Connection
from jackfield_portal.connections.views import found
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import access
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

__all__ = ["delete", "discard", "pause", "purge"]


@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Pause a connection, once it was said what stops."""
    connection = found(request, connection_id)
    title = _("Pause connection")
    if request.method == "GET":
        return _ask(request, "connections/pause.html", connection, title)
    try:
        services.pause(connection)
    except PortalError as failure:
        return dialogs.trouble(request, failure, title=title)
    messages.success(request, _("The connection %(name)s is paused.") % {"name": connection.name})
    return dialogs.close(request, "connections-changed", "imports-changed")


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Drop settings that wait for their check, and keep those in use."""
    connection = found(request, connection_id)
    title = _("Drop the new settings")
    if request.method == "GET":
        return _ask(request, "connections/discard.html", connection, title)
    try:
        services.discard(connection)
    except PortalError as failure:
        return dialogs.trouble(request, failure, title=title)
    messages.success(request, _("The new settings are dropped. Those in use stay as they are."))
    return dialogs.close(request, "connections-changed")


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Delete a connection, once it was said what goes with it; it can be taken back for a while."""
    connection = found(request, connection_id)
    if request.method == "GET":
        return _ask(request, "connections/delete.html", connection, _("Delete connection"))
    services.delete(connection, access.administrator(request).user)
    said = _("The connection %(name)s is deleted. For %(days)d days you can restore it under “Deleted”.")
    messages.success(request, said % {"name": connection.name, "days": removal.RESTORABLE.days})
    return dialogs.close(request, "connections-changed", "imports-changed")


@require_http_methods(["GET", "POST"])
def purge(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Delete a connection for good that was deleted before."""
    try:
        connection = services.get_deleted(access.administrator(request).organization, connection_id)
    except Connection.DoesNotExist:
        raise Http404 from None
    if request.method == "GET":
        return _ask(request, "connections/purge.html", connection, _("Delete for good"))
    services.purge(connection)
    messages.success(request, _("The connection %(name)s is gone for good.") % {"name": connection.name})
    return dialogs.close(request, "connections-changed", "imports-changed")


def _ask(request: HttpRequest, template: str, connection: Connection, title: str) -> HttpResponse:
    context = {
        "title": title,
        "connection": connection,
        "goes": services.belongings(connection),
        "days": removal.RESTORABLE.days,
    }
    return dialogs.render(request, template, context)
