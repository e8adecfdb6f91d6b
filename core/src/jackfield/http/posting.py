"""Telling somebody something: a POST to an address that is no CRM's, guarded like all that leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.http.guard import OutboundPolicy

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

__all__ = ["post"]


async def post(  # noqa: PLR0913 - all but the first have names
    url: str,
    *,
    content: bytes,
    headers: Mapping[str, str],
    policy: OutboundPolicy | None = None,
    within: float = 10.0,
    ssl_context: ssl.SSLContext | None = None,
) -> int:
    """Send ``content`` once and give the status of the answer; raises the JackfieldError of why there is none.

    It goes only where ``policy`` permits (that of the environment unless given), over a connection of its own, within
    so many seconds. No redirect is followed, and nothing of the answer but its status is read.
    """
    from jackfield.http import _by_httpx  # it imports httpx, which takes a third of a second

    judged_by = policy or OutboundPolicy.from_environment()
    return await _by_httpx.posted(
        url, content=content, headers=headers, policy=judged_by, context=ssl_context, within=within
    )
