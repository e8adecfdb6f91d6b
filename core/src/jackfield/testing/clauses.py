"""The clauses of the connector contract, as data: what each promises, and where to look where it is broken.

The contract tests take their messages from here, the report card its rows, the documentation its sections.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from jackfield.platform import Capability

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CLAUSES", "SECTIONS", "Clause"]

#: The sections of the contract by the first letter of their clauses' ids, in their order.
SECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "D": "Declaration",
        "V": "Validation",
        "C": "Systems check",
        "U": "User import",
        "N": "Network",
        "T": "Tokens",
        "L": "Links and lookup",
        "K": "Cassettes",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """One clause: its stable ``id``, what it promises in one sentence, and where to look where it is broken.

    ``needs`` is the capability without which it is skipped. ``not_applicable`` says why no test of it exists.
    """

    id: str
    promise: str
    look: str
    needs: Capability | None = None
    not_applicable: str | None = None

    @property
    def section(self) -> str:
        """The title of its section."""
        return SECTIONS[self.id[0]]


_LINKS, _LOOKUP = Capability.RECORD_LINKS, Capability.CONTACT_LOOKUP
_NO_TOKENS = "hook API 1 has no exchanged tokens"

_ROWS: tuple[tuple[str, str, str], ...] = (
    (
        "D1",
        "the entry point loads, its name is the platform's id, and importing it is cheap and changes nothing",
        (
            "pyproject.toml, [project.entry-points.'jackfield.connectors'], and the module level of the "
            "package: move work "
            "into the hooks and heavy imports into their bodies"
        ),
    ),
    (
        "D2",
        "every field has a title, help and an example that parses, and what is secret is of the type Secret",
        "the settings class: setting(title, help=..., example=...) for each field",
    ),
    (
        "D3",
        "no text that is made of settings, or of their refusal, shows a secret",
        "the settings class and validate_connection(): type secrets as Secret, and put no value into a message",
    ),
    (
        "D4",
        "settings that were parsed, stored and parsed again stay as they are",
        "the field validators of the settings class: what is repaired already must be left alone",
    ),
    (
        "D5",
        "every capability has its hook, and every such hook its capability",
        "platform(capabilities=...) and the functions marked @hookimpl",
    ),
    (
        "V1",
        "a required field that is left blank is refused, with a problem on that very field",
        "the settings class: a field without default is required; let the types of jackfield.settings read it",
    ),
    (
        "V2",
        "blanks around a value, a missing final slash and a missing scheme are repaired, and the repair is told",
        "the settings class: begin each validator of an address with repaired_url(value)",
    ),
    (
        "V3",
        (
            "addresses without encryption, with credentials in them, of another scheme, and unprintable characters are "
            "refused at their field"
        ),
        (
            "the settings class: type addresses as BaseUrl or WebRoot, and let validators of your own begin with "
            "repaired_url(value)"
        ),
    ),
    (
        "V4",
        "declaring, parsing and linking touch no network",
        (
            "the settings class, validate_connection() and record_link(): what needs the CRM belongs into a step of "
            "systems_check()"
        ),
    ),
    (
        "C1",
        (
            "on a sound account every required step passes, in the declared order, each with an id of its own, and the "
            "check says whose credentials they are"
        ),
        "systems_check(): its steps, and the Account in the Finding of the step that signs in",
    ),
    (
        "C2",
        (
            "refused credentials fail at the step that signs in, as a matter of settings with a remedy, and "
            "later steps "
            "are skipped"
        ),
        "systems_check() and judge(): let the step that signs in raise credentials_refused",
    ),
    (
        "C3",
        "a missing right fails at the step that needs it, as a matter of permission, and is named",
        "systems_check(): CheckStep(permission=...) and the message of the error; judge() where the status misleads",
    ),
    (
        "C4",
        (
            "an unknown host, a refused connection, a failing TLS and a CRM that does not answer fail at the "
            "first step, "
            "and are never taken for a wrong key"
        ),
        "systems_check(): the first step asks the CRM by connection.http and passes on what that raises",
    ),
    (
        "C5",
        "a web page, an empty body, or JSON that is cut off or of another shape is never a pass, whatever its status",
        "the steps of systems_check(): read answers with Answer.read() into the models of what the API promises",
    ),
    (
        "C6",
        (
            "429 and 5xx are tried again as the CRM asks, and where they stay are a matter of waiting or of the "
            "vendor, "
            "never of the key"
        ),
        "judge() and the except clauses of the steps: pass on what connection.http raises",
    ),
    (
        "C7",
        "the check never raises, ends within its time, never blocks the event loop, and changes nothing in the CRM",
        "the steps of systems_check(): only GET by connection.http, no sleeping, no loop without an end",
    ),
    (
        "C8",
        "no secret shows in any message, remedy, detail, log line or output of a check",
        "the messages of the steps and of judge(), and every call of a logger or of print()",
    ),
    (
        "U1",
        "all users of all pages come, each exactly once, whatever the size of the pages",
        "import_users(): the walk over the pages; jackfield.pagination has one for each kind of paging",
    ),
    (
        "U2",
        "ids are texts that stay the same, e-mails are normalised or None, names are never blank or made of None",
        "the mapping of a user: str(id), email_or_none(), full_name() or what stands in for it",
    ),
    (
        "U3",
        "inactive users are in the list and marked, and so are accounts that are not people",
        "import_users() and the mapping's state= and kind=: ask the CRM for all users, tell them apart yourself",
    ),
    (
        "U4",
        "users that move between pages while these are read are neither lost nor given twice",
        "import_users(): walk with jackfield.pagination, which walks again where the list changed",
    ),
    (
        "U5",
        "a CRM that repeats a page for ever, or always has more, ends the import with an error, and soon",
        "import_users(): the condition that ends the walk; jackfield.pagination is bounded",
    ),
    (
        "U6",
        "any fault in mid-listing raises: a partial list never looks complete",
        "import_users(): the except clauses, and what is made of an answer that is not as it should be",
    ),
    (
        "U7",
        "null, missing and unknown members survive, and one of the wrong type is an error that names it",
        "the wire models: members that may be missing are optional, unknown ones are ignored, types are strict",
    ),
    (
        "U8",
        "memory stays flat, as pages are given on as they come",
        "import_users(): yield each page before the next is asked for, and keep none",
    ),
    (
        "U9",
        "a cancelled import stops at once and leaves no request behind",
        "import_users(): except clauses that swallow CancelledError, tasks of its own, calls that block",
    ),
    (
        "U10",
        "several walks that make one import are one listing: it is whole, or it raises",
        "import_users(): each of its walks must raise, and a total must be that of all of them",
    ),
    (
        "U11",
        (
            "texts beyond ASCII, quotes, very long names and shared e-mails come through unharmed, and so does every "
            "other member"
        ),
        "the mapping of a user, member by member",
    ),
    (
        "N1",
        (
            "requests go to the connection's own host alone and through the client that was handed in, whatever "
            "a page or "
            "a redirect says"
        ),
        "every place that asks: use connection.http, and hand addresses of next pages to it as they are",
    ),
    (
        "N2",
        "credentials are on every request to that host, and on none to another",
        "authenticate(), and requests with signed=False",
    ),
    (
        "N3",
        "connections at one time in one process never mix credentials or data, and know nothing but their settings",
        "the module level of the package: no caches, no globals, no environment; keep state in what a hook returns",
    ),
    (
        "N4",
        "the declared budgets are kept, so that bursts wait and the CRM need not refuse them",
        "limits(): the amounts, windows and scopes that the vendor states",
    ),
    (
        "N5",
        "every request says Accept as the API wants it, and names product and version",
        "Platform.accept, and requests that do not go through connection.http",
    ),
    (
        "L1",
        "a link is a valid absolute address under the details root, with its id encoded",
        "record_link(): quote(id, safe='') under the root of the settings",
    ),
    (
        "L2",
        "a kind of record without a page gives None, not a guess",
        "record_link(): a table of the kinds that have a page",
    ),
    (
        "L3",
        (
            "a lookup finds a number in every spelling that the CRM needs, encodes +, stops at a hit, and gives each "
            "contact once"
        ),
        "find_contacts(): jackfield.phones.spellings(), params= for what is asked, and what is done with double hits",
    ),
    (
        "K1",
        "no cassette holds a secret, a cookie, personal data of real people, or a header that is not needed",
        "the cassettes; jackfield record makes them anew and scrubs them",
    ),
    (
        "K2",
        "every cassette is used, none is missing, and each says where it came from",
        "the cassettes and their headers; jackfield record makes the missing ones",
    ),
    ("T1", "one refresh of a token at a time, over all workers", "authenticate()"),
    ("T2", "a rotated refresh token is stored before the new token is used", "authenticate()"),
    ("T3", "a refused refresh is a matter of settings and asks to reconnect", "authenticate()"),
    ("T4", "token endpoints have their own hosts and get no credentials of the API", "authenticate()"),
    ("T5", "after reconnecting the account is compared", "authenticate()"),
    ("T6", "no token is in any address", "authenticate()"),
)


def _clause(clause_id: str, promise: str, look: str) -> Clause:
    needs = {"L1": _LINKS, "L2": _LINKS, "L3": _LOOKUP}.get(clause_id)
    reason = _NO_TOKENS if clause_id.startswith("T") else None
    return Clause(id=clause_id, promise=promise, look=look, needs=needs, not_applicable=reason)


_ORDERED = sorted(_ROWS, key=lambda row: list(SECTIONS).index(row[0][0]))
#: Every clause by its id, in the order of the contract.
CLAUSES: Final[Mapping[str, Clause]] = MappingProxyType({row[0]: _clause(*row) for row in _ORDERED})
