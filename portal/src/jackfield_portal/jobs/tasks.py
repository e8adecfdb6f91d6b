"""The jobs' own jobs: what is old goes."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.conf import settings

from jackfield_portal.jobs import clock, runner
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import ENDED, Job

_BATCH = 1000
_DAY = timedelta(days=1)


@jobs.task("jobs.begin", at_start=True)
def begin(_job: jobs.Running) -> None:
    """Have the daily round made."""
    jobs.schedule("jobs.tidy", "daily", _DAY)


@jobs.task("jobs.tidy")
def tidy(job: jobs.Running) -> None:
    """Delete jobs that ended JACKFIELD_KEEP_DAYS ago, in the engine too, and sessions that have run out."""
    before = clock.now() - timedelta(days=settings.JACKFIELD_KEEP_DAYS)
    while old := list(Job.objects.filter(state__in=ENDED, finished__lt=before).values_list("id", flat=True)[:_BATCH]):
        Job.objects.filter(id__in=old).delete()
        job.check()
    runner.purge(before)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
