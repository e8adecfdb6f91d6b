"""The page of the API tokens, for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jackfield_portal.api import services
from jackfield_portal.api.forms import TokenForm
from jackfield_portal.api.models import Token
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import access
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

__all__ = ["add", "revoke", "tokens"]

_CHANGED = "tokens-changed"


@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """All tokens; asked for by the page itself, only their table."""
    organization = access.administrator(request).organization
    template = "api/table.html" if dialogs.inside(request) else "api/tokens.html"
    return render(request, template, {"tokens": services.of(organization)})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new token; the word itself is shown once."""
    membership = access.administrator(request)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, word = services.make(
                membership.organization,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                lasts=form.wanted(),
                by=membership.user,
            )
        except PortalError as refusal:
            form.add_error(None, f"{refusal.message} {refusal.remedy}")
        else:
            context = {"title": _("Token made"), "token": token, "word": word}
            answer = dialogs.trigger(dialogs.render(request, "api/made.html", context), _CHANGED)
            answer["Cache-Control"] = "no-store"
            return answer
    status = 422 if form.errors else 200
    return dialogs.render(request, "api/form.html", {"form": form, "title": _("Make a token")}, status=status)


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Revoke a token, once it was said what that means."""
    organization = access.administrator(request).organization
    try:
        token = services.get(organization, token_id)
    except Token.DoesNotExist:
        raise Http404 from None
    if request.method == "POST":
        services.revoke(token)
        messages.success(request, _("The token %(name)s opens nothing any more.") % {"name": token.name})
        return dialogs.close(request, _CHANGED) if dialogs.inside(request) else redirect("tokens:tokens")
    return dialogs.render(request, "api/revoke.html", {"title": _("Revoke token"), "token": token})
