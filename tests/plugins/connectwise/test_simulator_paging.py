"""The simulated lists' two ways to page, and the Link header of each, over real HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.plugins.connectwise.simulated import CONTACTS, FORWARD, MEMBERS, connectwise, every_member

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx


@pytest.fixture(scope="module")
def crm() -> Iterator[httpx.Client]:
    with connectwise() as client:
        yield client


def links(answer: httpx.Response) -> dict[str, str]:
    """The numbers of pages (or the last id) that the Link header leads to, by what it calls them."""
    found = re.findall(r'<[^>]*?[?&](?:page|pageId)=(\d+)>; rel="(\w+)"', answer.headers.get("link", ""))
    return {name: number for number, name in found}


def forward(crm: httpx.Client, size: int, **params: str) -> list[list[int]]:
    """The ids of each forward-only page, by following the Link header."""
    pages: list[list[int]] = []
    last = ""
    while True:
        asked = {"pageSize": str(size), "fields": "id", **params, **({"pageId": last} if last else {})}
        answer = crm.get(MEMBERS, params=asked, headers=FORWARD)
        pages.append([row["id"] for row in answer.json()])
        last = links(answer).get("next", "")
        if not last:
            return pages


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, 25),
        ({"pageSize": "3"}, 3),
        ({"pagesize": "3", "PAGE": "40"}, 3),
        ({"pageSize": "7", "page": "18"}, 1),
        ({"pageSize": "7", "page": "19"}, 0),
        ({"pageSize": "1000"}, 120),
        ({"pageSize": "5000"}, 120),
    ],
)
def test_how_much_comes(crm: httpx.Client, params: dict[str, str], expected: int) -> None:
    """25 unless asked otherwise; nothing past the last page."""
    assert expected == len(crm.get(MEMBERS, params=params).json())


def test_a_thousand_is_the_most() -> None:
    """More is cut to it in silence, which looks like all of them to whoever trusts his own number."""
    with connectwise(users=1_234) as crm:
        answer = crm.get(MEMBERS, params={"pageSize": "5000"})
    assert (len(answer.json()), links(answer)) == (1_000, {"next": "2", "last": "2"})


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("1", {"next": "2", "last": "4"}),
        ("2", {"next": "3", "last": "4", "prev": "1", "first": "1"}),
        ("4", {"prev": "3", "first": "1"}),
    ],
)
def test_links_of_numbered_pages(crm: httpx.Client, page: str, expected: dict[str, str]) -> None:
    """No next and last at the end, no prev and first at the beginning."""
    assert expected == links(crm.get(MEMBERS, params={"pageSize": "30", "page": page}))


def test_a_link_keeps_what_was_asked(crm: httpx.Client) -> None:
    """Its address is whole, and leads to the next page of the same list."""
    params = {"pageSize": "2", "conditions": 'licenseClass="A"', "fields": "id", "orderBy": "id desc"}
    first = crm.get(MEMBERS, params=params)
    following = first.links["next"]["url"]
    assert (first.json(), crm.get(following).json()) == ([{"id": 401}, {"id": 280}], [{"id": 159}])


def test_what_fits_one_page_has_no_link(crm: httpx.Client) -> None:
    """Neither to itself nor to a last page."""
    assert "link" not in crm.get(MEMBERS, params={"pageSize": "120"}).headers


def test_forward_only_pages_end_with_an_empty_link(crm: httpx.Client) -> None:
    """Every member once, in the order of the ids, the next page named by the last id of this one."""
    pages = forward(crm, 50)
    ids = [identity for page in pages for identity in page]
    last = crm.get(MEMBERS, params={"pageId": str(ids[-2])}, headers=FORWARD)
    assert ([len(page) for page in pages], ids) == ([50, 50, 20], sorted(set(ids)))
    assert (last.headers["link"], len(last.json())) == ("", 1)


def test_forward_only_pages_take_conditions(crm: httpx.Client) -> None:
    """Also when the id that was met last is none of theirs."""
    assert forward(crm, 1, conditions='licenseClass="A"') == [[159], [280], [401]]
    answer = crm.get(MEMBERS, params={"conditions": 'licenseClass="A"', "pageId": "160"}, headers=FORWARD)
    assert [member["id"] for member in answer.json()] == [280, 401]


@pytest.mark.parametrize("params", [{"orderBy": "id"}, {"pageId": "x"}, {"pageId": "9" * 30}])
def test_what_forward_only_pages_refuse(crm: httpx.Client, params: dict[str, str]) -> None:
    """An order of one's own, and an id that is none."""
    assert crm.get(MEMBERS, params=params, headers=FORWARD).status_code == 400


def test_forward_only_ignores_the_page_s_number(crm: httpx.Client) -> None:
    """The id alone counts."""
    answer = crm.get(MEMBERS, params={"page": "3", "pageSize": "1"}, headers=FORWARD)
    assert [member["id"] for member in answer.json()] == [150]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("id desc", [5747, 5743, 5739]),
        ("lastName asc, id desc", [5747, 5716, 5693]),
        ("company/name desc,id", [5558, 5586, 5617]),
    ],
)
def test_an_order(crm: httpx.Client, order: str, expected: list[int]) -> None:
    """Several members, either way, members of references too; what has none comes first."""
    answer = crm.get(CONTACTS, params={"orderBy": order, "pageSize": "3", "fields": "id"})
    assert expected == [row["id"] for row in answer.json()]


@pytest.mark.parametrize("order", ["nope", "id sideways", "communicationItems/value/x"])
def test_an_order_that_is_refused(crm: httpx.Client, order: str) -> None:
    """As a condition with that name is."""
    answer = crm.get(CONTACTS, params={"orderBy": order})
    assert (answer.status_code, answer.json()["code"]) == (400, "ApiFindCondition")


def test_a_moving_list_hides_a_member_from_whoever_asks_for_no_order() -> None:
    """After each first page the first member goes to the end; with an order nobody moves."""
    with connectwise(listing="moving", largest_page=50) as crm:
        loose, ordered = every_member(crm), every_member(crm, orderBy="id")
    assert [len({member["id"] for member in members}) for members in (loose, ordered)] == [119, 120]


def test_a_moving_list_brings_a_member_twice_in_forward_only_pages() -> None:
    """The last one of a page is the first one of the next."""
    with connectwise(users=12, listing="moving", largest_page=5) as crm:
        pages = forward(crm, 5)
    assert [page[0] for page in pages[1:]] == [page[-1] for page in pages[:-1]]
    assert len({identity for page in pages for identity in page}) == 12


@pytest.mark.parametrize("headers", [{}, FORWARD])
def test_an_endless_list_goes_on_after_its_last_member(headers: dict[str, str]) -> None:
    """In both ways to page, while the count stays what it was."""
    with connectwise(users=3, listing="endless") as crm:
        answer = crm.get(MEMBERS, params={"pageSize": "10"}, headers=headers)
        assert (len(answer.json()), "next" in links(answer)) == (10, True)
        assert crm.get(f"{MEMBERS}/count").json() == {"count": 3}


def test_an_account_without_members() -> None:
    """An empty list, of no length."""
    with connectwise(users=0) as crm:
        assert (crm.get(MEMBERS).json(), crm.get(f"{MEMBERS}/count").json()) == ([], {"count": 0})
        assert crm.get(MEMBERS, headers=FORWARD).headers["link"] == ""
