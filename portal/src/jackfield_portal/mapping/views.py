"""Mappings on the screen: the section CRM User Mappings, its drop-downs, Save and Undo."""

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
from jackfield_portal.mapping import refusals, services
from jackfield_portal.mapping.finding import agents_of, matching_users
from jackfield_portal.mapping.forms import connection_in, wishes_in
from jackfield_portal.mapping.table import candidate, table
from jackfield_portal.organizations.access import administrator, member
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from jackfield_portal.mapping.models import Batch
    from jackfield_portal.organizations.models import Organization

#: CRM users that a drop-down shows at once.
OFFERED = 20
_NO_PARAMETERS: dict[str, str] = {}


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
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    first = Case(When(name__istartswith=words, then=Value(0)), default=Value(1))
    found = list(matching_users(connection, words).order_by(first, Lower("name"), "pk")[: OFFERED + 1])
    taken = agents_of(connection, (user.pk for user in found))
    remarks = {key: _("chosen for %(name)s") % {"name": agent.name} for key, agent in taken.items()}
    rows = [candidate(user, remarks.get(user.pk, "")) for user in found[:OFFERED]]
    return JsonResponse(
        {
            "users": [{"id": row.id, "name": row.name, "detail": row.detail} for row in rows],
            "more": len(found) > OFFERED,
        }
    )


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save every choice of the form at once."""
    membership = administrator(request)
    try:
        connection = connection_in(request.POST, membership.organization)
        saved = services.save(
            connection,
            wishes_in(request.POST),
            by=membership.user,
            take_all_certain=request.POST.get("take_all") == "1",
        )
    except PortalError as refusal:
        return _refused(request, refusal)
    return _done(request, membership.organization, _outcome(saved))


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Undo the last save, if it is still the one that the button spoke of."""
    organization = administrator(request).organization
    batch = services.last_batch(organization)
    try:
        if batch is None or str(batch.pk) != request.POST.get("batch"):
            return _refused(request, refusals.not_the_last())
        count = services.undo(batch)
    except PortalError as refusal:
        return _refused(request, refusal)
    told = ngettext("The last save was undone: %(n)d agent.", "The last save was undone: %(n)d agents.", count)
    return _done(request, organization, told % {"n": count})


def shown(organization: Organization, asked: QueryDict | None = None, *, may_change: bool) -> dict[str, Any]:
    """What the section shows."""
    given = asked if asked is not None else _NO_PARAMETERS
    words = (given.get("q") or "").replace("\0", "").strip()[:200]
    edit = (given.get("edit") or "") if may_change else ""
    return {
        "table": table(organization, edit=edit, words=words, page=given.get("page") or 1),
        "may_change": may_change,
    }


def offered(organization: Organization, *, may_change: bool) -> dict[str, Any]:
    """What stands beside Save: the last save, which can be undone."""
    batch = services.last_batch(organization) if may_change else None
    return {"batch": batch, "said": _undo_says(batch) if batch else "", "may_change": may_change}


def _undo_says(batch: Batch) -> str:
    count = batch.changes.count()
    return ngettext(
        "Puts back the CRM user of %(n)d agent, as it was before %(name)s saved.",
        "Puts back the CRM users of %(n)d agents, as they were before %(name)s saved.",
        count,
    ) % {"n": count, "name": batch.made_by or _("somebody")}


def _outcome(saved: services.Saved) -> str:
    if saved.batch is None:
        return _("Nothing was different, so nothing was saved.")
    told = ngettext("%(n)d agent mapped.", "%(n)d agents mapped.", saved.mapped) % {"n": saved.mapped}
    if saved.cleared:
        told += " " + ngettext("%(n)d cleared.", "%(n)d cleared.", saved.cleared) % {"n": saved.cleared}
    return told


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
