"""Imports that begin by themselves: by the deployment's rhythm, or by the connection's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from jackfield_portal.connections import services as connections
from jackfield_portal.connections.models import State
from jackfield_portal.errors import PortalError
from jackfield_portal.imports import rhythms
from jackfield_portal.imports.models import ImportRun, ImportSchedule, Origin, Rhythm
from jackfield_portal.jobs import services as jobs
from jackfield_portal.jobs.models import Job, Schedule
from tests.portal.imports.books import known_user

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection

pytestmark = pytest.mark.django_db


def done(task: str, connection: Connection) -> int:
    """Have a job of a schedule done; how many imports there are then."""
    jobs.enqueue(task, f"{task}-{Job.objects.count()}", connection=str(connection.pk))
    jobs.run_pending()
    return ImportRun.objects.count()


def own_schedules() -> list[int]:
    return list(Schedule.objects.filter(task=rhythms.OWN).values_list("every", flat=True))


@pytest.mark.parametrize(("rhythm", "seconds"), [("hourly", [3600]), ("daily", [86400]), ("off", []), ("", [])])
def test_a_rhythm_is_scheduled(connection: Connection, rhythm: str, seconds: list[int]) -> None:
    """What is chosen takes the place of what was chosen before."""
    rhythms.choose(connection, "hourly")
    rhythms.choose(connection, rhythm)
    assert own_schedules() == seconds


def test_own_rhythm_imports(ledger: Any, connection: Connection) -> None:
    """Its job begins an import, and says that the schedule did."""
    ledger.BOOK.pages = [[ledger.person(1)]]
    known_user(connection, 1)
    rhythms.choose(connection, "hourly")
    assert (done(rhythms.OWN, connection), ImportRun.objects.get().origin) == (1, Origin.SCHEDULE)


@pytest.mark.parametrize(("rhythm", "count"), [("", 1), ("hourly", 0), ("off", 0)])
def test_the_usual_rhythm_gives_way(ledger: Any, connection: Connection, rhythm: str, count: int) -> None:
    """A connection with a rhythm of its own is not imported by that of the deployment as well."""
    ledger.BOOK.pages = [[ledger.person(1)]]
    known_user(connection, 1)
    rhythms.choose(connection, rhythm)
    assert done(rhythms.USUAL, connection) == count


@pytest.mark.parametrize(("task", "rhythm"), [(rhythms.USUAL, ""), (rhythms.OWN, "hourly")])
def test_the_first_import_waits_for_somebody(
    portal: Client, ledger: Any, connection: Connection, task: str, rhythm: str
) -> None:
    """Nobody has looked at the list yet: no schedule applies it unseen, and the page says what it waits for."""
    ledger.BOOK.pages = [[ledger.person(1)]]
    rhythms.choose(connection, rhythm)
    page = portal.get(reverse("imports:history", args=[connection.pk])).content.decode()
    assert (done(task, connection), rhythms.next_start(connection)) == (0, None)
    assert "once the first import was confirmed" in page


def test_a_paused_connection_is_left_alone(connection: Connection) -> None:
    """Nothing is sent to the CRM, whatever was chosen."""
    rhythms.choose(connection, "hourly")
    type(connection).objects.update(state=State.PAUSED)
    assert done(rhythms.OWN, connection) == 0


def test_a_deleted_connection_is_left_alone_and_keeps_its_rhythm(connection: Connection) -> None:
    """It may be taken back, and is then imported as often as before."""
    rhythms.choose(connection, "daily")
    connections.delete(connection)
    assert (done(rhythms.OWN, connection), len(own_schedules())) == (0, 1)


def test_the_schedule_of_a_connection_gone_for_good_goes(connection: Connection) -> None:
    """It ends by itself when its time comes."""
    rhythms.choose(connection, "daily")
    key = type(connection)(pk=connection.pk)
    connections.purge(connection)
    assert (done(rhythms.OWN, key), own_schedules()) == (0, [])


def test_there_is_no_other_rhythm(connection: Connection) -> None:
    """A word that is none is refused."""
    with pytest.raises(PortalError, match="no such rhythm"):
        rhythms.choose(connection, "weekly")


def test_the_form_chooses(portal: Client, connection: Connection) -> None:
    """An administrator chooses in the small form; the history says when the next import begins."""
    form = {"rhythm": "hourly", "percent": "20"}
    known_user(connection, 1)
    answer = portal.post(reverse("imports:settings", args=[connection.pk]), form, follow=True)
    assert ImportSchedule.objects.get().rhythm == Rhythm.HOURLY
    assert ("every hour, next" in answer.content.decode(), rhythms.next_start(connection) is not None) == (True, True)


def test_off_for_all_says_so(portal: Client, connection: Connection, settings: SettingsWrapper) -> None:
    """Where the deployment imports nothing by itself, the page says so and names no time."""
    settings.JACKFIELD_IMPORT_EVERY = 0
    page = portal.get(reverse("imports:history", args=[connection.pk])).content.decode()
    assert ("<dd>only by hand</dd>" in page, rhythms.next_start(connection)) == (True, None)
