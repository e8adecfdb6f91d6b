"""The pages of imports: a connection's history, one run with everybody it is about, and the CRM users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jackfield_portal.imports import directory, groups, rhythms, services, thresholds, words
from jackfield_portal.imports.forms import ImportSettingsForm
from jackfield_portal.imports.labels import labelled
from jackfield_portal.imports.looking import connection_of, run_of
from jackfield_portal.imports.models import ImportRun, RunState
from jackfield_portal.imports.views import is_first
from jackfield_portal.organizations.access import administrator, member
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.connections.models import Connection

__all__ = ["crm_users", "detail", "history", "settings"]

#: Runs on one page of the history.
RUNS = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A run as the history tells of it."""

    run: ImportRun
    state: str
    beginner: str
    duration: str
    sentence: str


@require_GET
def history(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Every import of a connection, the last one first."""
    membership = member(request)
    connection = connection_of(membership.organization, connection_id)
    services.latest(connection)  # a dead one ends by being looked at
    runs = ImportRun.objects.filter(connection=connection).select_related("started_by")
    page = Paginator(runs, RUNS).get_page(request.GET.get("page"))
    context = {
        "connection": connection,
        "page": page,
        "entries": [_entry(run) for run in page.object_list],
        "ready": services.offered(connection),
        "waiting": services.waiting(connection),
        "rhythm": _rhythm(connection),
        "next_start": rhythms.next_start(connection),
        "first_to_come": rhythms.by_itself(connection) and not services.imported(connection),
        "limit": thresholds.limit(membership.organization),
        "users": connection.crm_users.count(),
    }
    return render(request, "imports/history.html", context)


@require_GET
def detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One import: how it went, and everybody it is about, to be searched through."""
    found = run_of(member(request).organization, run_id)
    services.latest(found.connection)
    found.refresh_from_db()
    names = groups.names(found)
    wanted = request.GET.get("group") or _fullest(found, names)
    if names and wanted not in names:
        raise Http404
    search = request.GET.get("q", "")
    context = {
        "connection": found.connection,
        "entry": _entry(found),
        "first": is_first(found),
        "groups": labelled(groups.counts(found)),
        "group": groups.group(found, wanted, search, request.GET.get("page", 1)) if names else None,
        "q": search,
        "query": urlencode({"group": wanted, "q": search}) + "&",
        "held": found.state == RunState.HELD,
        "age": words.age(found, timezone.now()),
        "consequence": words.consequence(found, groups.mapped_missing(found)) if found.state == RunState.HELD else "",
    }
    return render(request, "imports/detail.html", context)


@require_GET
def crm_users(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """The CRM users of a connection, to be searched, narrowed down and paged through."""
    connection = connection_of(member(request).organization, connection_id)
    search, only = request.GET.get("q", ""), request.GET.get("only", "")
    context = {
        "connection": connection,
        "found": directory.directory(connection, search, only, request.GET.get("page", 1)),
        "filters": directory.FILTERS.items(),
        "only": only if only in directory.FILTERS else "",
        "q": search,
        "query": urlencode({"only": only, "q": search}) + "&",
        "imported": connection.crm_users.exists(),
    }
    return render(request, "imports/crm_users.html", context)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """When the connection's users are imported by themselves, and when an import is held."""
    connection = connection_of(administrator(request).organization, connection_id)
    form = ImportSettingsForm(request.POST or None, connection=connection)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The import settings of %(name)s are saved.") % {"name": connection.name})
        if dialogs.inside(request):
            return dialogs.close(request, "import-settings-changed")
        return redirect("imports:history", connection.pk)
    context = {"form": form, "title": _("Import settings"), "connection": connection}
    return dialogs.render(request, "imports/settings.html", context, status=422 if form.errors else 200)


def _entry(run: ImportRun) -> Entry:
    return Entry(
        run=run,
        state=words.state(run),
        beginner=words.beginner(run),
        duration=words.duration(run),
        sentence=words.outcome(run),
    )


def _rhythm(connection: Connection) -> str:
    chosen = rhythms.own(connection)
    return rhythms.usual() if chosen is None else str(chosen.label).lower()


def _fullest(run: ImportRun, names: tuple[str, ...]) -> str:
    """What is looked at first: whoever would go, then whoever is changed or new."""
    counts: dict[str, Any] = dict(words.counts(run))
    order = [name for name in ("gone", "changed", "new", "inactive", "unchanged") if name in names]
    return next((name for name in order if counts[name]), order[0] if order else "")
