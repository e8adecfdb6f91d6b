"""The faults that every web API may show, and what must come of each; read it through :mod:`jackfield.simulation`."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jackfield.errors import CATALOGUE, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A way to fail; ``title`` is one sentence.

    A check and an import that meet it from their first request on end with ``kind``, which is that of the first of
    ``codes``; one that meets it later may rightly end with any of ``codes``.
    """

    name: str
    title: str
    kind: Kind
    codes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The fault as scripts read it."""
        return {"name": self.name, "title": self.title, "kind": str(self.kind), "codes": list(self.codes)}


_ROWS = (
    ("unauthorized", "The credentials are refused (401).", "credentials_refused"),
    ("forbidden", "The credentials are good, but give no right to anything (403).", "forbidden"),
    ("not_found_html", "Every address is unknown, and a web page says so (404).", "not_the_api", "unexpected_status"),
    ("throttled", "Too many requests; the answer tells how long to wait (429 with Retry-After: 1).", "throttled"),
    ("throttled_no_retry_after", "Too many requests; the answer does not tell how long to wait (429).", "throttled"),
    ("server_error", "The service fails and shows a web page about it (500).", "server_error"),
    ("unavailable", "The service is closed for now (503).", "unavailable"),
    ("empty_body", "Success is reported, but nothing is sent (200 with no body).", "unexpected_content"),
    ("truncated_json", "The JSON stops in its middle, as if that were all.", "malformed_answer"),
    ("html_ok", "A web page comes instead of data, as a success (200).", "not_the_api", "unexpected_content"),
    ("wrong_shape", "An object comes where a list belongs, and a list where an object belongs.", "wrong_shape"),
    ("null_id", "The last record of a list, and a single record, has null for its id.", "wrong_shape"),
    ("repeated_page", "The first page of a list is sent again and again.", "repeated_page"),
    ("redirect_elsewhere", "Every request is redirected to another host (302).", "redirected_elsewhere"),
    ("dropped_connection", "The connection breaks in the middle of every answer.", "connection_lost"),
    ("stalled", "Requests are accepted and never answered.", "timed_out"),
    ("too_large", "The answer goes on for 64 MiB.", "answer_too_large"),
    ("foreign_next_page", "The address of the next page is on another host.", "foreign_next_page"),
)

#: By name; a platform takes what applies to it through :func:`standard_faults`.
STANDARD_FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        name: Fault(name=name, title=title, kind=Kind(CATALOGUE[codes[0]].kind), codes=codes)
        for name, title, *rest in _ROWS
        if (codes := tuple(rest))
    }
)


def standard_faults(*, without: Sequence[str] = ()) -> dict[str, Fault]:
    """The standard faults, less those that a platform cannot have."""
    return {name: fault for name, fault in STANDARD_FAULTS.items() if name not in without}
