"""The kinds of sign-in and of paging that a connector can begin with, in the words of the templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Auth:
    """How requests are signed: in the connector (``signature``) and in its simulator (``signing``), as source."""

    title: str
    fill_in: str
    signature: str
    signing: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Paging:
    """How lists come: by which walk of the core, and by what of the simulator kit, as source."""

    name: str
    walk: str
    simulated: str


_KEY = "settings.api_key.get_secret_value()"

AUTHS: Final = {
    "header": Auth(
        title="The key in a header of the CRM's own",
        fill_in="the header's name",
        signature=f'Header("X-Api-Key", {_KEY})',
        signing='KeyInHeader("X-Api-Key")',
    ),
    "query": Auth(
        title="The key in a parameter of the address",
        fill_in="the parameter's name",
        signature=f'Query("api_key", {_KEY})',
        signing='KeyInQuery("api_key")',
    ),
    "basic": Auth(
        title="HTTP Basic with the key for the user name",
        fill_in="a password, where one is wanted",
        signature=f"Basic({_KEY})",
        signing="KeyAsUser()",
    ),
    "bearer": Auth(
        title="The key as a bearer token",
        fill_in="another header, where one is wanted as well",
        signature=f"Bearer({_KEY})",
        signing="BearerToken()",
    ),
}
PAGINGS: Final = {
    "offset": Paging(name="offset", walk="by_offset", simulated='ByOffset(items="items", total="total")'),
    "page": Paging(name="page", walk="by_page", simulated='ByPage(items="items", total="total")'),
    "cursor": Paging(name="cursor", walk="by_cursor", simulated="ByCursor()"),
    "link": Paging(name="link", walk="by_cursor", simulated="ByLink()"),
}


def imported(*sources: str) -> str:
    """The names that the sources begin with, as an import lists them."""
    return ", ".join(sorted(source.partition("(")[0] for source in sources))
