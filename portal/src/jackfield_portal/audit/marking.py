"""One line above a service's function, and what it does is recorded, in the transaction in which it does it."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import models, transaction

from jackfield_portal.audit import services
from jackfield_portal.audit.actors import ActorKind, at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["audited"]

P = ParamSpec("P")
R = TypeVar("R")


def _nothing_more(_result: Any, _given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return {}


def audited(
    action: str,
    detail: Callable[[Any, Mapping[str, Any]], Mapping[str, Any] | None] = _nothing_more,
    *,
    routine: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Record that the function was carried out; where it raises, nothing is.

    Its first argument is a row of an organization, or the organization itself, then what it returns is the target. Its
    argument ``by`` is the actor, where it has one that is not None. ``detail`` is given the result and the arguments,
    and says None where there is nothing to record. What is ``routine`` is not recorded where a job does it.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def recording(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature.bind(*args, **kwargs).arguments
            subject = next(iter(given.values()))
            before = services.Target.of(subject)  # what is deleted has no id any more afterwards
            organization = organization_of(subject)
            with transaction.atomic():
                result = function(*args, **kwargs)
                more = detail(result, given)
                if more is not None and not (routine and at_work().kind == ActorKind.JOB):
                    target = before if before.kind != "organization" else _made(result)
                    services.record(organization, given.get("by"), action, target, more)
            return result

        return recording

    return decorate


def organization_of(row: Any) -> Any:
    """The id of the organization that a row belongs to."""
    if row._meta.model_name == "organization":  # noqa: SLF001 - documented by Django all the same
        return row.pk
    return row.organization_id if hasattr(row, "organization_id") else row.connection.organization_id


def _made(result: Any) -> services.Target:
    return services.Target.of(result) if isinstance(result, models.Model) else services.Target()
