"""The audit log: rows that are added and, when they are old enough, go; none is ever changed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone

__all__ = ["Entry"]


class Unchangeable(models.QuerySet["Entry"]):
    """Rows that can be read and added; the database itself refuses an update, too."""

    def update(self, **_values: Any) -> NoReturn:
        """Refused."""
        raise TypeError("An entry of the audit log is never changed.")

    def delete(self) -> NoReturn:
        """Refused: entries go by :func:`audit.services.tidy` alone, or with their organization."""
        raise TypeError("An entry of the audit log is never deleted by hand.")


class Entry(models.Model):
    """Somebody did something; names are as they were then, since what they name may be gone.

    ``origin`` is a network address, ``job`` or ``command``. ``connection_id`` is the connection that it was about.
    """

    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_name = models.CharField(max_length=320, blank=True)
    origin = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=30, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    target_name = models.CharField(max_length=320, blank=True)
    connection_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)

    objects = Unchangeable.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("organization", "-id"), name="audit_latest"),
            models.Index(fields=("connection_id", "-id"), name="audit_of_connection"),
            models.Index(fields=("at",), name="audit_old"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; a second time is refused."""
        if not self._state.adding:
            raise TypeError("An entry of the audit log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refused."""
        raise TypeError("An entry of the audit log is never deleted by hand.")
