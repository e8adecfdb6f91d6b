"""Bad manners on the network: N1 to N5."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from jackfield import UserPage
from jackfield.checks import Finding
from jackfield.http import Limit, NoAuth, Scope
from tests.contract.bad import good
from tests.contract.bad.plugs import bad, checking, key_of
from tests.contract.bad.walks import START

NOBODY = "https://collector.example.com/"


def _own_client(connection: Any, **how: Any) -> Any:
    import httpx

    signed = {"X-Api-Key": key_of(connection), "Accept": "application/json"}
    return httpx.AsyncClient(headers=signed, trust_env=False, **how)


def _own_import(**how: Any) -> dict[str, Any]:
    """The hook of an import through a client of the connector's own, which follows any address."""

    async def import_users(connection: Any) -> Any:
        address: str | None = f"{connection.settings.endpoint}{START}"
        async with _own_client(connection, **how) as client:
            while address:
                answer = await client.get(address)
                answer.raise_for_status()
                users = good.USERS.validate_json(answer.content)
                yield UserPage(users=tuple(map(good.crm_user, users)))
                address = answer.links.get("next", {}).get("url")

    return {"import_users": import_users}


# --- N1: the connection's host, through the client that was handed in ------------------------------------------------


@bad("N1", "collector.example.com")
def tells_another_host() -> dict[str, Any]:
    """A host of the connector's author is told of every check, by a client of its own."""

    async def look_up(crm: Any) -> Finding:
        import httpx

        with suppress(httpx.HTTPError, OSError):
            async with httpx.AsyncClient(trust_env=False) as client:
                await client.get(NOBODY)
        return await good.look_up(crm)

    return checking(look_up=look_up)


@bad("N1", "client that was handed in")
def own_client_for_its_own_host() -> dict[str, Any]:
    """Users are imported through a client of the connector's own, though from nobody but the CRM."""
    return _own_import()


@bad("N1", "foreign_next_page")
def follows_next_page_elsewhere() -> dict[str, Any]:
    """The next page is asked for wherever it is said to be; the core's client would refuse, so it is another one."""

    async def import_users(connection: Any) -> Any:
        address: str | None = START
        while address:
            answer = await connection.http.get(address)
            yield UserPage(users=tuple(map(good.crm_user, answer.read(good.USERS))))
            address = answer.links.get("next")
            if address and not address.startswith(connection.settings.endpoint):
                async with _own_client(connection) as client:
                    with suppress(Exception):
                        await client.get(address)
                return

    return {"import_users": import_users}


@bad("N1", "foreign_next_page", "without an error")
def foreign_next_page_is_the_end() -> dict[str, Any]:
    """A next page on another host is not asked for, and ends the list as if it were whole."""

    async def walk(connection: Any) -> Any:
        address: str | None = START
        while address:
            page = await good.users_at(connection.http, address)
            yield UserPage(users=tuple(map(good.crm_user, page.items)))
            address = page.cursor
            if address and not address.startswith(connection.settings.endpoint):
                return

    return {"import_users": walk}


@bad("N1", "collector.example.com|look-up|name")
def looks_a_name_up() -> dict[str, Any]:
    """No connection is made, but a name is looked up, which tells its owner as much."""

    async def look_up(crm: Any) -> Finding:
        import asyncio

        with suppress(OSError):
            await asyncio.get_running_loop().getaddrinfo("collector.example.com", 443)
        return await good.look_up(crm)

    return checking(look_up=look_up)


# --- N2: credentials on each request to the host, and on none to another ---------------------------------------------


@bad("N2", "credentials went along to another host")
def key_goes_along_a_redirect() -> dict[str, Any]:
    """Redirects are followed, key and all."""
    return _own_import(follow_redirects=True)


@bad("N2", "contacts", "credentials|unsigned|signed")
def unsigned_request() -> dict[str, Any]:
    """A lookup goes out without credentials."""

    async def look_up(crm: Any) -> Finding:
        with suppress(good.JackfieldError):
            await crm.http.get("contacts?phone=1", signed=False)
        return await good.look_up(crm)

    return checking(look_up=look_up)


@bad("N2", "credentials|unsigned|signed")
def nothing_is_signed() -> dict[str, Any]:
    """Requests are not signed at all."""
    return {"authenticate": lambda settings: NoAuth()}


@bad("N2", "credentials went along to another host")
def key_goes_along_a_redirect_of_the_check() -> dict[str, Any]:
    """One small request of the check follows redirects with the key; whatever comes of it is nobody's business."""

    async def reach(crm: Any) -> Finding:
        with suppress(Exception):
            async with _own_client(crm, follow_redirects=True) as client:
                await client.get(f"{crm.settings.endpoint}me")
        await crm.http.get("me", judged=False)
        return Finding(message="Good.")

    async def sign_in(crm: Any) -> Finding:
        return good.signed_in((await crm.http.get("me")).read(good.ME))

    return checking(reach=reach, sign_in=sign_in)


@bad("N2", "query|address|URL|url|credentials")
def key_in_every_address() -> dict[str, Any]:
    """The key goes into the address as well, where logs of servers and proxies keep it."""

    async def look_up(crm: Any) -> Finding:
        await crm.http.get("contacts", params={"phone": "1", "key": key_of(crm)})
        return await good.look_up(crm)

    return checking(look_up=look_up)


# --- N3: nothing is shared -------------------------------------------------------------------------------------------


@bad("N3", "\\d+ users.*gave|got \\d+")
def users_kept_for_all() -> dict[str, Any]:
    """The users of the first account are kept, and given to everybody."""
    kept: list[Any] = []

    async def import_users(connection: Any) -> Any:
        if not kept:
            kept.extend([page async for page in good.import_users(connection)])
        for page in kept:
            yield page

    return {"import_users": import_users}


@bad("N3", "two connections at once|another connection's credentials")
def last_connection_kept() -> dict[str, Any]:
    """The client of the last connection serves all that go on."""
    last: dict[str, Any] = {}

    async def import_users(connection: Any) -> Any:
        last["http"] = connection.http
        address: str | None = START
        while address:
            page = await good.users_at(last["http"], address)
            yield UserPage(users=tuple(map(good.crm_user, page.items)), total=page.total)
            address = page.cursor and f"users?{page.cursor.partition('?')[2]}"

    return {"import_users": import_users}


@bad("N3", "check of good credentials, after one of refused ones")
def check_is_shared() -> dict[str, Any]:
    """The steps are made once, so that what one check has learnt serves the next."""
    steps = good.steps()
    return {"systems_check": lambda: steps}


@bad("N3", "signs alike|another connection's")
def first_key_signs_all() -> dict[str, Any]:
    """How requests are signed is worked out once."""
    kept: list[Any] = []

    def authenticate(settings: Any) -> Any:
        kept.append(good.authenticate(settings))
        return kept[0]

    return {"authenticate": authenticate}


@bad("N3", "met|module level|global|CACHE")
def global_cache() -> str:
    """A cache at the module level, keyed by nothing."""
    return (
        "CACHE = {}\n"
        "@hookimpl\n"
        "async def import_users(connection):\n"
        "    async for page in good.import_users(connection):\n"
        "        CACHE.update({user.id: user for user in page})\n"
        "        yield page"
    )


@bad("N3", "ACME_PAGE_SIZE|environment")
def reads_the_environment() -> str:
    """The size of a page is read from the environment."""
    return (
        "import os\n"
        "@hookimpl\n"
        "def limits():\n"
        "    int(os.environ.get('ACME_PAGE_SIZE', '100'))\n"
        "    return good.limits()"
    )


@bad("N3", "ACME_DEBUG|environment")
def asks_getenv() -> str:
    """A switch is read by getenv() while users are imported."""
    return (
        "from os import getenv\n"
        "@hookimpl\n"
        "async def import_users(connection):\n"
        "    getenv('ACME_DEBUG')\n"
        "    async for page in good.import_users(connection):\n"
        "        yield page"
    )


@bad("N3", "environment|ACME_PROXY")
def keeps_the_environment_by_name() -> str:
    """The environment is taken hold of at import and read later."""
    return (
        "from os import environ\n"
        "@hookimpl\n"
        "async def import_users(connection):\n"
        "    environ.get('ACME_PROXY')\n"
        "    async for page in good.import_users(connection):\n"
        "        yield page"
    )


# --- N4: budgets -----------------------------------------------------------------------------------------------------


@bad("N4", "requests at once were refused|requests came within", "limits\\(\\) declares")
def no_budget() -> dict[str, Any]:
    """The CRM's limit is not declared."""
    return {"limits": None}


@bad("N4", "requests at once were refused|requests came within", "limits\\(\\) declares")
def budget_too_large() -> dict[str, Any]:
    """Ten times what the CRM allows."""
    return {"limits": lambda: [replace(good.LIMIT, amount=200)]}


@bad("N4", "requests at once were refused|requests came within", "limits\\(\\) declares")
def budget_of_each_endpoint() -> dict[str, Any]:
    """The CRM counts by account, the connector by endpoint."""
    return {"limits": lambda: [replace(good.LIMIT, scope=Scope.ENDPOINT)]}


@bad("N4", "requests at once were refused|requests came within", "limits\\(\\) declares")
def budget_of_a_shorter_window() -> dict[str, Any]:
    """20 a second became 20 in a tenth of it."""
    return {"limits": lambda: [Limit(amount=20, window=0.1)]}


# --- N5: Accept and User-Agent ---------------------------------------------------------------------------------------


@bad("N5", "User-Agent")
def nameless() -> dict[str, Any]:
    """A client of the connector's own names neither product nor version; the core's lets nobody change either."""

    async def look_up(crm: Any) -> Finding:
        async with _own_client(crm) as client:
            await client.get(f"{crm.settings.endpoint}contacts?phone=1")
        return await good.look_up(crm)

    return checking(look_up=look_up)


@bad("N5", "Accept|\\*/\\*")
def takes_anything() -> dict[str, Any]:
    """A request says that it takes whatever comes."""

    async def look_up(crm: Any) -> Finding:
        await crm.http.get("contacts?phone=1", headers={"Accept": "*/*"})
        return await good.look_up(crm)

    return checking(look_up=look_up)


@bad("N5", "Accept|\\*/\\*")
def takes_anything_by_declaration() -> dict[str, Any]:
    """The platform says that its API is asked for whatever comes."""
    return {"platform": lambda: replace(good.platform(), accept="*/*")}
