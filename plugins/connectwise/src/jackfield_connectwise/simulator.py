"""ConnectWise PSA as an ASGI application, after the facts that are known of its REST API 3.0.

Recorded or confirmed behaviour is the default; what nobody knows for sure is a knob. Not simulated: writing, searching
by POST, custom fields, the other ways to sign in, and other objects than members, contacts and companies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.errors import CATALOGUE, Kind
from jackfield.simulation import Fault, Simulator, SimulatorOptions, faulty, standard_faults, turned
from jackfield_connectwise import _simulator_truth as truth
from jackfield_connectwise._simulator_knobs import KNOBS

if TYPE_CHECKING:
    from jackfield.simulation import ASGIApp

__all__ = ["SIMULATOR"]

_OWN = (
    (
        "cannot_route",
        "The cloud cannot route the request: wrong company or release (400 as plain text).",
        "account_unknown",
    ),
    (
        "client_id_refused",
        "The product's clientId is not accepted; the knob client_id_refusal says how.",
        "deployment_setting_missing",
    ),
    ("ssl_required", "The host is that of the sign-in screen, which says that SSL is required.", "not_the_api"),
    (
        "redirect_to_http",
        "Every request is redirected to the same host without encryption (302).",
        "redirected_elsewhere",
    ),
    ("timeout", "The service runs out of time and says so in JSON (500).", "timed_out"),
    ("pool_timeout", "The service runs out of connections to its database and says so in JSON (500).", "timed_out"),
    ("gateway_timeout", "The gateway gets no answer from the service (504 with no body).", "unavailable"),
    ("gateway_throttled", "The network before the service slows down with a web page (429).", "throttled"),
    ("gateway_blocked", "The network before the service turns requests away with a web page (403).", "unavailable"),
)
_FAULTS = standard_faults() | {
    name: Fault(name=name, title=title, kind=Kind(CATALOGUE[code].kind), codes=(code,)) for name, title, code in _OWN
}
_SCENES: dict[str, dict[str, object]] = {
    "small_pages": {"largest_page": 5},
    "moving": {"listing": "moving", "largest_page": 5},
    "endless": {"listing": "endless"},
    "unlimited": {"rate_limit": False},
    "inactive_holder": {"key_holder": "inactive"},
    "without:list_users": {"member_maintenance": "none"},
    "without:contact_lookup": {"contacts": "none"},
    "without:company_lookup": {"company_maintenance": "none"},
}


def _build(options: SimulatorOptions) -> ASGIApp:
    from starlette.middleware.gzip import GZipMiddleware

    from jackfield_connectwise._simulator_account import Account
    from jackfield_connectwise._simulator_answers import Answers
    from jackfield_connectwise._simulator_api import Api
    from jackfield_connectwise._simulator_limits import Budget
    from jackfield_connectwise._simulator_shapes import shapes
    from jackfield_connectwise._simulator_site import Service, Site

    knobs = turned(KNOBS, options.knobs)
    account, answers = Account(options.users, knobs), Answers(knobs)
    service = Service(Api(account, answers, Budget(knobs), knobs), answers, knobs)
    packed = GZipMiddleware(service, compresslevel=3) if knobs["gzip"] else service
    own = shapes(packed, answers, knobs["client_id_refusal"])
    return Site(faulty(packed, options, shapes=own, id_fields=("id",)), account, knobs)


def _settings(base_url: str, options: SimulatorOptions) -> dict[str, str]:
    base = base_url.rstrip("/")
    knobs = turned(KNOBS, options.knobs)
    given = {name: str(knobs[name]) for name in ("company_id", "public_key", "private_key", "client_id")}
    return {**given, "endpoint": f"{base}/v4_6_release/apis/3.0/", "details_link": f"{base}/"}


SIMULATOR = Simulator(
    faults=_FAULTS,
    knobs=KNOBS,
    build=_build,
    settings=_settings,
    scenes=_SCENES,
    truth=truth.users,
    lookups=truth.known_numbers(),
    account=truth.account(),
)
