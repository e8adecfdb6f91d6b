"""L: links to records, and the lookup of contacts by number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_plus, urlsplit

import pytest

from jackfield.errors import JackfieldError
from jackfield.platform import Capability
from jackfield.records import Record
from jackfield.settings import secrets_of, web_root_of
from jackfield.testing._comparing import different_contact
from jackfield.testing._credentials import shown_in
from jackfield.testing._facts import ContractFacts
from jackfield.testing._forms import example_of, fields_of_kind
from jackfield.testing._members import Spoiled
from jackfield.testing._running import found_by, run, told, tried
from jackfield.testing._saying import broken, require, skipped, some

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jackfield.connector import Connector
    from jackfield.records import Contact
    from jackfield.settings import ConnectionSettings
    from jackfield.testing._stage import Served, Stage

#: Lookups by numbers that stand for the others.
_SOME = 8
_PLAIN_ID = "9081726354"
_ODD_IDS = {
    "slash": "a/b",
    "blank": "a b",
    "step_up": "../x",
    "query": "1?q#f",
    "parameter": "1&id=2",
    "percent": "1%2F2",
    "umlaut": "ü",
}
_UNKNOWN_KINDS = ("no-such-kind", "", "contact/1", "contacts;")
_NOBODYS_DIGITS = "12025550199"
#: Numbers that nobody has, and texts that are none.
_NOBODYS = ("+1 202 555 0199", "anonymous", "", "'; --")


class Links(ContractFacts):
    """The clauses L1 to L3."""

    def test_l1_link_lies_under_the_root(self, connector: Connector, stage: Stage) -> None:
        """L1: a link is an absolute address that begins with the details root, wherever that is."""
        stage.needs("L1", Capability.RECORD_LINKS)
        for settings in _roots(connector):
            root = web_root_of(settings)
            for kind in self.linked_kinds(stage):
                link = _link(connector, settings, kind, _PLAIN_ID)
                require(link, "L1", f"a record of kind {kind!r} has no link")
                parts = urlsplit(link or "")
                require(parts.scheme in {"https", "http"} and parts.hostname, "L1", f"{link!r} is no absolute address")
                require((link or "").startswith(root or ""), "L1", f"{link!r} does not begin with the root {root!r}")
                require(_PLAIN_ID in (link or ""), "L1", f"{link!r} does not hold the id {_PLAIN_ID}")
                require((link or "").isascii(), "L1", f"{link!r} holds characters that no address may")
                require(not shown_in(link or "", secrets_of(settings)), "L1", f"the link to a {kind} holds a secret")

    @pytest.mark.parametrize("odd", list(_ODD_IDS.values()), ids=list(_ODD_IDS))
    def test_l1_id_is_encoded(self, connector: Connector, stage: Stage, odd: str) -> None:
        """L1: whatever an id holds stays inside the id's place in the link, or there is no link."""
        stage.needs("L1", Capability.RECORD_LINKS)
        settings = connector.parse(example_of(connector)).settings
        for kind in self.linked_kinds(stage):
            before, _, after = (_link(connector, settings, kind, _PLAIN_ID) or "").partition(_PLAIN_ID)
            link = _link(connector, settings, kind, odd)
            if link is None:
                continue
            inner = link.removeprefix(before).removesuffix(after)
            framed = link == f"{before}{inner}{after}"
            sound = (
                framed and re.fullmatch(r"[A-Za-z0-9._~%+-]*", inner) and odd in {unquote(inner), unquote_plus(inner)}
            )
            require(sound, "L1", f"the id {odd!r} of a {kind} became {link!r}", promised="its id encoded, or no link")

    def test_l1_links_are_those_of_the_vendor(self, connector: Connector, stage: Stage) -> None:
        """L1: records have the addresses that the contract class knows from the vendor's facts."""
        stage.needs("L1", Capability.RECORD_LINKS)
        settings = connector.parse(example_of(connector)).settings
        for (kind, record_id), expected in self.links.items():
            link = _link(connector, settings, kind, record_id)
            require(link == expected, "L1", f"the link to {kind} {record_id} is {link!r}", promised=repr(expected))

    def test_l2_unknown_kind_has_no_link(self, connector: Connector, stage: Stage) -> None:
        """L2: a kind of record that the CRM has no page for gives None."""
        stage.needs("L2", Capability.RECORD_LINKS)
        settings = connector.parse(example_of(connector)).settings
        for kind in _UNKNOWN_KINDS:
            link = _link(connector, settings, kind, "1", clause="L2")
            require(link is None, "L2", f"a record of kind {kind!r} is linked to {link!r}")

    def linked_kinds(self, stage: Stage) -> list[str]:
        """Kinds of record that have a page: those of the facts, else what lookups give, else ``contact``."""
        simulator = stage.connector.simulator()
        found = [] if simulator is None else [each.record.kind for many in simulator.lookups.values() for each in many]
        return list(dict.fromkeys([kind for (kind, _), link in self.links.items() if link] or found or ["contact"]))

    def test_l3_number_is_found_in_every_spelling(self, stage: Stage) -> None:
        """L3: one number, however the caller's telephone spells it, leads to its contacts, as they are in the CRM."""
        for number, (found, _) in _looked_up(stage).items():
            expected = stage.simulator("L3").lookups[number]
            got = {contact.record: contact for contact in found}
            missing = [contact.name for contact in expected if contact.record not in got]
            require(not missing, "L3", f"{number!r} does not lead to {some(missing)}")
            extra = [contact.name for contact in found if contact.record not in {each.record for each in expected}]
            require(not extra, "L3", f"{number!r} leads to {some(extra)}, who have another number")
            for contact in expected:
                difference = different_contact(got[contact.record], contact)
                require(difference is None, "L3", f"{number!r} leads to a contact whose {difference}")

    def test_l3_each_contact_comes_once(self, stage: Stage) -> None:
        """L3: a contact that several spellings or several fields lead to is given once."""
        for number, (found, _) in _looked_up(stage).items():
            records = [contact.record for contact in found]
            twice = sorted({record.id for record in records if records.count(record) > 1})
            require(not twice, "L3", f"{number!r} gives the contact {some(twice)} more than once")

    def test_l3_plus_is_encoded(self, stage: Stage) -> None:
        """L3: the + of a number is sent as %2B, for a bare one means a blank."""
        for number, (_, queries) in _looked_up(stage).items():
            bare = [query for query in queries if re.search(r"\+\d", query)]
            require(not bare, "L3", f"looking up {number!r} sends the query {some(bare, 1)!r}")

    def test_l3_search_stops_at_a_hit(self, stage: Stage) -> None:
        """L3: once contacts are found, no further spelling is asked for."""
        asked = {number: len(queries) for number, (found, queries) in _looked_up(stage).items() if found}
        if not asked:
            skipped("L3", "the simulator's lookups name no number that is found")
        number = min(asked, key=lambda number: asked[number])
        with stage.simulated("L3") as served:
            unknown = len(_find(stage, served, _nobodys(number))[1])
        require(
            asked[number] < unknown or unknown <= 2,  # noqa: PLR2004 - one search in each of two collections, no more
            "L3",
            f"{asked[number]} requests are sent for {number!r}, which is found, and {unknown} for one that is not",
        )

    def test_l3_unknown_number_finds_nobody(self, stage: Stage) -> None:
        """L3: a number that nobody has gives no contact and no error, and so does a text without a digit."""
        stage.needs("L3", Capability.CONTACT_LOOKUP)
        with stage.simulated("L3") as served:
            for number in _NOBODYS:
                found = tried(_contacts, stage, served, number)
                if isinstance(found, JackfieldError):
                    broken("L3", f"looking up {number!r} ends in {told(found)}")
                require(not found, "L3", f"{number!r} leads to {some(contact.name for contact in found)}")

    def test_l3_bare_contact_ends_no_lookup(self, stage: Stage) -> None:
        """L3: a contact of which the CRM tells nothing but the id ends no lookup, and has a name where it is found."""
        number, ids = next(
            ((number, [each.record.id for each in found]) for number, (found, _) in _looked_up(stage).items() if found),
            ("", []),
        )
        with stage.simulated("L3", front=Spoiled.bare(ids).before(ids)) as served:
            found = tried(_contacts, stage, served, number)
        seen = f"where the CRM tells only the id of a contact, looking up {number!r}"
        if isinstance(found, JackfieldError):
            broken("L3", f"{seen} ends in {told(found)}")
        for contact in found:
            named = contact.name and not {"", "None", "null"} & set(contact.name.split(" "))
            require(named, "L3", f"{seen} leads to {contact.name!r}")

    def test_l3_fault_is_no_empty_result(self, stage: Stage) -> None:
        """L3: a CRM that is in trouble ends a lookup in an error, and not with "nobody has this number"."""
        stage.needs("L3", Capability.CONTACT_LOOKUP)
        for fault in ("server_error", "truncated_json", "unauthorized"):
            if fault in stage.simulator("L3").faults:
                with stage.simulated("L3", faults=[fault]) as served:
                    found = tried(_contacts, stage, served, _NOBODYS[0])
                require(isinstance(found, JackfieldError), "L3", f"under the fault {fault} a lookup finds {found!r}")


def _roots(connector: Connector) -> list[ConnectionSettings]:
    """Settings with the example's root, and with another where the connector takes it."""
    example = example_of(connector)
    found = [connector.parse(example).settings]
    for name in fields_of_kind(connector, "web_root"):
        moved = tried(connector.parse, {**example, name: "https://crm.example.com/moved/"})
        if not isinstance(moved, JackfieldError):
            found.append(moved.settings)
    return found


def _link(
    connector: Connector, settings: ConnectionSettings, kind: str, record_id: str, clause: str = "L1"
) -> str | None:
    link = tried(connector.link, settings, Record(kind=kind, id=record_id))
    if isinstance(link, JackfieldError):
        broken(clause, f"the link to {kind} {record_id!r} ends in {told(link)}")
    return link


def _looked_up(stage: Stage) -> dict[str, tuple[Sequence[Contact], list[str]]]:
    """For each number of the simulator's lookups: what the hook gives, and the queries that it sent."""
    stage.needs("L3", Capability.CONTACT_LOOKUP)
    lookups = stage.simulator("L3").lookups
    if not lookups:
        skipped("L3", "the simulator declares no lookups")

    def work() -> dict[str, tuple[Sequence[Contact], list[str]]]:
        with stage.simulated("L3") as served:
            return {number: _find(stage, served, number) for number in _sample(lookups)}

    found: dict[str, tuple[Sequence[Contact], list[str]]] = stage.once("lookups", work)
    return found


def _sample(lookups: Mapping[str, tuple[Contact, ...]]) -> list[str]:
    """All spellings of the first number, one each of some others, and those that lead to several or to nobody."""
    groups: dict[tuple[Contact, ...], list[str]] = {}
    for number, contacts in lookups.items():
        groups.setdefault(contacts, []).append(number)
    first, *rest = sorted(groups, key=lambda contacts: (len(contacts) == 0, len(contacts) != 1))
    turned = [groups[contacts][place % len(groups[contacts])] for place, contacts in enumerate(rest)]
    return [*groups[first], *turned[: _SOME // 2], *turned[_SOME // 2 :][-_SOME // 2 :]]


def _nobodys(number: str) -> str:
    """A number that nobody has, spelt as this one is."""
    digits = iter(f"{_NOBODYS_DIGITS:0>{sum(map(str.isdigit, number))}}")
    return "".join(next(digits) if character.isdigit() else character for character in number)


def _contacts(stage: Stage, served: Served, number: str) -> Sequence[Contact]:
    return _find(stage, served, number)[0]


def _find(stage: Stage, served: Served, number: str) -> tuple[Sequence[Contact], list[str]]:
    before = len(served.watched.requests)

    async def find() -> tuple[Contact, ...]:
        async with stage.connected(served.settings) as connection:
            return await found_by(connection, number)

    found = run(find())
    return found, [request.query for request in served.watched.requests[before:]]
