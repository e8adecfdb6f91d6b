"""Which CRM user is which agent, and the batches in which that was saved."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class ChosenBy(models.TextChoices):
    """How a mapping came to be."""

    SUGGESTION = "suggestion", "taken from a suggestion"
    HAND = "hand", "chosen by hand"


class Mapping(models.Model):
    """An agent is this CRM user at this connection."""

    agent = models.ForeignKey("organizations.Agent", models.CASCADE, related_name="mappings")
    connection = models.ForeignKey("connections.Connection", models.CASCADE, related_name="mappings")
    crm_user = models.ForeignKey("imports.CrmUser", models.CASCADE, related_name="mappings")
    chosen_by = models.CharField(max_length=10, choices=ChosenBy.choices, default=ChosenBy.HAND)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agent", "connection"), name="one_crm_user_per_agent"),)

    def __str__(self) -> str:
        return f"{self.agent_id} = {self.crm_user_id}"


class Batch(models.Model):
    """One press of Save; undone as a whole or not at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="mapping_batches")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)
        indexes = (models.Index(fields=("organization", "-made_at"), name="batch_latest"),)

    def __str__(self) -> str:
        return f"{self.organization_id} {self.made_at:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """One agent's CRM user before and after a batch; None is no mapping."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="changes")
    agent = models.ForeignKey("organizations.Agent", models.CASCADE, related_name="+")
    connection = models.ForeignKey("connections.Connection", models.CASCADE, related_name="+")
    before = models.ForeignKey("imports.CrmUser", models.CASCADE, null=True, related_name="+")
    before_chosen_by = models.CharField(max_length=10, blank=True)
    after = models.ForeignKey("imports.CrmUser", models.CASCADE, null=True, related_name="+")
    after_chosen_by = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("batch", "agent", "connection"), name="one_change_per_batch"),)

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.before_id} -> {self.after_id}"
