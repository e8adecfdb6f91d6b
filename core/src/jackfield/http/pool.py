"""Connections that outlive a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from jackfield.http._engine import engine
from jackfield.http.guard import OutboundPolicy

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

__all__ = ["Pool"]


class Pool:
    """Open connections for clients that ask one after another, so that each account of a host needs none of its own.

    Everything is judged by the pool's ``policy``, that of the environment unless given. Nothing of one account stays
    with a connection: credentials go with each request, cookies are never kept. Entered and used in one event loop;
    twenty requests at once are under way at most.
    """

    def __init__(self, *, policy: OutboundPolicy | None = None, ssl_context: ssl.SSLContext | None = None) -> None:
        self.policy = policy or OutboundPolicy.from_environment()
        self._context = ssl_context
        self.engine: Any = None
        self.connections: Any = None

    async def __aenter__(self) -> Self:
        self.engine = engine()
        self.connections = self.engine.Connections(self.policy, self._context)
        await self.connections.__aenter__()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.connections.__aexit__(exc_type, exc, traceback)
