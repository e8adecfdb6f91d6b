"""What is to be made: the names that follow from one name, each of which somebody will have to live with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from jackfield.discovery import GROUP
from jackfield.scaffold._kinds import AUTHS, PAGINGS

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Plan", "ScaffoldError", "planned"]

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_NAME, _LONGEST_TITLE = 30, 40
_UNSAFE: Final = set("\"'\\`{}<>")


class ScaffoldError(Exception):
    """A connector cannot be made so; ``message`` is one sentence, ``remedy`` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A connector that is to be made; ``name`` is the platform's id, ``title`` what people call the platform."""

    name: str
    title: str
    auth: str = "header"
    paging: str = "offset"

    @property
    def package(self) -> str:
        """The name that Python imports."""
        return f"jackfield_{self.name.replace('-', '_')}"

    @property
    def distribution(self) -> str:
        """The name that is installed, which is that of the folder as well."""
        return f"jackfield-{self.name}"

    @property
    def prefix(self) -> str:
        """What the names of its classes begin with."""
        return "".join(part.capitalize() for part in self.name.split("-"))


def planned(name: str, *, title: str | None = None, auth: str = "header", paging: str = "offset") -> Plan:
    """Look the wishes over; raises ScaffoldError on the first that cannot be met."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise ScaffoldError(
            f"{name!r} cannot be a platform's id: that is up to {_LONGEST_NAME} small letters a to z and digits, with "
            "single hyphens between them, and begins with a letter.",
            f"Write for example {_suggested(name)}.",
        )
    plan = Plan(name=name, title=_titled(name, title), auth=auth, paging=paging)
    _refuse_unknown("--auth", auth, AUTHS)
    _refuse_unknown("--paging", paging, PAGINGS)
    if entry_points(group=GROUP, name=name) or find_spec(plan.package):
        message = f"A package {plan.package}, or a connector named {name}, is installed already."
        raise ScaffoldError(message, "Choose another name.")
    return plan


def _titled(name: str, title: str | None) -> str:
    words = " ".join(part.capitalize() for part in name.split("-")) if title is None else title.strip()
    if not words or len(words) > _LONGEST_TITLE or not words.isprintable() or _UNSAFE & set(words):
        raise ScaffoldError(
            f"A title is one line of up to {_LONGEST_TITLE} letters, without quotes, braces and the like.",
            "It stands in sentences and in code, so write the platform's plain name.",
        )
    return words


def _suggested(name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
    return words[:_LONGEST_NAME].strip("-") or "acme"


def _refuse_unknown(option: str, given: str, known: Collection[str]) -> None:
    if given not in known:
        raise ScaffoldError(f"{option} takes one of {', '.join(known)}, not {given!r}.", "Choose one of them.")
