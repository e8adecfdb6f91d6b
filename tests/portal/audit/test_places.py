"""Where the audit log is told: each decision once, under its own word, and by whoever took it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from jackfield_portal.audit.models import Entry
from jackfield_portal.connections import links, removal
from jackfield_portal.connections import services as connections
from jackfield_portal.imports import rhythms, thresholds
from jackfield_portal.imports.many import run_many
from jackfield_portal.imports.models import CrmUser, ImportRun
from jackfield_portal.jobs import services as jobs
from jackfield_portal.mapping import aliases, bulk, fallback, services
from jackfield_portal.organizations import operators, people
from jackfield_portal.organizations.agents import add_agent, change_agent, set_active
from jackfield_portal.organizations.services import import_agents

if TYPE_CHECKING:
    from django.test.utils import CaptureQueriesContext
    from pytest_django import DjangoAssertNumQueries

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Membership, Organization

pytestmark = pytest.mark.django_db


def entries(since: int) -> list[tuple[str, str]]:
    """Action and name of the target of what was recorded after the entry of this key, the oldest first."""
    return list(Entry.objects.filter(pk__gt=since).order_by("pk").values_list("action", "target_name"))


@pytest.fixture
def so_far(live: Connection) -> int:
    """The key of the newest entry."""
    return Entry.objects.latest("pk").pk


def test_deletion_and_the_way_back(live: Connection, so_far: int) -> None:
    """Deleted, restored, and deleted for good are three lines; the last outlives the connection."""
    removal.delete(live)
    removal.restore(live)
    removal.purge(live)
    done = ("connection.deleted", "connection.restored", "connection.purged")
    assert entries(so_far) == [(action, "Acme") for action in done]


def test_settings_that_come_and_go(live: Connection, so_far: int) -> None:
    """A link for secrets, the settings that it brings, and that they are dropped; no secret is in any of it."""
    made = links.make(live, {"server": "https://other.example.com/", "pages": "https://other.example.com/"})
    links.enter(made.link, {"token": "token-555"})
    connections.discard(live)
    done = [action for action, _name in entries(so_far)]
    assert done == ["secret_link.made", "settings.saved", "secret_link.used", "settings.discarded"]
    assert "token-555" not in str(list(Entry.objects.values_list("detail", flat=True)))


def test_rhythms_and_limits(live: Connection, so_far: int) -> None:
    """What is done by itself, and when it is not, is a decision, too."""
    connections.set_rhythm(live, 1)
    rhythms.choose(live, "hourly")
    thresholds.set_limit(live.organization, 50)
    assert [action for action, _name in entries(so_far)] == ["check.rhythm", "import.rhythm", "import.limit"]


def test_mapping_in_each_way(live: Connection, so_far: int) -> None:
    """Rows together are a save like any other; alias domains and the fallback owner are told of by name."""
    now, agent = timezone.now(), add_agent(live.organization, name="Al Agent")
    user = CrmUser.objects.create(connection=live, crm_id="u1", name="Kim", first_seen=now, last_seen=now)
    batch = services.save(live, [services.Wish(agent=agent.pk, before=None, after=user.pk)]).batch
    bulk.for_picked(live, bulk.Action.PIN, [bulk.Pick(agent=agent.pk, before=user.pk, offer=None)])
    bulk.for_picked(live, bulk.Action.PIN, [bulk.Pick(agent=agent.pk, before=user.pk, offer=None)])
    aliases.confirm(live.organization, "old.example.com", "example.com")
    aliases.remove(live.organization, "old.example.com")
    fallback.choose(live, user.pk)
    assert [action for action, _name in entries(so_far)][1:] == [
        "mapping.saved", "mapping.saved", "alias.confirmed", "alias.removed", "fallback.chosen",
    ]  # fmt: skip
    saved = Entry.objects.filter(action="mapping.saved").order_by("pk").values_list("detail", flat=True)
    assert [(told["kind"], told["mapped"]) for told in saved] == [("save", 1), ("bulk", 1)]
    assert batch is not None and saved[0]["batch"] == str(batch.pk)


def test_people(organization: Organization, administrator: Membership) -> None:
    """Invited, joined, another role, removed, each with the person's name; and another plan."""
    since = Entry.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    invitation = people.invite(organization, "new@example.com", "read_only", administrator.user)
    user = people.join(invitation, name="Nora New", password="a long and rare one 555")
    membership = user.memberships.get()
    people.change_role(membership, "administrator")
    people.remove(membership)
    operators.change(organization, plan="gold")
    assert entries(since) == [
        ("person.invited", "new@example.com"),
        ("person.joined", "new@example.com"),
        ("person.role_changed", "Nora New"),
        ("person.removed", "Nora New"),
        ("organization.changed", ""),
    ]


def test_agents(organization: Organization) -> None:
    """Each change once, under its own word; a file is one line, and its dry run none."""
    since = Entry.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    agent = add_agent(organization, name="Al Agent")
    change_agent(agent, extension="201")
    set_active(agent, active=False)
    import_agents(organization, "name\nBo Agent\n")
    import_agents(organization, "name\nBo Agent\n", dry_run=False)
    assert [action for action, _name in entries(since)] == [
        "agent.added", "agent.saved", "agent.switched", "agents.imported",
    ]  # fmt: skip


def test_imports_done_together_are_the_jobs_own(live: Connection, so_far: int) -> None:
    """Runs that a worker carries out side by side are recorded as its job's, as one alone is."""
    from jackfield_portal.jobs.registry import togethers
    from jackfield_portal.jobs.work import Running

    run = ImportRun.objects.create(connection=live)
    job = jobs.enqueue("imports.run", f"import-{run.pk}", run=str(run.pk))
    worker = "w"
    job.state, job.worker, job.attempt = "running", worker, 1
    job.save()
    togethers()["imports.run"].function([Running(job)])
    entry = Entry.objects.get(pk__gt=so_far)
    assert (entry.action, entry.actor_kind, entry.actor_name) == ("import.finished", "job", "imports.run")


def test_imports_that_change_nothing_cost_nothing_here(
    live: Connection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Of many that bring nothing new, nothing is kept, and one question asks who listens."""
    run_many([live])
    before, queries = Entry.objects.count(), _queries(live, django_assert_max_num_queries)
    assert Entry.objects.count() == before
    assert sum("events_subscription" in query["sql"] for query in queries.captured_queries) == 1
    assert not [query for query in queries.captured_queries if "audit_entry" in query["sql"]]


def _queries(live: Connection, counting: DjangoAssertNumQueries) -> CaptureQueriesContext:
    with counting(200) as queries:
        run_many([live])
    return queries


def test_deletion_for_good_by_its_time(live: Connection, so_far: int) -> None:
    """What the portal itself deletes for good is told of, too."""
    removal.delete(live)
    type(live).everything.filter(pk=live.pk).update(deleted=timezone.now() - removal.RESTORABLE - timedelta(days=1))
    list(removal.tidy())
    assert entries(so_far)[-1] == ("connection.purged", "Acme")
