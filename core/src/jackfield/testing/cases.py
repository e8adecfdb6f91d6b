"""What a contract class may state of its connector beyond what a simulator tells: entries of the form, and accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jackfield.checks import Account

__all__ = ["Entry", "Variant"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody enters, and what must come of it.

    ``given`` are fields that differ from the settings' example; None leaves one out. It is either refused, where
    ``refused`` names each field that is refused and the code it is refused with, or it is taken: then ``becomes`` names
    the fields that differ from the example in the end, and ``warned`` each field with a warning and its code. ``says``
    is a text that the message or the remedy of a problem must hold.
    """

    given: Mapping[str, str | None]
    becomes: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    warned: Mapping[str, str] = field(default_factory=dict)
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """An account that is not the simulator's usual one, and what must come of it.

    It is served with these ``knobs`` and ``faults``, holds that many ``users``, and ``settings`` lie over the ones that
    lead to it. ``does`` names what is tried: ``check``, ``import``, ``find``. Of a check, ``steps`` names each step
    that fails or warns and its code, while all others pass (or are skipped, after one that is required); ``says`` has,
    by step, a text that its message or its remedy must hold, ``{root}`` being the address of the simulator; ``account``
    is whom it must name. An import gives what the simulator's ``truth`` says of these knobs, and the simulator's
    ``lookups`` are found, unless they end with the code ``ends``; ``lacks`` names kinds of record that lookups do not
    find there, and members of contacts that they do not tell. ``asked`` is the most requests that a check takes.
    ``numbers`` are further spellings of numbers, each with the one of the simulator's lookups that it stands for, or
    with a blank text where it is nobody's.
    """

    knobs: Mapping[str, object] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    users: int = 12
    settings: Mapping[str, str] = field(default_factory=dict)
    does: tuple[str, ...] = ("check",)
    steps: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    ends: str | None = None
    lacks: tuple[str, ...] = ()
    asked: int | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)
