"""Connections that outlive a client."""

from __future__ import annotations

import pytest

from jackfield.errors import JackfieldError
from jackfield.http import Basic, HttpClient, OutboundPolicy, Pool
from tests.core.http.serving import LOOPBACK, reply, serving


async def test_clients_ask_over_the_same_connection_with_their_own_credentials() -> None:
    """One connection for two accounts, each of which sends its own."""
    async with serving(*[reply("[]")] * 2) as server, Pool(policy=LOOPBACK) as pool:
        for key in ("first-key", "second-key"):
            async with HttpClient(server.url, user_agent="test/1", auth=Basic(key), pool=pool) as http:
                await http.get("Users")
    first, second = (request.headers["authorization"] for request in server.requests)
    assert (first == second, server.connections) == (False, 1)


async def test_pool_goes_only_where_its_policy_permits() -> None:
    """What a client may not reach, it may not reach by a pool."""
    async with (
        Pool(policy=OutboundPolicy()) as pool,
        HttpClient("http://127.0.0.1:9/", user_agent="t", pool=pool) as http,
    ):
        with pytest.raises(JackfieldError, match="sends no request"):
            await http.get("Users")


async def test_another_policy_than_the_pools_is_refused() -> None:
    """Nobody is left to believe that his own policy is kept."""
    async with Pool(policy=LOOPBACK) as pool:
        with pytest.raises(ValueError, match="policy"):
            HttpClient("http://127.0.0.1:9/", user_agent="t", policy=OutboundPolicy(), pool=pool)
