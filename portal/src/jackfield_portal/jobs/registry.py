"""What can be done as a job: functions by the name that their jobs carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from jackfield_portal.jobs.work import Running

__all__ = ["Together", "at_start", "given_up", "task", "tasks", "together", "togethers"]


class _Task(Protocol):
    def __call__(self, job: Running, /, **ids: str) -> None: ...


#: Does jobs together; tells what went wrong by the jobs' ids, all others are done. What it raises goes for all of them.
DoneTogether = Callable[[Sequence["Running"]], Mapping[str, BaseException]]

_F = TypeVar("_F", bound=Callable[..., None])
_tasks: dict[str, _Task] = {}
_at_start: list[str] = []
_given_up: dict[str, str] = {}
_togethers: dict[str, Together] = {}


@dataclass(frozen=True, slots=True)
class Together:
    """A function that does up to ``most`` jobs of a name together."""

    function: DoneTogether
    most: int


def task(name: str, *, at_start: bool = False, given_up: str = "") -> Callable[[_F], _F]:
    """Register a function as the job ``name``; one for the start is done whenever a worker starts.

    Where a job of this name fails, the job ``given_up`` is enqueued for the same ids.
    """

    def register(function: _F) -> _F:
        _tasks[name] = function
        _given_up[name] = given_up
        if at_start and name not in _at_start:
            _at_start.append(name)
        return function

    return register


def together(name: str, *, most: int) -> Callable[[DoneTogether], DoneTogether]:
    """Register a second function for the job ``name``, which does up to ``most`` of them at once.

    It is used where many wait. It does for each of them what the task does for one, and each ends for itself.
    """

    def register(function: DoneTogether) -> DoneTogether:
        _togethers[name] = Together(function, most)
        return function

    return register


def tasks() -> dict[str, _Task]:
    """The registered jobs by name."""
    return _tasks


def togethers() -> dict[str, Together]:
    """Those that can be done together, by name."""
    return _togethers


def given_up(name: str) -> str:
    """The name of the job that follows where one of this name fails; empty where none does."""
    return _given_up.get(name, "")


def at_start() -> list[str]:
    """The names of the jobs that are done whenever a worker starts."""
    return _at_start
