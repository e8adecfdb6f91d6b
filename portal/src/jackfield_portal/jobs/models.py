"""Jobs: what is to be done outside a request. Only ids travel in them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: Jobs in these states are over.
ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Job(models.Model):
    """One piece of work: written with what it belongs to, and the truth about it whatever engine runs it.

    ``attempt`` counts the tries and fences them off: what an earlier try still writes is refused. ``handed`` is when
    the engine was given this try, None where that is still to be done, and ``batch`` what it was given it in, empty
    where by itself. One that is to be done ``alone`` goes into no batch: somebody waits for it, or it is a burden.
    ``interrupted`` counts the workers that died over it.
    """

    id = models.CharField(primary_key=True, max_length=200)
    name = models.CharField(max_length=100)
    ids = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.QUEUED)
    cancel_asked = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    error = models.JSONField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    interrupted = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=40, blank=True)
    handed = models.DateTimeField(null=True)
    batch = models.CharField(max_length=40, blank=True, default="", db_default="")
    alone = models.BooleanField(default=False, db_default=False)
    not_before = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ("created", "id")
        indexes = (
            models.Index(fields=("state", "created"), name="job_waiting"),
            models.Index(
                fields=("created",), condition=models.Q(state="queued", handed__isnull=True), name="job_to_hand"
            ),
            models.Index(fields=("finished",), name="job_finished"),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class Worker(models.Model):
    """A process that does jobs. As long as its row is here it counts as living, and its jobs as being done."""

    id = models.CharField(primary_key=True, max_length=40)
    host = models.CharField(max_length=255, blank=True)
    pid = models.PositiveIntegerField(default=0)
    started = models.DateTimeField()
    beat = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host} {self.pid}"


class Schedule(models.Model):
    """A job that is done again and again: every so many seconds, the next time at ``next_run`` (seconds since 1970)."""

    task = models.CharField(max_length=100)
    key = models.CharField(max_length=80)
    ids = models.JSONField(default=dict)
    every = models.PositiveIntegerField()
    next_run = models.BigIntegerField()
    paused = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("task", "key"), name="one_schedule_per_key"),)
        indexes = (models.Index(fields=("next_run",), condition=models.Q(paused=False), name="schedule_due"),)

    def __str__(self) -> str:
        return f"{self.task} {self.key}"

    @property
    def next_at(self) -> datetime | None:
        """When it is done next, None while it is paused."""
        return None if self.paused else datetime.fromtimestamp(self.next_run, tz=UTC)
