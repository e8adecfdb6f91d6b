"""Comparing what a connector gives with what the simulated account holds, member by member."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jackfield.checks import Account
    from jackfield.records import Contact
    from jackfield.users import CrmUser

_LONGEST = 60


def different_user(got: CrmUser, expected: CrmUser, names: Sequence[str] = ()) -> str | None:
    """The first of the members (all, unless named) that is not as expected, in words; None where all are."""
    return _different(got, expected, names or expected.__struct_fields__)


def different_contact(got: Contact, expected: Contact) -> str | None:
    """The first member that is not as expected, in words; None where all are."""
    return _different(got, expected, expected.__struct_fields__)


def different_account(got: Account, expected: Account) -> str | None:
    """The first member that is expected and is not so, in words; what is not expected does not matter."""
    told = [field.name for field in fields(expected) if getattr(expected, field.name) is not None]
    return _different(got, expected, told)


def _different(got: Any, expected: Any, names: Sequence[str]) -> str | None:
    for name in names:
        if getattr(got, name) != getattr(expected, name):
            return f"{name} is {_short(getattr(got, name))}, not {_short(getattr(expected, name))}"
    return None


def _short(value: object) -> str:
    text = repr(str(value)) if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
