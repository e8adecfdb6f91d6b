"""The connection form: API Key, Endpoint, CRM Details Link, and the ways in which people paste them.

Insightly runs its accounts in pods (``na1``, ``au1``, ...). User Settings shows the API's address with its version and
a final slash, https://api.na1.insightly.com/v3.1/ ; people read and paste the web address,
https://crm.na1.insightly.com/ . Either tells the other, as both hold the pod.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import field_validator

from jackfield.errors import CATALOGUE, Problem
from jackfield.settings import BaseUrl, ConnectionSettings, Secret, WebRoot, refuse, repaired_url, setting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERSION = "v3.1"

_API = re.compile(r"^api\.(?:(?P<pod>[a-z0-9-]+)\.)?insightly\.com$|^api\.insight\.ly$")
_WEB = re.compile(r"^crm\.(?P<pod>[a-z0-9-]+)\.insightly\.com$")
_VENDOR = re.compile(r"(^|\.)(insightly\.com|insight\.ly)$")
_POD = re.compile(r"^[a-z]{2,4}[0-9]$", re.IGNORECASE)
#: The API hosts without a pod in their name reach the accounts of this one.
_DEFAULT_POD = "na1"
_REMEDY = "Copy “Your API URL” from Insightly's User Settings, section API."


class InsightlySettings(ConnectionSettings):
    """The settings of one connection to an Insightly account."""

    api_key: Secret = setting(
        "API Key",
        help="From Insightly's User Settings, section API.",
        example="00000000-0000-4000-8000-000000005550",
    )
    endpoint: BaseUrl = setting(
        "Endpoint",
        help="“Your API URL” in the same section; the address in your browser's bar will do as well.",
        example=f"https://api.na1.insightly.com/{VERSION}/",
    )
    details_link: WebRoot = setting(
        "CRM Details Link",
        help="Where Insightly shows a record; callers' pages are opened under it.",
        example="https://crm.na1.insightly.com/details/",
    )

    @classmethod
    def complete(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """A web address that was pasted into one of the two URL fields fills the other one, where that is blank."""
        endpoint, details = _url_or_none(given.get("endpoint")), _url_or_none(given.get("details_link"))
        if endpoint and not details and _WEB.match(_host(endpoint)):
            return {**given, "details_link": endpoint}
        if details and not endpoint and _WEB.match(_host(details)) and urlsplit(details).path != "/details/":
            return {**given, "endpoint": details}
        return given

    @field_validator("endpoint", mode="before")
    @classmethod
    def _repair_endpoint(cls, value: object) -> str:
        return repaired_endpoint(value)

    @field_validator("details_link", mode="before")
    @classmethod
    def _repair_details_link(cls, value: object) -> str:
        return repaired_details_link(value)


def repaired_endpoint(value: object) -> str:
    """The API's address with its version and a final slash, from whatever address of the account was pasted."""
    return _endpoint(value) if isinstance(value, str) else repaired_url(value)


@lru_cache(maxsize=256)  # thousands of accounts have the same address
def _endpoint(text: str) -> str:
    if _POD.match(text.strip()):
        pod = text.strip().lower()
        refuse("invalid_url", f"“{pod}” is the name of a pod.", f"Enter https://api.{pod}.insightly.com/{VERSION}/")
    url = repaired_url(text)
    host = _host(url)
    if web := _WEB.match(host):
        return f"https://api.{web['pod']}.insightly.com/{VERSION}/"
    if _VENDOR.search(host) and not _API.match(host):
        refuse("wrong_host", "This address of Insightly is not that of its API.", _REMEDY)
    return f"{_origin(url)}/{_version(url)}/" if _version(url) or _API.match(host) or _bare(url) else url


def repaired_details_link(value: object) -> str:
    """The address under which records are shown, from whatever address of the account was pasted."""
    return _details_link(value) if isinstance(value, str) else repaired_url(value)


@lru_cache(maxsize=256)
def _details_link(text: str) -> str:
    url = repaired_url(text)
    host = _host(url)
    if known := _WEB.match(host) or _API.match(host):
        pod = known["pod"] or _DEFAULT_POD
        return f"https://crm.{pod}.insightly.com/details/"
    if _VENDOR.search(host):
        remedy = "Sign in to Insightly and paste the address that your browser shows then."
        refuse("wrong_host", "This address of Insightly is not one under which it shows records.", remedy)
    if _bare(url):
        return f"{url}details/"
    head, mark, _ = url.partition("/details/")
    return f"{head}{mark}" if mark else url


def warnings(settings: InsightlySettings) -> Sequence[Problem]:
    """What is worth a second look: hosts that are not Insightly's, and a link into another pod."""
    return _warnings(settings.endpoint, settings.details_link)


@lru_cache(maxsize=256)
def _warnings(endpoint: str, details_link: str) -> Sequence[Problem]:
    hosts = {"endpoint": _host(endpoint), "details_link": _host(details_link)}
    found = [_unusual(name) for name, host in hosts.items() if not _VENDOR.search(host)]
    api, web = _API.match(hosts["endpoint"]), _WEB.match(hosts["details_link"])
    if api and web and (api["pod"] or _DEFAULT_POD) != web["pod"]:
        message = "Endpoint and CRM Details Link belong to different pods of Insightly."
        remedy = "Compare both with the address that your browser shows while you are signed in."
        found.append(Problem(field="details_link", code="unusual_host", message=message, remedy=remedy, warning=True))
    return tuple(found)


def _unusual(field: str) -> Problem:
    entry = CATALOGUE["unusual_host"]
    message = "This is not one of Insightly's own addresses."
    return Problem(field=field, code=entry.code, message=message, remedy=entry.remedy, warning=True)


def _version(url: str) -> str:
    found = re.match(r"^/(v\d+(?:\.\d+)?)/", urlsplit(url).path, re.IGNORECASE)
    return found[1].lower() if found else VERSION if _API.match(_host(url)) or _bare(url) else ""


def _bare(url: str) -> bool:
    return urlsplit(url).path == "/"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _url_or_none(value: object) -> str | None:
    try:
        return repaired_url(value) if value else None
    except ValueError:
        return None
