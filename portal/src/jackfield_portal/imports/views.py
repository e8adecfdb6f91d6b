"""Imports on the screen: a dialog that follows a run, and the line on the connection's card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jackfield_portal.errors import PortalError
from jackfield_portal.imports import comparing, groups, services, words
from jackfield_portal.imports.forecast import forecast
from jackfield_portal.imports.labels import labelled
from jackfield_portal.imports.looking import connection_of, run_of
from jackfield_portal.imports.models import RunState
from jackfield_portal.organizations.access import administrator, member
from jackfield_portal.web import dialogs, news

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.labels import Count
    from jackfield_portal.imports.models import ImportRun

#: So many of the users who would go, and of those who would come first, are named in the preview.
NAMED, GREETED = 20, 5
#: What a first list is looked at for: there is nobody yet who could be changed or gone.
_FIRST = ("new", "inactive", "without_email", "suspicious")


@require_GET
def ask(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """What an import will cost, and whether to look first or to import at once; the first is always looked at."""
    connection = connection_of(administrator(request).organization, connection_id)
    context = {
        "title": _("Import users"),
        "connection": connection,
        "forecast": forecast(connection),
        "first": not services.imported(connection),
    }
    return dialogs.render(request, "imports/ask.html", context)


@require_POST
def start(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Start an import or a preview, and follow it in the dialog.

    The first import begins with a preview, and with the one that was read of late where there is one.
    """
    membership = administrator(request)
    connection = connection_of(membership.organization, connection_id)
    first = not services.imported(connection)
    if first and (read := services.previewed(connection)):
        return _answer(request, read)
    try:
        begun = services.start(connection, membership.user, preview=first or "preview" in request.POST)
    except PortalError as refusal:
        return dialogs.trouble(request, refusal, title=_("Import users"))
    return _answer(request, begun)


@require_GET
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How a run stands; asked for again and again by its dialog until it stands still."""
    found = run_of(member(request).organization, run_id)
    news.wait(request, lambda: _seen(run_of(found.connection.organization, run_id)))
    services.latest(found.connection)  # a dead one ends by being looked at
    found.refresh_from_db()
    if request.headers.get("HX-Target") == "import-run":
        answer = render(request, "imports/run_body.html", {**_told(found), "polled": True})
        return answer if found.active else dialogs.trigger(answer, "imports-changed")
    return dialogs.render(request, "imports/run.html", _told(found))


@require_POST
def decide(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Apply a held listing or discard it."""
    membership = administrator(request)
    found = run_of(membership.organization, run_id)
    try:
        services.decide(found, request.POST.get("word", ""), membership.user)
    except PortalError as refusal:
        return dialogs.trouble(request, refusal, title=_("Import users"))
    return _answer(request, found)


@require_POST
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Stop a run that is under way."""
    found = run_of(administrator(request).organization, run_id)
    return _answer(request, services.cancel(found))


@require_GET
def status(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """The line on the connection's card, asked for while an import is under way."""
    membership = member(request)
    connection = connection_of(membership.organization, connection_id)
    context = card(connection, may_change=membership.may_change)
    answer = render(request, "imports/status.html", context)
    return answer if context["run"] and context["run"].active else dialogs.trigger(answer, "imports-changed")


def card(connection: Connection, *, may_change: bool) -> dict[str, Any]:
    """What the connection's card says about imports."""
    last = services.latest(connection)
    return {
        "connection": connection,
        "run": last,
        "sentence": words.outcome(last) if last else _("Users have not been imported yet."),
        "held": bool(last and last.state == RunState.HELD),
        "imported": connection.crm_users.exists(),
        "ready": services.offered(connection),
        "may_change": may_change,
    }


def _answer(request: HttpRequest, found: ImportRun) -> HttpResponse:
    if not dialogs.inside(request):
        return redirect("imports:run" if found.active else "imports:detail", found.pk)
    return dialogs.trigger(dialogs.render(request, "imports/run.html", _told(found)), "imports-changed")


def _told(found: ImportRun) -> dict[str, Any]:
    held = found.state == RunState.HELD
    first = is_first(found)
    leaving = comparing.missing(found) if held else None
    return {
        "run": found,
        "seen": _seen(found),
        "title": _("Import users"),
        "connection": found.connection,
        "sentence": words.outcome(found),
        "remaining": words.remaining(found, timezone.now()),
        "age": words.age(found, timezone.now()),
        "first": first,
        "counts": _first_counts(found) if first else labelled(words.counts(found)),
        "coming": groups.rows(found, "new")[:GREETED] if first else (),
        "coming_more": max(0, found.new - GREETED),
        "consequence": words.consequence(found, groups.mapped_missing(found)) if held else "",
        "groups": groups.names(found),
        "leaving": leaving[:NAMED] if leaving is not None else (),
        "leaving_more": max(0, found.gone - NAMED),
    }


def is_first(found: ImportRun) -> bool:
    """Whether it is the preview of a connection's first import, with nothing against it."""
    waits = found.state == RunState.HELD and found.preview and not found.hold_reason
    return waits and not services.imported(found.connection)


def _first_counts(found: ImportRun) -> list[Count]:
    numbers = groups.counts(found)
    return labelled({name: numbers[name] for name in _FIRST})


def _seen(found: ImportRun) -> str:
    return news.mark(found.state, found.done, found.total)
