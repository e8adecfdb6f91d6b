"""Systems checks: the runs, and what each of their steps found."""

from __future__ import annotations

import uuid

from django.db import models

from jackfield_portal.connections.models import Connection, SettingsVersion
from jackfield_portal.said import SaidText


class RunState(models.TextChoices):
    """Where a check stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


class Turn(models.TextChoices):
    """What a check has changed for a connection in use; told once each time."""

    BROKE = "broke"
    WELL = "well"


class CheckRun(models.Model):
    """One check of one version of a connection's settings; runs started together share their ``batch``.

    ``problem_*`` says why a check could not be run at all; what went wrong in it stands with its steps. ``holder`` is
    whose credentials they are, where a step found that out. ``attempt`` counts the tries of a check that runs by
    itself, 0 for one that somebody asked for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.UUIDField(db_index=True)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="check_runs")
    version = models.ForeignKey(SettingsVersion, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=RunState.choices, default=RunState.QUEUED)
    connector_version = models.CharField(max_length=50, blank=True)
    problem_kind = models.CharField(max_length=20, blank=True)
    problem_code = models.CharField(max_length=60, blank=True)
    problem = SaidText(blank=True)
    problem_remedy = SaidText(blank=True)
    holder = models.CharField(max_length=255, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    turn = models.CharField(max_length=10, choices=Turn.choices, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created",)
        indexes = (models.Index(fields=("connection", "-created"), name="check_run_latest"),)

    def __str__(self) -> str:
        return f"{self.connection_id} {self.state}"

    @property
    def done(self) -> bool:
        """Whether there is a verdict."""
        return self.state in {RunState.PASSED, RunState.FAILED}


class StepState(models.TextChoices):
    """Where a step stands; the last four are what the core's check runner says."""

    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    WARNED = "warned"
    SKIPPED = "skipped"


class StepRun(models.Model):
    """One step of a run; ``elsewhere`` is the address where the CRM says that the account is."""

    run = models.ForeignKey(CheckRun, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    step = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    required = models.BooleanField(default=True)
    feature = models.CharField(max_length=100, blank=True)
    permission = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=20, choices=StepState.choices, default=StepState.WAITING)
    kind = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=60, blank=True)
    message = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    elsewhere = models.CharField(max_length=500, blank=True)
    seconds = models.FloatField(null=True)
    started = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("run", "position"), name="one_step_per_position"),)

    def __str__(self) -> str:
        return f"{self.step} {self.state}"
