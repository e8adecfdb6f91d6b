"""The import from a simulated CRM, over real HTTP on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield.simulation import running
from jackfield_portal.connections import services as connections
from jackfield_portal.imports import services
from jackfield_portal.imports.many import run_many
from jackfield_portal.imports.models import CrmUser, ImportRun, RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Organization

    Importing = Callable[[Connection], object]

pytestmark = pytest.mark.django_db
PLATFORM = "insightly"


def simulated(
    organization: Organization, *, users: int, faults: Sequence[str] = (), importing: Importing = services.run_now
) -> ImportRun:
    """An import from the platform's simulator."""
    made = connections.add(organization, PLATFORM)
    simulator = connections.connector_of(made).simulator()
    assert simulator is not None
    options = simulator.options(users=users, faults=faults)
    with running(simulator, options) as url:
        saved = connections.save_settings(made, simulator.settings(url, options))
        connections.promote(saved.version, None)
        made.refresh_from_db()
        importing(made)
        return ImportRun.objects.get()


def beside_others(connection: Connection) -> None:
    """Import as one of many accounts."""
    run_many([connection])


def test_every_page_is_imported(organization: Organization) -> None:
    """Every user of several pages is there once."""
    run = simulated(organization, users=1234)
    known = CrmUser.objects.values_list("crm_id", flat=True)
    assert (run.state, run.error_message, run.new, len(set(known))) == (RunState.APPLIED, "", 1234, 1234)


@pytest.mark.parametrize(("fault", "kind"), [("truncated_json@2", "vendor"), ("unauthorized@2", "settings")])
def test_a_listing_that_breaks_off_imports_nobody(organization: Organization, fault: str, kind: str) -> None:
    """A fault in mid-listing fails the run, and the first page alone is worth nothing."""
    run = simulated(organization, users=1234, faults=[fault])
    assert (run.state, run.error_kind, CrmUser.objects.count()) == (RunState.FAILED, kind, 0)


@pytest.mark.parametrize("importing", [services.run_now, beside_others])
@pytest.mark.parametrize(("faults", "requests"), [([], 3), (["unauthorized@1"], 1)])
def test_requests_are_counted(
    organization: Organization, importing: Importing, faults: list[str], requests: int
) -> None:
    """A run tells how many requests it has sent to the CRM, one that failed too; alone as among many."""
    assert simulated(organization, users=1234, faults=faults, importing=importing).requests == requests
