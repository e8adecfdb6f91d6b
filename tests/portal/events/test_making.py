"""Which events are made of what happens; each in the transaction of the change, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from jackfield_portal.audit import services as audit
from jackfield_portal.connections import services as connections
from jackfield_portal.events import services
from jackfield_portal.events.models import Delivery, Event
from jackfield_portal.imports import services as imports
from jackfield_portal.imports.many import run_many
from jackfield_portal.imports.models import CrmUser
from jackfield_portal.jobs.models import Job
from jackfield_portal.mapping import services as mapping
from jackfield_portal.organizations.services import add_agent, create_organization
from tests.portal import acme as crm
from tests.portal.turning import checked

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.events.models import Subscription
    from jackfield_portal.organizations.models import Organization

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[dict[str, Any]]:
    """The data of the events of a type, the oldest first."""
    return list(Event.objects.filter(type=kind).order_by("at").values_list("data", flat=True))


def test_break_and_recovery(live: Connection, webhook: Subscription) -> None:
    """A connection that breaks is told of once, and once when it works again."""
    for passed in (False, False, True, True):
        checked(live, passed=passed)
    assert told("connection.broken") == told("connection.recovered") == [{"connection": str(live.pk)}]


def test_import_that_ends(live: Connection, webhook: Subscription) -> None:
    """With its state and counts."""
    run = imports.run_now(live)
    counts = {"new": 3, "changed": 0, "unchanged": 0, "inactive": 0, "gone": 0}
    assert told("import.finished") == [
        {"connection": str(live.pk), "import": str(run.pk), "state": "applied", "counts": counts, "code": None}
    ]


def test_import_of_many_is_told_alike(live: Connection, webhook: Subscription) -> None:
    """Imports that are settled together tell each its own end, also where they changed nothing."""
    imports.run_now(live)
    run_many([live])
    assert [data["counts"]["unchanged"] for data in told("import.finished")] == [0, 3]


def test_import_that_fails(live: Connection, webhook: Subscription) -> None:
    """With the code of the catalogue, and no text."""
    connections.clear_secrets(live, ["token"])
    imports.run_now(live)
    assert [(data["state"], data["code"]) for data in told("import.finished")] == [("failed", "invalid_settings")]


def test_held_import_is_told_and_then_decided(
    live: Connection, webhook: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held, then applied by somebody's word: one event each, and one for those who are gone."""
    imports.run_now(live)
    agent, user = add_agent(live.organization, name="Al"), CrmUser.objects.get(crm_id="u2")
    mapping.save(live, [mapping.Wish(agent=agent.pk, before=None, after=user.pk)])
    CrmUser.objects.create(
        connection=live, crm_id="u9", name="Nine", first_seen=user.first_seen, last_seen=user.last_seen
    )
    crm_users = list(crm.USERS)
    try:
        _served(live)[:] = crm_users[:1]
        held = imports.run_now(live)
        assert held.state == "held"
        assert told("user.gone") == []
        imports.decide(held, "apply")
    finally:
        _served(live)[:] = crm_users
    assert [data["import"] for data in told("import.held")] == [str(held.pk)]
    assert [data["state"] for data in told("import.finished")] == ["applied", "applied"]
    gone = told("user.gone")[0]
    assert (gone["count"], gone["users"][0]) == (3, {"id": "u2", "agents": [str(agent.pk)]})
    assert {user["id"] for user in gone["users"]} == {"u2", "u3", "u9"}


def _served(_live: Connection) -> list[dict[str, str]]:
    """The list that Acme answers with."""
    return crm.USERS


def test_mappings(live: Connection, webhook: Subscription) -> None:
    """Saved and undone: how many, and in which batch; nobody's name."""
    imports.run_now(live)
    agent, user = add_agent(live.organization, name="Al"), CrmUser.objects.order_by("pk")[0]
    batch = mapping.save(live, [mapping.Wish(agent=agent.pk, before=None, after=user.pk)]).batch
    assert batch is not None
    mapping.undo(batch)
    assert told("mapping.changed") == [
        {"connection": str(live.pk), "batch": str(batch.pk), "mapped": 1, "cleared": 0},
        {"connection": None, "batch": str(batch.pk), "undone": 1},
    ]


def test_change_that_is_rolled_back_is_not_told(live: Connection, webhook: Subscription) -> None:
    """Event, delivery and job go with it."""
    jobs = Job.objects.count()
    with transaction.atomic():
        checked(live, passed=False)
        assert Event.objects.count() == Delivery.objects.count() == 1
        transaction.set_rollback(True)
    assert (Event.objects.count(), Delivery.objects.count(), Job.objects.count()) == (0, 0, jobs)


def test_only_who_asked_is_told(live: Connection, webhook: Subscription) -> None:
    """Not another organization, not a webhook of other types, not one that is switched off."""
    organization = live.organization
    url = "https://hooks.example.com/"
    _others, _secret = services.add(organization, name="Others", url=url, types=["import.held"])
    off, _secret = services.add(organization, name="Off", url=url, types=["import.finished"])
    services.switch(off, active=False)
    elsewhere = create_organization(name="Other", email="o@example.com", password="x").organization
    _foreign, _secret = services.add(elsewhere, name="Foreign", url=url, types=["import.finished"])
    imports.run_now(live)
    assert [found.subscription_id for found in Delivery.objects.all()] == [webhook.pk]


def test_nobody_listens_nothing_is_written(live: Connection) -> None:
    """Without a webhook there are no events."""
    imports.run_now(live)
    assert not Event.objects.exists()


def test_only_ids_travel_in_jobs(live: Connection, webhook: Subscription) -> None:
    """The job holds the delivery's id and nothing else."""
    imports.run_now(live)
    job = Job.objects.get(name="events.deliver")
    assert job.ids == {"delivery": str(Delivery.objects.get().pk)}


def test_receiver_that_breaks_undoes_the_change(organization: Organization) -> None:
    """Who listens to what is recorded is part of the transaction: nothing happens untold."""

    def refuse(**_sent: object) -> None:
        raise RuntimeError

    audit.recorded.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            connections.add(organization, "acme")
    finally:
        audit.recorded.disconnect(refuse)
    assert not organization.connections.exists()
