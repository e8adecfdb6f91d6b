"""The simulated ConnectWise's faults, where they have a shape of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jackfield.errors import CATALOGUE
from jackfield.simulation import STANDARD_FAULTS
from jackfield_connectwise.simulator import SIMULATOR
from tests.plugins.connectwise.simulated import CONTACTS, FORWARD, MEMBERS, connectwise

if TYPE_CHECKING:
    import httpx

NO_RIGHT = "You do not have security permission to perform this action."


def discovered(crm: httpx.Client) -> httpx.Response:
    return crm.get(crm.base_url.copy_with(path="/login/companyinfo/copperkettle"))


@pytest.mark.parametrize(
    ("fault", "status", "expected"),
    [
        ("unauthorized", 401, {"code": "Unauthorized", "message": "The keys were not accepted."}),
        ("forbidden", 403, {"code": "Security", "message": NO_RIGHT}),
        ("client_id_refused", 403, {"code": "Security", "message": "The clientId header is not valid."}),
        ("ssl_required", 401, {"code": "Security", "message": "SSL is required.", "errors": None}),
        (
            "throttled",
            429,
            {"error": "ConnectWiseAPI", "message": "Too many requests. Please try again in 1 seconds."},
        ),
        ("timeout", 500, {"code": "ConnectWiseApi", "message": "A timeout has occured. Please try again."}),
    ],
)
def test_a_fault_in_the_service_s_own_shape(fault: str, status: int, expected: object) -> None:
    """Its own words, its own names for them, and the line ends of Windows."""
    with connectwise(faults=(fault,)) as crm:
        answer = crm.get(MEMBERS)
    assert (status, expected) == (answer.status_code, answer.json())
    assert answer.text.count("\r\n") == answer.text.count("\n") == len(answer.json()) + 1


@pytest.mark.parametrize(
    ("fault", "status", "media_type"),
    [
        ("cannot_route", 400, "text/plain; charset=utf-8"),
        ("gateway_throttled", 429, "text/html; charset=utf-8"),
        ("gateway_blocked", 403, "text/html; charset=utf-8"),
        ("gateway_timeout", 504, None),
        ("html_ok", 200, "text/html; charset=utf-8"),
        ("unavailable", 503, "text/html; charset=utf-8"),
        ("not_found_html", 404, "text/html; charset=utf-8"),
    ],
)
def test_a_fault_that_is_no_json(fault: str, status: int, media_type: str | None) -> None:
    """Which is what stands before the service, or the service itself while it is maintained."""
    with connectwise(faults=(fault,)) as crm:
        answer = crm.get(MEMBERS)
    assert (status, media_type) == (answer.status_code, answer.headers.get("content-type"))


@pytest.mark.parametrize(("fault", "expected"), [("throttled", "1"), ("throttled_no_retry_after", None)])
def test_throttling_with_and_without_a_wait(fault: str, expected: str | None) -> None:
    """In the header; the words tell a number in any case."""
    with connectwise(faults=(fault,)) as crm:
        assert expected == crm.get(MEMBERS).headers.get("retry-after")


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden", "client_id_refused", "cannot_route", "ssl_required"])
def test_what_is_about_keys_leaves_companyinfo_alone(fault: str) -> None:
    """It asks for none, so that a check reaches the service and learns of the keys when it signs in."""
    with connectwise(faults=(fault,)) as crm:
        assert (discovered(crm).status_code, crm.get(MEMBERS).is_success) == (200, False)


@pytest.mark.parametrize("fault", ["unavailable", "gateway_blocked", "timeout", "redirect_to_http"])
def test_what_is_about_the_service_befalls_companyinfo_too(fault: str) -> None:
    """The first request of a check meets it."""
    with connectwise(faults=(fault,)) as crm:
        assert not discovered(crm).is_success


def test_a_redirect_to_the_same_host_without_encryption() -> None:
    """As the service itself names addresses after writing."""
    with connectwise(faults=("redirect_to_http",)) as crm:
        answer = crm.get(MEMBERS)
    assert (answer.status_code, answer.headers["location"]) == (
        302,
        "http://127.0.0.1:80/v4_6_release/apis/3.0/system/members",
    )


def test_a_foreign_next_page_shows_in_a_list_of_one_page_too() -> None:
    """Forward-only pages always have a Link header."""
    with connectwise(users=3, faults=("foreign_next_page",)) as crm:
        answer = crm.get(MEMBERS, headers=FORWARD)
    assert answer.links["next"]["url"].startswith("https://elsewhere.example/")


def test_null_id_is_that_of_the_record_itself() -> None:
    """Not that of what it refers to."""
    with connectwise(faults=("null_id",)) as crm:
        member, contact = crm.get(MEMBERS).json()[-1], crm.get(CONTACTS, params={"pageSize": "5"}).json()[-1]
    assert (member["id"], member["securityRole"]["id"]) == (None, 71)
    assert (contact["id"], contact["company"]["id"]) == (None, 254)


def test_a_time_out_of_the_pool_of_connections() -> None:
    """The other text that was recorded."""
    with connectwise(faults=("pool_timeout",)) as crm:
        answer = crm.get(MEMBERS)
    assert (answer.status_code, answer.json()["message"].partition(".")[0]) == (500, "Timeout expired")


def test_a_fault_of_the_service_leaves_the_web_pages_alone() -> None:
    """A record's page opens while the API is down."""
    with connectwise(faults=("unavailable",)) as crm:
        assert crm.get(crm.base_url.copy_with(path="/")).status_code == 200


@pytest.mark.parametrize("refusal", ["400", "401", "403", "none"])
def test_a_refused_client_id_follows_its_knob(refusal: str) -> None:
    """Faults and knobs go together."""
    with connectwise(faults=("client_id_refused",), client_id_refusal=refusal) as crm:
        assert crm.get(MEMBERS).status_code == int(refusal if refusal != "none" else "403")


def test_every_standard_fault_is_shown() -> None:
    """And nine of ConnectWise's own, each with the kind of its code."""
    own = SIMULATOR.faults.keys() - STANDARD_FAULTS.keys()
    assert (STANDARD_FAULTS.keys() - SIMULATOR.faults.keys(), SIMULATOR.left_out, len(own)) == (set(), {}, 9)
    assert all(CATALOGUE[fault.codes[0]].kind == fault.kind for fault in SIMULATOR.faults.values())
