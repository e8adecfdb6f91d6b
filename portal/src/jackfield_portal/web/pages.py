"""The page Manage Organization: connections, administration, mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_GET

from jackfield_portal.organizations import access
from jackfield_portal.web import dialogs
from jackfield_portal.web.cards import cards_of, deleted_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.organizations.models import Organization

__all__ = ["cards", "manage"]


@require_GET
def manage(request: HttpRequest) -> HttpResponse:
    """The page."""
    organization = access.member(request).organization
    return render(request, "web/manage.html", {"organization": organization, **_cards(organization)})


@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """The cards alone, for a page that has heard of a change, or that waits for the end of a check."""
    context = _cards(access.member(request).organization)
    answer = render(request, "web/card_list.html", context)
    ended = "watched" in request.GET and not context["watching"]
    return dialogs.trigger(answer, "connections-changed") if ended else answer


def _cards(organization: Organization) -> dict[str, Any]:
    found = cards_of(organization)
    return {"cards": found, "deleted": deleted_of(organization), "watching": any(card.checking for card in found)}
