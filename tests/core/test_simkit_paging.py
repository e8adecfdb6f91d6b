"""The kit's kinds of paging, asked over real HTTP as a client would that knows nothing of Jackfield."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from jackfield.simkit import ByCursor, ByLink, ByOffset, ByPage, KeyInHeader, SimulatedCrm, Users, Whole
from jackfield.simulation import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jackfield.simkit import Paging

OFFSET = ByOffset(total="X-Total-Count")
PAGE = ByPage(items="users", total="meta.total")
CURSOR = ByCursor(items="data", next="meta.next")
LINK = ByLink(total="X-Total")


@contextmanager
def listed(paging: Paging, *, users: int = 12, **knobs: object) -> Iterator[httpx.Client]:
    """A client of a CRM that has nothing but a list of users, whose ids are their places."""
    crm = SimulatedCrm(
        prefix="/",
        signing=KeyInHeader("X-Key"),
        settings=lambda url, key: {"endpoint": url, "api_key": key},
        routes=[Users(path="users", row=lambda person: {"id": person.number}, paging=paging)],
    ).simulator()
    options = crm.options(users=users, knobs={"api_key": "k", **knobs})
    with running(crm, options) as url, httpx.Client(base_url=url, headers={"X-Key": "k"}) as client:
        yield client


def ids(rows: list[dict[str, int]]) -> list[int]:
    """What a page holds."""
    return [row["id"] for row in rows]


def by_offset(client: httpx.Client) -> list[int]:
    """Everybody, by the place of the first one wanted."""
    found: list[int] = []
    while page := client.get("users", params={"offset": len(found), "limit": 5}).json():
        found += ids(page)
    return found


def by_page(client: httpx.Client) -> list[int]:
    """Everybody, by the number of the page."""
    found: list[int] = []
    number = 1
    while page := client.get("users", params={"page": number, "per_page": 5}).json()["users"]:
        found, number = found + ids(page), number + 1
    return found


def by_cursor(client: httpx.Client) -> list[int]:
    """Everybody, by the token of the page before."""
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        body = client.get("users", params={"cursor": cursor, "limit": "5"}).json()
        found, cursor = found + ids(body["data"]), body["meta"]["next"]
    return found


def by_link(client: httpx.Client) -> list[int]:
    """Everybody, by the address in the header."""
    found: list[int] = []
    url: str | None = "users?per_page=5"
    while url:
        answer = client.get(url)
        found, url = found + ids(answer.json()), answer.links.get("next", {}).get("url")
    return found


WALKS = [(OFFSET, by_offset), (PAGE, by_page), (CURSOR, by_cursor), (LINK, by_link)]


@pytest.mark.parametrize(("paging", "walk"), WALKS)
@pytest.mark.parametrize("users", [0, 1, 5, 10, 12])
def test_everybody_comes_once(paging: Paging, walk: Callable[[httpx.Client], list[int]], users: int) -> None:
    """Also where the pages divide them without rest."""
    with listed(paging, users=users) as client:
        assert list(range(users)) == walk(client)


@pytest.mark.parametrize(("paging", "walk"), WALKS)
def test_a_clamped_answer_holds_no_more_whatever_is_asked(
    paging: Paging, walk: Callable[[httpx.Client], list[int]]
) -> None:
    """And everybody comes all the same."""
    with listed(paging, page_size=2) as client:
        assert list(range(12)) == walk(client)
        first: Any = client.get("users", params={"limit": 100, "per_page": 100}).json()
        assert len(first if isinstance(first, list) else next(iter(first.values()))) == 2


@pytest.mark.parametrize(("paging", "walk"), WALKS[:2])
def test_walked_by_place_a_moving_list_hides_somebody(
    paging: Paging, walk: Callable[[httpx.Client], list[int]]
) -> None:
    """The first goes to the end after the first page, so he comes twice and the sixth not at all."""
    with listed(paging, listing="moving") as client:
        found = walk(client)
    assert (sorted({*range(12)} - {*found}), found.count(0), len(found)) == ([5], 2, 12)


def test_walked_by_key_a_moving_list_shows_somebody_twice() -> None:
    """The first comes again at the end, and nobody is missed."""
    with listed(CURSOR, listing="moving") as client:
        assert [*range(12), 0] == by_cursor(client)


@pytest.mark.parametrize(
    ("paging", "params"),
    [(OFFSET, {"offset": 900}), (PAGE, {"page": 4}), (CURSOR, {"cursor": "after-000384"}), (LINK, {"page": 4})],
)
def test_an_endless_list_always_has_a_next_page(paging: Paging, params: dict[str, str]) -> None:
    """Far beyond the last user, in answers as large as the knob says."""
    with listed(paging, listing="endless", page_size=300) as client:
        answer = client.get("users", params=params)
    assert answer.text.count('"id"') == 300
    assert '{"id":1199}' in answer.text
    assert "link" not in answer.headers or answer.links["next"]


def test_an_endless_list_says_it_has_one_more_than_it_gave() -> None:
    """So whoever believes its total goes on as well."""
    with listed(PAGE, users=3, listing="endless") as client:
        totals = [client.get("users", params={"page": page, "per_page": 5}).json()["meta"]["total"] for page in (1, 2)]
    assert totals == [6, 11]


def test_totals_stand_where_the_api_tells_them() -> None:
    """In a header, in a member of a member, or nowhere."""
    with listed(OFFSET) as one, listed(PAGE) as two, listed(CURSOR) as three:
        assert one.get("users").headers["x-total-count"] == "12"
        assert two.get("users").json()["meta"] == {"total": 12}
        assert three.get("users").json()["meta"] == {"next": None}


def test_a_link_is_absolute_and_keeps_the_rest_of_the_query() -> None:
    """On the host that was asked; the last page has none."""
    with listed(LINK) as client:
        first = client.get("users", params={"per_page": 10, "state": "a b"})
        assert first.links["next"]["url"] == f"{client.base_url}/users?per_page=10&state=a+b&page=2"
        assert client.get(first.links["next"]["url"]).links == {}


@pytest.mark.parametrize(
    ("asked", "expected"), [({}, 30), ({"limit": "7"}, 7), ({"limit": "x"}, 30), ({"limit": "99"}, 50)]
)
def test_how_many_come_unless_asked_and_at_most(asked: dict[str, str], expected: int) -> None:
    """What is no number counts as not asked."""
    with listed(ByOffset(default=30, most=50), users=80) as client:
        assert expected == len(client.get("users", params=asked).json())


def test_a_whole_list_comes_in_one_answer() -> None:
    """Whatever is asked for."""
    with listed(Whole(items="users"), users=250) as client:
        assert len(client.get("users", params={"limit": 5}).json()["users"]) == 250
