"""The way in, and pages in plain words for what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from jackfield_portal.organizations.access import membership_of
from jackfield_portal.organizations.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["bad_request", "broken", "csrf_failure", "forbidden", "home", "not_found"]


def home(request: HttpRequest) -> HttpResponse:
    """The way in leads to one's organization; whoever only runs the installation, to the organizations."""
    runs_it = isinstance(request.user, User) and request.user.is_operator
    return redirect("organizations:operator" if runs_it and membership_of(request) is None else "web:manage")


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the sentence of whoever refused."""
    said = str(exception) or _("You are not allowed to do this. Ask an administrator of your organization.")
    return _sentence(request, _("Not allowed"), said, 403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """404."""
    said = _("There is nothing at this address, or it belongs to another organization. Go back and try again.")
    return _sentence(request, _("Not found"), said, 404)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """400."""
    return _sentence(
        request, _("Not understood"), _("The request could not be understood. Go back and try again."), 400
    )


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """500; drawn without the database, which may be what is broken."""
    return HttpResponse(render_to_string("web/broken.html"), status=500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """403, where a form is older than the sign-in, or does not come from the portal."""
    said = _("This form is out of date, because you signed in or out since. Load the page again, then repeat it.")
    return _sentence(request, _("Form out of date"), said, 403)


def _sentence(request: HttpRequest, title: str, said: str, status: int) -> HttpResponse:
    return render(request, "web/sentence.html", {"title": title, "said": said}, status=status)
