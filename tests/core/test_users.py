"""Users of a CRM, evened out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.records import Record
from jackfield.users import CrmUser, UserKind, UserPage, UserState, email_or_none, full_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Ann@Example.COM ", "ann@example.com"),
        ("\u00a0ann@example.com\t\n", "ann@example.com"),
        ("\uff21nn\uff20example.com", "ann@example.com"),
        ("STRASSE@EXAMPLE.COM", "strasse@example.com"),
        ("J\u030cana@example.com", "\u01f0ana@example.com"),
        (None, None),
        ("", None),
        ("   ", None),
        ("none", None),
        ("@", None),
        ("@@", None),
        ("ann@", None),
        ("@example.com", None),
    ],
)
def test_email_is_brought_to_one_form(text: str | None, expected: str | None) -> None:
    """Case, blanks and width do not tell two addresses apart; what is none gives None."""
    assert expected == email_or_none(text)


@given(st.text(), st.text())
def test_normal_form_of_an_email_is_its_own(head: str, tail: str) -> None:
    """An address in normal form stays as it is."""
    address = email_or_none(f"{head}@{tail}")
    assert address == email_or_none(address)


@given(st.text(), st.text())
def test_case_never_tells_two_emails_apart_twice(head: str, tail: str) -> None:
    """The normal form has no blank at its ends and is never empty."""
    address = email_or_none(f"{head}@{tail}")
    assert address is None or (address and address == address.strip())


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("Ann", "Example"), "Ann Example"),
        ((" Ann ", None, "  de   Example "), "Ann de Example"),
        ((None, "Example"), "Example"),
        ((None, None), ""),
        (("", "  "), ""),
        ((), ""),
    ],
)
def test_name_is_made_of_the_parts_that_are_there(parts: tuple[str | None, ...], expected: str) -> None:
    """Missing parts leave neither “None” nor a blank behind."""
    assert expected == full_name(*parts)


@pytest.mark.parametrize(
    ("state", "expected"),
    [("active", True), ("unknown", True), ("inactive", False), ("invited", False), ("deleted", False)],
)
def test_active_is_everybody_the_crm_does_not_rule_out(state: str, expected: bool) -> None:
    """A user of unknown state may be mapped; an inactive, invited or deleted one may not."""
    assert expected == CrmUser(id="1", name="Ann", state=UserState(state)).active


def test_user_is_readable_by_scripts() -> None:
    """A user as a dictionary holds JSON's types only, with times in ISO 8601 and their zone."""
    user = CrmUser(
        id="1",
        name="Ann",
        email="ann@example.com",
        other_emails=("a@example.com",),
        state=UserState.INACTIVE,
        kind=UserKind.PERSON,
        profile=Record(kind="user", id="1"),
        created=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    )
    told = json.loads(json.dumps(user.as_dict()))
    assert user.as_dict() == told
    assert list(told)[:5] == ["id", "email", "name", "active", "kind"]
    assert tuple(told[name] for name in ("active", "kind", "state", "other_emails")) == (
        False,
        "person",
        "inactive",
        ["a@example.com"],
    )
    assert (told["created"], told["updated"]) == ("2026-01-02T03:04:00+00:00", None)
    assert told["profile"] == {"kind": "user", "id": "1"}


def test_page_is_walked_like_its_users() -> None:
    """A page has the length and the items of its users."""
    page = UserPage(users=(CrmUser(id="1", name="Ann"), CrmUser(id="2", name="Bob")))
    assert (len(page), [user.id for user in page]) == (2, ["1", "2"])
