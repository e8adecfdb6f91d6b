"""The header ``Link`` (RFC 8288), as loosely as it is met."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_links"]

_VALUE: Final = r'"(?:[^"\\]|\\.)*"|[^\s;,"]*'
_PARAMETER: Final = rf"[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:{_VALUE}))?"
_LINK: Final = re.compile(rf"<(?P<target>[^<>]*)>(?P<parameters>(?:\s*;\s*{_PARAMETER})*)")
_RELATION: Final = re.compile(rf";\s*rel\s*=\s*(?P<value>{_VALUE})", re.IGNORECASE)


def read_links(header: str) -> Mapping[str, str]:
    """The targets by their relation in lower case, as they stand there; of two with one relation the first holds.

    What is not a link is passed over: an unreadable header has none.
    """
    found: dict[str, str] = {}
    for link in _LINK.finditer(header):
        relation = _RELATION.search(link["parameters"])
        for name in relation["value"].strip('"').lower().split() if relation else ():
            found.setdefault(name, link["target"].strip())
    return MappingProxyType(found)
