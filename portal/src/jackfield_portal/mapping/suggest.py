"""Which CRM user an agent probably is: pure, over all agents and users of one connection at once.

Only an e-mail address makes a suggestion certain, or the same mailbox under a domain that was confirmed to be an alias;
and only where it is that of exactly one agent and one user. Everything else waits for somebody's hand, with its reason.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from jackfield.users import email_or_none
from jackfield_portal.mapping.causes import Cause, Tie, said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django_stubs_ext import StrOrPromise

__all__ = ["AgentFacts", "Certainty", "Suggestion", "UserFacts", "suggest"]

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Certainty(StrEnum):
    """How far a suggestion may be trusted; only a certain one is ever taken together with others."""

    CERTAIN = "certain"
    UNCERTAIN = "uncertain"
    CONFLICT = "conflict"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentFacts(Generic[K]):
    """What is known of an agent."""

    id: K
    name: str
    email: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UserFacts:
    """What is known of a CRM user; ``obstacle`` says in words why he is no certain choice, empty where nothing does."""

    id: int
    name: str
    emails: tuple[str, ...] = ()
    obstacle: StrOrPromise = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """The CRM users an agent may be, and why; a conflict names several, or one that others have a claim to."""

    certainty: Certainty
    tie: Tie
    cause: Cause
    candidates: tuple[int, ...]
    number: int = 0
    obstacle: StrOrPromise = ""

    @property
    def reason(self) -> str:
        """Why, in words of the reader's language."""
        return said(self.tie, self.cause, number=self.number, obstacle=self.obstacle)

    @property
    def code(self) -> str:
        """Why, in a word that is kept."""
        return f"{self.tie}:{self.cause}"


def suggest(
    agents: Iterable[AgentFacts[K]],
    users: Iterable[UserFacts],
    chosen: Mapping[K, int],
    aliases: Mapping[str, str] | None = None,
) -> dict[K, Suggestion]:
    """Suggestions by agent id, for every agent who has no CRM user yet; ``chosen`` is what stands: agent id to user.

    ``aliases`` are domains by those that were confirmed to be the same, in lower case.
    """
    directory = _Directory(list(agents), list(users), frozenset(chosen.values()), aliases or {})
    found = {agent.id: directory.look_up(agent) for agent in directory.agents if agent.id not in chosen}
    return _only_one_claim({agent: suggestion for agent, suggestion in found.items() if suggestion})


class _Directory(Generic[K]):
    def __init__(
        self,
        agents: Sequence[AgentFacts[K]],
        users: Sequence[UserFacts],
        taken: Collection[int],
        aliases: Mapping[str, str],
    ) -> None:
        self.agents, self._users, self._taken, self._aliases = agents, users, taken, aliases
        self._claims = _count(email_or_none(agent.email) for agent in agents)
        self._by_email = _index((email, user) for user in users for email in _addresses(user))

    @cached_property
    def _by_mailbox(self) -> dict[str, list[UserFacts]]:
        pairs = ((mailbox, user) for user in self._users for mailbox in {self._mailbox(e) for e in _addresses(user)})
        return _index(pairs)

    @cached_property
    def _mailbox_claims(self) -> dict[str, int]:
        claims: defaultdict[str, int] = defaultdict(int)
        for email, number in self._claims.items():
            claims[self._mailbox(email)] += number
        return claims

    @cached_property
    def _by_name(self) -> dict[str, list[UserFacts]]:
        """Made where an agent's address finds nobody, for each name costs more than an address."""
        return _index((_name_key(user.name), user) for user in self._users)

    def _mailbox(self, email: str) -> str:
        """The address under its main domain."""
        box, at, domain = email.rpartition("@")
        return f"{box}{at}{self._aliases.get(domain, domain)}"

    def look_up(self, agent: AgentFacts[K]) -> Suggestion | None:
        email = email_or_none(agent.email)
        if email is None:
            return self._of_name(agent)
        if candidates := self._by_email.get(email):
            return self._of_address(Tie.EMAIL, candidates, self._claims[email])
        mailbox = self._mailbox(email) if self._aliases else ""
        if mailbox and (candidates := self._by_mailbox.get(mailbox)):
            return self._of_address(Tie.MAILBOX, candidates, self._mailbox_claims[mailbox])
        return self._of_name(agent)

    def _of_address(self, tie: Tie, candidates: Sequence[UserFacts], claims: int) -> Suggestion:
        free = [user for user in candidates if not user.obstacle]
        if claims > 1:
            return _suggestion(Certainty.CONFLICT, tie, Cause.AGENTS, candidates, number=claims)
        if len(free) > 1:
            return _suggestion(Certainty.CONFLICT, tie, Cause.USERS, candidates, number=len(free))
        if not free:
            return _suggestion(
                Certainty.UNCERTAIN, tie, Cause.OBSTACLE, candidates[:1], obstacle=candidates[0].obstacle
            )
        if free[0].id in self._taken:
            return _suggestion(Certainty.UNCERTAIN, tie, Cause.TAKEN, free)
        if len(candidates) > 1:
            return _suggestion(Certainty.UNCERTAIN, tie, Cause.TWIN, free)
        return _suggestion(Certainty.CERTAIN, tie, Cause.SAME, free)

    def _of_name(self, agent: AgentFacts[K]) -> Suggestion | None:
        key = _name_key(agent.name)
        candidates = [user for user in self._by_name.get(key, []) if self._is_nobody_elses(user)] if key else []
        if not candidates:
            return None
        if len(candidates) > 1:
            return _suggestion(Certainty.CONFLICT, Tie.NAME, Cause.USERS, candidates, number=len(candidates))
        return _suggestion(Certainty.UNCERTAIN, Tie.NAME, Cause.SAME, candidates)

    def _is_nobody_elses(self, user: UserFacts) -> bool:
        """A name never beats an e-mail address: whoever is another agent by that is not offered for a name."""
        emails = _addresses(user)
        claimed = any(email in self._claims for email in emails)
        if self._aliases and not claimed:
            claimed = any(self._mailbox(email) in self._mailbox_claims for email in emails)
        return not claimed and not user.obstacle and user.id not in self._taken


def _suggestion(  # noqa: PLR0913 - a suggestion has these
    certainty: Certainty,
    tie: Tie,
    cause: Cause,
    users: Sequence[UserFacts],
    *,
    number: int = 0,
    obstacle: StrOrPromise = "",
) -> Suggestion:
    candidates = tuple(user.id for user in users)
    return Suggestion(
        certainty=certainty, tie=tie, cause=cause, candidates=candidates, number=number, obstacle=obstacle
    )


def _only_one_claim(found: dict[K, Suggestion]) -> dict[K, Suggestion]:
    """A user with two addresses may be the certain choice of two agents: then of neither."""
    claims: defaultdict[int, int] = defaultdict(int)
    for suggestion in found.values():
        if suggestion.certainty is Certainty.CERTAIN:
            claims[suggestion.candidates[0]] += 1
    disputed = {user: number for user, number in claims.items() if number > 1}
    if not disputed:
        return found
    return {agent: _disputed(suggestion, disputed) for agent, suggestion in found.items()}


def _disputed(suggestion: Suggestion, disputed: Mapping[int, int]) -> Suggestion:
    claims = disputed.get(suggestion.candidates[0])
    if suggestion.certainty is not Certainty.CERTAIN or claims is None:
        return suggestion
    return replace(suggestion, certainty=Certainty.CONFLICT, cause=Cause.DISPUTED, number=claims)


def _addresses(user: UserFacts) -> set[str]:
    return {email for text in user.emails if (email := email_or_none(text))}


def _name_key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _count(keys: Iterable[str | None]) -> dict[str, int]:
    counts: defaultdict[str, int] = defaultdict(int)
    for key in keys:
        if key:
            counts[key] += 1
    return counts


def _index(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    index: defaultdict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        if key:
            index[key].append(value)
    return index
