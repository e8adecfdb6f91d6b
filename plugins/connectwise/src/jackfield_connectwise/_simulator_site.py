"""What stands around the API: companyinfo, the web pages that record links lead to, and addresses of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from jackfield_connectwise._simulator_answers import page
from jackfield_connectwise._simulator_api import ROUTED

if TYPE_CHECKING:
    from jackfield.simulation import ASGIApp, Receive, Reply, Scope, Send
    from jackfield_connectwise._simulator_account import Account, Row
    from jackfield_connectwise._simulator_answers import Answers
    from jackfield_connectwise._simulator_api import Api

COMPANY_INFO = "/login/companyinfo/"
ROUTER = f"/{ROUTED}/services/system_io/router/openrecord.rails"
_KINDS = {"ContactFV": "company/contacts", "CompanyFV": "company/companies"}
#: Kinds that have a page, but nothing of their own in the simulator.
_EMPTY_KINDS = {"ServiceFV", "ServiceFv", "ActivityFV", "AgreementFV", "OpportunityFV", "ProjectHeaderFV", "ConfigFV"}
_ELSEWHERE, _CLOUD = "API-Elsewhere.example.com", "api-eu.myconnectwise.net"
_DISPENSABLE = ("CompanyName", "VersionCode", "VersionNumber")


class Service:
    """All that faults may befall: companyinfo, which needs no keys, and the API."""

    def __init__(self, api: Api, answers: Answers, knobs: dict[str, Any]) -> None:
        self._api, self._answers, self._knobs = api, answers, knobs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._company(scope) if is_discovery(scope) else self._api
        await app(scope, receive, send)

    def _company(self, scope: Scope) -> Reply:
        raw: str = scope.get("raw_path", b"").decode("ascii").partition("?")[0] or scope["path"]
        named = unquote(raw[len(COMPANY_INFO) :].strip("/"))
        headers = {name.decode("ascii"): value.decode("latin-1") for name, value in scope["headers"]}
        if refusal := self._refusal(headers.get("accept", "")):
            return refusal
        if self._api.is_own(named):
            return self._answers.good(self._info(headers.get("host", "")))
        if self._knobs["unknown_company"] == "404":
            return page(404, "404 - File or directory not found.")
        return self._answers.good(None)

    def _refusal(self, accept: str) -> Reply | None:
        kinds = {kind.partition(";")[0].strip().lower() for kind in accept.split(",")}
        if self._knobs["company_info_accept"] == "json" and "application/json" not in kinds:
            return page(406, "406 - Client browser does not accept the MIME type of the requested page.")
        refusals = {"401": self._answers.unauthorized, "403": self._answers.forbidden}
        shut = refusals.get(self._knobs["company_info_status"])
        return shut() if shut else None

    def _info(self, host: str) -> Row:
        release, cloud = self._knobs["codebase"], self._knobs["hosting"] == "cloud"
        sites = {"own": host, "elsewhere": _ELSEWHERE, "cloud": _CLOUD}
        site = sites.get(self._knobs["site_url"])
        info = {
            "CompanyName": self._knobs["company_name"],
            "Codebase": f"{release if cloud else ROUTED}/",
            "VersionCode": release.replace("_", "."),
            "VersionNumber": "v4.6.55555",
            "CompanyID": self._knobs["company_id"],
            "IsCloud": str(cloud) if self._knobs["is_cloud"] == "text" else cloud,
            **({"SiteUrl": site, "AllowedOrigins": ["*.example.com"]} if site else {}),
        }
        left_out = _DISPENSABLE if self._knobs["company_info"] == "sparse" else ()
        return {name: value for name, value in info.items() if name not in left_out}


class Site:
    """The simulator's host: the service's own addresses go to it, the rest are web pages."""

    def __init__(self, service: ASGIApp, account: Account, knobs: dict[str, Any]) -> None:
        self._service, self._account, self._knobs = service, account, knobs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        app = (
            self._service
            if is_discovery(scope) or "/apis/" in path.lower()
            else self._page(path, scope["query_string"])
        )
        await app(scope, receive, send)

    def _page(self, path: str, query: bytes) -> Reply:
        if path == "/":
            return page(200, "ConnectWise PSA", "The simulator's web application.")
        if path != ROUTER:
            return page(404, "404 - File or directory not found.")
        asked = {name: values[0] for name, values in parse_qs(query.decode("latin-1")).items()}
        return self._record(asked.get("recordType", ""), asked.get("recid", ""), asked.get("companyName"))

    def _record(self, kind: str, identity: str, company: str | None) -> Reply:
        if company not in {None, self._knobs["company_id"]}:
            return page(404, "This company is not known")
        if kind in _EMPTY_KINDS:
            return page(200, f"{kind} {identity}")
        if kind not in _KINDS or not identity.isdecimal():
            return page(404, "Page not found")
        found = self._account.collections[_KINDS[kind]].find(identity)
        return page(200, _title(found), f"{kind} {identity}") if found else page(404, "Page not found")


def is_discovery(scope: Scope) -> bool:
    """Whether a request asks which company this is."""
    return bool(scope["path"].lower().startswith(COMPANY_INFO))


def _title(row: Row) -> str:
    names = (row.get("firstName"), row.get("lastName"), row.get("name"))
    return " ".join(name for name in names if name) or "(no name)"
