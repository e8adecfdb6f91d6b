"""The audit log: who did what, when and from where; never changed, never with a secret."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from jackfield_portal.audit import services
from jackfield_portal.audit.actors import Actor, ActorKind, acting, at_work
from jackfield_portal.audit.models import Entry
from jackfield_portal.connections import services as connections
from jackfield_portal.errors import PortalError
from jackfield_portal.jobs.services import run_pending
from tests.portal.turning import checked
from tests.support.rows import rows

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.organizations.models import Membership, Organization
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    """What was recorded, the oldest first."""
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def last(action: str) -> Entry:
    """The newest entry of an action."""
    return Entry.objects.filter(action=action).latest("pk")


def test_person_and_address_are_known(portal: Client, administrator: Membership) -> None:
    """What a person changes in the browser is recorded with his name and his network address."""
    portal.post(reverse("organizations:add-agent"), {"name": "Al Agent"}, REMOTE_ADDR="192.0.2.7")
    entry = last("agent.added")
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("person", str(administrator.user.pk), "Ada Admin")
    assert (entry.origin, entry.target_kind, entry.target_name) == ("192.0.2.7", "agent", "Al Agent")


def test_job_acts_in_its_own_name(live: Connection) -> None:
    """What a job does is recorded as the job's: here the promotion of settings whose check has passed."""
    entry = last("settings.promoted")
    assert (entry.actor_kind, entry.actor_name, entry.origin) == ("job", "checks.run", "job")
    assert (entry.connection_id, entry.target_name) == (live.pk, live.name)


def test_command_is_the_one_who_is_left(organization: Organization) -> None:
    """Where no request and no job is at work, whoever uses this machine has done it."""
    connections.add(organization, "acme")
    assert (last("connection.added").actor_kind, last("connection.added").origin) == ("command", "command")
    assert at_work().kind is ActorKind.COMMAND


def test_actor_is_whoever_was_named_last() -> None:
    """One actor inside another is undone at its end."""
    one, other = (Actor(kind=ActorKind.TOKEN, id=name) for name in ("one", "other"))
    with acting(lambda: one):
        with acting(lambda: other):
            assert at_work() is other
        assert at_work() is one


def test_save_names_fields_and_no_secret(connection: Connection, acme: Acme) -> None:
    """A save of settings tells which fields and secrets, and no database row tells what the secret is."""
    connections.save_settings(connection, acme.values())
    assert last("settings.saved").detail == {"fields": ["pages", "server"], "secrets": ["token"], "cleared": []}
    from django.db import connection as database

    assert [row for row in rows(database) if "token-555-0100" in row] == []


def test_save_without_change_is_no_news(live: Connection, acme: Acme) -> None:
    """To save what is stored already records nothing."""
    before = len(actions())
    connections.save_settings(live, {**acme.values(), "token": ""})
    assert len(actions()) == before


def test_what_looks_like_a_secret_is_taken_out(organization: Organization) -> None:
    """Whoever puts a secret into the detail by mistake does not get it into the log."""
    services.record(organization, None, "x", None, {"said": "Authorization: Bearer abcdefghijkl", "many": ["a"] * 500})
    assert last("x").detail["said"] == "Authorization: Bearer ***"
    assert len(last("x").detail["many"]) == 100


def test_a_secret_in_one_of_many_names_is_taken_out_of_it_alone(organization: Organization) -> None:
    """Many facts are looked through at once; the others keep their names."""
    names = ["Sales", "password=hunter2-secret", "", "Support"]
    targets = [services.Target(kind="x", id="1", name=name) for name in names]
    services.record_many(services.Fact(organization=organization.pk, action="x", target=target) for target in targets)
    kept = Entry.objects.filter(action="x").order_by("pk").values_list("target_name", flat=True)
    assert list(kept) == ["Sales", "password=***", "", "Support"]


def test_refused_change_leaves_no_trace(connection: Connection) -> None:
    """What a service refuses is not recorded as done."""
    with pytest.raises(PortalError):
        connections.rename(connection, " ")
    assert "connection.renamed" not in actions()


def test_rolled_back_change_is_rolled_back_here_too(connection: Connection) -> None:
    """Change and entry are of one transaction."""
    with transaction.atomic():
        connections.rename(connection, "Other")
        transaction.set_rollback(True)
    assert "connection.renamed" not in actions()


def test_deleted_connection_stays_in_the_log(connection: Connection) -> None:
    """Its name and id are told after it is gone."""
    name, key = connection.name, connection.pk
    connections.delete(connection)
    assert (last("connection.deleted").target_name, last("connection.deleted").connection_id) == (name, key)


def test_connection_that_breaks_and_recovers_is_told_once_each(live: Connection, acme: Acme) -> None:
    """Two failed checks are one break, two passed ones one recovery."""
    for passed in (False, False, True, True):
        checked(live, passed=passed)
    assert [action for action in actions() if action.startswith("connection.")][-2:] == [
        "connection.broken",
        "connection.recovered",
    ]


def test_scheduled_check_is_routine(live: Connection) -> None:
    """What schedules start again and again is in the history of checks, not here."""
    from jackfield_portal.jobs.services import enqueue

    before = actions().count("check.started")
    enqueue("checks.daily", "check-today", connection=str(live.pk))
    run_pending()
    assert actions().count("check.started") == before


def test_sign_in_and_out(client: Client, administrator: Membership) -> None:
    """Who came, who went, and that somebody was refused at an address that is known here."""
    address = reverse("organizations:sign-in")
    client.post(address, {"username": "admin@example.com", "password": "wrong"})
    client.post(address, {"username": "nobody@example.com", "password": "wrong"})
    client.post(address, {"username": "admin@example.com", "password": "correct horse battery"})
    client.post(reverse("organizations:sign-out"))
    assert actions() == ["organization.created", "person.refused", "person.signed_in", "person.signed_out"]
    assert (last("person.refused").actor_name, last("person.refused").target_name) == ("", "Ada Admin")
    assert last("person.signed_out").actor_name == "Ada Admin"


def test_entry_is_never_changed(organization: Organization) -> None:
    """Neither by its class, nor by a query, nor past both in the database."""
    entry = last("organization.created")
    for attempt in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(action="x")):
        with pytest.raises(TypeError, match="never"):
            attempt()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        QuerySet(Entry).update(action="x")
    assert last("organization.created").action == "organization.created"


def test_old_entries_go(organization: Organization, settings: SettingsWrapper) -> None:
    """After JACKFIELD_AUDIT_KEEP_DAYS, and never where that is 0."""
    later = timezone.now() + timedelta(days=401)
    settings.JACKFIELD_AUDIT_KEEP_DAYS = 0
    assert services.tidy(later) == 0
    settings.JACKFIELD_AUDIT_KEEP_DAYS = 400
    assert services.tidy(timezone.now()) == 0
    assert services.tidy(later) == 1
    assert actions() == []


def test_import_that_nobody_began_and_that_changed_nothing_is_silent(live: Connection) -> None:
    """An import of a job has a line where it changed something, and the next has none."""
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.jobs.services import enqueue

    CrmUser.objects.create(
        connection=live, crm_id="old", name="Old", first_seen=live.created, last_seen=live.created, gone_at=live.created
    )
    for number in (1, 2):
        enqueue("imports.nightly", f"tonight-{number}", connection=str(live.pk))
        run_pending()
    finished = [entry.detail["new"] for entry in Entry.objects.filter(action="import.finished")]
    assert finished == [3]
    assert "import.started" not in actions()


def test_log_shows_who_and_what(portal: Client, organization: Organization) -> None:
    """An administrator reads it, the newest first, in words."""
    services.record(organization, None, "connection.renamed", None, {"name": "New name"})
    page = portal.get(reverse("audit:log")).content.decode()
    assert page.index("Connection renamed") < page.index("Organization created")
    assert "new name: New name" in page


def test_log_is_narrowed(portal: Client, organization: Organization) -> None:
    """By person or address, by action and by day; a day that is none is said to be so."""
    who = Actor(kind=ActorKind.PERSON, name="Bo Other", origin="192.0.2.9")
    services.record(organization, who, "agent.saved", None, {})
    found = {
        query: portal.get(f"{reverse('audit:log')}?{query}").content.decode().count('data-label="What"')
        for query in ("who=bo+oth", "who=192.0.2.9", "action=agent.saved", "until=2020-01-01", "since=2020-01-01")
    }
    assert list(found.values())[:4] == [1, 1, 1, 0]
    assert found["since=2020-01-01"] > 1
    assert portal.get(reverse("audit:log"), {"since": "never"}).status_code == 422


def test_log_has_pages(portal: Client, organization: Organization) -> None:
    """Fifty entries each; the way to the older ones keeps what they are narrowed by."""
    for number in range(60):
        services.record(organization, None, "agent.saved", None, {"name": f"number {number}"})
    first = portal.get(reverse("audit:log"), {"action": "agent.saved"})
    second = portal.get(f"{reverse('audit:log')}?{first.context['older']}")
    assert (first.content.decode().count("new name"), second.content.decode().count("new name")) == (50, 10)
    assert portal.get(reverse("audit:log"), {"before": "9" * 40}).status_code == 200


def test_export_has_no_formula(portal: Client, organization: Organization) -> None:
    """What a spreadsheet would calculate stands behind an apostrophe; JSON holds it as it is."""
    who = Actor(kind=ActorKind.PERSON, name='=HYPERLINK("https://evil.example.com")', origin="192.0.2.9")
    services.record(organization, who, "agent.saved", services.Target(name="  @SUM(A1)"), {})
    as_csv = portal.post(reverse("audit:export"), {"format": "csv", "action": "agent.saved"})
    assert "'=HYPERLINK" in as_csv.content.decode()
    assert "'@SUM(A1)" in as_csv.content.decode()
    told = json.loads(portal.post(reverse("audit:export"), {"format": "json", "action": "agent.saved"}).content)
    assert [row["actor_name"] for row in told] == [who.name]
    assert "attachment" in as_csv["Content-Disposition"]


def test_export_is_recorded(portal: Client) -> None:
    """To take the log out is an action of its own."""
    portal.post(reverse("audit:export"), {"format": "csv"})
    assert last("audit.exported").detail == {"format": "csv"}


def test_export_is_this_organizations_alone(stranger: Client, organization: Organization) -> None:
    """Another organization's administrator takes out his own log."""
    services.record(organization, None, "agent.saved", services.Target(name="Secretive"), {})
    assert b"Secretive" not in stranger.post(reverse("audit:export"), {"format": "json"}).content


def test_onlooker_reads_no_log(onlooker: Client) -> None:
    """It is for administrators."""
    assert onlooker.get(reverse("audit:log")).status_code == 403


def test_log_goes_with_its_organization(organization: Organization) -> None:
    """What nobody may change does not keep an organization from being deleted."""
    organization.delete()
    assert actions() == []
