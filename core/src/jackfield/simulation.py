"""Simulators: a CRM as an ASGI application with named faults, for demos, tests and recordings.

A connector declares a :class:`Simulator`. It names the faults it can show, the knobs that turn what nobody knows for
sure about the service, builds the application and says which settings lead to it::

    simulator = connector.simulator()
    options = simulator.options(users=1234, faults=["throttled@3"], knobs={"daily_quota": "50"})
    with running(simulator, options) as base_url:
        settings = connector.parse(simulator.settings(base_url, options)).settings

Importing this module is cheap: the server is imported when it is started.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jackfield._asgi import ASGIApp, Receive, Reply, Scope, Send
from jackfield._faults import Faulty, Rule
from jackfield._knobs import Knob, turned
from jackfield._serving import serve, serving
from jackfield._standard_faults import STANDARD_FAULTS, Fault, standard_faults
from jackfield.errors import error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jackfield.checks import Account
    from jackfield.records import Contact
    from jackfield.users import CrmUser

__all__ = [
    "STANDARD_FAULTS",
    "ASGIApp",
    "Fault",
    "Knob",
    "Receive",
    "Reply",
    "Scope",
    "Send",
    "Simulator",
    "SimulatorOptions",
    "faulty",
    "running",
    "serve",
    "serving",
    "standard_faults",
    "turned",
]

_MOST_USERS = 1_000_000
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatorOptions:
    """How a simulator is to be: how many users, which faults, which knobs turned; see :meth:`Simulator.options`."""

    users: int = 120
    faults: tuple[str, ...] = ()
    knobs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Simulator:
    """What a connector declares; ``left_out`` says for each standard fault that is missing why it is.

    ``settings(base_url, options)`` gives the connection settings that lead to the simulator, as plain texts.

    The rest is for the contract suite. ``scenes`` are knobs by what they show: ``small_pages`` (at most five users in
    one answer, whatever is asked), ``moving`` (users move between pages while they are read), ``endless`` (a list that
    never ends), ``unlimited`` (no rate limit), ``inactive_holder`` (the key's own user is inactive), and
    ``without:<step id>`` (the right that this step of the check proves is missing). ``truth(options)`` is what a
    faithful import gives, in any order; ``lookups`` the contacts that a faithful lookup gives for a number, as a
    telephone spells it; ``account`` what a check must say of whose key it is. None of them may come through the
    connector's own reading of answers: they are what that is held against.
    """

    faults: Mapping[str, Fault]
    knobs: Mapping[str, Knob]
    build: Callable[[SimulatorOptions], ASGIApp]
    settings: Callable[[str, SimulatorOptions], dict[str, str]]
    left_out: Mapping[str, str] = field(default_factory=dict)
    scenes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    truth: Callable[[SimulatorOptions], Sequence[CrmUser]] | None = None
    lookups: Mapping[str, tuple[Contact, ...]] = field(default_factory=dict)
    account: Account | None = None

    def options(
        self, *, users: int = 120, faults: Sequence[str] = (), knobs: Mapping[str, object] = _NOTHING
    ) -> SimulatorOptions:
        """Options that were looked over, from texts; raises SettingsError with one sentence on the first that is wrong.

        A fault is ``NAME`` (it holds from the first request on), ``NAME@N`` (from the Nth on) or ``NAME@N-M`` (from the
        Nth to the Mth). Where several hold, the one that began last does.
        """
        if not 0 <= users <= _MOST_USERS:
            message = f"A simulated account has 0 to {_MOST_USERS} users, not {users}."
            raise error("invalid_value", message, remedy="Choose a number between.")
        _rules(faults, self.faults)
        return SimulatorOptions(users=users, faults=tuple(faults), knobs=turned(self.knobs, knobs))


def faulty(
    app: ASGIApp,
    options: SimulatorOptions,
    *,
    shapes: Mapping[str, ASGIApp] = _NOTHING,
    id_fields: Sequence[str] = (),
    next_fields: Sequence[str] = (),
) -> ASGIApp:
    """The application with the faults that the options ask for in front of it; it counts the requests it sees.

    ``shapes`` maps a fault to an application that answers for it: a standard one in the platform's own way, or one of
    the platform's own. ``id_fields`` are the members that hold ids, the most telling first: the first that a record
    has is made null by ``null_id``. ``next_fields`` are those that hold the next page's address. A list may come by
    itself or inside an object, where the longest list of objects is taken for it.
    """
    rules = _rules(options.faults, {**STANDARD_FAULTS, **shapes})
    return Faulty(app, rules, shapes=shapes, id_fields=id_fields, next_fields=next_fields) if rules else app


@contextmanager
def running(simulator: Simulator, options: SimulatorOptions | None = None, port: int = 0) -> Iterator[str]:
    """Serve a simulator on loopback for as long as the context lasts; gives its base URL, without a final slash."""
    with serving(simulator.build(options or SimulatorOptions()), port=port) as base_url:
        yield base_url


def _rules(texts: Sequence[str], known: Mapping[str, object]) -> list[Rule]:
    return [_rule(text, known) for text in texts]


def _rule(text: str, known: Mapping[str, object]) -> Rule:
    name, at, span = text.partition("@")
    if name not in known:
        raise error("invalid_choice", f"The simulator has no fault {name!r}. It has: {', '.join(known)}.")
    first, dash, last = span.partition("-")
    numbers = [
        int(number) if number.isdecimal() else 0 for number in ([first] if at else []) + ([last] if dash else [])
    ]
    if not all(numbers) or numbers != sorted(numbers):
        raise error(
            "invalid_value",
            f"{text!r} does not say when the fault holds.",
            remedy=f"Write {name}@3 for the third request and all after it, {name}@3-4 for the third and fourth alone.",
        )
    return Rule(name=name, first=numbers[0] if numbers else 1, last=numbers[1] if dash else None)
