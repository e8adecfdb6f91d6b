"""Mappings as a CSV file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jackfield_portal.errors import PortalError
from jackfield_portal.mapping import files, services
from jackfield_portal.mapping.models import Mapping
from jackfield_portal.mapping.services import Wish

if TYPE_CHECKING:
    from conftest import AddUser
    from django.test import Client

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.organizations.models import Agent, Organization

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def mapped(connection: Connection, agent: Agent, user: CrmUser, *, pinned: bool = False) -> None:
    services.save(connection, [Wish(agent=agent.pk, before=None, after=user.pk)])
    Mapping.objects.filter(agent=agent).update(pinned=pinned)


def content(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def out(connection: Connection) -> bytes:
    return "".join(files.written(connection)).encode()


def bad(plan: files.Plan) -> list[tuple[int, str]]:
    return [(line.number, line.reason) for line in plan.bad]


def test_a_file_taken_out_changes_nothing_when_it_comes_back(
    connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """Every line of it is understood, and nothing is different."""
    mapped(connection, ada, add_user("One"), pinned=True)
    plan = files.plan(connection, out(connection))
    assert (plan.decisions, plan.unchanged, plan.bad) == ([], 2, [])


def test_no_cell_begins_a_formula(connection: Connection, organization: Organization, add_user: AddUser) -> None:
    """A spreadsheet that opens the file computes nothing, and the guard is taken off when the file comes back."""
    agent = organization.agents.create(name='=HYPERLINK("https://example.com")', extension="+15550100")
    mapped(connection, agent, add_user("@SUM(1)", crm_id="-7"))
    (row,) = list(csv.DictReader(io.StringIO(out(connection).decode("utf-8-sig"))))
    assert [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))] == []
    told = content("agent_extension,crm_user_id", "'+15550100,'-7")
    assert files.plan(connection, told).unchanged == 1


@pytest.mark.parametrize("by", ["agent_id", "agent_email", "agent_extension"])
@pytest.mark.parametrize("user", ["crm_user_id", "crm_user_email"])
def test_people_are_named_in_each_way(
    connection: Connection, ada: Agent, add_user: AddUser, by: str, user: str
) -> None:
    """Agents by id, e-mail address in any case, or extension; CRM users by id or e-mail address."""
    add_user("One", "one@example.com")
    whom = {"agent_id": str(ada.pk), "agent_email": "ADA@example.COM", "agent_extension": "201"}[by]
    whose = {"crm_user_id": "crm-One", "crm_user_email": "ONE@example.com"}[user]
    plan = files.plan(connection, content(f"{by};{user}", f"{whom};{whose}"))
    assert (plan.mapped, plan.bad) == (1, [])


def test_each_bad_line_is_named(connection: Connection, ada: Agent, bo: Agent, cy: Agent, add_user: AddUser) -> None:
    """By its number in the file and with what is wrong; the good ones are kept apart."""
    add_user("One", "one@example.com")
    add_user("Two", "same@example.com")
    add_user("Three", "same@example.com")
    mapped(connection, cy, add_user("Four"), pinned=True)
    lines = ["201,one@example.com", "999,one@example.com", "202,nobody@example.com", ",one@example.com"]
    plan = files.plan(
        connection,
        content("agent_extension,crm_user_email", *lines, "201,-", "203,one@example.com", "202,same@example.com"),
    )
    assert plan.mapped == 1
    assert bad(plan) == [
        (3, "there is no agent “999”"),
        (4, "there is no CRM user “nobody@example.com”"),
        (5, "it names no agent: fill in agent_id, agent_email or agent_extension"),
        (6, "an earlier line is about Ada Lane already"),
        (7, "the CRM user of Cy Moor is pinned, and stays"),
        (8, "an earlier line is about Bo Hill already"),
    ]


def test_the_first_of_several_with_one_address_is_not_taken(
    connection: Connection, ada: Agent, add_user: AddUser
) -> None:
    """A line whose e-mail address is that of two is bad."""
    add_user("Two", "same@example.com")
    add_user("Three", "same@example.com")
    plan = files.plan(connection, content("agent_extension,crm_user_email", "201,same@example.com"))
    assert bad(plan) == [(2, "“same@example.com” is said of 2: name the CRM user by id")]


def test_a_blank_is_no_change_and_a_dash_clears(
    connection: Connection, ada: Agent, bo: Agent, add_user: AddUser
) -> None:
    """A column that a spreadsheet has lost takes nobody's CRM user away."""
    mapped(connection, ada, add_user("One"))
    mapped(connection, bo, add_user("Two"))
    plan = files.plan(connection, content("agent_extension,crm_user_id", "201,", "202,-"))
    assert (plan.mapped, plan.cleared, plan.unchanged) == (0, 1, 1)


def test_what_was_not_shown_is_not_applied(connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """Another file, or mappings that somebody has changed since, are checked again first."""
    add_user("One")
    told = content("agent_extension,crm_user_id", "201,crm-One")
    with pytest.raises(PortalError, match="are not what they were"):
        files.apply(connection, told, mark="0" * 32)
    saved = files.apply(connection, told, mark=files.plan(connection, told).mark)
    assert (saved.mapped, Mapping.objects.get().chosen_by) == (1, "file")


@pytest.mark.parametrize("nonsense", [b"", b"\x00\x01", b"name,other\n1,2", b"\xff\xfe"])
def test_what_is_no_file_of_mappings_gets_a_sentence(connection: Connection, nonsense: bytes) -> None:
    """It is refused as a whole."""
    with pytest.raises(PortalError, match="does not name the columns"):
        files.plan(connection, nonsense)


def test_a_file_of_a_windows_spreadsheet_is_read(
    connection: Connection, organization: Organization, add_user: AddUser
) -> None:
    """With semicolons, in the encoding of old."""
    organization.agents.create(name="Jürgen", email="jürgen@example.com")
    add_user("One")
    told = "agent_email;crm_user_id\r\njürgen@example.com;crm-One\r\n".encode("cp1252")
    assert files.plan(connection, told).mapped == 1


def test_a_dry_run_and_then_the_change(portal: Client, connection: Connection, ada: Agent, add_user: AddUser) -> None:
    """The dialog says what would be done, and does it when it is told to."""
    add_user("One")
    told = content("agent_extension,crm_user_id", "201,crm-One", "999,crm-One")

    def send(**more: str) -> str:
        given = {"connection": connection.pk, "file": SimpleUploadedFile("m.csv", told), **more}
        return portal.post(reverse("mapping:file"), given, headers=HTMX).content.decode()

    shown = send()
    assert ("Apply 1 change" in shown, "Line 3: there is no agent “999”" in shown) == (True, True)
    assert Mapping.objects.count() == 0
    send(mark=files.plan(connection, told).mark)
    assert Mapping.objects.count() == 1


def test_the_download_is_the_file(portal: Client, connection: Connection, ada: Agent) -> None:
    """Named after the connection, and a download whatever the browser thinks."""
    answer = portal.get(reverse("mapping:download"), {"connection": connection.pk})
    assert answer["Content-Disposition"] == 'attachment; filename="mappings-acme.csv"'
    assert b"Ada Lane" in answer.content
