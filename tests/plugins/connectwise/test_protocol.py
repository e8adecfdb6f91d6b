"""What ConnectWise is asked, and how its lists are read, whatever its headers say."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from jackfield.errors import JackfieldError
from jackfield_connectwise import protocol
from tests.plugins.connectwise.scripted import KEYS, Told, answering, connected

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.plugins.connectwise.scripted import Asked

IDS = [11, 12, 15, 16, 17, 23, 42]
LINK = '<http://127.0.0.1/v4_6_release/apis/3.0/system/members?pageSize=3&page=2>; rel="next"'


def members(ids: list[int]) -> list[dict[str, Any]]:
    return [{"id": each, "identifier": f"m{each}"} for each in ids]


def forward_only(asked: Asked) -> Told:
    """Three at a time, as the vendor's guide has it: those after pageId, and the Link header always there."""
    after = [each for each in IDS if each > int(asked.query.get("pageId", 0))]
    return Told(members(after[:3]), headers={"link": LINK if after[3:] else ""})


def by_number(asked: Asked) -> Told:
    """Three at a time by page, as if forward-only paging had never been heard of."""
    start = (int(asked.query.get("page", 1)) - 1) * 3
    return Told(members(IDS[start : start + 3]))


async def imported(answer: Callable[[Asked], Told]) -> tuple[list[int], list[Asked]]:
    """The ids that an import gives, and what was asked beside the count."""
    with answering(lambda asked: Told({"count": len(IDS)}) if asked.path.endswith("/count") else answer(asked)) as (
        url,
        requests,
    ):
        async with connected(url) as crm:
            ids = [int(user.id) async for page in crm.users() for user in page]
    assert requests[0].path == "system/members/count"
    return ids, requests[1:]


async def test_members_are_asked_for_forward_only() -> None:
    """The header is sent, the last id seen is the next place, and neither order nor page is asked for beside it."""
    ids, requests = await imported(forward_only)
    assert ids == IDS
    assert [asked.query.get("pageId") for asked in requests] == [None, "15", "23", "42"]
    assert {asked.headers["pagination-type"] for asked in requests} == {"forward-only"}
    assert {asked.query["pageSize"] for asked in requests} == {"1000"}
    assert not [asked for asked in requests if {"page", "orderBy"} & asked.query.keys()]


async def test_only_what_is_read_is_asked_for() -> None:
    """A full member has about 110 fields; _info comes only where it is named."""
    _, requests = await imported(forward_only)
    wanted = requests[0].query["fields"].split(",")
    assert {"id", "identifier", "licenseClass", "inactiveFlag", "primaryEmail", "_info"} <= set(wanted)
    assert len(wanted) < 25


async def test_server_without_forward_only_paging_is_asked_by_page() -> None:
    """A second page that begins anew shows it; then pages by number in the order of ids, until one is empty."""
    ids, requests = await imported(by_number)
    assert sorted(ids) == IDS
    plain = [asked for asked in requests if "page" in asked.query]
    assert [asked.query["page"] for asked in plain] == ["1", "2", "3", "4"]
    assert {asked.query["orderBy"] for asked in plain} == {"id asc"}
    assert not [asked for asked in plain if "pagination-type" in asked.headers]


async def test_unordered_list_is_asked_by_page() -> None:
    """Ids that do not ascend are no forward-only page, so its last id is no place to go on from."""
    mixed = [16, 11, 42]

    def answer(asked: Asked) -> Told:
        return by_number(asked) if "page" in asked.query else Told(members(mixed))

    ids, _ = await imported(answer)
    assert sorted(ids) == IDS


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "rubbish; rel",
        '<>; rel="next"',
        '<http://[>; rel="next"',
        LINK,
        LINK.replace("?", "&"),
        LINK.replace("next", "last"),
        '<page=1>; rel="next", <page=1>; rel="first"',
    ],
)
async def test_no_link_header_loses_anybody(link: str | None) -> None:
    """Missing, empty, broken, mislabelled, without its question mark, at http: members come by their ids alone."""

    def answer(asked: Asked) -> Told:
        told = forward_only(asked)
        return Told(told.body, headers={} if link is None else {"link": link})

    ids, _ = await imported(answer)
    assert ids == IDS


async def test_next_page_on_another_host_ends_the_import() -> None:
    """Nothing goes there, and the list does not look complete."""
    told = Told(members(IDS[:3]), headers={"link": '<https://elsewhere.example/members?page=2>; rel="next"'})
    with pytest.raises(JackfieldError) as failure:
        await imported(lambda _: told)
    assert failure.value.code == "foreign_next_page"


async def test_same_page_for_ever_is_an_error() -> None:
    """By id and by number the same page again: a fault, and no list."""
    with pytest.raises(JackfieldError) as failure:
        await imported(lambda _: Told(members(IDS[:3])))
    assert failure.value.code == "repeated_page"


async def test_list_far_longer_than_its_count_is_an_error() -> None:
    """The count bounds the list, with room for whoever joins meanwhile."""

    def ever_more(asked: Asked) -> Told:
        last = int(asked.query.get("pageId", 0))
        return Told(members(list(range(last + 1, last + 301))))

    with pytest.raises(JackfieldError) as failure:
        await imported(ever_more)
    assert failure.value.code == "endless_listing"


async def test_every_request_of_the_api_is_signed_twice() -> None:
    """company+publicKey and private key by Basic, the product's clientId beside it, the model's version in Accept."""
    _, (first, *_) = await imported(forward_only)
    token = base64.b64encode(f"acme+{KEYS['public_key']}:{KEYS['private_key']}".encode()).decode()
    assert first.headers["authorization"] == f"Basic {token}"
    assert first.headers["clientid"] == KEYS["client_id"]
    assert first.headers["accept"] == "application/vnd.connectwise.com+json; version=2023.1"


@pytest.mark.parametrize(
    ("company", "segment"),
    [
        ("acme", "acme"),
        ("a b", "a%20b"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2e%2e", "%252e%252e"),
        ("..x", "..x"),
        ("ä", "%C3%A4"),
    ],
)
async def test_company_is_one_segment_and_asked_for_without_credentials(company: str, segment: str) -> None:
    """Whatever is typed as company leads to no other path; no key goes where none is needed."""
    with answering(lambda _: Told(None)) as (url, requests):
        async with connected(url, company_id=company) as crm:
            assert await protocol.company_info(crm.http, company) is None
    (asked,) = requests
    assert asked.path == f"/login/companyinfo/{segment}"
    assert not {"authorization", "clientid"} & asked.headers.keys()


async def test_company_info_stands_at_the_sites_root() -> None:
    """A site below a path of its own, behind a proxy, has it there."""
    info = {"CompanyName": "ConnectWise", "Codebase": "v2017_3/", "IsCloud": "True", "VersionCode": "v2017.3"}
    with answering(lambda _: Told(info)) as (url, requests):
        async with connected(f"{url}/psa/v4_6_release/apis/3.0/") as crm:
            found = await protocol.company_info(crm.http, "acme")
    assert (found and found.CompanyName, requests[0].path) == ("ConnectWise", "/psa/login/companyinfo/acme")
