"""What nobody knows for sure about Insightly's API, and what differs between accounts: one knob each.

Each default is what the evidence speaks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.simulation import Knob

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Plainly fictional.
DEFAULT_KEY = "00000000-0000-4000-8000-000000000555"

_ACCOUNT = (
    Knob(name="api_key", title="The key that is accepted.", default=DEFAULT_KEY),
    Knob(
        name="key_holder",
        title="Whose key it is: the account owner's, an ordinary user's, an inactive user's, or that of one of whom "
        "nothing is told but his id.",
        default="admin",
        choices=("admin", "user", "inactive", "bare"),
    ),
    Knob(name="instance_id", title="The account's id.", default=555_001),
    Knob(name="instance_name", title="The account's name.", default="Copper Kettle Trading"),
    Knob(name="plan_name", title="The account's plan.", default="Enterprise"),
    Knob(name="first_user_id", title="The id of the first user; the others follow.", default=2_550_100),
    Knob(name="advanced_permissions", title="Whether users have a profile and a role.", default=False),
    Knob(
        name="account_state",
        title="An account whose trial or subscription has ended, and with which status it says so.",
        default="active",
        choices=("active", "expired_401", "expired_402", "expired_403"),
    ),
)
_RIGHTS = (
    Knob(name="api_access_off", title="The key's user has API Access switched off.", default=False),
    Knob(name="wrong_key_status", title="What a wrong key gets.", default="401", choices=("401", "404")),
    Knob(name="www_authenticate", title="Whether a 401 asks for Basic authentication.", default=False),
    Knob(name="denied_rate_headers", title="Whether a 401 tells what is left of the day's quota.", default=True),
    Knob(name="users_forbidden_for_non_admin", title="Only administrators may list users.", default=False),
    Knob(name="contacts_forbidden", title="The key's user may not read contacts.", default=False),
    Knob(name="leads_forbidden", title="The key's user may not read leads.", default=False),
    Knob(name="organisations_forbidden", title="The key's user may not read organisations.", default=False),
    Knob(
        name="instance_status",
        title="What GET Instance gets; older versions have no such call.",
        default="200",
        choices=("200", "403", "404"),
    ),
    Knob(
        name="permission_names",
        title="How GET Permissions names the objects.",
        default="singular",
        choices=("singular", "plural"),
    ),
)
_LIMITS = (
    Knob(name="rate_limit", title="Ten requests a second and no more.", default=True),
    Knob(name="daily_quota", title="How many requests a day the plan allows.", default=100_000),
    Knob(name="used_today", title="How many of them were used up before.", default=0),
    Knob(
        name="rate_headers",
        title="Whether answers tell the day's quota and what is left of it; what stands between may take some away.",
        default="both",
        choices=("both", "limit", "remaining", "none"),
    ),
    Knob(
        name="quota_reset",
        title="When the day's quota is renewed: at midnight UTC, or a day after its first request.",
        default="midnight",
        choices=("midnight", "rolling"),
    ),
    Knob(
        name="retry_after",
        title="Whether a 429 tells how long to wait.",
        default="present",
        choices=("present", "absent"),
    ),
    Knob(name="delay_ms", title="How many milliseconds each answer takes.", default=0),
)
_ANSWERS = (
    Knob(
        name="error_shape",
        title="How an error's body is built.",
        default="message",
        choices=("message", "array", "MESSAGE", "text", "empty", "html"),
    ),
    Knob(name="etag", title="Whether good answers have an ETag.", default=True),
    Knob(name="gzip", title="Whether answers are compressed for who takes that.", default=True),
    Knob(
        name="total_header",
        title="Whether count_total=true gives X-Total-Count.",
        default="present",
        choices=("present", "absent"),
    ),
    Knob(
        name="outside_api",
        title="What an address outside the API gets: a 404 page, a page as a success, a redirect to sign in.",
        default="not_found",
        choices=("not_found", "page", "sign_in"),
    ),
    Knob(
        name="details_spelling",
        title="Which spelling the web address of an organisation needs.",
        default="both",
        choices=("both", "organisation", "organization"),
    ),
)
_LISTS = (
    Knob(
        name="listing",
        title="endless: ever new users after the last; moving: the first user goes to the end after each first page.",
        default="normal",
        choices=("normal", "endless", "moving"),
    ),
    Knob(name="page_size", title="How many records one answer holds at most.", default=500),
    Knob(
        name="deleted_users",
        title="Whether the list holds deleted users, and how they are marked.",
        default="absent",
        choices=("absent", "inactive", "marked"),
    ),
    Knob(
        name="invited_users",
        title="Whether the list holds users who were invited and have not come yet.",
        default="absent",
        choices=("absent", "active", "inactive"),
    ),
    Knob(
        name="converted_leads",
        title="Whether the list holds leads that were converted.",
        default="present",
        choices=("present", "absent"),
    ),
    Knob(name="top_zero", title="What top=0 gives.", default="default", choices=("default", "empty", "bad_request")),
    Knob(
        name="top_invalid",
        title="What a negative top or skip, or one that is no number, gives.",
        default="default",
        choices=("default", "bad_request"),
    ),
    Knob(
        name="unknown_parameter",
        title="What a parameter that the API does not know gives.",
        default="ignored",
        choices=("ignored", "bad_request"),
    ),
    Knob(
        name="unknown_field_status",
        title="What a search by a field that is not there gets; 200 is an empty list.",
        default="400",
        choices=("400", "404", "500", "200"),
    ),
    Knob(
        name="phone_search",
        title="Whether a telephone number must be spelt as it is stored, or its digits count.",
        default="exact",
        choices=("exact", "digits"),
    ),
    Knob(
        name="text_search",
        title="Whether other texts must match to the letter.",
        default="exact",
        choices=("exact", "ignore_case"),
    ),
)

KNOBS = {knob.name: knob for knob in (*_ACCOUNT, *_RIGHTS, *_LIMITS, *_ANSWERS, *_LISTS)}

#: What each scene of the contract suite shows, by the knobs that show it.
SCENES: Mapping[str, Mapping[str, object]] = {
    "small_pages": {"page_size": 5},
    "moving": {"listing": "moving", "page_size": 5},
    "endless": {"listing": "endless"},
    "unlimited": {"rate_limit": False},
    "inactive_holder": {"key_holder": "inactive"},
    "without:list_users": {"key_holder": "user", "users_forbidden_for_non_admin": True},
    "without:contact_lookup": {"contacts_forbidden": True},
}
