"""How ConnectWise, and what stands before it, shows faults in ways of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.simulation import Reply
from jackfield_connectwise._simulator_answers import page
from jackfield_connectwise._simulator_site import is_discovery

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield.simulation import ASGIApp, Receive, Scope, Send
    from jackfield_connectwise._simulator_answers import Answers

_SHORT = "A timeout has occured. Please try again."  # the service's own spelling
_POOL = "Timeout expired.  The timeout period elapsed prior to obtaining a connection from the pool."
_CLIENT_ID_STATUS = {"none": "403"}


def shapes(service: ASGIApp, answers: Answers, client_id_refusal: str) -> dict[str, ASGIApp]:
    """By the fault's name; what is about keys and rights leaves companyinfo alone, which asks for neither."""
    status = int(_CLIENT_ID_STATUS.get(client_id_refusal, client_id_refusal))
    of_keys: dict[str, Callable[[], Reply]] = {
        "unauthorized": answers.unauthorized,
        "forbidden": answers.forbidden,
        "client_id_refused": lambda: answers.client_id(status),
        "cannot_route": answers.not_routed,
        "ssl_required": answers.ssl_required,
    }
    of_all: dict[str, Callable[[], Reply]] = {
        "throttled": lambda: answers.throttled(1),
        "throttled_no_retry_after": lambda: answers.throttled(None),
        "timeout": lambda: answers.failed(_SHORT),
        "pool_timeout": lambda: answers.failed(_POOL),
        "gateway_throttled": lambda: page(429, "Error 1015", "You are being rate limited."),
        "gateway_blocked": lambda: page(403, "Attention required"),
        "gateway_timeout": lambda: Reply(504, b""),
    }
    kept = {name: _behind_discovery(make, service) for name, make in of_keys.items()}
    return {**kept, **{name: _giving(make) for name, make in of_all.items()}, "redirect_to_http": _redirected}


def _behind_discovery(make: Callable[[], Reply], service: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        answering: ASGIApp = service if is_discovery(scope) else make()
        await answering(scope, receive, send)

    return app


def _giving(make: Callable[[], Reply]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await make()(scope, receive, send)

    return app


async def _redirected(scope: Scope, receive: Receive, send: Send) -> None:
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").partition(":")[0]
    await Reply(302, b"", (("location", f"http://{host}:80{scope['path']}"),))(scope, receive, send)
