"""Wrong usage in one sentence; it never repeats a value, which may be a secret that was typed in the wrong place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import CoercionError, MissingArgumentError, UnknownOptionError, UnusedCliTokensError, ValidationError
from cyclopts.exceptions import RepeatArgumentError

from jackfield.cli._near import nearest, without_value
from jackfield.cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import CycloptsError


def usage_error(mistake: CycloptsError, words: Sequence[str]) -> UsageError:
    """What Cyclopts found wrong with a command line, in our words."""
    message, hint = _message(mistake)
    help_line = f"See jackfield {' '.join(mistake.command_chain or words[:0])}".rstrip() + " --help"
    return UsageError(message, f"{hint} {help_line}.".strip())


def _message(mistake: CycloptsError) -> tuple[str, str]:
    name = _name(mistake)
    match mistake:
        case UnknownOptionError():
            return _unknown(mistake)
        case UnusedCliTokensError():
            return _too_many(mistake.unused_tokens or [])
        case MissingArgumentError():
            return f"{name} {'needs a value' if name.startswith('--') else 'is missing'}.", ""
        case RepeatArgumentError():
            return f"{mistake.token.keyword or name} was given more than once.", "Give it once."
        case CoercionError() | ValidationError():
            return f"The value of {name} does not fit.", ""
    return "The command line was not understood.", ""


def _unknown(mistake: UnknownOptionError) -> tuple[str, str]:
    option = without_value(mistake.token.keyword or mistake.token.value)
    known = [name for argument in mistake.argument_collection for name in argument.names]
    if option in known:
        return f"{option} stands behind --, where nothing is an option.", "Write it before the --."
    return f"There is no option {option}.", nearest(option, known)


def _too_many(tokens: Sequence[str]) -> tuple[str, str]:
    setting, equals, _ = tokens[0].partition("=") if tokens else ("", "", "")
    if equals:
        return f"{setting}=... is not an argument.", f"Settings are given as --set {setting}=VALUE."
    return "There are more arguments than the command takes.", ""


def _name(mistake: CycloptsError) -> str:
    if mistake.argument is None:
        return "An argument"
    keyword = next((token.keyword for token in mistake.argument.tokens if token.keyword), None)
    return getattr(mistake, "keyword", None) or keyword or _shown(mistake.argument.name)


def _shown(name: str) -> str:
    return name if name.startswith("--") else name.upper()
