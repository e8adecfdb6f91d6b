"""Reads one answer as its bytes come in: how far it may go, and when it is whole. No I/O."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Reading"]

#: Bytes that may come before the headers are over.
_LONGEST_HEAD: Final = 100 * 1024
#: Kinds of compression as zlib numbers them; what is called deflate comes in two.
_PACKED: Final = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": 0}
#: Bytes on the wire for each byte of a body, at most: chunks of one byte have five around it.
_DEAREST: Final = 8


class Reading:
    """One answer. ``over`` once nothing more is wanted; ``code`` says then what went wrong, None where it is whole.

    The body is decompressed, and never larger than ``most`` bytes. Whoever has compressed it twice is refused: a few
    bytes of such a body fill the memory before they can be counted.
    """

    __slots__ = (
        "_body",
        "_came",
        "_decode",
        "_ends_with_connection",
        "_most",
        "_on_head",
        "_parser",
        "_reason",
        "_size",
        "code",
        "headers",
        "keeps_alive",
        "over",
        "status",
        "touched",
    )

    def __init__(self, most: int, on_head: Callable[[], None]) -> None:
        self._parser: Any = HttpResponseParser(self)
        self._most, self._on_head = most, on_head
        self._came = 0
        self._decode: Any = None
        self._ends_with_connection = False
        self.touched = self.over = self.keeps_alive = False
        self.code: str | None = None
        self.status = 0
        self._restart()

    def _restart(self) -> None:
        self._reason = b""
        self.headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = 0

    @property
    def reason(self) -> str:
        """What stands behind the status."""
        return self._reason.decode("latin-1")

    @property
    def content(self) -> bytes:
        """The body, decompressed."""
        return self._body[0] if len(self._body) == 1 else b"".join(self._body)

    def release(self) -> None:
        """Let go of the parser, which holds this one: without that, bodies wait for the collector of garbage."""
        self._parser = None

    def feed(self, data: bytes) -> None:
        """Read on."""
        self.touched = True
        self._came += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as failure:
            self._fail("answer_too_large" if "overflow" in str(failure) else "connection_lost")
        if self._came > _LONGEST_HEAD and not self.status:
            self._fail("connection_lost")
        elif self._came > _LONGEST_HEAD + _DEAREST * self._most:
            self._fail("answer_too_large")

    def ended(self) -> None:
        """The connection is closed: with a body that has no other end, that is how it ends."""
        if self._ends_with_connection and not self.over:
            self._complete()
        self._fail("connection_lost")

    def _fail(self, code: str) -> None:
        """Want no more; the first thing that went wrong is what is told."""
        if not self.over:
            self.code, self.over, self.keeps_alive = code, True, False

    # what the parser calls

    def on_message_begin(self) -> None:
        if self.over:  # more than was asked for
            self.keeps_alive = False

    def on_status(self, status: bytes) -> None:
        if not self.over:
            self._reason += status

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.over:
            return
        key, text = name.decode("latin-1").lower(), _text(value)
        known = self.headers.get(key)
        self.headers[key] = text if known is None else f"{known}, {text}"

    def on_headers_complete(self) -> None:
        if self.over:
            return
        status = self._parser.get_status_code()
        if status < 200:  # noqa: PLR2004 - what comes before the answer proper
            self._restart()
            return
        self.status = status
        self._on_head()
        declared = self.headers.get("content-length", "")
        bodyless = status in {204, 304}
        self._ends_with_connection = not (bodyless or declared or "transfer-encoding" in self.headers)
        if declared.isdecimal() and (len(declared) > len(str(self._most)) or int(declared) > self._most):
            self._fail("answer_too_large")
        encoding = self.headers.get("content-encoding", "").strip().lower()
        if "," in encoding:
            self._fail("malformed_answer")
        if encoding in _PACKED:
            self._decode = _Unpacked(_PACKED[encoding])

    def on_body(self, data: bytes) -> None:
        if self.over:
            return
        try:
            part = data if self._decode is None else self._decode(data, self._most + 1 - self._size)
        except zlib.error:
            self._fail("malformed_answer")
            return
        self._size += len(part)
        if self._size > self._most:
            self._fail("answer_too_large")
        self._body.append(part)

    def on_message_complete(self) -> None:
        if self.status and not self.over:
            self._complete()

    def _complete(self) -> None:
        if self._decode is not None and not self._decode.whole:
            self._fail("malformed_answer")
            return
        self.over = True
        self.keeps_alive = self._parser.should_keep_alive() and not self._ends_with_connection


class _Unpacked:
    """Undoes gzip or deflate, never to more than was asked for."""

    def __init__(self, kind: int) -> None:
        self._kind = kind
        self._unpacker: Any = None

    def __call__(self, data: bytes, most: int) -> bytes:
        if self._unpacker is None:
            # What is called deflate has the header of zlib, or by some servers none.
            kind = self._kind or (zlib.MAX_WBITS if data[0] & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS)
            self._unpacker = zlib.decompressobj(kind)
        unpacked: bytes = self._unpacker.decompress(data, most)
        return unpacked

    @property
    def whole(self) -> bool:
        """Whether nothing is missing; nothing at all is whole."""
        return self._unpacker is None or bool(self._unpacker.eof)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
