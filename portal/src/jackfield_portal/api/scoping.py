"""What each route asks of a token, said once where the route is declared: for the gate, the OpenAPI and the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from jackfield_portal.api.problems import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest

    from jackfield_portal.api.models import Scope, Token
    from jackfield_portal.organizations.models import Organization

__all__ = ["SCOPE", "needs", "organization_of"]

#: Under this name the OpenAPI says which scope an operation needs.
SCOPE = "x-jackfield-scope"


class Bearer(HttpBearer):
    """The gate has found the token already; here is judged whether it may do what the route does."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Token:  # noqa: ARG002 - ninja's signature
        """The token; Refused where it has not the scope."""
        found: Token = request.api_token  # type: ignore[attr-defined]
        if self.scope not in found.scopes:
            raise Refused(
                "scope_missing", _("This needs a token with the scope “%(scope)s”.") % {"scope": self.scope.value}
            )
        return found


def needs(scope: Scope, **more: Any) -> dict[str, Any]:
    """The arguments of a route that needs this scope."""
    return {"auth": Bearer(scope), "openapi_extra": {SCOPE: scope.value}, "by_alias": True, **more}


def organization_of(request: HttpRequest) -> Organization:
    """The one organization that the request's token belongs to."""
    token: Token = request.api_token  # type: ignore[attr-defined]
    return token.organization
