"""The connection form: company, API keys and addresses, and the ways in which people paste them.

ConnectWise runs its cloud in regions (``na``, ``eu``, ``au``, ``aus``, ``za``) with two hosts each: people sign in at
na.myconnectwise.net, the API is at api-na.myconnectwise.net, and either name tells the other. A server of one's own has
one host for both. The API's root is ``/v4_6_release/apis/3.0/`` on all of them (ConnectWise Developer Guide, chapters
"Cloud URLs" and "Cloud vs Premise"); on the cloud that name leads to whichever release the company is on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationInfo, field_validator

from jackfield.errors import CATALOGUE, Problem
from jackfield.settings import BaseUrl, ConnectionSettings, Secret, Text, WebRoot, refuse, setting
from jackfield_connectwise import _hosts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GUID = re.compile(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
_COMPANY = "Enter the company as you do when you sign in to ConnectWise."
_WHERE = "in ConnectWise under System > Members > API Members, in the API member's tab API Keys"


class ConnectWiseSettings(ConnectionSettings):
    """The settings of one connection to a company of ConnectWise PSA."""

    company_id: Text = setting(
        "Company ID",
        help="What you enter as Company when you sign in to ConnectWise; not the company's full name.",
        example="acme",
    )
    public_key: Secret = setting(
        "Public Key",
        help="Of an API member; ConnectWise lists it under System > Members > API Members, tab API Keys.",
        example="PubKeyExample555",
    )
    private_key: Secret = setting(
        "Private Key",
        help="Made together with the public key; ConnectWise shows it once only, when the keys are made.",
        example="SecretExample556",
    )
    endpoint: BaseUrl = setting(
        "Endpoint",
        help="The address at which you sign in to ConnectWise will do; left blank, the CRM Details Link tells it.",
        example=f"https://api-na.myconnectwise.net{_hosts.API_PATH}",
        default=None,
    )
    details_link: WebRoot = setting(
        "CRM Details Link",
        help="Where you sign in to ConnectWise: callers' pages open under it. Left blank, the Endpoint tells it.",
        example="https://na.myconnectwise.net/",
        default=None,
    )
    client_id: Secret = setting(
        "Client ID",
        help="Identifies this product to ConnectWise; its maker registers it once at developer.connectwise.com.",
        example="0ff1ce00-5550-4000-8000-000000005550",
        deployment=True,
    )

    @classmethod
    def complete(cls, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take ``company+publicKey`` apart; let one address tell the other where that is blank."""
        values = _both_addresses(_company_and_key(dict(given)))
        return values if {"endpoint", "details_link"} & values.keys() else {**values, "endpoint": ""}

    @field_validator("company_id")
    @classmethod
    def _company(cls, value: str) -> str:
        if re.search(r"[/\\:]", value) or _hosts.is_cloud(value):
            refuse("invalid_value", "This is a web address.", _COMPANY)
        if "+" in value or not value.strip("."):
            refuse("invalid_value", "This is not a company ID.", _COMPANY)
        return value

    @field_validator("public_key")
    @classmethod
    def _public(cls, value: SecretStr, told: ValidationInfo) -> SecretStr:
        key = value.get_secret_value()
        if "+" in key and "company_id" in told.data:
            message = "This key is joined to a company ID that is not the one under Company ID."
            refuse("invalid_value", message, "Correct the Company ID, or paste the public key alone.")
        return _key(value)

    @field_validator("private_key")
    @classmethod
    def _private(cls, value: SecretStr, told: ValidationInfo) -> SecretStr:
        public: SecretStr | None = told.data.get("public_key")
        if public is not None and public.get_secret_value() == value.get_secret_value():
            remedy = f"Paste the private key. If it was not kept, make new keys {_WHERE}: it is shown once only."
            refuse("invalid_value", "This is the public key once more.", remedy)
        return _key(value)

    @field_validator("endpoint", mode="before")
    @classmethod
    def _repair_endpoint(cls, value: object) -> str:
        return _hosts.endpoint(value)

    @field_validator("details_link", mode="before")
    @classmethod
    def _repair_details_link(cls, value: object) -> str:
        return _hosts.details_link(value)


def warnings(settings: ConnectWiseSettings) -> Sequence[Problem]:
    """What is worth a second look: two places for one company, a region nobody has heard of, a blank in the company."""
    found = []
    if not _hosts.same_place(settings.endpoint, settings.details_link):
        message = "Endpoint and CRM Details Link lead to different servers or regions of ConnectWise."
        found.append(_warning("details_link", "unusual_host", message, _hosts.SIGN_IN))
    if region := _hosts.unheard_of(settings.endpoint):
        message = f"“{region}” is not one of the regions that ConnectWise is known to have."
        found.append(_warning("endpoint", "unusual_host", message, CATALOGUE["unusual_host"].remedy))
    if " " in settings.company_id:
        found.append(_warning("company_id", "invalid_value", "This looks like the company's full name.", _COMPANY))
    return found


def _warning(field: str, code: str, message: str, remedy: str) -> Problem:
    return Problem(field=field, code=code, message=message, remedy=remedy, warning=True)


def _key(value: SecretStr) -> SecretStr:
    if _GUID.fullmatch(value.get_secret_value()):
        message = "This is a GUID, such as a client ID, and not a key."
        refuse("invalid_value", message, f"Copy the key that you find {_WHERE}.")
    return value


def _company_and_key(given: dict[str, Any]) -> dict[str, Any]:
    """Some programs ask for company and public key as one value; it may have come into either field."""
    company, key = str(given.get("company_id", "")).strip(), str(given.get("public_key", "")).strip()
    if "+" in company:
        head, _, tail = company.rpartition("+")
        if head and tail and key in {"", tail, company}:
            return {**given, "company_id": head, "public_key": tail}
    head, _, tail = key.rpartition("+")
    if head and tail and company.lower() in {"", head.lower()}:
        return {**given, "company_id": company or head, "public_key": tail}
    return given


def _both_addresses(given: dict[str, Any]) -> dict[str, Any]:
    endpoint, details = given.get("endpoint"), given.get("details_link")
    told = {"endpoint": endpoint or details, "details_link": details or endpoint}
    return given if _hosts.address_or_none(endpoint or details) is None else {**given, **told}
