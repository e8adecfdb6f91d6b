"""Whatever a web request changes is done by whoever has sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield_portal.audit.actors import acting, in_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

__all__ = ["actor"]


def actor(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Name the person who is signed in, if something is recorded; a request that records nothing asks for nobody."""

    def now(request: HttpRequest) -> Any:
        with acting(lambda: in_request(request)):
            return get_response(request)

    return now
