"""What is done about a connection and checked at once: resume, restore, go back, go on all the same, move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jackfield import JackfieldError
from jackfield_portal.checks import services
from jackfield_portal.checks.models import StepRun
from jackfield_portal.checks.views import begun
from jackfield_portal.connections import moving
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import access
from jackfield_portal.organizations.models import User
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

__all__ = ["accept", "move", "restore", "resume", "roll_back"]


@require_POST
def resume(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Use a paused connection again; its check shows whether it still works."""
    connection = _connection(request, connection_id)
    connections.resume(connection)
    return _checked(request, connection)


@require_POST
def restore(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Take back the deletion of a connection; its check shows whether it still works."""
    organization = access.administrator(request).organization
    try:
        connection = connections.get_deleted(organization, connection_id)
    except Connection.DoesNotExist:
        raise Http404 from None
    other = connections.restore(connection)
    said = _("The connection %(name)s is back, with all that belongs to it.") % {"name": connection.name}
    if other is not None:
        said += " " + _("It is paused: %(other)s is connected to the same account by now.") % {"other": other.name}
    messages.success(request, said)
    if other is None and connections.live(connection) is not None:
        return _checked(request, connection)
    return dialogs.close(request, "connections-changed", "imports-changed")


@require_http_methods(["GET", "POST"])
def roll_back(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Go back to the settings that were in use before, once it was said which; they are checked first."""
    connection = _connection(request, connection_id)
    title = _("Go back to the previous settings")
    if request.method == "GET":
        context = {
            "title": title,
            "connection": connection,
            "before": connections.previous(connection),
            "goes": connections.belongings(connection),
        }
        return dialogs.render(request, "checks/roll_back.html", context)
    try:
        connections.roll_back(connection, _user(request))
    except PortalError as failure:
        return dialogs.trouble(request, failure, title=title)
    return _checked(request, connection)


@require_POST
def accept(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Go on with settings that were held for the account that they lead to."""
    connection = _connection(request, connection_id)
    try:
        connections.accept(connection)
    except PortalError as failure:
        return dialogs.trouble(request, failure, title=_("Systems Check"))
    return _checked(request, connection)


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, step_id: int) -> HttpResponse:
    """Send the stored secrets to the address where the CRM says that the account is, once somebody has agreed."""
    organization = access.administrator(request).organization
    mine = StepRun.objects.filter(run__connection__organization=organization, run__connection__deleted=None)
    step = get_object_or_404(mine.exclude(elsewhere="").select_related("run__connection"), pk=step_id)
    connection, title = step.run.connection, _("Use the other address")
    try:
        host = moving.destination(connection, step.elsewhere)
        if request.method == "POST":
            moving.move(connection, step.elsewhere, consent=request.POST.get("host", ""), by=_user(request))
            return _checked(request, connection)
    except (JackfieldError, PortalError) as failure:
        return dialogs.trouble(request, failure, title=title)
    context = {
        "title": title,
        "connection": connection,
        "host": host,
        "before": connections.newest(connection),
        "secrets": ", ".join(moving.travelling(connection)),
    }
    return dialogs.render(request, "checks/move.html", context)


def _checked(request: HttpRequest, connection: Connection) -> HttpResponse:
    try:
        run = services.start_one(connection)
    except PortalError as failure:
        return dialogs.trouble(request, failure, title=_("Systems Check"))
    return dialogs.trigger(begun(request, connection.organization, run.batch), "connections-changed", "imports-changed")


def _connection(request: HttpRequest, connection_id: UUID) -> Connection:
    try:
        return connections.get(access.administrator(request).organization, connection_id)
    except Connection.DoesNotExist:
        raise Http404 from None


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
