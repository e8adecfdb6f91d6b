"""What an import will cost, told before it starts."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from jackfield.simulation import running
from jackfield_portal.checks import services as checks
from jackfield_portal.checks.models import CheckRun, StepRun
from jackfield_portal.checks.models import RunState as CheckState
from jackfield_portal.connections import services as connections
from jackfield_portal.imports import services
from jackfield_portal.imports.forecast import forecast
from jackfield_portal.imports.models import ImportRun, RunState
from jackfield_portal.jobs import services as jobs

if TYPE_CHECKING:
    from django.test import Client

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization

pytestmark = pytest.mark.django_db


def ran(connection: Connection, **values: int | str | None) -> ImportRun:
    return ImportRun.objects.create(connection=connection, **{"state": RunState.APPLIED, **values})


def checked(connection: Connection, *, ago: timedelta, step: str = "quota", state: str = "passed") -> None:
    run = CheckRun.objects.create(
        batch=uuid.uuid4(), connection=connection, state=CheckState.PASSED, finished=timezone.now() - ago
    )
    StepRun.objects.create(run=run, position=0, step=step, title="-", state=state, message="99,000 are left today.")


def test_nothing_is_known_before_the_first_import(connection: Connection) -> None:
    """What is not known is said plainly, and nothing of a quota that nobody has told of."""
    assert forecast(connection).sentences == ("How many requests it needs is known after the first import.",)


def test_the_last_import_tells_the_cost(connection: Connection) -> None:
    """As many requests as the last complete import; one that failed half-way tells nothing."""
    ran(connection, done=6000, total=6000, requests=12)
    ran(connection, state=RunState.FAILED, done=500, requests=1)
    assert forecast(connection).sentences == ("This import needs about 12 requests for 6000 users.",)


def test_a_larger_account_needs_more(connection: Connection) -> None:
    """The number of users that the CRM told last counts."""
    ran(connection, done=6000, total=6000, requests=12)
    ran(connection, state=RunState.FAILED, done=500, total=9001, requests=1)
    assert (forecast(connection).needs, forecast(connection).users) == (19, 9001)


def test_what_a_check_was_told_of_the_day_is_repeated(connection: Connection) -> None:
    """The connector's own sentence of the step `quota`, and what imports have used since."""
    checked(connection, ago=timedelta(hours=2))
    ran(connection, done=6000, requests=12)
    assert forecast(connection).sentences[1:] == (
        "The last Systems Check was told: “99,000 are left today.”",
        "Imports have used 12 since then.",
    )


@pytest.mark.parametrize(
    ("hours", "step", "state"), [(25, "quota", "passed"), (1, "sign_in", "passed"), (1, "quota", "failed")]
)
def test_what_tells_nothing_of_today_is_left_out(connection: Connection, hours: int, step: str, state: str) -> None:
    """Yesterday's sentence, another step's, and that of a step that failed."""
    checked(connection, ago=timedelta(hours=hours), step=step, state=state)
    assert forecast(connection).told == ""


def test_a_real_check_and_import_tell_it(organization: Organization, portal: Client) -> None:
    """With a connector that has such a step the dialog tells both, to the letter."""
    made = connections.add(organization, "insightly")
    simulator = connections.connector_of(made).simulator()
    assert simulator is not None
    options = simulator.options(users=1234)
    with running(simulator, options) as url:
        connections.save_settings(made, simulator.settings(url, options))
        checks.start_one(made)
        jobs.run_pending()
        made.refresh_from_db()
        run = services.run_now(made)
    page = portal.get(reverse("imports:ask", args=[made.pk]), headers={"HX-Request": "true"}).content.decode()
    assert (f"This import needs about {run.requests} requests for 1234 users." in page, run.requests) == (True, 3)
    assert "requests are left for today." in page
