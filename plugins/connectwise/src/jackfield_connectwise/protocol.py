"""Requests to ConnectWise PSA and how its answers are read; the client is handed in.

The vendor's pages: the Developer Guide at https://developer.connectwise.com (authentication, paging, conditions, rate
limits) and the OpenAPI document "Connectwise Manage Public Endpoints".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote, urljoin

from jackfield.errors import JackfieldError, error
from jackfield.pagination import Listing, by_cursor, by_page
from jackfield.users import UserPage
from jackfield_connectwise import _hosts, mapping, models

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from pydantic import TypeAdapter

    from jackfield.http import Answer, HttpClient

T = TypeVar("T")

#: The most that the API gives in one page; without it 25.
PAGE_SIZE: Final = 1000
_FORWARD_ONLY: Final = {"pagination-type": "forward-only"}
_MEMBERS: Final = "system/members"
#: What an API member may be refused without any harm: nobody knows whether it may ask this at all.
_MAY_BE_CLOSED: Final = frozenset({"forbidden", "credentials_refused", "not_the_api", "unexpected_status"})


class _Unordered(Exception):  # noqa: N818 - no error yet: the list is asked for in the other way
    """The server does not do forward-only paging, whatever its headers say."""


async def company_info(http: HttpClient, company_id: str) -> models.CompanyInfo | None:
    """GET login/companyinfo at the site's root, without credentials; None for a company that it does not know."""
    path = f"../../../login/companyinfo/{quote(company_id, safe='', errors='replace')}"
    answer = await http.get(path, headers={"Accept": "application/json"}, signed=False)
    return answer.read(models.COMPANY_INFO)


async def members_count(http: HttpClient) -> int:
    """GET system/members/count: needs good keys, and the right to list members."""
    return (await http.get(f"{_MEMBERS}/count")).read(models.COUNT).count


async def me(http: HttpClient) -> models.Member | None:
    """GET system/myMembers: whose keys they are; None where an API member may not ask."""
    return await _if_open(http, "system/myMembers", models.MEMBER, models.fields_of(models.Member))


async def rights(http: HttpClient) -> Sequence[models.Right]:
    """GET system/mySecurity: what the security role allows; nothing where an API member may not ask."""
    return await _if_open(http, "system/mySecurity", models.RIGHTS, models.fields_of(models.Right), PAGE_SIZE) or ()


async def members_after(http: HttpClient, last: int | None, size: int = PAGE_SIZE) -> Sequence[models.Member]:
    """GET system/members, forward-only: the members whose ids come after ``last``, in their order, or none.

    Raises :class:`_Unordered` where what came is not in order, or leads no further.
    """
    params: dict[str, int | str | None] = {"pageId": last, "pageSize": size, "fields": models.fields_of(models.Member)}
    members = listed(await http.get(_MEMBERS, params=params, headers=_FORWARD_ONLY), models.MEMBERS)
    ids = [member.id for member in members]
    if ids != sorted(ids) or (ids and last is not None and ids[-1] <= last):
        raise _Unordered
    return members


async def members_of_page(http: HttpClient, page: int, size: int = PAGE_SIZE) -> Sequence[models.Member]:
    """GET system/members by page number from 1; past the last one it is empty."""
    params: dict[str, int | str] = {
        "page": page,
        "pageSize": size,
        "orderBy": "id asc",
        "fields": models.fields_of(models.Member),
    }
    return listed(await http.get(_MEMBERS, params=params), models.MEMBERS)


async def two_members(http: HttpClient) -> Sequence[models.Member]:
    """Two pages of one member each: they prove that the list can be read, and how; raises where the pages repeat."""
    try:
        first = await members_after(http, None, size=1)
        return [*first, *(await members_after(http, first[-1].id, size=1) if first else ())]
    except _Unordered:
        first, second = [await members_of_page(http, page, size=1) for page in range(1, 3)]
    if second and first and second[0].id == first[0].id:
        raise error("repeated_page")
    return [*first, *second]


async def list_users(http: HttpClient) -> AsyncIterator[UserPage]:
    """All members, page by page until one is empty: neither a short page nor a missing Link header ends the list."""
    total = await members_count(http)
    try:
        async for page in _forward(http, most=total + PAGE_SIZE):
            yield _user_page(page, total)
    except _Unordered:
        async for page in _by_number(http, most=total + PAGE_SIZE):
            yield _user_page(page, total)


def _forward(http: HttpClient, most: int) -> AsyncIterator[Listing[models.Member]]:
    async def fetch(cursor: str | None) -> Listing[models.Member]:
        members = await members_after(http, None if cursor is None else int(cursor))
        return Listing(items=members, cursor=str(members[-1].id) if members else None)

    return by_cursor(fetch, key=lambda member: member.id, most=most)


def _by_number(http: HttpClient, most: int) -> AsyncIterator[Listing[models.Member]]:
    async def fetch(page: int) -> Listing[models.Member]:
        return Listing(items=await members_of_page(http, page))

    return by_page(fetch, key=lambda member: member.id, most=most)


def _user_page(page: Listing[models.Member], total: int) -> UserPage:
    return UserPage(users=tuple(map(mapping.crm_user, page.items)), total=total)


async def _if_open(
    http: HttpClient, path: str, adapter: TypeAdapter[T], fields: str, size: int | None = None
) -> T | None:
    try:
        return (await http.get(path, params={"fields": fields, "pageSize": size})).read(adapter)
    except JackfieldError as refusal:
        if refusal.code not in _MAY_BE_CLOSED:
            raise
    return None


def listed(answer: Answer, adapter: TypeAdapter[list[T]]) -> list[T]:
    """The list, unless its next page is said to be on another host: no link is followed, but this one is a warning."""
    if _leads_elsewhere(answer):
        raise error("foreign_next_page", request=answer.request)
    return answer.read(adapter)


def _leads_elsewhere(answer: Answer) -> bool:
    target = answer.links.get("next")
    if target is None:
        return False
    try:  # without its query, which differs from page to page: urllib remembers whatever it has split
        return not _hosts.same_place(urljoin(answer.url, target.partition("?")[0]), answer.url)
    except ValueError:  # no address at all
        return False
