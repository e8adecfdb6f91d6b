"""What a host may watch of every request: nothing of it holds a secret, a query or a body."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield.errors import JackfieldError
    from jackfield.http._address import Address
    from jackfield.http.answer import Answer

__all__ = ["RequestEvent", "Watch"]

_LONGEST_PATH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestEvent:
    """One request that has ended, in its task's own context.

    ``status`` is None where no answer came, ``code`` then says why. ``tries`` counts from 1. ``waited`` are the seconds
    until its turn in the budgets, ``seconds`` those from then to the end of the answer; ``began`` is the time of day.
    """

    method: str
    _address: Address = field(repr=False)
    _redact: Callable[[str], str] = field(repr=False)
    status: int | None
    code: str | None
    tries: int
    began: float
    waited: float
    seconds: float

    @property
    def scheme(self) -> str:
        """How the host was asked."""
        return self._address.scheme

    @property
    def host(self) -> str:
        """The host's name, without its port."""
        return self._address.host

    @property
    def port(self) -> int | None:
        """The host's port, None where it is the scheme's own."""
        return self._address.port

    @property
    def path(self) -> str:
        """What was asked for, without query and secrets; cleaned when somebody wants to know."""
        return self._redact(self._address.path)[:_LONGEST_PATH]


class Watch:
    """One request on its way; ``on_request`` is told of it at its end, whatever that is."""

    __slots__ = ("_about", "_on_request", "_since", "_turn", "began", "outcome")

    def __init__(
        self,
        on_request: Callable[[RequestEvent], None] | None,
        url: Address,
        tries: int,
        redact: Callable[[str], str],
    ) -> None:
        self._on_request, self._about = on_request, (url, tries, redact)
        self.began = time.time()
        self._since = self._turn = time.perf_counter()
        self.outcome: Answer | JackfieldError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._on_request is not None:
            self._on_request(self._event(*self._about))

    def has_its_turn(self) -> None:
        """Called when the request need not wait any longer."""
        self.began, self._turn = time.time(), time.perf_counter()

    def _event(self, url: Address, tries: int, redact: Callable[[str], str]) -> RequestEvent:
        """What there is to tell at the end."""
        code = "cancelled" if self.outcome is None else getattr(self.outcome, "code", None)
        return RequestEvent(
            method="GET",
            _address=url,
            _redact=redact,
            status=getattr(self.outcome, "status", None),
            code=code,
            tries=tries,
            began=self.began,
            waited=self._turn - self._since,
            seconds=time.perf_counter() - self._turn,
        )
