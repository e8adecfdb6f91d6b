"""Time zones in IANA names."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from tzlocal.windows_tz import win_tz

from jackfield.zones import iana_zone


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        (" America/New_York ", "America/New_York"),
        ("Europe/Berlin", "Europe/Berlin"),
        (None, None),
        ("", None),
        ("Middle Earth Standard Time", None),
        ("localtime", None),
        ("Factory", None),
        ("../../etc/passwd", None),
    ],
)
def test_zone_gets_its_iana_name(name: str | None, expected: str | None) -> None:
    """Windows and IANA names lead to the IANA name; what names no zone gives None."""
    assert expected == iana_zone(name)


@pytest.mark.parametrize("windows", win_tz)
def test_every_windows_name_leads_to_a_zone_that_stays(windows: str) -> None:
    """The name found can be used, and is found again by itself."""
    found = iana_zone(windows)
    assert found == iana_zone(found)
    assert found == ZoneInfo(str(found)).key
