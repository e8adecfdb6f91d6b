"""What a look at a connector finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is: a problem breaks the contract, a warning leaves something untested or unclear."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was looked at, what was seen, and what to do unless all is well."""

    state: State
    about: str
    message: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """The symptom as scripts read it."""
        return {**asdict(self), "state": str(self.state)}


def well(about: str, message: str) -> Symptom:
    """All is well."""
    return Symptom(State.OK, about, message)


def warned(about: str, message: str, remedy: str) -> Symptom:
    """Worth a look."""
    return Symptom(State.WARNING, about, message, remedy)


def wrong(about: str, message: str, remedy: str) -> Symptom:
    """To be mended."""
    return Symptom(State.PROBLEM, about, message, remedy)
