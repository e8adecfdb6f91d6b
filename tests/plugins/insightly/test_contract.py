"""The connector contract, clause by clause, on Insightly."""

from __future__ import annotations

from jackfield.checks import Account
from jackfield.simkit import INACTIVE, ORDINARY, person
from jackfield.testing import ConnectorContract, Entry, Variant

API, WEB = "https://api.na1.insightly.com/v3.1/", "https://crm.na1.insightly.com/details/"
EU_API, EU_WEB = "https://api.eu1.insightly.com/v3.1/", "https://crm.eu1.insightly.com/details/"
OWN_API, OWN_WEB = "https://crm.example.com/v3.1/", "https://crm.example.com/details/"
EU = {"endpoint": EU_API, "details_link": EU_WEB}
OWN = {"endpoint": OWN_API, "details_link": OWN_WEB}
UNUSUAL = {"endpoint": "unusual_host", "details_link": "unusual_host"}
OTHER_POD = {"details_link": "unusual_host"}
WRONG = ("https://www.insightly.com/", "https://support.insightly.com/hc/", "insight.ly")


def of(number: int, role: str, **members: str) -> Account:
    """The account with the key of another user."""
    holder = person(number).faithful(number)
    return Account(**{"holder": f"{holder.name} <{holder.email}>", "role": role, "id": "555001", **members})


class TestInsightly(ConnectorContract):
    """Every clause of the contract; the forms and links are those of Insightly's own pages and help articles."""

    platform = "insightly"
    tells_total = True
    repairable = {
        "endpoint": ("https://crm.na1.insightly.com/home", "api.na1.insightly.com", "https://api.na1.insightly.com/"),
        "details_link": ("https://crm.na1.insightly.com/details/contact/1", "https://api.na1.insightly.com/v3.1/"),
    }
    entries = (
        *(Entry(given={"endpoint": form}, refused={"endpoint": "wrong_host"}) for form in WRONG),
        *(Entry(given={"details_link": form}, refused={"details_link": "wrong_host"}) for form in WRONG),
        Entry(
            given={"endpoint": " NA1 "},
            refused={"endpoint": "invalid_url"},
            says=f"“na1” is the name of a pod. Enter {API}",
        ),
        Entry(given={"endpoint": "xna12"}, refused={"endpoint": "invalid_url"}),
        # One address tells both.
        Entry(given={"endpoint": "crm.eu1.insightly.com/home", "details_link": None}, becomes=EU),
        Entry(given={"endpoint": None, "details_link": "crm.eu1.insightly.com/home"}, becomes=EU),
        Entry(given={"endpoint": None, "details_link": EU_WEB}, refused={"endpoint": "required"}),
        Entry(given={"endpoint": EU_API, "details_link": None}, refused={"details_link": "required"}),
        Entry(given={"endpoint": None, "details_link": "crm.example.com"}, refused={"endpoint": "required"}),
        Entry(given={"endpoint": "crm.example.com", "details_link": None}, refused={"details_link": "required"}),
        Entry(
            given={"endpoint": "https://", "details_link": None},
            refused={"endpoint": "invalid_url", "details_link": "required"},
        ),
        Entry(
            given={"endpoint": "crm.au1.insightly.com", "details_link": EU_WEB},
            becomes={"endpoint": "https://api.au1.insightly.com/v3.1/", "details_link": EU_WEB},
            warned=OTHER_POD,
        ),
        Entry(
            given={"endpoint": EU_API, "details_link": "crm.au1.insightly.com"},
            becomes={"endpoint": EU_API, "details_link": "https://crm.au1.insightly.com/details/"},
            warned=OTHER_POD,
        ),
        # Hosts without a pod in their name reach the first one.
        Entry(given={"endpoint": "api.insightly.com"}, becomes={"endpoint": "https://api.insightly.com/v3.1/"}),
        Entry(
            given={"endpoint": "https://api.insight.ly/v3.0/help"}, becomes={"endpoint": "https://api.insight.ly/v3.0/"}
        ),
        Entry(given={"details_link": "api.insightly.com"}, becomes={}),
        Entry(given={"details_link": "api.insight.ly"}, becomes={}),
        Entry(
            given={"endpoint": "https://api.insightly.com/V2.3/Users", "details_link": EU_WEB},
            becomes={"endpoint": "https://api.insightly.com/v2.3/", "details_link": EU_WEB},
            warned=OTHER_POD,
        ),
        # A host of one's own, before which something may stand.
        Entry(given={"endpoint": "crm.example.com", "details_link": "crm.example.com"}, becomes=OWN, warned=UNUSUAL),
        Entry(
            given={"endpoint": "https://crm.example.com/V3.1/Users", "details_link": f"{OWN_WEB}contact/5"},
            becomes=OWN,
            warned=UNUSUAL,
        ),
        Entry(
            given={"endpoint": "https://crm.example.com/a/", "details_link": "https://crm.example.com/b/"},
            becomes={"endpoint": "https://crm.example.com/a/", "details_link": "https://crm.example.com/b/"},
            warned=UNUSUAL,
        ),
        Entry(
            given={"endpoint": "crm.example.com:8443"},
            becomes={"endpoint": "https://crm.example.com:8443/v3.1/"},
            warned={"endpoint": "unusual_host"},
        ),
        Entry(
            given={"details_link": "notinsightly.com"},
            becomes={"details_link": "https://notinsightly.com/details/"},
            warned=OTHER_POD,
            says="Insightly",
        ),
    )
    links = {
        **{
            (kind, "4711"): f"{WEB}{kind}/4711"
            for kind in ("contact", "lead", "organisation", "opportunity", "project", "task", "event", "ticket")
        },
        ("organization", "4711"): f"{WEB}organisation/4711",
        ("contact", ".."): None,
        ("contact", "\udcff"): f"{WEB}contact/%3F",
        ("user", "4711"): None,
    }
    parameters = {
        "skip": "[0-9]+",
        "top": "500|1|20",
        "count_total": "true",
        "brief": "false",
        "field_name": "PHONE|PHONE_MOBILE|MOBILE",
        "field_value": "[-+0-9 ().]+",
    }
    variants = {
        "of an inactive user": Variant(
            knobs={"key_holder": "inactive"}, steps={"sign_in": "inactive_holder"}, account=of(INACTIVE, "User")
        ),
        "of an ordinary user": Variant(knobs={"key_holder": "user"}, account=of(ORDINARY, "User")),
        "of an old API": Variant(
            knobs={"instance_status": "404"}, account=of(0, "Account owner", name="555001"), asked=6
        ),
        "of an old API with pages": Variant(
            knobs={"instance_status": "404", "error_shape": "html"}, account=of(0, "Account owner", name="555001")
        ),
        "of nobody known": Variant(
            knobs={"key_holder": "bare"},
            account=Account(name="Copper Kettle Trading", holder="user 2550100", role="User"),
            says={"details_link": "user by {root}/details/ for example"},
        ),
        "of nobody known, of an old API": Variant(
            knobs={"key_holder": "bare", "instance_status": "404"},
            account=Account(holder="user 2550100", role="User"),
            says={"sign_in": "Signed in as user 2550100 (User)."},
        ),
        "that has ended, 401": Variant(
            knobs={"account_state": "expired_401"},
            does=("check", "import"),
            steps={"sign_in": "credentials_refused"},
            ends="credentials_refused",
        ),
        "that has ended, 403": Variant(
            knobs={"account_state": "expired_403"},
            does=("check", "import"),
            steps={"sign_in": "forbidden"},
            ends="forbidden",
        ),
        "that keeps its name": Variant(knobs={"instance_status": "403"}, account=of(0, "Account owner", name="555001")),
        "with a quota used up": Variant(
            knobs={"daily_quota": 3},
            says={},
            steps={"list_users": "quota_exhausted"},
        ),
        "with much quota left": Variant(knobs={"daily_quota": 100_000}, says={"quota": "99999 of 100000 requests"}),
        "with little quota left": Variant(
            knobs={"daily_quota": 1000, "used_today": 900},
            steps={"quota": "quota_low"},
            says={"quota": "99 of 1000 requests"},
        ),
        "with enough quota left": Variant(
            knobs={"daily_quota": 1000, "used_today": 899}, says={"quota": "100 of 1000 requests"}
        ),
        **{
            f"that tells {headers} of its quota": Variant(
                knobs={"rate_headers": headers}, says={"quota": "does not say how many"}
            )
            for headers in ("limit", "remaining", "none")
        },
        "throttled with quota left": Variant(faults=("throttled",), steps={"reach": "throttled"}),
        "with one user": Variant(users=1, says={"list_users": "1 user can"}),
        "with two users": Variant(
            users=2,
            says={
                "list_users": "2 users can",
                "reach": "{root}/v3.1/",
                "details_link": "{root}/details/contact/312550100",
            },
        ),
        "that tells no total": Variant(knobs={"total_header": "absent"}, says={"list_users": "account's users can"}),
        "without API access": Variant(
            faults=("api_access_off",),
            does=("check", "import", "find"),
            steps={"sign_in": "credentials_refused"},
            ends="credentials_refused",
            says={"sign_in": "API Key"},
        ),
        "with its day used up": Variant(
            faults=("quota_exhausted",),
            does=("check", "import", "find"),
            steps={"reach": "quota_exhausted"},
            ends="quota_exhausted",
            says={"reach": "Insightly account has used up"},
        ),
        "without leads": Variant(knobs={"leads_forbidden": True}, does=("find",), lacks=("lead",)),
        "whose callers are looked up": Variant(does=("find",)),
        "without contacts": Variant(
            knobs={"contacts_forbidden": True},
            does=("check", "find"),
            steps={"contact_lookup": "forbidden"},
            says={"contact_lookup": "may not read contacts. In Insightly, have “Contacts: Read” granted to that user"},
            ends="forbidden",
        ),
        "without users": Variant(
            knobs={"key_holder": "user", "users_forbidden_for_non_admin": True},
            does=("check", "import"),
            steps={"list_users": "forbidden"},
            says={"list_users": "may not list the account's users. In Insightly, have “Administrator” granted"},
            ends="forbidden",
        ),
        "with deleted users": Variant(knobs={"deleted_users": "marked", "invited_users": "active"}, does=("import",)),
    }
