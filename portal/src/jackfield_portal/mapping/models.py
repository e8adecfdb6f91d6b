"""Which CRM user is which agent, and the batches in which that was decided."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChosenBy(models.TextChoices):
    """How a mapping came to be."""

    SUGGESTION = "suggestion", _("taken from a suggestion")
    HAND = "hand", _("chosen by hand")
    FILE = "file", _("from a file")
    HEIR = "heir", _("as an heir")


class Kind(models.TextChoices):
    """What a batch was made by."""

    SAVE = "save", _("Save")
    BULK = "bulk", _("Rows together")
    FILE = "file", _("File")
    LEAVERS = "leavers", _("Leavers")


class Mapping(models.Model):
    """An agent is this CRM user at this connection; a ``pinned`` one is changed by nothing until it is unpinned."""

    agent = models.ForeignKey("organizations.Agent", models.CASCADE, related_name="mappings")
    connection = models.ForeignKey("connections.Connection", models.CASCADE, related_name="mappings")
    crm_user = models.ForeignKey("imports.CrmUser", models.CASCADE, related_name="mappings")
    chosen_by = models.CharField(max_length=10, choices=ChosenBy.choices, default=ChosenBy.HAND)
    pinned = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agent", "connection"), name="one_crm_user_per_agent"),)

    def __str__(self) -> str:
        return f"{self.agent_id} = {self.crm_user_id}"


class Batch(models.Model):
    """What was decided at once; undone as a whole or not at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="mapping_batches")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SAVE, db_default=Kind.SAVE)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)
        indexes = (models.Index(fields=("organization", "-made_at"), name="batch_latest"),)

    def __str__(self) -> str:
        return f"{self.organization_id} {self.made_at:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """One agent's CRM user before and after a batch; None is no mapping. ``why``: the cause of a suggestion taken."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="changes")
    # Without an index of its own: the one below begins with the agent.
    agent = models.ForeignKey("organizations.Agent", models.CASCADE, related_name="+", db_index=False)
    connection = models.ForeignKey("connections.Connection", models.CASCADE, related_name="+")
    before = models.ForeignKey("imports.CrmUser", models.CASCADE, null=True, related_name="+")
    before_chosen_by = models.CharField(max_length=10, blank=True)
    before_pinned = models.BooleanField(default=False, db_default=False)
    after = models.ForeignKey("imports.CrmUser", models.CASCADE, null=True, related_name="+")
    after_chosen_by = models.CharField(max_length=10, blank=True)
    after_pinned = models.BooleanField(default=False, db_default=False)
    why = models.CharField(max_length=30, blank=True, db_default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("batch", "agent", "connection"), name="one_change_per_batch"),)
        indexes = (models.Index(fields=("agent", "connection"), name="change_by_row"),)

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.before_id} -> {self.after_id}"


class FallbackOwner(models.Model):
    """The CRM user under whom calls of agents without one are logged."""

    connection = models.OneToOneField("connections.Connection", models.CASCADE, related_name="fallback_owner")
    crm_user = models.ForeignKey("imports.CrmUser", models.CASCADE, related_name="+")
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.crm_user_id}"


class AliasDomain(models.Model):
    """A domain whose mailboxes an administrator has confirmed to be those of another; both in lower case."""

    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="alias_domains")
    alias = models.CharField(max_length=255)
    domain = models.CharField(max_length=255)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("alias",)
        constraints = (models.UniqueConstraint(fields=("organization", "alias"), name="one_meaning_of_an_alias"),)

    def __str__(self) -> str:
        return f"{self.alias} = {self.domain}"
