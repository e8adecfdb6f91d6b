"""The API put together: its routes, its problems, and the description of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from jackfield.errors import JackfieldError
from jackfield_portal.api import problems
from jackfield_portal.api.openapi import described
from jackfield_portal.api.problems import Refused
from jackfield_portal.api.routes import (
    agents,
    aliases,
    audit,
    batches,
    checks,
    connections,
    deleted,
    import_settings,
    imports,
    leavers,
    mappings,
    platforms,
    resolving,
    standing,
    users,
    webhooks,
)
from jackfield_portal.errors import PortalError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["api"]


class Api(NinjaAPI):
    """The API, whose description names the problems, too."""

    def get_openapi_schema(self, **how: Any) -> Any:
        """The OpenAPI document."""
        return described(super().get_openapi_schema(**how))


api = Api(
    title="Jackfield",
    version="1",
    description="What the portal can do, for other programs.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="rest",
)
_ROUTES = (
    platforms, connections, standing, deleted, checks, imports, import_settings, users, agents, mappings, batches,
    leavers, aliases, resolving, audit, webhooks,
)  # fmt: skip
for module in _ROUTES:
    api.add_router("/v1", module.router)


@api.exception_handler(Refused)
def _refused(_request: HttpRequest, refusal: Refused) -> HttpResponse:
    return problems.of_own(refusal.code, refusal.detail, **refusal.more)


@api.exception_handler(JackfieldError)
def _failed(_request: HttpRequest, failure: JackfieldError) -> HttpResponse:
    return problems.of_failure(failure)


@api.exception_handler(PortalError)
def _portal_refused(_request: HttpRequest, refusal: PortalError) -> HttpResponse:
    return problems.of_refusal(refusal)


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    found = [_problem(one) for one in invalid.errors]
    return problems.of_own("invalid_request", problems=found)


@api.exception_handler(HttpError)
def _unreadable(_request: HttpRequest, failure: HttpError) -> HttpResponse:
    return problems.of_own("unauthenticated" if failure.status_code == 401 else "malformed_request")  # noqa: PLR2004


@api.exception_handler(Http404)
def _missing(_request: HttpRequest, _failure: Http404) -> HttpResponse:
    return problems.of_own("not_found")


def _problem(one: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with one field; never what stood in it, which may be a secret."""
    place = [str(part) for part in one.get("loc", ())]
    field = ".".join(place[1:]) or None
    return {"field": field, "code": str(one.get("type", "invalid")), "message": str(one.get("msg", ""))}
