"""The connector to the CRM of the drills."""

from __future__ import annotations

from typing import Any

from jackfield import CrmUser, Platform, UserPage, hookimpl
from jackfield.settings import BaseUrl, ConnectionSettings, setting


class DrillSettings(ConnectionSettings):
    """Where it answers, with the account in the path."""

    server: BaseUrl = setting("Server", help="The drill's.", example="https://drill.example.com/")
    account: str = setting("Account", help="Its number.", example="1")


@hookimpl
def platform() -> Platform:
    return Platform(id="drill", title="Drill", instructions="-", docs_url="https://docs.example.com/drill")


@hookimpl
def connection_schema() -> type[ConnectionSettings]:
    return DrillSettings


@hookimpl
def authenticate(settings: DrillSettings) -> None:
    return None


@hookimpl
def systems_check() -> list[Any]:
    return []


@hookimpl
async def import_users(connection: Any) -> Any:
    edition, page, seen, total = "", 0, 0, 1
    while seen < total:
        asked = {"account": connection.settings.account, "page": str(page), "edition": edition}
        told = (await connection.http.get("users", params=asked)).json()
        edition, total = str(told["edition"]), told["total"]
        seen, page = seen + len(told["users"]), page + 1
        users = [CrmUser(id=user["id"], name=user["name"]) for user in told["users"]]
        yield UserPage(users=tuple(users), total=total)
