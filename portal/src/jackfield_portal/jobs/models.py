"""Jobs: what is to be done outside a request. Only ids travel in them."""

from __future__ import annotations

from django.db import models


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """One piece of work. ``worker`` and ``beat`` show who is at it, and that he lives; ``attempt`` counts the tries."""

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
    worker = models.CharField(max_length=40, blank=True)
    beat = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ("created", "id")
        indexes = (models.Index(fields=("state", "created"), name="job_waiting"),)

    def __str__(self) -> str:
        return f"{self.id} {self.state}"
