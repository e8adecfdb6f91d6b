"""Secrets as they lie in the database: encrypted, each under the place it belongs to."""

from __future__ import annotations

from django.db import models


class Secret(models.Model):
    """One secret of one settings version. ``token`` opens only for its organization, connection and field."""

    organization_id = models.UUIDField()
    connection_id = models.UUIDField(db_index=True)
    version_id = models.UUIDField()
    field = models.CharField(max_length=100)
    token = models.TextField()
    stored = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version_id", "field"), name="one_secret_per_field"),)

    def __str__(self) -> str:
        return f"{self.connection_id} {self.field}"
