"""A connection: its check never raises, its listing is complete or ends in an error, its texts hold no secret."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from jackfield import Contact, CrmUser, Platform, Record, UserPage
from jackfield.checks import Account, CheckReport, Finding, StepResult
from jackfield.errors import JackfieldError, error
from jackfield.http import Basic, Bounds
from tests.core.acme import GIVEN, KEY, RECORD, connected, connector, pages, step, users
from tests.core.http.serving import LOOPBACK, reply, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from jackfield import Connection


def telling_error() -> JackfieldError:
    """An error that tells the key in every text."""
    return error("credentials_refused", f"m {KEY}", remedy=f"r {KEY}", detail=f"d {KEY}", request=f"GET /{KEY}")


async def checked(**hooks: Any) -> list[StepResult]:
    """The results of the systems check."""
    async with connected(**hooks) as crm:
        return [result async for result in crm.check()]


async def listed(*given: object, **hooks: Any) -> list[list[str]]:
    """The ids of the users, page by page."""
    async with connected(import_users=pages(*given), **hooks) as crm:
        return [[user.id for user in page] async for page in crm.users()]


async def failed(*given: object) -> JackfieldError:
    """The error in which the listing of these pages ends."""
    with pytest.raises(JackfieldError) as failure:
        await listed(*given)
    return failure.value


def texts(failure: JackfieldError) -> str:
    """Everything that an error says."""
    return repr([str(failure), failure.as_dict(), failure.detail, failure.request, failure.args])


async def test_connection_has_what_hooks_need() -> None:
    """A connection has its connector, platform, settings and HTTP client."""
    async with connected() as crm:
        assert (crm.connector.id, crm.platform.id) == ("acme", "acme")
        assert crm.settings.endpoint == "https://api.example.com/"
        assert callable(crm.http.get)


async def test_check_gives_a_result_for_each_step() -> None:
    """Results come in the order of the steps, which get the connection."""

    async def run(connection: Connection) -> Finding:
        return Finding(message=connection.platform.title)

    found = await checked(systems_check=lambda: [step(run, id="a"), step(run, id="b")])
    assert [(result.id, result.message) for result in found] == [("a", "Acme"), ("b", "Acme")]


def raise_value_error() -> None:
    """A hook that makes a mistake."""
    raise ValueError(KEY)


@pytest.mark.parametrize("hook", [raise_value_error, lambda: None, lambda: ["reach"], lambda: 5])
async def test_check_never_raises(hook: Callable[[], Any]) -> None:
    """C7: even steps that cannot be made end in a result, and the connection is not put to work."""
    found = await checked(systems_check=hook)
    assert [(result.status, result.code, result.required) for result in found] == [("failed", "connector_failed", True)]
    assert (CheckReport(steps=tuple(found)).ok, KEY in repr(found)) == (False, False)


async def telling(_: object) -> Finding:
    """A step that tells the key in all that it found."""
    account = Account(id=KEY, name=f"of {KEY}", holder=KEY, role=KEY)
    there = f"https://{KEY}.example.com/"
    said = f"Key {KEY}."
    return Finding(message=said, remedy=f"Keep {KEY}.", warning="inactive_holder", account=account, elsewhere=there)


async def failing(_: object) -> Finding:
    """A step that fails, and tells the key."""
    raise telling_error()


@pytest.mark.parametrize("run", [telling, failing])
async def test_no_result_shows_a_secret(run: Any) -> None:
    """C8: message, remedy, detail, account and other address are without secrets."""
    found = await checked(systems_check=lambda: [step(run)])
    assert "***" in repr(found)
    assert KEY not in repr(found)


async def test_secrets_of_the_signature_are_redacted_too() -> None:
    """C8: what the connector makes of the settings to sign requests is as secret as they are."""
    signature = Basic(user="ann-of-5550", password="hunter-5550")

    async def run(_: object) -> Finding:
        return Finding(message=str(signature.headers()))

    found = await checked(systems_check=lambda: [step(run)], authenticate=lambda: signature)
    assert signature.headers()["Authorization"].removeprefix("Basic ") not in found[0].message


async def test_check_ends_within_its_time_box() -> None:
    """C7: a step that hangs is ended by the check's own time box."""

    async def run(_: object) -> Finding:
        await asyncio.sleep(60)
        raise AssertionError

    async with connected(systems_check=lambda: [step(run)]) as crm:
        found = [result async for result in crm.check(time_box=0.05)]
    assert [result.code for result in found] == ["timed_out"]


async def test_users_come_page_by_page() -> None:
    """U1, U8: pages are handed on as they come, with what the CRM says there are in all."""
    given = [UserPage(users=users("1", "2").users, total=3), UserPage(users=users("3").users, total=3)]
    async with connected(import_users=pages(*given)) as crm:
        assert given == [page async for page in crm.users()]


async def test_no_users_is_a_complete_listing() -> None:
    """U1: an account without users ends without an error."""
    assert await listed() == []


async def test_each_user_comes_once() -> None:
    """U4: a user that is met again, on the same page or on a later one, is left out."""
    assert await listed(users("1", "2", "1"), users("2", "3"), users("3")) == [["1", "2"], ["3"], []]


@pytest.mark.parametrize(
    "given",
    [
        [CrmUser(id="1", name="Ann")],
        UserPage(users=({"id": "1"},)),  # type: ignore[arg-type]
        UserPage(users=(None,)),  # type: ignore[arg-type]
        UserPage(users=(CrmUser(id="", name="Ann"),)),
        UserPage(users=(CrmUser(id=1, name="Ann"),)),  # type: ignore[arg-type]
        UserPage(users=(CrmUser(id=None, name="Ann"),)),  # type: ignore[arg-type]
        None,
        "page",
    ],
)
async def test_what_is_no_user_ends_the_listing(given: object) -> None:
    """U2: a page of anything but users with an id is the connector's mistake."""
    assert (await failed(users("1"), given)).code == "connector_failed"


@pytest.mark.parametrize("mistake", [ValueError(KEY), KeyError(KEY), SystemExit(KEY), StopIteration(KEY)])
async def test_mistake_in_mid_listing_is_an_error(mistake: BaseException) -> None:
    """U6: a partial list never looks complete; the error does not carry what was raised."""
    failure = await failed(users("1"), mistake)
    assert failure.code == "connector_failed"
    assert KEY not in texts(failure)


async def test_error_in_mid_listing_is_redacted() -> None:
    """U6, C8: an error keeps its code, and loses the secrets in all its texts."""
    failure = await failed(users("1"), telling_error())
    assert failure.code == "credentials_refused"
    assert failure.detail == "d ***"
    assert KEY not in texts(failure)


async def test_cancelling_passes_through() -> None:
    """U9: a listing that is cancelled is no mistake of the connector."""
    with pytest.raises(asyncio.CancelledError):
        await listed(users("1"), asyncio.CancelledError())


@pytest.mark.parametrize("given", [lambda: None, lambda: [users("1")], raise_value_error, lambda: 5])
async def test_listing_of_another_type_is_an_error(given: Callable[[], Any]) -> None:
    """The hook import_users gives an async iterator."""
    async with connected(import_users=given) as crm:
        with pytest.raises(JackfieldError) as failure:
            _ = [page async for page in crm.users()]
    assert failure.value.code == "connector_failed"


class PlainIterator:
    """An async iterator that is no generator."""

    def __init__(self) -> None:
        self._pages = iter([users("1"), users("2")])

    def __aiter__(self) -> PlainIterator:
        return self

    async def __anext__(self) -> UserPage:
        try:
            return next(self._pages)
        except StopIteration:
            raise StopAsyncIteration from None


def plain_iterator() -> PlainIterator:
    """A hook that gives it."""
    return PlainIterator()


async def test_any_async_iterator_is_a_listing() -> None:
    """The contract asks for an async iterator, not for a generator."""
    async with connected(import_users=plain_iterator) as crm:
        assert [[user.id for user in page] async for page in crm.users()] == [["1"], ["2"]]


async def test_leaving_a_listing_closes_the_connectors() -> None:
    """U9: who stops reading leaves nothing of the connector running."""
    closed = []

    async def import_users() -> AsyncIterator[UserPage]:
        try:
            while True:
                yield users("1")
        finally:
            closed.append("closed")

    async with connected(import_users=import_users) as crm:
        listing = crm.users()
        await anext(listing)
        await listing.aclose()  # type: ignore[attr-defined]
    assert closed == ["closed"]


async def test_two_connections_keep_their_users_apart() -> None:
    """N3: what one listing has met is nothing to another."""
    async with connected(import_users=pages(users("1"))) as crm:
        for _ in range(2):
            assert [[user.id for user in page] async for page in crm.users()] == [["1"]]


def contact(number: str, name: str = "Ann") -> Contact:
    """A contact of this id."""
    return Contact(record=Record(kind="contact", id=number), name=name)


def finding(*contacts: object) -> Callable[[str], Any]:
    """The hook find_contacts that finds these."""

    async def find_contacts(number: str) -> Any:
        if number == "fail":
            raise telling_error()
        return contacts

    return find_contacts


async def test_each_contact_is_found_once() -> None:
    """L3: a contact that was found twice is given once, as it was found first, in the order found."""
    found = finding(contact("1", "first"), contact("2"), contact("1", "second"))
    async with connected(find_contacts=found) as crm:
        assert await crm.find("+12065550100") == (contact("1", "first"), contact("2"))


async def test_error_of_a_lookup_is_redacted() -> None:
    """C8: looking up a number fails with the connector's error, without secrets."""
    async with connected(find_contacts=finding()) as crm:
        with pytest.raises(JackfieldError) as failure:
            await crm.find("fail")
    assert (failure.value.code, KEY in texts(failure.value)) == ("credentials_refused", False)


@pytest.mark.parametrize("hook", [lambda: 5, lambda number: [contact(number)], finding(5), finding("contact")])
async def test_lookup_of_another_type_is_an_error(hook: Any) -> None:
    """The hook find_contacts gives contacts, to be awaited."""
    async with connected(find_contacts=hook) as crm:
        with pytest.raises(JackfieldError) as failure:
            await crm.find("+12065550100")
    assert failure.value.code == "connector_failed"


async def test_lookup_that_is_not_offered_is_told() -> None:
    """A connector without the hook says that it does not support looking up numbers."""
    async with connected() as crm:
        with pytest.raises(JackfieldError, match="The connector of Acme cannot look up numbers") as failure:
            await crm.find("+12065550100")
    assert failure.value.code == "unsupported"


async def test_link_of_a_connection_uses_its_settings() -> None:
    """A connection's link is that of the connector for its settings, and its errors are redacted."""

    def record_link(settings: Any, record: Record) -> str:
        if record.id == "42":
            return f"{settings.endpoint}{record.id}"
        raise telling_error()

    async with connected(record_link=record_link) as crm:
        assert crm.link(RECORD) == "https://api.example.com/42"
        with pytest.raises(JackfieldError) as failure:
            crm.link(Record(kind="contact", id="1"))
    assert KEY not in texts(failure.value)


def platform_accepting(media_type: str) -> Callable[[], Platform]:
    """A hook ``platform`` whose API is asked for that media type."""
    return lambda: Platform(id="acme", title="Acme", instructions="", docs_url="", accept=media_type)


@pytest.mark.clause("N5")
async def test_requests_accept_what_the_platform_says() -> None:
    """The media type that the platform declares is the one that its API is asked for."""
    acme = connector(platform=platform_accepting("application/vnd.acme+json"))
    async with serving() as server:
        settings = acme.parse({**GIVEN, "endpoint": server.url}).settings
        async with acme.connect(settings, network=LOOPBACK) as crm:
            await crm.http.get("Users")
    assert server.requests[0].headers["accept"] == "application/vnd.acme+json"


async def test_answers_of_a_connection_are_bounded_as_asked() -> None:
    """How much an answer may cost can be said for one connection."""
    acme = connector()
    async with serving(reply("[1, 2, 3]")) as server:
        settings = acme.parse({**GIVEN, "endpoint": server.url}).settings
        async with acme.connect(settings, network=LOOPBACK, bounds=Bounds(body=5)) as crm:
            with pytest.raises(JackfieldError) as failure:
                await crm.http.get("Users")
    assert failure.value.code == "answer_too_large"
