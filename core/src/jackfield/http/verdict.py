"""What an answer means where the connector leaves it to the core: judged by status and content type."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jackfield.errors import JackfieldError, TransientError, error
from jackfield.http.retry import retry_after

if TYPE_CHECKING:
    from jackfield.http.answer import Answer

__all__ = ["completed", "verdict"]

_CODES = {
    401: "credentials_refused",
    402: "plan_required",
    403: "forbidden",
    408: "timed_out",
    425: "unavailable",
    429: "throttled",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
}
#: Statuses that a server without the API gives as readily as the API itself.
_ANYBODYS = frozenset({404, 405})
_SERVER_ERROR = 500


def verdict(answer: Answer, *, known: bool, accept: str = "application/json") -> JackfieldError | None:
    """The error that the answer means, or None where it is data of a type that was asked for, or 204.

    ``known``: this host has given a good answer before, so that a page in place of data is the vendor's trouble
    rather than a wrong address.
    """
    if answer.status == HTTPStatus.NO_CONTENT:
        return None
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        code = _misplaced(answer, accept, known=known)
        return completed(error(code), answer) if code else None
    code = _code(answer.status, known=known)
    return completed(error(code, _sentence(code, answer.status)), answer)


def completed(failure: JackfieldError, answer: Answer) -> JackfieldError:
    """The failure with what the answer tells: the request, an excerpt, how long to wait; what it has stays as it is."""
    waits = isinstance(failure, TransientError) or failure.code == "server_error"
    said = ": ".join(filter(None, (_status_line(answer), answer.excerpt())))
    return type(failure)(
        failure.code,
        failure.message,
        remedy=failure.remedy,
        detail=failure.detail or said,
        request=failure.request or answer.request,
        problems=failure.problems,
        retry_after=retry_after(answer.headers) if failure.retry_after is None and waits else failure.retry_after,
    )


def _misplaced(answer: Answer, accept: str, *, known: bool) -> str | None:
    """The code for a good status without the data that it promises."""
    if not answer.content.strip():
        return "unexpected_content"
    if answer.status == HTTPStatus.PARTIAL_CONTENT:  # no part was asked for
        return "malformed_answer"
    media_type = answer.media_type
    if _is_json(media_type):
        if not answer.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return None
    elif media_type in _media_types(accept):
        return None
    return "unexpected_content" if known else "not_the_api"


def _code(status: int, *, known: bool) -> str:
    if (status in _ANYBODYS or status < HTTPStatus.BAD_REQUEST) and not known:
        return "not_the_api"
    return _CODES.get(status, "server_error" if status >= _SERVER_ERROR else "unexpected_status")


def _sentence(code: str, status: int) -> str | None:
    if code != "unexpected_status":
        return None
    return f"The CRM answered with the status {status}, which the connector does not know."


def _is_json(media_type: str) -> bool:
    return media_type in {"application/json", "text/json"} or media_type.endswith("+json")


def _media_types(accept: str) -> frozenset[str]:
    return frozenset(part.split(";")[0].strip().lower() for part in accept.split(","))


def _status_line(answer: Answer) -> str:
    line = " ".join(filter(None, (str(answer.status), answer.reason)))
    return ", ".join(filter(None, (line, answer.media_type)))
