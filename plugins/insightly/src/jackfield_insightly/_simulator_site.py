"""What stands around the API: the web pages that record links lead to, and addresses of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jackfield.simulation import Reply
from jackfield_insightly._simulator_answers import page
from jackfield_insightly._simulator_api import PREFIX

if TYPE_CHECKING:
    from jackfield.simulation import ASGIApp, Receive, Scope, Send
    from jackfield_insightly._simulator_account import Account

_KINDS = {"user": "users", "contact": "contacts", "lead": "leads", "organisation": "organisations"}
#: Kinds that have a page, but nothing of their own in the simulator.
_EMPTY_KINDS = {"opportunity", "project", "task", "event", "ticket"}
_PAGE_LENGTH = 2


class Site:
    """The simulator's host: what is below a version goes to the API, the rest are web pages."""

    def __init__(self, api: ASGIApp, account: Account, knobs: dict[str, Any]) -> None:
        self._api, self._account, self._knobs = api, account, knobs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        app = self._api if PREFIX.match(path) else self._page(path.lower().strip("/").split("/"))
        await app(scope, receive, send)

    def _page(self, segments: list[str]) -> Reply:
        if segments == [""]:
            return page(200, "Insightly", "The simulator's web application.")
        if segments == ["login"]:
            return page(200, "Sign in to Insightly")
        if segments[0] == "details" and len(segments) == 1 + _PAGE_LENGTH:
            return self._record(*segments[1:])
        return {
            "not_found": page(404, "404 - File or directory not found."),
            "page": page(200, "Insightly"),
            "sign_in": Reply(302, b"", (("location", "/login"),)),
        }[self._knobs["outside_api"]]

    def _record(self, kind: str, number: str) -> Reply:
        spelling = self._knobs["details_spelling"]
        kind = kind.removesuffix("s")
        if kind in {"organisation", "organization"} and spelling in {"both", kind}:
            kind = "organisation"
        elif kind in {"organisation", "organization"}:
            return page(404, "Page not found")
        if kind in _EMPTY_KINDS:
            return page(200, f"{kind.title()} {number}")
        if kind not in _KINDS or kind == "user" or not number.isdecimal():
            return page(404, "Page not found")
        found = self._account.collections[_KINDS[kind]].find(int(number))
        return page(200, _title(found), f"{kind.title()} {number}") if found else page(404, "Page not found")


def _title(row: dict[str, Any]) -> str:
    names = (row.get("FIRST_NAME"), row.get("LAST_NAME"), row.get("ORGANISATION_NAME"))
    return " ".join(name for name in names if name) or "(no name)"
