"""The addresses of the API, each behind the gate. Importing this imports ninja: only the URL configuration does so."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from jackfield_portal.api.gate import gated, nothing_here, opened
from jackfield_portal.api.rest import api

app_name = "rest"
_OPEN = {"openapi-json"}
#: By this name ninja finds where the API begins; there is nothing else there.
_ROOT = "api-root"


def _patterns() -> list[URLPattern]:
    found = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in found:
        view = nothing_here if pattern.name == _ROOT else pattern.callback
        pattern.callback = (opened if pattern.name in _OPEN else gated)(view)
    return found


urlpatterns = [*_patterns(), re_path(r"", gated(nothing_here), name="nothing")]
