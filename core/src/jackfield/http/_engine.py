"""What speaks HTTP underneath, chosen when a client or a pool is made."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["engine"]

#: ``httpx`` has everything go by that library, for who instruments or records it by means that are not seen here.
_VARIABLE: Final = "JACKFIELD_HTTP_ENGINE"


def engine() -> ModuleType:
    """The module with the ``Sender`` and the ``Connections``; imported when a client is made, not before.

    Where a recorder or a mock has taken the place of httpx's transport, as vcrpy does while a cassette is used, every
    request goes by httpx, so that it is heard, and nothing reaches the network that a test thinks is replayed.
    """
    by_httpx = os.environ.get(_VARIABLE) == "httpx" or _listened_to()
    return import_module("jackfield.http._by_httpx" if by_httpx else "jackfield.http._sending")


def _listened_to() -> bool:
    theirs = sys.modules.get("httpx._transports.default")
    if theirs is None:
        return False
    code = getattr(theirs.AsyncHTTPTransport.handle_async_request, "__code__", None)
    return code is None or code.co_filename != theirs.__file__
