"""``jackfield check``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jackfield.checks import CheckReport, StepResult
from jackfield.cli._given import JSON, Given, Platform, settings_from
from jackfield.cli._output import say, say_json
from jackfield.cli.connectors import connector_named
from jackfield.cli.steps import step_printer, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from jackfield.connector import Connector
    from jackfield.settings import ConnectionSettings


def check(platform: Platform, /, *, given: Given | None = None, json: JSON = False) -> int:
    """Check a connection step by step; nothing in the CRM is changed.

    The exit status is 0 when every step that is needed has passed, 1 when not.
    """
    connector = connector_named(platform)
    settings = settings_from(connector, given, warn=not json)
    if json:
        report = asyncio.run(_checked(connector, settings, _silent))
        request = report.permission_request(connector.platform.title)
        say_json({**report.as_dict(), "permission_request": request})
    else:
        report = asyncio.run(_checked(connector, settings, step_printer(connector)))
        say("\n".join(verdict(report, connector.platform.title)))
    return 0 if report.ok else 1


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
