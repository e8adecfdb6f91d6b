"""Bad readings of a user: U2, U3, U7, U11."""

from __future__ import annotations

import html
from itertools import count
from typing import Any
from uuid import uuid4

from msgspec.structs import replace
from pydantic import ConfigDict, TypeAdapter, ValidationError

from jackfield.errors import JackfieldError, error
from jackfield.users import UserKind, UserState
from tests.contract.bad import good
from tests.contract.bad.plugs import bad, mapping, reading
from tests.contract.bad.walks import START, walking

# --- U2: ids, e-mails, names -----------------------------------------------------------------------------------------


@bad("U2", "None")
def none_none() -> dict[str, Any]:
    """Whoever has no name is called None None."""
    return reading(lambda user: replace(good.crm_user(user), name=f"{user.first} {user.last}"))


@bad("U2", "name")
def blank_names() -> dict[str, Any]:
    """Whoever has no name has a blank one."""
    return reading(lambda user: replace(good.crm_user(user), name=" ".join(filter(None, (user.first, user.last)))))


@bad("U2", "e-?mail")
def email_as_it_came() -> dict[str, Any]:
    """E-mails keep their blanks and capitals."""
    return reading(lambda user: replace(good.crm_user(user), email=user.email or None))


@bad("U2", "e-?mail")
def blank_email() -> dict[str, Any]:
    """No e-mail is a blank one."""
    return mapping(lambda user: replace(user, email=user.email or ""))


@bad("U2", "ids?")
def ids_of_the_moment() -> dict[str, Any]:
    """Ids are made up anew each time."""
    return mapping(lambda user: replace(user, id=uuid4().hex))


@bad("U2", "ids?")
def ids_by_position() -> dict[str, Any]:
    """Ids are places in the list: the first user's is that of everybody who will ever come first."""

    async def import_users(connection: Any) -> Any:
        place = count(1)
        async for page in good.import_users(connection):
            yield replace(page, users=tuple(replace(user, id=str(next(place))) for user in page))

    return {"import_users": import_users}


@bad("U2", "ids?")
def email_for_id() -> dict[str, Any]:
    """The e-mail stands for the id where there is one, though it may change and be shared."""
    return mapping(lambda user: replace(user, id=user.email or user.id))


@bad("U2", "not a user with an id|no texts")
def numbers_for_ids() -> dict[str, Any]:
    """Ids are numbers; the core refuses them as connector_failed, and the suite says which clause that breaks."""
    return mapping(lambda user: replace(user, id=int(user.id)))


# --- U3: inactive users and programs ---------------------------------------------------------------------------------


@bad("U3", "not active|inactive")
def inactive_users_dropped() -> dict[str, Any]:
    """Inactive users are left out."""
    return mapping(lambda user: user if user.active else None)


@bad("U3", "inactive|active|state")
def inactive_users_unmarked() -> dict[str, Any]:
    """Everybody is called active."""
    return mapping(lambda user: replace(user, state=UserState.ACTIVE))


@bad("U3", "state|active")
def states_unknown() -> dict[str, Any]:
    """The CRM tells who is active, and the connector passes over it."""
    return mapping(lambda user: replace(user, state=UserState.UNKNOWN))


@bad("U3", "kind", "person", "service")
def programs_as_people() -> dict[str, Any]:
    """Accounts of programs are called people."""
    return mapping(lambda user: replace(user, kind=UserKind.PERSON))


@bad("U3", "no people are missing")
def programs_dropped() -> dict[str, Any]:
    """Accounts of programs are left out."""
    return mapping(lambda user: None if user.kind is UserKind.SERVICE else user)


# --- U7: members that are null, missing, unknown or of another type --------------------------------------------------


class _Lenient(good.User):
    model_config = ConfigDict(strict=False, coerce_numbers_to_str=True)


class _Narrow(good.User):
    model_config = ConfigDict(extra="forbid")


class _Nameless(good.User):
    first: str


class _Null(good.User):
    email: str = ""


def _read_as(adapter: Any) -> dict[str, Any]:
    async def walk(http: Any) -> Any:
        address: str | None = START
        while address:
            answer = await http.get(address)
            yield answer.read(adapter)
            address = answer.links.get("next")

    return walking(walk)


@bad("U7", "of a wrong type was taken as if it were right")
def another_type_swallowed() -> dict[str, Any]:
    """A text where a number belongs, and a number where a text belongs, are turned into each other."""
    return _read_as(TypeAdapter(list[_Lenient]))


@bad("U7", "unknown|extra|no_such|new")
def unknown_member_refused() -> dict[str, Any]:
    """A member that the CRM has learnt to send is an error."""
    return _read_as(TypeAdapter(list[_Narrow]))


@bad("U7", "missing|null|first")
def missing_name_refused() -> dict[str, Any]:
    """A user without a first name is an error."""
    return _read_as(TypeAdapter(list[_Nameless]))


@bad("U7", "null|email")
def null_refused() -> dict[str, Any]:
    """An e-mail may be missing, but must not be null."""
    return _read_as(TypeAdapter(list[_Null]))


@bad("U7", "of a wrong type was taken as if it were right")
def odd_users_left_out() -> dict[str, Any]:
    """Whoever cannot be read is left out, one by one."""

    async def walk(http: Any) -> Any:
        address: str | None = START
        while address:
            answer = await http.get(address)
            found = []
            for each in answer.json():
                try:
                    found.append(good.User.model_validate(each))
                except ValidationError:
                    continue
            yield found
            address = answer.links.get("next")

    return walking(walk)


@bad("U7", "names id|names first", "is odd")
def wrong_type_without_its_name() -> dict[str, Any]:
    """A member of the wrong type is an error that does not say which."""

    async def walk(http: Any) -> Any:
        address: str | None = START
        while address:
            answer = await http.get(address)
            try:
                yield answer.read(good.USERS)
            except JackfieldError as failure:
                raise error(failure.code, "The CRM's answer is odd.") from None
            address = answer.links.get("next")

    return walking(walk)


# --- U11: odd texts --------------------------------------------------------------------------------------------------


@bad("U11", "name")
def ascii_only() -> dict[str, Any]:
    """Letters beyond ASCII become question marks."""
    return mapping(lambda user: replace(user, name=user.name.encode("ascii", "replace").decode()))


@bad("U11", "name")
def quotes_escaped() -> dict[str, Any]:
    """Quotes are escaped for a page that nobody asked for."""
    return mapping(lambda user: replace(user, name=html.escape(user.name)))


@bad("U11", "name")
def long_names_cut() -> dict[str, Any]:
    """Names end after fifty letters."""
    return mapping(lambda user: replace(user, name=user.name[:50]))


@bad("U11", "missing", "e-mail")
def shared_emails_merged() -> dict[str, Any]:
    """Two users with one e-mail are taken for one."""

    async def import_users(connection: Any) -> Any:
        met: set[str] = set()
        async for page in good.import_users(connection):
            fresh = [user for user in page if not user.email or not (user.email in met or met.add(user.email))]
            yield replace(page, users=tuple(fresh))

    return {"import_users": import_users}


@bad("U11", "role")
def member_forgotten() -> dict[str, Any]:
    """The CRM tells a role, and the connector forgets it."""
    return mapping(lambda user: replace(user, role=None))


@bad("U11", "name")
def capitals_corrected() -> dict[str, Any]:
    """Names are spelt as somebody thinks names are spelt."""
    return mapping(lambda user: replace(user, name=user.name.title()))
