"""Dialogs: drawn into the page where the browser runs the portal's script, as pages of their own where it does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.shortcuts import render as render_page
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from jackfield import JackfieldError
    from jackfield_portal.errors import PortalError

__all__ = ["close", "inside", "render", "trigger", "trouble"]


def inside(request: HttpRequest) -> bool:
    """Whether the answer is swapped into a page that stands already."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Draw a template that extends ``layout``, for the dialog or as a page."""
    layout = "web/dialog_content.html" if inside(request) else "web/dialog_page.html"
    return render_page(request, template, {**(context or {}), "layout": layout}, status=status)


def close(request: HttpRequest, *events: str) -> HttpResponse:
    """Close the dialog, show the messages, and tell the page what has changed (``connections-changed`` ...)."""
    if not inside(request):
        return redirect("web:manage")
    answer = HttpResponse(render_to_string("web/messages_swap.html", {}, request), headers={"HX-Reswap": "none"})
    # After the swap, and last of all: once its form has left the page, neither messages nor events reach the page.
    answer["HX-Trigger-After-Swap"] = _said((*events, "dialog-close"))
    return answer


def trigger(answer: HttpResponse, *events: str) -> HttpResponse:
    """Have the page hear of events once the answer is there."""
    answer["HX-Trigger"] = _said(events)
    return answer


def _said(events: Iterable[str]) -> str:
    return json.dumps(dict.fromkeys(events, True))


def trouble(request: HttpRequest, failure: JackfieldError | PortalError, *, title: str) -> HttpResponse:
    """Say in the dialog what went wrong and what to do."""
    return render(request, "web/trouble.html", {"failure": failure, "title": title}, status=422)
