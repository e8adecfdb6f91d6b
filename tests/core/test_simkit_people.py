"""The people of simulated accounts: fictional, stable, and odd in every way that the contract speaks of."""

from __future__ import annotations

from collections import Counter

import pytest

from jackfield.records import Record
from jackfield.simkit import (
    INACTIVE,
    NOBODYS_NUMBER,
    ORDINARY,
    OWNER,
    caller,
    callers,
    companies,
    lookups,
    people,
    person,
    spaced,
    spelt,
    telephone,
)
from jackfield.users import UserKind, UserState


def test_whoever_is_in_a_place_is_there_in_an_account_of_any_size() -> None:
    """A small account is the beginning of a large one."""
    assert people(5) == people(50)[:5] == [person(number) for number in range(5)]
    assert callers(5) == callers(50)[:5]


def test_the_first_owns_the_account_and_the_second_is_ordinary() -> None:
    """Whose key it may be."""
    expected = [("Owner", True), ("User", True), ("User", False)]
    assert expected == [(person(number).role, person(number).active) for number in (OWNER, ORDINARY, INACTIVE)]


def test_every_oddity_of_an_account_is_among_the_first_twelve() -> None:
    """So that a suite that works with few users meets them all."""
    first = people(12)
    emails = [somebody.email for somebody in first]
    assert [somebody.number for somebody in first if not somebody.active] == [2]
    assert [somebody.number for somebody in first if somebody.kind is UserKind.SERVICE] == [3]
    assert (emails.index(None), emails.index("")) == (4, 10)
    assert emails[5] == "  Kwame.Weiss@Example.COM "
    assert [number for number, email in enumerate(emails) if email and emails.count(email) > 1] == [1, 9]


def test_every_oddity_of_a_name_is_among_the_first_twelve() -> None:
    """Beyond ASCII, quotes, none, blank, very long, half."""
    first = people(12)
    assert not (first[1].first or "").isascii()
    assert (first[6].first, first[6].last) == ('Robert "Bob"', "O'Brien")
    assert [(first[number].first, first[number].last) for number in (7, 10, 11)] == [
        (None, None),
        ("", "  "),
        (None, "Only-Last"),
    ]
    assert len(first[8].first or "") > 200


def test_a_large_account_has_its_share_of_each_oddity() -> None:
    """About 6 in 100 are inactive, 1 in 40 is a program, and nobody else shares an e-mail."""
    many = people(2_000)
    emails = Counter(somebody.email for somebody in many if somebody.email)
    assert sum(not somebody.active for somebody in many) == 118
    assert sum(somebody.kind is UserKind.SERVICE for somebody in many) == 50
    assert [count for count in emails.values() if count > 1] == [2]


def test_everybody_is_fictional() -> None:
    """Mail addresses of example.com, numbers of 555-01xx."""
    mails = {somebody.email.strip().lower().rpartition("@")[2] for somebody in people(500) if somebody.email}
    assert mails == {"example.com"}
    assert all(each.email.endswith(f"@{each.company.domain}") for each in callers(100))
    assert all(company.domain.endswith(".example.com") for company in companies())
    assert all(telephone(number)[5:10] == "55501" for number in range(1_000))


@pytest.mark.parametrize(
    ("number", "name", "email"),
    [
        (1, "Zoë Castillo", "zoe.castillo@example.com"),
        (4, "Ingrid Baker", None),
        (5, "Kwame Weiß", "kwame.weiss@example.com"),
        (7, "noor.mueller@example.com", "noor.mueller@example.com"),
        (10, "User 77", None),
        (11, "Only-Last", "dmitri.moreau@example.com"),
    ],
)
def test_a_faithful_import_evens_names_and_mails_out(number: int, name: str, email: str | None) -> None:
    """The e-mail in the form in which two are compared; it, or the id, stands in for a missing name."""
    user = person(number).faithful(77)
    assert (user.id, user.name, user.email) == ("77", name, email)


def test_a_faithful_import_tells_state_and_kind_and_what_the_crm_tells_more() -> None:
    """Inactive users and programs are marked."""
    assert person(2).faithful(1).state is UserState.INACTIVE
    assert person(3).faithful(1).kind is UserKind.SERVICE
    assert person(3).faithful(1, kind=UserKind.PERSON, role="User").role == "User"


def test_two_callers_have_one_number() -> None:
    """And it is spelt the same in both records."""
    assert (caller(6).phone, caller(6).phones[0]) == (caller(7).phone, caller(7).phones[0])


def test_a_number_is_typed_in_one_of_five_ways_and_always_the_same() -> None:
    """A lookup has to try spellings, but one number is stored in one."""
    shapes = {"".join("0" if each.isdigit() else each for each in spelt(telephone(number))) for number in range(50)}
    expected = {"+00000000000", "0000000000", "(000) 000-0000", "000-000-0000", "+0 000-000-0000"}
    assert expected == shapes
    assert spelt(telephone(3)) == spelt(telephone(3)) == "404-555-0100"


def test_a_faithful_lookup_evens_a_caller_out() -> None:
    """Name, company, numbers as stored; the e-mail stands in for a missing name."""
    contact = caller(0).faithful("c1")
    assert contact.record == Record(kind="contact", id="c1")
    assert (contact.name, contact.company, contact.phones) == (
        "Zoë 王",
        "Harbour Light Bakery",
        ("+12125550100", "+12125550110"),
    )
    assert caller(17).faithful(5).name == caller(17).email


def test_lookups_hold_every_number_in_three_spellings_and_one_that_nobody_has() -> None:
    """Several spellings of one number give the same contacts, each once."""
    each = [(one.phone, one.faithful(one.number)) for one in callers(8)]
    found = lookups([*each, *each])
    shared = found["+15125550100"]
    assert [contact.record.id for contact in shared] == ["6", "7"]
    assert shared == found["+1 512-555-0100"] == found["0015125550100"]
    assert found[NOBODYS_NUMBER] == ()


def test_ids_ascend_with_gaps() -> None:
    """As a CRM hands them out over all its accounts."""
    assert [spaced(number, 100) for number in range(5)] == [100, 104, 108, 109, 113]
