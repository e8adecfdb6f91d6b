from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jackfield_portal.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Find the job functions, where there are jobs: they stand in the ``tasks`` module of each app."""
        if settings.JACKFIELD_JOBS:
            autodiscover_modules("tasks")
