"""Notices, and how far each member has read them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jackfield_portal.said import SaidText


class Kind(models.TextChoices):
    """What a notice is about; the value is stable, the label is what its reader sees."""

    BROKE = "broke", _("Needs attention")
    WELL = "well", _("Well again")
    TOLD = "told", _("For your information")


class Notice(models.Model):
    """Something that has happened, in words; ``url`` is a path of the portal where it can be looked at."""

    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TOLD)
    title = SaidText()
    text = SaidText(blank=True)
    url = models.CharField(max_length=300, blank=True)
    made = models.DateTimeField(auto_now_add=True)
    mailed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("organization", "-id"), name="notice_latest"),)

    def __str__(self) -> str:
        return str(self.title)


class Reading(models.Model):
    """How far a member has read: the newest notice that he was shown."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="+")
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "organization"), name="one_reading_per_member"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.last}"
