"""What ConnectWise's answers mean where the status alone would mislead; pure.

ConnectWise Developer Guide, chapters "Errors" and "Rate Limiting", and answers that public clients have recorded. What
nobody has recorded (the status of a refused client ID, the words that refuse a key) is read in every way it may come.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from jackfield.errors import JackfieldError, error

if TYPE_CHECKING:
    from jackfield.http import Answer

_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _SERVER_ERROR = 400, 401, 403, 500
_REFUSALS: Final = frozenset({_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN})
#: What ConnectWise calls the right that is missing, without its name.
NO_RIGHT: Final = "security permission"
KEYS_REMEDY: Final = (
    "See whether the Company ID is the one you sign in with, and copy both keys again from System > Members > API "
    "Members, tab API Keys. The private key is shown once only: if it was not kept, make new keys."
)


def verdict(answer: Answer) -> JackfieldError | None:
    """The error that an answer of ConnectWise, or of what stands before it, means; None to judge it by its status."""
    if answer.status < _BAD_REQUEST:  # what stands in a good answer are the customer's words
        return None
    body = _body(answer)
    said = f"{body.get('code')} {body.get('message')}" if body else answer.text
    return _by_words(answer, said.lower()) or _by_status(answer, body)


def _by_words(answer: Answer, said: str) -> JackfieldError | None:
    if "too many requests" in said:
        wait = re.search(r"in (\d{1,4}) second", said)
        known = "retry-after" in answer.headers or wait is None
        return error("throttled", retry_after=None if known or wait is None else float(wait[1]))
    if answer.status in _REFUSALS and re.search(r"client[ _-]?id", said):
        return _client_id_refused()
    if "cannot route" in said:
        return _no_such_company()
    if "ssl is required" in said:
        message = "This is not the address of ConnectWise's API, or it was asked without encryption."
        remedy = "Enter the address at which you sign in to ConnectWise, with https:// at its front, as Endpoint."
        return error("not_the_api", message, remedy=remedy)
    return _refused(answer, said)


def _refused(answer: Answer, said: str) -> JackfieldError | None:
    if NO_RIGHT in said:
        return error("forbidden", "The API member's security role lacks a permission.")
    if answer.status == _UNAUTHORIZED or "usernotauthenticated" in said or said.startswith("unauthorized"):
        return error("credentials_refused", "ConnectWise refused the keys.", remedy=KEYS_REMEDY)
    if answer.status >= _SERVER_ERROR and re.search(r"\btime-?out\b", said):
        return error("timed_out", "ConnectWise ran out of time over this request.")
    return None


def _by_status(answer: Answer, body: dict[str, Any] | None) -> JackfieldError | None:
    """A web page that forbids is a firewall's: ConnectWise itself forbids in JSON."""
    if answer.status == _FORBIDDEN and body is None:
        message = "Something before ConnectWise, such as its firewall, turned the request away with a page of its own."
        return error("unavailable", message)
    return None


def _client_id_refused() -> JackfieldError:
    message = "ConnectWise does not accept the client ID of this installation; your keys are not at fault."
    remedy = (
        "Tell the operator of this installation: the client ID in JACKFIELD_CONNECTWISE_CLIENT_ID has to be one that "
        "is registered at developer.connectwise.com."
    )
    return error("deployment_setting_missing", message, remedy=remedy)


def _no_such_company() -> JackfieldError:
    message = "ConnectWise knows no such company at this address."
    remedy = "See whether the Company ID is the one you sign in with, and whether the Endpoint names its region."
    return error("account_unknown", message, remedy=remedy)


def _body(answer: Answer) -> dict[str, Any] | None:
    try:
        data = answer.json()
    except JackfieldError:
        return None
    return data if isinstance(data, dict) else None
