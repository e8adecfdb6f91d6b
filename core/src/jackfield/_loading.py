"""Loading one connector, whatever it does while it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stevedore.driver import DriverManager

from jackfield._describe import version_of
from jackfield.connector import Connector
from jackfield.errors import error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST = 300


def load(
    group: str, name: str, *, observers: Sequence[object] = (), deployment: Mapping[str, str] | None = None
) -> Connector:
    """The connector that the entry point names; raises VendorError ``connector_broken`` with the reason.

    A plugin may even raise SystemExit, and stevedore lets AssertionError through: only the user's own interrupt passes.
    """
    try:
        plugin: object = DriverManager(group, name, on_load_failure_callback=_raise).driver
    except KeyboardInterrupt:
        raise
    except BaseException as failure:  # noqa: BLE001 - see above
        raise error("connector_broken", f"It cannot be imported: {_sentence(failure)}") from None
    return Connector(name, plugin, version=version_of(group, name), observers=observers, deployment=deployment)


def _raise(_manager: object, _entry_point: object, failure: BaseException) -> None:
    raise failure


def _sentence(failure: BaseException) -> str:
    try:
        lines = [line.strip() for line in str(failure).splitlines() if line.strip()]
    except Exception:  # noqa: BLE001 - the exception is the plugin's own code too
        lines = []
    return f"{type(failure).__name__}{f': {lines[0][:_LONGEST]}' if lines else ''}"
