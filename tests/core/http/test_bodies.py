"""Bodies are read as far as they can rightly go."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest

from jackfield.errors import JackfieldError
from jackfield.http import Bounds
from tests.core.http.serving import client, failure, reply, serving

SMALL = 10_000


async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send data in chunks without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"400\r\n" + b" " * 1024 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    ("encoding", "encode"), [("identity", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress)]
)
async def test_body_is_decompressed(encoding: str, encode: type[bytes]) -> None:
    """The answer's content is what the CRM meant, not how it was packed."""
    packed = reply(encode(b'{"a": 1}'), Content_Encoding=encoding)
    async with serving(packed) as server, client(server.url) as http:
        assert (await http.get("Users")).json() == {"a": 1}


async def test_declared_size_is_believed() -> None:
    """A length above the limit is refused before the body is read."""
    async with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n") as server:
        raised = await failure(server.url, bounds=Bounds(body=SMALL))
    assert (raised.code, len(server.requests)) == ("answer_too_large", 1)


async def test_endless_body_is_left() -> None:
    """A body without an end is left at the limit, and the connection is closed while the client stays open."""
    async with serving(flood) as server, client(server.url, bounds=Bounds(body=SMALL)) as http:
        with pytest.raises(JackfieldError) as raised:
            await http.get("Users")
        await asyncio.wait_for(server.hung_up.wait(), 2)
    assert raised.value.code == "answer_too_large"


async def test_size_counts_unpacked() -> None:
    """A little packed data that unpacks to a lot is too large."""
    async with serving(reply(gzip.compress(bytes(SMALL * 100)), Content_Encoding="gzip")) as server:
        assert (await failure(server.url, bounds=Bounds(body=SMALL))).code == "answer_too_large"


async def test_limit_itself_is_allowed() -> None:
    """A body of exactly the limit is read."""
    body = b"[" + b" " * (SMALL - 2) + b"]"
    async with serving(reply(body)) as server, client(server.url, bounds=Bounds(body=SMALL)) as http:
        assert len((await http.get("Users")).content) == SMALL


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", b"[]"), ("gzip, gzip", gzip.compress(gzip.compress(b"[]")))],
    ids=["not packed at all", "packed twice"],
)
async def test_undoable_packing_is_told(encoding: str, body: bytes) -> None:
    """Packing that cannot be undone, or was done twice to burst the memory, is broken data."""
    async with serving(reply(body, Content_Encoding=encoding)) as server:
        assert (await failure(server.url)).code == "malformed_answer"


async def test_large_answer_is_not_tried_again() -> None:
    """What is too large once is too large again."""
    async with serving(reply(bytes(SMALL + 1))) as server:
        await failure(server.url, bounds=Bounds(body=SMALL))
    assert len(server.requests) == 1
