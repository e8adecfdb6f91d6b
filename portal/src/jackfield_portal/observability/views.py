"""The page that Prometheus reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from jackfield_portal.observability.switch import metrics_on, refused

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["metrics"]


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics of the whole deployment; none such while they are off, 401 without the token where there is one."""
    if not metrics_on():
        raise Http404
    if refused(request.headers.get("Authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    from jackfield_portal.observability import exposition

    return HttpResponse(exposition.text(), content_type=exposition.CONTENT_TYPE)
