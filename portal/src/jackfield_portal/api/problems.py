"""What went wrong, as RFC 9457 problem details; a failure of a connector keeps its code of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _

from jackfield.errors import CATALOGUE, JackfieldError, Kind
from jackfield_portal.spoken import spoken

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from jackfield_portal.errors import PortalError

__all__ = ["MEDIA_TYPE", "OWN", "Refused", "answer", "of_failure", "of_own", "of_refusal"]

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """A problem of the API's own: status, title, and what to do."""

    status: int
    title: StrPromise
    remedy: StrPromise


#: The API's own codes; they are none of the catalogue's, and as stable.
OWN: Final[dict[str, Own]] = {
    "malformed_request": Own(
        status=400, title=_("The request cannot be read"), remedy=_("Send JSON with the fields that the OpenAPI names.")
    ),
    "invalid_idempotency_key": Own(
        status=400,
        title=_("Idempotency-Key not understood"),
        remedy=_("Send 1 to 255 printable ASCII characters, such as a UUID, or leave the header out."),
    ),
    "unauthenticated": Own(
        status=401,
        title=_("No valid token"),
        remedy=_("Send the header “Authorization: Bearer ...” with a token that is neither revoked nor expired."),
    ),
    "scope_missing": Own(
        status=403, title=_("The token may not do this"), remedy=_("Make a token that has the scope that is named.")
    ),
    "not_found": Own(
        status=404,
        title=_("There is nothing of this id here"),
        remedy=_("Ask for the list first, and use an id of it."),
    ),
    "method_not_allowed": Own(
        status=405, title=_("Nothing is done by this method here"), remedy=_("Use one that the header Allow names.")
    ),
    "refused": Own(status=409, title=_("Refused as things stand"), remedy=_("See the detail.")),
    "too_large": Own(status=413, title=_("The request is too large"), remedy=_("Send it in several parts.")),
    "invalid_request": Own(
        status=422,
        title=_("The request does not fit"),
        remedy=_("Correct what is named under problems, then send it again."),
    ),
    "idempotency_key_reused": Own(
        status=422,
        title=_("Idempotency-Key used for another request"),
        remedy=_("Use a new key for each request; the same key only to send the same one again."),
    ),
    "rate_limited": Own(
        status=429, title=_("Too many requests of this token"), remedy=_("Wait for as long as Retry-After says.")
    ),
}
_STATUS: Final = {Kind.SETTINGS: 422, Kind.PERMISSION: 424, Kind.TRANSIENT: 503, Kind.VENDOR: 502}


class Refused(Exception):  # noqa: N818 - what the caller is told, not a mistake of ours
    """Ends a request with one of the API's own problems."""

    def __init__(self, code: str, detail: str = "", **more: Any) -> None:
        self.code, self.detail, self.more = code, detail, more
        super().__init__(code)


def of_own(code: str, detail: str = "", **more: Any) -> JsonResponse:
    """One of the API's own problems."""
    own = OWN[code]
    title = str(own.title)
    told = {"kind": "request", "title": title, "detail": detail or f"{title}.", "remedy": str(own.remedy)}
    return answer(own.status, code, **{**told, **more})


def of_failure(failure: JackfieldError) -> JsonResponse:
    """A failure of a connector or of its settings, by its kind: 422, 424 (the CRM refuses), 503 or 502.

    Its words are in the language that the request asks for.
    """
    told = {
        "kind": str(failure.kind),
        "title": spoken(CATALOGUE[failure.code].title),
        "detail": spoken(failure.message),
        "remedy": spoken(failure.remedy),
    }
    problems = [
        {**problem.as_dict(), "message": spoken(problem.message), "remedy": spoken(problem.remedy)}
        for problem in failure.problems
    ]
    internal = failure.code == "internal_error"
    made = answer(500 if internal else _STATUS[failure.kind], failure.code, problems=problems, **told)
    if failure.retry_after is not None:
        made["Retry-After"] = str(max(1, round(failure.retry_after)))
    return made


def of_refusal(refusal: PortalError) -> JsonResponse:
    """What the portal refuses as things stand, in its own words."""
    return of_own("refused", refusal.message, remedy=refusal.remedy)


def answer(status: int, code: str, *, problems: list[dict[str, Any]] | None = None, **told: Any) -> JsonResponse:
    """A problem document; ``code`` is what a program goes by."""
    body = {"type": f"urn:jackfield:problem:{code}", "status": status, "code": code, **told}
    if problems:
        body["problems"] = problems
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)
