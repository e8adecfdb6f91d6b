"""The systems check of ConnectWise PSA: what each step says, and the letter that asks for missing rights."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.checks import CheckReport, Status
from jackfield.simulation import running
from jackfield_connectwise import _hosts, _refusals
from jackfield_connectwise.simulator import SIMULATOR
from tests.plugins.connectwise.scripted import Told, answering, connected

if TYPE_CHECKING:
    from jackfield.checks import StepResult

NA = "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"


def checked(company: str | None = None, **knobs: object) -> dict[str, StepResult]:
    """The steps of a check of the simulated account, by their ids."""
    options = SIMULATOR.options(users=7, knobs=knobs)

    async def steps(url: str) -> list[StepResult]:
        values = SIMULATOR.settings(url, options) | ({"company_id": company} if company else {})
        async with connected(url, **{name: value for name, value in values.items() if name != "endpoint"}) as crm:
            return [step async for step in crm.check()]

    with running(SIMULATOR, options) as url:
        return {step.id: step for step in asyncio.run(steps(url))}


def outcome(steps: dict[str, StepResult]) -> list[tuple[str, str | None]]:
    """The steps that neither passed nor were skipped, with their codes."""
    usual = {Status.PASSED, Status.SKIPPED}
    return [(step.id, step.code) for step in steps.values() if step.status not in usual]


def test_sound_account_passes_and_says_whose_key_it_is() -> None:
    """Company, member and security role are told; each right is named at the step that proves it."""
    steps = checked()
    assert outcome(steps) == []
    assert steps["sign_in"].account is not None
    assert (steps["sign_in"].account.id, steps["sign_in"].account.role) == ("copperkettle", "Telephony")
    assert {step.id: step.permission for step in steps.values() if step.permission} == {
        "list_users": "System > Member Maintenance: Inquire All",
        "contact_lookup": "Companies > Contacts: Inquire All",
        "company_lookup": "Companies > Company Maintenance: Inquire All",
    }


@pytest.mark.parametrize(
    ("knob", "step", "right"),
    [
        ("member_maintenance", "list_users", "System > Member Maintenance: Inquire All"),
        ("contacts", "contact_lookup", "Companies > Contacts: Inquire All"),
        ("company_maintenance", "company_lookup", "Companies > Company Maintenance: Inquire All"),
    ],
)
def test_missing_right_is_named_where_it_is_needed(knob: str, step: str, right: str) -> None:
    """Good keys without a right sign in; the step that needs the right fails, and the letter asks for it."""
    steps = checked(**{knob: "none"})
    assert outcome(steps) == [(step, "forbidden")]
    assert right in steps[step].message
    letter = CheckReport(steps=tuple(steps.values())).permission_request("ConnectWise PSA")
    assert letter is not None
    assert right in letter


@pytest.mark.parametrize(("knob", "step"), [("member_maintenance", "list_users"), ("contacts", "contact_lookup")])
def test_level_my_is_warned_of(knob: str, step: str) -> None:
    """With My for All fewer records come and no error; the security role tells, where it may be read."""
    assert outcome(checked(**{knob: "my"})) == [(step, "forbidden")]
    assert outcome(checked(**{knob: "my", "my_security": "missing"})) == []


@pytest.mark.parametrize("state", ["forbidden", "missing"])
def test_member_that_may_not_be_read_is_not_told(state: str) -> None:
    """Nobody knows whether API members may read themselves; the check passes either way, and names the company."""
    steps = checked(my_member=state, my_security=state)
    assert outcome(steps) == []
    account = steps["sign_in"].account
    assert account is not None
    assert (account.id, account.name, account.holder) == ("copperkettle", "Copper Kettle IT", None)


def test_inactive_member_is_warned_of() -> None:
    """The keys of an inactive API member may stop working at any time."""
    assert outcome(checked(key_holder="inactive")) == [("sign_in", "inactive_holder")]


def test_unknown_company_is_no_wrong_key() -> None:
    """JSON's null for a company means that there is none; no key is sent."""
    steps = checked("copperkettles")
    assert outcome(steps) == [("reach", "account_unknown")]
    assert "copperkettles" in steps["reach"].message


@pytest.mark.parametrize(
    ("knobs", "code"),
    [
        ({"public_key": "AnotherKey555000"}, "credentials_refused"),
        ({"public_key": "AnotherKey555000", "wrong_keys_status": "404"}, "not_the_api"),
        (
            {"public_key": "AnotherKey555000", "unauthorized_code": "ConnectWiseApi", "unauthorized_message": "No"},
            "credentials_refused",
        ),
        ({"client_id_refusal": "400"}, "deployment_setting_missing"),
        ({"client_id_refusal": "401"}, "deployment_setting_missing"),
        ({"client_id_refusal": "403"}, "deployment_setting_missing"),
    ],
)
def test_refusal_is_told_by_its_words(knobs: dict[str, str], code: str) -> None:
    """Keys, and the product's client ID, are told apart whatever the status; a 404 is read both ways."""
    options = SIMULATOR.options(users=3, knobs=knobs)
    good = SIMULATOR.settings("http://127.0.0.1:1", SIMULATOR.options())
    given = {"client_id": "00000000-0000-4000-8000-000000000042"} if "client_id_refusal" in knobs else {}

    async def code_of(url: str) -> list[Any]:
        values = {name: good[name] for name in ("company_id", "public_key", "private_key", "client_id")} | given
        async with connected(url, **values) as crm:
            return [step async for step in crm.check()]

    with running(SIMULATOR, options) as url:
        steps = asyncio.run(code_of(url))
    assert outcome({step.id: step for step in steps}) == [("sign_in", code)]


def test_company_of_another_region_is_sent_there_in_words_only() -> None:
    """The admin is told the region that the company is said to be in; nothing goes there by itself."""
    found = _refusals.elsewhere(NA, "api-eu.myconnectwise.net")
    assert found.warning == "unusual_host"
    assert "https://eu.myconnectwise.net/" in (found.remedy or "")
    assert found.elsewhere == "https://eu.myconnectwise.net/"
    other = _refusals.elsewhere(NA, "psa.example.com")
    assert (other.remedy, other.elsewhere) == (None, None)


def test_site_url_is_never_asked() -> None:
    """Another host in companyinfo is warned of; every request goes to the host of the settings all the same."""
    info = {"Codebase": "v2026_1/", "SiteUrl": "psa.example.com"}

    async def steps(url: str) -> list[StepResult]:
        async with connected(url) as crm:
            return [step async for step in crm.check()]

    with answering(lambda asked: Told(info if "companyinfo" in asked.path else None)) as (url, requests):
        found = asyncio.run(steps(url))
    assert (found[0].status, found[0].code) == (Status.WARNED, "unusual_host")
    assert {asked.headers["host"] for asked in requests} == {url.removeprefix("http://")}


@pytest.mark.parametrize(
    "site", ["", "  ", "not a host", "../x", "<script>", "api-na.myconnectwise.net", "https://na.myconnectwise.net/"]
)
def test_site_url_that_says_nothing_new_is_no_trouble(site: str) -> None:
    """The configured host, its twin, or rubbish: the step passes."""
    named = _hosts.site_of(site)
    assert named is None or _hosts.same_place(f"https://{named}/", NA)
