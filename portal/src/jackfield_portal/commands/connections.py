"""``jackfield connections``: what the portal has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from jackfield_portal.commands.serve import prepare_portal, say

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection

_COLUMNS = ("organization", "name", "platform", "state", "last_check", "last_import")


def connections(*, json: Annotated[bool, Parameter(help="Print JSON, for scripts.")] = False) -> int:
    """List the connections that are saved in the portal.

    Secrets are never shown. With --json: a list of id, organization, name, platform, state, last_check, last_import.
    """
    prepare_portal()
    from jackfield_portal.connections.models import Connection

    found = Connection.objects.select_related("organization").order_by("organization__name", "name")
    rows = [_told(connection) for connection in found]
    if json:
        from json import dumps

        say(dumps(rows))
    else:
        say(*_lines(rows))
    return 0


def _told(connection: Connection) -> dict[str, Any]:
    from jackfield_portal.imports.services import latest

    check = connection.check_runs.exclude(finished=None).first()
    run = latest(connection)
    return {
        "id": str(connection.pk),
        "organization": connection.organization.name,
        "name": connection.name,
        "platform": connection.platform,
        "state": connection.state,
        "last_check": _ended(check),
        "last_import": _ended(run),
    }


def _ended(run: Any) -> dict[str, Any] | None:
    if run is None:
        return None
    return {"state": str(run.state), "finished": run.finished.isoformat() if run.finished else None}


def _lines(rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return ["No connection is saved yet: `jackfield serve` opens the portal, where one is added."]
    from jackfield_portal.commands._tables import lined_up

    cells = [tuple(name.upper().replace("_", " ") for name in _COLUMNS)]
    cells += [tuple(_shown(row[name]) for name in _COLUMNS) for row in rows]
    return lined_up(cells)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(filter(None, (value["state"], (value["finished"] or "")[:16].replace("T", " "))))
    return str(value or "-")
