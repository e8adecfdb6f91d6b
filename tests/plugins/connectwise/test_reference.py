"""What the real service once answered, read by the connector.

The recordings are no part of the project: they are read where they lie, and the tests are skipped where they do not.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.http import Answer, Headers
from jackfield.records import Record
from jackfield.users import UserKind, UserState
from jackfield_connectwise import mapping, models
from jackfield_connectwise._verdict import verdict
from tests.plugins.connectwise.scripted import Told, answering, connected

if TYPE_CHECKING:
    from pathlib import Path

    from jackfield.users import CrmUser
    from tests.plugins.connectwise.scripted import Asked


@pytest.fixture
def responses(reference: Path) -> Path:
    folder = reference / "connectwise" / "responses"
    if not folder.is_dir():
        pytest.skip("the recorded answers of this service are not here")
    return folder


def answered(file: Path, status: int = 200) -> Answer:
    return Answer(status=status, content=file.read_bytes(), url="https://api-na.myconnectwise.net/")


@pytest.mark.parametrize(
    ("file", "name", "site"),
    [
        ("vendor-example", "ConnectWise", None),
        ("recorded-na-2021", "ConnectWise", "api-na.myconnectwise.net"),
        ("fixture-2017", "foobar", None),
    ],
)
def test_company_info_is_read(responses: Path, file: str, name: str, site: str | None) -> None:
    """IsCloud comes as text and as a boolean, SiteUrl without a scheme, or not at all."""
    found = answered(responses / f"companyinfo.{file}.json").read(models.COMPANY_INFO)
    assert found is not None
    assert (found.CompanyName, found.SiteUrl) == (name, site)


def test_unknown_company_is_none(responses: Path) -> None:
    """The service answers null."""
    assert answered(responses / "companyinfo.unknown-company.json").read(models.COMPANY_INFO) is None


def test_recorded_member_is_imported(responses: Path) -> None:
    """The member of 2017, whose empty members are null, comes through in Jackfield's terms."""
    (user,) = imported(json.loads((responses / "system-members.list.2017.json").read_text("utf-8")))
    assert (user.id, user.name, user.email) == ("176", "Training User1", "test@test.com")
    assert (user.state, user.kind, user.role) == (UserState.ACTIVE, UserKind.PERSON, "Admin")
    assert (user.phone, user.extension, user.time_zone) == ("555-121-2121", None, "America/Los_Angeles")
    assert user.updated == datetime(2015, 8, 24, 19, 50, 10, tzinfo=UTC)


def test_recorded_count_is_read(responses: Path) -> None:
    """The count is an object with one number."""
    file = responses / "system-members-count.json"
    assert answered(file).read(models.COUNT).count == json.loads(file.read_text("utf-8"))["count"]


def test_recorded_contact_is_read(responses: Path) -> None:
    """The contact of 2020, whose empty members are left out, has company, address and its one telephone number."""
    (found,) = answered(responses / "company-contacts.list.2020.json").read(models.CONTACTS)
    contact = mapping.contact(found)
    assert (contact.record, contact.name) == (Record(kind="contact", id="2"), "Arnie Bellini")
    assert (contact.email, contact.company) == ("arnie@yourcompany.com", "TestCompany")
    assert contact.phones == ("8139357100",)


def test_recorded_companies_are_read(responses: Path) -> None:
    """Companies of the old shape have ids, names and numbers."""
    found = answered(responses / "company-companies.list.2017.json").read(models.COMPANIES)
    assert found
    assert all(mapping.company(each).record.id == str(each.id) and each.name for each in found)


EXPECTED = {
    "SSL is required": "not_the_api",
    "Cannot route": "account_unknown",
    "security permission": "forbidden",
    "UserNotAuthenticated": "credentials_refused",
    "Too many requests": "throttled",
    "timeout has occured": "timed_out",
    "Timeout expired": "timed_out",
}


def test_recorded_errors_mean_what_they_say(responses: Path) -> None:
    """Every recorded body that the status alone would not explain is known; where no status was seen, under any."""
    met = {}
    for entry in json.loads((responses / "errors.json").read_text("utf-8")):
        for status in [entry["status"]] if entry["status"] else [400, 401, 403]:
            text = entry.get("body_raw") or entry.get("body_text") or json.dumps(entry.get("body"))
            url = "https://api-na.myconnectwise.net/"
            found = verdict(Answer(status=status, headers=Headers({}), content=text.encode(), url=url))
            words = next((words for words in EXPECTED if words in text), None)
            assert (found.code if found else None) == EXPECTED.get(words or ""), (status, text)
            met[words] = True
    assert set(EXPECTED) <= set(met)


def test_recorded_link_headers_are_harmless(responses: Path) -> None:
    """Every recorded form of the Link header, named as the server's own host, leaves the list whole."""
    recorded = json.loads((responses / "headers.recorded.json").read_text("utf-8"))
    for entry in recorded:
        link = entry["headers"].get("Link")
        for host in ("SERVERNAME", "some.host", "staging.connectwisedev.com"):
            link = link and link.replace(host, "127.0.0.1")
        headers = {} if link is None else {"link": link}
        assert len(imported([{"id": 1, "identifier": "a"}, {"id": 2, "identifier": "b"}], headers)) == 2, entry["what"]


def test_links_are_those_that_public_code_uses(reference: Path) -> None:
    """The examples of contact and company pages, their query in any order."""
    file = reference / "connectwise" / "deep-links.json"
    if not file.is_file():
        pytest.skip("the recorded links are not here")
    contact, company, _ = json.loads(file.read_text("utf-8"))["examples"]
    for expected, kind, identity in ((contact, "contact", "42"), (company, "company", "7")):
        link = mapping.link("https://na.myconnectwise.net/", "acme", Record(kind=kind, id=identity))
        assert link is not None
        assert (link.split("?")[0], sorted(link.split("?")[1].split("&"))) == (
            expected.split("?")[0],
            sorted(expected.split("?")[1].split("&")),
        )


def imported(rows: list[dict[str, Any]], headers: dict[str, str] | None = None) -> list[CrmUser]:
    def answer(asked: Asked) -> Told:
        if asked.path.endswith("/count"):
            return Told({"count": len(rows)})
        after = [row for row in rows if row["id"] > int(asked.query.get("pageId", 0))]
        return Told(after, headers=headers or {})

    async def run(url: str) -> list[CrmUser]:
        async with connected(url) as crm:
            return [user async for page in crm.users() for user in page]

    with answering(answer) as (url, _):
        return asyncio.run(run(url))
