"""Imports of a connection's users: the run, what it has staged, and the CRM users that are known."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jackfield.users import UserKind, UserState
from jackfield_portal.said import SaidLine, SaidText


class RunState(models.TextChoices):
    """Where an import stands; from ``held`` on it moves only by somebody's word."""

    QUEUED = "queued", "waiting"
    RUNNING = "running", "running"
    HELD = "held", "held for your decision"
    APPLIED = "applied", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"
    DISCARDED = "discarded", "discarded"


class Origin(models.TextChoices):
    """What began an import; who, says ``started_by``."""

    PORTAL = "portal", "the portal"
    COMMAND = "command", "the command line"
    SCHEDULE = "schedule", "the schedule"
    RETRY = "retry", "another try after a failure"


#: States in which an import of the connection is under way; there is never more than one.
ACTIVE_STATES = (RunState.QUEUED, RunState.RUNNING)


#: What a run reports of the users, each in a column of its own.
COUNTED: Final = ("new", "changed", "unchanged", "inactive", "gone")

#: So long a preview waits for somebody's word; then what it has read is let go.
PREVIEW_KEPT: Final = timedelta(days=7)

#: States of a CRM user that calls may be mapped to.
USABLE_STATES = (UserState.ACTIVE, UserState.UNKNOWN)


class ImportRun(models.Model):
    """One import of one connection. ``attempt`` fences off a worker that was thought dead and comes back.

    A ``preview`` is held whatever its list looks like, and then decided like any other that is held. ``requests`` are
    those that were sent to the CRM, None where nobody has counted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Each run is written three times, into every index: the latest runs of a connection have one that begins with it,
    # and who has begun or decided is looked for only where a person is deleted.
    connection = models.ForeignKey("connections.Connection", models.CASCADE, related_name="import_runs", db_index=False)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    inactive = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(null=True)
    preview = models.BooleanField(default=False)
    hold_reason = SaidLine(max_length=300, blank=True)
    error_kind = models.CharField(max_length=20, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = SaidText(blank=True)
    error_remedy = SaidText(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    beat = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ("-created",)
        indexes = (models.Index(fields=("connection", "-created"), name="import_run_latest"),)
        constraints = (
            models.UniqueConstraint(
                fields=("connection",),
                condition=models.Q(state__in=("queued", "running")),
                name="one_import_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.connection_id} {self.state}"

    @property
    def active(self) -> bool:
        """Whether it is still under way."""
        return self.state in ACTIVE_STATES

    @property
    def percent(self) -> int | None:
        """How far the reading is, None where the CRM does not tell how many users there are."""
        return min(100, self.done * 100 // self.total) if self.total else None


class UserColumns(models.Model):
    """What a CRM user is, evened out: a missing text is empty, never null, so that all spellings of nothing are one.

    ``other_emails`` are lines in alphabetical order.
    """

    crm_id = models.CharField(max_length=255)
    name = models.CharField(max_length=500)
    email = models.CharField(max_length=320, blank=True)
    other_emails = models.TextField(blank=True)
    state = models.CharField(max_length=10, default=UserState.UNKNOWN)
    kind = models.CharField(max_length=10, default=UserKind.UNKNOWN)
    role = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    extension = models.CharField(max_length=50, blank=True)
    time_zone = models.CharField(max_length=100, blank=True)
    profile_kind = models.CharField(max_length=50, blank=True)
    profile_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class StagedUser(UserColumns):
    """A user of a list that waits for somebody's word; nothing but the run looks at it."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="staged", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "crm_id"), name="staged_once"),)

    def __str__(self) -> str:
        return self.name


class CrmUser(UserColumns):
    """A user of a CRM as of the last import; one gone from there is marked with ``gone_at``, never deleted.

    Imports write only who is new, changed or gone. So ``last_seen`` of a user who is there is when his row was last
    written, and the connection's last applied import has seen him too; of one gone, when the last import ended that had
    him.
    """

    # Without an index of its own: each of those below begins with the connection. Nor does the database look for the
    # connection of each of a hundred thousand users; see comparing.hold.
    connection = models.ForeignKey(
        "connections.Connection", models.CASCADE, related_name="crm_users", db_index=False, db_constraint=False
    )
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "crm_id")
        constraints = (models.UniqueConstraint(fields=("connection", "crm_id"), name="crm_user_once"),)
        indexes = (
            models.Index(fields=("connection", "name"), name="crm_user_by_name"),
            models.Index(fields=("connection", "email"), name="crm_user_by_email"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def active(self) -> bool:
        """Whether calls may be mapped to this user: there, and neither inactive, invited nor deleted."""
        return self.gone_at is None and self.state in USABLE_STATES

    @property
    def emails(self) -> tuple[str, ...]:
        """Every e-mail address, the main one first."""
        return tuple(email for email in (self.email, *self.other_emails.splitlines()) if email)


class Fate(models.TextChoices):
    """What an import has done to a user who was known before."""

    CHANGED = "changed", "changed"
    BACK = "back", "back again"
    GONE = "gone", "gone"


class UserChange(models.Model):
    """What one import has changed of one user: ``fields`` are triples of a column and its short texts, old and new.

    Of each run only so many are kept (:mod:`jackfield_portal.imports.changes`), and none of the new users: those are
    found by when they were first seen.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    crm_id = models.CharField(max_length=255)
    name = models.CharField(max_length=500)
    fate = models.CharField(max_length=10, choices=Fate.choices)
    fields = models.JSONField(default=list)

    class Meta:
        ordering = ("name", "crm_id")

    def __str__(self) -> str:
        return f"{self.crm_id} {self.fate}"


class ShrinkLimit(models.Model):
    """Of an organization: the share of the known users, in percent, that may be missing before somebody is asked."""

    organization = models.OneToOneField("organizations.Organization", models.CASCADE, related_name="shrink_limit")
    percent = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.organization_id} {self.percent}%"


class Rhythm(models.TextChoices):
    """How often a connection's users are imported by themselves."""

    OFF = "off", _("Only by hand")
    HOURLY = "hourly", _("Every hour")
    DAILY = "daily", _("Every day")


class ImportSchedule(models.Model):
    """A connection's own rhythm; without one it has that of the deployment."""

    connection = models.OneToOneField("connections.Connection", models.CASCADE, related_name="import_schedule")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices)

    def __str__(self) -> str:
        return f"{self.connection_id} {self.rhythm}"
