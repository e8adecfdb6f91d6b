"""The simulated Insightly's faults, where they have a shape of its own."""

import pytest

from jackfield.errors import CATALOGUE
from jackfield.simulation import STANDARD_FAULTS
from jackfield_insightly.simulator import SIMULATOR
from tests.plugins.insightly.simulated import insightly

DENIED = "Authorization has been denied for this request."
BURST = "API calls quota exceeded! maximum admitted 10 per Second."


@pytest.mark.parametrize(
    ("fault", "status", "message", "remaining"),
    [
        ("unauthorized", 401, DENIED, "100000"),
        ("api_access_off", 401, DENIED, "100000"),
        ("forbidden", 403, "No Access to Data", "100000"),
        ("throttled", 429, BURST, "100000"),
        ("throttled_no_retry_after", 429, BURST, "100000"),
        ("quota_exhausted", 429, "API calls quota exceeded! maximum admitted 100000 per Day.", "0"),
    ],
)
def test_a_refusal_is_that_of_the_service(fault: str, status: int, message: str, remaining: str) -> None:
    """Insightly's own body and headers; a used-up day has nothing remaining, a burst has."""
    with insightly(faults=(fault,)) as crm:
        answer = crm.get("Users/Me")
    assert (status, {"Message": message}) == (answer.status_code, answer.json())
    assert remaining == answer.headers["x-ratelimit-remaining"]


@pytest.mark.parametrize(("fault", "expected"), [("throttled", "1"), ("throttled_no_retry_after", None)])
def test_throttling_with_and_without_a_wait(fault: str, expected: str | None) -> None:
    """The fault decides, not the knob."""
    for knob in ("present", "absent"):
        with insightly(faults=(fault,), retry_after=knob) as crm:
            assert expected == crm.get("Users/Me").headers.get("retry-after")


def test_a_refusal_follows_the_shape_that_is_turned_on() -> None:
    """Faults and knobs go together."""
    with insightly(faults=("forbidden",), error_shape="array") as crm:
        assert crm.get("Users").json() == [{"Message": "No Access to Data"}]


def test_null_id_is_that_of_the_record_itself() -> None:
    """A user loses his own id, not that of his contact; a contact loses his, not that of his organisation."""
    with insightly(faults=("null_id",)) as crm:
        user, contact = crm.get("Users").json()[-1], crm.get("Contacts", params={"top": 5}).json()[-1]
    assert (user["USER_ID"], user["CONTACT_ID"]) == (None, 312_550_397)
    assert (contact["CONTACT_ID"], contact["ORGANISATION_ID"]) == (None, 150_555_004)


def test_a_repeated_page_never_brings_all_users() -> None:
    """A short page, the whole total, and the same again: it shows in an account of any size."""
    with insightly(users=6, faults=("repeated_page",)) as crm:
        pages = [crm.get("Users", params={"skip": skip, "top": 500, "count_total": "true"}) for skip in (0, 3)]
    assert pages[0].json() == pages[1].json()
    assert (len(pages[0].json()), [page.headers["x-total-count"] for page in pages]) == (3, ["6", "6"])


def test_faults_are_those_of_the_api_not_of_the_web_pages() -> None:
    """A record's page opens while the API is down."""
    with insightly(faults=("unavailable",)) as crm:
        page = crm.get(crm.base_url.copy_with(path="/details/contact/300555000"))
        assert (page.status_code, crm.get("Users/Me").status_code) == (200, 503)


def test_a_fault_for_one_request_passes() -> None:
    """Which is what a retry needs."""
    with insightly(faults=("throttled@2-2",)) as crm:
        assert [crm.get("Users/Me").status_code for _ in range(3)] == [200, 429, 200]


def test_every_standard_fault_is_shown_or_explained() -> None:
    """Insightly has no next page's address; it has two faults of its own."""
    assert STANDARD_FAULTS.keys() - SIMULATOR.faults.keys() == SIMULATOR.left_out.keys() == {"foreign_next_page"}
    assert SIMULATOR.faults.keys() - STANDARD_FAULTS.keys() == {"quota_exhausted", "api_access_off"}
    assert all(CATALOGUE[fault.codes[0]].kind == fault.kind for fault in SIMULATOR.faults.values())
