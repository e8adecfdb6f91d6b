"""What is counted where no row of another app tells it."""

from __future__ import annotations

from django.db import models


class Tally(models.Model):
    """A number that only grows, over all processes: requests to a platform by outcome, seconds waited, and so on."""

    name = models.CharField(max_length=60)
    platform = models.CharField(max_length=100)
    outcome = models.CharField(max_length=60, blank=True)
    value = models.FloatField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name", "platform", "outcome"), name="one_tally_each"),)

    def __str__(self) -> str:
        return f"{self.name} {self.platform} {self.outcome}"
