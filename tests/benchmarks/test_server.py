"""The benchmarks' CRM: the pages that the connector reads, from the account of each key."""

from __future__ import annotations

import base64
import json

import httpx
import pytest

from benchmarks.people import People, large_key, small_key
from benchmarks.server import Crm, running


def asked(target: str, key: str, people: int = 100) -> tuple[int, httpx.Headers, bytes]:
    """What is answered to one request."""
    basic = base64.b64encode(f"{key}:".encode()).decode()
    head = f"GET /v3.1/{target} HTTP/1.1\r\nHost: example\r\nAuthorization: Basic {basic}\r\nAccept: */*"
    top, _, body = Crm(People(people)).answer(head.encode()).partition(b"\r\n\r\n")
    status, *lines = top.decode().split("\r\n")
    return int(status.split()[1]), httpx.Headers([line.split(": ", 1) for line in lines]), body


def test_a_page_is_the_part_of_the_account_that_was_asked_for() -> None:
    """With the total beside it."""
    status, headers, body = asked("Users?skip=10&top=5&count_total=true", large_key(50))
    assert (status, headers["x-total-count"], int(headers["content-length"])) == (200, "50", len(body))
    assert [user["USER_ID"] for user in json.loads(body)] == [10010, 10011, 10012, 10013, 10014]


def test_the_last_page_ends_with_the_account() -> None:
    """And what lies behind it is empty."""
    assert len(json.loads(asked("Users?skip=40&top=500", large_key(50))[2])) == 10
    assert json.loads(asked("Users?skip=50&top=500", large_key(50))[2]) == []


def test_each_organization_has_people_of_its_own() -> None:
    """Twenty to each."""
    first, second = (json.loads(asked("Users?top=500", small_key(number))[2]) for number in (0, 1))
    assert len(first) == len(second) == 20
    assert not {user["USER_ID"] for user in first} & {user["USER_ID"] for user in second}


@pytest.mark.parametrize("key", ["", "somebody", large_key(101), small_key(5), "bench-users-x"])
def test_a_key_of_nobody_is_refused(key: str) -> None:
    """Also one whose people there are not."""
    assert asked("Users", key)[0] == 401


def test_the_connector_imports_all_of_them_over_http() -> None:
    """As the connector asks for them, from a process of its own."""
    with running(1200, (0, 1)) as urls, httpx.Client(auth=(large_key(1200), "")) as client:
        for url in urls.values():
            pages = [
                client.get(f"{url}/v3.1/Users", params={"skip": skip, "top": 500}).json() for skip in (0, 500, 1000)
            ]
            assert [len(page) for page in pages] == [500, 500, 200]
            assert client.get(f"{url}/v3.1/Users/Me").json() == pages[0][0]
