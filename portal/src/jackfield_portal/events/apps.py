from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "jackfield_portal.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what is recorded."""
        from jackfield_portal.audit.services import recorded
        from jackfield_portal.events import making

        recorded.connect(making.make, dispatch_uid="events")
