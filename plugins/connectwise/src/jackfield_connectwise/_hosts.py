"""The hosts and paths of ConnectWise PSA: which address is meant by the one that was pasted; pure."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final
from urllib.parse import urlsplit

from jackfield.settings import refuse, repaired_url

#: The API's root below the host; ``v4_6_release`` leads to the current release on the cloud, and is it elsewhere.
API_PATH: Final = "/v4_6_release/apis/3.0/"

_REGIONS: Final = frozenset({"na", "eu", "au", "aus", "za"})
_CLOUD = re.compile(
    r"(?:api-)?(?P<people>(?P<region>(?!www\.)[a-z0-9]+)\.myconnectwise\.net|staging\.connectwisedev\.com)"
)
_VENDORS = re.compile(r"(.*\.)?connectwise\.com|(www\.)?myconnectwise\.net|(.*\.)?connectwisedev\.com")
#: Where ConnectWise's own part of a path begins: a release, the API, the sign-in, or a page.
_OWN_SEGMENT = re.compile(r"v\d+_\d+(_release)?|apis|login|.*\.(aspx|rails|html?)", re.IGNORECASE)
#: Where an address can be had from.
SIGN_IN: Final = "Sign in to ConnectWise and paste the address that your browser shows then."


def endpoint(value: object) -> str:
    """The API's root, from whatever address of the company's ConnectWise was pasted."""
    url = _address(value)
    people = people_host(url)
    return f"https://api-{people}{API_PATH}" if people else f"{_site(url)}{API_PATH}"


def details_link(value: object) -> str:
    """The address at which people sign in, from whatever address of the company's ConnectWise was pasted."""
    url = _address(value)
    people = people_host(url)
    return f"https://{people}/" if people else f"{_site(url)}/"


def address_or_none(value: object) -> str | None:
    """The address, or None where it is none that can be repaired."""
    try:
        return _address(value)
    except ValueError:
        return None


def people_host(url: str) -> str | None:
    """The host at which people of this cloud region sign in; None for a server that is not ConnectWise's cloud."""
    return _people_host_of(_host(url))


def is_cloud(text: str) -> bool:
    """Whether this is the bare name of a host of ConnectWise's cloud."""
    return _people_host_of(text.strip().lower()) is not None


def site_of(site_url: str | None) -> str | None:
    """The host that a company's ``SiteUrl`` names, which has no scheme; None where it names none."""
    named = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9.-]{0,252})(:\d+)?", site_url or "")
    return named[1] if named else None


def unheard_of(url: str) -> str | None:
    """The region that a cloud host names where it is none that ConnectWise is known to have; else None."""
    known = _CLOUD.fullmatch(_host(url))
    region = known["region"] if known else None
    return region if region not in _REGIONS else None


def same_place(url: str, other: str) -> bool:
    """Whether two addresses have one host, or the two hosts of one cloud region."""
    return (people_host(url) or _host(url)) == (people_host(other) or _host(other))


def _address(value: object) -> str:
    if isinstance(value, str) and value.strip().lower() in _REGIONS:
        region = value.strip().lower()
        refuse("invalid_url", f"“{region}” is the name of a region.", f"Enter https://{region}.myconnectwise.net/")
    url = repaired_url(value)
    host = _host(url)
    if _VENDORS.fullmatch(host) and not _people_host_of(host):
        refuse("wrong_host", "This is an address of ConnectWise, but not of your company's ConnectWise PSA.", SIGN_IN)
    return url


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _people_host_of(host: str) -> str | None:
    known = _CLOUD.fullmatch(host)
    return known["people"] if known else None


def _site(url: str) -> str:
    """Scheme, host and what stands in the path before ConnectWise's own part of it, without a final slash."""
    parts = urlsplit(url)
    segments = filter(None, parts.path.split("/"))
    before = takewhile(lambda segment: not _OWN_SEGMENT.fullmatch(segment), segments)
    return "/".join((f"{parts.scheme}://{parts.netloc}", *before))
