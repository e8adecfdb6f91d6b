"""Each web request has an id, which stands in every line of the log about it and in its answer."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import TYPE_CHECKING, Any

from jackfield_portal.observability.context import at_work

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

__all__ = ["request_id"]

log = logging.getLogger(__name__)

_HEADER = "X-Request-ID"
_FITS = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Give each request an id, the one that a proxy in front has given it where there is one."""

    def now(request: HttpRequest) -> Any:
        name, begin = _id_of(request), time.perf_counter()
        with at_work(request_id=name):
            return _told(request, get_response(request), name, begin)

    return now


def _id_of(request: HttpRequest) -> str:
    given = request.headers.get(_HEADER, "")
    return given if _FITS.fullmatch(given) else uuid.uuid4().hex


def _told(request: HttpRequest, response: Any, name: str, begin: float) -> Any:
    response.headers[_HEADER] = name
    if log.isEnabledFor(logging.INFO):
        # The route, not the path: a link may hold what only its reader may know.
        route = "/" + (request.resolver_match.route if request.resolver_match else "")
        data = {
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "seconds": round(time.perf_counter() - begin, 4),
        }
        log.info("%s %s %d", request.method, route, response.status_code, extra={"data": data})
    return response
