"""What is at work: ids that are told with every line of the log, wherever it is written meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["at_work", "ids"]

_ids: ContextVar[Mapping[str, str]] = ContextVar("jackfield_ids")


def ids() -> Mapping[str, str]:
    """The ids of what is at work here: request, job, run, organization, connection, platform, as far as there are."""
    return _ids.get({})


@contextmanager
def at_work(**more: str) -> Iterator[None]:
    """What is done inside is done for these, too."""
    token = _ids.set({**ids(), **more})
    try:
        yield
    finally:
        _ids.reset(token)
