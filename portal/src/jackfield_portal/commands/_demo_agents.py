"""The agents of the demo organization: fictional people, most of whom have a CRM user with the same e-mail address."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jackfield.users import UserKind, email_or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jackfield.users import CrmUser

AGENTS = 25
CERTAIN = 20
_FIRST_EXTENSION = 201
_ROLES = ("Agent", "Agent", "Agent", "Supervisor")
_NOT_PEOPLE = {UserKind.SERVICE, UserKind.QUEUE}
#: The CRM and the telephone system spell the same address differently here and there.
_SPELLINGS: tuple[Callable[[str], str], ...] = (str, str, str.upper, str, str.title)
_STRANGERS = (
    ("Wren Alder", "wren.alder@phones.example.com"),
    ("Idris Fell", "idris.fell@phones.example.com"),
    ("Front Desk", ""),
    ("Marlow Tarn", "marlow.tarn@phones.example.com"),
    ("Night Line", ""),
)


@dataclass(frozen=True, kw_only=True)
class DemoAgent:
    """An agent to be made."""

    name: str
    email: str
    extension: str
    role: str


def demo_agents(users: Sequence[CrmUser]) -> list[DemoAgent]:
    """Agents for an account with these users: most with a certain match, one in conflict, a few without any."""
    people = [*_matching(users), *_STRANGERS][:AGENTS]
    return [
        DemoAgent(name=name, email=email, extension=str(_FIRST_EXTENSION + place), role=_ROLES[place % len(_ROLES)])
        for place, (name, email) in enumerate(people)
    ]


def _matching(users: Sequence[CrmUser]) -> Iterator[tuple[str, str]]:
    alone, shared = _by_claims(users)
    certain = alone[: CERTAIN if shared else CERTAIN - 1]
    for place, user in enumerate(certain):
        yield user.name, _spelled(user.email or "", place)
    for user in shared[:1]:
        yield user.name, user.email or ""
    if not shared:
        yield from _two_with_one_address(alone[len(certain) :])


def _spelled(email: str, place: int) -> str:
    spelled = _SPELLINGS[place % len(_SPELLINGS)](email)
    return spelled if email_or_none(spelled) == email else email


def _two_with_one_address(users: Sequence[CrmUser]) -> Iterator[tuple[str, str]]:
    for user in users[:1]:
        yield user.name, user.email or ""
        yield f"{user.name} (second line)", user.email or ""


def _by_claims(users: Iterable[CrmUser]) -> tuple[list[CrmUser], list[CrmUser]]:
    """The people who can be mapped: those whose address nobody else has, and those who share theirs."""
    everybody = list(users)
    claims = Counter(address for user in everybody for address in {user.email, *user.other_emails} if address)
    usable = sorted(
        (user for user in everybody if user.email and user.active and user.kind not in _NOT_PEOPLE),
        key=lambda user: (user.name.casefold(), user.id),
    )
    working = Counter(user.email for user in usable)
    alone = [user for user in usable if claims[user.email or ""] == 1]
    return alone, [user for user in usable if working[user.email] > 1]
