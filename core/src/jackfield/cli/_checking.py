"""A systems check for a command line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jackfield.checks import CheckReport, StepResult
from jackfield.cli._entered import settings_entered
from jackfield.cli._output import say, say_json
from jackfield.cli.connectors import connector_named
from jackfield.cli.steps import step_printer, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jackfield.connector import Connector
    from jackfield.settings import ConnectionSettings


def carry_out(platform: str, words: Sequence[str], file: str | None, *, as_json: bool) -> int:
    """Check with the settings that are given, and tell what was found; the exit status."""
    connector = connector_named(platform)
    settings = settings_entered(connector, words, file, warn=not as_json)
    if as_json:
        report = asyncio.run(_checked(connector, settings, _silent))
        request = report.permission_request(connector.platform.title)
        say_json({**report.as_dict(), "permission_request": request})
    else:
        report = asyncio.run(_checked(connector, settings, step_printer(connector)))
        say("\n".join(verdict(report, connector.platform.title)))
    return 0 if report.ok else 1


def plain(words: Sequence[str]) -> int | None:
    """``PLATFORM [--set NAME=VALUE] [--settings FILE] [--json]``, read without the parser of all command lines.

    None for any other words.
    """
    platforms: list[str] = []
    given: dict[str, list[str]] = {"--set": [], "--settings": []}
    flags, left = 0, iter(words)
    for word in left:
        option, equals, value = word.partition("=")
        if word == "--json":
            flags += 1
        elif option in given:
            given[option].append(value if equals else next(left, ""))
        else:
            platforms.append(word)
    file = given["--settings"]
    if len(platforms) != 1 or platforms[0].startswith("-") or len(file) > 1 or flags > 1:
        return None
    if not all(each and not each.startswith("-") for each in (*given["--set"], *file)):
        return None
    return carry_out(platforms[0], given["--set"], file[0] if file else None, as_json=bool(flags))


async def _checked(
    connector: Connector, settings: ConnectionSettings, told: Callable[[StepResult], None]
) -> CheckReport:
    results = []
    async with connector.connect(settings) as connection:
        async for result in connection.check():
            results.append(result)
            told(result)
    return CheckReport(steps=tuple(results))


def _silent(_: StepResult) -> None: ...
