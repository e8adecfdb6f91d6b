"""What the audit log is told of a save of settings: names of fields, never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["settings_saved"]


def settings_saved(saved: Any, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Which fields are other than before, which secrets were entered, and which were deleted; None for no change."""
    if not saved.changed:
        return None
    version = saved.version
    before = version.connection.versions.exclude(pk=version.pk).first()
    then, now = before.values if before else {}, version.values
    return {
        "fields": sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name)),
        "secrets": sorted(name for name, value in given["values"].items() if value.strip() and name not in now),
        "cleared": sorted(given.get("clear", ())),
    }
