"""Which CRM user an agent probably is: pure, over all agents and users of one connection at once.

Only an e-mail address makes a suggestion certain, and only where it is the address of exactly one agent and one user.
Everything else is shown with its reason and waits for somebody's hand.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from django.utils.translation import gettext as _

from jackfield.users import email_or_none

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

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
    obstacle: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """The CRM users an agent may be, and why; a conflict names several, or one that others have a claim to."""

    certainty: Certainty
    reason: str
    candidates: tuple[int, ...]


def suggest(
    agents: Iterable[AgentFacts[K]], users: Iterable[UserFacts], chosen: Mapping[K, int]
) -> dict[K, Suggestion]:
    """Suggestions by agent id, for every agent who has no CRM user yet; ``chosen`` is what stands: agent id to user."""
    directory = _Directory(list(agents), list(users), frozenset(chosen.values()))
    found = {agent.id: directory.look_up(agent) for agent in directory.agents if agent.id not in chosen}
    return _only_one_claim({agent: suggestion for agent, suggestion in found.items() if suggestion})


class _Directory(Generic[K]):
    def __init__(self, agents: Sequence[AgentFacts[K]], users: Sequence[UserFacts], taken: Collection[int]) -> None:
        self.agents = agents
        self._taken = taken
        self._agents_by_email = _index((email_or_none(agent.email), agent) for agent in agents)
        self._by_email = _index(pair for user in users for pair in _addresses(user))
        self._users = users

    @cached_property
    def _by_name(self) -> dict[str, list[UserFacts]]:
        """Made where an agent's address finds nobody, for each name costs more than an address."""
        return _index((_name_key(user.name), user) for user in self._users)

    def look_up(self, agent: AgentFacts[K]) -> Suggestion | None:
        email = email_or_none(agent.email)
        candidates = self._by_email.get(email, []) if email else []
        return self._of_email(email, candidates) if email and candidates else self._of_name(agent)

    def _of_email(self, email: str, candidates: Sequence[UserFacts]) -> Suggestion:
        free = [user for user in candidates if not user.obstacle]
        claims = len(self._agents_by_email[email])
        if claims > 1:
            return _suggestion(
                Certainty.CONFLICT, _("%(n)d agents have this e-mail address") % {"n": claims}, candidates
            )
        if len(free) > 1:
            return _suggestion(
                Certainty.CONFLICT, _("%(n)d CRM users have this e-mail address") % {"n": len(free)}, candidates
            )
        if not free:
            return _suggestion(
                Certainty.UNCERTAIN,
                _("same e-mail address, but %(obstacle)s") % {"obstacle": candidates[0].obstacle},
                candidates[:1],
            )
        return self._of_one(free[0], rivals=len(candidates) - 1)

    def _of_one(self, user: UserFacts, *, rivals: int) -> Suggestion:
        if user.id in self._taken:
            return _suggestion(Certainty.UNCERTAIN, _("same e-mail address, but chosen for another agent"), [user])
        if rivals:
            return _suggestion(
                Certainty.UNCERTAIN, _("same e-mail address, but an unusable CRM user has it, too"), [user]
            )
        return _suggestion(Certainty.CERTAIN, _("same e-mail address"), [user])

    def _of_name(self, agent: AgentFacts[K]) -> Suggestion | None:
        key = _name_key(agent.name)
        candidates = [user for user in self._by_name.get(key, []) if self._is_nobody_elses(user)] if key else []
        if not candidates:
            return None
        if len(candidates) > 1:
            return _suggestion(
                Certainty.CONFLICT, _("%(n)d CRM users have this name") % {"n": len(candidates)}, candidates
            )
        return _suggestion(Certainty.UNCERTAIN, _("same name, no common e-mail address"), candidates)

    def _is_nobody_elses(self, user: UserFacts) -> bool:
        """A name never beats an e-mail address: whoever is another agent by that is not offered for a name."""
        claimed = any(email in self._agents_by_email for email, _ in _addresses(user))
        return not claimed and not user.obstacle and user.id not in self._taken


def _suggestion(certainty: Certainty, reason: str, users: Sequence[UserFacts]) -> Suggestion:
    return Suggestion(certainty=certainty, reason=reason, candidates=tuple(user.id for user in users))


def _only_one_claim(found: dict[K, Suggestion]) -> dict[K, Suggestion]:
    """A user with two addresses may be the certain choice of two agents: then of neither."""
    claims: defaultdict[int, int] = defaultdict(int)
    for suggestion in found.values():
        if suggestion.certainty is Certainty.CERTAIN:
            claims[suggestion.candidates[0]] += 1
    return {
        agent: _disputed(suggestion, claims[suggestion.candidates[0]])
        if len(suggestion.candidates) == 1
        else suggestion
        for agent, suggestion in found.items()
    }


def _disputed(suggestion: Suggestion, claims: int) -> Suggestion:
    if suggestion.certainty is not Certainty.CERTAIN or claims < 2:  # noqa: PLR2004 - two make a dispute
        return suggestion
    return replace(
        suggestion,
        certainty=Certainty.CONFLICT,
        reason=_("this CRM user has the addresses of %(n)d agents") % {"n": claims},
    )


def _addresses(user: UserFacts) -> Iterable[tuple[str, UserFacts]]:
    known = {email_or_none(text) for text in user.emails}
    return ((email, user) for email in known if email)


def _name_key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _index(pairs: Iterable[tuple[str | None, T]]) -> dict[str, list[T]]:
    index: defaultdict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        if key:
            index[key].append(value)
    return index
