"""Bad walks over the pages: U1, U4, U5, U6, U10."""

from __future__ import annotations

from itertools import count
from typing import Any

from msgspec.structs import replace

from jackfield import UserPage
from jackfield.errors import JackfieldError, error
from tests.contract.bad import good
from tests.contract.bad.plugs import bad, importing

START = f"users?size={good.PAGE_SIZE}"


def walking(walk: Any) -> dict[str, Any]:
    """The hook of an import that walks in its own way: ``walk(http)`` gives lists of wire users."""

    async def import_users(connection: Any) -> Any:
        async for users in walk(connection.http):
            yield UserPage(users=tuple(map(good.crm_user, users)))

    return {"import_users": import_users}


# --- U1: every user once ---------------------------------------------------------------------------------------------


@bad("U1", "5 of 6 users")
def first_page_only() -> dict[str, Any]:
    """The first page is taken for the whole list."""

    async def walk(http: Any) -> Any:
        yield (await good.users_at(http, START)).items

    return walking(walk)


@bad("U1", "\\d of \\d+ users", "missing")
def last_page_lost() -> dict[str, Any]:
    """The page without a next one is not given any more."""

    async def walk(http: Any) -> Any:
        address: str | None = START
        while address:
            page = await good.users_at(http, address)
            address = page.cursor
            if address:
                yield page.items

    return walking(walk)


@bad("U1", "\\d of \\d+ users", "missing")
def rest_lost() -> dict[str, Any]:
    """The user behind the last full page of five is lost: only pages of more than one user are given."""
    return importing(lambda page: page if len(page) > 1 else None)


@bad("U1", "account of 0 users")
def nobody_is_an_error() -> dict[str, Any]:
    """An account without users is taken for a mistake."""

    async def import_users(connection: Any) -> Any:
        found = 0
        async for page in good.import_users(connection):
            found += len(page)
            yield page
        if not found:
            raise error("incomplete_listing")

    return {"import_users": import_users}


@bad("U1", "twice|more than once|double")
def overlapping_pages() -> dict[str, Any]:
    """Each page but the first begins with the last user of the one before.

    The core takes doubles out of what a host gets; the suite asks the hook itself.
    """

    async def import_users(connection: Any) -> Any:
        before: tuple[Any, ...] = ()
        async for page in good.import_users(connection):
            yield replace(page, users=before + page.users)
            before = page.users[-1:]

    return {"import_users": import_users}


@bad("U1", "\\d of \\d+ users", "missing")
def stops_at_a_short_page() -> dict[str, Any]:
    """A page with fewer users than were asked for is taken for the last one, but the CRM may give smaller pages."""

    async def walk(http: Any) -> Any:
        address: str | None = START
        while address:
            page = await good.users_at(http, address)
            yield page.items
            address = page.cursor if len(page.items) == good.PAGE_SIZE else None

    return walking(walk)


# --- U4: users that move ---------------------------------------------------------------------------------------------


@bad("U4", "22 of 23 users", "missing")
def total_ignored() -> dict[str, Any]:
    """The total that the CRM tells is not looked at, so nobody sees that a user slipped past.

    That somebody comes twice is made impossible by the core, which takes doubles out of what a host gets.
    """

    async def walk(http: Any) -> Any:
        met: set[int] = set()
        address: str | None = START
        while address:
            page = await good.users_at(http, address)
            yield [user for user in page.items if user.id not in met]
            met.update(user.id for user in page.items)
            address = page.cursor

    return walking(walk)


# --- U5: lists without an end ----------------------------------------------------------------------------------------


@bad("U5", "went on after \\d+ requests")
def loops_for_ever() -> dict[str, Any]:
    """As long as there is a next page, it is asked for."""

    async def walk(http: Any) -> Any:
        address: str | None = START
        while address:
            page = await good.users_at(http, address)
            yield page.items
            address = page.cursor

    return walking(walk)


@bad("U5", "as if the list were complete")
def gives_up_quietly() -> dict[str, Any]:
    """After twenty pages it is enough, without a word."""

    async def walk(http: Any) -> Any:
        address: str | None = START
        for _ in range(20):
            if address:
                page = await good.users_at(http, address)
                yield page.items
                address = page.cursor

    return walking(walk)


@bad("U5", "repeated_page", "as if the list were complete")
def repeated_page_is_the_end() -> dict[str, Any]:
    """A page that came before is taken for the end of the list."""

    async def import_users(connection: Any) -> Any:
        try:
            async for page in good.import_users(connection):
                yield page
        except JackfieldError as refusal:
            if refusal.code not in {"repeated_page", "endless_listing"}:
                raise

    return {"import_users": import_users}


# --- U6: faults in mid-listing ---------------------------------------------------------------------------------------


@bad("U6", "without an error, after 5 of 12 users")
def swallows_in_mid_listing() -> dict[str, Any]:
    """An exception in mid-listing ends the list as if it were whole."""

    async def import_users(connection: Any) -> Any:
        first = True
        try:
            async for page in good.import_users(connection):
                yield page
                first = False
        except JackfieldError:
            if first:
                raise

    return {"import_users": import_users}


@bad("U6", "timed_out|stalled|dropped|connection_lost|throttled|unavailable|server_error")
def swallows_what_passes() -> dict[str, Any]:
    """Troubles that pass by themselves end the list: the next import will bring the rest."""

    async def import_users(connection: Any) -> Any:
        first = True
        try:
            async for page in good.import_users(connection):
                yield page
                first = False
        except JackfieldError as failure:
            if first or failure.kind != "transient":
                raise

    return {"import_users": import_users}


@bad("U6", "wrong_shape|null_id|truncated", "users|complete")
def leaves_out_what_it_cannot_read() -> dict[str, Any]:
    """A page that cannot be read is an empty one, and so the last."""

    async def walk(http: Any) -> Any:
        address: str | None = START
        while address:
            answer = await http.get(address)
            try:
                yield answer.read(good.USERS)
            except JackfieldError:
                if address == START:
                    raise
            address = answer.links.get("next")

    return walking(walk)


@bad("U6", "not_found_html|unexpected_status|404|users")
def not_found_is_the_end() -> dict[str, Any]:
    """404 for a later page is taken for the end of the list."""

    async def import_users(connection: Any) -> Any:
        first = True
        try:
            async for page in good.import_users(connection):
                yield page
                first = False
        except JackfieldError as failure:
            if first or "404" not in (failure.detail or ""):
                raise

    return {"import_users": import_users}


@bad("U6", "unauthorized|forbidden|credentials_refused")
def lost_right_is_the_end() -> dict[str, Any]:
    """A key that is revoked in mid-listing ends the list."""

    async def import_users(connection: Any) -> Any:
        first = True
        try:
            async for page in good.import_users(connection):
                yield page
                first = False
        except JackfieldError as failure:
            if first or failure.code not in {"credentials_refused", "forbidden"}:
                raise

    return {"import_users": import_users}


@bad("U6", "KeyError|AttributeError|TypeError|connector_failed")
def stumbles_in_mid_listing() -> dict[str, Any]:
    """What comes is read without looking, and raises what is no error of the catalogue."""

    async def walk(http: Any) -> Any:
        address: str | None = START
        while address:
            answer = await http.get(address)
            yield [good.User.model_construct(**{**_BLANK, **each, "id": each["id"] + 0}) for each in answer.json()]
            address = answer.links.get("next")

    return walking(walk)


_BLANK = dict.fromkeys(good.User.model_fields)


# --- U10: several walks ----------------------------------------------------------------------------------------------


def _two_walks(*, swallow: bool = False, between: bool = False) -> dict[str, Any]:
    async def import_users(connection: Any) -> Any:
        for active in ("true", "false"):
            try:
                async for page in good.listing(connection.http, f"{START}&active={active}"):
                    yield UserPage(users=tuple(map(good.crm_user, page.items)))
            except JackfieldError:
                if not (swallow and active == "false"):
                    raise

    return {"import_users": import_users}


@bad("U10", "without an error, after \\d+ users")
def second_walk_swallowed() -> dict[str, Any]:
    """Active users and inactive ones are two walks, and where the second fails there are no inactive ones."""
    return _two_walks(swallow=True)


@bad("U10", "11 users in all, and 12 came")
def total_of_one_walk() -> dict[str, Any]:
    """The total that is told is that of the walk over active users alone."""

    async def import_users(connection: Any) -> Any:
        for active in ("true", "false"):
            async for page in good.listing(connection.http, f"{START}&active={active}"):
                yield UserPage(users=tuple(map(good.crm_user, page.items)), total=page.total)

    return {"import_users": import_users}


@bad("U10", "after \\d+ users")
def one_walk_each_time() -> dict[str, Any]:
    """The first import walks over active users, the next one over inactive ones: half of them are gone each time."""
    turns = count()

    async def import_users(connection: Any) -> Any:
        active = "false" if next(turns) % 2 else "true"
        async for page in good.listing(connection.http, f"{START}&active={active}"):
            yield UserPage(users=tuple(map(good.crm_user, page.items)))

    return {"import_users": import_users}
