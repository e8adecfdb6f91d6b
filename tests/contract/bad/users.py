"""Bad imports: U1 to U11."""

from __future__ import annotations

import asyncio
import html
import time
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

from pydantic import ConfigDict, TypeAdapter, ValidationError

from jackfield import UserPage
from jackfield.errors import JackfieldError, error
from jackfield.users import UserKind, UserState
from tests.contract.bad import good
from tests.contract.bad.plugs import bad, importing, mapping, reading

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


# --- U8: memory ------------------------------------------------------------------------------------------------------


@bad("U8", "12 of 12 requests")
def whole_list_at_once() -> dict[str, Any]:
    """All pages are read before the first is given."""

    async def import_users(connection: Any) -> Any:
        pages = [page async for page in good.import_users(connection)]
        yield UserPage(users=tuple(user for page in pages for user in page))

    return {"import_users": import_users}


@bad("U8", "12 of 12 requests")
def page_by_page_from_a_heap() -> dict[str, Any]:
    """The pages are given one by one, but only once all were read."""

    async def import_users(connection: Any) -> Any:
        for page in [page async for page in good.import_users(connection)]:
            yield page

    return {"import_users": import_users}


@bad("U8", "bytes are kept")
def keeps_every_page() -> dict[str, Any]:
    """Pages are given as they come, and every one is kept as well, for a count at the end."""

    async def import_users(connection: Any) -> Any:
        kept = []
        async for page in good.import_users(connection):
            kept.append((page, [user.name * 20 for user in page]))
            yield page

    return {"import_users": import_users}


@bad("U8", "12 of 12 requests")
def reads_far_ahead() -> dict[str, Any]:
    """A task reads all pages as fast as it can, whether anybody takes them or not."""

    async def import_users(connection: Any) -> Any:
        queue: asyncio.Queue[Any] = asyncio.Queue()

        async def fill() -> None:
            try:
                async for page in good.import_users(connection):
                    queue.put_nowait(page)
                queue.put_nowait(None)
            except JackfieldError as failure:
                queue.put_nowait(failure)

        task = asyncio.create_task(fill())
        try:
            while (page := await queue.get()) is not None:
                if isinstance(page, JackfieldError):
                    raise page
                yield page
        finally:
            task.cancel()

    return {"import_users": import_users}


# --- U9: cancelling --------------------------------------------------------------------------------------------------


@bad("U9", "_slowly went on|requests were sent after")
def request_left_behind() -> dict[str, Any]:
    """The next page is asked for ahead of time by a task that nobody cancels."""
    kept: set[Any] = set()

    async def import_users(connection: Any) -> Any:
        address: str | None = START
        while address:
            task = asyncio.create_task(_slowly(connection.http, address))
            kept.add(task)
            task.add_done_callback(kept.discard)
            page = await asyncio.shield(task)
            yield UserPage(users=tuple(map(good.crm_user, page.items)), total=page.total)
            address = page.cursor

    return {"import_users": import_users}


async def _slowly(http: Any, address: str) -> Any:
    page = await good.users_at(http, address)
    await good.users_at(http, "users?size=1")
    return page


@bad("U9", "did not end as cancelled")
def cancelling_is_swallowed() -> dict[str, Any]:
    """Being cancelled is taken for a failure of the page, which is asked for again."""

    async def walk(http: Any) -> Any:
        address: str | None = START
        while address:
            try:
                page = await good.users_at(http, address)
            except asyncio.CancelledError:
                page = await good.users_at(http, address)
            yield page.items
            address = page.cursor

    return walking(walk)


@bad("U9", "did not end as cancelled")
def tidies_up_slowly() -> dict[str, Any]:
    """Being cancelled, it takes its time to say goodbye."""

    async def import_users(connection: Any) -> Any:
        try:
            async for page in good.import_users(connection):
                yield page
        finally:
            await asyncio.sleep(2.5)

    return {"import_users": import_users}


@bad("U9", "time.sleep")
def import_that_sleeps() -> dict[str, Any]:
    """A pause between two pages that holds the whole program."""

    async def import_users(connection: Any) -> Any:
        async for page in good.import_users(connection):
            yield page
            time.sleep(0.1)  # noqa: ASYNC251 - that is the mistake

    return {"import_users": import_users}


@bad("U9", "did not end as cancelled|held the event loop")
def import_that_asks_and_waits() -> dict[str, Any]:
    """Pages are asked for by a client that blocks, so nothing can be cancelled while one is on its way."""

    async def import_users(connection: Any) -> Any:
        import httpx

        settings = connection.settings
        headers = {"X-Api-Key": settings.api_key.get_secret_value(), "Accept": "application/json"}
        address: str | None = f"{settings.endpoint}{START}"
        while address:
            answer = httpx.get(address, headers=headers, trust_env=False, timeout=2.0)  # noqa: ASYNC210 - that is the mistake
            answer.raise_for_status()
            users = good.USERS.validate_json(answer.content)
            yield UserPage(users=tuple(map(good.crm_user, users)))
            address = answer.links.get("next", {}).get("url")

    return {"import_users": import_users}


@bad("U9", "requests? .*after the import was cancelled|went on waiting")
def import_in_a_thread() -> dict[str, Any]:
    """A thread asks for all pages, and nobody can stop it."""

    async def import_users(connection: Any) -> Any:
        found = await asyncio.to_thread(_all_pages, connection.settings)
        for page in found:
            yield page

    return {"import_users": import_users}


def _all_pages(settings: Any) -> list[UserPage]:
    import httpx

    headers = {"X-Api-Key": settings.api_key.get_secret_value(), "Accept": "application/json"}
    pages, address = [], f"{settings.endpoint}{START}"
    while address:
        answer = httpx.get(address, headers=headers, trust_env=False, timeout=2.0)
        answer.raise_for_status()
        pages.append(UserPage(users=tuple(map(good.crm_user, good.USERS.validate_json(answer.content)))))
        address = answer.links.get("next", {}).get("url")
    return pages


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
