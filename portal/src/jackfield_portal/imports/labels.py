"""The groups of users that an import tells of, each with its name on the screen and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrPromise

__all__ = ["Count", "labelled"]

_LABELS: Final[Mapping[str, tuple[StrPromise, StrPromise]]] = {
    "new": (_("New"), _("not known before")),
    "changed": (_("Changed"), _("known, with other data, or back again")),
    "unchanged": (_("Unchanged"), _("known, as before")),
    "inactive": (_("Inactive"), _("of all these, not able to work in the CRM")),
    "gone": (_("Gone"), _("no longer in the CRM; kept and marked")),
    "without_email": (_("Without e-mail"), _("no address by which an agent could be matched")),
    "suspicious": (_("Suspicious"), _("no person, or an e-mail address that several have")),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many users are in a group, with its label and what it means."""

    name: str
    number: int
    label: str
    meaning: str


def labelled(numbers: Mapping[str, int]) -> list[Count]:
    """The numbers of the groups of these names, in the same order."""
    return [
        Count(name=name, number=number, label=str(_LABELS[name][0]), meaning=str(_LABELS[name][1]))
        for name, number in numbers.items()
    ]
