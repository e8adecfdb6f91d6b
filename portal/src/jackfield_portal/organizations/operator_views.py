"""The operator's page: the organizations, their plans, and no more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import access, people, people_views
from jackfield_portal.organizations import operators as services
from jackfield_portal.organizations.forms import OrganizationForm
from jackfield_portal.organizations.models import Organization
from jackfield_portal.organizations.paging import page_of, words_of
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

__all__ = ["add", "change", "operator"]


@require_GET
def operator(request: HttpRequest) -> HttpResponse:
    """All organizations; asked for by the page itself, only their table."""
    access.operator(request)
    words = words_of(request)
    found = page_of(services.organizations(words), request)
    template = "organizations/operator_table.html" if dialogs.inside(request) else "organizations/operator.html"
    return render(request, template, {"page": found, "words": words, "query": urlencode({"q": words})})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new organization, whose administrator is invited."""
    by = access.operator(request)
    form = OrganizationForm(request.POST or None, new=True)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.add(given["name"], plan=given["plan"], administrator=given["email"], by=by)
        except PortalError as refused:
            form.add_error(None, f"{refused.message} {refused.remedy}")
        else:
            sent = people.sent(made, people_views.link_to(request, made))
            return dialogs.trigger(people_views.told(request, made, sent=sent), "organizations-changed")
    return _form(request, form, _("Add organization"))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Another name or plan."""
    access.operator(request)
    found = get_object_or_404(Organization, pk=organization_id)
    form = OrganizationForm(request.POST or None, initial={"name": found.name, "plan": found.plan})
    if request.method == "POST" and form.is_valid():
        try:
            services.change(found, **form.cleaned_data)
        except PortalError as refused:
            form.add_error(None, f"{refused.message} {refused.remedy}")
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": found.name})
            inside = dialogs.inside(request)
            return dialogs.close(request, "organizations-changed") if inside else redirect("organizations:operator")
    return _form(request, form, _("Edit %(name)s") % {"name": found.name})


def _form(request: HttpRequest, form: OrganizationForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "button": _("Save")}
    return dialogs.render(request, "organizations/confirm.html", context, status=422 if form.errors else 200)
