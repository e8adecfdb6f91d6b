from __future__ import annotations

from django.apps import AppConfig


class ChecksConfig(AppConfig):
    name = "jackfield_portal.checks"
    label = "checks"
    default_auto_field = "django.db.models.BigAutoField"
