"""A simulated CRM, put together from people, routes, paging and a way to sign in."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jackfield.simkit._api import Api, waiting
from jackfield.simkit.asking import Roster, answered
from jackfield.simkit.callers import callers, lookups
from jackfield.simkit.people import people
from jackfield.simkit.routes import Contacts, Users
from jackfield.simulation import Knob, Simulator, faulty, standard_faults, turned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jackfield.checks import Account
    from jackfield.records import Contact
    from jackfield.simkit.routes import Route
    from jackfield.simkit.signing import Signing
    from jackfield.simulation import ASGIApp, Fault, Reply, SimulatorOptions
    from jackfield.users import CrmUser

__all__ = ["FICTIONAL_KEY", "SimulatedCrm"]

#: Plainly fictional; what a simulated CRM takes unless its knob ``api_key`` says otherwise.
FICTIONAL_KEY = "0555-0100-fictional-key-of-nobody"

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_SMALL = 5
_WORDS = {401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed", 429: "Too many requests"}


def _refusal(status: int) -> Reply:
    return answered({"message": _WORDS[status]}, status=status)


@dataclass(frozen=True, kw_only=True)
class SimulatedCrm:
    """What :meth:`simulator` is made from; only its own knobs, faults and scenes need to be written.

    ``prefix`` is the API's path with a slash at both ends; ``settings(base_url, key)`` gives the connection settings
    that lead here, as plain texts. ``limit`` is how many requests the CRM takes in how many seconds. ``refusal`` is how
    it words a status of 400 and above. ``id_field`` is the member that holds a record's id, ``next_fields`` those with
    the address of a next page. ``shapes`` answer for faults in the CRM's own way. A knob of its own is read by a route
    as ``ask.roster.knobs["name"]``. ``web`` is the path under which people see records; every page there exists.
    """

    prefix: str
    signing: Signing
    routes: Sequence[Route]
    settings: Callable[[str, str], dict[str, str]]
    account: Account | None = None
    limit: tuple[int, float] | None = None
    refusal: Callable[[int], Reply] = _refusal
    id_field: str = "id"
    next_fields: Sequence[str] = ()
    web: str | None = None
    knobs: Sequence[Knob] = ()
    faults: Sequence[Fault] = ()
    shapes: Mapping[str, ASGIApp] = field(default_factory=dict)
    scenes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    def simulator(self) -> Simulator:
        """What the connector declares: with the standard faults, knobs and scenes, and what is true of the account."""
        left_out = {**dict(self._impossible()), **self.left_out}
        own = {fault.name: fault for fault in self.faults}
        return Simulator(
            faults=standard_faults(without=tuple(left_out)) | own,
            knobs=self._knobs(),
            build=self._build,
            settings=lambda base_url, options: self.settings(base_url.rstrip("/"), self._turned(options)["api_key"]),
            left_out=left_out,
            scenes={**self._standard_scenes(), **self.scenes},
            truth=self._truth if self._users else None,
            lookups=lookups(self._calling()),
            account=self.account,
        )

    @property
    def _users(self) -> Users | None:
        return next((route for route in self.routes if isinstance(route, Users)), None)

    @property
    def _steps(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(route.step for route in self.routes if route.step))

    def _impossible(self) -> Iterator[tuple[str, str]]:
        paging = self._users.paging if self._users else None
        if not self.next_fields and not (paging and paging.next_address):
            yield "foreign_next_page", "No answer of this API holds the address of a next page."

    def _knobs(self) -> dict[str, Knob]:
        steps = ("none", *self._steps)
        standard = (
            Knob(name="api_key", title="The key that is accepted.", default=FICTIONAL_KEY),
            Knob(
                name="key_holder",
                title="Whose key it is.",
                default="owner",
                choices=("owner", "ordinary", "inactive"),
            ),
            Knob(name="forbidden", title="The step whose right is missing.", default="none", choices=steps),
            Knob(name="page_size", title="How many users one answer holds; 0 for as many as asked.", default=0),
            Knob(
                name="listing",
                title="endless: ever new users after the last; moving: users change places while they are read.",
                default="steady",
                choices=("steady", "moving", "endless"),
            ),
            Knob(name="rate_limit", title="Whether the limit of requests is kept.", default=True),
        )
        return {knob.name: knob for knob in (*standard, *self.knobs)}

    def _standard_scenes(self) -> dict[str, Mapping[str, object]]:
        paging = self._users.paging if self._users else None
        known: dict[str, Mapping[str, object]] = {
            "unlimited": {"rate_limit": False},
            "inactive_holder": {"key_holder": "inactive"},
            **{f"without:{step}": {"forbidden": step} for step in self._steps},
        }
        if paging and paging.pages:
            known["small_pages"] = {"page_size": _SMALL}
            known["endless"] = {"listing": "endless"}
        if paging and paging.pages and (paging.keyed or paging.total):  # else nobody could tell that one was missed
            known["moving"] = {"listing": "moving", "page_size": _SMALL}
        return known

    def _truth(self, options: SimulatorOptions) -> list[CrmUser]:
        route = self._users
        if route is None:
            return []
        return [each.faithful(route.row(each)[self.id_field], **route.told(each)) for each in people(options.users)]

    def _calling(self) -> Iterator[tuple[str, Contact]]:
        for route in self.routes:
            if isinstance(route, Contacts):
                yield from self._found_in(route)

    def _found_in(self, route: Contacts) -> Iterator[tuple[str, Contact]]:
        for each in callers(route.count):
            contact = each.faithful(route.row(each)[self.id_field], **route.told(each))
            yield from ((number, contact) for number in (each.phone, each.mobile) if number)

    def _turned(self, options: SimulatorOptions) -> dict[str, Any]:
        return turned(self._knobs(), options.knobs)

    def _build(self, options: SimulatorOptions) -> ASGIApp:
        api = Api(self, Roster(options.users, self._turned(options)))
        statuses = {"unauthorized": 401, "forbidden": 403, "throttled_no_retry_after": 429}
        shapes = {name: self.refusal(status) for name, status in statuses.items()}
        shaped: dict[str, ASGIApp] = {**shapes, "throttled": waiting(self.refusal(429)), **self.shapes}
        return faulty(api, options, shapes=shaped, id_fields=(self.id_field,), next_fields=self.next_fields)
