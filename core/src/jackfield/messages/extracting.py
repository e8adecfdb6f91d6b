"""The texts of a package that people see, found in its sources.

What is looked for are the texts that are handed to the makers of this framework: ``setting("API Key", help=...)``,
``Platform``, ``CheckStep``, ``Finding``, ``Problem``, ``error``, ``refuse``, and what is handed on to them by functions
of the package. They are followed through names, helpers and conditions; an f-string becomes a text with places, such
as ``{host} did not answer in time.``. A text that is made otherwise cannot be seen, and is not translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jackfield._templates import Template
from jackfield.messages._following import Following, name_of
from jackfield.messages._sources import read_sources

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jackfield.messages._sources import Scope, Sources

__all__ = ["Message", "messages_of"]

#: Whose texts nobody but a connector's author sees.
_SKIPPED: Final = frozenset({"cli", "messages", "scaffold", "simkit", "simulation", "simulator", "testing", "_knobs"})
_ERROR: Final[frozenset[int | str]] = frozenset({1, "message", "remedy"})
#: Which of their arguments are texts, by place and name.
_MAKERS: Final[Mapping[str, frozenset[int | str]]] = {
    "setting": frozenset({0, "title", "help"}),
    "Platform": frozenset({"title", "instructions"}),
    "CheckStep": frozenset({"title", "feature", "permission"}),
    "StepResult": frozenset({"title", "message", "remedy", "feature", "permission"}),
    "Finding": frozenset({"message", "remedy"}),
    "Problem": frozenset({"message", "remedy"}),
    "told": frozenset({0}),
    "replace": frozenset({"title", "message", "remedy", "feature"}),
    "error": _ERROR,
    **dict.fromkeys(("JackfieldError", "SettingsError", "PermissionRefused", "TransientError", "VendorError"), _ERROR),
    "refuse": frozenset({1, 2, "message", "remedy"}),
    "broken": frozenset({1, "reason"}),
    "reach_step": frozenset({0, "title"}),
    "sign_in_step": frozenset({"title"}),
    "list_users_step": frozenset({"permission"}),
    "contact_lookup_step": frozenset({"permission"}),
}


@dataclass(frozen=True, kw_only=True)
class Message:
    """A text and the modules that say it, by their paths below the package."""

    text: str
    modules: tuple[str, ...]

    @property
    def places(self) -> frozenset[str]:
        """The names of its places for values."""
        return frozenset(Template.of(self.text).places)


def messages_of(folder: Path) -> tuple[Message, ...]:
    """Every text of the package in this folder, in the order of its modules and of their lines."""
    sources = read_sources(folder, _SKIPPED)
    found: dict[str, dict[str, None]] = {}
    for module, text in _texts(sources):
        found.setdefault(text, {})[f"{module}.py"] = None
    return tuple(Message(text=text, modules=tuple(modules)) for text, modules in found.items())


def _texts(sources: Sources) -> Iterator[tuple[str, str]]:
    """Pairs of module and text; whatever is handed on by a function makes that one a maker, too."""
    following = Following(sources)
    while True:
        known, found = len(following.wanted), list(_said(sources, following))
        if len(following.wanted) == known:
            break
    yield from found
    for scope, choice in sources.choices:
        yield from ((scope.module, text) for text in following.texts(choice, scope) if text and _for_people(text))


def _said(sources: Sources, following: Following) -> Iterator[tuple[str, str]]:
    for scope, argument, surely in _arguments(sources, following):
        following.fragments.clear()
        texts = [text for text in following.texts(argument, scope) if text and (surely or _for_people(text))]
        parts = [text for text in sorted(following.fragments) if _for_people(text)]
        yield from ((scope.module, text) for text in (*texts, *parts) if Template.of(text).telling or "\n" in text)


def _arguments(sources: Sources, following: Following) -> Iterator[tuple[Scope, ast.expr, bool]]:
    """What is handed to makers; the last is whether it is a text for people whatever it looks like."""
    if codes := sources.modules.get("_catalogue"):
        yield from ((codes, rows, True) for rows in codes.given.get("_ROWS", ()))
    for scope, call in sources.calls:
        name = name_of(call)
        surely = _MAKERS.get(name, frozenset())
        ways = surely | {way for function, way in following.wanted if function == name}
        yield from ((scope, argument, place in surely) for place, argument in enumerate(call.args) if place in ways)
        yield from ((scope, each.value, each.arg in surely) for each in call.keywords if each.arg in ways)


def _for_people(text: str) -> bool:
    """Whether a part of a text is words of its own rather than an identifier or an ending."""
    return " " in text.strip() or text[:1].isupper()
