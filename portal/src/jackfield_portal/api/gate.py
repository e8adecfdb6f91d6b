"""What every request to the API goes through: whose token it is, how often it asks, what it may have said before."""

from __future__ import annotations

import logging
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from jackfield.errors import error
from jackfield_portal.api import problems, rate, repeats, services
from jackfield_portal.api.problems import Refused
from jackfield_portal.audit.actors import Actor, ActorKind, acting, address_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from jackfield_portal.api.models import Token

__all__ = ["gated", "nothing_here", "opened"]

log = logging.getLogger(__name__)

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_ALLOWED = 405


def gated(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """The view behind the gate. A session opens nothing here, so there is nothing that a forged form could use."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def passed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _finished(_guarded(lambda: _through(request, lambda: view(request, *args, **kwargs))))

    return passed


def opened(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """A view that needs no token: the description of the API."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def passed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _finished(view(request, *args, **kwargs))

    return passed


def nothing_here(_request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """No route has this address."""
    return problems.of_own("not_found", _("There is nothing at this address."))


def _guarded(do: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return do()
    except Refused as refusal:
        return problems.of_own(refusal.code, refusal.detail, **refusal.more)
    except RequestDataTooBig:
        return problems.of_own("too_large")
    except Exception as mistake:  # noqa: BLE001 - told without its text, which could hold anything
        log.error("A request to the API failed: %s in %s", type(mistake).__name__, _place(mistake))  # noqa: TRY400
        return problems.of_failure(error("internal_error"))


def _through(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    token = _token_of(request)
    standing = rate.counted(token.pk)
    if standing.exceeded:
        answer: HttpResponse = problems.of_own("rate_limited")
        answer["Retry-After"] = str(standing.reset)
    else:
        services.used(token)
        answer = _guarded(lambda: _done(request, token, view))
    for name, value in standing.headers().items():
        answer[name] = value
    return answer


def _done(request: HttpRequest, token: Token, view: Callable[[], HttpResponse]) -> HttpResponse:
    request.api_token = token  # type: ignore[attr-defined]
    who = Actor(kind=ActorKind.TOKEN, id=str(token.pk), name=token.name, origin=address_of(request))
    with acting(lambda: who):
        _ = request.body  # too large a one is refused before anything is done
        return view() if request.method in _READING else repeats.carried_out(request, token, view)


def _place(mistake: BaseException) -> str:
    """Where it was made; what it says could hold what the request worked with."""
    trace: Any = mistake.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"


def _token_of(request: HttpRequest) -> Token:
    scheme, _blank, word = request.headers.get("Authorization", "").partition(" ")
    token = services.authenticated(word.strip()) if scheme.lower() == "bearer" and word.strip() else None
    if token is None:
        raise Refused("unauthenticated")
    return token


def _finished(answer: HttpResponse) -> HttpResponse:
    if answer.status_code == _NOT_ALLOWED and answer.headers.get("Content-Type") != problems.MEDIA_TYPE:
        allowed = answer.headers.get("Allow", "")
        answer = problems.of_own("method_not_allowed", _("Allowed here: %(methods)s.") % {"methods": allowed})
        answer["Allow"] = allowed
    if answer.status_code == 401:  # noqa: PLR2004
        answer["WWW-Authenticate"] = 'Bearer realm="Jackfield"'
    answer["Cache-Control"] = "no-store"
    return answer
