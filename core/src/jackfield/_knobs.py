"""The settings of a simulator; read it through :mod:`jackfield.simulation`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jackfield.errors import error

if TYPE_CHECKING:
    from collections.abc import Mapping

_SWITCHES = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Knob:
    """One setting of a simulator; its type is that of ``default``, and a text may be bound to ``choices``."""

    name: str
    title: str
    default: bool | int | str
    choices: tuple[str, ...] = ()

    def parse(self, value: object) -> bool | int | str:
        """The value in the knob's type, from that type or from text; else SettingsError ``invalid_value``."""
        text = str(value).strip()
        read = self._read(text)
        if read is None:
            raise error("invalid_value", f"{self.name} takes {self.takes()}, not {text!r}.")
        return read

    def takes(self) -> str:
        """What it takes, in words."""
        if isinstance(self.default, bool):
            return "on or off"
        if isinstance(self.default, int):
            return "a whole number, 0 or more"
        return f"one of {', '.join(self.choices)}" if self.choices else "a text"

    def as_dict(self) -> dict[str, Any]:
        """The knob as scripts read it."""
        return {"name": self.name, "title": self.title, "default": self.default, "takes": self.takes()}

    def _read(self, text: str) -> bool | int | str | None:
        if isinstance(self.default, bool):
            return _SWITCHES.get(text.lower())
        if isinstance(self.default, int):
            return int(text) if text.isdecimal() else None
        return text if text and (not self.choices or text in self.choices) else None


def turned(knobs: Mapping[str, Knob], given: Mapping[str, object]) -> dict[str, Any]:
    """Every knob's value: the given one (typed or as text), else the default; SettingsError for an unknown name."""
    for name in given:
        if name not in knobs:
            raise error("invalid_choice", f"The simulator has no knob {name!r}. It has: {', '.join(knobs)}.")
    return {name: knob.parse(given.get(name, knob.default)) for name, knob in knobs.items()}
