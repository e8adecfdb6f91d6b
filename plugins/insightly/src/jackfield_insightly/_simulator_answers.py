"""How Insightly dresses its answers: headers, and the shapes of an error."""

from __future__ import annotations

import json
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

from jackfield.simulation import Reply
from jackfield_insightly._simulator_limits import PER_SECOND

if TYPE_CHECKING:
    from jackfield_insightly._simulator_limits import Budget

_DRESS = (
    ("cache-control", "no-cache"),
    ("pragma", "no-cache"),
    ("expires", "-1"),
    ("server", "Microsoft-IIS/10.0"),
    ("x-powered-by", "ASP.NET"),
    ("set-cookie", "snaptid=simulator01; path=/; HttpOnly; Secure"),
)


class Refusal(Exception):  # noqa: N818 - an answer that is raised
    """Ends a request with an answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Answers:
    """Makes the answers of one simulated account."""

    def __init__(self, knobs: dict[str, Any], budget: Budget) -> None:
        self._knobs, self._budget = knobs, budget

    def good(self, data: object, total: int | None = None) -> Reply:
        """Data; ``total`` goes into X-Total-Count."""
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        headers = [("content-type", "application/json; charset=utf-8")]
        if self._knobs["etag"]:
            headers.append(("etag", f'"{sha256(body).hexdigest()[:16]}"'))
        if total is not None and self._knobs["total_header"] == "present":
            headers.append(("x-total-count", str(total)))
        return Reply(200, body, (*headers, *_DRESS, *self._rate()))

    def bad(self, status: int, message: str, *headers: tuple[str, str], rate: bool = True) -> Reply:
        """An error in the shape that the knob asks for."""
        media_type, body = _shaped(self._knobs["error_shape"], status, message)
        kind = [("content-type", f"{media_type}; charset=utf-8")] if body else []
        return Reply(status, body.encode(), (*kind, *headers, *_DRESS, *(self._rate() if rate else ())))

    def unknown(self, singular: str, wanted: int) -> Reply:
        """No record of that id: plain text, as recorded."""
        message = f"No {singular} with ID = {wanted}"
        if self._knobs["error_shape"] != "message":
            return self.bad(404, message)
        kind = ("content-type", "text/plain; charset=utf-8")
        return Reply(404, message.encode(), (kind, *_DRESS, *self._rate()))

    def denied(self, status: int = 401) -> Reply:
        """No key, a wrong one, or API Access switched off: all the same."""
        ask = [("www-authenticate", "Basic")] if self._knobs["www_authenticate"] else []
        message = "Authorization has been denied for this request."
        return self.bad(status, message, *ask, rate=self._knobs["denied_rate_headers"])

    def forbidden(self) -> Reply:
        """A right is missing."""
        return self.bad(403, "No Access to Data")

    def throttled(self, *, waits: bool | None = None) -> Reply:
        """Too many in a second."""
        return self._too_many(f"maximum admitted {PER_SECOND} per Second.", 1, waits=waits)

    def exhausted(self) -> Reply:
        """The day's quota is used up."""
        self._budget.used = max(self._budget.used, self._budget.quota)
        seconds = self._budget.seconds_to_renewal()
        return self._too_many(f"maximum admitted {self._budget.quota} per Day.", seconds)

    def _too_many(self, limit: str, seconds: int, *, waits: bool | None = None) -> Reply:
        tells = self._knobs["retry_after"] == "present" if waits is None else waits
        wait = [("retry-after", str(seconds))] if tells else []
        return self.bad(429, f"API calls quota exceeded! {limit}", *wait)

    def _rate(self) -> tuple[tuple[str, str], ...]:
        told = {"limit": self._budget.quota, "remaining": self._budget.remaining}
        shown = {"both": tuple(told), "none": ()}.get(self._knobs["rate_headers"], (self._knobs["rate_headers"],))
        return tuple((f"x-ratelimit-{name}", str(told[name])) for name in shown)


def page(status: int, title: str, text: str = "") -> Reply:
    """A small web page."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    markup = f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><h1>{escape(title)}</h1>'
    return Reply.of(status, "text/html", f"{markup}<p>{escape(text)}</p></body></html>")


def _shaped(shape: str, status: int, message: str) -> tuple[str, str]:
    if shape == "html":
        return "text/html", page(status, "Server Error", message).body.decode()
    if shape in {"text", "empty"}:
        return "text/plain", message if shape == "text" else ""
    member = "MESSAGE" if shape == "MESSAGE" else "Message"
    data = {member: message}
    return "application/json", json.dumps([data] if shape == "array" else data)
