"""Redirects are followed at home, and nowhere else."""

from __future__ import annotations

import pytest

from jackfield.http import Basic
from tests.core.http.serving import client, failure, reply, serving


def to(location: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return reply(b"", status, kind="", Location=location)


@pytest.mark.clause("N2")
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_same_origin_is_followed_with_credentials(status: str) -> None:
    """A redirect within the origin is followed, signed like any request."""
    answers = to("/v4/Users?page=1", status), reply("[]")
    async with serving(*answers) as server, client(server.url, auth=Basic("key-1234")) as http:
        answer = await http.get("Users")
    assert [request.target for request in server.requests] == ["/v3.1/Users", "/v4/Users?page=1"]
    assert server.requests[0].headers["authorization"] == server.requests[1].headers["authorization"]
    assert answer.url.endswith("/v4/Users")


@pytest.mark.clause("N2")
async def test_other_origin_is_not_asked_at_all() -> None:
    """A redirect to another origin, be it another port, is told, and no request is sent there."""
    async with serving() as other, serving(to(f"{other.url}login?token=abc")) as server:
        raised = await failure(server.url, auth=Basic("key-1234"))
    assert (raised.code, len(server.requests), other.connections) == ("redirected_elsewhere", 1, 0)
    assert f"302 Found, Location: {other.url}login" == raised.detail


@pytest.mark.parametrize(
    "location", ["http://169.254.169.254/latest/", "https://127.0.0.1/", "//example.org", "http://["]
)
async def test_no_trick_leads_elsewhere(location: str) -> None:
    """Private addresses, another scheme, a missing scheme, an unreadable address: all are elsewhere."""
    async with serving(to(location)) as server:
        assert (await failure(server.url)).code == "redirected_elsewhere"


async def test_three_hops_are_followed() -> None:
    """Three redirects are followed, the answer after them counts."""
    async with serving(to("a"), to("b"), to("c"), reply("[1]")) as server, client(server.url) as http:
        assert (await http.get("Users")).json() == [1]


async def test_more_hops_are_no_api() -> None:
    """Whoever only redirects is not the API."""
    async with serving(to("again")) as server:
        raised = await failure(server.url)
    assert (raised.code, len(server.requests)) == ("not_the_api", 4)


async def test_redirect_without_a_target_is_no_api() -> None:
    """A redirect to nowhere is an answer of something else."""
    async with serving(reply(b"", "302 Found", kind="")) as server:
        raised = await failure(server.url)
    assert (raised.code, len(server.requests)) == ("not_the_api", 1)
