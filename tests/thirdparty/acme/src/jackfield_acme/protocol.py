"""Requests to Acme CRM and how its answers are read; the client is handed in."""

from collections.abc import AsyncGenerator

from jackfield import Contact, UserPage
from jackfield.http import HttpClient
from jackfield.pagination import Listing, by_page
from jackfield.phones import spellings
from jackfield.steps import Holder
from jackfield_acme import mapping, models

#: The most that Acme gives in one answer.
PAGE_SIZE = 200


async def me(http: HttpClient) -> models.Me:
    """GET me: the key's own user, and the account."""
    return (await http.get("me")).read(models.ME)


async def holder(http: HttpClient) -> Holder:
    """Whose key it is, in Jackfield's terms."""
    found = await me(http)
    return Holder(user=mapping.crm_user(found), account_id=str(found.workspace_id), account_name=found.workspace)


async def list_users(http: HttpClient, *, size: int = PAGE_SIZE) -> AsyncGenerator[UserPage]:
    """GET people: all users of the workspace, page by page."""

    async def fetch(number: int) -> Listing[models.User]:
        answer = await http.get("people", params={"page": str(number), "per_page": str(size)})
        page = answer.read(models.USERS)
        return Listing(items=page.people, total=page.total)

    async for page in by_page(fetch, key=lambda user: user.id):
        yield UserPage(users=tuple(map(mapping.crm_user, page.items)), total=page.total)


async def find(http: HttpClient, number: str) -> tuple[Contact, ...]:
    """Contacts with this number; the search is to the letter, so each spelling is asked until one is found."""
    for spelling in spellings(number):
        if found := await search(http, spelling):
            return found
    return ()


async def search(http: HttpClient, number: str) -> tuple[Contact, ...]:
    """GET contacts/search: those with this number, spelt just so."""
    answer = await http.get("contacts/search", params={"phone": number})
    found = answer.read(models.CONTACTS)
    return tuple(map(mapping.contact, found.contacts))
