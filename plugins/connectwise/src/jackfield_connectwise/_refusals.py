"""What the systems check says where ConnectWise says no: the words for the admin, and what to do; pure."""

from __future__ import annotations

from typing import Final

from jackfield.checks import Finding
from jackfield.errors import JackfieldError, error
from jackfield_connectwise import _hosts
from jackfield_connectwise._verdict import KEYS_REMEDY

_SIGN_IN_WITH: Final = (
    "Enter as Company ID what you enter as Company when you sign in, and as Endpoint the address you sign in at."
)


def unknown_company(company_id: str, endpoint: str) -> JackfieldError:
    message = f"ConnectWise knows no company “{company_id}” at {endpoint}"
    return error("account_unknown", message, remedy=_SIGN_IN_WITH)


def elsewhere(endpoint: str, site: str) -> Finding:
    """There may be a proxy between, or it is the wrong region: the keys will tell. Nothing is sent to ``site``."""
    message = f"ConnectWise says that the company's API is at {site}, not at {endpoint}"
    region = _hosts.people_host(f"https://{site}/")
    remedy = f"Enter https://{region}/ as Endpoint and as CRM Details Link, unless a proxy stands before it."
    address = f"https://{region}/" if region else None
    return Finding(message=message, warning="unusual_host", remedy=remedy if region else None, elsewhere=address)


def not_there(refusal: JackfieldError, company_id: str, endpoint: str) -> JackfieldError:
    """Not to be found may be the host that is no ConnectWise, or, on some servers, the company."""
    if not _is_not_found(refusal):
        return refusal
    message = f"There is no ConnectWise at {endpoint} or it knows no company “{company_id}”."
    return error("not_the_api", message, remedy=_SIGN_IN_WITH, detail=refusal.detail, request=refusal.request)


def no_api(refusal: JackfieldError) -> JackfieldError:
    """On the cloud, not to be found can mean what elsewhere is a refusal of the keys."""
    if not _is_not_found(refusal):
        return refusal
    message = "ConnectWise answers, but does not find the API for this company and these keys."
    return error("not_the_api", message, remedy=KEYS_REMEDY, detail=refusal.detail, request=refusal.request)


def _is_not_found(refusal: JackfieldError) -> bool:
    return (refusal.detail or "").startswith("404")


def named(refusal: JackfieldError, permission: str) -> JackfieldError:
    """A missing right by its name; other failures as they are."""
    if refusal.code != "forbidden":
        return refusal
    message = f"The API member's security role lacks {permission}."
    return error("forbidden", message, remedy=granting(permission), detail=refusal.detail, request=refusal.request)


def granting(permission: str) -> str:
    return f"In ConnectWise, under System > Security Roles, give the API member's role {permission}."
