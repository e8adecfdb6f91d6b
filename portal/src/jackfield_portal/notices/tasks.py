"""The jobs of notices: sending them by e-mail, and letting old ones go."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from jackfield_portal.errors import PortalError
from jackfield_portal.jobs import services as jobs
from jackfield_portal.notices import mails, services
from jackfield_portal.notices.models import Notice

_AGAIN = "notices.mail-again"
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 10, 60))
_KEPT = timedelta(days=365)


@jobs.task(services.MAIL)
def mail(_job: jobs.Running, *, notice: str) -> None:
    """Send a notice by e-mail; tried again later where the mail server does not take it."""
    _send(notice, 0)


@jobs.task(_AGAIN)
def again(_job: jobs.Running, *, notice: str, tries: str) -> None:
    """Try once more."""
    _send(notice, int(tries))


@jobs.task("notices.begin", at_start=True)
def begin(_job: jobs.Running) -> None:
    """Have the daily round made."""
    jobs.schedule("notices.tidy", "daily", timedelta(days=1))


@jobs.task("notices.tidy")
def tidy(_job: jobs.Running) -> None:
    """Delete notices that are a year old."""
    Notice.objects.filter(made__lt=timezone.now() - _KEPT).delete()


def _send(notice: str, tries: int) -> None:
    found = Notice.objects.select_related("organization").filter(pk=notice).first()
    if found is None:
        return
    try:
        mails.send(found)
    except PortalError:
        if tries < len(_WAITS):
            job = f"notice-{notice}-{tries + 1}"
            jobs.enqueue_later(_WAITS[tries], _AGAIN, job, notice=notice, tries=str(tries + 1))
        raise
