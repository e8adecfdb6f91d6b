"""Addresses under the connection's own: what is parsed here is what requests are sent to, letter by letter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from jackfield.errors import error

__all__ = ["Address", "Params", "based", "joined", "origin", "parsed", "shown", "signed", "with_params"]

Value = str | int | float | bool | None
#: Query parameters; None is left out, a sequence gives the parameter several times.
Params = Mapping[str, Value | Sequence[str | int]]

PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 65_536
_NAME = re.compile(r"[a-z0-9._-]+").fullmatch
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: What stays as it is, in a path and in a query; a blank, a quote or a letter of another script does not.
_IN_PATH: Final = "/%:@!$&'()*+,;=~"
_IN_QUERY: Final = f"{_IN_PATH}?[]{{}}|\\^`"


class Address(Struct, frozen=True):
    """A web address. ``host`` is ASCII, an IPv6 address without its brackets; ``port`` None is the scheme's own."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str = ""

    @property
    def netloc(self) -> str:
        """Host and port as the header ``Host`` has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def target(self) -> str:
        """Path and query as a request has them."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.target}"


@lru_cache(maxsize=512)
def based(base_url: str) -> Address:
    """The base address with a final slash; raises SettingsError where it is no web address."""
    found = parsed(base_url)
    return replace(found, path=f"{found.path.rstrip('/')}/", query="")


def parsed(url: str) -> Address:
    """The address with its query; raises SettingsError where it is no web address."""
    parts = _split(url)
    if parts is None or not parts.scheme:
        raise error("invalid_url")
    if parts.scheme not in PORTS or not parts.netloc:
        raise error("unsupported_scheme")
    if "@" in parts.netloc:
        raise error("credentials_in_url")
    found = _address(parts)
    if found is None:
        raise error("invalid_url")
    return found


def joined(base: Address, path: str, params: Params | None = None) -> Address | None:
    """The address that ``path`` names, seen from ``base``; None for one of another origin, or for none at all."""
    url = _kept(base, path) if params else _joined(base, path)
    return None if url is None else with_params(url, params)


def _joined(base: Address, path: str) -> Address | None:
    if not _readable(path):
        return None
    try:
        parts = _split(urljoin(str(base), path))
    except ValueError:
        return None
    url = parts and _address(parts)
    return url if url and origin(url) == origin(base) else None


#: What is asked again and again with other parameters, such as the pages of a list, is parsed once.
_kept = lru_cache(maxsize=512)(_joined)


def with_params(url: Address, params: Params | None) -> Address:
    """The parameters after those that the address has already; blanks become %20 and plus signs %2B."""
    if not params:
        return url
    pairs = [url.query] if url.query else []
    for name, value in params.items():
        texts = [value] if isinstance(value, str) else [] if value is None else _texts(value)
        pairs += [f"{_escaped(name)}={_escaped(text)}" for text in texts]
    return Address(url.scheme, url.host, url.port, url.path, "&".join(pairs))


def _escaped(text: str) -> str:
    """A name or a value of a query: nearly always it is a plain word, for which a look is enough."""
    return text if _PLAIN(text) else quote(text, safe="", errors="replace")


def signed(url: Address, params: Mapping[str, str]) -> Address:
    """The address with the parameters that sign it, in the place of any of that name that it has."""
    if not params:
        return url
    names = {quote(name, safe="") for name in params} | set(params)
    kept = [pair for pair in url.query.split("&") if pair.partition("=")[0] not in names]
    return with_params(replace(url, query="&".join(kept)), params)


def origin(url: Address) -> tuple[str, str, int]:
    """Scheme, host and port: what makes two addresses lead to the same server."""
    return url.scheme, url.host, url.port or PORTS[url.scheme]


def shown(url: Address) -> str:
    """The address as texts may show it: without user, query and fragment."""
    return f"{url.scheme}://{url.netloc}{url.path}"


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text) if _readable(text) else None
    except ValueError:
        return None


def _readable(text: str) -> bool:
    """Whether it holds no character that parsers pass over, each in its own way."""
    return len(text) <= _LONGEST and not any(letter < " " or letter == "\x7f" for letter in text)


def _address(parts: SplitResult) -> Address | None:
    """The address, without its fragment; None for one that is none of the web, and for one with a user in it."""
    host, port = _host(parts), _port(parts)
    if host is None or port is None or parts.scheme not in PORTS or "@" in parts.netloc:
        return None
    return Address(
        scheme=parts.scheme,
        host=host,
        port=None if port in {0, PORTS[parts.scheme]} else port,
        path=_quoted(parts.path, _IN_PATH) or "/",
        query=_quoted(parts.query, _IN_QUERY),
    )


def _host(parts: SplitResult) -> str | None:
    host = parts.hostname or ""
    if "[" in parts.netloc:
        try:
            return host if str(IPv6Address(host)) and "%" not in host else None
        except ValueError:
            return None
    if not host.isascii():
        host = _encoded(host)
    return host if _NAME(host) else None


def _encoded(host: str) -> str:
    """A name of another script as it goes over the wire; empty where it is none."""
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError:
        return ""


def _port(parts: SplitResult) -> int | None:
    """The port, 0 where there is none, None where what stands there is none."""
    try:
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else port or 0


def _quoted(text: str, safe: str) -> str:
    return _BAD_ESCAPE.sub("%25", quote(text, safe=safe, errors="replace"))


def _texts(value: Value | Sequence[str | int]) -> list[str]:
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, str | int | float):
        return [str(value)]
    return [str(item) for item in value or ()]
