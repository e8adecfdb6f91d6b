from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jackfield_portal.errors import PortalError
from jackfield_portal.organizations import services
from jackfield_portal.organizations.agent_csv import decoded
from jackfield_portal.organizations.agents import AgentError
from jackfield_portal.organizations.models import Agent, Organization

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def told(organization: Organization, text: str, *, dry_run: bool = True) -> tuple[list[str], list[str], int, list[Any]]:
    """What a file does: names of new and changed agents, how many stay, and bad lines."""
    done = services.import_agents(organization, text, dry_run=dry_run)
    new, changed = ([change.agent.name for change in some] for some in (done.new, done.changed))
    return new, changed, done.unchanged, [(bad.line, bad.reason) for bad in done.bad]


def stored(organization: Organization) -> list[tuple[str, str, str, str, bool]]:
    rows = services.agents_of(organization)
    return [(row.name, row.email, row.extension, row.role, row.active) for row in rows]


def test_search_and_state_narrow_the_list(portal: Client, organization: Organization) -> None:
    """Every word is searched in name, address, extension and role; the state leaves out others."""
    services.add_agent(organization, name="Al Agent", email="al@example.com", extension="101", role="Sales")
    services.add_agent(organization, name="Bea Agent", extension="102", role="Sales", active=False)
    for query, names in (("sales 101", ["Al Agent"]), ("AGENT", ["Al Agent", "Bea Agent"]), ("nobody", [])):
        page = portal.get(reverse("organizations:agents"), {"q": query}, headers=HTMX)
        assert [agent.name for agent in page.context["page"]] == names
    page = portal.get(reverse("organizations:agents"), {"state": "inactive"}, headers=HTMX)
    assert [agent.name for agent in page.context["page"]] == ["Bea Agent"]


def test_ten_thousand_agents_are_shown_by_pages(portal: Client, organization: Organization) -> None:
    """A page holds fifty agents, asks the database a few questions, and stays small, however many there are."""
    Agent.objects.bulk_create(
        Agent(organization=organization, name=f"Agent {n:05}", email=f"a{n}@example.com", extension=str(n))
        for n in range(10_000)
    )
    with CaptureQueriesContext(connection) as asked:
        page = portal.get(reverse("organizations:agents"), {"q": "agent 09", "page": "3"})
    assert (len(page.context["page"]), len(asked) < 12, len(page.content) < 150_000) == (50, True, True)


def test_page_that_is_not_there_is_the_nearest(portal: Client, organization: Organization) -> None:
    """A page number beyond the end, or none at all, shows the nearest page."""
    services.add_agent(organization, name="Al Agent")
    for page in ("99", "x", "-1"):
        assert portal.get(reverse("organizations:agents"), {"page": page}).context["page"].number == 1


def test_shared_extension_is_warned_of(portal: Client, organization: Organization) -> None:
    """An extension of two active agents is stored and warned of, at once and in the list; a retired one's is not."""
    services.add_agent(organization, name="Al Agent", extension="101")
    services.add_agent(organization, name="Old Agent", extension="102", active=False)
    page = portal.post(reverse("organizations:add-agent"), {"name": "Bea Agent", "extension": "101"}, follow=True)
    assert "Al Agent has the extension 101, too" in page.content.decode()
    assert page.content.decode().count(">shared</small>") == 2
    page = portal.post(reverse("organizations:add-agent"), {"name": "Cy Agent", "extension": "102"}, follow=True)
    assert "has the extension 102" not in page.content.decode()


def test_services_refuse_by_field(organization: Organization) -> None:
    """What cannot be stored is refused with every problem by field, and nothing is stored."""
    with pytest.raises(AgentError) as refused:
        services.add_agent(organization, name=" ", email="no address", extension="1" * 31)
    assert sorted(refused.value.problems) == ["email", "extension", "name"]
    agent = services.add_agent(organization, name="Al Agent")
    with pytest.raises(AgentError):
        services.change_agent(agent, name="")
    assert [row[0] for row in stored(organization)] == ["Al Agent"]


def test_change_touches_what_is_given_only(organization: Organization) -> None:
    """A field that is not given keeps its value, even where it was changed elsewhere meanwhile."""
    agent = services.add_agent(organization, name="Al Agent", extension="101")
    Agent.objects.update(extension="202")
    services.change_agent(agent, role="Sales")
    assert stored(organization) == [("Al Agent", "", "202", "Sales", True)]


def test_dry_run_tells_and_stores_nothing(organization: Organization) -> None:
    """A dry run tells who is new, who changes and who stays, and stores none of it."""
    services.add_agent(organization, name="Al Agent", email="al@example.com", extension="101")
    services.add_agent(organization, name="Bea Agent", email="bea@example.com")
    text = (
        "name,email,extension\nAl Agent,AL@example.com,201\nBea Agent,bea@example.com,\nCy Agent,cy@example.com,103\n"
    )
    assert told(organization, text) == (["Cy Agent"], ["Al Agent"], 1, [])
    assert [row[2] for row in stored(organization)] == ["101", ""]


def test_import_stores_what_the_dry_run_told(organization: Organization) -> None:
    """The same file, taken, adds and changes; an empty cell and a missing column leave what is stored."""
    services.add_agent(organization, name="Al Agent", email="al@example.com", extension="101", role="Sales")
    told(organization, "Name;E-mail;Ext\r\nAlan Agent;al@example.com;\r\nCy Agent;;103\r\n", dry_run=False)
    assert stored(organization) == [
        ("Alan Agent", "al@example.com", "101", "Sales", True),
        ("Cy Agent", "", "103", "", True),
    ]


def test_bad_lines_are_named_and_left_out(organization: Organization) -> None:
    """Each bad line is named with its number and reason; the good ones are taken all the same."""
    text = (
        "name,email,active,id\n"
        ",nobody@example.com,,\n"
        "Al Agent,no address,,\n"
        "Bea Agent,bea@example.com,perhaps,\n"
        "Cy Agent,cy@example.com,yes,\n"
        "Cy Again,CY@example.com,,\n"
        "Di Agent,,,00000000-0000-4000-8000-000000000000\n"
    )
    new, _changed, _same, bad = told(organization, text, dry_run=False)
    words = ("blank", "valid email", "“perhaps”", "same agent as in line 5", "No agent has this id")
    assert (new, [line for line, _reason in bad]) == (["Cy Agent"], [2, 3, 4, 6, 7])
    assert [word for word, (_line, reason) in zip(words, bad, strict=True) if word not in reason] == []
    assert [row[0] for row in stored(organization)] == ["Cy Agent"]


def test_doubtful_line_is_not_guessed(organization: Organization) -> None:
    """A line that two agents could be is a bad line, until it has the id of one."""
    both = [services.add_agent(organization, name=f"Desk {n}", email="desk@example.com") for n in (1, 2)]
    assert "Several agents have this" in told(organization, "name,email\nDesk,desk@example.com\n")[3][0][1]
    changed = told(organization, f"name,email,id\nDesk A,desk@example.com,{both[0].pk}\n", dry_run=False)[1]
    assert (changed, [row[0] for row in stored(organization)]) == (["Desk A"], ["Desk 2", "Desk A"])


def test_address_is_added_to_who_had_none(organization: Organization) -> None:
    """A line with an address is the agent with its extension who has no address yet, never one who has another."""
    services.add_agent(organization, name="Al Agent", extension="101")
    services.add_agent(organization, name="Bea Agent", email="bea@example.com", extension="102")
    text = "name,email,extension\nAl Agent,al@example.com,101\nNew Person,new@example.com,102\n"
    assert told(organization, text)[:2] == (["New Person"], ["Al Agent"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not name the columns"),
        ("Al Agent,al@example.com\n", "does not name the columns"),
        ("PK\x03\x04\0\0", "no CSV file"),
        ('name\n"never closed' + "x" * 140_000, "no CSV file"),
        ("name\n" + "Al\n" * 20_001, "too many lines"),
    ],
    ids=["empty", "no columns", "a spreadsheet", "endless", "too many"],
)
def test_what_is_no_such_file_is_refused(organization: Organization, text: str, words: str) -> None:
    """A file that cannot be meant is refused in one sentence that says what to do."""
    with pytest.raises(PortalError, match=words):
        services.import_agents(organization, text)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_spreadsheets_are_read(coding: str) -> None:
    """Names with accents survive, in whichever coding a spreadsheet has saved them."""
    assert decoded("name\nRenée Müller\n".encode(coding)).removeprefix("\ufeff") == "name\nRenée Müller\n"


@pytest.mark.parametrize("name", ["=1+1", "+15550100", "-2", "@home", "'quoted", "'=both", "Plain"])
def test_export_is_no_formula_and_comes_back_unchanged(organization: Organization, name: str) -> None:
    """No cell begins as a formula would, and an export that is imported changes nothing."""
    services.add_agent(organization, name=name, extension="+1555", role="=x", active=False)
    text = services.export_agents(organization)
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert told(organization, text) == ([], [], 1, [])


def test_export_gives_what_was_searched(portal: Client, stranger: Client, organization: Organization) -> None:
    """The file holds the agents of the search, by name, and nobody else's."""
    for name in ("Bea Agent", "Al Agent", "Cy Other"):
        services.add_agent(organization, name=name)
    url = reverse("organizations:export-agents")
    rows = portal.get(url, {"q": "agent"}).content.decode("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["name", "Al Agent", "Bea Agent"]
    assert stranger.get(url).content.decode("utf-8-sig").splitlines() == ["name,email,extension,role,active,id"]


def test_file_is_looked_at_before_it_is_taken(portal: Client, organization: Organization) -> None:
    """Choosing a file shows what it would do and stores nothing; taking it sends the same text once more."""
    url = reverse("organizations:import-agents")
    file = SimpleUploadedFile("agents.csv", b"name,extension\nAl Agent,101\n,102\n")
    page = portal.post(url, {"file": file}, headers=HTMX)
    shown = page.content.decode()
    assert ("Take the 1 agent that is in order" in shown, "Line 3:" in shown, Agent.objects.count()) == (True, True, 0)
    portal.post(url, {"text": page.context["text"]}, headers=HTMX)
    assert stored(organization) == [("Al Agent", "", "101", "", True)]


def test_file_that_is_none_is_refused_beside_its_field(portal: Client) -> None:
    """No file, and one that is no CSV, get one sentence in the dialog."""
    url = reverse("organizations:import-agents")
    for given in ({}, {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04\0\0")}):
        answer = portal.post(url, given, headers=HTMX)
        assert (answer.status_code, 'class="errorlist"' in answer.content.decode()) == (422, True)


def test_onlooker_exports_and_imports_nothing(onlooker: Client, organization: Organization) -> None:
    """A read-only member takes the list out, and puts none in."""
    assert onlooker.get(reverse("organizations:export-agents")).status_code == 200
    assert onlooker.post(reverse("organizations:import-agents"), {"text": "name\nx\n"}).status_code == 403
