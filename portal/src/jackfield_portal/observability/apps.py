from __future__ import annotations

from dataclasses import replace

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    name = "jackfield_portal.observability"
    label = "observability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Watch every job; the apps before this one have found theirs."""
        from jackfield_portal.jobs.registry import tasks, togethers
        from jackfield_portal.observability import tracing
        from jackfield_portal.observability.work import watched_job, watched_jobs

        registered = tasks()
        for name in registered:
            registered[name] = watched_job(name, registered[name])
        for name, way in togethers().items():
            togethers()[name] = replace(way, function=watched_jobs(name, way.function))
        tracing.configure()
