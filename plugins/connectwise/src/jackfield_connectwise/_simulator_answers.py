"""How ConnectWise dresses its answers: headers, and the shapes of an error."""

from __future__ import annotations

import json
from html import escape
from itertools import count
from typing import Any

from jackfield.simulation import Reply

_DRESS = (
    ("cache-control", "no-cache"),
    ("pragma", "no-cache"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-frame-options", "SAMEORIGIN"),
    ("x-server-name", "SIMULATOR01"),
)
FORBIDDEN = "You do not have security permission to perform this action."


class Refusal(Exception):  # noqa: N818 - an answer that is raised
    """Ends a request with an answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Answers:
    """Makes the answers of one simulated account."""

    def __init__(self, knobs: dict[str, Any]) -> None:
        self._knobs = knobs
        self._numbers = count(1)

    def good(self, data: object, *headers: tuple[str, str]) -> Reply:
        """Data."""
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        version = ("api-current-version", self._knobs["codebase"].removeprefix("v").replace("_", "."))
        return Reply(200, body, (self._kind(), *headers, version, *_DRESS, self._id()))

    def bad(self, status: int, code: str, message: str, *headers: tuple[str, str], **more: object) -> Reply:
        """An error: indented by two blanks, its lines ended as on Windows."""
        return self._error(status, {"code": code, "message": message, **more}, *headers)

    def unauthorized(self) -> Reply:
        """Keys that are not accepted."""
        status = int(self._knobs["wrong_keys_status"])
        if status == 404:  # noqa: PLR2004 - HTTP's "Not Found"
            return page(404, "404 - File or directory not found.")
        if self._knobs["hosting"] == "on_premise":
            return self.bad(status, "ConnectWiseApi", "UserNotAuthenticated")
        return self.bad(status, self._knobs["unauthorized_code"], self._knobs["unauthorized_message"])

    def forbidden(self) -> Reply:
        """A right is missing."""
        return self.bad(403, "Security", FORBIDDEN)

    def client_id(self, status: int) -> Reply:
        """No clientId, or one that nobody registered."""
        named = self._knobs["client_id_words"] == "named"
        message = "The clientId header is not valid." if named else "The request is not allowed."
        return self.bad(status, "Unauthorized" if status == 401 else "Security", message)  # noqa: PLR2004

    def not_routed(self) -> Reply:
        """The cloud's gateway knows no such company or release: plain text."""
        return Reply.of(400, "text/plain", "Cannot route. Codebase/company is invalid")

    def no_endpoint(self) -> Reply:
        """An address of the API that leads nowhere."""
        return self.bad(404, "ConnectWiseApi", "The endpoint does not exist.")

    def ssl_required(self) -> Reply:
        """What the sign-in screen's host says instead of the API's, and what http gets."""
        return self.bad(int(self._knobs["ssl_required_status"]), "Security", "SSL is required.", errors=None)

    def throttled(self, seconds: int | None) -> Reply:
        """Too many in a minute; its body is unlike all others."""
        message = f"Too many requests. Please try again in {seconds or 30} seconds."
        wait = [] if seconds is None else [("retry-after", str(seconds))]
        return self._error(429, {"error": "ConnectWiseAPI", "message": message}, *wait)

    def failed(self, message: str) -> Reply:
        """An error inside the service."""
        return self.bad(500, "ConnectWiseApi", message)

    def _error(self, status: int, data: dict[str, object], *headers: tuple[str, str]) -> Reply:
        body = json.dumps(data, indent=2).replace("\n", "\r\n").encode()
        kind = ("content-type", "application/json; charset=utf-8")
        return Reply(status, body, (kind, *headers, *_DRESS, self._id()))

    def _kind(self) -> tuple[str, str]:
        return "content-type", f"{self._knobs['media_type']}; charset=utf-8"

    def _id(self) -> tuple[str, str]:
        return "x-cw-request-id", f"00000000-0000-4000-8000-{next(self._numbers):012d}"


def page(status: int, title: str, text: str = "") -> Reply:
    """A small web page."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    markup = f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><h1>{escape(title)}</h1>'
    return Reply.of(status, "text/html", f"{markup}<p>{escape(text)}</p></body></html>")
