"""The commands as Cyclopts runs them; each is imported when it is called and never for another."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError, Parameter

from jackfield.cli._added import added_commands, checked
from jackfield.cli._usage import usage_error
from jackfield.cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP = """Connect an application to its customers' CRMs.

Every CRM platform is a plugin: `jackfield platforms` lists the installed ones.
"""

_COMMANDS = {
    "platforms": "List the CRM platforms that are installed.",
    "schema": "Show the settings that a platform needs, as JSON Schema.",
    "check": "Check a connection step by step; nothing in the CRM is changed.",
    "users": "List every user of a CRM account.",
    "find": "Find the contacts that have a telephone number.",
    "link": "Show the address of a record's page in the CRM.",
    "explain": "Explain an error code and say what to do about it.",
    "simulate": "Run a platform's simulator on this machine, without the CRM.",
    "new": "Make a connector for one more CRM platform.",
    "form": "Show the connection form of a platform as an admin will see it.",
    "record": "Record a connector's tapes, from its simulator or from the CRM's service.",
    "messages": "Bring a connector's translations in step with the texts that it says.",
    "doctor": "Look a connector over and say what its author should mend.",
}


def run(words: Sequence[str]) -> int:
    """Run one command line and give its exit status; raises what the command raises."""
    app = _app()
    if words and not words[0].startswith("-"):
        _known(app, words[0])
    try:
        status = app(list(words))
    except CycloptsError as mistake:
        raise usage_error(mistake, words) from None
    return status if isinstance(status, int) else 0


def help_text() -> str:
    """The list of all commands as it is drawn on this terminal."""
    from rich.console import Console

    console = Console()
    with console.capture() as drawn:
        _app().help_print([], console=console)
    return drawn.get()


def _app() -> App:
    app = App(
        name="jackfield",
        help=_HELP,
        help_format="markdown",
        version=lambda: version("jackfield"),
        default_parameter=Parameter(negative=(), show_default=False),
        print_error=False,
        exit_on_error=False,
        result_action="return_value",
        suppress_keyboard_interrupt=False,
    )
    for place, (name, summary) in enumerate(_COMMANDS.items()):
        app.command(f"jackfield.cli._{name}:{name}", name=name, help=summary, sort_key=place)
    for place, command in enumerate(added_commands(reserved=_COMMANDS)):
        app.command(command.target, name=command.name, help=command.summary, sort_key=len(_COMMANDS) + place)
    return app


def _known(app: App, name: str) -> None:
    if name not in app:
        raise _unknown(name, [command for command in app if not command.startswith("-")])
    if name not in _COMMANDS:
        checked(app, name)


def _unknown(name: str, known: Sequence[str]) -> UsageError:
    from jackfield.cli._near import nearest, without_value

    shown = without_value(name)
    remedy = nearest(shown, known) or f"The commands are {', '.join(known)}."
    return UsageError(f"There is no command {shown!r}.", remedy)
