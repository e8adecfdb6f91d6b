"""As many tests as COUNT says, each of which replays a page of 20 users to an httpx client; run by pytest."""

from __future__ import annotations

import json
import os

import httpx
import pytest

from benchmarks.people import SMALL, People

_RECORDED = json.dumps({"/v3.1/Users": People(SMALL).page(0, SMALL).decode()})


@pytest.mark.parametrize("number", range(int(os.environ.get("COUNT", "1"))))
def test_page(number: int) -> None:
    """The page has its users."""
    recorded = json.loads(_RECORDED)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=recorded[request.url.path]))
    with httpx.Client(transport=transport, base_url="https://api.example.com") as client:
        users = client.get("/v3.1/Users", params={"number": number}).json()
    assert len(users) == SMALL  # noqa: S101 - a test
