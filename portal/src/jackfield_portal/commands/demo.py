"""``jackfield demo``: the whole journey on a simulated CRM; what ``make run`` runs."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from jackfield.cli.connectors import connector_named
from jackfield.cli.errors import CommandError
from jackfield.cli.serving import ended_by_signal, explained, listening, serve, url_of
from jackfield.settings import deployment_fields, deployment_variable
from jackfield.simulation import running
from jackfield_portal.commands.serve import end_portal, portal_application, prepare_portal, say

if TYPE_CHECKING:
    from jackfield.connector import Connector
    from jackfield.simulation import Simulator
    from jackfield_portal.commands._demo_organization import SignIn

_HOST = "127.0.0.1"


def demo(
    platform: Annotated[str, Parameter(help="The platform's id, as `jackfield platforms` lists it.")],
    /,
    *,
    port: Annotated[int, Parameter(help="The port of the portal.")] = 8000,
    simulator_port: Annotated[int, Parameter(help="The port of the simulated CRM.")] = 8010,
    users: Annotated[int, Parameter(help="How many users the simulated CRM has.")] = 60,
) -> int:
    """Show the whole journey on a platform's simulator, then leave the portal open.

    Everything is fictional and stays on this machine. A second run keeps what was done in the portal.
    """
    ended_by_signal()
    _allow_loopback()
    connector = connector_named(platform)
    simulator = _simulator(connector)
    options = simulator.options(users=users)
    try:
        with ExitStack() as stack:
            listener = stack.enter_context(listening(_HOST, port))
            with explained(_HOST, simulator_port, option="--simulator-port"):
                base_url = stack.enter_context(running(simulator, options, simulator_port))
            values = _form_values(connector, simulator.settings(base_url, options))
            sign_in = _show(connector, values)
            next_steps = _what_next(connector, values, url_of(listener), sign_in)
            serve(portal_application(), listener, ready=lambda: say(*next_steps))
            end_portal()
    except KeyboardInterrupt:
        pass
    say("", "Ended. What was done in the portal is kept for the next run.")
    return 0


def _allow_loopback() -> None:
    allowed = os.environ.get("JACKFIELD_ALLOWED_NETWORKS", "")
    os.environ["JACKFIELD_ALLOWED_NETWORKS"] = ",".join(filter(None, (allowed, f"{_HOST}/32")))


def _form_values(connector: Connector, values: dict[str, str]) -> dict[str, str]:
    """What is to be entered in the form; what is the deployment's is put where an operator would put it."""
    operators = [name for name in deployment_fields(connector.settings_class) if name in values]
    os.environ.update({deployment_variable(connector.id, name): values[name] for name in operators})
    return {name: value for name, value in values.items() if name not in operators}


def _simulator(connector: Connector) -> Simulator:
    simulator = connector.simulator()
    if simulator is None:
        raise CommandError(
            f"The connector of {connector.platform.title} has no simulator.", "Name a platform that has one."
        )
    return simulator


def _show(connector: Connector, values: dict[str, str]) -> SignIn:
    from jackfield_portal.commands._demo_show import check_and_import, heading, show_platforms

    say(f"Jackfield, on a simulated {connector.platform.title}: all people and keys here are fictional.")
    show_platforms()
    found = asyncio.run(check_and_import(connector, values))
    heading(4, "Mapping: which CRM user each agent of the organization is")
    prepare_portal()
    from jackfield_portal.commands._demo_agents import demo_agents
    from jackfield_portal.commands._demo_organization import agents_of, certain_matches, demo_organization

    organization, sign_in = demo_organization(demo_agents(found))
    agents = agents_of(organization)
    matches = certain_matches(agents, found)
    say(f"{matches} of the {len(agents)} agents of “{organization.name}” match for certain, by e-mail address.")
    return sign_in


def _what_next(connector: Connector, values: dict[str, str], url: str, sign_in: SignIn) -> list[str]:
    fields = connector.schema()["properties"]
    titles = {name: fields[name].get("title", name) for name in values}
    width = max(map(len, titles.values()))
    return [
        "",
        f"The portal is open at {url}",
        f"  E-mail    {sign_in.email}",
        f"  Password  {sign_in.password or 'the one that you have chosen'}",
        "",
        "Now do the same there: Administration > Manage Organization, the green plus (Add New CRM Platform),",
        f"CRM Platform {connector.platform.title}, Save; then enter",
        *(f"  {titles[name].ljust(width)}  {value}" for name, value in values.items()),
        "",
        "Ctrl-C ends it all.",
    ]
