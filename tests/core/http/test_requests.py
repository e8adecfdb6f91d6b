"""What a request says and where it goes."""

from __future__ import annotations

import base64
from importlib.metadata import version

import pytest

from jackfield.errors import JackfieldError
from jackfield.http import Auth, Basic, Bearer, Combined, Header, NoAuth, Query
from jackfield.http._address import based, joined, shown
from tests.core.http.serving import client, failure, reply, serving

BASE = based("https://api.example.com/v3.1")


@pytest.mark.clause("N5")
async def test_product_and_wish_are_named() -> None:
    """Every request says what it accepts and which product asks."""
    async with serving() as server, client(server.url, accept="application/vnd.acme+json") as http:
        await http.get("Users")
    headers = server.requests[0].headers
    expected = ("application/vnd.acme+json", f"jackfield/{version('jackfield')} jackfield-acme/0.1.0")
    assert expected == (headers["accept"], headers["user-agent"])


@pytest.mark.clause("N2")
@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        (Basic("key-é-1234"), "authorization", "Basic " + base64.b64encode("key-é-1234:".encode()).decode()),
        (Basic("ann", "pass"), "authorization", "Basic " + base64.b64encode(b"ann:pass").decode()),
        (Bearer("token-1234"), "authorization", "Bearer token-1234"),
        (Header("X-Api-Key", "key-1234"), "x-api-key", "key-1234"),
        (NoAuth(), "authorization", None),
    ],
)
async def test_every_request_is_signed(auth: NoAuth, name: str, value: str | None) -> None:
    """The credentials go with each request, in the header of their kind."""
    async with serving() as server, client(server.url, auth=auth) as http:
        await http.get("Users")
        await http.get("Users")
    assert [value, value] == [request.headers.get(name) for request in server.requests]


@pytest.mark.clause("N2")
async def test_combined_credentials_all_go_along() -> None:
    """Credentials of several kinds sign each request together, and the secrets of all are secret."""
    auth = Combined(Basic("ann", "pass-1234"), Header("clientId", "client-1234"), Query("key", "query-1234"))
    async with serving() as server, client(server.url, auth=auth) as http:
        await http.get("Users")
    request = server.requests[0]
    seen = (request.headers["authorization"][:6], request.headers["clientid"], request.target)
    assert seen == ("Basic ", "client-1234", "/v3.1/Users?key=query-1234")
    assert {"pass-1234", "client-1234", "query-1234"} <= set(auth.secrets())


async def test_headers_are_added_to_one_request() -> None:
    """A header given for one request goes with that one alone, and may say what that one accepts."""
    async with serving() as server, client(server.url, auth=Bearer("token-1234")) as http:
        await http.get("Users", headers={"accept": "application/vnd.acme+json", "X-Page": "2"})
        await http.get("Users")
    seen = [(each.headers["accept"], each.headers.get("x-page")) for each in server.requests]
    assert seen == [("application/vnd.acme+json", "2"), ("application/json", None)]


@pytest.mark.clause("N2")
async def test_headers_never_replace_the_signature() -> None:
    """What a single request brings along changes neither credentials, nor host, nor the product's name."""
    given = {"AUTHORIZATION": "Bearer other", "host": "example.org", "user-agent": "other/1.0"}
    async with serving() as server, client(server.url, auth=Bearer("token-1234")) as http:
        await http.get("Users", headers=given)
    headers = server.requests[0].headers
    assert headers["authorization"] == "Bearer token-1234"
    assert headers["host"] in server.url
    assert headers["user-agent"].startswith("jackfield/")


async def test_wanted_type_of_one_request_is_no_success_for_another() -> None:
    """An answer is judged by what its own request accepts."""
    async with serving(reply("a,b", kind="text/csv")) as server, client(server.url) as http:
        answer = await http.get("Users", headers={"Accept": "text/csv"})
        with pytest.raises(JackfieldError):
            await http.get("Users")
    assert answer.text == "a,b"


@pytest.mark.parametrize("auth", [Bearer("token-1234"), Header("X-Key", "key-1234"), Query("key", "key-1234")])
async def test_unsigned_request_holds_no_credentials(auth: Auth) -> None:
    """A request that is not to be signed carries none of the credentials, in no header and no parameter."""
    async with serving() as server, client(server.url, auth=auth) as http:
        await http.get("Info", signed=False)
    sent = f"{server.requests[0].target} {server.requests[0].headers}"
    assert not any(secret in sent for secret in auth.secrets())


async def test_query_credentials_replace_what_the_address_has() -> None:
    """A next page that repeats the credentials is asked with the right ones, once."""
    async with serving() as server, client(server.url, auth=Query("key", "s+cret")) as http:
        answer = await http.get("Users?key=old&page=2")
    assert server.requests[0].target == "/v3.1/Users?page=2&key=s%2Bcret"
    assert server.url + "Users" == answer.url


async def test_parameters_are_encoded() -> None:
    """Plus signs, blanks and other scripts arrive as they were meant; None is left out, a list is repeated."""
    params = {"number": "+1 555", "name": "é&b", "no": None, "yes": True, "id": [1, 2]}
    async with serving() as server, client(server.url) as http:
        await http.get("Search", params=params)
    assert server.requests[0].target == "/v3.1/Search?number=%2B1%20555&name=%C3%A9%26b&yes=true&id=1&id=2"


async def test_cursor_is_sent_back_unchanged() -> None:
    """The query of a next page is the CRM's own business."""
    async with serving() as server, client(server.url) as http:
        await http.get(f"{server.url}Users?cursor=a%2Bb%3D%3D&x=1+2")
    assert server.requests[0].target == "/v3.1/Users?cursor=a%2Bb%3D%3D&x=1+2"


async def test_cookies_are_not_kept() -> None:
    """What one answer sets is not told to the next request."""
    async with serving(reply(Set_Cookie="session=abc; Path=/")) as server, client(server.url) as http:
        await http.get("Users")
        await http.get("Users")
    assert [request.headers.get("cookie") for request in server.requests] == [None, None]


async def test_connection_is_used_again() -> None:
    """Requests one after the other share a connection."""
    async with serving() as server, client(server.url) as http:
        for _ in range(5):
            await http.get("Users")
    assert (len(server.requests), server.connections) == (5, 1)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Users/Me", "https://api.example.com/v3.1/Users/Me"),
        ("./Users", "https://api.example.com/v3.1/Users"),
        ("/other/Users", "https://api.example.com/other/Users"),
        ("https://API.example.com:443/v4/Users", "https://api.example.com/v4/Users"),
        ("Users#top", "https://api.example.com/v3.1/Users"),
    ],
)
def test_paths_are_seen_from_the_base(path: str, expected: str) -> None:
    """A path continues the base address, one with a slash in front begins at the host."""
    url = joined(BASE, path)
    assert url is not None
    assert expected == shown(url)


@pytest.mark.clause("N1")
@pytest.mark.parametrize(
    "path",
    [
        "https://api.example.org/v3.1/Users",
        "http://api.example.com/v3.1/Users",
        "https://api.example.com:8443/v3.1/Users",
        "https://api.example.com.example.org/",
        "https://ann:secret@api.example.com/v3.1/Users",
        "https://example.org\\@api.example.com/",
        "//example.org/Users",
        "ftp://api.example.com/",
        "https://[broken/",
        "Users\n",
    ],
)
def test_other_origins_are_no_address(path: str) -> None:
    """Another scheme, host or port, another user, or nothing readable: there is no such page here."""
    assert joined(BASE, path) is None


@pytest.mark.clause("N1")
async def test_next_page_elsewhere_is_not_asked() -> None:
    """A next page of another origin ends in an error, and neither server hears of it."""
    async with serving() as server, serving() as other:
        raised = await failure(server.url, f"{other.url}Users")
    assert (raised.code, server.requests, other.requests) == ("foreign_next_page", [], [])


@pytest.mark.parametrize(
    ("base", "code"),
    [
        ("", "invalid_url"),
        ("api.example.com", "invalid_url"),
        ("https://", "unsupported_scheme"),
        ("ftp://api.example.com/", "unsupported_scheme"),
        ("https://ann:secret@api.example.com/", "credentials_in_url"),
        ("https://[::1/", "invalid_url"),
    ],
)
def test_base_address_has_to_be_one(base: str, code: str) -> None:
    """What is no web address is refused before anything is sent."""
    with pytest.raises(JackfieldError) as raised:
        client(base)
    assert code == raised.value.code


@pytest.mark.parametrize("auth", [Header("X-Key", "ключ-1234"), Header("X-Key", "key\r\nX-Other: 1"), Bearer("a\nb")])
async def test_unsendable_credentials_are_a_matter_of_the_settings(auth: NoAuth) -> None:
    """A credential that no header can carry is named as such, without being shown."""
    async with serving() as server:
        raised = await failure(server.url, auth=auth)
    assert (raised.code, server.requests) == ("invalid_value", [])


async def test_half_a_letter_is_sent_as_none() -> None:
    """What a command line holds of broken bytes is no letter of any script, and brings no request down."""
    async with serving() as server, client(server.url) as http:
        await http.get("Search", params={"number": "\udcff5"})
    assert server.requests[0].target == "/v3.1/Search?number=%3F5"
