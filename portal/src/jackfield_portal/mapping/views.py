"""Mappings on the screen: the section CRM User Mappings, its drop-downs, Save, Undo and what is done with many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Case, Value, When
from django.db.models.functions import Lower
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from jackfield_portal.errors import PortalError
from jackfield_portal.mapping import bulk, services, words
from jackfield_portal.mapping.finding import agents_of, matching_agents, matching_users
from jackfield_portal.mapping.forms import action_in, batch_in, connection_in, number_in, picks_in, wishes_in
from jackfield_portal.mapping.looks import Look
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.mapping.table import candidate, found_agents, table
from jackfield_portal.organizations.access import administrator, member
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from jackfield_portal.organizations.models import Organization

#: People that a drop-down shows at once.
OFFERED = 20


@require_GET
def section(request: HttpRequest) -> HttpResponse:
    """The section, with a column opened, searched, or at another page."""
    membership = member(request)
    context = shown(membership.organization, request.GET, may_change=membership.may_change)
    return render(request, "mapping/body.html", context)


@require_GET
def actions(request: HttpRequest) -> HttpResponse:
    """The undo beside Save, asked for when mappings have changed."""
    membership = member(request)
    context = offered(membership.organization, may_change=membership.may_change)
    return render(request, "mapping/undo.html", context)


@require_GET
def users(request: HttpRequest) -> JsonResponse:
    """The CRM users that hold the words typed into a drop-down, the best first."""
    organization = member(request).organization
    try:
        connection = connection_in(request.GET, organization)
    except PortalError as refusal:
        return JsonResponse({"message": refusal.message, "remedy": refusal.remedy}, status=422)
    typed = _typed(request)
    first = Case(When(name__istartswith=typed, then=Value(0)), default=Value(1))
    found = list(matching_users(connection, typed).order_by(first, Lower("name"), "pk")[: OFFERED + 1])
    taken = agents_of(connection, (user.pk for user in found))
    remarks = {key: _("chosen for %(name)s") % {"name": agent.name} for key, agent in taken.items()}
    rows = [candidate(user, remarks.get(user.pk, "")) for user in found[:OFFERED]]
    told = [{"id": row.id, "name": row.name, "detail": row.detail} for row in rows]
    return JsonResponse({"users": told, "more": len(found) > OFFERED})


@require_GET
def heirs(request: HttpRequest) -> JsonResponse:
    """The active agents without a CRM user that hold the words typed into a drop-down."""
    organization = member(request).organization
    try:
        connection = connection_in(request.GET, organization)
    except PortalError as refusal:
        return JsonResponse({"message": refusal.message, "remedy": refusal.remedy}, status=422)
    mapped = Mapping.objects.filter(connection=connection).values("agent")
    free = matching_agents(organization, _typed(request)).filter(active=True).exclude(pk__in=mapped)
    found = list(free[: OFFERED + 1])
    told = [
        {"id": str(agent.pk), "name": agent.name, "detail": " · ".join(filter(None, (agent.extension, agent.email)))}
        for agent in found[:OFFERED]
    ]
    return JsonResponse({"users": told, "more": len(found) > OFFERED})


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save every choice of the form at once."""
    membership = administrator(request)
    try:
        connection, rest = connection_in(request.POST, membership.organization), number_in(request.POST, "take_all")
        saved = services.save(
            connection,
            wishes_in(request.POST),
            by=membership.user,
            take_all_certain=rest is not None,
            expected=rest,
        )
    except PortalError as refusal:
        return _refused(request, refusal)
    return _done(request, membership.organization, words.saved(saved))


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Clear, pin, unpin or take the suggestions of the rows that were ticked, or of all that the list has."""
    membership = administrator(request)
    organization = membership.organization
    try:
        action, connection = action_in(request.POST), connection_in(request.POST, organization)
        expected = number_in(request.POST, "all")
        if expected is None:
            done = bulk.for_picked(connection, action, picks_in(request.POST), by=membership.user)
        else:
            look = Look.of({**request.POST.dict(), "edit": str(connection.pk)})
            done = bulk.for_all(
                connection,
                action,
                lambda: found_agents(organization, connection, look),
                expected=expected,
                by=membership.user,
            )
    except PortalError as refusal:
        return _refused(request, refusal)
    return _done(request, organization, words.done(action, done))


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Undo a save: the one that the button spoke of."""
    membership = administrator(request)
    organization = membership.organization
    try:
        count = services.undo(batch_in(request.POST, organization), by=membership.user)
    except PortalError as refusal:
        return _refused(request, refusal)
    told = ngettext("The save was undone: %(n)d agent.", "The save was undone: %(n)d agents.", count)
    return _done(request, organization, told % {"n": count})


def shown(organization: Organization, asked: QueryDict | None = None, *, may_change: bool) -> dict[str, Any]:
    """What the section shows."""
    return {"table": table(organization, Look.of(asked or {}, may_change=may_change)), "may_change": may_change}


def offered(organization: Organization, *, may_change: bool) -> dict[str, Any]:
    """What stands beside Save: the last save, which can be undone."""
    batch = services.last_batch(organization) if may_change else None
    return {"batch": batch, "said": words.undo(batch) if batch else "", "may_change": may_change}


def _typed(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:200]


def _refused(request: HttpRequest, refusal: PortalError) -> HttpResponse:
    """Say why beside Save, and leave the form as it stands."""
    said = f"{refusal.message} {refusal.remedy}"
    if not dialogs.inside(request):
        messages.error(request, said)
        return redirect("web:manage")
    told = render_to_string("mapping/result.html", {"said": said, "level": "error"}, request)
    return HttpResponse(told, headers={"HX-Reswap": "none"})


def _done(request: HttpRequest, organization: Organization, said: str) -> HttpResponse:
    """Draw the section anew, and say beside Save what was done."""
    if not dialogs.inside(request):
        messages.success(request, said)
        return redirect("web:manage")
    parts = {
        "mapping/body.html": shown(organization, request.POST, may_change=True),
        "mapping/result.html": {"said": said, "level": "success"},
    }
    told = "".join(render_to_string(name, context, request) for name, context in parts.items())
    return dialogs.trigger(HttpResponse(told), "mappings-changed")
