"""The knobs: everything that nobody knows for sure about Insightly's API can be turned."""

import time

import httpx
import pytest

from jackfield.errors import SettingsError
from jackfield_insightly.simulator import SIMULATOR
from tests.plugins.insightly.simulated import every_user, insightly

DENIED = "Authorization has been denied for this request."


@pytest.mark.parametrize(
    ("knob", "value", "path", "status"),
    [
        ("api_access_off", "on", "Users/Me", 401),
        ("account_state", "expired_401", "Users/Me", 401),
        ("account_state", "expired_402", "Users/Me", 402),
        ("account_state", "expired_403", "Users/Me", 403),
        ("contacts_forbidden", "on", "Contacts/Search?field_name=PHONE&field_value=1", 403),
        ("contacts_forbidden", "on", "Users/Me", 200),
        ("leads_forbidden", "on", "Leads", 403),
        ("organisations_forbidden", "on", "Organisations", 403),
        ("users_forbidden_for_non_admin", "on", "Users", 200),
        ("instance_status", "403", "Instance", 403),
        ("instance_status", "404", "Instance", 404),
        ("top_zero", "bad_request", "Users?top=0", 400),
        ("top_invalid", "bad_request", "Users?top=many", 400),
        ("top_invalid", "bad_request", "Users?skip=-1", 400),
        ("unknown_parameter", "bad_request", "Users?$top=5", 400),
        ("unknown_field_status", "400", "Contacts/Search?field_name=NOPE__c&field_value=1", 400),
        ("unknown_field_status", "404", "Contacts/Search?field_name=NOPE__c&field_value=1", 404),
        ("unknown_field_status", "500", "Contacts/Search?field_name=NOPE__c&field_value=1", 500),
        ("unknown_field_status", "200", "Contacts/Search?field_name=NOPE__c&field_value=1", 200),
    ],
)
def test_a_knob_decides_a_status(knob: str, value: str, path: str, status: int) -> None:
    """Each is right by itself and leaves the rest alone."""
    with insightly(**{knob: value}) as crm:
        assert status == crm.get(path).status_code


@pytest.mark.parametrize(
    ("knob", "value", "path", "expected"),
    [
        ("top_zero", "default", "Users?top=0", 100),
        ("top_zero", "empty", "Users?top=0", 0),
        ("top_invalid", "default", "Users?top=-5", 100),
        ("converted_leads", "present", "Leads", 20),
        ("converted_leads", "absent", "Leads", 18),
        ("phone_search", "digits", "Contacts/Search?field_name=PHONE&field_value=212-555-0100", 1),
        ("text_search", "exact", "Users/Search?field_name=FIRST_NAME&field_value=priya", 0),
        ("text_search", "ignore_case", "Users/Search?field_name=FIRST_NAME&field_value=priya", 4),
    ],
)
def test_a_knob_decides_how_much_comes(knob: str, value: str, path: str, expected: int) -> None:
    """Lists and searches by each reading of the facts."""
    with insightly(**{knob: value}) as crm:
        assert expected == len(crm.get(path).json())


@pytest.mark.parametrize(
    ("shape", "media_type", "body"),
    [
        ("message", "application/json; charset=utf-8", f'{{"Message": "{DENIED}"}}'),
        ("array", "application/json; charset=utf-8", f'[{{"Message": "{DENIED}"}}]'),
        ("MESSAGE", "application/json; charset=utf-8", f'{{"MESSAGE": "{DENIED}"}}'),
        ("text", "text/plain; charset=utf-8", DENIED),
        ("empty", None, ""),
    ],
)
def test_errors_come_in_each_shape_that_was_seen(shape: str, media_type: str | None, body: str) -> None:
    """The sentence stays the same, what is around it differs."""
    with insightly(error_shape=shape) as crm:
        answer = crm.get("Users/Me", auth=("wrong", ""))
    assert (401, media_type, body) == (answer.status_code, answer.headers.get("content-type"), answer.text)


def test_an_error_may_be_a_web_page() -> None:
    """That of an unknown record too, which is plain text by default."""
    with insightly(error_shape="html") as crm:
        answer = crm.get("Leads/1")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "No Lead with ID = 1" in answer.text


@pytest.mark.parametrize(
    ("knob", "value", "path", "header"),
    [
        ("etag", "off", "Users/Me", "etag"),
        ("total_header", "absent", "Users?count_total=true", "x-total-count"),
        ("gzip", "off", "Users", "content-encoding"),
    ],
)
def test_a_header_may_be_missing(knob: str, value: str, path: str, header: str) -> None:
    """It is there by default."""
    with insightly() as crm:
        assert header in crm.get(path).headers
    with insightly(**{knob: value}) as crm:
        assert header not in crm.get(path).headers


@pytest.mark.parametrize(
    ("knob", "value", "header", "expected"),
    [
        ("www_authenticate", "on", "www-authenticate", "Basic"),
        ("denied_rate_headers", "off", "x-ratelimit-limit", None),
    ],
)
def test_a_denial_s_headers(knob: str, value: str, header: str, expected: str | None) -> None:
    """What a 401 has beside its sentence is not known."""
    with insightly(**{knob: value}) as crm:
        assert expected == crm.get("Users/Me", auth=("wrong", "")).headers.get(header)


@pytest.mark.parametrize(("status", "auth", "expected"), [("404", "wrong", 404), ("401", "wrong", 401)])
def test_a_key_of_another_pod(status: str, auth: str, expected: int) -> None:
    """Some say 401, some say 404."""
    with insightly(wrong_key_status=status) as crm:
        assert expected == crm.get("Users/Me", auth=(auth, "")).status_code


@pytest.mark.parametrize(
    ("holder", "expected"), [("admin", (True, True)), ("user", (False, True)), ("inactive", (False, False))]
)
def test_whose_key_it_is(holder: str, expected: tuple[bool, bool]) -> None:
    """The owner's, an ordinary user's, or that of somebody who has left."""
    with insightly(key_holder=holder) as crm:
        me = crm.get("Users/Me").json()
    assert expected == (me["ADMINISTRATOR"], me["ACTIVE"])


def test_only_administrators_may_list_users_where_that_is_so() -> None:
    """The list and the search are refused, the user himself and contacts are not."""
    with insightly(users_forbidden_for_non_admin=True, key_holder="user") as crm:
        statuses = [crm.get(path).status_code for path in ("Users", "Users/Search", "Users/Me", "Contacts")]
    assert statuses == [403, 403, 200, 200]


def test_the_account_s_own_key_and_names() -> None:
    """Two simulators can be two accounts."""
    knobs = {"api_key": "another", "instance_id": 7, "instance_name": "Tin Roof Cafe", "first_user_id": 50}
    with insightly(**knobs) as crm:
        me, instance = crm.get("Users/Me").json(), crm.get("Instance").json()
    assert (me["USER_ID"], me["INSTANCE_ID"], instance["INSTANCE_NAME"]) == (50, 7, "Tin Roof Cafe")


def test_profiles_and_roles_come_with_advanced_permissions() -> None:
    """They are null without."""
    with insightly(advanced_permissions=True) as crm:
        me = crm.get("Users/Me").json()
    assert (me["PROFILE_ID"], me["ROLE_ID"]) == (7100, 8200)


def test_an_endless_listing_tells_the_true_total() -> None:
    """Page after page of new users, with the same total in the header."""
    with insightly(users=10, listing="endless") as crm:
        pages = [crm.get("Users", params={"skip": skip, "top": 500, "count_total": "true"}) for skip in (0, 500, 1000)]
    assert [page.headers["x-total-count"] for page in pages] == ["10"] * 3
    assert len({user["USER_ID"] for page in pages for user in page.json()}) == 1500


def test_in_a_moving_listing_a_user_changes_place() -> None:
    """The first user goes to the end between the pages, so that one comes twice and one not at all."""
    with insightly(users=600, listing="moving") as crm:
        first, second = ([user["USER_ID"] for user in every_user(crm)] for _ in range(2))
    assert (len(first), len(set(first))) == (600, 599)
    assert len({*first, *second}) == 600


@pytest.mark.parametrize(
    ("knob", "value", "last_name", "active"),
    [
        ("deleted_users", "inactive", "Only-Last", False),
        ("deleted_users", "marked", "Only-Last (Deleted)", False),
        ("invited_users", "active", None, True),
        ("invited_users", "inactive", None, False),
    ],
)
def test_deleted_and_invited_users(knob: str, value: str, last_name: str | None, *, active: bool) -> None:
    """They come after the others and are counted."""
    with insightly(users=10, **{knob: value}) as crm:
        answer = crm.get("Users", params={"count_total": "true"})
    assert (len(answer.json()), answer.headers["x-total-count"]) == (12, "12")
    assert (last_name, active) == tuple(answer.json()[11][name] for name in ("LAST_NAME", "ACTIVE"))


def test_permissions_follow_the_rights() -> None:
    """What is forbidden is told there, and the names may be plural."""
    with insightly(contacts_forbidden=True, permission_names="plural") as crm:
        rights = crm.get("Permissions").json()["OBJECT_PERMISSIONS"]
    assert [(right["OBJECT_TYPE"], right["CAN_READ"]) for right in rights] == [
        ("Contacts", False),
        ("Leads", True),
        ("Organisations", True),
    ]


@pytest.mark.parametrize(("value", "expected"), [("not_found", 404), ("page", 200), ("sign_in", 302)])
def test_what_is_outside_the_api(value: str, expected: int) -> None:
    """An endpoint without its version, or the web application's, answers in one of three ways."""
    with insightly(outside_api=value) as crm:
        assert expected == crm.get(crm.base_url.copy_with(path="/Users/Me")).status_code


@pytest.mark.parametrize(
    ("value", "expected"), [("both", [200, 200]), ("organisation", [200, 404]), ("organization", [404, 200])]
)
def test_how_an_organisation_s_page_is_spelt(value: str, expected: list[int]) -> None:
    """Which of the two spellings the web application takes is not known."""
    with insightly(details_spelling=value) as crm:
        paths = [f"/details/{spelling}/150555000" for spelling in ("organisation", "organization")]
        assert expected == [httpx.get(crm.base_url.copy_with(path=path)).status_code for path in paths]


def test_answers_may_take_their_time() -> None:
    """Each is late by as much as was asked for."""
    with insightly(delay_ms=150) as crm:
        begun = time.monotonic()
        crm.get("Instance")
        assert time.monotonic() - begun >= 0.15


def test_every_choice_of_every_knob_can_be_built() -> None:
    """No choice is offered that the application does not know."""
    for knob in SIMULATOR.knobs.values():
        for choice in knob.choices or (str(knob.default),):
            SIMULATOR.build(SIMULATOR.options(knobs={knob.name: choice}))


def test_a_wrong_choice_is_one_sentence() -> None:
    """It names the choices."""
    with pytest.raises(SettingsError) as refused:
        SIMULATOR.options(knobs={"listing": "sideways"})
    assert refused.value.message == "listing takes one of normal, endless, moving, not 'sideways'."


@pytest.mark.parametrize("users", [0, 1, 2])
def test_small_accounts(users: int) -> None:
    """There are as many users as asked for, and somebody always holds the key."""
    with insightly(users=users) as crm:
        assert users == len(crm.get("Users").json())
        assert crm.get("Users/Me").json()["ACCOUNT_OWNER"]
