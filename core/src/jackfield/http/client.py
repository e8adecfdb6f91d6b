"""The one HTTP client of all connectors."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from hashlib import sha256
from importlib.metadata import version
from itertools import count
from typing import TYPE_CHECKING, Final, Self

from jackfield.errors import JackfieldError, error
from jackfield.http.answer import Answer
from jackfield.http.auth import Auth, NoAuth
from jackfield.http.budget import Budgets, Limit, Scope
from jackfield.http.guard import OutboundPolicy
from jackfield.http.redact import Redactor
from jackfield.http.retry import Clock, RetryPolicy, tried
from jackfield.http.verdict import completed, verdict

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    import httpx

    from jackfield.http._urls import Params
    from jackfield.http.retry import Deadline

__all__ = ["HttpClient", "Judge"]

#: A connector's own verdict: the error that an answer means, or None to leave it to the core.
Judge = Callable[[Answer], JackfieldError | None]

_MEBIBYTE: Final = 1024 * 1024
_MOST_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class HttpClient:
    """Asks one CRM for one connection; nothing that it is given leads it, or the credentials, to another origin.

    Every request is signed, says ``Accept`` and ``User-Agent`` (``jackfield/VERSION`` before ``user_agent``), waits
    for its turn in the budgets (those of this process unless ``budgets`` are given; ``budget_key`` names the account,
    by default host and credentials do), and goes only where ``policy`` permits. What fails for a moment is tried again
    within ``retry``. Bodies of more than ``size_limit`` bytes are not read to their end. Every error that leaves here
    is a JackfieldError without any of the redactor's and the credentials' secrets.
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
        size_limit: int = 16 * _MEBIBYTE,
        connect_timeout: float = 5.0,
        read_timeout: float = 8.0,
        clock: Clock | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        from jackfield.http import _transport, _urls  # they import httpx, which takes a third of a second

        self._urls = _urls
        self._base = _urls.based(base_url)
        self._auth = auth or NoAuth()
        self._redact = (redactor or Redactor(())).including(self._auth.secrets())
        self._judge = judge
        self._limits = tuple(limits)
        self._budgets = budgets or Budgets.from_environment()
        self._account = budget_key or _fingerprint(_urls.shown(self._base), *self._auth.secrets())
        self._retry = retry or RetryPolicy()
        self._clock = clock or Clock()
        self._accept = accept
        self._product = user_agent
        self._agent = f"jackfield/{version('jackfield')} {user_agent}"
        self._known = False
        self._sender = _transport.Sender(
            policy=policy or OutboundPolicy(),
            sizes=_transport.Sizes(body=size_limit, connect=connect_timeout, read=read_timeout),
            context=ssl_context,
            redact=self._redact,
        )

    async def __aenter__(self) -> Self:
        await self._sender.__aenter__()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._sender.__aexit__(exc_type, exc, traceback)

    async def get(self, path: str, *, params: Params | None = None, judged: bool = True) -> Answer:
        """The answer to GET ``path``, which is seen from the base address; raises the JackfieldError that it means.

        A path with a slash at its front begins at the host. An address of another origin (scheme, host, port) raises
        VendorError ``foreign_next_page`` and is not asked. With ``judged=False`` the answer is given whatever its
        status; only what kept an answer from coming raises, and a redirect to another origin.
        """
        url = self._urls.joined(self._base, path, params)
        if url is None:
            raise error("foreign_next_page", request=f"GET {self._urls.shown(self._base)}")

        async def attempt(deadline: Deadline) -> Answer | JackfieldError:
            outcome = await self._followed(url, deadline)
            verdict = self._verdict(outcome) if isinstance(outcome, Answer) else None
            return verdict if verdict is not None and judged else outcome

        outcome = await tried(attempt, self._retry, self._clock)
        if isinstance(outcome, JackfieldError):
            raise outcome.rewritten(self._redact)
        return outcome

    async def _followed(self, url: httpx.URL, deadline: Deadline) -> Answer | JackfieldError:
        """The answer at the end of the redirects, as long as they stay with the same origin."""
        for hops in count():
            outcome = await self._sent(url, deadline)
            location = outcome.headers.get("location") if isinstance(outcome, Answer) else None
            if isinstance(outcome, JackfieldError) or outcome.status not in _REDIRECTS or not location:
                break
            target = self._urls.joined(url, location)
            if target is None:
                return error("redirected_elsewhere", detail=_seen(outcome, location), request=outcome.request)
            if hops == _MOST_REDIRECTS:
                return completed(error("not_the_api", "The address only redirects from one to the next."), outcome)
            url = target
        return outcome

    async def _sent(self, url: httpx.URL, deadline: Deadline) -> Answer | JackfieldError:
        try:
            with deadline.standing_still():
                turn = await self._budgets.turn([(self._budget(limit, url), limit) for limit in self._limits])
        except JackfieldError as failure:
            return failure
        address = self._urls.signed(url, self._auth.params())
        return await self._sender.get(address, self._headers(), within=deadline.left, on_wire=turn.counts_from_now)

    def _headers(self) -> dict[str, str]:
        return {
            "Accept": self._accept,
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": self._agent,
            **self._auth.headers(),
        }

    def _budget(self, limit: Limit, url: httpx.URL) -> Hashable:
        if limit.scope in {Scope.DEPLOYMENT, Scope.EGRESS}:
            return limit.scope, self._product
        return limit.scope, self._account, url.path if limit.scope is Scope.ENDPOINT else ""

    def _verdict(self, answer: Answer) -> JackfieldError | None:
        failure = self._judge(answer) if self._judge else None
        if failure is not None:
            return completed(failure, answer)
        failure = verdict(answer, known=self._known, accept=self._accept)
        self._known = self._known or failure is None
        return failure


def _seen(answer: Answer, location: str) -> str:
    """Where a redirect leads; the query is nobody's business."""
    return f"{answer.status} {answer.reason}, Location: {answer.redact(location.split('?', maxsplit=1)[0])[:200]}"


def _fingerprint(*texts: str) -> str:
    """Names what must not be kept in the clear."""
    return sha256("\0".join(texts).encode()).hexdigest()
