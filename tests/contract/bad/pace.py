"""Bad pace of an import: U8, U9."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from jackfield import UserPage
from jackfield.errors import JackfieldError
from tests.contract.bad import good
from tests.contract.bad.plugs import bad
from tests.contract.bad.walks import START, walking

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


@bad("U9", "_slowly went on|requests were sent after|went on waiting")
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
