from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "jackfield_portal.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the job."""
        from jackfield_portal.imports import tasks  # noqa: F401
