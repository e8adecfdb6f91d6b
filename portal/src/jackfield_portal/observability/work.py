"""What the portal watches: jobs, open connections, and every request to a CRM."""

from __future__ import annotations

import logging
import time
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from jackfield_portal.observability import counting, tallies, tracing
from jackfield_portal.observability.context import at_work
from jackfield_portal.observability.secrets import in_use
from jackfield_portal.observability.switch import metrics_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence

    import jackfield
    from jackfield.http import RequestEvent
    from jackfield_portal.jobs.registry import DoneTogether
    from jackfield_portal.jobs.services import Running

__all__ = ["crm_open", "request_watcher", "watched_job", "watched_jobs", "watched_run"]

log = logging.getLogger(__name__)

_TOO_MANY = 429


def watched_job(name: str, function: Callable[..., None]) -> Callable[..., None]:
    """The job's function with its ids in every line of the log and with a span around it."""

    @wraps(function)
    def watched(job: Any, /, **ids: str) -> None:
        with at_work(job=job.id, job_name=name), tracing.span(f"job {name}"):
            begin, outcome = time.perf_counter(), "done"
            log.info("job begins")
            try:
                function(job, **ids)
            except BaseException as failure:
                outcome = getattr(failure, "code", None) or type(failure).__name__
                raise
            finally:
                seconds = time.perf_counter() - begin
                tracing.job_ended(name, outcome, seconds)
                log.info("job ends", extra={"data": {"outcome": outcome, "seconds": round(seconds, 3)}})

    return watched


def watched_jobs(name: str, function: DoneTogether) -> DoneTogether:
    """As :func:`watched_job`, for a function that does jobs together: one span, and two lines, for all of them."""

    @wraps(function)
    def watched(given: Sequence[Running]) -> Mapping[str, BaseException]:
        with at_work(job_name=name), tracing.span(f"jobs {name}"):
            begin, outcome = time.perf_counter(), "done"
            log.info("jobs begin together", extra={"data": {"jobs": len(given)}})
            try:
                went_wrong = function(given)
            except BaseException as failure:
                outcome = getattr(failure, "code", None) or type(failure).__name__
                raise
            finally:
                seconds = time.perf_counter() - begin
                for _job in given:
                    tracing.job_ended(name, outcome, seconds / len(given))
                log.info("jobs end", extra={"data": {"outcome": outcome, "seconds": round(seconds, 3)}})
        return went_wrong

    return watched


@contextmanager
def watched_run(kind: str, run: object) -> Iterator[None]:
    """What is done inside is done for a run of this kind, such as ``import run``."""
    with at_work(run=str(run)), tracing.span(kind):
        yield


@asynccontextmanager
async def crm_open(
    opening: AbstractAsyncContextManager[jackfield.Connection], secrets: Iterable[str], **ids: object
) -> AsyncIterator[jackfield.Connection]:
    """Open an account of a CRM: its ids are told with all that is done in it, its secrets with nothing."""
    with in_use(secrets), at_work(**ids), tracing.span("crm connection"):
        async with opening as crm:
            yield crm


def request_watcher(platform: str) -> Callable[[RequestEvent], None]:
    """What is told of each request to a platform, and tells the log, the counts and the traces."""
    counted = metrics_on()

    def told(event: RequestEvent) -> None:
        counting.count(event)
        outcome = str(event.status or event.code)
        if counted:
            _count(event, platform, outcome)
        tracing.request_ended(event, platform)
        if log.isEnabledFor(logging.DEBUG):
            data = {
                "method": event.method,
                "host": event.host,
                "path": event.path,
                "status": event.status or event.code,
                "seconds": round(event.seconds, 4),
                "waited": round(event.waited, 4),
                "tries": event.tries,
            }
            log.debug("%s %s%s: %s", event.method, event.host, event.path, outcome, extra={"data": data})

    return told


def _count(event: RequestEvent, platform: str, outcome: str) -> None:
    tallies.add("requests", platform, outcome)
    tallies.add("request_seconds", platform, value=event.seconds)
    if event.waited:
        tallies.add("budget_wait_seconds", platform, value=event.waited)
    if event.status == _TOO_MANY:
        tallies.add("throttles", platform)
    if event.tries > 1:
        tallies.add("retries", platform)
