"""Looking callers up: which requests are sent, and which of the answers are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jackfield.errors import JackfieldError
from tests.plugins.connectwise.scripted import Told, answering, connected

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield import Contact
    from tests.plugins.connectwise.scripted import Asked

NO_RIGHT = Told({"code": "Security", "message": "You do not have security permission to perform this action."}, 403)
CONTACTS, COMPANIES = "company/contacts", "company/companies"


def contact(identity: int, *numbers: str, kind: str = "Phone") -> dict[str, Any]:
    items = [{"value": number, "communicationType": kind} for number in numbers]
    return {"id": identity, "firstName": "Ana", "communicationItems": items}


async def found(number: str, answer: Callable[[Asked], Told]) -> tuple[list[Contact], list[Asked]]:
    with answering(answer) as (url, requests):
        async with connected(url) as crm:
            return list(await crm.find(number)), requests


async def test_one_request_where_the_digits_are_stored_in_one() -> None:
    """The usual account holds ten plain digits: whoever has them is found at once, each once."""
    both = Told([contact(1, "5551234567"), contact(1, "5551234567"), contact(2, "5551234567")])
    contacts, requests = await found("+15551234567", lambda _: both)
    assert [each.record.id for each in contacts] == ["1", "2"]
    (asked,) = requests
    assert asked.path == CONTACTS
    assert asked.query["childConditions"] == (
        'communicationItems/value like "%5551234567%" and communicationItems/communicationType="Phone"'
    )


async def test_number_that_nobody_has_takes_four_requests() -> None:
    """Contacts and companies by the digits, then by the digits with anything between them."""
    contacts, requests = await found("+15551234567", lambda _: Told([]))
    assert contacts == []
    assert [asked.path for asked in requests] == [CONTACTS, COMPANIES] * 2
    assert requests[3].query["conditions"] == 'phoneNumber like "%5%5%5%1%2%3%4%5%6%7%"'


@pytest.mark.parametrize("stored", ["555-123-4567", "+1 (555) 123.4567", "555 123 4567 x401"])
async def test_formatted_number_is_found(stored: str) -> None:
    """The API does not normalise; what was typed with separators is found by the second pattern."""

    def answer(asked: Asked) -> Told:
        loose = "%5%5%5%" in asked.query.get("childConditions", "")
        return Told([contact(7, stored)] if loose else [])

    contacts, requests = await found("+15551234567", answer)
    assert ([each.record.id for each in contacts], len(requests)) == (["7"], 3)
    assert contacts[0].phones == (stored,)


async def test_answers_are_compared_digit_by_digit() -> None:
    """A longer number, another country, a fax with the number: the API finds them, and they are not taken."""
    others = [contact(1, "15551234567890"), contact(2, "+44 5551234567"), contact(3, "5551234567", kind="Fax")]
    contacts, _ = await found("+15551234567", lambda asked: Told(others if asked.path == CONTACTS else []))
    assert contacts == []


async def test_company_is_found_by_its_main_number_unless_in_the_recycle_bin() -> None:
    """A company that was deleted still comes, and looks like a duplicate."""
    rows = [
        {"id": 5, "name": "Old", "phoneNumber": "5551234567", "deletedFlag": True},
        {"id": 6, "name": "Acme", "phoneNumber": "555.123.4567"},
    ]
    contacts, _ = await found("+15551234567", lambda asked: Told(rows if asked.path == COMPANIES else []))
    assert [(each.record.kind, each.record.id, each.company) for each in contacts] == [("company", "6", "Acme")]


async def test_role_without_companies_still_finds_contacts() -> None:
    """The right to companies is not needed for a lookup; the right to contacts is."""
    loose = Told([contact(7, "555-123-4567")])

    def no_companies(asked: Asked) -> Told:
        return NO_RIGHT if asked.path == COMPANIES else loose if "%5%" in str(asked.query) else Told([])

    contacts, _ = await found("+15551234567", no_companies)
    assert [each.record.id for each in contacts] == ["7"]
    with pytest.raises(JackfieldError) as refused:
        await found("+15551234567", lambda _: NO_RIGHT)
    assert refused.value.code == "forbidden"


async def test_caller_without_a_number_costs_no_request() -> None:
    """Nothing is asked for a text without a digit."""
    assert await found("anonymous", lambda _: Told([])) == ([], [])
