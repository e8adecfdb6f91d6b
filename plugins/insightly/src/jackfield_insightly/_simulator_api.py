"""Insightly's API as an ASGI application: who may ask, what is asked for, what comes back."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from jackfield_insightly._simulator_answers import Answers, Refusal, page
from jackfield_insightly._simulator_limits import Budget
from jackfield_insightly._simulator_search import matching

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jackfield.simulation import ASGIApp, Receive, Reply, Scope, Send
    from jackfield_insightly._simulator_account import Account, Collection, Row

#: Every version that is alive takes the same key; all are answered as v3.1 is.
PREFIX = re.compile(r"^/v(?:2\.[1-3]|3\.[01])(?=/|$)", re.IGNORECASE)
_DEFAULT_TOP = 100
_READING = {"GET", "HEAD"}
#: Insightly mixes singular and plural in its addresses; the other form of each is known, but takes no request.
_WRONG_NUMBER = {
    *("user", "contact", "lead", "organisation", "instances", "permission"),
    *("tickets", "products", "quotations", "pricebooks"),
}
_PARAMETERS = {"skip", "top", "count_total", "brief", "updated_after_utc", "include_converted"}
_SEARCH_PARAMETERS = {"field_name", "field_value"}


class Api:
    """Answers one request at a time from the account, within its limits."""

    def __init__(self, account: Account, knobs: dict[str, Any]) -> None:
        self._account, self._knobs = account, knobs
        self._budget = Budget(knobs)
        self._answers = Answers(knobs, self._budget)

    def shapes(self) -> dict[str, ASGIApp]:
        """How Insightly itself shows the faults that it has a way of its own for."""
        answers = self._answers
        return {
            "unauthorized": _giving(answers.denied),
            "api_access_off": _giving(answers.denied),
            "forbidden": _giving(answers.forbidden),
            "throttled": _giving(lambda: answers.throttled(waits=True)),
            "throttled_no_retry_after": _giving(lambda: answers.throttled(waits=False)),
            "quota_exhausted": _giving(answers.exhausted),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self._knobs["delay_ms"] / 1000)
        try:
            reply = self._answer(Request(scope))
        except Refusal as refusal:
            reply = refusal.reply
        await reply(scope, receive, send)

    def _answer(self, request: Request) -> Reply:
        segments = PREFIX.sub("", request.url.path).lower().strip("/").split("/")
        if segments == [""]:
            return page(200, "Insightly API", "The simulator's own help is in the connector's README.")
        self._refuse_stranger(request.headers.get("authorization", ""))
        self._refuse_excess()
        return self._routed(request.method, segments, dict(request.query_params))

    def _refuse_stranger(self, authorization: str) -> None:
        if _key(authorization) != self._knobs["api_key"]:
            raise Refusal(self._answers.denied(int(self._knobs["wrong_key_status"]) if authorization else 401))
        if self._knobs["api_access_off"]:
            raise Refusal(self._answers.denied())
        state, _, status = self._knobs["account_state"].partition("_")
        if state == "expired":
            raise Refusal(self._answers.denied(int(status)))

    def _refuse_excess(self) -> None:
        if self._budget.exhausted():
            raise Refusal(self._answers.exhausted())
        if not self._budget.spend():
            raise Refusal(self._answers.throttled())

    def _routed(self, method: str, segments: list[str], query: Mapping[str, str]) -> Reply:
        name, *rest = segments
        singles: dict[str, Callable[[], Reply]] = {
            "instance": self._instance,
            "permissions": lambda: self._answers.good(self._account.permissions()),
        }
        known = name in singles or name in self._account.collections
        if name in _WRONG_NUMBER or (known and method not in _READING):
            return self._answers.bad(405, f"The requested resource does not support http method '{method}'.")
        if name in singles and not rest:
            return singles[name]()
        if name in self._account.collections and len(rest) <= 1:
            return self._of_collection(name, rest[0] if rest else "", query)
        return self._no_such_address()

    def _of_collection(self, name: str, rest: str, query: Mapping[str, str]) -> Reply:
        collection = self._account.collections[name]
        if self._knobs.get(f"{name}_forbidden"):
            return self._answers.forbidden()
        if name == "users" and rest == "me":
            return self._answers.good(self._account.me())
        if rest.isdecimal():
            found = collection.find(int(rest))
            return self._answers.good(found) if found else self._answers.unknown(collection.singular, int(rest))
        if rest not in {"", "search"}:
            return self._no_such_address()
        me_only = self._knobs["users_forbidden_for_non_admin"] and not self._account.me()["ADMINISTRATOR"]
        if name == "users" and me_only:
            return self._answers.forbidden()
        return self._list(collection, query, searching=bool(rest))

    def _list(self, collection: Collection, query: Mapping[str, str], *, searching: bool) -> Reply:
        self._refuse_unknown_parameters(query, _PARAMETERS | (_SEARCH_PARAMETERS if searching else set()))
        skip, top = self._number(query, "skip", 0), min(self._top(query), self._knobs["page_size"])
        rows = self._selected(collection, query, searching=searching)
        total = collection.total if rows is None else len(rows)
        shown = collection.page(skip, top) if rows is None else rows[skip : skip + top]
        if collection.singular == "User" and rows is None and skip == 0:
            self._account.first_page_was_read()
        counting = query.get("count_total", "").lower() == "true"
        return self._answers.good(_brief(shown, query), total if counting else None)

    def _selected(self, collection: Collection, query: Mapping[str, str], *, searching: bool) -> list[Row] | None:
        """The rows that a search or a date asks for; None for all."""
        rows = None
        if searching and ("field_name" in query or "field_value" in query):
            rows = self._found(collection, query.get("field_name", ""), query.get("field_value"))
        if since := query.get("updated_after_utc"):
            moment = self._moment(since)
            rows = [
                row for row in (collection.rows() if rows is None else rows) if (row["DATE_UPDATED_UTC"] or "") > moment
            ]
        return rows

    def _found(self, collection: Collection, field: str, value: str | None) -> list[Row]:
        if value is None or not field:
            raise Refusal(self._answers.bad(400, "field_name and field_value belong together."))
        found = matching(collection.rows(), field, value, self._knobs)
        status = int(self._knobs["unknown_field_status"])
        if found is None and status != 200:  # noqa: PLR2004 - HTTP's "OK"
            raise Refusal(self._answers.bad(status, f"Field {field} does not exist."))
        return found or []

    def _refuse_unknown_parameters(self, query: Mapping[str, str], known: set[str]) -> None:
        unknown = sorted(query.keys() - known)
        if unknown and self._knobs["unknown_parameter"] == "bad_request":
            raise Refusal(self._answers.bad(400, f"Parameter {unknown[0]} is not known."))

    def _top(self, query: Mapping[str, str]) -> int:
        top = self._number(query, "top", _DEFAULT_TOP)
        if top == 0 and self._knobs["top_zero"] == "bad_request":
            raise Refusal(self._answers.bad(400, "top must be greater than 0."))
        return _DEFAULT_TOP if top == 0 and self._knobs["top_zero"] == "default" else top

    def _number(self, query: Mapping[str, str], name: str, default: int) -> int:
        text = query.get(name, "")
        if text and not text.isdecimal() and self._knobs["top_invalid"] == "bad_request":
            raise Refusal(self._answers.bad(400, f"{name} is not a number that can be used."))
        return int(text) if text.isdecimal() else default

    def _moment(self, text: str) -> str:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Refusal(self._answers.bad(400, "updated_after_utc is not a time.")) from None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")

    def _instance(self) -> Reply:
        status = int(self._knobs["instance_status"])
        if status == 200:  # noqa: PLR2004 - HTTP's "OK"
            return self._answers.good(self._account.instance())
        return self._answers.forbidden() if status == 403 else self._no_such_address()  # noqa: PLR2004 - "Forbidden"

    def _no_such_address(self) -> Reply:
        return self._answers.bad(404, "No HTTP resource was found that matches the request URI.")


def _giving(make: Callable[[], Reply]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await make()(scope, receive, send)

    return app


def _key(authorization: str) -> str | None:
    """The key, with or without a colon behind it; a password is ignored."""
    scheme, _, token = authorization.partition(" ")
    try:
        decoded = base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return decoded.partition(":")[0] if scheme.lower() == "basic" else None


def _brief(rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    if query.get("brief", "").lower() != "true":
        return rows
    return [{name: value for name, value in row.items() if not isinstance(value, list)} for row in rows]
