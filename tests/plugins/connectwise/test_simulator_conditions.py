"""The simulated conditions: the grammar of the vendor's Developer Guide, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plugins.connectwise.simulated import CONTACTS, MEMBERS, connectwise, ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

FIRST = 5550


@pytest.fixture(scope="module")
def crm() -> Iterator[httpx.Client]:
    with connectwise() as client:
        yield client


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ("id=5550", [5550]),
        ("id = 5550 or id = 5554", [5550, 5554]),
        ("id >= 5550 and id < 5558", [5550, 5554]),
        ("id > 5550 and id <= 5558", [5554, 5558]),
        ("id in (5550,5554, 1)", [5550, 5554]),
        ("id not in (5550) and id < 5558", [5554]),
        ("not (id > 5550)", [5550]),
        ("(id=5550 or id=5554) and lastName='Silva'", [5554]),
        ("id=5550 or id=5554 and lastName='nobody'", [5550]),
        ('firstName="Marcus" and id<5600', [5554]),
        ("firstName='MARCUS' AND id<5600", [5554]),
        ("company/name contains 'Heron' and id<5600", [5554, 5585]),
        ('company/identifier = "blueheron" and inactiveFlag = False and id<5600', [5554, 5585]),
        ("company/id = null and id < 5600", [5577]),
        ("lastName = null and firstName != null and id < 5600", [5567, 5595]),
        ("lastName != null and id < 5558", [5550, 5554]),
        ("lastName != 'Silva' and id < 5558", [5550]),
        ("_info/lastUpdated > [2019-02-13T21:15:00Z] and id < 5558", [5554]),
        ("lastUpdated < [2019-02-16] and id < 5558", [5550]),
        ("inactiveFlag = true and id < 5700", [5608, 5667]),
    ],
)
def test_a_condition_leaves_what_it_says(crm: httpx.Client, conditions: str, expected: list[int]) -> None:
    """Operators, lists, brackets, references, quotes of either kind, null; ``and`` binds closer than ``or``."""
    assert expected == ids(crm, conditions)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("like 'Silva'", True),
        ("like 'Sil'", False),
        ("like 'Sil%'", True),
        ("like '*lva'", True),
        ("like '%il*'", True),
        ("like 'S[aeiou]lva'", True),
        ("like '[[]Silva'", False),
        ("contains 'ilv'", True),
        ("contains 'S%a'", False),
        ("not like 'Sil%'", False),
        ("not contains 'x'", True),
    ],
)
def test_patterns(crm: httpx.Client, pattern: str, expected: bool) -> None:
    """Both wildcards work with ``like``, which is equality without one; ``contains`` knows none."""
    assert expected == bool(ids(crm, f"lastName {pattern} and id=5554"))


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ("nickname='x'", "nickname is not a recognized name."),
        ("resources/identifier='x'", "resources/identifier is not a recognized name."),
        ("communicationItems/value='x'", "communicationItems/value is not a recognized name."),
        ("name='x'", "name is not a recognized name."),
        ("inactiveFlag=1", "Expected a boolean value, not a numeric."),
        ("id='1'", "Expected a numeric value, not a string."),
        ("lastName=true", "Expected a string value, not a boolean."),
        ("lastName=Silva", "A value was expected, not Silva."),
        ("lastName='Silva", "The condition cannot be read from its character 10 on."),
        ("id=1 id=2", "id was not expected here."),
        ("(id=1", ") was expected, not the end."),
        ("id", "An operator was expected, not the end."),
        ("_info/lastUpdated > [yesterday]", "[yesterday] is no date."),
    ],
)
def test_a_condition_that_is_refused(crm: httpx.Client, conditions: str, message: str) -> None:
    """With the code and, where they were recorded, the words of the service."""
    answer = crm.get(f"{CONTACTS}/count", params={"conditions": conditions})
    assert (answer.status_code, answer.json()["code"]) == (400, "ApiFindCondition")
    assert answer.json()["message"].startswith(message)


def test_an_enum_knows_its_values(crm: httpx.Client) -> None:
    """Recorded: another value is refused, it does not merely find nothing."""
    good = crm.get(f"{MEMBERS}/count", params={"conditions": 'licenseClass="A" and inactiveFlag=false'})
    bad = crm.get(f"{MEMBERS}/count", params={"conditions": 'licenseClass="Q"'})
    assert (good.json(), bad.json()["message"]) == ({"count": 3}, "Enum value supplied was invalid")


@pytest.mark.parametrize(
    ("escape", "condition", "expected"),
    [
        ("backslash", r'firstName = "Robert \"Bob\""', 200),
        ("backslash", "firstName = 'Robert \"Bob\"'", 200),
        ("doubled", 'firstName = "Robert ""Bob"""', 200),
        ("doubled", r'firstName = "Robert \"Bob\""', 400),
        ("none", r'firstName = "Robert \"Bob\""', 400),
        ("none", "firstName = 'Robert \"Bob\"'", 200),
    ],
)
def test_a_quote_inside_of_a_text(escape: str, condition: str, expected: int) -> None:
    """Nobody knows how one is written, so a knob decides; the other kind of quotes around it always works."""
    with connectwise(quote_escape=escape) as crm:
        answer = crm.get(MEMBERS, params={"conditions": condition, "fields": "firstName"})
    assert expected == answer.status_code
    if expected == 200:
        assert {row["firstName"] for row in answer.json()} == {'Robert "Bob"'}


def test_children_have_conditions_of_their_own(crm: httpx.Client) -> None:
    """Only ``childConditions`` knows the members of an array, and it knows no others."""
    found = ids(crm, "", childConditions='communicationItems/value like "%3035550100%"')
    refused = crm.get(CONTACTS, params={"childConditions": "lastName='Silva'"})
    assert (found, refused.json()["message"]) == ([FIRST, 5554], "lastName is not a recognized name.")


@pytest.mark.parametrize(("match", "expected"), [("same_item", [5554]), ("any_item", [FIRST, 5554])])
def test_two_child_conditions_for_one_item_or_for_two(match: str, expected: list[int]) -> None:
    """The first contact has this number as a fax, and a telephone beside it."""
    wanted = 'communicationItems/value like "%3035550100%" and communicationItems/communicationType="Phone"'
    with connectwise(child_match=match) as crm:
        assert expected == ids(crm, "", childConditions=wanted)


def test_conditions_and_child_conditions_both_hold(crm: httpx.Client) -> None:
    """And the names of parameters may be spelt in any case."""
    wanted = 'communicationItems/communicationType="Fax"'
    assert ids(crm, "id<5600", CHILDCONDITIONS=wanted) == [FIRST, 5581]
