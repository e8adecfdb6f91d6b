"""The simulator's defaults: what was recorded of Insightly's API, or confirmed by those who use it."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from jackfield_insightly.simulator import SIMULATOR
from tests.plugins.insightly.simulated import every_user, insightly

KEY = "00000000-0000-4000-8000-000000000555"


@pytest.fixture(scope="module")
def crm() -> Iterator[httpx.Client]:
    """An account with 1,234 users and everything else as it is by default."""
    with insightly(users=1234) as client:
        yield client


def basic(credentials: str) -> dict[str, str]:
    """The header that carries credentials."""
    return {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}


@pytest.mark.parametrize("credentials", [KEY, f"{KEY}:", f"{KEY}:whatever"])
def test_the_key_counts_with_or_without_a_colon_and_a_password(crm: httpx.Client, credentials: str) -> None:
    """Both ways in which clients send the key are accepted, and a password is ignored."""
    answer = httpx.get(f"{crm.base_url}Users/Me", headers=basic(credentials))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, basic("wrong"), basic(f"x{KEY}:"), {"Authorization": f"Bearer {KEY}"}, {"Authorization": "Basic %%%"}],
)
def test_strangers_are_denied_in_one_sentence(crm: httpx.Client, headers: dict[str, str]) -> None:
    """No key, a wrong one, another scheme and gibberish all look the same."""
    answer = httpx.get(f"{crm.base_url}Users/Me", headers=headers)
    expected = (401, {"Message": "Authorization has been denied for this request."}, None)
    assert expected == (answer.status_code, answer.json(), answer.headers.get("www-authenticate"))


def test_every_answer_has_the_headers_of_the_service(crm: httpx.Client) -> None:
    """The header set that was recorded, with what is left of the day."""
    headers = crm.get("Users/Me", headers={"Accept-Encoding": "identity"}).headers
    expected = {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-cache",
        "pragma": "no-cache",
        "expires": "-1",
        "vary": "Accept-Encoding",
        "server": "Microsoft-IIS/10.0",
        "x-powered-by": "ASP.NET",
        "x-ratelimit-limit": "100000",
    }
    assert expected == {name: headers.get(name) for name in expected}
    assert headers["set-cookie"].startswith("snaptid=")
    assert headers["etag"].startswith('"')
    assert "content-encoding" not in headers


def test_the_day_s_quota_counts_down(crm: httpx.Client) -> None:
    """Each request takes one."""
    first, second = (int(crm.get("Users/Me").headers["x-ratelimit-remaining"]) for _ in range(2))
    assert second == first - 1


def test_answers_are_compressed_for_who_takes_that(crm: httpx.Client) -> None:
    """Gzip on request."""
    answer = crm.get("Users", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["content-encoding"], len(answer.json())) == ("gzip", 100)


@pytest.mark.parametrize(
    "path",
    ["users/me", "USERS/Me", "Users/Me/", "/V3.1/users/me", "/v3.0/Users/Me", "/v2.1/Users/Me", "/v2.3/Users/Me/"],
)
def test_paths_may_be_spelt_loosely(crm: httpx.Client, path: str) -> None:
    """Case, a final slash and the version don't matter."""
    url = f"{crm.base_url.copy_with(path='/')}{path[1:]}" if path.startswith("/") else path
    assert crm.get(url).json()["USER_ID"] == 2_550_100


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, 100),
        ({"top": 1}, 1),
        ({"top": 12_000}, 500),
        ({"top": 500, "skip": 1000}, 234),
        ({"skip": 1234}, 0),
        ({"$top": 5}, 100),
        ({"field_name": "USER_ID", "field_value": "1"}, 100),
    ],
)
def test_pages_have_the_size_asked_for(crm: httpx.Client, params: dict[str, str], expected: int) -> None:
    """100 unless told, 500 at most whatever is told; what the list does not know is ignored."""
    assert expected == len(crm.get("Users", params=params).json())


@pytest.mark.parametrize(("value", "expected"), [("true", "1234"), ("True", "1234"), ("false", None), (None, None)])
def test_the_total_is_told_when_asked_for(crm: httpx.Client, value: str | None, expected: str | None) -> None:
    """count_total adds a header and changes nothing else."""
    answer = crm.get("Users", params={"top": 1} | ({"count_total": value} if value else {}))
    assert expected == answer.headers.get("x-total-count")
    assert len(answer.json()) == 1


def test_all_users_come_once_in_the_order_of_their_ids(crm: httpx.Client) -> None:
    """1,234 distinct users in three pages."""
    ids = [user["USER_ID"] for user in every_user(crm)]
    assert ids == sorted(set(ids))
    assert len(ids) == 1234


def test_the_key_is_the_account_owner_s(crm: httpx.Client) -> None:
    """The first user is owner, administrator and active, and GET Users/{id} gives the same object."""
    me = crm.get("Users/Me").json()
    assert (me["ADMINISTRATOR"], me["ACCOUNT_OWNER"], me["ACTIVE"]) == (True, True, True)
    assert me == crm.get("Users", params={"top": 1}).json()[0] == crm.get(f"Users/{me['USER_ID']}").json()


def test_the_users_are_of_all_kinds(crm: httpx.Client) -> None:
    """Inactive ones, ones without e-mail or name, a shared mailbox, other alphabets, quotes, a very long name."""
    users = every_user(crm)
    emails = Counter(user["EMAIL_ADDRESS"] for user in users)
    names = [f"{user['FIRST_NAME']} {user['LAST_NAME']}" for user in users]
    assert sum(not user["ACTIVE"] for user in users) == 73
    assert (emails.pop(None), emails.pop("")) == (16, 16)
    assert [count for count in emails.values() if count > 1] == [2]
    assert any(user["FIRST_NAME"] is None and user["LAST_NAME"] is None for user in users)
    assert any('"' in name for name in names)
    assert any("Nguyễn" in name for name in names)
    assert max(map(len, names)) > 200


def test_the_users_are_fictional_and_the_same_in_every_run(crm: httpx.Client) -> None:
    """Example addresses only, and nothing random."""
    users = every_user(crm)
    assert {"example.com"} == {
        user["EMAIL_ADDRESS"].strip().lower().rpartition("@")[2] for user in users if user["EMAIL_ADDRESS"]
    }
    with insightly(users=1234) as again:
        assert users == every_user(again)


def test_a_user_has_the_recorded_members_in_their_order(crm: httpx.Client, reference: Path) -> None:
    """Those of the recorded answer of v2.1 and the three that v3.1 has more."""
    recording = json.loads((reference / "insightly/recordings-v2.1/get_user.json").read_text())
    expected = list(recording["interactions"][0]["response"]["body"])
    expected.insert(expected.index("EMAIL_DROPBOX_IDENTIFIER") + 1, "EMAIL_DROPBOX_ADDRESS")
    assert [*expected, "PROFILE_ID", "ROLE_ID"] == list(crm.get("Users/Me").json())


@pytest.mark.parametrize(
    ("collection", "model"), [("Contacts", "Contact"), ("Leads", "Lead"), ("Organisations", "Organisation")]
)
def test_records_have_the_known_members(crm: httpx.Client, reference: Path, collection: str, model: str) -> None:
    """Absent values are null members and collections are empty, so all members are always there."""
    known = json.loads((reference / "insightly/fields-v3.1/leapforce-fields.json").read_text())["models"][model]
    expected = {member["name"] for member in known}
    assert all(expected == set(record) for record in crm.get(collection).json())


def test_members_are_of_the_recorded_types(crm: httpx.Client, reference: Path) -> None:
    """Numbers, booleans and texts as recorded; times as the service writes them."""
    recording = json.loads((reference / "insightly/recordings-v2.1/get_user.json").read_text())
    body = recording["interactions"][0]["response"]["body"]
    me = crm.get("Users/Me").json()
    assert {name: type(value) for name, value in body.items()} == {name: type(me[name]) for name in body}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", me["DATE_CREATED_UTC"])


def test_users_are_contacts_too(crm: httpx.Client) -> None:
    """A user's CONTACT_ID is that of a contact with his name."""
    me = crm.get("Users/Me").json()
    contact = crm.get(f"Contacts/{me['CONTACT_ID']}").json()
    assert (me["FIRST_NAME"], me["LAST_NAME"]) == (contact["FIRST_NAME"], contact["LAST_NAME"])


@pytest.mark.parametrize(
    ("collection", "field", "number", "expected"),
    [
        ("Contacts", "PHONE", "+12125550100", 1),
        ("Contacts", "PHONE", "12125550100", 0),
        ("Contacts", "PHONE", "(212) 555-0100", 0),
        ("Contacts", "PHONE", "3035550100", 1),
        ("contacts", "phone", "(312) 555-0100", 1),
        ("Contacts", "PHONE", "404-555-0100", 1),
        ("Contacts", "PHONE", "+1 415-555-0100", 1),
        ("Contacts", "PHONE_MOBILE", "+12125550110", 1),
        ("Contacts", "PHONE", "5125550100", 2),
        ("Contacts", "Direct_Line__c", "+12125550170", 1),
        ("Leads", "PHONE", "+12125550120", 1),
        ("Leads", "MOBILE", "3035550125", 1),
        ("Organisations", "PHONE", "+12125550140", 1),
    ],
)
def test_a_number_is_found_as_it_is_spelt(
    crm: httpx.Client, collection: str, field: str, number: str, expected: int
) -> None:
    """Search matches one field to the letter; nothing found is an empty list."""
    answer = crm.get(f"{collection}/Search", params={"field_name": field, "field_value": number})
    assert (200, expected) == (answer.status_code, len(answer.json()))


def test_a_plus_sign_that_is_not_encoded_becomes_a_blank(crm: httpx.Client) -> None:
    """Which is why such a search finds nothing."""
    assert crm.get("Contacts/Search?field_name=PHONE&field_value=+12125550100").json() == []


def test_a_search_has_pages_and_a_total(crm: httpx.Client) -> None:
    """top, skip and count_total work as on lists; a slash before the question mark is tolerated."""
    params = {"field_name": "ACTIVE", "field_value": "false", "top": "10", "count_total": "true"}
    answer = crm.get("Users/Search/", params=params)
    assert (len(answer.json()), answer.headers["x-total-count"]) == (10, "73")


@pytest.mark.parametrize("moment", ["2019-06-01T00:00:00Z", "2019-06-01 00:00:00", "2019-06-01T02:00:00+02:00"])
def test_a_search_by_date_takes_both_forms(crm: httpx.Client, moment: str) -> None:
    """ISO 8601, and the form of the bodies."""
    rows = crm.get("Leads/Search", params={"updated_after_utc": moment}).json()
    assert rows == []
    users = crm.get("Users/Search", params={"updated_after_utc": moment, "top": 500}).json()
    assert all(user["DATE_UPDATED_UTC"] > "2019-06-01 00:00:00" for user in users)
    assert users


def test_brief_leaves_the_collections_out(crm: httpx.Client) -> None:
    """brief=true gives the top level only."""
    params = {"field_name": "PHONE", "field_value": "+12125550100"}
    full = crm.get("Contacts/Search", params=params).json()[0]
    brief = crm.get("Contacts/Search", params=params | {"brief": "true"}).json()[0]
    assert {"CUSTOMFIELDS", "TAGS", "DATES", "LINKS"} == full.keys() - brief.keys()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *[(path, 405) for path in ("User", "Contact", "Lead", "Organisation", "Tickets", "Instances")],
        *[(path, 404) for path in ("Organizations", "Nothing", "Users/Me/More", "Contacts/Me", "Instance/1")],
    ],
)
def test_a_wrong_address_is_told_apart(crm: httpx.Client, path: str, status: int) -> None:
    """The other grammatical number of a collection is 405, what there is not is 404."""
    answer = crm.get(path)
    assert (status, ["Message"]) == (answer.status_code, list(answer.json()))


@pytest.mark.parametrize(("path", "name"), [("Users", "User"), ("Leads", "Lead"), ("Organisations", "Organisation")])
def test_an_unknown_record_is_plain_text(crm: httpx.Client, path: str, name: str) -> None:
    """404 with the sentence that was recorded."""
    answer = crm.get(f"{path}/830626")
    expected = (404, "text/plain; charset=utf-8", f"No {name} with ID = 830626")
    assert expected == (answer.status_code, answer.headers["content-type"], answer.text)


def test_nothing_can_be_written(crm: httpx.Client) -> None:
    """The simulator only reads."""
    assert [crm.post("Contacts", json={}).status_code, crm.delete("Users/1").status_code] == [405, 405]


def test_the_instance_says_who_it_is(crm: httpx.Client) -> None:
    """Name, subdomain, plan and whether it is on the newest version."""
    expected = {
        "INSTANCE_NAME": "Copper Kettle Trading",
        "INSTANCE_SUBDOMAIN": None,
        "PLAN_NAME": "Enterprise",
        "NEW_USER_EXPERIENCE_ENABLED": True,
    }
    assert expected == crm.get("Instance").json()


def test_permissions_are_those_of_the_key_s_user(crm: httpx.Client) -> None:
    """One entry for each kind of record."""
    rights = crm.get("Permissions").json()["OBJECT_PERMISSIONS"]
    assert {right["OBJECT_TYPE"]: right["CAN_READ"] for right in rights} == {
        "Contact": True,
        "Lead": True,
        "Organisation": True,
    }


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/", 200, "Insightly"),
        ("/v3.1/", 200, "Insightly API"),
        ("/details/contact/300555000", 200, "Zoë 王"),
        ("/details/Leads/80555000", 200, "Lead 80555000"),
        ("/details/organisation/150555005", 200, "The &quot;Good&quot; Paint Co."),
        ("/details/organization/150555005", 200, "The &quot;Good&quot; Paint Co."),
        ("/details/project/7", 200, "Project 7"),
        ("/details/contact/7", 404, "Page not found"),
        ("/details/user/2550100", 404, "Page not found"),
        ("/v4.0/Users", 404, "404"),
        ("/Users/Me", 404, "404"),
    ],
)
def test_the_web_pages_around_the_api(crm: httpx.Client, path: str, status: int, text: str) -> None:
    """Record links lead to a page; everything else outside the API is a page that says it is not there."""
    answer = httpx.get(crm.base_url.copy_with(path=path))
    assert (status, "text/html; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    assert text in answer.text


def test_settings_are_what_the_connection_form_takes() -> None:
    """API Key, Endpoint with version and final slash, CRM Details Link."""
    expected = {
        "api_key": KEY,
        "endpoint": "http://127.0.0.1:8123/v3.1/",
        "details_link": "http://127.0.0.1:8123/details/",
    }
    assert expected == SIMULATOR.settings("http://127.0.0.1:8123/", SIMULATOR.options())
