"""What is said where no answer came: the same words, whatever speaks HTTP underneath."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

from jackfield.errors import error
from jackfield.http._address import shown

if TYPE_CHECKING:
    from jackfield.errors import JackfieldError
    from jackfield.http._address import Address

__all__ = ["failed", "named", "tls_failed"]

_MESSAGES: Final = {
    "timed_out": "{host} did not answer in time.",
    "connection_lost": "The connection to {host} broke before the answer was complete.",
    "tls_failed": "{host} could not prove that it is the host in the address, so nothing was sent to it.",
    "invalid_value": "The credentials hold a character that no request can carry.",
    "malformed_answer": "The answer of {host} is compressed in a way that cannot be undone.",
    "answer_too_large": "The answer of {host} is far larger than it can rightly be and was not read to its end.",
}


def failed(code: str, url: Address, *, detail: str | None = None, method: str = "GET") -> JackfieldError:
    """The failure of this code, with the host and the request in it."""
    sentence = _MESSAGES.get(code)
    request = f"{method} {shown(url)}"
    return error(code, sentence and sentence.format(host=url.host), detail=detail, request=request)


def tls_failed(cause: ssl.SSLError, url: Address, *, method: str = "GET") -> JackfieldError:
    """Why no encrypted connection could be made."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return failed("tls_failed", url, detail=cause.verify_message or cause.reason, method=method)
    message = f"{url.host} does not answer as a host with an https:// address does, so nothing was sent to it."
    return error("tls_failed", message, detail=cause.reason, request=f"{method} {shown(url)}")


def named(failure: JackfieldError, url: Address, *, method: str = "GET") -> JackfieldError:
    """The failure with the request in it."""
    return error(
        failure.code,
        failure.message,
        remedy=failure.remedy,
        detail=failure.detail,
        request=failure.request or f"{method} {shown(url)}",
    )
