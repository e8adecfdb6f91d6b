"""The page of the agents, their dialogs, and the CSV file in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import access, services
from jackfield_portal.organizations import agents as listed
from jackfield_portal.organizations.agent_csv import decoded
from jackfield_portal.organizations.forms import AgentFileForm, AgentForm
from jackfield_portal.organizations.paging import page_of, words_of
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from jackfield_portal.organizations.agent_csv import AgentImport
    from jackfield_portal.organizations.models import Agent, Organization

__all__ = ["add", "agents", "edit", "export_file", "import_file", "switch"]

#: New, changed and bad lines that the preview shows of each.
SHOWN: Final = 50


@require_GET
def agents(request: HttpRequest) -> HttpResponse:
    """A page of the agents; asked for by the page itself, only their table."""
    organization = access.member(request).organization
    words, state = words_of(request), request.GET.get("state", "")
    page = page_of(listed.find_agents(organization, words, state), request)
    shared = listed.shared_extensions(organization.pk, page.object_list)
    context = {
        "page": page,
        "words": words,
        "state": state,
        "query": urlencode({"q": words, "state": state}),
        "shared": shared.keys(),
        "any": bool(page.paginator.count) or services.agents_of(organization).exists(),
    }
    template = "organizations/agent_table.html" if dialogs.inside(request) else "organizations/agents.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new agent."""
    organization = access.administrator(request).organization
    form = AgentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _saved(request, services.add_agent(organization, **form.cleaned_data))
    return _form(request, form, _("Add agent"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """Change an agent."""
    agent = _agent(request, agent_id)
    form = AgentForm(request.POST or None, instance=agent)
    if request.method == "POST" and form.is_valid():
        return _saved(request, services.change_agent(agent, **form.cleaned_data))
    return _form(request, form, _("Edit agent"))


@require_POST
def switch(request: HttpRequest, agent_id: UUID) -> HttpResponse:
    """Take an agent out of use, or back into it."""
    agent = _agent(request, agent_id)
    services.set_active(agent, active=not agent.active)
    said = _("%(name)s is active again.") if agent.active else _("%(name)s is no longer active. The mapping is kept.")
    messages.success(request, said % {"name": agent.name})
    _warn(request, agent)
    return _back(request)


@require_GET
def export_file(request: HttpRequest) -> HttpResponse:
    """The agents that are searched for as a CSV file, which a spreadsheet reads as UTF-8 by its first mark."""
    organization = access.member(request).organization
    text = services.export_agents(organization, words_of(request), request.GET.get("state", ""))
    attached = {"Content-Disposition": 'attachment; filename="agents.csv"'}
    return HttpResponse(f"\ufeff{text}", content_type="text/csv; charset=utf-8", headers=attached)


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """A CSV file: first what it would do, then, with the same text once more, that it does."""
    organization = access.administrator(request).organization
    form = AgentFileForm(request.POST, request.FILES) if request.method == "POST" else AgentFileForm()
    if request.method == "POST" and form.is_valid():
        try:
            return _read(request, organization, form)
        except PortalError as refused:
            form.add_error("file", f"{refused.message} {refused.remedy}")
    context = {"form": form, "title": _("Import agents")}
    return dialogs.render(request, "organizations/agent_file.html", context, status=422 if form.errors else 200)


def _read(request: HttpRequest, organization: Organization, form: AgentFileForm) -> HttpResponse:
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    if file is None and not text:
        raise PortalError(_("No file was chosen."), remedy=_("Choose one."))
    if file is not None:
        text = decoded(file.read())
    done = services.import_agents(organization, text, dry_run=file is not None)
    if file is None:
        messages.success(request, _outcome(done))
        return _back(request)
    context: dict[str, Any] = {
        "title": _("Import agents"),
        "found": done,
        "text": text,
        "ready": len(done.new) + len(done.changed),
        "shown": SHOWN,
        "shown_of": f":{SHOWN}",
    }
    return dialogs.render(request, "organizations/agent_preview.html", context)


def _outcome(done: AgentImport) -> str:
    told = ngettext("%(n)d agent added", "%(n)d agents added", len(done.new)) % {"n": len(done.new)}
    told += ngettext(", %(n)d changed.", ", %(n)d changed.", len(done.changed)) % {"n": len(done.changed)}
    if done.bad:
        bad = ngettext("%(n)d line was left out.", "%(n)d lines were left out.", len(done.bad)) % {"n": len(done.bad)}
        told = f"{told} {bad}"
    return told


def _agent(request: HttpRequest, agent_id: UUID) -> Agent:
    organization = access.administrator(request).organization
    return get_object_or_404(services.agents_of(organization), id=agent_id)


def _form(request: HttpRequest, form: AgentForm, title: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return dialogs.render(request, "organizations/agent_form.html", {"form": form, "title": title}, status=status)


def _saved(request: HttpRequest, agent: Agent) -> HttpResponse:
    messages.success(request, _("%(name)s is saved.") % {"name": agent.name})
    _warn(request, agent)
    return _back(request)


def _warn(request: HttpRequest, agent: Agent) -> None:
    for warning in services.warnings_of(agent):
        messages.warning(request, warning)


def _back(request: HttpRequest) -> HttpResponse:
    if dialogs.inside(request):
        return dialogs.close(request, "agents-changed")
    return redirect("organizations:agents")
