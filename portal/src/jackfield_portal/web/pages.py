"""The page Manage Organization: connections, administration, mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from jackfield_portal.organizations import access
from jackfield_portal.web.cards import cards_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["cards", "manage"]


@require_GET
def manage(request: HttpRequest) -> HttpResponse:
    """The page."""
    organization = access.member(request).organization
    return render(request, "web/manage.html", {"organization": organization, "cards": cards_of(organization)})


@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """The cards alone, for a page that has heard of a change."""
    organization = access.member(request).organization
    return render(request, "web/card_list.html", {"cards": cards_of(organization)})
