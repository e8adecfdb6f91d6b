"""Mappings as a file: the dialog with a dry run, and the download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jackfield_portal.errors import PortalError
from jackfield_portal.mapping import files, services, sheets, words
from jackfield_portal.mapping.forms import connection_in
from jackfield_portal.organizations.access import administrator, member
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jackfield_portal.organizations.models import Organization

#: Bad lines that are shown; how many more there are is said.
_BAD_LINES = 100


@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """All agents of the organization with their CRM users at a connection."""
    try:
        connection = connection_in(request.GET, member(request).organization)
    except PortalError as refusal:
        return dialogs.trouble(request, refusal, title=_("Mappings as a file"))
    answer = HttpResponse("".join(files.written(connection)), content_type="text/csv; charset=utf-8")
    name = slugify(connection.name) or "crm"
    answer["Content-Disposition"] = f'attachment; filename="mappings-{name}.csv"'
    return answer


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A file in: first what it would do, with each bad line, then, when that is confirmed, done."""
    if request.method == "GET":
        return _dialog(request, member(request).organization, chosen=request.GET.get("connection", ""))
    membership = administrator(request)
    organization, chosen = membership.organization, request.POST.get("connection", "")
    try:
        connection = connection_in(request.POST, organization)
        content = _content(request)
        if mark := request.POST.get("mark", ""):
            saved = files.apply(connection, content, mark=mark, by=membership.user)
            messages.success(request, words.saved(saved))
            return dialogs.close(request, "mappings-settled")
        plan = files.plan(connection, content)
    except PortalError as refusal:
        return _dialog(request, organization, chosen=chosen, problem=refusal)
    bad = {"bad": plan.bad[:_BAD_LINES], "more_bad": max(0, len(plan.bad) - _BAD_LINES)}
    return _dialog(request, organization, chosen=chosen, plan=plan, **bad)


def _content(request: HttpRequest) -> bytes:
    given = request.FILES.get("file")
    if given is None:
        raise PortalError(_("No file is chosen."), remedy=_("Choose the CSV file, then check it."))
    return bytes(given.read(sheets.LARGEST + 1))


def _dialog(request: HttpRequest, organization: Organization, **more: Any) -> HttpResponse:
    connections = list(services.connections_of(organization))
    context = {"title": _("Mappings as a file"), "connections": connections, **more}
    status = 422 if more.get("problem") else 200
    part = "mapping/file_result.html" if request.method == "POST" and dialogs.inside(request) else "mapping/file.html"
    return dialogs.render(request, part, context, status=status)
