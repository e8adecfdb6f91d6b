"""``jackfield simulate``."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from jackfield.cli._entered import assignments
from jackfield.cli._given import JSON, Platform, whole
from jackfield.cli._output import say, say_json
from jackfield.cli.connectors import connector_named
from jackfield.cli.errors import UsageError
from jackfield.cli.serving import ended_by_signal, explained
from jackfield.errors import SettingsError, error
from jackfield.simulation import SimulatorOptions, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jackfield.connector import Connector
    from jackfield.simulation import Fault, Knob, Simulator

_HOST = "127.0.0.1"
_SWITCH = {True: "on", False: "off"}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How the simulator is to be."""

    port: Annotated[int, Parameter(help="The port to listen on; a free one unless given.", converter=whole)] = 0
    users: Annotated[
        int, Parameter(help="How many users the simulated account has; 120 unless given.", converter=whole)
    ] = 120
    fault: Annotated[
        tuple[str, ...],
        Parameter(help="A fault to show: NAME, NAME@3 (from the third request on) or NAME@3-4. Repeatable."),
    ] = ()
    set: Annotated[tuple[str, ...], Parameter(help="Turn a knob of the simulator: NAME=VALUE. Repeatable.")] = ()


def simulate(
    platform: Platform,
    /,
    *,
    wanted: Wanted | None = None,
    list_faults: Annotated[bool, Parameter(help="List the faults that it can show, and end.")] = False,
    list_knobs: Annotated[bool, Parameter(help="List the knobs that it has, and end.")] = False,
    json: JSON = False,
) -> None:
    """Run a platform's simulator on this machine, without the CRM.

    It is real HTTP on loopback; its users and its key are fictional. It runs until Ctrl-C.
    """
    connector = connector_named(platform)
    simulator = _simulator(connector)
    if list_faults or list_knobs:
        _list(simulator.faults.values() if list_faults else simulator.knobs.values(), as_json=json)
        return
    wanted = wanted or Wanted()
    options = _options(simulator, wanted)
    ready = _line_for_scripts(simulator, options) if json else _words_for_people(connector, simulator, options)
    ended_by_signal()
    with explained(_HOST, wanted.port):
        serve(simulator.build(options), _HOST, wanted.port, ready=ready)


def _simulator(connector: Connector) -> Simulator:
    simulator = connector.simulator()
    if simulator is None:
        raise error("unsupported", f"The connector of {connector.platform.title} has no simulator.")
    return simulator


def _options(simulator: Simulator, wanted: Wanted) -> SimulatorOptions:
    try:
        return simulator.options(users=wanted.users, faults=wanted.fault, knobs=assignments(wanted.set))
    except SettingsError as wrong:
        raise UsageError(wrong.message, wrong.remedy, code=wrong.code) from None


def _line_for_scripts(simulator: Simulator, options: SimulatorOptions) -> Callable[[str], None]:
    def ready(url: str) -> None:
        say_json({"url": url, "settings": simulator.settings(url, options), "faults": list(options.faults)})

    return ready


def _words_for_people(connector: Connector, simulator: Simulator, options: SimulatorOptions) -> Callable[[str], None]:
    def ready(url: str) -> None:
        settings = simulator.settings(url, options).items()
        words = " ".join(f"--set {shlex.quote(f'{name}={value}')}" for name, value in settings)
        faults = f"\nFaults: {', '.join(options.faults)}." if options.faults else ""
        say(
            f"{connector.platform.title} is simulated at {url} with {options.users} fictional users.{faults}\n"
            "Try it in another terminal:\n\n"
            f"  JACKFIELD_ALLOWED_NETWORKS={_HOST} jackfield check {connector.id} {words}\n\n"
            "Ctrl-C ends it."
        )

    return ready


def _list(entries: Iterable[Fault | Knob], *, as_json: bool) -> None:
    rows = [entry.as_dict() for entry in entries]
    if as_json:
        say_json(rows)
    elif rows:
        width = max(len(row["name"]) for row in rows)
        say("\n".join(f"{row['name'].ljust(width)}  {_remark(row)}" for row in rows))


def _remark(row: dict[str, Any]) -> str:
    if "kind" in row:
        return f"{row['kind']:<10}  {row['title']}"
    default = _SWITCH[row["default"]] if isinstance(row["default"], bool) else row["default"]
    return f"{row['title']} Takes {row['takes']}; {default} unless set."
