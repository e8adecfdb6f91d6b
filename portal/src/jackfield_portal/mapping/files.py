"""Mappings as a CSV file: out, and in again after a dry run that names each bad line.

A line names its agent by id, e-mail address or extension, and the CRM user by id or e-mail address; the first of them
that is filled in counts. A blank CRM user changes nothing: taking one away is said with a ``-``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from jackfield.users import email_or_none
from jackfield_portal.errors import PortalError
from jackfield_portal.mapping import sheets
from jackfield_portal.mapping.finding import present_users
from jackfield_portal.mapping.models import ChosenBy, Kind, Mapping
from jackfield_portal.mapping.writing import Decision, Standing, alone, standing, write
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Dictionary

    from jackfield_portal.connections.models import Connection
    from jackfield_portal.imports.models import CrmUser
    from jackfield_portal.mapping.writing import Saved
    from jackfield_portal.organizations.models import User

__all__ = ["COLUMNS", "BadLine", "Plan", "apply", "plan", "written"]

COLUMNS: Final = (
    "agent_id",
    "agent_name",
    "agent_email",
    "agent_extension",
    "crm_user_id",
    "crm_user_name",
    "crm_user_email",
    "pinned",
)
T = TypeVar("T")

_NOBODY: Final = "-"
_YES, _NO = {"yes", "true", "1", "x"}, {"no", "false", "0"}


@dataclass(frozen=True, kw_only=True, slots=True)
class BadLine:
    """A line that is left out, by its number in the file, and why."""

    number: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a file would do; ``mark`` is another one where it would do something else."""

    decisions: list[Decision] = field(default_factory=list)
    mapped: int = 0
    cleared: int = 0
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """A short text that stands for all that would be changed and left out."""
        told = [(str(each.agent), *each.becomes) for each in self.decisions]
        return sha256(repr((told, [(bad.number, bad.reason) for bad in self.bad])).encode()).hexdigest()[:32]


def written(connection: Connection) -> Iterator[str]:
    """The lines of a file of all agents, active or not, and their CRM users; safe to be opened as a spreadsheet."""
    yield "\ufeff" + sheets.line(COLUMNS)
    mapped = Mapping.objects.filter(connection=connection).select_related("crm_user")
    users = {mapping.agent_id: mapping for mapping in mapped}
    for agent in Agent.objects.filter(organization_id=connection.organization_id).order_by(Lower("name"), "pk"):
        mapping = users.get(agent.pk)
        user = mapping.crm_user if mapping else None
        his = (user.crm_id, user.name, user.email) if user else ("", "", "")
        pinned = ("yes" if mapping.pinned else "no") if mapping else ""
        yield sheets.line((str(agent.pk), agent.name, agent.email, agent.extension, *his, pinned))


def plan(connection: Connection, content: bytes) -> Plan:
    """What a file would do; raises PortalError where it is no such file at all."""
    rows = list(sheets.rows(content, {"agent_id", "agent_email", "agent_extension"}))
    return _Reading(connection).plan(rows)


def apply(connection: Connection, content: bytes, *, mark: str, by: User | None = None) -> Saved:
    """Do what a file says, bad lines left out, in one batch.

    Raises PortalError, with nothing changed, where that is not what was shown before, as :attr:`Plan.mark` tells.
    """
    with alone(connection.organization_id):
        found = plan(connection, content)
        if found.mark != mark:
            raise PortalError(
                _("The file or the mappings are not what they were when the file was checked. Nothing was changed."),
                remedy=_("Check the file again, then apply it."),
            )
        return write(connection, found.decisions, standing(connection), kind=Kind.FILE, by=by)


class _Reading:
    """Reads lines against what is known; all of it is looked up once."""

    def __init__(self, connection: Connection) -> None:
        self._stands = standing(connection)
        agents = list(Agent.objects.filter(organization_id=connection.organization_id))
        self._agents = {agent.pk: agent for agent in agents}
        self._by_email = _index((email_or_none(agent.email), agent) for agent in agents)
        self._by_extension = _index((agent.extension, agent) for agent in agents)
        users = list(present_users(connection))
        self._users = {user.crm_id: user for user in users}
        self._user_by_email = _index((email_or_none(email), user) for user in users for email in set(user.emails))
        self._seen: set[UUID] = set()

    def plan(self, rows: Iterable[tuple[int, dict[str, str]]]) -> Plan:
        found, counts = Plan(), {"mapped": 0, "cleared": 0, "unchanged": 0}
        for number, row in rows:
            try:
                decision = self._decided(row)
            except _Bad as bad:
                found.bad.append(BadLine(number=number, reason=str(bad)))
                continue
            if decision is None:
                counts["unchanged"] += 1
                continue
            found.decisions.append(decision)
            counts["cleared" if decision.becomes.crm_user is None else "mapped"] += 1
        return Plan(decisions=found.decisions, bad=found.bad, **counts)

    def _decided(self, row: Dictionary[str, str]) -> Decision | None:
        agent = self._agent(row)
        if agent.pk in self._seen:
            raise _Bad(_("an earlier line is about %(name)s already") % {"name": agent.name})
        self._seen.add(agent.pk)
        before = self._stands.get(agent.pk, Standing())
        becomes = self._becomes(row, before)
        if becomes == before:
            return None
        if before.pinned and becomes.crm_user != before.crm_user:
            raise _Bad(_("the CRM user of %(name)s is pinned, and stays") % {"name": agent.name})
        return Decision(agent=agent.pk, becomes=becomes)

    def _becomes(self, row: Dictionary[str, str], before: Standing) -> Standing:
        given = row.get("crm_user_id") or row.get("crm_user_email") or ""
        pinned = self._pinned(row, before)
        if not given:
            return before._replace(pinned=pinned and before.crm_user is not None)
        if given == _NOBODY:
            return Standing()
        user = self._user(row)
        if user.pk == before.crm_user:
            return before._replace(pinned=pinned)
        return Standing(user.pk, ChosenBy.FILE, pinned)

    def _pinned(self, row: Dictionary[str, str], before: Standing) -> bool:
        word = row.get("pinned", "").lower()
        if word and word not in _YES | _NO:
            raise _Bad(_("“%(word)s” in the column pinned is neither yes nor no") % {"word": word[:50]})
        return word in _YES if word else before.pinned

    def _agent(self, row: Dictionary[str, str]) -> Agent:
        if given := row.get("agent_id"):
            key = _uuid(given)
            agent = self._agents.get(key) if key else None
            return _the_one([agent] if agent else [], _("agent"), given)
        if given := row.get("agent_email"):
            return _the_one(self._by_email.get(email_or_none(given) or "", []), _("agent"), given)
        if given := row.get("agent_extension"):
            return _the_one(self._by_extension.get(given, []), _("agent"), given)
        raise _Bad(_("it names no agent: fill in agent_id, agent_email or agent_extension"))

    def _user(self, row: Dictionary[str, str]) -> CrmUser:
        if given := row.get("crm_user_id"):
            user = self._users.get(given)
            return _the_one([user] if user else [], _("CRM user"), given)
        given = row.get("crm_user_email", "")
        return _the_one(self._user_by_email.get(email_or_none(given) or "", []), _("CRM user"), given)


class _Bad(Exception):  # noqa: N818 - a line, not a failure of the program
    """A line is left out; the text says why."""


def _the_one(found: list[T], what: str, given: str) -> T:
    facts = {"what": what, "given": given[:100], "n": len(found)}
    if not found:
        raise _Bad(_("there is no %(what)s “%(given)s”") % facts)
    if len(found) > 1:
        raise _Bad(_("“%(given)s” is said of %(n)d: name the %(what)s by id") % facts)
    return found[0]


def _index(pairs: Iterable[tuple[str | None, T]]) -> dict[str, list[T]]:
    index: defaultdict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        if key:
            index[key].append(value)
    return index


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
