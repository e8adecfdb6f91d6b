"""What is done again and again for a connection comes and goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield_portal.checks.models import CheckRun
from jackfield_portal.connections import recurring, services
from jackfield_portal.connections.models import State
from jackfield_portal.imports import services as imports
from jackfield_portal.imports.models import ImportRun
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Schedule

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db

BOTH = ["checks.daily", "imports.nightly"]


def scheduled() -> list[str]:
    """What is scheduled."""
    return list(Schedule.objects.order_by("task").values_list("task", flat=True))


def test_draft_has_none(connection: Connection) -> None:
    """Nothing is done by itself for a connection that is not in use."""
    recurring.settle()
    assert scheduled() == []


def test_live_connection_is_checked_and_imported(live: Connection) -> None:
    """A connection whose check has passed is checked and imported each day from then on."""
    rows = Schedule.objects.values_list("key", "every", "ids")
    assert (scheduled(), set(map(str, rows))) == (BOTH, {str((str(live.pk), 86400, {"connection": str(live.pk)}))})


def test_deleted_connection_leaves_none(live: Connection) -> None:
    """With a connection its schedules go."""
    services.delete(live)
    assert scheduled() == []


def test_paused_connection_has_none(live: Connection) -> None:
    """A connection that is paused has none until it is in use again."""
    live.state = State.PAUSED
    live.save()
    recurring.follow(live)
    paused = scheduled()
    live.state = State.LIVE
    live.save()
    recurring.follow(live)
    assert (paused, scheduled()) == ([], BOTH)


def test_settings_are_followed(live: Connection, settings: SettingsWrapper) -> None:
    """At a worker's start what was switched off is dropped, another rhythm is taken, and what is missing is made."""
    settings.JACKFIELD_IMPORT_EVERY = 0
    settings.JACKFIELD_CHECK_EVERY = 6
    recurring.settle()
    assert list(Schedule.objects.values_list("task", "every")) == [("checks.daily", 6 * 3600)]
    settings.JACKFIELD_IMPORT_EVERY = 24
    recurring.settle()
    assert scheduled() == BOTH


def test_scheduled_jobs_check_and_import(live: Connection) -> None:
    """The jobs do what they are for, and end quietly for a connection that is gone."""
    imports.run_now(live)
    before = CheckRun.objects.count()
    for task in BOTH:
        jobs.enqueue(task, f"{task}-1", connection=str(live.pk))
        jobs.enqueue(task, f"{task}-2", connection="00000000-0000-0000-0000-000000000000")
    jobs.run_pending()
    states = list(ImportRun.objects.values_list("state", flat=True))
    assert (CheckRun.objects.count() - before, states) == (1, ["applied"] * 2)
    assert not jobs.Job.objects.exclude(state="done").exists()
