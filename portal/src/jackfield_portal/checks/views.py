"""The dialog Systems Check."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jackfield_portal.checks import report, services
from jackfield_portal.checks.forms import RhythmForm, rhythm_of
from jackfield_portal.checks.models import RunState
from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import Connection
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import access
from jackfield_portal.web import dialogs, news

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest

    from jackfield_portal.checks.models import CheckRun
    from jackfield_portal.organizations.models import Organization

__all__ = ["begun", "history", "progress", "show", "start", "start_one"]

#: So many checks are listed.
_SHOWN = 50


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Check every connection of the organization; asked for by address only, a button that does so."""
    organization = access.administrator(request).organization
    if request.method == "GET":
        return dialogs.render(request, "checks/ask.html", {"title": _("Systems Check")})
    return begun(request, organization, services.start(organization))


@require_POST
def start_one(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Check one connection."""
    organization = access.administrator(request).organization
    try:
        run = services.start_one(connections.get(organization, connection_id))
    except Connection.DoesNotExist:
        raise Http404 from None
    except PortalError as failure:
        return dialogs.trouble(request, failure, title=_("Systems Check"))
    return begun(request, organization, run.batch)


@require_GET
def show(request: HttpRequest, batch: UUID) -> HttpResponse:
    """A batch of checks, under way or done."""
    context = _context(access.member(request).organization, batch)
    return dialogs.render(request, "checks/dialog.html", {**context, "title": _("Systems Check")})


@require_GET
def progress(request: HttpRequest, batch: UUID) -> HttpResponse:
    """How far the checks are; asked for again and again until they are done."""
    organization = access.member(request).organization
    news.wait(request, lambda: _seen(organization, batch))
    context = _context(organization, batch)
    answer = render(request, "checks/progress.html", {**context, "polled": True})
    return dialogs.trigger(answer, "connections-changed") if context["done"] else answer


@require_http_methods(["GET", "POST"])
def history(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """The last checks of a connection, and how often it is checked; who may change it chooses that here."""
    membership = access.administrator(request) if request.method == "POST" else access.member(request)
    try:
        connection = connections.get(membership.organization, connection_id)
    except Connection.DoesNotExist:
        raise Http404 from None
    form = RhythmForm(request.POST or None, initial={"hours": rhythm_of(connection)})
    if request.method == "POST" and form.is_valid():
        connections.set_rhythm(connection, form.hours_chosen())
        messages.success(request, _("%(name)s: %(rhythm)s") % {"name": connection.name, "rhythm": form.word()})
        return dialogs.close(request, "connections-changed")
    context = {
        "title": _("Checks of %(name)s") % {"name": connection.name},
        "connection": connection,
        "runs": services.history(connection).select_related("version")[:_SHOWN],
        "form": form,
    }
    return dialogs.render(request, "checks/history.html", context, status=422 if form.errors else 200)


def begun(request: HttpRequest, organization: Organization, batch: UUID) -> HttpResponse:
    """The dialog of checks that were just started."""
    if not dialogs.inside(request):
        return redirect("checks:show", batch=batch)
    context = _context(organization, batch)
    return dialogs.render(request, "checks/dialog.html", {**context, "title": _("Systems Check")})


def _checked_twice(runs: Sequence[CheckRun]) -> set[UUID]:
    """The connections whose new settings were checked beside those in use."""
    counted = Counter(run.connection_id for run in runs)
    return {connection for connection, number in counted.items() if number > 1}


def _seen(organization: Organization, batch: UUID) -> str:
    """Changes with each step."""
    return news.mark(*services.states_of(organization, batch))


def _context(organization: Organization, batch: UUID) -> dict[str, Any]:
    seen = _seen(organization, batch)  # before what is shown: what changes in between is news
    runs = list(services.runs_of(organization, batch))
    services.settle(runs)
    return {
        "batch": batch,
        "seen": seen,
        "runs": runs,
        "both": _checked_twice(runs),
        "done": all(run.done for run in runs),
        "passed": sum(run.state == RunState.PASSED for run in runs),
        "now": timezone.now(),
        "report": report.as_text(runs),
    }
