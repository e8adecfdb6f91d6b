"""Who is at work: a person in a browser, a token, a job, or a command; known wherever something is recorded."""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from django.http import HttpRequest

    from jackfield_portal.jobs.registry import DoneTogether
    from jackfield_portal.jobs.services import Running
    from jackfield_portal.organizations.models import User

__all__ = ["Actor", "ActorKind", "acting", "as_job", "as_jobs", "at_work", "in_request", "of_user"]


class ActorKind(StrEnum):
    """What somebody who does something is."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105 - a word, no secret
    JOB = "job"
    COMMAND = "command"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Somebody who does something, as he is called now; ``origin`` is the network address, else ``job`` or ``command``.

    A person without an ``id`` is a visitor who has not signed in.
    """

    kind: ActorKind
    id: str = ""
    name: str = ""
    origin: str = ""


_who: ContextVar[Callable[[], Actor]] = ContextVar("jackfield_actor")


def at_work() -> Actor:
    """Who is at work here; where nobody has said so, whoever has given a command on this machine."""
    told = _who.get(None)
    return told() if told else Actor(kind=ActorKind.COMMAND, name=_login(), origin="command")


@contextmanager
def acting(who: Callable[[], Actor]) -> Iterator[None]:
    """What is done inside is done by this one, who is asked for when something is recorded."""
    token = _who.set(who)
    try:
        yield
    finally:
        _who.reset(token)


def in_request(request: HttpRequest) -> Actor:
    """The person who has sent a request."""
    user: Any = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return Actor(
        kind=ActorKind.PERSON,
        id=str(user.pk) if known else "",
        name=str(user) if known else "",
        origin=address_of(request),
    )


def of_user(user: User) -> Actor:
    """A person whose name is known otherwise; from where he acts is as at work."""
    return Actor(kind=ActorKind.PERSON, id=str(user.pk), name=str(user), origin=at_work().origin)


def address_of(request: HttpRequest) -> str:
    """The network address that a request came from, as the server in front of Django tells it."""
    return str(request.META.get("REMOTE_ADDR") or "")[:64]


def as_job(name: str, function: Callable[..., None]) -> Callable[..., None]:
    """The job's function, which acts in the job's name."""

    @wraps(function)
    def acting_function(job: Running, /, **ids: str) -> None:
        who = Actor(kind=ActorKind.JOB, id=job.id[:64], name=name, origin="job")
        with acting(lambda: who):
            function(job, **ids)

    return acting_function


def as_jobs(name: str, function: DoneTogether) -> DoneTogether:
    """The function that does many jobs of a name together, which acts in the name of the first of them."""

    @wraps(function)
    def acting_function(given: Sequence[Running]) -> Mapping[str, BaseException]:
        who = Actor(kind=ActorKind.JOB, id=given[0].id[:64], name=name, origin="job")
        with acting(lambda: who):
            return function(given)

    return acting_function


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return ""
