"""Agents as a CSV file: out for a spreadsheet, and in again after a dry run that names every bad line."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from jackfield.users import email_or_none
from jackfield_portal.audit.services import record
from jackfield_portal.errors import PortalError
from jackfield_portal.organizations.agents import FIELDS, AgentError, agents_of, checked, find_agents, title_of
from jackfield_portal.organizations.models import Agent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from jackfield_portal.organizations.models import Organization

__all__ = ["LONGEST", "MOST", "AgentImport", "BadLine", "Change", "decoded", "export_agents", "import_agents"]

#: Characters of a file, and agents in it.
LONGEST: Final = 2_000_000
MOST: Final = 20_000
COLUMNS: Final = (*FIELDS, "id")
#: What a spreadsheet would take for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_ALIASES: Final = {
    "e-mail": "email",
    "mail": "email",
    "e-mail address": "email",
    "email address": "email",
    "ext": "extension",
    "ext.": "extension",
    "full name": "name",
    "state": "active",
    "status": "active",
}
_WORDS: Final = {
    **dict.fromkeys(("yes", "true", "1", "active", "y", "on"), True),
    **dict.fromkeys(("no", "false", "0", "inactive", "not active", "n", "off"), False),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class BadLine:
    """A line that cannot be taken: its number in the file, and why."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What becomes of one agent: the fields that change, as they were and as they will be; all of them of a new one."""

    line: int
    agent: Agent
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """Each field's title, with what it was and what it becomes, in words."""
        return [(title_of(name), _word(self.before.get(name)), _word(value)) for name, value in self.after.items()]


@dataclass(kw_only=True, slots=True)
class AgentImport:
    """What a file would do, or has done."""

    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)


def export_agents(organization: Organization, words: str = "", state: str = "") -> str:
    """The agents that were searched for as CSV; a cell that a spreadsheet would take for a formula begins with '."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for agent in find_agents(organization, words, state).iterator(chunk_size=2_000):
        texts = (agent.name, agent.email, agent.extension, agent.role, "yes" if agent.active else "no")
        writer.writerow([*map(_guarded, texts), str(agent.pk)])
    return file.getvalue()


def import_agents(organization: Organization, text: str, *, dry_run: bool = True) -> AgentImport:
    """Read agents from CSV, and store them unless it is a dry run; bad lines are left out and told.

    A line is the agent with the same id, else with the same e-mail address, else with the same extension, else with the
    same name; where the line has an address, only who has none yet can be known by the last two. An empty cell, like a
    column that is not there, leaves what is stored. Who is not in the file stays as he is. Raises PortalError for what
    is no such file.
    """
    rows = list(_rows(text))
    with nullcontext() if dry_run else transaction.atomic():
        found = _Reading(organization).read(rows)
        if not dry_run:
            _store(found)
            counts = {"new": len(found.new), "changed": len(found.changed), "unchanged": found.unchanged}
            record(organization, None, "agents.imported", detail=counts)
    return found


def decoded(data: bytes) -> str:
    """The text of a file as spreadsheets write it: UTF-8, or UTF-16 or Windows' own; raises PortalError."""
    if len(data) > LONGEST:
        raise PortalError(_("The file is too large."), remedy=_("Split it: two million characters at most."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _store(found: AgentImport) -> None:
    Agent.objects.bulk_create([change.agent for change in found.new], batch_size=1_000)
    Agent.objects.bulk_create(
        [change.agent for change in found.changed],
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=list(FIELDS),
    )


class _Reading:
    """Which agent each line is, with what is known when the file is read."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._known: dict[tuple[str, str], list[Agent]] = defaultdict(list)
        self._lines: dict[UUID, int] = {}
        self._added: dict[tuple[str, str], int] = {}
        for agent in agents_of(organization):
            for key in _keys(str(agent.pk), agent.email, agent.extension, agent.name):
                self._known[key].append(agent)

    def read(self, rows: list[tuple[int, dict[str, str]]]) -> AgentImport:
        done = AgentImport()
        for line, cells in rows:
            try:
                self._take(line, cells, done)
            except AgentError as refused:
                done.bad.append(BadLine(line=line, reason=refused.message))
            except PortalError as refused:
                done.bad.append(BadLine(line=line, reason=f"{refused.message} {refused.remedy}"))
        return done

    def _take(self, line: int, cells: dict[str, str], done: AgentImport) -> None:
        given = _values(cells)
        agent = self._agent(line, cells)
        if agent is None:
            self._refuse_twice(line, cells)
            fresh = checked(Agent(organization=self._organization), {"name": "", **given})
            done.new.append(Change(line=line, agent=fresh, before={}, after=given))
            return
        before = {name: getattr(agent, name) for name in given}
        after = {name: value for name, value in given.items() if value != before[name]}
        if not after:
            done.unchanged += 1
            return
        try:
            checked(agent, after)
        except AgentError:
            vars(agent).update(before)
            raise
        done.changed.append(Change(line=line, agent=agent, before={name: before[name] for name in after}, after=after))

    def _agent(self, line: int, cells: dict[str, str]) -> Agent | None:
        """Who the line is; None for somebody new."""
        strict = email_or_none(cells.get("email", "")) is not None
        for key in _keys(
            cells.get("id", ""), cells.get("email", ""), cells.get("extension", ""), cells.get("name", "")
        ):
            weak = strict and key[0] in {"extension", "name"}
            found = [agent for agent in self._known.get(key, ()) if not (weak and agent.email)]
            if len(found) > 1:
                raise PortalError(
                    _("Several agents have this %(what)s: %(value)s.") % {"what": key[0], "value": key[1]},
                    remedy=_("Add the column id, as an export has it."),
                )
            if found:
                return self._once(line, found[0])
            if key[0] == "id":
                raise PortalError(_("No agent has this id."), remedy=_("Leave the cell empty to add somebody new."))
        return None

    def _once(self, line: int, agent: Agent) -> Agent:
        earlier = self._lines.setdefault(agent.pk, line)
        if earlier != line:
            raise PortalError(
                _("This is the same agent as in line %(line)d.") % {"line": earlier}, remedy=_("Keep one of the two.")
            )
        return agent

    def _refuse_twice(self, line: int, cells: dict[str, str]) -> None:
        key = next(iter(_keys("", cells.get("email", ""), "", cells.get("name", ""))), ("", ""))
        earlier = self._added.setdefault(key, line)
        if earlier != line:
            raise PortalError(
                _("This is the same agent as in line %(line)d.") % {"line": earlier}, remedy=_("Keep one of the two.")
            )


def _keys(pk: str, email: str, extension: str, name: str) -> Iterator[tuple[str, str]]:
    """By what an agent is known, the surest first."""
    if pk:
        yield "id", pk.strip().casefold()
    if address := email_or_none(email):
        yield "email", address
    if extension:
        yield "extension", extension
    if name:
        yield "name", name.casefold()


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line's number and cells by column; raises PortalError where the first line names no column name."""
    if "\0" in text:
        raise PortalError(_("This is no CSV file."), remedy=_("Save the table as CSV, then choose that file."))
    text = text.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        columns = [_column(name) for name in next(reader, [])]
        if "name" not in columns:
            raise PortalError(
                _("The first line does not name the columns."),
                remedy=_("Begin with the line: %(columns)s") % {"columns": ",".join(FIELDS)},
            )
        for count, cells in enumerate(filter(any, reader)):
            if count >= MOST:
                raise PortalError(_("The file has too many lines."), remedy=_("Split it: 20,000 agents at most."))
            named = zip(columns, cells, strict=False)
            yield reader.line_num, {name: _unguarded(cell.strip()) for name, cell in named if name in COLUMNS}
    except csv.Error:
        raise PortalError(
            _("This is no CSV file."), remedy=_("Save the table as CSV, then choose that file.")
        ) from None


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max((",", ";", "\t"), key=first.count)


def _column(name: str) -> str:
    plain = " ".join(name.strip().casefold().split())
    return _ALIASES.get(plain, plain)


def _values(cells: dict[str, str]) -> dict[str, Any]:
    """What the line says; an empty cell says nothing."""
    given: dict[str, Any] = {name: cells[name] for name in FIELDS if cells.get(name)}
    if "active" in given:
        word = given["active"].casefold()
        if word not in _WORDS:
            raise PortalError(
                _("“%(word)s” in the column active is not understood.") % {"word": given["active"][:30]},
                remedy=_("Write yes or no."),
            )
        given["active"] = _WORDS[word]
    return given


def _word(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value or "-")


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def _unguarded(text: str) -> str:
    """What an export has guarded, as it was; ``'`` before anything else belongs to the text."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text
