"""The simulated ConnectWise with its knobs as they are: what the evidence speaks for, over real HTTP."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.plugins.connectwise.simulated import COMPANIES, CONTACTS, MEMBERS, connectwise, every_member

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

ROUTER = "/v4_6_release/services/system_io/router/openrecord.rails"


@pytest.fixture(scope="module")
def crm() -> Iterator[httpx.Client]:
    with connectwise() as client:
        yield client


def outside(crm: httpx.Client, path: str) -> httpx.Response:
    return crm.get(crm.base_url.copy_with(raw_path=path.encode()))


def test_the_company_is_known_without_keys(crm: httpx.Client) -> None:
    """Who is asked names the host as it was asked, without a scheme, and a release that ends in a slash."""
    told = crm.get(crm.base_url.copy_with(path="/login/companyinfo/copperkettle"), auth=None).json()
    assert (told["CompanyID"], told["CompanyName"], told["IsCloud"]) == ("copperkettle", "Copper Kettle IT", True)
    assert (told["Codebase"], told["VersionCode"]) == ("v2026_1/", "v2026.1")
    assert told["SiteUrl"] == crm.base_url.netloc.decode()


@pytest.mark.parametrize("company", ["nobody", "CopperKettle", "copperkettle%2F..", "..%2Fcopperkettle", ""])
def test_an_unknown_company_is_null(crm: httpx.Client, company: str) -> None:
    """With 200, and whatever tries to be more than one segment of the address."""
    answer = outside(crm, f"/login/companyinfo/{company}")
    assert (answer.status_code, answer.text) == (200, "null")


@pytest.mark.parametrize("release", ["v4_6_release", "v2026_1"])
def test_both_names_lead_to_the_release(crm: httpx.Client, release: str) -> None:
    """The one that is routed, and the release's own."""
    assert outside(crm, f"/{release}/apis/3.0/system/members/count").json() == {"count": 120}


@pytest.mark.parametrize(
    "path",
    [
        "/v2020_4/apis/3.0/system/members",
        "/v4_6_release/apis/3.0/v4_6_release/apis/3.0/system/members",
        "/apis/3.0/system/members",
    ],
)
def test_what_the_cloud_cannot_route(crm: httpx.Client, path: str) -> None:
    """An old release, the API's root twice or without a release: plain text that no JSON reader understands."""
    answer = outside(crm, path)
    assert (answer.status_code, answer.text) == (400, "Cannot route. Codebase/company is invalid")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_an_unknown_address_of_the_api(crm: httpx.Client) -> None:
    """Indented by two blanks, with the line ends of Windows, as recorded."""
    answer = crm.get("system/myAccount")
    assert answer.status_code == 404
    assert answer.text == '{\r\n  "code": "ConnectWiseApi",\r\n  "message": "The endpoint does not exist."\r\n}'


@pytest.mark.parametrize(
    ("auth", "headers", "status", "code"),
    [
        (("copperkettle+PubKey5550000555", "wrong"), {}, 401, "Unauthorized"),
        (("copperkettle+wrong", "PrvKey5550000555"), {}, 401, "Unauthorized"),
        (("PubKey5550000555", "PrvKey5550000555"), {}, 401, "Unauthorized"),
        (None, {}, 401, "Unauthorized"),
        (None, {"authorization": "Basic rubbish"}, 401, "Unauthorized"),
        (None, {"authorization": "Bearer PubKey5550000555"}, 401, "Unauthorized"),
        (("copperkettle+PubKey5550000555", "PrvKey5550000555"), {"clientId": "another"}, 403, "Security"),
    ],
)
def test_a_stranger_is_refused(
    crm: httpx.Client, auth: tuple[str, str] | None, headers: dict[str, str], status: int, code: str
) -> None:
    """Wrong keys, none, half of them, another way to sign in, another clientId."""
    answer = crm.get(MEMBERS, auth=auth, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_another_company_s_keys_lead_nowhere(crm: httpx.Client) -> None:
    """The cloud's gateway looks at the company before anybody looks at the keys."""
    answer = crm.get(MEMBERS, auth=("another+PubKey5550000555", "PrvKey5550000555"))
    assert (answer.status_code, answer.text) == (400, "Cannot route. Codebase/company is invalid")


def test_members_are_of_all_four_classes_and_some_are_inactive() -> None:
    """People and programs in one list, also in a small account; of some the class is not told."""
    with connectwise(users=1234) as crm:
        members = every_member(crm)
    classes = Counter(member.get("licenseClass") for member in members)
    assert (len(members), classes) == (1234, {"F": 1017, "C": 62, "X": 62, "A": 31, None: 62})
    assert sum(member["inactiveFlag"] for member in members) == 73
    assert {member.get("licenseClass") for member in members[:12]} == {"F", "C", "X", "A", None}


def test_empty_members_are_left_out(crm: httpx.Client) -> None:
    """A program has no last name, somebody has no e-mail, and nothing is null."""
    members = every_member(crm)
    assert all(value is not None for member in members for value in member.values())
    assert "lastName" not in next(member for member in members if member["licenseClass"] == "A")
    assert any(not {"officeEmail", "mobileEmail", "homeEmail", "primaryEmail"} & member.keys() for member in members)


def test_which_e_mail_is_the_chosen_one(crm: httpx.Client) -> None:
    """``primaryEmail`` tells it, or ``defaultEmail`` names it, or there is one alone."""
    first, second = crm.get(MEMBERS, params={"pageSize": "2"}).json()
    assert (first["defaultEmail"], first["mobileEmail"], first["officeEmail"]) == (
        "Mobile",
        "amara.okafor@example.com",
        "desk0@example.com",
    )
    assert (second["primaryEmail"], second["officeEmail"]) == ("zoe.castillo@example.com",) * 2


def test_info_comes_where_fields_name_it(crm: httpx.Client) -> None:
    """And only then: other fields leave it out."""
    with_info = crm.get(f"{MEMBERS}/150", params={"fields": "id,_info"}).json()
    without = crm.get(f"{MEMBERS}/150", params={"fields": "id, timeZone/name ,company"}).json()
    assert (set(with_info), without) == ({"id", "_info"}, {"id": 150, "timeZone": {"name": "US Eastern"}})


@pytest.mark.parametrize("key", ["159", "member3", "MEMBER3"])
def test_one_member_by_id_or_by_name(crm: httpx.Client, key: str) -> None:
    """The name in the id's place works too."""
    assert crm.get(f"{MEMBERS}/{key}").json()["identifier"] == "member3"


def test_no_such_record(crm: httpx.Client) -> None:
    """With the code that clients look for."""
    answer = crm.get(f"{CONTACTS}/1")
    assert (answer.status_code, answer.json()["code"]) == (404, "NotFound")


def test_a_contact_has_numbers_of_all_kinds(crm: httpx.Client) -> None:
    """A direct one with its extension beside it, a mobile one, a fax, an e-mail; also on an address of their own."""
    contact = crm.get(f"{CONTACTS}/5550").json()
    items = contact["communicationItems"]
    assert [item["communicationType"] for item in items] == ["Phone", "Phone", "Fax", "Email"]
    assert contact["defaultPhoneNbr"] == items[0]["value"] == "+12125550100"
    assert crm.get(f"{CONTACTS}/5550/communications").json() == items


def test_numbers_are_spelt_in_several_ways(crm: httpx.Client) -> None:
    """As people and imports leave them; some have an extension."""
    contacts = crm.get(CONTACTS, params={"pageSize": "1000"}).json()
    numbers = [contact["communicationItems"][0]["value"] for contact in contacts]
    assert numbers[:5] == ["+12125550100", "3035550100", "(312) 555-0100", "404-555-0100", "+1 415-555-0100"]
    assert numbers[62:] == ["+44 (0)1632 960123", "0044 1632 960124", "011 44 1632-960125 ext. 7", "01632 960126"]
    assert sum("extension" in contact["communicationItems"][0] for contact in contacts) == 17


def test_the_default_number_is_one_of_the_contact_s(crm: httpx.Client) -> None:
    """The direct one, the mobile one, or none is said to be."""
    _, direct, none, mobile, *_ = crm.get(CONTACTS, params={"pageSize": "1000"}).json()
    items = mobile["communicationItems"]
    assert (direct["defaultPhoneNbr"], "defaultPhoneNbr" in none) == ("3035550100", False)
    assert [item["defaultFlag"] for item in items[:2]] == [False, True]
    assert (mobile["defaultPhoneType"], mobile["defaultPhoneNbr"]) == ("Cell", items[1]["value"])


def test_a_contact_may_have_two_addresses_or_none(crm: httpx.Client) -> None:
    """The older one comes first, and is not the default."""
    contacts = crm.get(CONTACTS, params={"pageSize": "1000"}).json()
    addresses = [
        [item["defaultFlag"] for item in contact["communicationItems"] if item["communicationType"] == "Email"]
        for contact in contacts
    ]
    assert addresses[3:9] == [[True], [False, True], [True], [True], [True], []]


def test_a_member_has_lines_of_his_own(crm: httpx.Client) -> None:
    """Several with an extension each; defaultPhone names one, one that is not there, or none."""
    office, mobile, home, elsewhere, unsaid, *_ = crm.get(MEMBERS).json()
    told = [each.get("defaultPhone") for each in (office, mobile, home, elsewhere, unsaid)]
    assert told == ["Office", "Mobile", "Home", "Mobile", None]
    two = [{"officePhone", "mobilePhone"} <= each.keys() for each in (office, mobile, elsewhere)]
    assert two == [True, True, False]


def test_a_company_in_the_recycle_bin_still_comes(crm: httpx.Client) -> None:
    """It looks like another one of the same name."""
    companies = crm.get(COMPANIES, params={"conditions": 'name="Harbour Light Bakery"'}).json()
    assert [company["deletedFlag"] for company in companies] == [False, True]


def test_whose_keys_they_are_and_what_they_may_do(crm: httpx.Client) -> None:
    """One object, and the levels of the security role by function."""
    rights = {right["moduleFunctionName"]: right["inquireLevel"] for right in crm.get("system/mySecurity").json()}
    assert crm.get("system/myMembers", params={"fields": "identifier"}).json() == {"identifier": "member3"}
    assert (rights["Member Maintenance"], rights["Service Tickets"]) == ("All", "None")


def test_system_info_proves_no_keys(crm: httpx.Client) -> None:
    """Anybody may read it, as a server of 2026 showed."""
    answer = crm.get("system/info", auth=None, headers={"clientId": ""})
    assert (answer.status_code, answer.json()["cloudRegion"]) == (200, "NA")


@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        ("recordType=ContactFV&recid=5550&companyName=copperkettle", 200, "Zoë 王"),
        ("recordType=ContactFV&recid=5550", 200, "Zoë 王"),
        ("recordType=CompanyFV&recid=251", 200, "Blue Heron Logistics"),
        ("recordType=ServiceFV&recid=1", 200, "ServiceFV 1"),
        ("recordType=contactfv&recid=5550", 404, "Page not found"),
        ("recordType=ContactFV&recid=1", 404, "Page not found"),
        ("recordType=ContactFV&recid=5550&companyName=another", 404, "not known"),
    ],
)
def test_the_pages_of_records(crm: httpx.Client, query: str, status: int, title: str) -> None:
    """Their address minds the case of the record's kind."""
    page = outside(crm, f"{ROUTER}?{query}")
    assert (status, True) == (page.status_code, title in page.text)


def test_writing_is_refused(crm: httpx.Client) -> None:
    """Nothing can be changed, since nothing is kept."""
    assert [crm.post(MEMBERS).status_code, crm.delete(f"{MEMBERS}/150").status_code] == [405, 405]


def test_the_same_in_every_run() -> None:
    """Two simulators give the same bytes."""
    bodies = []
    for _ in range(2):
        with connectwise(users=50) as crm:
            bodies.append([crm.get(path).content for path in (MEMBERS, CONTACTS, COMPANIES)])
    assert bodies[0] == bodies[1]


def test_ten_thousand_members_cost_little() -> None:
    """They are made when they are asked for: starting is quick, and so are the first and the last page."""
    began = time.perf_counter()
    with connectwise(users=10_000) as crm:
        assert len(crm.get(MEMBERS, params={"pageSize": "1000", "page": "10"}).json()) == 1_000
    assert time.perf_counter() - began < 2
