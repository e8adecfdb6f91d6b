from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "jackfield_portal.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
