"""How many requests to a CRM a piece of work has cost."""

from __future__ import annotations

from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from jackfield.http import RequestEvent

__all__ = ["Count", "count", "counted"]

#: Why a request was never sent: its turn did not come.
_NOT_SENT: Final = frozenset({"quota_exhausted", "budget_unreachable"})


@dataclass(slots=True)
class Count:
    """Requests so far, tries that had no answer among them."""

    requests: int = 0
    _token: Token[Count | None] | None = None

    def __enter__(self) -> Self:
        self._token = _counts.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _counts.reset(self._token)


_counts: ContextVar[Count | None] = ContextVar("jackfield_requests", default=None)


def counted() -> Count:
    """Count the requests that are sent inside, also by the tasks that are begun there."""
    return Count()


def count(event: RequestEvent) -> None:
    """Count a request where somebody wants to know."""
    now = _counts.get()
    if now is not None and (event.status is not None or event.code not in _NOT_SENT):
        now.requests += 1
