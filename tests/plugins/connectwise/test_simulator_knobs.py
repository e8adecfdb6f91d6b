"""The knobs: everything that nobody knows for sure about ConnectWise's API can be turned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield.errors import SettingsError
from jackfield_connectwise.simulator import SIMULATOR
from tests.plugins.connectwise.simulated import COMPANIES, CONTACTS, FORWARD, MEMBERS, connectwise, every_member, ids

if TYPE_CHECKING:
    import httpx

WRONG = ("copperkettle+wrong", "wrong")
ANOTHER = ("another+PubKey5550000555", "PrvKey5550000555")


def discovered(crm: httpx.Client, company: str = "copperkettle") -> httpx.Response:
    return crm.get(crm.base_url.copy_with(path=f"/login/companyinfo/{company}"), auth=None)


@pytest.mark.parametrize(
    ("knob", "value", "path", "status"),
    [
        ("member_maintenance", "none", MEMBERS, 403),
        ("member_maintenance", "none", f"{MEMBERS}/count", 403),
        ("member_maintenance", "none", CONTACTS, 200),
        ("contacts", "none", f"{CONTACTS}/5550", 403),
        ("company_maintenance", "none", COMPANIES, 403),
        ("company_maintenance", "none", CONTACTS, 200),
        ("my_security", "forbidden", "system/mySecurity", 403),
        ("my_security", "missing", "system/mySecurity", 404),
        ("my_member", "forbidden", "system/myMembers", 403),
        ("my_member", "missing", "system/myMembers", 404),
        ("member_info", "allowed", "system/info/members", 200),
        ("member_info", "missing", "system/info/members/count", 404),
        ("system_info", "keys", "system/info", 200),
        ("system_info", "nobody", "system/info", 403),
        ("odd_page", "bad_request", f"{MEMBERS}?pageSize=0", 400),
        ("odd_page", "bad_request", f"{MEMBERS}?page=-1", 400),
        ("odd_page", "bad_request", f"{MEMBERS}?page=many", 400),
        ("unknown_field", "bad_request", f"{MEMBERS}?fields=id,nope", 400),
        ("unknown_field", "ignored", f"{MEMBERS}?fields=id,nope", 200),
    ],
)
def test_a_knob_decides_a_status(knob: str, value: str, path: str, status: int) -> None:
    """Each is right by itself and leaves the rest alone."""
    with connectwise(**{knob: value}) as crm:
        assert status == crm.get(path).status_code


@pytest.mark.parametrize(
    ("knob", "value", "path", "expected"),
    [
        ("member_maintenance", "my", MEMBERS, 3),
        ("contacts", "my", CONTACTS, 3),
        ("company_maintenance", "my", COMPANIES, 3),
        ("odd_page", "default", f"{MEMBERS}?pageSize=0", 25),
        ("odd_page", "empty", f"{MEMBERS}?pageSize=0", 0),
        ("odd_page", "empty", f"{MEMBERS}?page=x", 0),
        ("odd_page", "default", f"{MEMBERS}?page=99999999999999999999", 25),
        ("largest_page", 5, f"{MEMBERS}?pageSize=1000", 5),
        ("text_compare", "exact", f"{CONTACTS}?conditions=lastName='SILVA'", 0),
        ("phone_spelling", "digits", f"{CONTACTS}?conditions=defaultPhoneNbr='4155550100'", 1),
        ("phone_spelling", "digits", f"{COMPANIES}?conditions=phoneNumber='2125550140'", 2),
    ],
)
def test_a_knob_decides_how_much_comes(knob: str, value: object, path: str, expected: int) -> None:
    """Whoever may inquire “My” gets fewer and no error; the rest is by each reading of the facts."""
    with connectwise(**{knob: value}) as crm:
        assert expected == len(crm.get(path).json())


@pytest.mark.parametrize(
    ("knob", "value", "company", "expected"),
    [
        ("unknown_company", "404", "nobody", 404),
        ("company_case", "ignored", "CopperKettle", 200),
        ("company_id", "acme", "acme", 200),
    ],
)
def test_what_is_said_of_a_company(knob: str, value: str, company: str, expected: int) -> None:
    """Null is what is known of an unknown one; 404 is what one client expects besides."""
    with connectwise(**{knob: value}) as crm:
        answer = discovered(crm, company)
    assert (expected, expected == 200) == (answer.status_code, "CompanyName" in answer.text)


@pytest.mark.parametrize(
    ("knob", "value", "member", "expected"),
    [
        ("is_cloud", "text", "IsCloud", "True"),
        ("is_cloud", "boolean", "IsCloud", True),
        ("hosting", "on_premise", "IsCloud", False),
        ("hosting", "on_premise", "Codebase", "v4_6_release/"),
        ("codebase", "v2025_1", "Codebase", "v2025_1/"),
        ("site_url", "elsewhere", "SiteUrl", "API-Elsewhere.example.com"),
        ("site_url", "absent", "SiteUrl", None),
        ("company_info", "sparse", "CompanyName", None),
        ("company_info", "sparse", "CompanyID", "copperkettle"),
    ],
)
def test_a_member_of_companyinfo(knob: str, value: str, member: str, expected: object) -> None:
    """Each was seen one way or the other."""
    with connectwise(**{knob: value}) as crm:
        assert expected == discovered(crm).json().get(member)


@pytest.mark.parametrize(
    ("knobs", "auth", "status", "said"),
    [
        ({"unauthorized_message": "No entry."}, WRONG, 401, "No entry."),
        ({"unauthorized_code": "ConnectWiseApi"}, WRONG, 401, "ConnectWiseApi"),
        ({"hosting": "on_premise"}, WRONG, 401, "UserNotAuthenticated"),
        ({"hosting": "on_premise"}, ANOTHER, 401, "UserNotAuthenticated"),
        ({"wrong_keys_status": "404"}, WRONG, 404, "<!DOCTYPE html>"),
        ({"wrong_company": "unauthorized"}, ANOTHER, 401, "Unauthorized"),
        ({"company_case": "ignored"}, ("COPPERKETTLE+PubKey5550000555", "PrvKey5550000555"), 200, "["),
        ({"system_info": "keys"}, WRONG, 401, "Unauthorized"),
    ],
)
def test_how_a_stranger_is_refused(knobs: dict[str, str], auth: tuple[str, str], status: int, said: str) -> None:
    """The words are not known, nor whether the cloud minds the company or the keys first."""
    with connectwise(**knobs) as crm:
        answer = crm.get("system/info" if "system_info" in knobs else MEMBERS, auth=auth)
    assert (status, True) == (answer.status_code, said in answer.text)


@pytest.mark.parametrize(("refusal", "expected"), [("400", 400), ("401", 401), ("403", 403), ("none", 200)])
def test_a_client_id_that_nobody_registered(refusal: str, expected: int) -> None:
    """Each status has its witness; all say what it is about."""
    with connectwise(client_id_refusal=refusal) as crm:
        answer = crm.get(MEMBERS, headers={"clientId": "unknown"})
    assert (expected, expected != 200) == (answer.status_code, "clientId" in answer.text)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/vnd.connectwise.com+json; version=2023.1", 200),
        ("application/vnd.connectwise.com+json; version=1999.1", 406),
        ("application/json", 200),
    ],
)
def test_a_version_that_is_not_known(accept: str, expected: int) -> None:
    """Where it is refused at all."""
    with connectwise(accept_refusal="406") as crm:
        assert expected == crm.get(MEMBERS, headers={"accept": accept}).status_code


def test_the_old_shape_has_null_for_what_is_not_there() -> None:
    """Every member has every name, in references too; what is filled stays the same."""
    with connectwise(empty_members="null", primary_email="absent") as old, connectwise() as new:
        before, now = old.get(MEMBERS).json(), new.get(MEMBERS).json()
    assert len({tuple(member) for member in before}) == 1
    assert (before[3]["lastName"], before[3]["mobileEmail"], before[0]["timeZone"]["_info"]) == (None, None, None)
    assert [member["identifier"] for member in before] == [member["identifier"] for member in now]


def test_old_models_have_no_chosen_address() -> None:
    """The others name it in ``primaryEmail``, most of them."""
    with connectwise(primary_email="absent") as crm:
        assert not any("primaryEmail" in member for member in every_member(crm))


@pytest.mark.parametrize(
    ("form", "page", "expected"),
    [
        ("query_less", "1", "system/members&pageSize=60&page=2"),
        ("mislabelled", "2", 'page=2>; rel="next"'),
        ("absent", "1", None),
    ],
)
def test_a_link_of_a_strange_form(form: str, page: str, expected: str | None) -> None:
    """Recorded: & for ?, a last page that calls itself the next one, none at all."""
    with connectwise(link_form=form) as crm:
        link = crm.get(MEMBERS, params={"pageSize": "60", "page": page}).headers.get("link")
    assert (link is None) if expected is None else (expected in (link or ""))


@pytest.mark.parametrize(("support", "has_link"), [("unsupported", False), ("ignored", True)])
def test_a_list_without_forward_only_paging(support: str, has_link: bool) -> None:
    """The first page comes, whatever id was met last; the missing header tells, or nothing does."""
    with connectwise(forward_only=support) as crm:
        answer = crm.get(MEMBERS, params={"pageId": "400", "pageSize": "5"}, headers=FORWARD)
    assert ([150, has_link]) == [answer.json()[0]["id"], "link" in answer.headers]


def test_the_last_forward_only_page_may_have_no_link() -> None:
    """It is empty by default."""
    with connectwise(last_link="absent") as crm:
        assert "link" not in crm.get(MEMBERS, params={"pageSize": "1000"}, headers=FORWARD).headers


def test_an_answer_may_say_that_it_is_the_vendor_s_own_type() -> None:
    """JSON all the same."""
    with connectwise(media_type="application/vnd.connectwise.com+json") as crm:
        assert crm.get(MEMBERS).headers["content-type"] == "application/vnd.connectwise.com+json; charset=utf-8"


def test_answers_are_compressed_unless_they_are_not() -> None:
    """For whoever takes it."""
    with connectwise() as packed, connectwise(gzip=False) as plain:
        encodings = [crm.get(MEMBERS).headers.get("content-encoding") for crm in (packed, plain)]
    assert encodings == ["gzip", None]


def test_a_contact_s_company_is_blank_without_the_right_to_companies() -> None:
    """No error tells so."""
    with connectwise(company_maintenance="none") as crm:
        contact = crm.get(f"{CONTACTS}/5550").json()
        assert not {"company", "site"} & contact.keys()
        assert ids(crm, "company/id > 0") == []


def test_the_built_in_administrator_is_a_member_like_any_other() -> None:
    """The first one, with a full licence; the count knows him too."""
    with connectwise(users=5, built_in_admin="present") as crm:
        first, *others = every_member(crm)
        assert crm.get(f"{MEMBERS}/count").json() == {"count": 6}
    assert (first["id"], first["identifier"], first["licenseClass"], len(others)) == (1, "zAdmin", "F", 5)


def test_the_keys_may_be_those_of_somebody_inactive() -> None:
    """In the list as in his own record."""
    with connectwise(key_holder="inactive") as crm:
        assert crm.get("system/myMembers").json()["inactiveFlag"] is True
        assert crm.get(f"{MEMBERS}/member3").json()["inactiveFlag"] is True


@pytest.mark.parametrize(
    ("names", "expected"), [("first", ("Reporting Service", None)), ("both", ("Reporting", "Service"))]
)
def test_an_api_member_may_have_a_last_name(names: str, expected: tuple[str, str | None]) -> None:
    """Who makes him may leave it out."""
    with connectwise(api_member_names=names) as crm:
        holder = crm.get("system/myMembers").json()
    assert (holder["firstName"], holder.get("lastName")) == expected


def test_an_on_premise_server_knows_one_release_and_says_so_with_a_page() -> None:
    """Nothing stands before it that could route."""
    with connectwise(hosting="on_premise") as crm:
        answer = crm.get(crm.base_url.copy_with(path="/v2026_1/apis/3.0/system/members"))
        assert (crm.get(MEMBERS).status_code, answer.status_code) == (200, 404)
        assert "cloudRegion" not in crm.get("system/info").json()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_the_keys_can_be_chosen() -> None:
    """Whatever the settings say opens the account."""
    with connectwise(public_key="PubKey5551", private_key="PrvKey5551", client_id="555", company_id="acme") as crm:
        assert crm.get(f"{MEMBERS}/count").json() == {"count": 120}


def test_a_knob_that_there_is_not() -> None:
    """One sentence that names those there are."""
    with pytest.raises(SettingsError, match=r"no knob 'nope'.*company_id"):
        SIMULATOR.options(knobs={"nope": "1"})
