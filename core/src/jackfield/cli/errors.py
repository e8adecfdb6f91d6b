"""What a command says when it cannot go on for a reason of its own, not of a CRM's.

Commands of other packages raise these too; a failure of a connection stays a :class:`jackfield.errors.JackfieldError`.
Light on purpose: nothing is imported here.
"""

from __future__ import annotations

__all__ = ["CommandError", "UsageError"]


class CommandError(Exception):
    """The command cannot do its work here and now: one sentence, what to do, exit status 1."""

    kind = "settings"
    status = 1

    def __init__(self, message: str, remedy: str = "", *, code: str = "not_possible") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code

    def as_dict(self) -> dict[str, str]:
        """The error as scripts read it: kind, code, message, remedy."""
        return {"kind": self.kind, "code": self.code, "message": self.message, "remedy": self.remedy}


class UsageError(CommandError):
    """The command was not called rightly: exit status 2."""

    kind = "usage"
    status = 2

    def __init__(self, message: str, remedy: str = "", *, code: str = "wrong_usage") -> None:
        super().__init__(message, remedy, code=code)
