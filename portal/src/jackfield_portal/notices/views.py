"""The page of notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from jackfield_portal.notices import services
from jackfield_portal.organizations import access
from jackfield_portal.web import dialogs

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["notices", "read"]


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """The last notices; those that are new to the reader are marked."""
    membership = access.member(request)
    context = {
        "notices": services.notices_of(membership.organization),
        "read_until": services.read_until(membership),
    }
    return render(request, "notices/all.html", context)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Note how far the reader has come: his own mark, so everybody may."""
    last = request.POST.get("last", "")
    if last.isascii() and last.isdigit() and len(last) < len(str(2**63)):
        services.read(access.member(request), int(last))
    return HttpResponse(status=204) if dialogs.inside(request) else redirect("notices:all")
