"""``jackfield check``."""

from __future__ import annotations

from jackfield.cli._checking import carry_out
from jackfield.cli._given import JSON, Given, Platform


def check(platform: Platform, /, *, given: Given | None = None, json: JSON = False) -> int:
    """Check a connection step by step; nothing in the CRM is changed.

    The exit status is 0 when every step that is needed has passed, 1 when not.
    """
    entered = given or Given()
    return carry_out(platform, entered.set, entered.settings, as_json=json)
