"""The page of notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from jackfield_portal.notices import services
from jackfield_portal.organizations import access
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["bell", "notices", "read"]


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The last notices; those that are new to the reader are marked."""
    membership = access.member(request)
    context = {
        "notices": services.notices_of(membership.organization),
        "read_until": services.read_until(membership),
    }
    return render(request, "notices/all.html", context)


@login_not_required
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """What the bell of a page that stands shows now; nothing where the page has ``seen`` just that.

    Nothing, either, for whoever is signed out by now, or has gone on to another organization: every page asks this by
    itself, and none is to be led away by it.
    """
    membership = access.membership_of(request)
    if membership is None or not access.drawn_for(request, membership):
        return HttpResponse(status=204)
    unread = services.unread(membership)
    if request.GET.get("seen") == str(unread):
        return HttpResponse(status=204)
    return render(request, "notices/bell.html", {"unread": unread})


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Note how far the reader has come: his own mark, so everybody may."""
    last = request.POST.get("last", "")
    if last.isascii() and last.isdigit() and len(last) < len(str(2**63)):
        services.read(access.member(request), int(last))
    return (
        dialogs.trigger(HttpResponse(status=204), "notices-read")
        if dialogs.inside(request)
        else redirect("notices:all")
    )
