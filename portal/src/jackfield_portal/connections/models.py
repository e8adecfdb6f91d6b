"""Connections and the versions of their settings."""

from __future__ import annotations

import uuid

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


class Connection(models.Model):
    """An organization's connection to one account of one CRM platform; ``account_*``: what its last check saw."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="connections")
    platform = models.CharField(max_length=100)
    name = models.CharField(_("Name"), max_length=200)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    account_id = models.CharField(max_length=255, blank=True)
    account_name = models.CharField(max_length=255, blank=True)
    account_holder = models.CharField(max_length=255, blank=True)
    account_role = models.CharField(max_length=255, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created", "id")

    def __str__(self) -> str:
        return self.name


class Phase(models.TextChoices):
    """Where a version of settings stands on its way."""

    CANDIDATE = "candidate", _("Waiting for a passed check")
    LIVE = "live", _("In use")
    RETIRED = "retired", _("Replaced")


class SettingsVersion(models.Model):
    """One saved state of a connection's settings. ``values`` holds no secret: those lie in the vault under this id.

    ``host`` is where requests go to, and so where the secrets may be sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="versions")
    state = models.CharField(max_length=20, choices=Phase.choices, default=Phase.CANDIDATE)
    values = models.JSONField(default=dict)
    host = models.CharField(max_length=255, blank=True)
    saved = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

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
