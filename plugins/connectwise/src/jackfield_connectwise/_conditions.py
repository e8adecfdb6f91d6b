"""The filters of a ConnectWise list, spelt safely; pure.

ConnectWise Developer Guide, chapter "Conditions": text stands in quotes; ``like`` takes ``%`` for anything, and is
equality without it; text in square brackets is a time unless the opening one stands in brackets itself.
"""

from __future__ import annotations


def quoted(text: str) -> str:
    """A text as a condition holds it: in double quotes, with nothing in it that could end it or be a time."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("[", "[[]")
    return f'"{escaped}"'


def like(field: str, pattern: str) -> str:
    """A field that fits a pattern; ``%`` stands for anything, also for nothing."""
    return f"{field} like {quoted(pattern)}"


def both(first: str, second: str) -> str:
    """Two conditions that hold together."""
    return f"{first} and {second}"


def equals(field: str, text: str) -> str:
    """A field that is this text."""
    return f"{field}={quoted(text)}"
