"""Insightly as an ASGI application, after the facts that are known of its API v3.1.

Recorded or confirmed behaviour is the default; what nobody knows for sure is a knob. Not simulated: writing, XML, other
objects than users, contacts, leads and organisations, and the reason phrase beside a status (the server under it has
the standard ones only).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jackfield.errors import Kind
from jackfield.simulation import Fault, Simulator, SimulatorOptions, faulty, standard_faults, turned
from jackfield_insightly._simulator_knobs import KNOBS, SCENES
from jackfield_insightly._simulator_truth import account, found, truth

if TYPE_CHECKING:
    from jackfield.simulation import ASGIApp

__all__ = ["SIMULATOR"]

_LEFT_OUT = {"foreign_next_page": "Insightly pages by number; no answer holds the address of a next page."}
_OWN = (
    Fault(
        name="quota_exhausted",
        title="The day's requests are used up (429 with nothing remaining).",
        kind=Kind.TRANSIENT,
        codes=("quota_exhausted",),
    ),
    Fault(
        name="api_access_off",
        title="API Access is switched off for the key's user, which looks like a wrong key (401).",
        kind=Kind.SETTINGS,
        codes=("credentials_refused",),
    ),
)
_FAULTS = standard_faults(without=tuple(_LEFT_OUT)) | {fault.name: fault for fault in _OWN}


def _build(options: SimulatorOptions) -> ASGIApp:
    from starlette.middleware.gzip import GZipMiddleware

    from jackfield_insightly._simulator_account import Account
    from jackfield_insightly._simulator_api import Api
    from jackfield_insightly._simulator_site import Site

    knobs = turned(KNOBS, options.knobs)
    account = Account(options.users, knobs)
    api = Api(account, knobs)
    packed = GZipMiddleware(api, compresslevel=3) if knobs["gzip"] else api
    ids = ("USER_ID", "LEAD_ID", "CONTACT_ID", "ORGANISATION_ID")
    return Site(faulty(packed, options, shapes=api.shapes(), id_fields=ids), account, knobs)


def _settings(base_url: str, options: SimulatorOptions) -> dict[str, str]:
    base = base_url.rstrip("/")
    key = str(turned(KNOBS, options.knobs)["api_key"])
    return {"api_key": key, "endpoint": f"{base}/v3.1/", "details_link": f"{base}/details/"}


SIMULATOR = Simulator(
    faults=_FAULTS,
    knobs=KNOBS,
    build=_build,
    settings=_settings,
    left_out=_LEFT_OUT,
    scenes=SCENES,
    truth=truth,
    lookups=found(),
    account=account(),
)
