"""What a recorder knows of a connector, and what it makes of requests and answers with that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from vcr.request import Request

from jackfield import discover
from jackfield.http import Redactor
from jackfield.testing._reading import api_version, members_read
from jackfield.testing._scrubbing import Scrub, StandIns, as_it_is
from jackfield.testing.tapes import cassette_folder
from tests.core import acme

if TYPE_CHECKING:
    from pathlib import Path

LIVE = "http://127.0.0.1:54321"


def scrubbed(
    body: str | bytes, *, uri: str = f"{LIVE}/v1/users", members: Any = None, **headers: str
) -> dict[str, Any]:
    """One interaction as it is written down."""
    scrub = Scrub(
        live=LIVE,
        origin="http://127.0.0.1:8010",
        redact=Redactor(["s3cret-5550"]),
        unsigned=["key"],
        members=members,
        stand_in=as_it_is,
    )
    told = {name.replace("_", "-"): [value] for name, value in headers.items()}
    content = body if isinstance(body, bytes) else body.encode()
    response = {"status": {"code": 200, "message": "OK"}, "headers": told, "body": {"string": content}}
    return scrub(Request("GET", uri, None, {"Accept": "application/json", "Authorization": "Basic eDp5"}), response)


def test_request_keeps_what_it_asks_for_alone() -> None:
    """Of a request stay method, address and media type; what signed it is gone, and the rest is as it was sent."""
    turn = scrubbed("{}", uri=f"{LIVE}/v1/users?b=%2B1+2&key=s3cret-5550&a=")
    assert turn["request"] == {
        "method": "GET",
        "uri": "http://127.0.0.1:8010/v1/users?b=%2B1+2&a=",
        "body": "",
        "headers": {"accept": ["application/json"]},
    }


def test_addresses_are_moved_wherever_they_stand() -> None:
    r"""In a header, in a body, and in a body that writes its slashes as \/."""
    turn = scrubbed(f'["{LIVE}/a", "{LIVE.replace("/", chr(92) + "/")}/b"]', Link=f'<{LIVE}/c>; rel="next"')
    assert json.loads(turn["response"]["body"]["string"]) == ["http://127.0.0.1:8010/a", "http://127.0.0.1:8010/b"]
    assert turn["response"]["headers"] == {"link": ['<http://127.0.0.1:8010/c>; rel="next"']}


def test_members_that_nobody_reads_are_left_out() -> None:
    """A record loses them at every depth; an object of none that is known is an envelope, and stays whole."""
    body = {"items": [{"id": 1, "salary": 9, "team": {"id": 2, "budget": 3}}], "more": False, "error": {"text": "x"}}
    found = json.loads(scrubbed(json.dumps(body), members={"id", "team"})["response"]["body"]["string"])
    assert found == {"items": [{"id": 1, "team": {"id": 2}}], "more": False, "error": {"text": "x"}}


@pytest.mark.parametrize("body", ['{"id": 1, "na', "<html>", "", b"\xff\xfe\x00"])
def test_what_is_no_json_is_kept_as_it_came(body: str | bytes) -> None:
    """A broken answer is what a tape of a fault is about."""
    assert scrubbed(body)["response"]["body"]["string"] == body


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            {"email": "Ada@kettle.com", "cc": "ada@kettle.com"},
            {"email": "person1@example.com", "cc": "person1@example.com"},
        ),
        ({"phone": "+1 404 867-1234", "fax": 4048671234}, {"phone": "+1 404 555-0101", "fax": 4045550101}),
        ({"text": "Call 404-867-1234."}, {"text": "Call 404-555-0101."}),
        ({"firstName": "Ada", "owner": {"name": "Ada"}}, {"firstName": "Example 1", "owner": {"name": "Example 1"}}),
        ({"name": {"given": "Ada", "id": 7}}, {"name": {"given": "Example 1", "id": 7}}),
        ({"phone": "404-555-0150", "email": "a@example.com"}, {"phone": "404-555-0150", "email": "a@example.com"}),
        ({"id": 4048671234, "on": True, "zone": None}, {"id": 4048671234, "on": True, "zone": None}),
    ],
)
def test_stand_ins_are_alike_where_people_were(given: Any, kept: Any) -> None:
    """The same mailbox, number or name becomes the same fictional one, in its own spelling; all else stays."""
    assert StandIns()(given) == kept


def test_members_are_those_of_the_wire_models() -> None:
    """A connector's models tell what it reads; one without models, or not installed, tells nothing."""
    read = members_read(discover()["insightly"])
    assert read is not None
    assert ("USER_ID" in read, "api_key" in read) == (True, False)
    assert members_read(acme.connector()) is None


@pytest.mark.parametrize(
    ("endpoint", "version"),
    [
        ("https://api.example.com/v3.1/", "v3.1"),
        ("https://api.example.com/v4_6_release/apis/3.0/", "3.0"),
        ("https://api.example.com/", "unversioned"),
    ],
)
def test_version_is_told_by_the_address(endpoint: str, version: str) -> None:
    """The last version in the path of the address is that of the API."""
    connector = acme.connector()
    assert api_version(connector, connector.parse({**acme.GIVEN, "endpoint": endpoint}).settings) == version


@pytest.mark.parametrize(
    ("there", "place"),
    [
        ("", "tests/cassettes"),
        ("cassettes", "cassettes"),
        ("tests/cassettes", "tests/cassettes"),
        ("cassettes/acme", "cassettes/acme"),
        ("cassettes/other", "cassettes/acme"),
    ],
)
def test_tapes_have_their_place_in_a_project(tmp_path: Path, there: str, place: str) -> None:
    """A project of one connector has one folder, one of several has a folder for each."""
    (tmp_path / there).mkdir(parents=True, exist_ok=True)
    assert cassette_folder("acme", tmp_path) == tmp_path / place
