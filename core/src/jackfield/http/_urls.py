"""Addresses under the connection's own, parsed by the very library that sends the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlencode

import httpx

from jackfield.errors import error

__all__ = ["Params", "based", "joined", "origin", "shown", "signed"]

Value = str | int | float | bool | None
#: Query parameters; None is left out, a sequence gives the parameter several times.
Params = Mapping[str, Value | Sequence[str | int]]

_PORTS: Final = {"http": 80, "https": 443}


@lru_cache(maxsize=512)
def based(base_url: str) -> httpx.URL:
    """The base address with a final slash; raises SettingsError where it is no web address."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in _PORTS or not url.host:
        raise error("invalid_url" if not url.scheme else "unsupported_scheme")
    if url.userinfo:
        raise error("credentials_in_url")
    return url.copy_with(path=f"{url.path.rstrip('/')}/", query=None, fragment=None)


def joined(base: httpx.URL, path: str, params: Params | None = None) -> httpx.URL | None:
    """The address that ``path`` names, seen from ``base``; None for one of another origin, or for none at all."""
    url = _kept(base, path) if params else _joined(base, path)
    return None if url is None else with_params(url, params)


def _joined(base: httpx.URL, path: str) -> httpx.URL | None:
    try:
        url = base.join(path)
    except (httpx.InvalidURL, ValueError):
        return None
    if origin(url) != origin(base) or url.userinfo:
        return None
    return url.copy_with(fragment=None) if url.fragment else url


#: What is asked again and again with other parameters, such as the pages of a list, is parsed once.
_kept = lru_cache(maxsize=512)(_joined)


def with_params(url: httpx.URL, params: Params | None) -> httpx.URL:
    """The parameters after those that the address has already; blanks become %20 and plus signs %2B."""
    pairs = [(name, _texts(value)) for name, value in (params or {}).items() if value is not None]
    if not pairs:
        return url
    query = urlencode(pairs, doseq=True, quote_via=quote, errors="replace").encode()
    return url.copy_with(query=b"&".join(filter(None, (url.query, query))))


def signed(url: httpx.URL, params: Mapping[str, str]) -> httpx.URL:
    """The address with the parameters that sign it, in the place of any of that name that it has."""
    for name in params:
        url = url.copy_remove_param(name) if name in url.params else url
    return with_params(url, params)


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port: what makes two addresses lead to the same server."""
    return url.scheme, url.host, url.port or _PORTS.get(url.scheme)


def shown(url: httpx.URL) -> str:
    """The address as texts may show it: without user, query and fragment."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}{url.path}"


def _texts(value: Value | Sequence[str | int]) -> list[str]:
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, str | int | float):
        return [str(value)]
    return [str(item) for item in value or ()]
