from __future__ import annotations

from django.apps import AppConfig


class MappingConfig(AppConfig):
    name = "jackfield_portal.mapping"
    label = "mapping"
    default_auto_field = "django.db.models.BigAutoField"
