"""The dialogs around the table: past saves, one agent's history, fallback owner, leavers, users without an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jackfield_portal.errors import PortalError
from jackfield_portal.mapping import aliases, fallback, history, leavers, services, words
from jackfield_portal.mapping.finding import unclaimed_users
from jackfield_portal.mapping.forms import batch_in, choices_in, connection_in, user_in
from jackfield_portal.organizations.access import administrator, member
from jackfield_portal.organizations.models import Agent
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.organizations.models import Organization

#: What stands in a dialog at once.
_PAST, _STEPS, _LEAVERS, _USERS = 20, 50, 50, 50
#: Heard by the table and by the undo beside Save.
_SETTLED = "mappings-settled"


@require_http_methods(["GET", "POST"])
def batches(request: HttpRequest) -> HttpResponse:
    """The last saves, each with its undo or with what is in its way."""
    if request.method == "GET":
        return _batches(request, member(request).organization)
    membership = administrator(request)
    organization = membership.organization
    try:
        count = services.undo(batch_in(request.POST, organization), by=membership.user)
    except PortalError as refusal:
        return _batches(request, organization, problem=refusal)
    told = ngettext("The save was undone: %(n)d agent.", "The save was undone: %(n)d agents.", count) % {"n": count}
    return dialogs.trigger(_batches(request, organization, told=told), _SETTLED)


@require_GET
def agent_history(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """What has happened to an agent's row."""
    organization = member(request).organization
    agent = get_object_or_404(Agent, organization=organization, pk=agent_id)
    steps = history.of_agent(organization, agent, _STEPS)
    title = _("History of %(name)s") % {"name": agent.name}
    return dialogs.render(request, "mapping/agent_history.html", {"title": title, "agent": agent, "steps": steps})


@require_http_methods(["GET", "POST"])
def fallback_owner(request: HttpRequest) -> HttpResponse:
    """Who stands in for agents without a CRM user."""
    membership = administrator(request)
    title, given = _("Fallback owner"), request.POST if request.method == "POST" else request.GET
    try:
        connection = connection_in(given, membership.organization)
        if request.method == "POST":
            owner = fallback.choose(connection, user_in(request.POST), by=membership.user)
            _tell_owner(request, owner.name if owner else "")
            return dialogs.close(request, _SETTLED)
    except PortalError as refusal:
        return dialogs.trouble(request, refusal, title=title)
    context = {"title": title, "connection": connection, "owner": fallback.owner_of(connection)}
    return dialogs.render(request, "mapping/fallback.html", context)


@require_http_methods(["GET", "POST"])
def leavers_queue(request: HttpRequest) -> HttpResponse:
    """Who has left, and whom each is handed over to."""
    membership = administrator(request)
    title, given = _("Leavers"), request.POST if request.method == "POST" else request.GET
    problem = None
    try:
        connection = connection_in(given, membership.organization)
    except PortalError as refusal:
        return dialogs.trouble(request, refusal, title=title)
    if request.method == "POST":
        try:
            saved = leavers.settle(connection, choices_in(request.POST), by=membership.user)
        except PortalError as refusal:
            problem = refusal
        else:
            messages.success(request, words.settled(saved))
            return dialogs.close(request, _SETTLED)
    rows, count = leavers.leavers_of(connection, _LEAVERS), leavers.leaving(connection).count()
    context = {"title": title, "connection": connection, "leavers": rows, "more": count - len(rows), "problem": problem}
    return dialogs.render(request, "mapping/leavers.html", context, status=422 if problem else 200)


@require_GET
def unclaimed(request: HttpRequest) -> HttpResponse:
    """The CRM users who are no agent."""
    title = _("CRM users without an agent")
    try:
        connection = connection_in(request.GET, member(request).organization)
    except PortalError as refusal:
        return dialogs.trouble(request, refusal, title=title)
    page = Paginator(unclaimed_users(connection), _USERS).get_page(request.GET.get("page"))
    return dialogs.render(request, "mapping/unclaimed.html", {"title": title, "connection": connection, "page": page})


@require_http_methods(["GET", "POST"])
def alias_domains(request: HttpRequest) -> HttpResponse:
    """The alias domains; a new one is shown with what it would match before it is confirmed."""
    if request.method == "GET":
        return _aliases(request, member(request).organization)
    membership = administrator(request)
    organization, alias, domain = membership.organization, request.POST.get("alias", ""), request.POST.get("domain", "")
    entered = {"alias": alias, "domain": domain}
    try:
        if request.POST.get("confirmed") != "yes":
            return _aliases(request, organization, gains=aliases.preview(organization, alias, domain), **entered)
        made = aliases.confirm(organization, alias, domain, by=membership.user)
    except PortalError as refusal:
        return _aliases(request, organization, problem=refusal, **entered)
    told = _("%(alias)s is now the same as %(domain)s.") % {"alias": made.alias, "domain": made.domain}
    return dialogs.trigger(_aliases(request, organization, told=told), _SETTLED)


@require_POST
def remove_alias(request: HttpRequest) -> HttpResponse:
    """Have a domain stand for itself again."""
    organization = administrator(request).organization
    aliases.remove(organization, request.POST.get("alias", ""))
    told = _("Removed. Mappings that were made stay as they are.")
    return dialogs.trigger(_aliases(request, organization, told=told), _SETTLED)


def _batches(request: HttpRequest, organization: Organization, **more: Any) -> HttpResponse:
    context = {"title": _("Past saves"), "past": history.past(organization, _PAST), **more}
    return dialogs.render(request, "mapping/batches.html", context, status=422 if more.get("problem") else 200)


def _aliases(request: HttpRequest, organization: Organization, **more: Any) -> HttpResponse:
    context = {"title": _("Alias domains"), "aliases": aliases.listed(organization), **more}
    return dialogs.render(request, "mapping/aliases.html", context, status=422 if more.get("problem") else 200)


def _tell_owner(request: HttpRequest, name: str) -> None:
    said = _("Calls of agents without a CRM user will be logged under %(name)s.") % {"name": name}
    messages.success(request, said if name else _("There is no fallback owner any more."))
