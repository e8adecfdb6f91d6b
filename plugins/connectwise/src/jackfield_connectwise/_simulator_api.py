"""ConnectWise's API as an ASGI application: who may ask, what is asked for, what comes back."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from jackfield_connectwise import _simulator_paging as paging
from jackfield_connectwise._simulator_answers import Answers, Refusal, page
from jackfield_connectwise._simulator_lists import BadPage, Lister
from jackfield_connectwise._simulator_schema import COMMUNICATION, MEMBER, SECURITY
from jackfield_connectwise._simulator_words import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jackfield.simulation import Receive, Reply, Scope, Send
    from jackfield_connectwise._simulator_account import Account, Collection
    from jackfield_connectwise._simulator_limits import Budget

#: The API of a release; the name of the release is a directory.
ROOT = re.compile(r"^/(v[0-9][0-9_a-z]*)/apis/3\.0(?=/|$)", re.IGNORECASE)
#: The name that leads to whatever release the account is on.
ROUTED = "v4_6_release"
_READING = {"GET", "HEAD"}
_KNOWN_VERSION = re.compile(r"version=(?:v?[34]\.[0-9.]+|v?20(?:1[5-9]|2[0-6])[._][0-9]+)")
_STATES = {"forbidden": 403, "missing": 404}


class Api:
    """Answers one request at a time from the account, within its limits."""

    def __init__(self, account: Account, answers: Answers, budget: Budget, knobs: dict[str, Any]) -> None:
        self._account, self._answers, self._budget, self._knobs = account, answers, budget, knobs
        self._lister = Lister(knobs)
        self._pager = paging.Pager(self._lister, knobs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(self._knobs["delay_ms"] / 1000)
        try:
            reply = self._answer(Request(scope))
        except Refusal as refusal:
            reply = refusal.reply
        except NotUnderstood as refusal:
            reply = self._answers.bad(400, "ApiFindCondition", str(refusal))
        except BadPage as refusal:
            reply = self._answers.bad(400, "ConnectWiseApi", str(refusal))
        await reply(scope, receive, send)

    def _answer(self, request: Request) -> Reply:
        root = ROOT.match(request.url.path)
        path = request.url.path[root.end() :].strip("/") if root else ""
        self._refuse_no_route(root[1] if root else "", path)
        if path.lower() == "system/info" and self._knobs["system_info"] == "everybody":
            return self._answers.good(self._info())
        self._refuse_stranger(request)
        if not self._budget.spend():
            return self._answers.throttled(self._budget.wait())
        return self._routed(request, path)

    def _refuse_no_route(self, release: str, path: str) -> None:
        known = {ROUTED, self._knobs["codebase"]} if self._knobs["hosting"] == "cloud" else {ROUTED}
        if release.lower() not in known or "/apis/3.0" in path:
            cloud = self._knobs["hosting"] == "cloud"
            raise Refusal(self._answers.not_routed() if cloud else page(404, "404 - File or directory not found."))

    def _refuse_stranger(self, request: Request) -> None:
        company, public, private = _keys(request.headers.get("authorization", ""))
        cloud = self._knobs["hosting"] == "cloud" and self._knobs["wrong_company"] == "cannot_route"
        if public and cloud and not self.is_own(company):
            raise Refusal(self._answers.not_routed())
        refusal = self._knobs["client_id_refusal"]
        if refusal != "none" and request.headers.get("clientid", "").lower() != self._knobs["client_id"].lower():
            raise Refusal(self._answers.client_id(int(refusal)))
        right = (self._knobs["public_key"], self._knobs["private_key"])
        if not self.is_own(company) or (public, private) != right:
            raise Refusal(self._answers.unauthorized())
        self._refuse_version(request.headers.get("accept", ""))

    def _refuse_version(self, accept: str) -> None:
        refusal = self._knobs["accept_refusal"]
        if refusal != "none" and "version=" in accept and not _KNOWN_VERSION.search(accept):
            message = "Check your accept header to make sure you are using the correct version."
            raise Refusal(self._answers.bad(int(refusal), "ConnectWiseApi", message))

    def is_own(self, company: str) -> bool:
        """Whether this is the account's company id."""
        own: str = self._knobs["company_id"]
        return company == own or (self._knobs["company_case"] == "ignored" and company.lower() == own.lower())

    def _routed(self, request: Request, path: str) -> Reply:
        path = path.lower()
        query = {name.lower(): value for name, value in request.query_params.items()}
        shown = self._lister.shown
        singles: dict[str, Callable[[], Reply]] = {
            "system/info": self._system_info,
            "system/mysecurity": lambda: self._mine("my_security", shown(SECURITY, self._account.rights(), query)),
            "system/mymembers": lambda: self._mine("my_member", shown(MEMBER, [self._account.me()], query)[0]),
        }
        name = next(
            (name for name in sorted(self._account.collections, reverse=True) if f"{path}/".startswith(f"{name}/")), ""
        )
        if (name or path in singles) and request.method not in _READING:
            return self._answers.bad(405, "ConnectWiseApi", "The requested resource does not support this method.")
        if path in singles:
            return singles[path]()
        return (
            self._of_collection(name, path[len(name) :].strip("/"), request, query)
            if name
            else self._answers.no_endpoint()
        )

    def _of_collection(self, name: str, rest: str, request: Request, query: Mapping[str, str]) -> Reply:
        self._refuse_without_right(name)
        collection = self._account.collections[name]
        if rest == "count":
            return self._answers.good({"count": min(len(self._lister.places(collection, query)), collection.total)})
        if rest:
            return self._single(collection, rest, query)
        address = str(request.url.replace(query="", path=request.url.path))
        asked = paging.Request(address, query, request.headers.get("pagination-type", ""))
        rows, headers = self._pager.page(collection, asked)
        return self._answers.good(rows, *headers)

    def _single(self, collection: Collection, rest: str, query: Mapping[str, str]) -> Reply:
        identity, _, below = rest.partition("/")
        found = collection.find(identity)
        if found is None:
            return self._answers.bad(404, "NotFound", f"There is no record {identity}.")
        if below == "communications" and "communicationItems" in collection.schema:
            items = found["communicationItems"]
            return self._answers.good([self._lister.shaped(item, COMMUNICATION) for item in items])
        if below:
            return self._answers.no_endpoint()
        return self._answers.good(self._lister.shown(collection.schema, [found], query)[0])

    def _refuse_without_right(self, name: str) -> None:
        knob = {"company/contacts": "contacts", "company/companies": "company_maintenance"}.get(
            name, "member_maintenance"
        )
        if name == "system/info/members" and self._knobs["member_info"] in _STATES:
            raise Refusal(self._refused(self._knobs["member_info"]))
        if name != "system/info/members" and self._knobs[knob] == "none":
            raise Refusal(self._answers.forbidden())

    def _mine(self, knob: str, data: object) -> Reply:
        return self._refused(self._knobs[knob]) if self._knobs[knob] in _STATES else self._answers.good(data)

    def _refused(self, state: str) -> Reply:
        return self._answers.forbidden() if state == "forbidden" else self._answers.no_endpoint()

    def _system_info(self) -> Reply:
        return self._answers.forbidden() if self._knobs["system_info"] == "nobody" else self._answers.good(self._info())

    def _info(self) -> dict[str, object]:
        cloud = self._knobs["hosting"] == "cloud"
        return {
            "version": f"{self._knobs['codebase'].replace('_', '.')}.55555",
            "isCloud": cloud,
            "serverTimeZone": "Eastern Standard Time",
            "licenseBits": [{"name": "Service", "activeFlag": True}],
            **({"cloudRegion": self._knobs["region"]} if cloud else {}),
            "maxWorkFlowRecordsAllowed": 500,
        }


def _keys(authorization: str) -> tuple[str, str, str]:
    """Company, public key and private key; empty where they are not there."""
    scheme, _, token = authorization.partition(" ")
    try:
        decoded = base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", "", ""
    name, _, private = decoded.partition(":")
    company, plus, public = name.partition("+")
    return (company, public, private) if scheme.lower() == "basic" and plus else ("", "", "")
