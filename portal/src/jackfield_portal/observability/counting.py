"""How many requests to a CRM a piece of work has cost."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.http import RequestEvent

__all__ = ["Count", "count", "counted"]

#: Why a request was never sent: its turn did not come.
_NOT_SENT: Final = frozenset({"quota_exhausted", "budget_unreachable"})


@dataclass(slots=True)
class Count:
    """Requests so far, tries that had no answer among them."""

    requests: int = 0


_counts: ContextVar[Count | None] = ContextVar("jackfield_requests", default=None)


@contextmanager
def counted() -> Iterator[Count]:
    """Count the requests that are sent inside, also by the tasks that are begun there."""
    begun = Count()
    token = _counts.set(begun)
    try:
        yield begun
    finally:
        _counts.reset(token)


def count(event: RequestEvent) -> None:
    """Count a request where somebody wants to know."""
    now = _counts.get()
    if now is not None and (event.status is not None or event.code not in _NOT_SENT):
        now.requests += 1
