from __future__ import annotations

from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "jackfield_portal.checks"
    label = "checks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell people when a connection breaks, and when it is well again."""
        from jackfield_portal.checks.telling import tell
        from jackfield_portal.checks.turns import turned

        turned.connect(tell, dispatch_uid="checks.telling")
