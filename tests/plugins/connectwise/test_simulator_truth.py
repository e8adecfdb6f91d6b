"""What the simulator says is true, held against what the connector reads from it over real HTTP.

The truth is told from the people that the account is made of, the connector's words from the answers; so that either
one's mistake shows, however the account is turned.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from jackfield import discover
from jackfield.checks import CheckReport, Status
from jackfield.errors import JackfieldError
from jackfield.http import OutboundPolicy, RetryPolicy
from jackfield.simulation import running
from jackfield_connectwise.simulator import SIMULATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jackfield.connector import Connection
    from jackfield.records import Contact
    from jackfield.simulation import SimulatorOptions
    from jackfield.users import CrmUser

QUICK = RetryPolicy(attempts=2, total=3.0, first_wait=0.0, longest_wait=0.0)
LOOPBACK = OutboundPolicy(allowed=(ip_network("127.0.0.0/8"),))
WRONG_CLIENT_ID = "0ff1ce00-5550-4000-8000-000000000042"


class Account(NamedTuple):
    """A simulated account and the settings that lead to it."""

    options: SimulatorOptions
    values: dict[str, str]

    def ask(self, question: Any) -> Any:
        """The answer to a coroutine function that takes the connection."""

        async def asked() -> Any:
            connector = discover()["connectwise"]
            settings = connector.parse(self.values).settings
            async with connector.connect(settings, network=LOOPBACK, retry=QUICK) as crm:
                return await question(crm)

        return asyncio.run(asked())

    def truth(self) -> list[CrmUser]:
        assert SIMULATOR.truth is not None
        return sorted(SIMULATOR.truth(self.options), key=lambda user: int(user.id))


@contextmanager
def account(
    users: int = 60, faults: tuple[str, ...] = (), given: dict[str, str] | None = None, **knobs: object
) -> Iterator[Account]:
    options = SIMULATOR.options(users=users, faults=faults, knobs=knobs)
    with running(SIMULATOR, options) as base_url:
        yield Account(options, {**SIMULATOR.settings(base_url, options), **(given or {})})


async def imported(crm: Connection) -> list[CrmUser]:
    return sorted([user async for page in crm.users() for user in page], key=lambda user: int(user.id))


async def checked(crm: Connection) -> CheckReport:
    return CheckReport(steps=tuple([step async for step in crm.check()]))


def failure(report: CheckReport) -> tuple[str, str | None] | None:
    """The step that failed, and why."""
    return next(((step.id, step.code) for step in report.steps if step.status is Status.FAILED), None)


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"empty_members": "null"},
        {"empty_members": "null", "primary_email": "absent"},
        {"phone_spelling": "digits"},
        {"built_in_admin": "present"},
        {"key_holder": "inactive"},
        {"member_maintenance": "my"},
        {"media_type": "application/vnd.connectwise.com+json"},
        {"hosting": "on_premise"},
        {"accept_refusal": "406", "unknown_field": "bad_request", "odd_page": "bad_request"},
        {"largest_page": 7},
        {"largest_page": 1, "rate_limit": False},
        {"largest_page": 7, "last_link": "absent"},
        {"largest_page": 7, "forward_only": "unsupported"},
        {"largest_page": 7, "forward_only": "ignored"},
        {"largest_page": 7, "forward_only": "unsupported", "link_form": "query_less"},
        {"largest_page": 7, "forward_only": "unsupported", "link_form": "mislabelled"},
        {"largest_page": 7, "forward_only": "unsupported", "link_form": "absent"},
        {"largest_page": 7, "listing": "moving"},
        {"largest_page": 7, "listing": "moving", "forward_only": "unsupported"},
    ],
)
def test_every_member_is_imported_as_he_is(knobs: dict[str, object]) -> None:
    """Each once, member by member, whatever the account's answers look like."""
    with account(**knobs) as crm:
        assert crm.truth() == crm.ask(imported)


@pytest.mark.parametrize("users", [0, 1, 7, 14, 1_234])
def test_an_account_of_any_size(users: int) -> None:
    """None, one, whole pages of seven, and more than one page of a thousand."""
    with account(users=users, **({} if users > 100 else {"largest_page": 7})) as crm:
        assert crm.truth() == crm.ask(imported)


@pytest.mark.parametrize(
    "knobs", [{}, {"child_match": "any_item"}, {"quote_escape": "doubled", "text_compare": "exact"}]
)
def test_callers_are_found(knobs: dict[str, object]) -> None:
    """By numbers in several spellings, of contacts with and without a company, of companies, of nobody."""
    some = dict(list(SIMULATOR.lookups.items())[::23])

    async def found(crm: Connection) -> dict[str, set[Contact]]:
        return {number: set(await crm.find(number)) for number in some}

    with account(users=5, **knobs) as crm:
        assert {number: set(contacts) for number, contacts in some.items()} == crm.ask(found)


def test_the_check_says_whose_account_it_is() -> None:
    """Company, its name, the API member and his role."""
    with account() as crm:
        assert [SIMULATOR.account] == [step.account for step in crm.ask(checked).steps if step.account]


@pytest.mark.parametrize(
    ("given", "knobs", "expected"),
    [
        ({"company_id": "nobody"}, {}, ("reach", "account_unknown")),
        ({"company_id": "nobody"}, {"unknown_company": "404"}, ("reach", "not_the_api")),
        ({"private_key": "PrvKey5550000556"}, {}, ("sign_in", "credentials_refused")),
        ({"public_key": "PubKey5550000556"}, {"hosting": "on_premise"}, ("sign_in", "credentials_refused")),
        (
            {"public_key": "PubKey5550000556"},
            {"unauthorized_code": "ConnectWiseApi"},
            ("sign_in", "credentials_refused"),
        ),
        ({"private_key": "PrvKey5550000556"}, {"wrong_keys_status": "404"}, ("sign_in", "not_the_api")),
        ({"client_id": WRONG_CLIENT_ID}, {"client_id_refusal": "400"}, ("sign_in", "deployment_setting_missing")),
        ({"client_id": WRONG_CLIENT_ID}, {"client_id_refusal": "401"}, ("sign_in", "deployment_setting_missing")),
        ({"client_id": WRONG_CLIENT_ID}, {"client_id_refusal": "403"}, ("sign_in", "deployment_setting_missing")),
        ({}, {"member_maintenance": "none"}, ("list_users", "forbidden")),
        ({}, {"contacts": "none"}, ("contact_lookup", "forbidden")),
        ({}, {"company_maintenance": "none"}, ("company_lookup", "forbidden")),
        ({}, {"my_security": "missing", "my_member": "forbidden", "system_info": "nobody"}, None),
        ({}, {"unknown_company": "404", "is_cloud": "text", "site_url": "absent"}, None),
        ({}, {"per_minute": 3}, ("list_users", "throttled")),
    ],
)
def test_the_check_says_what_is_wrong(
    given: dict[str, str], knobs: dict[str, object], expected: tuple[str, str] | None
) -> None:
    """The wrong setting, the missing right, the limit; and nothing where merely a courtesy is refused."""
    with account(users=12, given=given, **knobs) as crm:
        assert expected == failure(crm.ask(checked))


def test_an_address_that_is_not_found_leaves_both_questions_open() -> None:
    """A server may say 404 of a company it does not know; so does one that is no ConnectWise."""
    with account(users=1, given={"company_id": "nobody"}, unknown_company="404") as crm:
        reach = crm.ask(checked).steps[0]
    assert (reach.code, "“nobody”" in reach.message) == ("not_the_api", True)
    assert (reach.remedy or "").startswith("Enter as Company ID")


@pytest.mark.parametrize("fault", sorted(SIMULATOR.faults.keys() - {"stalled", "too_large"}))
def test_a_fault_ends_in_its_error(fault: str) -> None:
    """From the first request on, a check and an import end with what the fault says they do."""
    with account(users=12, faults=(fault,), largest_page=5) as crm:
        told = failure(crm.ask(checked))
        with pytest.raises(JackfieldError) as refusal:
            crm.ask(imported)
    codes = SIMULATOR.faults[fault].codes
    assert (refusal.value.code in codes, told is not None and told[1] in codes) == (True, True)
