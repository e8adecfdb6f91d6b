"""Requests to Insightly and how its answers are read; the client is handed in.

The vendor's pages: https://api.insightly.com/v3.1/Help (methods, paging, rate limits) and, for what a key may do, the
help article "Working with the Insightly Web API".
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeVar

from jackfield.errors import JackfieldError, error
from jackfield.pagination import Listing, by_offset
from jackfield.phones import spellings
from jackfield.users import UserPage
from jackfield_insightly import mapping, models

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from msgspec.json import Decoder

    from jackfield.http import Answer, HttpClient
    from jackfield.records import Contact

T = TypeVar("T")

#: The most that the API gives in one page; it clamps what is above.
PAGE_SIZE: Final = 500
#: How many pages are asked for at once; the total is known from the first one on.
PAGES_AHEAD: Final = 8
#: Where a number may stand, as (collection, field); leads name the mobile number otherwise.
PHONE_FIELDS: Final = (("Contacts", "PHONE"), ("Contacts", "PHONE_MOBILE"), ("Leads", "PHONE"), ("Leads", "MOBILE"))

_USER_ID = attrgetter("USER_ID")
_KEY_REMEDY = (
    "Copy the key again from Insightly's User Settings, section API. If it is right, see whether API access is "
    "switched on for its user, and whether “Your API URL” there names the host of the Endpoint: a key works in its "
    "own pod only."
)


def verdict(answer: Answer) -> JackfieldError | None:
    """401 looks the same for a wrong key, a missing one, API access switched off and a key of another pod.

    429 with nothing left of the day is not worth a new try today; with something left it is a burst.
    """
    if answer.status == 401:  # noqa: PLR2004
        return error("credentials_refused", "Insightly refused the API Key.", remedy=_KEY_REMEDY)
    if answer.status == 429 and left_of_the_day(answer) == 0:  # noqa: PLR2004
        message = "The Insightly account has used up its requests for today."
        remedy = "Wait until tomorrow, or ask Insightly for a plan with more requests a day."
        return error("quota_exhausted", message, remedy=remedy)
    return None


def left_of_the_day(answer: Answer) -> int | None:
    """How many requests are left to the account in its 24 hours, from any answer; None where it does not say."""
    return _number(answer, "X-RateLimit-Remaining")


def limit_of_the_day(answer: Answer) -> int | None:
    """How many requests the account's plan has a day, from any answer; None where it does not say."""
    return _number(answer, "X-RateLimit-Limit")


async def me(http: HttpClient) -> Answer:
    """GET Users/Me: whose key it is; needs no right to any object."""
    return await http.get("Users/Me")


async def instance(http: HttpClient) -> models.Instance:
    """GET Instance: the account's name and plan."""
    return (await http.get("Instance")).read(models.INSTANCE)


async def users_from(http: HttpClient, skip: int, top: int = PAGE_SIZE) -> Listing[models.User]:
    """GET Users: one page, inactive users included, with the total in X-Total-Count."""
    answer = await http.get("Users", params={"skip": str(skip), "top": str(top), "count_total": "true"})
    users = answer.read(models.USERS)
    return Listing(items=users, total=_number(answer, "X-Total-Count"))


async def list_users(http: HttpClient) -> AsyncIterator[UserPage]:
    """All users of the account, page by page."""

    async def fetch(skip: int) -> Listing[models.User]:
        return await users_from(http, skip)

    async for page in by_offset(fetch, size=PAGE_SIZE, key=_USER_ID, ahead=PAGES_AHEAD):
        yield UserPage(users=tuple(map(mapping.crm_user, page.items)), total=page.total)


async def find(http: HttpClient, number: str) -> Sequence[Contact]:
    """Contacts and leads with this number: the search matches exactly, so each spelling is asked until one is found."""
    for spelling in spellings(number):
        for collection, field in PHONE_FIELDS:
            if found := await _search_leniently(http, collection, field, spelling):
                return found
    return ()


async def search(http: HttpClient, collection: str, field: str, value: str, top: int = 20) -> Sequence[Contact]:
    """GET {collection}/Search: exact match on one field; nothing found is an empty list."""
    params = {"field_name": field, "field_value": value, "brief": "false", "top": str(top)}
    answer = await http.get(f"{collection}/Search", params=params)
    if collection == "Leads":
        return _read(answer, models.LEADS, mapping.lead)
    return _read(answer, models.CONTACTS, mapping.contact)


async def _search_leniently(http: HttpClient, collection: str, field: str, value: str) -> Sequence[Contact]:
    """A key without any right to leads still finds contacts."""
    try:
        return await search(http, collection, field, value)
    except JackfieldError as refusal:
        if collection == "Leads" and refusal.code == "forbidden":
            return ()
        raise


def _read(answer: Answer, decoder: Decoder[list[T]], convert: Callable[[T], Contact]) -> Sequence[Contact]:
    found = answer.read(decoder)
    return tuple(map(convert, found))


def _number(answer: Answer, header: str) -> int | None:
    text = answer.headers.get(header, "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None
