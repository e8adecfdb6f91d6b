"""What is at work: ids that are told with every line of the log, wherever it is written meanwhile."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["at_work", "ids"]

_ids: ContextVar[Mapping[str, object]] = ContextVar("jackfield_ids")


def ids() -> Mapping[str, str]:
    """The ids of what is at work here: request, job, run, organization, connection, platform, as far as there are."""
    return {name: str(value) for name, value in _ids.get({}).items()}


class at_work:  # noqa: N801 - called as a function is
    """What is done inside is done for these, too; they become texts when a line is written."""

    def __init__(self, **more: object) -> None:
        self._more = more

    def __enter__(self) -> None:
        self._token = _ids.set({**_ids.get({}), **self._more})

    def __exit__(self, *_: object) -> None:
        _ids.reset(self._token)
