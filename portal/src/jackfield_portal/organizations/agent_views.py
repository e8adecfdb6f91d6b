"""The page of the agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jackfield_portal.organizations import access, services
from jackfield_portal.organizations.forms import AgentForm
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.organizations.models import Agent

__all__ = ["add", "agents", "edit", "switch"]


@require_GET
def agents(request: HttpRequest) -> HttpResponse:
    """All agents; asked for by the page itself, only their table."""
    organization = access.member(request).organization
    template = "organizations/agent_table.html" if dialogs.inside(request) else "organizations/agents.html"
    return render(request, template, {"agents": services.agents_of(organization)})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new agent."""
    organization = access.administrator(request).organization
    form = AgentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.organization = organization
        services.save_agent(form.instance)
        return _saved(request, form.instance)
    return _form(request, form, _("Add agent"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """Change an agent."""
    organization = access.administrator(request).organization
    agent = get_object_or_404(services.agents_of(organization), id=agent_id)
    form = AgentForm(request.POST or None, instance=agent)
    if request.method == "POST" and form.is_valid():
        services.save_agent(agent)
        return _saved(request, agent)
    return _form(request, form, _("Edit agent"))


@require_POST
def switch(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """Take an agent out of use, or back into it."""
    organization = access.administrator(request).organization
    agent = get_object_or_404(services.agents_of(organization), id=agent_id)
    services.set_active(agent, active=not agent.active)
    said = _("%(name)s is active again.") if agent.active else _("%(name)s is no longer active. The mapping is kept.")
    messages.success(request, said % {"name": agent.name})
    return _back(request)


def _form(request: HttpRequest, form: AgentForm, title: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return dialogs.render(request, "organizations/agent_form.html", {"form": form, "title": title}, status=status)


def _saved(request: HttpRequest, agent: Agent) -> HttpResponse:
    messages.success(request, _("%(name)s is saved.") % {"name": agent.name})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    if dialogs.inside(request):
        return dialogs.close(request, "agents-changed")
    return redirect("organizations:agents")
