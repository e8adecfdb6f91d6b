"""A connector of no real CRM, installed for the portal's tests only; the portal knows platforms by their hooks."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jackfield import CrmUser, Platform, UserPage, hookimpl
from jackfield.checks import Account, CheckStep, Finding
from jackfield.errors import error
from jackfield.http import Bearer
from jackfield.settings import BaseUrl, ConnectionSettings, Secret, WebRoot, setting

GOOD_TOKEN = "token-555-0100"
READING = "Contacts: Read"


class AcmeSettings(ConnectionSettings):
    """A needed secret, an optional one, and two addresses of which one tells the other."""

    token: Secret = setting("Token", help="Acme shows it under Profile.", example="token-555-0199")
    server: BaseUrl = setting("Server", help="Where Acme answers.", example="https://api.acme.example.com/")
    pages: WebRoot = setting("Pages", help="Where Acme shows records.", example="https://acme.example.com/")
    extra: Secret = setting("Extra key", help="Only for some accounts.", example="extra-555", default=None)

    @classmethod
    def complete(cls, given: Any) -> Any:
        """The server's address is that of the pages, too."""
        return {"pages": given["server"], **given} if given.get("server") else given


@hookimpl
def platform() -> Platform:
    return Platform(
        id="acme",
        title="Acme",
        instructions="Open **Profile**, then copy the token. <script>alert(1)</script>",
        docs_url="https://docs.example.com/acme",
    )


@hookimpl
def connection_schema() -> type[ConnectionSettings]:
    return AcmeSettings


@hookimpl
def authenticate(settings: AcmeSettings) -> Bearer:
    return Bearer(settings.token.get_secret_value())


@hookimpl
def systems_check() -> list[CheckStep]:
    return [
        CheckStep(id="sign_in", title="Sign in", run=_sign_in),
        CheckStep(id="users", title="List users", run=_list),
        CheckStep(
            id="extra", title="Look up contacts", run=_extra, required=False, feature="screen pop", permission=READING
        ),
    ]


@hookimpl
async def import_users(connection: Any) -> Any:
    for user in (await connection.http.get("users")).json():
        yield UserPage(users=(CrmUser(id=user["id"], name=user["name"], email=user["email"]),), total=3)


async def _sign_in(connection: Any) -> Finding:
    me = (await connection.http.get("me")).json()
    account = Account(id=me["account"], name="Acme Ltd", holder="Kim Holder", role="owner")
    if me["elsewhere"]:
        said = f"Acme says that the account is at {me['elsewhere']}"
        return Finding(message=said, account=account, warning="unusual_host", elsewhere=me["elsewhere"])
    return Finding(message="The token is Kim Holder's.", account=account)


async def _list(connection: Any) -> Finding:
    users = (await connection.http.get("users")).json()
    return Finding(message=f"{len(users)} users.")


async def _extra(connection: Any) -> Finding:
    raise error("forbidden", "Contacts may not be read.", remedy="Ask for the right to read contacts.", detail="no")


USERS = [{"id": f"u{n}", "name": f"User {n}", "email": f"user{n}@example.com"} for n in (1, 2, 3)]


class Server:
    """Acme itself, as an ASGI application; ``wait`` makes each answer slow. ``account`` is what it says whose it is."""

    def __init__(self, *, wait: float = 0.0) -> None:
        self.wait = wait
        self.seen: list[str] = []
        self.account = "a1"
        self.elsewhere = ""
        self.status = 200
        self.closed: set[str] = set()
        self.body: bytes | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        await asyncio.sleep(self.wait)
        token = dict(scope["headers"]).get(b"authorization", b"").decode()
        self.seen.append(token)
        good = token == f"Bearer {GOOD_TOKEN}"
        found = {"/me": {"account": self.account, "elsewhere": self.elsewhere}, "/users": USERS}.get(scope["path"])
        body = json.dumps(found if good else {"error": "wrong token"}).encode()
        await send(
            {
                "type": "http.response.start",
                "status": 403 if scope["path"] in self.closed else self.status if good else 401,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": body if self.body is None else self.body})
