"""A POST to an address that is no CRM's: guarded, bounded, and never led elsewhere."""

from __future__ import annotations

import pytest

from jackfield.errors import JackfieldError
from jackfield.http import OutboundPolicy, post
from tests.core.http.serving import LOOPBACK, drip, drop, hang_up, reply, serving, stall


async def test_status_is_told() -> None:
    """Whatever the receiver answers is given as its status, and what was sent has arrived with its headers."""
    async with serving(reply(status="503 Busy")) as server:
        status = await post(server.url, content=b"{}", headers={"webhook-id": "1"}, policy=LOOPBACK)
    assert (status, server.requests[0].headers["webhook-id"]) == (503, "1")


async def test_redirect_is_not_followed() -> None:
    """A receiver can't lead what is sent to another address."""
    async with serving() as other, serving(reply(status="307 Elsewhere", Location=other.url)) as server:
        status = await post(server.url, content=b"{}", headers={}, policy=LOOPBACK)
    assert (status, other.requests) == (307, [])


async def test_private_address_is_refused() -> None:
    """By a policy that does not allow it, before anything is sent."""
    async with serving() as server:
        with pytest.raises(JackfieldError) as refused:
            await post(server.url, content=b"{}", headers={}, policy=OutboundPolicy())
    assert (refused.value.code, server.connections) == ("address_not_allowed", 0)


async def test_body_of_the_answer_is_not_waited_for() -> None:
    """The status is enough: what drips on for ever costs nothing."""
    async with serving(drip) as server:
        assert await post(server.url, content=b"{}", headers={}, policy=LOOPBACK, within=5) == 200


async def test_silence_has_an_end() -> None:
    """A receiver that says nothing is given up in time, in the words of the catalogue."""
    async with serving(stall) as server:
        with pytest.raises(JackfieldError) as late:
            await post(server.url, content=b"{}", headers={}, policy=LOOPBACK, within=0.2)
    assert (late.value.code, late.value.request) == ("timed_out", f"POST {server.url}")


@pytest.mark.parametrize(
    ("address", "code"), [("ftp://example.com/", "unsupported_scheme"), ("http://example.com:x/", "invalid_url")]
)
async def test_no_address(address: str, code: str) -> None:
    """What is no web address is refused in words."""
    with pytest.raises(JackfieldError) as refused:
        await post(address, content=b"{}", headers={}, policy=LOOPBACK)
    assert refused.value.code == code


async def test_connection_that_breaks() -> None:
    """A receiver that hangs up without a word is told of; one that breaks off after its status has taken it."""
    async with serving(hang_up) as server:
        with pytest.raises(JackfieldError) as broken:
            await post(server.url, content=b"{}", headers={}, policy=LOOPBACK)
    async with serving(drop) as server:
        assert await post(server.url, content=b"{}", headers={}, policy=LOOPBACK) == 200
    assert broken.value.code == "connection_lost"
