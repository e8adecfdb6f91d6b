"""The one HTTP client of all connectors."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import count
from typing import TYPE_CHECKING, Final, Self

from msgspec import Struct
from msgspec.structs import replace

from jackfield.errors import JackfieldError, error
from jackfield.http._address import based, joined, shown
from jackfield.http._address import signed as signed_address
from jackfield.http._engine import engine
from jackfield.http.answer import Answer, Headers
from jackfield.http.auth import Auth, NoAuth
from jackfield.http.bounds import Bounds
from jackfield.http.budget import Budgets, Limit, Scope
from jackfield.http.events import Watch
from jackfield.http.guard import OutboundPolicy
from jackfield.http.redact import Redactor
from jackfield.http.retry import Clock, RetryPolicy, tried
from jackfield.http.verdict import completed, verdict

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    from jackfield.http._address import Address, Params
    from jackfield.http._sending import Sender
    from jackfield.http.events import RequestEvent
    from jackfield.http.pool import Pool
    from jackfield.http.retry import Deadline

__all__ = ["HttpClient", "Judge"]

#: A connector's own verdict: the error that an answer means, or None to leave it to the core.
Judge = Callable[[Answer], JackfieldError | None]

_MOST_REDIRECTS: Final = 3
#: What holds unless something else is given.
_RETRY, _CLOCK, _BOUNDS = RetryPolicy(), Clock(), Bounds()
#: Headers that no single request may change.
_FIXED: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class _Request(Struct, frozen=True, kw_only=True):
    url: Address
    headers: Mapping[str, str]
    accept: str
    signed: bool


class HttpClient:
    """Asks one CRM for one connection; nothing that it is given leads it, or the credentials, to another origin.

    Every request is signed, says ``Accept`` and ``User-Agent`` (``jackfield/VERSION`` before ``user_agent``), waits
    for its turn in the budgets (those of this process unless ``budgets`` are given; ``budget_key`` names the account,
    by default host and credentials do), and goes only where ``policy`` permits. What fails for a moment is tried again
    within ``retry``; no answer costs more than ``bounds``. Every error that leaves here is a JackfieldError without any
    of the redactor's and the credentials' secrets. ``on_request`` is told of each request as it ends, new tries and
    redirects too, in the context of its task; it has to be quick and must not raise. Connections are its own, unless a
    ``pool`` is given.
    """

    def __init__(  # noqa: PLR0913 - all but the first have names, most a default
        self,
        base_url: str,
        *,
        user_agent: str,
        auth: Auth | None = None,
        judge: Judge | None = None,
        policy: OutboundPolicy | None = None,
        limits: Sequence[Limit] = (),
        budgets: Budgets | None = None,
        budget_key: str | None = None,
        retry: RetryPolicy | None = None,
        redactor: Redactor | None = None,
        accept: str = "application/json",
        bounds: Bounds | None = None,
        clock: Clock | None = None,
        ssl_context: ssl.SSLContext | None = None,
        on_request: Callable[[RequestEvent], None] | None = None,
        pool: Pool | None = None,
    ) -> None:
        if pool is not None and policy is not None and policy != pool.policy:
            raise ValueError("a pool judges by its own policy")
        self._base = based(base_url)
        self._auth = auth or NoAuth()
        self.redact = (redactor or Redactor(())).including(self._auth.secrets())
        self._judge = judge
        self._limits = tuple(limits)
        self._budgets = budgets or Budgets.from_environment()
        self._account = budget_key or _fingerprint(shown(self._base), *self._auth.secrets())
        self._retry = retry or _RETRY
        self._clock = clock or _CLOCK
        self._accept = accept
        self._product = user_agent
        self._on_request = on_request
        self._agent = f"jackfield/{_version()} {user_agent}"
        self._known = False
        speaking = engine() if pool is None else pool.engine
        self._sender: Sender = speaking.Sender(
            policy=policy or OutboundPolicy(),
            bounds=bounds or _BOUNDS,
            context=ssl_context,
            redact=self.redact,
            lent=None if pool is None else pool.connections,
        )

    async def __aenter__(self) -> Self:
        await self._sender.__aenter__()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._sender.__aexit__(exc_type, exc, traceback)

    async def get(
        self,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        judged: bool = True,
        signed: bool = True,
    ) -> Answer:
        """The answer to GET ``path``, which is seen from the base address; raises the JackfieldError that it means.

        A path with a slash at its front begins at the host. An address of another origin (scheme, host, port) raises
        VendorError ``foreign_next_page`` and is not asked. With ``judged=False`` the answer is given whatever its
        status; only what kept an answer from coming raises, and a redirect to another origin.
        ``headers`` are added to this request; of the client's own they may replace ``Accept`` alone. With
        ``signed=False`` no credentials are sent, for what the same origin tells everybody.
        """
        url = joined(self._base, path, params)
        if url is None:
            raise error("foreign_next_page", request=f"GET {shown(self._base)}")

        given = headers or {}
        accept = Headers(given).get("accept", self._accept) if given else self._accept
        sent = self._headers(given, accept, signed=signed)
        request = _Request(url=url, headers=sent, accept=accept, signed=signed)

        async def attempt(deadline: Deadline) -> Answer | JackfieldError:
            outcome = await self._followed(request, deadline)
            verdict = self._verdict(outcome, request) if isinstance(outcome, Answer) else None
            return verdict if verdict is not None and judged else outcome

        outcome = await tried(attempt, self._retry, self._clock)
        if isinstance(outcome, JackfieldError):
            raise outcome.rewritten(self.redact)
        return outcome

    async def _followed(self, request: _Request, deadline: Deadline) -> Answer | JackfieldError:
        """The answer at the end of the redirects, as long as they stay with the same origin."""
        for hops in count():
            outcome = await self._sent(request, deadline)
            location = outcome.headers.get("location") if isinstance(outcome, Answer) else None
            if isinstance(outcome, JackfieldError) or outcome.status not in _REDIRECTS or not location:
                break
            target = joined(request.url, location)
            if target is None:
                return error("redirected_elsewhere", detail=_seen(outcome, location), request=outcome.request)
            if hops == _MOST_REDIRECTS:
                return completed(error("not_the_api", "The address only redirects from one to the next."), outcome)
            request = replace(request, url=target)
        return outcome

    async def _sent(self, request: _Request, deadline: Deadline) -> Answer | JackfieldError:
        with Watch(self._on_request, request.url, deadline.tries, self.redact) as watch:
            watch.outcome = await self._in_turn(request, deadline, watch)
            return watch.outcome

    async def _in_turn(self, request: _Request, deadline: Deadline, watch: Watch) -> Answer | JackfieldError:
        began = self._clock.now()
        try:
            turn = await self._budgets.turn([(self._budget(limit, request.url), limit) for limit in self._limits])
        except JackfieldError as failure:
            return failure
        finally:
            deadline.stood_still(self._clock.now() - began)
        watch.has_its_turn()
        address = signed_address(request.url, self._auth.params() if request.signed else {})
        return await self._sender.get(address, request.headers, within=deadline.left, on_wire=turn.counts_from_now)

    def _headers(self, given: Mapping[str, str], accept: str, *, signed: bool) -> dict[str, str]:
        signature = self._auth.headers()
        headers = {"Accept": accept, "Accept-Encoding": "gzip, deflate", "User-Agent": self._agent}
        if given:
            taken = {*_FIXED, "accept", *(name.lower() for name in signature)}
            headers |= {name: value for name, value in given.items() if name.lower() not in taken}
        return {**headers, **signature} if signed else headers

    def _budget(self, limit: Limit, url: Address) -> Hashable:
        if limit.scope in {Scope.DEPLOYMENT, Scope.EGRESS}:
            return limit.scope, self._product
        return limit.scope, self._account, url.path if limit.scope is Scope.ENDPOINT else ""

    def _verdict(self, answer: Answer, request: _Request) -> JackfieldError | None:
        failure = self._judge(answer) if self._judge else None
        if failure is not None:
            return completed(failure, answer)
        failure = verdict(answer, known=self._known, accept=request.accept)
        self._known = self._known or failure is None
        return failure


@cache
def _version() -> str:
    return version("jackfield")


def _seen(answer: Answer, location: str) -> str:
    """Where a redirect leads; the query is nobody's business."""
    return f"{answer.status} {answer.reason}, Location: {answer.redact(location.split('?', maxsplit=1)[0])[:200]}"


def _fingerprint(*texts: str) -> str:
    """Names what must not be kept in the clear."""
    return sha256("\0".join(texts).encode()).hexdigest()
