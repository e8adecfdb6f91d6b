"""Connections and the versions of their settings."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jackfield_portal.organizations.models import Organization


class State(models.TextChoices):
    """How a connection stands; the value is stable, the label is what an admin reads."""

    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    NEEDS_ATTENTION = "needs_attention", _("Needs attention")
    PAUSED = "paused", _("Paused")


class Kept(models.Manager["Connection"]):
    """The connections that nobody has deleted. It is what every app finds, also by ``organization.connections``."""

    def get_queryset(self) -> models.QuerySet[Connection]:
        """Those without a date of deletion."""
        return super().get_queryset().filter(deleted=None)


class Connection(models.Model):
    """An organization's connection to one account of one CRM platform; ``account_*``: what its last check saw.

    ``begun`` is what was entered in a form that could not be saved yet, without secrets. ``check_every`` is hours
    between two checks, 0 for none by itself, None for what the installation does. One that is ``deleted`` is whole, but
    nothing is done with it and no app finds it; ``everything`` does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="connections")
    platform = models.CharField(max_length=100)
    name = models.CharField(_("Name"), max_length=200)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    account_id = models.CharField(max_length=255, blank=True)
    account_name = models.CharField(max_length=255, blank=True)
    account_holder = models.CharField(max_length=255, blank=True)
    account_role = models.CharField(max_length=255, blank=True)
    begun = models.JSONField(default=dict, blank=True)
    check_every = models.PositiveSmallIntegerField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    deleted = models.DateTimeField(null=True, blank=True, db_index=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar[Kept] = Kept()
    everything: ClassVar[models.Manager[Connection]] = models.Manager()

    class Meta:
        ordering = ("created", "id")

    def __str__(self) -> str:
        return self.name


class Phase(models.TextChoices):
    """Where a version of settings stands on its way."""

    CANDIDATE = "candidate", _("Waiting for a passed check")
    LIVE = "live", _("In use")
    RETIRED = "retired", _("Replaced")


class Hold(models.TextChoices):
    """Why settings whose check has passed are not put to use without somebody's word."""

    TWICE = "twice", _("The account is connected already")
    ELSEWHERE = "elsewhere", _("They lead to another account")


class SettingsVersion(models.Model):
    """One saved state of a connection's settings. ``values`` holds no secret: those lie in the vault under this id.

    ``host`` is where requests go to, and so where the secrets may be sent. ``used`` is when it was put to use, None
    where it never was. ``seen_*`` is the account that its last check saw, ``hold`` why that keeps it back, and
    ``accepted`` the id of the account that somebody has said is meant all the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="versions")
    state = models.CharField(max_length=20, choices=Phase.choices, default=Phase.CANDIDATE)
    values = models.JSONField(default=dict)
    host = models.CharField(max_length=255, blank=True)
    saved = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    used = models.DateTimeField(null=True, blank=True)
    seen_id = models.CharField(max_length=255, blank=True)
    seen_name = models.CharField(max_length=255, blank=True)
    hold = models.CharField(max_length=20, choices=Hold.choices, blank=True)
    accepted = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ("-saved",)
        constraints = (
            models.UniqueConstraint(
                fields=("connection",), condition=models.Q(state="candidate"), name="one_candidate_version"
            ),
            models.UniqueConstraint(fields=("connection",), condition=models.Q(state="live"), name="one_live_version"),
        )

    def __str__(self) -> str:
        return f"{self.connection_id} {self.state}"


class SecretLink(models.Model):
    """A way for somebody without an account to enter the secrets of a connection: once, until it ``expires``.

    The word that opens it is not kept, only its hash. ``values`` are the other settings that the secrets go with.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="secret_links")
    token_hash = models.CharField(max_length=64)
    values = models.JSONField(default=dict)
    made = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made",)

    def __str__(self) -> str:
        return f"{self.connection_id} until {self.expires:%Y-%m-%d %H:%M}"
