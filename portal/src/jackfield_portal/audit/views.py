"""The page of the audit log, its export, and the timeline of a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jackfield_portal.audit import export as files
from jackfield_portal.audit import services, timeline, words
from jackfield_portal.audit.finding import FilterForm, entries_of
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection
from jackfield_portal.organizations import access

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

__all__ = ["export", "history", "log"]

#: Entries on one page.
ROWS = 50
_LARGEST_ID = 2**63 - 1


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The audit log, a page of it."""
    organization = access.administrator(request).organization
    form = FilterForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    found = entries_of(organization, given)
    if before := _number(request.GET.get("before", "")):
        found = found.filter(pk__lt=before)
    entries = list(found[: ROWS + 1])
    asked = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "rows": [
            {
                "entry": entry,
                "label": words.label(entry.action),
                "who": words.who(entry),
                "origin": words.origin(entry),
                "details": words.details(entry.detail),
            }
            for entry in entries[:ROWS]
        ],
        "asked": asked,
        "narrowed": bool(asked),
        "older": urlencode({**asked, "before": entries[ROWS - 1].pk}) if len(entries) > ROWS else "",
        "newest": urlencode(asked) if before else None,
    }
    return render(request, "audit/log.html", context, status=422 if form.errors else 200)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """What the page shows, whole, as a file; taking it out is recorded, too."""
    organization = access.administrator(request).organization
    form = FilterForm(request.POST)
    entries = entries_of(organization, form.cleaned_data if form.is_valid() else {})[: files.MOST]
    as_json = request.POST.get("format") == "json"
    text = files.as_json(entries) if as_json else files.as_csv(entries)
    kind, ending = ("application/json", "json") if as_json else ("text/csv; charset=utf-8", "csv")
    services.record(organization, None, "audit.exported", None, {"format": ending})
    name = f"audit-{timezone.localdate().isoformat()}.{ending}"
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_GET
def history(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """The timeline of a connection."""
    try:
        connection = connections.get(access.member(request).organization, connection_id)
    except Connection.DoesNotExist:
        raise Http404 from None
    before = request.GET.get("before", "")
    page = timeline.timeline(connection, before)
    context = {"connection": connection, "page": page, "later": bool(before)}
    return render(request, "audit/timeline.html", context)


def _number(text: str) -> int:
    return min(int(text), _LARGEST_ID) if text.isascii() and text.isdigit() else 0
