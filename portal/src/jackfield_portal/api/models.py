"""Tokens, and the answers that are kept for requests that are sent twice."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

__all__ = ["KeptAnswer", "Scope", "Token"]


class Scope(models.TextChoices):
    """What a token may do; every token may read."""

    READ = "read", _("Read: look at everything, resolve agents, look up contacts")
    MAP = "map", _("Map: save and undo mappings, hand over from leavers, choose fallback owners and alias domains")
    MANAGE = "manage", _("Manage: change connections, agents, checks, imports and webhooks")


class Token(models.Model):
    """A program's key to one organization. ``digest`` is its hash; ``hint`` is how it begins, to know it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=100)
    hint = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)
    last_used = models.DateTimeField(null=True)

    class Meta:
        ordering = ("created", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def expired(self) -> bool:
        """Whether its time is over."""
        return self.expires is not None and self.expires <= timezone.now()

    @property
    def valid(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked is None and not self.expired


class KeptAnswer(models.Model):
    """The answer to a write that carried an Idempotency-Key; ``request`` is the hash of the whole request."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)
    status = models.PositiveIntegerField(default=0)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("token", "key"), name="one_answer_per_key"),)
        indexes = (models.Index(fields=("at",), name="kept_answer_old"),)

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
