"""Every failure, grouped by what to do about it.

    JackfieldError
    ├── SettingsError      the organization's admin must change a setting
    ├── PermissionRefused  the CRM's administrator must grant something
    ├── TransientError     wait; it is retried by itself
    └── VendorError        the CRM, or its connector, is broken or has changed

The class says what to do, the ``code`` says what happened. Codes are stable: scripts may rely on them, and
``jackfield explain CODE`` tells what each means. Texts never hold a secret: whoever raises keeps them out, and a
connection redacts what passes through it all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from jackfield._catalogue import CATALOGUE, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "CATALOGUE",
    "Entry",
    "JackfieldError",
    "Kind",
    "PermissionRefused",
    "Problem",
    "SettingsError",
    "TransientError",
    "VendorError",
    "error",
    "explain",
]


class Kind(StrEnum):
    """What to do about an error."""

    SETTINGS = "settings"
    PERMISSION = "permission"
    TRANSIENT = "transient"
    VENDOR = "vendor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong with one setting; ``field`` is None where it is the settings as a whole.

    A warning is shown beside its field and stops nothing.
    """

    field: str | None
    code: str
    message: str
    remedy: str
    warning: bool = False

    def as_dict(self) -> dict[str, str | bool | None]:
        """The problem as scripts read it."""
        return {name: getattr(self, name) for name in ("field", "code", "message", "remedy", "warning")}


class JackfieldError(Exception):
    """A failure with a stable ``code``, a sentence (``message``) and what to do (``remedy``).

    ``detail`` is what the CRM said, folded away in the portal; ``request`` is method and address without the query.
    Raise it through :func:`error`, which picks the class by the code.
    """

    kind: ClassVar[Kind]

    def __init__(  # noqa: PLR0913 - what an error can tell, all but the code optional and by name
        self,
        code: str,
        message: str | None = None,
        *,
        remedy: str | None = None,
        detail: str | None = None,
        request: str | None = None,
        problems: Sequence[Problem] = (),
        retry_after: float | None = None,
    ) -> None:
        entry = CATALOGUE[code]
        self.code = code
        self.message = entry.meaning if message is None else message
        self.remedy = entry.remedy if remedy is None else remedy
        self.detail = detail
        self.request = request
        self.problems = tuple(problems)
        #: Seconds after which the CRM itself says that a new try makes sense; None where it says nothing.
        self.retry_after = retry_after
        super().__init__(self.message)

    def as_dict(self) -> dict[str, str]:
        """The error as scripts read it: kind, code, message, remedy."""
        return {"kind": str(self.kind), "code": self.code, "message": self.message, "remedy": self.remedy}

    def rewritten(self, rewrite: Callable[[str], str]) -> JackfieldError:
        """The same error with every text passed through ``rewrite``; the way secrets are taken out."""
        problems = [
            Problem(
                field=problem.field,
                code=problem.code,
                message=rewrite(problem.message),
                remedy=rewrite(problem.remedy),
                warning=problem.warning,
            )
            for problem in self.problems
        ]
        return type(self)(
            self.code,
            rewrite(self.message),
            remedy=rewrite(self.remedy),
            detail=None if self.detail is None else rewrite(self.detail),
            request=None if self.request is None else rewrite(self.request),
            problems=problems,
            retry_after=self.retry_after,
        )


class SettingsError(JackfieldError):
    """The organization's admin must change something; ``problems`` lists every fault by field where that is known."""

    kind = Kind.SETTINGS


class PermissionRefused(JackfieldError):  # noqa: N818 - the builtins have taken PermissionError
    """The CRM's administrator must grant a right, or the CRM's plan does not include it."""

    kind = Kind.PERMISSION


class TransientError(JackfieldError):
    """Nothing to change: wait, and it is tried again."""

    kind = Kind.TRANSIENT


class VendorError(JackfieldError):
    """The CRM or its connector is broken or has changed: tell the maintainers."""

    kind = Kind.VENDOR


_CLASSES: dict[str, type[JackfieldError]] = {
    str(cls.kind): cls for cls in (SettingsError, PermissionRefused, TransientError, VendorError)
}


def error(  # noqa: PLR0913 - the same as JackfieldError
    code: str,
    message: str | None = None,
    *,
    remedy: str | None = None,
    detail: str | None = None,
    request: str | None = None,
    problems: Sequence[Problem] = (),
    retry_after: float | None = None,
) -> JackfieldError:
    """The error for ``code``, of the class its kind asks for; an unknown code is a KeyError of the caller's making."""
    cls = _CLASSES[CATALOGUE[code].kind]
    return cls(
        code,
        message,
        remedy=remedy,
        detail=detail,
        request=request,
        problems=problems,
        retry_after=retry_after,
    )


def explain(code: str) -> Entry | None:
    """What a code means and what to do, or None for a code that the catalogue does not have."""
    return CATALOGUE.get(code)
