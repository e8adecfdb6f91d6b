"""The steps that most checks are made of, on a CRM made with the simulator kit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jackfield import CrmUser, UserPage
from jackfield.checks import Account, CheckReport, Status
from jackfield.errors import Kind, error
from jackfield.steps import (
    NOBODYS_NUMBER,
    Holder,
    contact_lookup_step,
    list_users_step,
    reach_step,
    sign_in_step,
)
from jackfield.users import UserState
from tests.core import acme

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from jackfield.checks import CheckStep, StepResult
    from jackfield.errors import JackfieldError


async def result_of(step: CheckStep) -> StepResult:
    """How the step ends in a check of its own."""
    async with acme.connected(systems_check=lambda: [step]) as crm:
        report = CheckReport(steps=tuple([each async for each in crm.check()]))
    return report.steps[0]


def giving(found: object) -> Callable[..., Awaitable[Any]]:
    """What is asked: it gives this, or raises it."""

    async def ask(*_: object) -> Any:
        if isinstance(found, Exception):
            raise found
        return found

    return ask


def listing(*pages: UserPage | JackfieldError) -> Any:
    """A list of users that gives these pages, and must be asked for one at a time."""

    async def list_users(_: object, *, size: int) -> AsyncGenerator[UserPage]:
        assert size == 1
        for page in pages:
            if isinstance(page, Exception):
                raise page
            yield page

    return list_users


@pytest.mark.parametrize("found", ["an answer", error("credentials_refused"), error("forbidden")])
async def test_an_answer_or_a_refusal_shows_that_the_address_is_right(found: object) -> None:
    """Whoever refuses is there."""
    result = await result_of(reach_step("Acme", giving(found)))
    assert (result.id, result.title, result.status) == ("reach", "Reach Acme", Status.PASSED)
    assert result.message == "The API answers at https://api.example.com/"


@pytest.mark.parametrize("code", ["host_unknown", "not_the_api", "throttled", "wrong_shape"])
async def test_any_other_failure_is_one_of_reaching(code: str) -> None:
    """As it is."""
    result = await result_of(reach_step("Acme", giving(error(code))))
    assert (result.status, result.code) == (Status.FAILED, code)


async def test_signing_in_tells_who_holds_the_key_of_which_account() -> None:
    """The account of the result is that of the CRM."""
    user = CrmUser(id="1", name="Amara", email="amara@example.com", state=UserState.ACTIVE, role="Owner")
    result = await result_of(sign_in_step(giving(Holder(user=user, account_id="7", account_name="Copper Kettle"))))
    assert (result.status, result.title) == (Status.PASSED, "Sign in")
    assert result.account == Account(id="7", name="Copper Kettle", holder="Amara <amara@example.com>", role="Owner")
    assert result.message == "Signed in as Amara <amara@example.com> of the account Copper Kettle."


async def test_an_inactive_holder_is_worth_a_warning() -> None:
    """Who may have no e-mail and an account without a name."""
    user = CrmUser(id="1", name="Amara", state=UserState.INACTIVE)
    result = await result_of(sign_in_step(giving(Holder(user=user)), title="Sign in with the key"))
    assert (result.title, result.status, result.code) == ("Sign in with the key", Status.WARNED, "inactive_holder")
    assert result.message == "Signed in as Amara."


async def test_a_refused_key_fails_the_sign_in() -> None:
    """With its own code."""
    result = await result_of(sign_in_step(giving(error("credentials_refused"))))
    assert (result.id, result.code) == ("sign_in", "credentials_refused")


@pytest.mark.parametrize("pages", [(acme.users("1"),), (acme.users("1"), acme.users("2"), error("server_error"))])
async def test_two_pages_of_users_are_enough(pages: tuple[Any, ...]) -> None:
    """A third one is not asked for, and there need not be a second."""
    result = await result_of(list_users_step(listing(*pages), permission="Users: read"))
    assert (result.id, result.status, result.permission) == ("list_users", Status.PASSED, "Users: read")


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ((), "incomplete_listing"),
        ((acme.users(),), "incomplete_listing"),
        ((acme.users("1"), error("repeated_page")), "repeated_page"),
    ],
)
async def test_a_list_that_is_empty_or_repeats_itself_fails(pages: tuple[Any, ...], code: str) -> None:
    """Not even the one who asks is in it."""
    result = await result_of(list_users_step(listing(*pages)))
    assert (result.status, result.code, result.permission) == (Status.FAILED, code, None)


async def test_lookup_is_proved_by_a_number_that_nobody_has() -> None:
    """Screen pop alone does without it."""
    asked: list[str] = []

    async def search(_: object, number: str) -> None:
        asked.append(number)

    result = await result_of(contact_lookup_step(search, permission="Contacts: read"))
    assert (asked, result.status) == ([NOBODYS_NUMBER], Status.PASSED)
    assert (result.required, result.feature, result.permission) == (False, "screen pop", "Contacts: read")


async def test_a_missing_right_to_look_up_is_one_of_permission() -> None:
    """Named by the step."""
    result = await result_of(contact_lookup_step(giving(error("forbidden")), permission="Contacts: read"))
    assert (result.kind, result.permission) == (Kind.PERMISSION, "Contacts: read")
