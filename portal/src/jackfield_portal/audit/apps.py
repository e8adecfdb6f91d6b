from __future__ import annotations

from dataclasses import replace

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "jackfield_portal.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have every job act in its own name, and every sign-in noted; the apps before this one have their jobs."""
        from jackfield_portal.audit import receivers
        from jackfield_portal.audit.actors import as_job, as_jobs
        from jackfield_portal.jobs.registry import togethers
        from jackfield_portal.jobs.services import tasks

        registered = tasks()
        for name in registered:
            registered[name] = as_job(name, registered[name])
        for name, each in togethers().items():
            togethers()[name] = replace(each, function=as_jobs(name, each.function))
        receivers.connect()
