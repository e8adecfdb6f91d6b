"""Cassettes: small, clean, and honest about where they come from.

Each begins with a header that says whether a simulator or the vendor's service answered, when, and by which version of
the API. Only allow-listed headers are kept, and of a body only the members that the connector reads.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import vcr
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

KEPT_REQUEST_HEADERS = frozenset({"accept"})
KEPT_RESPONSE_HEADERS = frozenset(
    {"content-type", "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-total-count"}
)
NOTICES = {
    "simulator": "Recorded against the simulator that comes with the connector, NOT against the vendor's service.",
    "service": "Recorded against the vendor's service; names, addresses and numbers were replaced.",
}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a recording comes from: ``simulator`` or ``service``, its day (ISO), the API's version, its base URL."""

    source: str
    date: str
    api_version: str
    base_url: str


@dataclass(kw_only=True)
class _Serializer:
    origin: Origin | None = None
    read: dict[str, Any] = field(default_factory=dict)

    def serialize(self, tape: dict[str, Any]) -> str:
        assert self.origin is not None
        notice = NOTICES[self.origin.source]
        return f"# {notice}\n" + yaml.safe_dump(
            {"recorded": {**vars(self.origin), "notice": notice}, **tape}, sort_keys=False
        )

    def deserialize(self, text: str) -> dict[str, Any]:
        tape: dict[str, Any] = yaml.safe_load(text)
        self.read = tape.pop("recorded")
        return tape


def origin_of(cassette: Path) -> dict[str, str]:
    """The header of a cassette."""
    header: dict[str, str] = yaml.safe_load(cassette.read_text("utf-8"))["recorded"]
    return header


def recorder(origin: Origin, *, live: str, clean: Callable[[Any], Any]) -> vcr.VCR:
    """A recorder of what is asked at ``live``, written down as if it had been asked at the origin's base URL."""
    return _recorder(_Serializer(origin=origin), "all", _moved(live, origin.base_url), _cleaner(clean))


def player() -> vcr.VCR:
    """A player of cassettes: whatever is not on them fails, and nothing leaves the process."""
    return _recorder(_Serializer(), "none", _headless, lambda response: response)


def _recorder(
    serializer: _Serializer, mode: str, request: Callable[[Any], Any], response: Callable[[Any], Any]
) -> vcr.VCR:
    made = vcr.VCR(
        record_mode=mode,
        match_on=("method", "uri"),
        before_record_request=request,
        before_record_response=response,
        decode_compressed_response=True,
    )
    made.register_serializer("honest", serializer)
    made.serializer = "honest"
    return made


def _moved(live: str, written: str) -> Callable[[Any], Any]:
    def move(request: Any) -> Any:
        parts, target = urlsplit(request.uri), urlsplit(written)
        if f"{parts.scheme}://{parts.netloc}" == live.rstrip("/"):
            request.uri = urlunsplit((target.scheme, target.netloc, parts.path, parts.query, ""))
        return _headless(request)

    return move


def _headless(request: Any) -> Any:
    request.headers = {name: value for name, value in request.headers.items() if name.lower() in KEPT_REQUEST_HEADERS}
    return request


def _cleaner(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def tidy(response: dict[str, Any]) -> dict[str, Any]:
        headers: Mapping[str, Any] = response["headers"]
        kept = {name: value for name, value in headers.items() if name.lower() in KEPT_RESPONSE_HEADERS}
        body = response["body"]["string"]
        with suppress(ValueError):
            body = json.dumps(clean(json.loads(body)), ensure_ascii=False).encode()
        return {**response, "headers": kept, "body": {"string": body}}

    return tidy
