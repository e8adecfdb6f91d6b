"""Which connectors are installed: found by stevedore, loaded one by one, quarantined where they fail.

This module is light on purpose: listing the connectors imports none of them, nor what they need.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from stevedore.extension import ExtensionManager

from jackfield._describe import Description, described

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from jackfield.connector import Connector

__all__ = ["GROUP", "Connectors", "Deployment", "Description", "discover"]

#: The values of deployment fields, by platform id and field.
Deployment = Mapping[str, Mapping[str, str]]
#: The group of entry points that connectors are found by.
GROUP = "jackfield.connectors"

_ID = re.compile(r"^[a-z][a-z0-9_-]{0,62}$")


class Connectors(Mapping[str, "Connector"]):
    """The installed connectors by platform id; each is loaded when it is first asked for.

    Asking for one that cannot be loaded raises VendorError ``connector_broken`` with the reason, and touches no other.
    """

    def __init__(
        self, entry_points: Sequence[EntryPoint], observers: Sequence[object], deployment: Deployment | None = None
    ) -> None:
        self._entry_points = {entry_point.name: entry_point for entry_point in entry_points}
        self._doubles = {point.name for point in entry_points if point.value != self._entry_points[point.name].value}
        self._observers = observers
        self._deployment = deployment
        self._loaded: dict[str, Connector] = {}

    def __getitem__(self, platform_id: str) -> Connector:
        """The connector of a platform; KeyError where none of that id is installed."""
        if platform_id not in self._loaded:
            if reason := self._name_refused(platform_id):
                from jackfield.errors import error

                raise error("connector_broken", reason)
            from jackfield._loading import load

            own = None if self._deployment is None else self._deployment.get(platform_id, {})
            self._loaded[platform_id] = load(GROUP, platform_id, observers=self._observers, deployment=own)
        return self._loaded[platform_id]

    def __contains__(self, platform_id: object) -> bool:
        return platform_id in self._entry_points

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entry_points))

    def __len__(self) -> int:
        return len(self._entry_points)

    def descriptions(self, *, time_box: float = 10.0) -> tuple[Description, ...]:
        """What each connector says of itself, broken ones with their reason, in the order of their ids.

        No connector is imported here: each is described once in a process of its own, which it may even take down,
        and the description is kept until the connector's files change. ``time_box`` is how many seconds a process has.
        """
        refused = {name: reason for name in self if (reason := self._name_refused(name))}
        found = described([self._entry_points[name] for name in self if name not in refused], time_box)
        found |= {name: Description.broken(name, reason) for name, reason in refused.items()}
        return tuple(found[name] for name in self)

    def _name_refused(self, name: str) -> str | None:
        if name in self._doubles:
            return f"Two installed connectors call themselves {name}: uninstall one of them."
        point = self._entry_points[name]
        if not point.pattern.match(point.value):
            return "Its entry point names no module."
        if not _ID.match(name):
            return "Its id must be of lower-case letters, digits, - and _, and begin with a letter."
        return None


def discover(
    *,
    allow: Collection[str] | None = None,
    observers: Sequence[object] = (),
    deployment: Deployment | None = None,
) -> Connectors:
    """Find the installed connectors, without importing any.

    ``allow`` limits them to these ids (None: all). ``observers`` are pluggy plugins of the host, put around every call.
    ``deployment`` holds the values of the deployment's own fields, by platform id and field; None takes them from the
    environment (``JACKFIELD_<PLATFORM>_<FIELD>``) whenever settings are parsed.
    """
    ExtensionManager.ENTRY_POINT_CACHE.pop(GROUP, None)  # what was installed meanwhile is found without a restart
    manager: ExtensionManager[object] = ExtensionManager.make_test_instance([], namespace=GROUP)
    points = manager.list_entry_points()
    return Connectors([point for point in points if allow is None or point.name in allow], observers, deployment)
