"""``jackfield import`` in its plain forms, read without the parser of all command lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FLAGS = {"--json": "json", "--apply-held": "apply_held"}


def import_users(words: Sequence[str]) -> int | None:
    """``NAME [--organization NAME] [--json] [--apply-held]``; None for any other words."""
    names: list[str] = []
    given: dict[str, bool] = {}
    organization: str | None = None
    left = iter(words)
    for word in left:
        if word in _FLAGS:
            given[_FLAGS[word]] = True
        elif word == "--organization":
            organization = next(left, "-")
        else:
            names.append(word)
    if len(names) != 1 or names[0].startswith("-") or (organization or "").startswith("-"):
        return None
    from jackfield_portal.commands.importing import carry_out

    return carry_out(names[0], organization=organization, **given)
